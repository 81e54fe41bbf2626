#!/usr/bin/env python3
"""What ships works: every workload and profile, every reading verb, and the layouts promised."""

import glob
import os

from harness import EXIT_DONE, SOURCE, Daemon, Skip, main, need_root

GNU_TIME_LINES = ("Command being timed:", "User time (seconds):", "System time (seconds):",
                  "Percent of CPU this job got:", "Elapsed (wall clock) time (h:mm:ss or m:ss):",
                  "Maximum resident set size (kbytes):", "Major (requiring I/O) page faults:",
                  "Minor (reclaiming a frame) page faults:", "Voluntary context switches:",
                  "Involuntary context switches:", "File system inputs:", "File system outputs:",
                  "Exit status: 0")


def shipped(folder):
    found = sorted(glob.glob(os.path.join(SOURCE, folder, "*.yaml")))
    assert found, f"no {folder}"
    return found


def test_every_shipped_file_is_accepted():
    with Daemon() as daemon:
        daemon.ctl("check", *shipped("workloads"), *shipped("profiles")).expect(EXIT_DONE)


def test_every_shipped_workload_runs_and_verifies():
    with Daemon() as daemon:
        for path in shipped("workloads"):
            answer = daemon.ctl("--json", "run", path, "--runs", "1", "--warmup", "0",
                                "--outliers", "none").expect(EXIT_DONE)
            result = answer.json()
            assert result["format"] == "steady-result-1"
            for benchmark in result["benchmarks"]:
                assert benchmark["runs"][0]["metrics"]["wall"] > 0, benchmark


def test_every_shipped_profile_can_be_used():
    with Daemon() as daemon:
        for path in shipped("profiles"):
            name = os.path.basename(path).removesuffix(".yaml")
            result = daemon.run_well(["true"], runs=3, profile=name)
            assert result["environment"]["profile"] == name, result["environment"]
            assert not result["environment"]["residue"], result["environment"]


def test_result_can_be_shown_as_time_does():
    with Daemon() as daemon:
        daemon.run_well(["true"], runs=3)
        daemon.ctl("show", "1", "--format", "time").expect(EXIT_DONE, *GNU_TIME_LINES)


def test_reading_verbs_answer():
    with Daemon() as daemon:
        for verb in (["status"], ["knobs"], ["list"], ["workloads"], ["fingerprint"],
                     ["profile", "list"], ["profile", "show", "quiet"], ["help", "workload"],
                     ["help", "profile"], ["--version"], ["--help"]):
            daemon.ctl(*verb).expect(EXIT_DONE)
            if verb[0] not in ("help", "--version", "--help"):
                daemon.ctl("--json", *verb).expect(EXIT_DONE).json()


def test_local_needs_no_daemon():
    with Daemon() as daemon:
        daemon.stop()
        local = {"XDG_STATE_HOME": os.path.join(daemon.folder, "local")}
        daemon.ctl("--local", "run", daemon.workload(["true"]), environment=local).expect(EXIT_DONE)
        daemon.ctl("--local", "list", environment=local).expect(EXIT_DONE, "done")


def test_several_commands_are_arms():
    with Daemon() as daemon:
        answer = daemon.ctl("--json", "run", "--runs", "6", "-c", "true", "-c", "sleep 0.1")
        benchmarks = answer.json()["benchmarks"]
        assert [b["arm"] for b in benchmarks] == ["base", "cand"], answer
        walls = [[run["metrics"]["wall"] for run in b["runs"]] for b in benchmarks]
        assert min(walls[0]) < min(walls[1]) and len(walls[0]) > 6, walls


def test_root_has_stamps_of_the_kernel():
    need_root()
    with Daemon() as daemon:
        result = daemon.run_well(["sleep", "0.05"])
        if result["timing"] != "kernel":
            raise Skip(f"timing is {result['timing']} on this machine")
        metrics = result["benchmarks"][0]["runs"][0]["metrics"]
        assert metrics["wall"] >= 0.05 > metrics["own"], metrics


if __name__ == "__main__":
    main(globals())
