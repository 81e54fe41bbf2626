#!/usr/bin/env python3
"""What a loaded machine does to a measurement: steadyctl and hyperfine in turn, idle and loaded.

For a command that does nothing and for one of about 20 ms: median and p90/p10 over the runs, with
no load and under "stress-ng --cpu 8". Nothing is judged; the table is for the closing note.
"""

import contextlib
import json
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))
from harness import Daemon

NOOP_RUNS, SPIN_RUNS = 200, 60
SPIN_SECONDS = 0.02
STRESS = ["stress-ng", "--cpu", "8", "--quiet"]


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def row(load, command, tool, values):
    spread = quantile(values, 0.9) / quantile(values, 0.1)
    print(f"{load:9} {command:6} {tool:22} n={len(values):4}  median {quantile(values, 0.5)*1e3:8.3f} ms"
          f"  p90/p10 {spread:6.2f}", flush=True)


def build_program(folder):
    program = os.path.join(folder, "spin")
    subprocess.run(["cc", "-O2", "-static", "-o", program, os.path.join(HERE, "spin.c")], check=True)
    return program


def rounds_for(program, seconds):
    """How many rounds take a time on the idle machine."""
    rounds = 1_000_000
    while True:
        start = time.monotonic()
        subprocess.run([program, str(rounds)], check=True)
        took = time.monotonic() - start
        if took > seconds:
            return int(rounds * seconds / took)
        rounds *= 2


def by_steady(daemon, command, runs, *options):
    """Counted and excluded runs alike: the comparison is of the instrument, not of the rule."""
    answer = daemon.ctl("--json", "run", "--runs", str(runs), "--warmup", "1", *options, "--",
                        *command)
    result = json.loads(answer.out)
    done = result["benchmarks"][0]["runs"]
    good = [r["metrics"]["wall"] for r in done if r["status"] in ("ok", "suspect")]
    every = [r["metrics"]["wall"] for r in done if not r["warmup"] and r["status"] != "failed"]
    return result["timing"], good, every


def by_hyperfine(folder, command, runs):
    path = os.path.join(folder, "hyperfine.json")
    subprocess.run(["hyperfine", "-N", "--style", "none", "--warmup", "1", "--runs", str(runs),
                    "--export-json", path, " ".join(command)], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(path, encoding="utf-8") as file:
        return json.load(file)["results"][0]["times"]


@contextlib.contextmanager
def load(name):
    if name == "idle":
        yield
        return
    with subprocess.Popen(STRESS) as stress:
        time.sleep(2)
        try:
            yield
        finally:
            stress.terminate()
            stress.wait()


def compare(daemon, name, command, runs, profiles):
    row(name[0], name[1], "hyperfine -N", by_hyperfine(daemon.folder, command, runs))
    for profile in profiles:
        timing, good, every = by_steady(daemon, command, runs, "--profile", profile)
        row(*name, f"steady {profile} {timing}", every)
        if good and len(good) != len(every):
            row(*name, f"steady {profile} counted", good)


def main():
    with Daemon(config="access:\n  users: []\n") as daemon:
        program = build_program(daemon.folder)
        rounds = rounds_for(program, SPIN_SECONDS)
        for name in ("idle", "stressed"):
            with load(name):
                compare(daemon, (name, "no-op"), [program], NOOP_RUNS, ["as-is"])
                compare(daemon, (name, "20ms"), [program, str(rounds)], SPIN_RUNS,
                        ["as-is", "quiet"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
