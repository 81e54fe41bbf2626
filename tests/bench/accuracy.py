#!/usr/bin/env python3
"""How far a loaded machine bends a measurement: steadyctl and hyperfine side by side.

A command that does nothing and one of about 20 ms of computing run through both tools in turn, on
the machine as it is and under "stress-ng --cpu 8". A row is one instrument: its median, that median
beside the one of the machine without load, and p90/p10 of its runs. Nothing is judged.

"all" are all runs, "counted" those that the evidence leaves (what steadyctl reports), "own" the CPU
time between exec and exit of all runs.
"""

import argparse
import contextlib
import json
import os
import shlex
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))
from harness import EXIT_DONE, EXIT_UNSTABLE, Daemon

ROUNDS = 4  # in which the tools take turns
NOOP_RUNS, COMPUTE_RUNS = 200, 60
COMPUTE_SECONDS = 0.020
STRESS = ["stress-ng", "--cpu", "8", "--quiet"]
STRESS_WARM_UP_SECONDS = 2
BUSY_MAX = 0.05  # of all CPUs, for the machine to be called idle
ACCEPTED = ("ok", "suspect")


def quantile(values, share):
    """Linear between order statistics, as most tools do it."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


class Table:
    """Values by load, command and instrument, printed as they come."""

    def __init__(self):
        self.rows = {}

    def heading(self):
        print(f"{'load':7} {'command':8} {'instrument':22} {'runs':>5} {'median':>11} {'to idle':>8}"
              f" {'p10':>11} {'p90':>11} {'p90/p10':>8}", flush=True)

    def add(self, load, command, instrument, values, wanted):
        self.rows[load, command, instrument] = values
        if not values:
            print(f"{load:7} {command:8} {instrument:22} {'0':>5}   no run of {wanted} is left: "
                  "no number", flush=True)
            return
        low, median, high = (quantile(values, share) for share in (0.1, 0.5, 0.9))
        idle = self.rows.get(("idle", command, instrument))
        ratio = f"{median / quantile(idle, 0.5):8.2f}" if idle else f"{'-':>8}"
        print(f"{load:7} {command:8} {instrument:22} {len(values):5} {median * 1e3:8.3f} ms {ratio}"
              f" {low * 1e3:8.3f} ms {high * 1e3:8.3f} ms {high / low:8.2f}", flush=True)

    def write(self, path):
        rows = [dict(zip(("load", "command", "instrument"), key), values=values)
                for key, values in self.rows.items()]
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"format": "steady-bench-accuracy-1", "rows": rows}, file)


def build_program(folder):
    program = os.path.join(folder, "spin")
    subprocess.run(["cc", "-O2", "-static", "-o", program, os.path.join(HERE, "spin.c")], check=True)
    return program


def cpu_seconds(command):
    pid = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(pid, 0)
    assert status == 0, f"{shlex.join(command)}: wait status {status}"
    return usage.ru_utime + usage.ru_stime


def rounds_for(program, seconds):
    """How many rounds of spin.c take so much CPU time here; CPU time, as others may be at work."""
    rounds = 1_000_000
    while cpu_seconds([program, str(rounds)]) < seconds:
        rounds *= 2
    return int(rounds * seconds / min(cpu_seconds([program, str(rounds)]) for _ in range(5)))


def by_hyperfine(daemon, command, runs):
    path = os.path.join(daemon.folder, "hyperfine.json")
    subprocess.run(["hyperfine", "-N", "--style", "none", "--warmup", "1", "--runs", str(runs),
                    "--export-json", path, shlex.join(command)], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(path, encoding="utf-8") as file:
        return {"hyperfine -N": json.load(file)["results"][0]["times"]}


def number(run, metric):
    value = run["metrics"][metric]
    return value if isinstance(value, (int, float)) else None


def by_steady(daemon, command, runs, profile):
    """Evidence decides, as by default; of a job whose replacements are spent the runs remain."""
    answer = daemon.ctl("--json", "run", "--outliers", "evidence", "--profile", profile, "--runs",
                        str(runs), "--warmup", "1", "--", *command)
    assert answer.status in (EXIT_DONE, EXIT_UNSTABLE), str(answer)
    result = json.loads(answer.out)
    assert result["timing"] == "kernel", "the kernel's records were not to be had"
    done = [r for r in result["benchmarks"][0]["runs"] if not r["warmup"]]
    every = done[:runs]
    counted = [r for r in done if r["status"] in ACCEPTED]
    pick = {"all": (every, "wall"), "counted": (counted, "wall"), "own": (every, "own")}
    return {f"steady {profile} {name}": [v for r in chosen if (v := number(r, metric)) is not None]
            for name, (chosen, metric) in pick.items()}


def compare(table, daemon, load, name, command, runs, profiles):
    """The tools take turns, so that a change of the machine meets all of them."""
    collected = {}
    for _ in range(ROUNDS):
        found = by_hyperfine(daemon, command, runs // ROUNDS)
        for profile in profiles:
            found.update(by_steady(daemon, command, runs // ROUNDS, profile))
        for instrument, values in found.items():
            collected.setdefault(instrument, []).extend(values)
    for instrument, values in collected.items():
        table.add(load, name, instrument, values, runs)


@contextlib.contextmanager
def stressed():
    with subprocess.Popen(STRESS, stdout=subprocess.DEVNULL) as stress:
        try:
            time.sleep(STRESS_WARM_UP_SECONDS)
            yield
        finally:
            stress.terminate()
            stress.wait()


def busy_share():
    """CPUs at work during a second in which we do nothing: is idle idle?"""
    def read():
        with open("/proc/stat", encoding="ascii") as file:
            fields = [int(x) for x in file.readline().split()[1:9]]
        return sum(fields) - fields[3] - fields[4], sum(fields)
    busy, total = read()
    time.sleep(1)
    busy_after, total_after = read()
    return (busy_after - busy) / max(total_after - total, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", metavar="FILE", help="also write all values, as JSON")
    parser.add_argument("--quick", action="store_true", help="a tenth of the runs: does it work?")
    options = parser.parse_args()
    share = 10 if options.quick else 1
    table = Table()

    with Daemon(config="access:\n  users: []\n") as daemon:
        program = build_program(daemon.folder)
        compute = [program, str(rounds_for(program, COMPUTE_SECONDS))]
        busy = busy_share()
        print(f"{os.cpu_count()} CPUs, {busy:.0%} busy before anything was started"
              f"{': the rows called idle are not' if busy > BUSY_MAX else ''}")
        table.heading()
        for load, context in (("idle", contextlib.nullcontext()), ("stress", stressed())):
            with context:
                compare(table, daemon, load, "no-op", [program],
                        max(NOOP_RUNS // share, ROUNDS), ["as-is", "quiet"])
                compare(table, daemon, load, "20 ms", compute,
                        max(COMPUTE_RUNS // share, ROUNDS), ["as-is", "quiet"])
    if options.o:
        table.write(options.o)
    return 0


if __name__ == "__main__":
    sys.exit(main())
