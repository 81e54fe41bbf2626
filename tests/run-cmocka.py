#!/usr/bin/env python3
"""Run one cmocka program and translate what it prints into TAP that every reader agrees on.

cmocka 1.1.5 (Debian 12) reports a skipped test as "not ok", prints a plan for every group, and
says nothing when the program ends in the middle of a group. Here a skip is "ok ... # SKIP reason"
with the last line the test printed as the reason, there is one plan, and a missing result or a
bad exit status is a failure.

STEADY_TEST_WRAPPER in the environment is put before the program ("valgrind -q", "gdb --args").
"""

import os
import re
import shlex
import subprocess
import sys

PLAN = re.compile(r"1\.\.(\d+)\s*$")
RESULT = re.compile(r"(ok|not ok) \d+ (?:- )?(.*)$")
GROUP = re.compile(r"# (ok|not ok) - ")
SKIP = re.compile(r"# SKIP ?(.*)$")
NO_REASON = "no reason was printed"


class Translator:
    """State of one run: results seen, results promised, the last line a test printed."""

    def __init__(self, out):
        self.out = out
        self.n_planned = 0
        self.n_seen = 0
        self.n_failed = 0
        self.last = ""

    def emit(self, text):
        self.out.write(text + "\n")
        self.out.flush()

    def result(self, word, text):
        self.n_seen += 1
        skip = SKIP.search(text)
        if skip:
            self.emit(f"ok {self.n_seen} - {skip.group(1)} # SKIP {self.last or NO_REASON}")
        else:
            self.n_failed += word != "ok"
            self.emit(f"{word} {self.n_seen} - {text}")
        self.last = ""

    def line(self, line):
        plan = PLAN.match(line)
        result = RESULT.match(line)
        if plan:
            self.n_planned += int(plan.group(1))
        elif result:
            self.result(result.group(1), result.group(2))
        else:
            self.emit("# " + line.removeprefix("# "))
            if line.strip() and not GROUP.match(line):
                self.last = line.removeprefix("# ").strip().removeprefix("skipped: ").replace("#", "")

    def finish(self, status):
        """Turn everything that went wrong without a line of its own into failures."""
        if self.n_seen < self.n_planned:
            self.result("not ok", f"{self.n_planned - self.n_seen} results missing (status {status})")
        elif self.n_planned == 0:
            self.result("not ok", f"program reported no tests (status {status})")
        elif status != 0 and self.n_failed == 0:
            self.result("not ok", f"program ended with status {status}")
        self.emit(f"1..{self.n_seen}")


def main(argv):
    translator = Translator(sys.stdout)
    argv = shlex.split(os.environ.get("STEADY_TEST_WRAPPER", "")) + argv
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                          errors="replace") as process:
        for line in process.stdout:
            translator.line(line.rstrip("\n"))
    translator.finish(process.returncode)
    return 1 if translator.n_failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
