#!/usr/bin/env python3
"""Gates and suites as jobs: rounds of pairs until every benchmark has its verdict."""

import json
import os
import re
import subprocess
from collections import defaultdict

from harness import EXIT_DONE, EXIT_USAGE, Daemon, main, need_program

SLOW = 'shell: "sleep $SECONDS_TO_SLEEP"'
ARMS = ('arms: {base: {env: {SECONDS_TO_SLEEP: "0"}}, '
        'cand: {env: {SECONDS_TO_SLEEP: "0.1"}}}')
SAME = "arms: {base: {}, cand: {}}"
FINAL = ("done", "failed", "unstable", "cancelled", "interrupted")


def call(daemon, text, *overrides):
    """Submit over D-Bus, past what steadyctl would refuse itself."""
    need_program("busctl", "systemd")
    words = [text, daemon.folder, "3", "file", "s", "gate.yaml", "environment", "as", "1",
             f"PATH={os.environ['PATH']}", "overrides", "as", str(len(overrides)), *overrides]
    return subprocess.run(
        ["busctl", f"--address=unix:path={daemon.socket}", "call", "--", "org.steadyd",
         "/org/steadyd", "org.steadyd.Manager1", "Submit", "ssa{sv}", *words],
        text=True, capture_output=True, check=False)


def run(daemon, text, *overrides):
    """Submit, wait for the end, and return the result document."""
    answer = call(daemon, text, *overrides)
    assert answer.returncode == 0, answer.stderr
    job = int(re.search(r"^us (\d+)", answer.stdout).group(1))
    return daemon.wait_state(job, *FINAL)


def refused(daemon, said, text, *overrides):
    answer = call(daemon, text, *overrides)
    assert answer.returncode != 0 and said in answer.stderr, (answer.stdout, answer.stderr)


def rounds(result, name):
    """Arms of the counted runs of a benchmark, by round, in the order they were made."""
    found = defaultdict(list)
    for benchmark in result["benchmarks"]:
        if benchmark["name"] == name:
            for r in benchmark["runs"]:
                if not r["warmup"]:
                    found[r["block"]].append((r["n"], benchmark["arm"]))
    return {block: [arm for _, arm in sorted(runs)] for block, runs in found.items()}


def log_of(daemon, result):
    return daemon.ctl("log", str(result["job"])).out


def test_a_clear_difference_ends_at_the_first_look():
    with Daemon() as daemon:
        text = f"workload: sleep\noutliers: none\nwarmup: 0\n{SLOW}\n{ARMS}\n"
        result = run(daemon, text, "gate={looks: [8, 16], alpha: 10%}")
        assert result["state"] == "done", result.get("error")
        assert "decided after 8 rounds" in result["stop"], result["stop"]
        made = rounds(result, "sleep")
        assert sorted(made) == list(range(1, 9)), made
        assert all(sorted(arms) == ["base", "cand"] for arms in made.values()), made
        rules = result["benchmarks"][0]["gate"]
        assert rules["looks"] == [8, 16], rules


def test_the_order_within_pairs_is_drawn_from_the_seed():
    with Daemon() as daemon:
        text = f"workload: sleep\noutliers: none\nwarmup: 0\nseed: 7\nshell: ':'\n{SAME}\n"
        first = rounds(run(daemon, text, "gate={looks: [16]}"), "sleep")
        assert ["base", "cand"] in first.values() and ["cand", "base"] in first.values(), first
        assert rounds(run(daemon, text, "gate={looks: [16]}"), "sleep") == first


