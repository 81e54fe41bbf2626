"""What the end-to-end tests share: a steadyd of one's own, a steadyctl to talk to it, TAP.

A test is a function test_*; its name is its promise. It fails by an exception, and is skipped by
raising Skip("reason").
"""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
import machine

SOURCE = os.environ.get("STEADY_SOURCE") or os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get("STEADY_BUILD") or os.path.join(SOURCE, "build")
STEADYD = os.path.join(BUILD, "steadyd")
STEADYCTL = os.path.join(BUILD, "steadyctl")
PATIENCE_SECONDS = 120  # of one wait; reached only when something hangs
OTHER_USER = "nobody"

EXIT_DONE, EXIT_USAGE, EXIT_UNSTABLE, EXIT_DAEMON, EXIT_COMMAND = 0, 2, 5, 7, 8
EXIT_CANCELLED = 130


class Skip(Exception):
    """This machine cannot run the test; the text says why."""


def need_root():
    if os.geteuid() != 0:
        raise Skip("needs root")


def need_program(name, package):
    if not shutil.which(name):
        raise Skip(f"needs {name} (Debian package {package})")


def wait_until(condition, what):
    """Poll until a condition gives something true, and return that."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {PATIENCE_SECONDS} s for {what}")


class Answer:
    """What a steadyctl printed and how it ended."""

    def __init__(self, arguments, status, out, err):
        self.arguments, self.status, self.out, self.err = arguments, status, out, err

    def __str__(self):
        return (f"steadyctl {' '.join(self.arguments)}: exit {self.status}\n"
                f"stdout: {self.out[:4000]}\nstderr: {self.err[:4000]}")

    def json(self):
        return json.loads(self.out)

    def expect(self, status, *texts):
        """Assert the exit status and that each text was printed somewhere."""
        assert self.status == status, f"expected exit {status}: {self}"
        for text in texts:
            assert text in self.out + self.err, f"expected '{text}': {self}"
        return self


class Daemon:
    """A steadyd with a folder, a socket and a store of its own; use it with 'with'."""

    def __init__(self, config="", state=None, arguments=()):
        self.folder = tempfile.mkdtemp(prefix="steady-e2e-")
        os.chmod(self.folder, 0o755)
        self.socket = os.path.join(self.folder, "bus")
        self.state = state or os.path.join(self.folder, "state")
        self.arguments = arguments
        self.process = None
        self.clients = []
        self.n_workloads = 0
        # For other users, to whom the build folder may be closed.
        self.copy = shutil.copy(STEADYCTL, self.folder)
        self.config = self.write("steadyd.yaml",
                                 config or f"access:\n  users: [{OTHER_USER}]\n")

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for client in self.clients:
            client.kill()
            client.communicate()
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, name, text):
        """A file in the daemon's folder that everyone can read; returns its path."""
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        os.chmod(path, 0o644)
        return path

    def command(self):
        return [STEADYD, "--no-system-bus", "--socket", self.socket, "--state", self.state,
                "--config", self.config, *self.arguments]

    def variables(self):
        """What the daemon's environment has besides the test's."""
        return {}

    def workload(self, command, **keys):
        """A workload file whose runs all count, however busy the machine is; returns its path.

        A command that is a text is a shell line; keys are those of the file, _ for -.
        """
        self.n_workloads += 1
        name = f"w{self.n_workloads}"
        keys = {"runs": 1, "warmup": 0, **keys}
        rows = [f"workload: {name}", "outliers: none"]
        rows.append(f"shell: {json.dumps(command)}" if isinstance(command, str)
                    else f"command: {json.dumps(command)}")
        rows += [f"{key.replace('_', '-')}: {json.dumps(value)}" for key, value in keys.items()]
        return self.write(f"{name}.yaml", "\n".join(rows) + "\n")

    def run(self, command, *options, user=None, **keys):
        """Run such a workload to its end; the result is in the answer's json()."""
        return self.ctl("--json", "run", self.workload(command, **keys), *options, user=user)

    def run_well(self, command, *options, **keys):
        """The same, and assert that it went well; returns the result document."""
        return self.run(command, *options, **keys).expect(EXIT_DONE).json()

    def spawn(self):
        """Start the process and do not wait for its socket."""
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.process = subprocess.Popen(
                self.command(), env={**os.environ, **self.variables()}, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def start(self):
        self.spawn()
        wait_until(lambda: self.answers() or self.process.poll() is not None, "steadyd to answer")
        assert self.process.poll() is None, f"steadyd did not start:\n{self.log()}"

    def answers(self):
        return os.path.exists(self.socket) and self.ctl("status").status == EXIT_DONE

    def stop(self, number=signal.SIGTERM):
        """Send a signal and return the exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)

    def kill(self):
        """As the power cut of a process: no chance to put anything back."""
        self.process.kill()
        self.process.wait()

    def log(self):
        return machine.read_or_none(os.path.join(self.folder, "log")) or ""

    def popen(self, *arguments, user=None, cwd=None, environment=()):
        """Start a steadyctl, as another user when one is named."""
        variables = {k: v for k, v in os.environ.items() if not k.startswith("STEADY_")}
        variables.update(environment)
        identity = {}
        # Machines that run tests are noisy: what is tested here must not depend on calm.
        verb = next((a for a in arguments if not a.startswith("-")), None)
        if verb in ("run", "submit") and "--outliers" not in arguments:
            at = arguments.index(verb) + 1
            arguments = (*arguments[:at], "--outliers", "none", *arguments[at:])
        if user:
            entry = pwd.getpwnam(user)
            identity = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
            variables.update(HOME="/", USER=user, LOGNAME=user)
        client = subprocess.Popen(
            [self.copy if user else STEADYCTL, "--socket", self.socket, *arguments], env=variables,
            cwd=cwd or self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, errors="replace", **identity)
        self.clients.append(client)
        return client

    def finish(self, client):
        """Wait for a steadyctl that was started with popen()."""
        out, err = client.communicate(timeout=PATIENCE_SECONDS)
        self.clients.remove(client)
        return Answer(client.args[3:], client.returncode, out, err)

    def ctl(self, *arguments, **options):
        """Run steadyctl to its end."""
        return self.finish(self.popen(*arguments, **options))

    def submit(self, *arguments, **options):
        """Submit and return the job's number."""
        answer = self.ctl("--json", "submit", *arguments, **options)
        return answer.expect(EXIT_DONE).json()["job"]

    def result(self, job):
        """The result document; of an unfinished job what is known so far."""
        return json.loads(self.ctl("--json", "show", str(job)).out)

    def wait_state(self, job, *states):
        return wait_until(lambda: self.result(job)["state"] in states and self.result(job),
                          f"job {job} to be {' or '.join(states)}")


def main(names):
    """Run every test_* of a module and print TAP."""
    wanted = sys.argv[1:]
    tests = [(name, test) for name, test in names.items() if name.startswith("test_")
             and (not wanted or name in wanted)]
    n_failed = 0
    print(f"1..{len(tests)}", flush=True)
    for number, (name, test) in enumerate(tests, 1):
        line = f"{number} - {name.removeprefix('test_').replace('_', ' ')}"
        try:
            test()
            print(f"ok {line}", flush=True)
        except Skip as reason:
            print(f"ok {line} # SKIP {reason}", flush=True)
        except Exception:
            n_failed += 1
            print(f"not ok {line}")
            print("# " + traceback.format_exc().rstrip().replace("\n", "\n# "), flush=True)
    sys.exit(1 if n_failed else 0)
