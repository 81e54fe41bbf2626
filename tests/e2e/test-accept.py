#!/usr/bin/env python3
"""accept: an intended change is stored with its reason, used by its owner's gates, and expires."""

import os
import pwd
import re
import subprocess
import time

from harness import (EXIT_DAEMON, EXIT_DONE, EXIT_USAGE, OTHER_USER, Daemon, main, need_program,
                     need_root, wait_until)

EXIT_REGRESSED = 1
STRANGER = "daemon"  # a user of every Debian that no config names
SLOWER = ('workload: sleep\noutliers: none\nwarmup: 0\nshell: "sleep $SECONDS_TO_SLEEP"\n'
          'arms: {base: {env: {SECONDS_TO_SLEEP: "0.02"}}, '
          'cand: {env: {SECONDS_TO_SLEEP: "0.1"}}}\n'
          "gate: {looks: [8], alpha: 10%}\n")
BENCHMARK = "sleep"
FINAL = ("done", "failed", "unstable", "cancelled", "interrupted")


def call(daemon, member, *words, user=None):
    """Call a method past steadyctl; returns what busctl prints."""
    need_program("busctl", "systemd")
    identity = {}
    if user:
        entry = pwd.getpwnam(user)
        identity = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return subprocess.run(
        ["busctl", f"--address=unix:path={daemon.socket}", "call", "--", "org.steadyd",
         "/org/steadyd", "org.steadyd.Manager1", member, *words],
        text=True, capture_output=True, check=True, cwd=daemon.folder, **identity).stdout


def gate(daemon, user=None):
    """Run a gate that regresses; returns the number of its job."""
    out = call(daemon, "Submit", "ssa{sv}", SLOWER, daemon.folder, "2", "environment", "as", "1",
               f"PATH={os.environ['PATH']}", "overrides", "as", "1", "gate={}", user=user)
    job = int(re.search(r"^us (\d+)", out).group(1))
    daemon.wait_state(job, *FINAL)
    return str(job)


def stored(daemon, user=None):
    return daemon.ctl("--json", "accept", user=user).expect(EXIT_DONE).json()["acceptances"]


def accept(daemon, job, *options, user=None):
    return daemon.ctl("--json", "accept", job, BENCHMARK, "--reason", "checks every input",
                      *options, user=user).expect(EXIT_DONE).json()


def test_a_regression_is_accepted_as_far_as_it_was_seen():
    with Daemon() as daemon:
        answer = accept(daemon, gate(daemon))
        # At least five times as slow, and no more than the machine's load could make it.
        assert answer["limit"] > 1, answer
        rows = stored(daemon)
        assert len(rows) == 1, rows
        assert rows[0]["benchmark"] == BENCHMARK and rows[0]["workload"] == "sleep", rows
        assert rows[0]["reason"] == "checks every input" and not rows[0]["expired"], rows
        assert rows[0]["limit"] == answer["limit"] and rows[0]["job"] == 1, rows
        daemon.ctl("accept").expect(EXIT_DONE, "checks every input", "until")


def test_acceptances_survive_the_daemon_and_can_be_withdrawn():
    with Daemon() as daemon:
        number = str(accept(daemon, gate(daemon))["acceptance"])
        daemon.stop()
        daemon.start()
        assert len(stored(daemon)) == 1
        daemon.ctl("accept", "withdraw", number).expect(EXIT_DONE)
        assert stored(daemon) == []
        daemon.ctl("accept", "withdraw", number).expect(EXIT_USAGE, "no acceptance")
        daemon.ctl("accept").expect(EXIT_DONE, "no changes are accepted")


def test_only_what_a_gate_called_regressed_can_be_accepted():
    with Daemon() as daemon:
        job = gate(daemon)
        daemon.ctl("accept", job, "nothing", "--reason", "x").expect(
            EXIT_USAGE, "no benchmark 'nothing'", "sleep wall is regressed")
        daemon.run_well(["true"], runs=3)
        daemon.ctl("accept", "2", BENCHMARK, "--reason", "x").expect(EXIT_USAGE, "no gate")
        assert stored(daemon) == []


def test_reason_and_time_are_checked():
    with Daemon() as daemon:
        job = gate(daemon)
        for options, said in (((), "--reason"), (("--reason", ""), "--reason"),
                              (("--reason", "x", "--expires", "soon"), "--expires"),
                              (("--reason", "x", "--expires", "9000d"), "two years"),
                              (("--reason", "x" * 2000), "1024"),
                              (("--reason", "a\x1bb"), "printed")):
            daemon.ctl("accept", job, BENCHMARK, *options).expect(EXIT_USAGE, said)
        assert stored(daemon) == []


def test_an_expired_one_is_listed_as_such():
    with Daemon() as daemon:
        accept(daemon, gate(daemon), "--expires", "1s")
        wait_until(lambda: stored(daemon)[0]["expired"], "an acceptance to expire")
        daemon.ctl("accept").expect(EXIT_DONE, "expired")


def test_acceptances_belong_to_the_submitter_and_root():
    need_root()
    with Daemon() as daemon:
        job = gate(daemon, user=OTHER_USER)
        refused = daemon.ctl("accept", job, BENCHMARK, "--reason", "x", user=STRANGER)
        refused.expect(EXIT_DAEMON, "belongs to")
        own = accept(daemon, job, user=OTHER_USER)
        by_root = accept(daemon, job)
        owner = pwd.getpwnam(OTHER_USER).pw_uid
        assert {row["owner"] for row in stored(daemon)} == {owner}
        assert len(stored(daemon, user=OTHER_USER)) == 2
        assert stored(daemon, user=STRANGER) == []
        daemon.ctl("accept", "withdraw", str(own["acceptance"]), user=STRANGER).expect(EXIT_DAEMON)
        for answer in (own, by_root):
            daemon.ctl("accept", "withdraw", str(answer["acceptance"]),
                       user=OTHER_USER).expect(EXIT_DONE)


def test_a_gate_passes_with_an_accepted_change_and_says_so():
    with Daemon() as daemon:
        path = daemon.write("sleep.yaml", SLOWER)
        daemon.ctl("gate", path).expect(EXIT_REGRESSED)
        # Up to 100 times as slow: more than any load of the machine can make of it.
        expires_us = str(int((time.time() + 3600) * 1e6))
        out = call(daemon, "Accept", "usdst", "1", BENCHMARK, "99", "checks every input",
                   expires_us)
        number = re.search(r"^u (\d+)", out).group(1)
        daemon.ctl("gate", path).expect(EXIT_DONE, "checks every input")
        daemon.ctl("accept", "withdraw", number).expect(EXIT_DONE)
        daemon.ctl("gate", path).expect(EXIT_REGRESSED)


if __name__ == "__main__":
    main(globals())