def test_directories_of_arms_reach_command_env_cwd_and_hooks():
    with Daemon() as daemon:
        for arm in ("old", "new"):
            os.makedirs(os.path.join(daemon.folder, arm, "in"))
            daemon.write(os.path.join(arm, "in", "name"), arm)
        text = ("workload: where\noutliers: none\nwarmup: 0\ncwd: \"{arm-dir}/in\"\n"
                "shell: 'test $(cat name) = $(cat {arm-dir}/in/name) && "
                "test $(cat name) = $(cat $D/in/name) && pwd'\n"
                "env: {D: \"{arm-dir}\"}\nconclude: 'pwd; echo concluded {arm-dir}'\n")
        old, new = (os.path.join(daemon.folder, arm) for arm in ("old", "new"))
        result = run(daemon, text, f"arm-dir=base={old}", f"arm-dir=cand={new}",
                     "gate={looks: [8]}", "same-files=where")
        assert result["state"] == "done", result.get("error")
        log = log_of(daemon, result)
        assert f"concluded {old}" in log and f"concluded {new}" in log, log
        assert all(b["same-files"] for b in result["benchmarks"]), result["benchmarks"]


def test_every_benchmark_may_have_the_same_files():
    with Daemon() as daemon:
        text = f"workload: same\noutliers: none\nwarmup: 0\nshell: 'true'\nmatrix: {{n: [1, 2]}}\n{SAME}\n"
        result = run(daemon, text, "gate={looks: [8]}", "same-files=*")
        assert result["state"] == "done", result.get("error")
        assert [b["same-files"] for b in result["benchmarks"]] == [True] * 4, result["benchmarks"]


def test_options_are_bounded():
    with Daemon() as daemon:
        text = f"workload: same\nshell: 'true'\n{SAME}\n"
        refused(daemon, "more than 256 options", text, *["runs=1"] * 257)
        refused(daemon, "the options are larger than 256 KiB", text, *["prepare=" + "x" * 90000] * 3)


def test_max_time_is_that_of_the_gate():
    with Daemon() as daemon:
        text = f"workload: same\noutliers: none\nwarmup: 0\nshell: 'sleep 0.05'\n{SAME}\n"
        result = run(daemon, text, "gate={looks: [1000], margin: 0.01%}", "max-time=1s")
        assert result["state"] == "done" and "max-time" in result["stop"], result["stop"]
        made = rounds(result, "same")
        assert 0 < len(made) < 1000, (result["stop"], len(made))
        assert all(sorted(arms) == ["base", "cand"] for arms in made.values()), made


def test_what_is_no_gate_is_refused():
    with Daemon() as daemon:
        refused(daemon, "exactly two", "workload: x\ncommand: [\"true\"]\n", "gate={}")
        refused(daemon, "only steadyctl can read files", "suite: x\nworkloads: [a.yaml]\n")
        text = f"workload: x\ncommand: [\"true\"]\n{SAME}\n"
        refused(daemon, "both arms would run the same", text, "arm-dir=base=/a",
                "arm-dir=cand=/b", "gate={}")


def suite(*members, shared=""):
    entries = [{"file": file, "text": text} for file, text in members]
    return f"suite: all\noutliers: none\n{shared}workloads: {json.dumps(entries)}\n"


def test_rounds_go_to_the_members_that_are_undecided():
    with Daemon() as daemon:
        # With alpha this small no look at 8 pairs can decide: the second goes on to 20.
        text = suite(
            ("a.yaml", f"workload: a\n{SLOW}\n{ARMS}\ngate: {{looks: [8], alpha: 10%}}\n"),
            ("b.yaml", f"workload: b\nshell: ':'\n{SAME}\n"
                       "gate: {looks: [8, 20], alpha: 0.001%}\n"), shared="warmup: 0\n")
        result = run(daemon, text, "gate={}")
        assert result["state"] == "done", result.get("error")
        assert result["workload"] == "all", result
        assert {b["workload"] for b in result["benchmarks"]} == {"a", "b"}, result["benchmarks"]
        assert len(rounds(result, "a")) == 8, rounds(result, "a")
        assert len(rounds(result, "b")) == 20, rounds(result, "b")


