#!/usr/bin/env python3
"""Count individual tests in meson's JSON log: failures and skips by name, totals as the last line.

A program that was killed, timed out or ended badly without a failing line counts as one failure.
--bad LOG prints the programs that failed, for a second try by themselves. --again LOG has what came
of it: it replaces the first try, which stays visible as a line TWICE.
"""

import argparse
import json
import os
import re
import sys

RESULT = re.compile(r"(ok|not ok)\b\s*(\d+)?\s*-?\s*(.*)$")
SKIP = re.compile(r"#\s*SKIP\S*\s*(.*)$", re.IGNORECASE)
AGAIN_MAX = 4  # programs that get a second try
BAD = {"FAIL", "TIMEOUT", "ERROR", "INTERRUPT", "UNEXPECTEDPASS"}


class Totals:
    """Passed is a count; failed and skipped keep the lines to show."""

    def __init__(self):
        self.n_passed = 0
        self.failed = []
        self.skipped = []
        self.twice = []

    def add_tap(self, program, text):
        """Count the result lines of one program; return how many there were, and how many bad."""
        n_seen = n_bad = 0
        for line in text.splitlines():
            result = RESULT.match(line)
            if not result:
                continue
            n_seen += 1
            name = result.group(3)
            skip = SKIP.search(name)
            if skip:
                self.skipped.append(f"{program}: {name[:skip.start()].strip()} ({skip.group(1)})")
            elif result.group(1) == "ok":
                self.n_passed += 1
            else:
                n_bad += 1
                self.failed.append(f"{program}: {name}")
        return n_seen, n_bad

    def add_program(self, label, entry):
        name = label + entry["name"]
        n_seen, n_bad = self.add_tap(name, entry.get("stdout", ""))
        if entry["result"] in BAD and n_bad == 0:
            self.failed.append(f"{name}: {entry['result'].lower()}, status {entry['returncode']}")
        elif n_seen == 0 and entry["result"] == "SKIP":
            self.skipped.append(f"{name} ({(entry.get('stdout') or 'skipped').strip()})")
        elif n_seen == 0 and entry["result"] == "OK":
            self.n_passed += 1

    def add_first_try(self, entry):
        first = Totals()
        first.add_program("", entry)
        self.twice += first.failed

    def show(self):
        for line in self.twice:
            print(f"TWICE   {line} (failed at first; tried again alone)")
        for line in self.skipped:
            print(f"SKIPPED {line}")
        for line in self.failed:
            print(f"FAILED  {line}")
        print(f"{self.n_passed} passed, {len(self.failed)} failed, {len(self.skipped)} skipped")


def entries(path):
    with open(path, encoding="utf-8", errors="replace") as log:
        return [json.loads(line) for line in log]


def print_bad(path):
    """Nothing when most of the programs failed: that is no accident."""
    found = entries(path) if os.path.exists(path) else []
    bad = [entry["name"] for entry in found if entry["result"] in BAD]
    if len(bad) <= AGAIN_MAX:
        print("\n".join(name.split(" / ")[-1] for name in bad))


def main(paths, again):
    totals = Totals()
    second = {}
    if again and os.path.exists(again):
        second = {entry["name"]: entry for entry in entries(again)}
    for path in paths:
        if not os.path.exists(path):
            totals.failed.append(f"{path}: no results, its build failed")
            continue
        label = os.path.basename(path).removesuffix(".json").replace("testlog", "")
        label += ": " if label else ""
        for entry in entries(path):
            if not label and entry["name"] in second:
                totals.add_first_try(entry)
                entry = second[entry["name"]]
            totals.add_program(label, entry)
    totals.show()
    return 0 if totals.n_passed and not totals.failed else 1


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--bad", metavar="LOG")
    arguments.add_argument("--again", metavar="LOG")
    arguments.add_argument("logs", nargs="*")
    given = arguments.parse_args()
    sys.exit(print_bad(given.bad) if given.bad else main(given.logs, given.again))
