#!/usr/bin/env python3
"""The count at the end of a test run: what failed twice fails, and a second try is never hidden."""

import json
import os
import subprocess
import sys
import tempfile

TOTALS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "totals.py")
GOOD = {"name": "steady:unit / plan", "stdout": "ok 1 - a\nok 2 - b # SKIP no disk\n", "result": "OK", "returncode": 0}
BAD = {"name": "steady:real / switches", "stdout": "ok 1 - a\nnot ok 2 - b\n", "result": "FAIL", "returncode": 1}
MENDED = {**BAD, "stdout": "ok 1 - a\nok 2 - b\n", "result": "OK", "returncode": 0}
KILLED = {"name": "steady:unit / runner", "stdout": "", "result": "TIMEOUT", "returncode": -9}

# name, first try, second try, exit status, last line, what else is printed
CASES = [
    ("all is well", [GOOD], None, 0, "1 passed, 0 failed, 1 skipped", "SKIPPED"),
    ("a failure fails", [GOOD, BAD], None, 1, "2 passed, 1 failed, 1 skipped", "FAILED  steady:real / switches: b"),
    ("a killed program fails", [GOOD, KILLED], None, 1, "1 passed, 1 failed, 1 skipped", "timeout"),
    ("a second try is said", [GOOD, BAD], [MENDED], 0, "3 passed, 0 failed, 1 skipped", "TWICE   steady:real / switches: b"),
    ("failing twice fails", [GOOD, BAD], [BAD], 1, "2 passed, 1 failed, 1 skipped", "FAILED"),
    ("a killed second try fails", [BAD], [{**KILLED, "name": BAD["name"]}], 1, "0 passed, 1 failed, 0 skipped", "TWICE"),
    ("no test is no success", [], None, 1, "0 passed, 0 failed, 0 skipped", ""),
]


def write_log(folder, name, entries):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as log:
        log.writelines(json.dumps(entry) + "\n" for entry in entries)
    return path


def totals(*arguments):
    done = subprocess.run([sys.executable, TOTALS, *arguments], stdout=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stdout


def check_case(folder, first, second, status, last, more):
    arguments = ["--again", write_log(folder, "again.json", second)] if second else []
    got, text = totals(*arguments, write_log(folder, "testlog.json", first))
    return got == status and text.rstrip().splitlines()[-1] == last and more in text


def check_bad(folder):
    """Names of the programs alone; nothing when there are too many for an accident."""
    few = totals("--bad", write_log(folder, "few.json", [GOOD, BAD, KILLED]))[1]
    many = totals("--bad", write_log(folder, "many.json", [BAD] * 5))[1]
    return few.split() == ["switches", "runner"] and not many


def main():
    n_failed = 0
    print(f"1..{len(CASES) + 1}")
    with tempfile.TemporaryDirectory() as folder:
        outcomes = [(case[0], check_case(folder, *case[1:])) for case in CASES]
        outcomes.append(("which programs are tried again", check_bad(folder)))
    for number, (name, good) in enumerate(outcomes, 1):
        n_failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {name}")
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