def test_every_member_has_its_own_folder_hooks_and_checks():
    with Daemon() as daemon:
        for name in ("a", "b"):
            os.makedirs(os.path.join(daemon.folder, name))
            daemon.write(os.path.join(name, "name"), name)
        members = [(f"{n}/w.yaml", f"workload: {n}\nshell: 'cat name; echo $HERE $SHARED'\n"
                    f"env: {{HERE: {n}, SHARED: \"1\"}}\nverify: {{stdout-contains: \"{n}{n} 1\"}}\n"
                    f"setup: 'echo setup {n} in; cat name'\ncleanup: 'echo cleanup {n}'\n"
                    f"prepare: 'echo prepare {n}'\n") for n in ("a", "b")]
        result = run(daemon, suite(*members, shared="runs: 2\nwarmup: 0\n"))
        assert result["state"] == "done", result.get("error")
        assert [(b["name"], len(b["runs"])) for b in result["benchmarks"]] == [
            ("a", 2), ("b", 2)], result["benchmarks"]
        log = log_of(daemon, result)
        places = [log.index(text) for text in (
            "setup a in", "setup b in", "prepare", "cleanup b", "cleanup a")]
        assert places == sorted(places), log
        assert log.count("prepare a") == 2 and log.count("prepare b") == 2, log


def test_a_suite_whose_setup_fails_cleans_up_what_it_began():
    with Daemon() as daemon:
        members = [("a.yaml", "workload: a\nshell: ':'\nsetup: 'echo setup a'\n"
                    "cleanup: 'echo cleanup a'\n"),
                   ("b.yaml", "workload: b\nshell: ':'\nsetup: 'false'\n"
                    "cleanup: 'echo cleanup b'\n"),
                   ("c.yaml", "workload: c\nshell: ':'\nsetup: 'echo setup c'\n"
                    "cleanup: 'echo cleanup c'\n")]
        result = run(daemon, suite(*members))
        assert result["state"] == "failed" and "setup failed" in result["error"], result
        log = log_of(daemon, result)
        assert "cleanup a" in log and "cleanup b" in log, log
        assert "setup c" not in log and "cleanup c" not in log, log


def write_suite(daemon, **changes):
    files = {"all.yaml": "suite: all\nruns: 2\nwarmup: 0\nworkloads: [a/w.yaml, b/w.yaml]\n",
             "a/w.yaml": "workload: a\ncommand: [cat, name]\nverify: {stdout-contains: a}\n",
             "b/w.yaml": "workload: b\ncommand: [cat, name]\nverify: {stdout-contains: b}\n",
             "a/name": "a", "b/name": "b", **changes}
    for name, text in files.items():
        os.makedirs(os.path.dirname(os.path.join(daemon.folder, name)), exist_ok=True)
        daemon.write(name, text)
    return os.path.join(daemon.folder, "all.yaml")


def test_a_suite_file_is_run_with_its_members():
    with Daemon() as daemon:
        path = write_suite(daemon)
        daemon.ctl("check", path).expect(EXIT_DONE, "all.yaml: good")
        daemon.ctl("run", "--dry-run", path).expect(EXIT_DONE, "suite", "a: cat name", "b: cat name")
        result = daemon.ctl("--json", "run", path).expect(EXIT_DONE).json()
        assert result["workload"] == "all", result
        assert [b["workload"] for b in result["benchmarks"]] == ["a", "b"], result["benchmarks"]


def test_problems_of_members_are_said_at_their_file():
    with Daemon() as daemon:
        bad = {"b/w.yaml": "workload: b\ncomand: [cat, name]\n"}
        path = write_suite(daemon, **bad)
        for verb in (["check"], ["run"], ["run", "--dry-run"]):
            daemon.ctl(*verb, path).expect(
                EXIT_USAGE, "b/w.yaml:2:1: error: unknown key 'comand'")
        path = write_suite(daemon, **{"all.yaml": "suite: all\nworkloads: [a/w.yaml, c.yaml]\n"})
        for verb in ("check", "run"):
            daemon.ctl(verb, path).expect(EXIT_USAGE, "c.yaml: No such file")


if __name__ == "__main__":
    main(globals())
