#!/usr/bin/env python3
"""What a service manager and a host rely on: readiness, watchdog, quiet, limits, resubmission."""

import os
import socket
import time

from harness import (EXIT_DAEMON, EXIT_DONE, EXIT_UNSTABLE, EXIT_USAGE, OTHER_USER, Daemon, Skip,
                     main, need_root, wait_until)

IDLE_SECONDS = 3
PEERS_OF_ONE_USER = 64


class Notified(Daemon):
    """A steadyd that believes a service manager listens to it."""

    def __init__(self, **options):
        super().__init__(**options)
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(os.path.join(self.folder, "notify"))
        self.manager.settimeout(60)
        self.messages = []

    def variables(self):
        return {"NOTIFY_SOCKET": self.manager.getsockname(), "WATCHDOG_USEC": "400000"}

    def hear(self, wanted):
        """Wait for a message that has a line of this text."""
        while not any(wanted in m.splitlines() for m in self.messages):
            self.messages.append(self.manager.recv(4096).decode())

    def close(self):
        super().close()
        self.manager.close()


def switches(pid):
    """How often the process waited and was woken so far."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file
                    if line.startswith("voluntary_ctxt_switches"))


def test_service_manager_is_told_of_start_life_and_end():
    with Notified() as daemon:
        daemon.hear("READY=1")
        daemon.messages.clear()
        daemon.hear("WATCHDOG=1")
        assert daemon.stop() == 0
        daemon.hear("STOPPING=1")


def test_idle_daemon_does_not_wake_up():
    with Daemon() as daemon:
        daemon.run_well(["true"])
        time.sleep(0.5)
        before = switches(daemon.process.pid)
        time.sleep(IDLE_SECONDS)
        assert switches(daemon.process.pid) == before, "woke up with nothing to do"


def test_daemon_sleeps_while_a_run_is_under_way():
    with Daemon() as daemon:
        result = daemon.run_well(["sleep", "2"])
        run = result["benchmarks"][0]["runs"][0]
        # Looks at the size of the output, at growing intervals, and the end itself.
        assert run["evidence"]["daemon-wakeups"] < 20, run["evidence"]


def test_queue_limits_are_told_in_words():
    config = f"access:\n  users: [{OTHER_USER}]\nlimits:\n  queue: 4\n  queue-per-user: 2\n"
    need_root()
    with Daemon(config=config) as daemon:
        first = daemon.submit("--", "sleep", "1000")
        daemon.wait_state(first, "running")
        for _ in range(2):
            daemon.submit("--", "true")
        daemon.ctl("submit", "--", "true").expect(EXIT_DAEMON, "2 jobs queued", "cancel some")
        for _ in range(2):
            daemon.submit("--", "true", user=OTHER_USER)
        daemon.ctl("submit", "--", "true", user=OTHER_USER).expect(EXIT_DAEMON, "4 jobs are queued")
        daemon.ctl("cancel", str(first)).expect(EXIT_DONE)


def test_connections_of_one_user_are_bounded_and_others_still_served():
    need_root()
    with Daemon() as daemon:
        pid = os.fork()
        if pid == 0:
            os.setresuid(65534, 65534, 65534)
            held = []
            for _ in range(3 * PEERS_OF_ONE_USER):
                held.append(socket.socket(socket.AF_UNIX))
                held[-1].connect(daemon.socket)
            time.sleep(60)
            os._exit(0)
        try:
            wait_until(lambda: "turned away" in daemon.log(), "a client to be turned away")
            daemon.ctl("status").expect(EXIT_DONE)
            fds = len(os.listdir(f"/proc/{daemon.process.pid}/fd"))
            assert fds < 2 * PEERS_OF_ONE_USER, fds
        finally:
            os.kill(pid, 9)
            os.waitpid(pid, 0)


def test_interrupted_job_keeps_its_runs_and_can_be_submitted_again():
    with Daemon() as daemon:
        count, door = os.path.join(daemon.folder, "count"), os.path.join(daemon.folder, "door")
        line = f"echo x >>{count}; [ $(wc -l <{count}) -lt 3 ] || [ -e {door} ] || sleep 1000"
        job = daemon.submit(daemon.workload(line, runs=5))
        wait_until(lambda: len((daemon.result(job)["benchmarks"] or [{"runs": []}])[0]["runs"]) == 2,
                   "two runs")
        daemon.kill()
        with open(door, "w", encoding="utf-8"):
            pass
        daemon.start()
        result = daemon.result(job)
        assert result["state"] == "interrupted", result["state"]
        assert len(result["benchmarks"][0]["runs"]) == 2, "runs were lost"
        daemon.ctl("wait", str(job)).expect(EXIT_UNSTABLE, f"submit --again {job}")
        again = daemon.ctl("--json", "submit", "--again", str(job)).expect(EXIT_DONE).json()["job"]
        assert again > job
        daemon.ctl("wait", str(again)).expect(EXIT_DONE)
        assert daemon.result(again)["workload-hash"] == result["workload-hash"]


def test_nobody_submits_again_what_another_user_submitted():
    need_root()
    with Daemon() as daemon:
        job = str(daemon.submit("--", "true"))
        daemon.ctl("submit", "--again", job, user=OTHER_USER).expect(EXIT_DAEMON, "belongs to")
        daemon.ctl("submit", "--again", "99").expect(EXIT_USAGE, "no job 99")


def test_run_that_leaves_its_cpus_is_invalid_and_never_timed_by_another_clock():
    need_root()
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < 2:
        raise Skip("needs two CPUs")
    # The shell goes back to every CPU and then burns time on the first one.
    line = f"taskset -pc {cpus[0]} $$ >/dev/null; i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done"
    with Daemon() as daemon:
        answer = daemon.run(line, runs=2, profile="quiet")
        settings = {s["knob"]: s["status"] for s in answer.json()["environment"]["settings"]}
        if settings["cpu.affinity"] != "held":
            raise Skip("cpu.affinity is not to be had here")
        runs = answer.json()["benchmarks"][0]["runs"]
        assert all(run["status"] == "invalid" for run in runs), runs
        assert "moved off" in runs[0]["why"], runs[0]
        assert answer.status == EXIT_UNSTABLE, answer


def test_failures_that_are_to_go_on_end_the_job_without_a_number():
    with Daemon() as daemon:
        answer = daemon.run(["false"], runs=3, **{"on-failure": "continue"})
        assert answer.status == 8, answer
        result = answer.json()
        assert result["state"] == "failed" and len(result["benchmarks"][0]["runs"]) >= 3, result


if __name__ == "__main__":
    main(globals())
