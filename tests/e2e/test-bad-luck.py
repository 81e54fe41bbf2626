#!/usr/bin/env python3
"""Programs and clients that do not behave: a defined outcome, and nothing of them is left."""

import os
import signal

import machine
from harness import (EXIT_CANCELLED, EXIT_COMMAND, EXIT_DONE, Daemon, main, wait_until)


def unique_seconds():
    """A time for sleep that no other process of this machine has on its command line."""
    unique_seconds.n += 1
    return f"{86400 + unique_seconds.n}.{os.getpid()}"


unique_seconds.n = 0


def first_run(result):
    return result["benchmarks"][0]["runs"][0]


def test_children_left_behind_are_killed_and_reported():
    seconds = unique_seconds()
    line = f"sleep {seconds} & setsid sleep {seconds} & (setsid sleep {seconds} &) ; exit 0"
    with Daemon() as daemon:
        result = daemon.run_well(line)
        assert not machine.processes_with(seconds), "children are still there"
        assert first_run(result)["evidence"]["leftovers"] == 3, first_run(result)


def test_endless_output_is_cut_and_counted():
    with Daemon() as daemon:
        result = daemon.run_well("yes | head -c 50000000", limits={"output": "64KiB"})
        out = first_run(result)["stdout"]
        assert out["bytes"] == 50000000 and out["truncated"] is True, out


def test_output_without_end_runs_into_the_timeout():
    with Daemon() as daemon:
        daemon.ctl("run", "--runs", "1", "--timeout", "300ms", "--", "yes").expect(
            EXIT_COMMAND, "timeout")


def test_timeout_ends_the_run_and_all_its_processes():
    seconds = unique_seconds()
    with Daemon() as daemon:
        answer = daemon.ctl("--json", "run", "--runs", "3", "--timeout", "200ms", "--shell", "-c",
                            f"sleep {seconds} & sleep {seconds}")
        assert answer.status == EXIT_COMMAND, answer
        assert first_run(answer.json())["status"] == "failed", answer
        assert not machine.processes_with(seconds), "processes are still there"


def test_job_of_a_lost_client_is_cancelled():
    seconds = unique_seconds()
    with Daemon() as daemon:
        client = daemon.popen("run", "--", "sleep", seconds)
        wait_until(lambda: len(machine.processes_with(seconds)) > 1, "the run to begin")
        client.kill()
        daemon.finish(client)
        assert daemon.wait_state(1, "cancelled", "done", "failed")["state"] == "cancelled"
        wait_until(lambda: not machine.processes_with(seconds), "the run to be gone")


def test_interrupt_cancels_and_says_so_in_the_exit_code():
    seconds = unique_seconds()
    with Daemon() as daemon:
        client = daemon.popen("run", "--", "sleep", seconds)
        wait_until(lambda: len(machine.processes_with(seconds)) > 1, "the run to begin")
        client.send_signal(signal.SIGINT)
        daemon.finish(client).expect(EXIT_CANCELLED)
        assert daemon.wait_state(1, "cancelled")
        wait_until(lambda: not machine.processes_with(seconds), "the run to be gone")


def test_submitted_job_survives_its_client():
    with Daemon() as daemon:
        job = daemon.submit(daemon.workload(["true"], runs=3))
        daemon.ctl("wait", str(job)).expect(EXIT_DONE)
        assert daemon.result(job)["state"] == "done"


def test_cancel_ends_a_running_job():
    seconds = unique_seconds()
    with Daemon() as daemon:
        job = daemon.submit("--", "sleep", seconds)
        wait_until(lambda: machine.processes_with(seconds), "the run to begin")
        daemon.ctl("cancel", str(job)).expect(EXIT_DONE)
        assert daemon.wait_state(job, "cancelled")
        wait_until(lambda: not machine.processes_with(seconds), "the run to be gone")


def test_failing_program_fails_the_job():
    with Daemon() as daemon:
        answer = daemon.ctl("--json", "run", "--runs", "3", "--shell", "-c", "exit 3")
        assert answer.status == EXIT_COMMAND, answer
        run = first_run(answer.json())
        assert run["status"] == "failed" and run["exit"] == 3, run


def test_program_killed_by_a_signal_fails_the_job():
    with Daemon() as daemon:
        daemon.ctl("run", "--runs", "1", "--shell", "-c", "kill -SEGV $$").expect(
            EXIT_COMMAND, "signal")


def test_wrong_output_fails_the_job():
    with Daemon() as daemon:
        daemon.ctl("run", "--runs", "1", "--verify", "stdout-contains=right", "--", "echo",
                   "wrong").expect(EXIT_COMMAND, "right")


def test_failing_hook_fails_the_job():
    with Daemon() as daemon:
        for hook in ("--setup", "--prepare", "--conclude"):
            daemon.ctl("run", "--runs", "1", hook, "false", "--", "true").expect(
                EXIT_COMMAND, hook.strip("-"))


def test_cleanup_comes_after_a_failure():
    with Daemon() as daemon:
        mark = os.path.join(daemon.folder, "mark")
        daemon.ctl("run", "--runs", "1", "--cleanup", f"touch {mark}", "--", "false").expect(
            EXIT_COMMAND)
        assert os.path.exists(mark)


if __name__ == "__main__":
    main(globals())
