#!/usr/bin/env python3
"""Death, doubles and a full disk: no accepted job is lost, and the machine comes back."""

import contextlib
import os
import signal
import subprocess

import machine
from harness import (EXIT_DAEMON, EXIT_DONE, STEADYD, Daemon, Skip, main, need_program, need_root,
                     wait_until)

QUEUED_JOBS = 1000


@contextlib.contextmanager
def small_disk(daemon, size):
    """A file system of its own under the daemon's state."""
    os.makedirs(daemon.state)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", daemon.state],
                          check=False, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        daemon.close()
        raise Skip(f"cannot mount a tmpfs: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", daemon.state], check=True)
        daemon.close()


def fill(path):
    with open(path, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(65536))


def test_terminated_daemon_gives_the_machine_back_and_exits_0():
    before = machine.settings()
    with Daemon() as daemon:
        job = daemon.submit("--profile", "quiet", "--", "sleep", "1000")
        daemon.wait_state(job, "running")
        assert daemon.stop(signal.SIGTERM) == 0, daemon.log()
        assert not machine.changes(before), machine.changes(before)
        assert not os.path.exists(os.path.join(daemon.state, "undo.journal")), daemon.log()


def test_killed_daemon_is_cleaned_up_by_restore():
    need_root()
    before = machine.settings()
    with Daemon() as daemon:
        job = daemon.submit("--profile", "quiet", "--", "sleep", "1000")
        daemon.wait_state(job, "running")
        wait_until(lambda: os.path.exists(os.path.join(daemon.state, "undo.journal")),
                   "the journal")
        daemon.kill()
        if not machine.changes(before):
            raise Skip("profile quiet changes nothing on this machine")
        done = subprocess.run([STEADYD, "--restore", "--state", daemon.state], check=True,
                              stdout=subprocess.PIPE, text=True)
        assert "given back" in done.stdout, done.stdout
        assert not machine.changes(before), machine.changes(before)


def test_killed_daemon_keeps_its_queue_and_marks_what_ran():
    with Daemon() as daemon:
        running = daemon.submit(daemon.workload(["sleep", "0.05"], runs=2000))
        queued = [daemon.submit(daemon.workload(["true"])) for _ in range(3)]
        wait_until(lambda: len(daemon.result(running)["benchmarks"][0]["runs"]) >= 3, "three runs")
        daemon.kill()
        daemon.start()
        result = daemon.wait_state(running, "interrupted", "done")
        assert result["state"] == "interrupted"
        assert len(result["benchmarks"][0]["runs"]) >= 3, "what was measured is lost"
        for job in queued:
            daemon.ctl("wait", str(job)).expect(EXIT_DONE)
            assert daemon.result(job)["state"] == "done"


def test_processes_of_a_killed_daemon_end_with_it():
    with Daemon() as daemon:
        seconds = f"86300.{os.getpid()}"
        daemon.submit("--", "sleep", seconds)
        wait_until(lambda: machine.processes_with(seconds), "the run to begin")
        daemon.kill()
        wait_until(lambda: not machine.processes_with(seconds), "the run to be gone")


def test_socket_of_a_dead_daemon_is_no_obstacle():
    with Daemon() as daemon:
        daemon.kill()
        assert os.path.exists(daemon.socket)
        daemon.ctl("status").expect(EXIT_DAEMON)
        daemon.start()
        daemon.run_well(["true"])


def test_second_daemon_refuses_and_leaves_the_first_alone():
    with Daemon() as first:
        for second in (Daemon(state=first.state), Daemon()):
            second.socket = first.socket if second.state != first.state else second.socket
            second.spawn()
            status = second.process.wait(60)
            assert status not in (0, -signal.SIGKILL), second.log()
            assert "another" in second.log() or "already" in second.log(), second.log()
            second.close()
            first.run_well(["true"])


def test_without_a_daemon_local_is_named():
    with Daemon() as daemon:
        daemon.stop()
        daemon.ctl("run", "--", "true").expect(EXIT_DAEMON, "--local")


def test_full_disk_refuses_in_words_and_loses_nothing():
    need_root()
    daemon = Daemon()
    with small_disk(daemon, "4m"), daemon:
        kept = daemon.submit(daemon.workload(["true"]))
        daemon.ctl("wait", str(kept)).expect(EXIT_DONE)
        ballast = os.path.join(daemon.state, "ballast")
        fill(ballast)
        for _ in range(50):
            answer = daemon.run(["true"], runs=50)
            if answer.status != EXIT_DONE:
                break
        assert answer.status != EXIT_DONE, "the disk never was full"
        answer.expect(answer.status, "no space left")
        daemon.ctl("show", str(kept)).expect(EXIT_DONE)
        os.unlink(ballast)
        daemon.run_well(["true"])
        assert daemon.stop() == 0


def test_a_thousand_queued_jobs_are_kept_and_run_in_order():
    with Daemon() as daemon:
        gate = os.path.join(daemon.folder, "gate")
        first = daemon.submit(daemon.workload(f"while [ ! -e {gate} ]; do sleep 0.05; done"))
        path = daemon.workload(["true"])
        jobs = [daemon.submit(path) for _ in range(QUEUED_JOBS)]
        assert jobs == list(range(first + 1, first + 1 + QUEUED_JOBS)), "numbers are not in order"
        daemon.ctl("status").expect(EXIT_DONE, str(QUEUED_JOBS))
        daemon.kill()
        with open(gate, "w", encoding="utf-8"):
            pass
        daemon.start()
        daemon.ctl("wait", str(jobs[-1])).expect(EXIT_DONE)
        rows = daemon.ctl("--json", "list").expect(EXIT_DONE).json()["jobs"]
        states = {row["job"]: row["state"] for row in rows}
        assert all(states[job] == "done" for job in jobs), "a job was lost"


def test_busctl_sees_the_objects():
    need_program("busctl", "systemd")
    with Daemon() as daemon:
        done = subprocess.run(["busctl", f"--address=unix:path={daemon.socket}", "tree",
                               "org.steadyd"], stdout=subprocess.PIPE, text=True, check=True)
        assert "/org/steadyd" in done.stdout, done.stdout


if __name__ == "__main__":
    main(globals())
