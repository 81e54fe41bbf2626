#!/usr/bin/env python3
"""Who may do what, and as whom a job runs."""

import os
import pwd

from harness import (EXIT_COMMAND, EXIT_DAEMON, EXIT_DONE, OTHER_USER, Daemon, main, need_root)

STRANGER = "daemon"  # a user of every Debian that no config names


def test_job_runs_as_its_submitter_and_never_as_root():
    need_root()
    entry = pwd.getpwnam(OTHER_USER)
    words = f"{entry.pw_uid} {entry.pw_uid} {entry.pw_gid}"
    line = 'echo "$(id -u) $(id -ru) $(id -g)" $(id -G)'
    with Daemon() as daemon:
        for hook in ("setup", "prepare", "conclude", "cleanup"):
            daemon.run_well(["true"], user=OTHER_USER,
                            **{hook: {"shell": f"test $(id -u) = {entry.pw_uid}"}})
        daemon.run_well(line, verify={"stdout-contains": words}, user=OTHER_USER)


def test_stranger_may_not_submit_but_may_look():
    need_root()
    with Daemon() as daemon:
        daemon.ctl("run", "--", "true", user=STRANGER).expect(EXIT_DAEMON, "steady")
        daemon.ctl("list", user=STRANGER).expect(EXIT_DONE)
        daemon.ctl("knobs", user=STRANGER).expect(EXIT_DONE)


def test_results_belong_to_the_submitter():
    need_root()
    with Daemon() as daemon:
        job = str(daemon.submit(daemon.workload(["echo", "secret"]), user=OTHER_USER))
        daemon.ctl("wait", job).expect(EXIT_DONE)
        for verb in ("show", "log", "cancel"):
            answer = daemon.ctl(verb, job, user=STRANGER)
            assert answer.status == EXIT_DAEMON and "secret" not in answer.out, answer
        daemon.ctl("show", job, user=OTHER_USER).expect(EXIT_DONE)


def test_root_gives_no_privilege_through_a_path():
    need_root()
    with Daemon() as daemon:
        secret = daemon.write("secret", "secret\n")
        os.chmod(secret, 0o600)
        answer = daemon.ctl("run", "--runs", "1", "--", "cat", secret, user=OTHER_USER)
        assert answer.status == EXIT_COMMAND and "secret\n" not in answer.out, answer


def test_no_privilege_comes_back_inside_a_job():
    need_root()
    line = "grep -E '^Cap(Inh|Prm|Eff|Amb)' /proc/self/status | grep -v 0000000000000000 || echo none"
    with Daemon() as daemon:
        daemon.run_well(line, verify={"stdout-contains": "none"}, user=OTHER_USER)


if __name__ == "__main__":
    main(globals())
