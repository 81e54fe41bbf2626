#!/usr/bin/env python3
"""CPU seconds of compare on two results of 1,000 benchmarks x 40 runs, beside SciPy on the same files.

SciPy (Debian's python3-scipy) does what benchstat does: read, medians, Mann-Whitney p for every
benchmark. Wall times are lognormal with 1 % of spread; every 20th benchmark is 3 % slower.
"""

import copy
import json
import os
import random
import resource
import subprocess
import sys
import tempfile

BUILD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build")
STEADYCTL = os.path.join(BUILD, "steadyctl")
SYSTEM_PYTHON = "/usr/bin/python3"  # the one that Debian's packages belong to
BENCHMARKS, RUNS = 1000, 40

SCIPY = """
import json, statistics, sys
from scipy.stats import mannwhitneyu

def walls(path):
    with open(path, encoding="utf-8") as file:
        return {b["name"]: [r["metrics"]["wall"] for r in b["runs"] if not r["warmup"]]
                for b in json.load(file)["benchmarks"]}

base, cand = walls(sys.argv[1]), walls(sys.argv[2])
for name, old in base.items():
    new = cand[name]
    p = mannwhitneyu(old, new, method="exact" if len(old) * len(new) <= 1600 else "auto").pvalue
    print(name, statistics.median(new) / statistics.median(old), p)
"""


def make(template, which):
    """One of the two documents."""
    generator = random.Random(42 + which)
    document = copy.deepcopy(template)
    like = document["benchmarks"].pop()
    run_like = next(run for run in like["runs"] if not run["warmup"])
    number = 0
    for index in range(BENCHMARKS):
        benchmark = {**like, "name": f"bench-{index:04d}", "runs": [],
                     "summary": {"wall": like["summary"]["wall"]}}
        centre = 0.001 * (1 + index % 97) * (1.03 if which and index % 20 == 0 else 1)
        for _ in range(RUNS):
            number += 1
            metrics = {"wall": centre * generator.lognormvariate(0, 0.01)}
            benchmark["runs"].append({**run_like, "n": number, "metrics": metrics})
        document["benchmarks"].append(benchmark)
    return document


def measure(name, command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    status = subprocess.call(command, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    print(f"{name:20} {seconds:8.2f} CPU seconds" + (f"   (exit {status})" if status else ""))


def main():
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        state = {**os.environ, "XDG_STATE_HOME": folder}
        template = json.loads(subprocess.check_output(
            [STEADYCTL, "--local", "--json", "run", "--runs", "6", "--outliers", "none", "--",
             "sleep", "0.01"], env=state))
        paths = [os.path.join(folder, name) for name in ("base.json", "cand.json")]
        for which, path in enumerate(paths):
            with open(path, "w", encoding="utf-8") as file:
                json.dump(make(template, which), file, indent=1)
            print(f"{path}: {os.path.getsize(path) / 1e6:.1f} MB")
        measure("steadyctl compare", [STEADYCTL, "--json", "compare", *paths])
        measure("SciPy", [SYSTEM_PYTHON, "-c", SCIPY, *paths])


if __name__ == "__main__":
    sys.exit(main())
