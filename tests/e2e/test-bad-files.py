#!/usr/bin/env python3
"""Files and names that cannot be right: each gives one clear answer and changes nothing."""

from harness import (EXIT_COMMAND, EXIT_DONE, EXIT_USAGE, OTHER_USER, Daemon, main, need_root)
import os

TEXT_MAX = 1 << 20  # bytes of a workload file


def test_unknown_profile_is_refused_with_the_names_there_are():
    with Daemon() as daemon:
        daemon.ctl("run", "--profile", "quite", "--", "true").expect(EXIT_USAGE, "quite", "quiet")


def test_all_problems_of_a_file_are_shown_with_place_and_caret():
    text = "workload: x\ncomand: [true]\nruns: many\n"
    with Daemon() as daemon:
        path = daemon.write("bad.yaml", text)
        for verb in ("check", "run", "submit"):
            answer = daemon.ctl(verb, path)
            answer.expect(EXIT_USAGE, ":2:1: error:", "did you mean 'command'", ":3:7: error:", "^")


def test_binary_garbage_is_refused():
    garbage = bytes((i * 7919 + (i >> 3)) % 256 for i in range(65536))
    with Daemon() as daemon:
        path = daemon.write("garbage.yaml", garbage)
        for verb in ("check", "run"):
            daemon.ctl(verb, path).expect(EXIT_USAGE, "garbage.yaml")


def test_ten_megabytes_are_refused_by_their_size():
    text = "workload: big\ncommand: [\"true\"]\ndescription: >\n" + "  words\n" * (10 << 17)
    with Daemon() as daemon:
        path = daemon.write("big.yaml", text)
        for verb in ("check", "run"):
            daemon.ctl(verb, path).expect(EXIT_USAGE, "big.yaml")
        daemon.run_well(["true"])


def test_a_file_of_the_largest_size_is_read():
    head = "workload: large\ncommand: [\"true\"]\nruns: 1\noutliers: none\n"
    with Daemon() as daemon:
        path = daemon.write("large.yaml", head + "#" * (TEXT_MAX - len(head) - 1) + "\n")
        daemon.ctl("check", path).expect(EXIT_DONE)
        daemon.ctl("run", path).expect(EXIT_DONE)


def test_aliases_do_not_multiply():
    rows = ["a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]"]
    rows += [f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]" for i in range(9)]
    with Daemon() as daemon:
        path = daemon.write("bomb.yaml", "\n".join(rows) + "\n")
        daemon.ctl("check", path).expect(EXIT_USAGE, "alias")


def test_missing_file_is_named():
    with Daemon() as daemon:
        daemon.ctl("run", "./nowhere.yaml").expect(EXIT_USAGE, "nowhere.yaml")


def test_missing_program_is_no_exit_127():
    with Daemon() as daemon:
        answer = daemon.ctl("run", "--runs", "1", "--", "./no-such-program")
        answer.expect(EXIT_COMMAND, "no such file", "no-such-program")
        assert "127" not in answer.out, answer


def test_program_that_may_not_be_run_is_told():
    with Daemon() as daemon:
        path = daemon.write("plain", "text\n")
        daemon.ctl("run", "--runs", "1", "--", path).expect(EXIT_COMMAND, "ermission denied")


def test_folder_closed_to_the_submitter_is_told():
    need_root()
    with Daemon() as daemon:
        closed = os.path.join(daemon.folder, "closed")
        os.mkdir(closed, 0o700)
        daemon.run(["true"], cwd=closed, user=OTHER_USER).expect(
            EXIT_COMMAND, closed, "ermission denied")


if __name__ == "__main__":
    main(globals())
