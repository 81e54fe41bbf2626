#!/usr/bin/env python3
"""The gate on real runs: false verdicts on unchanged commands, and what it sees of slower ones.

Parts, each with its own counts:
  aa        gates of one command against itself while "stress-ng" loads every CPU
  injected  gates of N against N (1 + d) rounds of arithmetic, d = 1, 2, 5 %, under the same load
  red       suites of short benchmarks, one of them 5 % slower: time to red
  green     such suites in which nothing changed: how many are red

Unchanged commands are judged by the policy "strict", which has no margin to hide behind: its
chance of a false verdict is alpha for each side. The same raw times are then judged by the rules of
other tools (rivals.py). The program is spin.c; its rounds are calibrated, less what a process costs
that does nothing, so that its time as a whole grows by d.
"""

import argparse
import contextlib
import json
import os
import statistics
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))
import accuracy
import rivals
from harness import Daemon

PARTS = ("aa", "injected", "red", "green")
ALPHA, MARGIN = 0.01, 0.02
CALIBRATE_SECONDS = 0.2
# done, regressed, inconclusive, not comparable, unstable: what a gate may end with
EXITS = (0, 1, 3, 4, 5)
# What a machine full of other work is measured with.
KINDS = {"quiet": {"profile": "quiet"}, "as-is": {"profile": "as-is", "outliers": "none"}}
INJECTED = ((0.01, "strict"), (0.02, "strict"), (0.05, "strict"),
            (0.01, "material"), (0.05, "material"))


class Spin:
    """A program whose CPU time is known: rounds a second, and what it costs to do none."""

    def __init__(self, folder):
        self.program = accuracy.build_program(folder)
        self.fixed = min(accuracy.cpu_seconds([self.program, "0"]) for _ in range(20))
        rounds = accuracy.rounds_for(self.program, CALIBRATE_SECONDS)
        least = min(accuracy.cpu_seconds([self.program, str(rounds)]) for _ in range(5))
        self.rate = rounds / (least - self.fixed)

    def command(self, seconds):
        return [self.program, str(max(int((seconds - self.fixed) * self.rate), 0))]


def workload(name, base, cand):
    return [f"workload: {name}", "warmup: 1",
            f"arms: {json.dumps({'base': {'command': base}, 'cand': {'command': cand}})}"]


def shared(kind, policy, max_rounds):
    gate = {"alpha": ALPHA, "margin": MARGIN, "policy": policy, "max-rounds": max_rounds}
    return [f"{key}: {value}" for key, value in KINDS[kind].items()] + [f"gate: {json.dumps(gate)}"]


class Bench:
    """Gates on a daemon of our own; every benchmark of every gate becomes a row."""

    def __init__(self, daemon, spin, options):
        self.daemon, self.spin, self.options = daemon, spin, options
        self.rows = []

    def gate(self, path):
        """Verdict document, result document, seconds."""
        output = os.path.join(self.daemon.folder, "gate-result.json")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(output)
        start = time.monotonic()
        answer = self.daemon.ctl("--json", "gate", path, "--max-time", self.options.max_time,
                                 "-o", output)
        seconds = time.monotonic() - start
        assert answer.status in EXITS, str(answer)
        with open(output, encoding="utf-8") as file:
            return answer.json(), json.load(file), seconds

    def record(self, series, truth_of, verdict, result, seconds):
        arms = rivals.arms_of(result)
        rows = []
        for row in verdict["benchmarks"]:
            times = arms[row["name"]]
            rows.append({
                "series": series, "truth": truth_of(row["name"]), "steady": row["verdict"],
                "benchmark": row["name"], "ratio": row["ratio"], "low": row["low"],
                "high": row["high"], "rounds": row["rounds"], "excluded": row["excluded"],
                "seconds": seconds, "base": times["base"], "cand": times["cand"],
                "rivals": rivals.judge(times["base"], times["cand"])})
        self.rows += rows
        return rows

    def pairs(self, series, kind, policy, delta, count, max_rounds):
        """Gates of one benchmark; delta: what the candidate takes more."""
        seconds = self.options.milliseconds / 1000
        lines = workload("spin", self.spin.command(seconds), self.spin.command(seconds * (1 + delta)))
        path = self.daemon.write("spin.yaml",
                                 "\n".join(lines + shared(kind, policy, max_rounds)) + "\n")
        truth = ("same" if delta == 0 else
                 "within" if policy == "material" and delta <= MARGIN else "regressed")
        rows = []
        for _ in range(count):
            rows += self.record(series, lambda _: truth, *self.gate(path))
        return rows

    def suite(self, series, policy, delta, max_rounds):
        """One gate of a suite; its first benchmark is slower by delta."""
        seconds = self.options.member_milliseconds / 1000
        names = [f"member-{i:02}" for i in range(self.options.members)]
        base = self.spin.command(seconds)
        for i, name in enumerate(names):
            cand = self.spin.command(seconds * (1 + (0 if i else delta)))
            self.daemon.write(f"{name}.yaml", "\n".join(workload(name, base, cand)) + "\n")
        files = json.dumps([f"{name}.yaml" for name in names])
        lines = ["suite: many", *shared("quiet", policy, max_rounds), f"workloads: {files}"]
        path = self.daemon.write("many.yaml", "\n".join(lines) + "\n")
        verdict, result, elapsed = self.gate(path)
        rows = self.record(
            series, lambda name: "regressed" if delta and name == names[0] else "same",
            verdict, result, elapsed)
        return verdict, rows, elapsed


def count_verdicts(rows):
    counts = {}
    for row in rows:
        counts[row["steady"]] = counts.get(row["steady"], 0) + 1
    return ", ".join(f"{n} {name}" for name, n in sorted(counts.items()))


def usable(rows):
    """Without those whose data were refused: they say nothing, so they are no correct answers."""
    return [row for row in rows if row["steady"] not in ("invalid", "not-comparable")]


def bounds_text(hits, n):
    if n == 0:
        return "none of 0: every gate was refused"
    low, high = rivals.rate_bounds(hits, n)
    return f"{hits} of {n}, 95 % interval {low:.2%} to {high:.2%}"


def costs_text(rows):
    """Verdicts come at once per gate, so a mean over benchmarks of one gate is that gate's."""
    rounds = statistics.fmean(row["rounds"] for row in rows)
    seconds = statistics.fmean(row["seconds"] for row in rows)
    excluded = sum(row["excluded"] for row in rows)
    return f"mean {rounds:.1f} rounds, {seconds:.2f} s, {excluded} pairs excluded"


def covered_text(rows, ratio):
    with_interval = [row for row in rows if isinstance(row["low"], (int, float))
                     and isinstance(row["high"], (int, float))]
    hits = sum(row["low"] <= ratio <= row["high"] for row in with_interval)
    return f"interval holds {ratio - 1:+.0%} in {hits} of {len(with_interval)}"


def part_aa(bench, options):
    """False verdicts on a command that did not change; returns whether they are acceptable."""
    good = True
    with accuracy.stressed():
        for kind, count, max_rounds in (("quiet", options.aa, 48), ("as-is", options.aa_raw, 24)):
            rows = bench.pairs(f"A/A {kind}", kind, "strict", 0, count, max_rounds)
            if not rows:
                continue
            print(f"A/A {kind}: {count_verdicts(rows)}; {costs_text(rows)}")
            for word in ("regressed", "improved"):
                hits = sum(row["steady"] == word for row in rows)
                n = len(usable(rows))
                most = rivals.acceptable(n, ALPHA)
                good = good and n > 0 and hits <= most
                print(f"  falsely {word}: {bounds_text(hits, n)}; alpha {ALPHA:.0%} "
                      f"allows up to {most} (chance of more 0.1 %)", flush=True)
    return good


def part_injected(bench, options):
    with accuracy.stressed():
        for delta, policy in INJECTED:
            rows = bench.pairs(f"{delta:.0%} {policy}", "quiet", policy, delta, options.injected, 48)
            if not rows:
                continue
            hits = sum(row["steady"] == "regressed" for row in rows)
            print(f"+{delta:.0%}, {policy}: regressed {bounds_text(hits, len(rows))}; "
                  f"{costs_text(rows)}; {covered_text(rows, 1 + delta)}; {count_verdicts(rows)}",
                  flush=True)
    return True


def part_red(bench, options):
    """Until the whole gate ends: a suite is right when its slow benchmark alone is regressed."""
    for _ in range(options.red):
        verdict, rows, seconds = bench.suite("suite, one +5 %", "material", 0.05, 48)
        named = [row["benchmark"] for row in rows if row["steady"] == "regressed"]
        print(f"suite of {len(rows)}, one 5 % slower: {verdict['verdict']} after {seconds:.1f} s, "
              f"regressed: {', '.join(named) or 'none'}; at most "
              f"{max(row['rounds'] for row in rows)} rounds; {count_verdicts(rows)}", flush=True)
    return True


def part_green(bench, options):
    """How many suites are red although nothing changed, by us and by the rules of others."""
    red = dict.fromkeys(("steady", *rivals.RULES), 0)
    seconds, every = [], []
    for _ in range(options.green):
        _, rows, elapsed = bench.suite("suite, no change", "strict", 0, 24)
        seconds.append(elapsed)
        every += rows
        for judge in red:
            red[judge] += any((row["steady"] if judge == "steady" else row["rivals"][judge])
                              == "regressed" for row in rows)
    if not seconds:
        return True
    most = rivals.acceptable(options.green, ALPHA)
    print(f"suites of {options.members} without a change: red by "
          + ", ".join(f"{judge} {n}" for judge, n in red.items()) + f" of {options.green}; alpha "
          f"{ALPHA:.0%} allows up to {most} (chance of more 0.1 %); mean "
          f"{statistics.fmean(seconds):.1f} s; {count_verdicts(every)}", flush=True)
    return red["steady"] <= most and bool(usable(every))


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", default=",".join(PARTS), help="some of " + ",".join(PARTS))
    for name, default, text in (
            ("aa", 200, "A/A gates with the profile quiet"),
            ("aa-raw", 60, "A/A gates as the machine is, no run left out"),
            ("injected", 30, "gates of each slowdown and policy"),
            ("red", 2, "suites with one slow benchmark"),
            ("green", 20, "suites without a change"),
            ("members", 50, "benchmarks of a suite")):
        parser.add_argument(f"--{name}", type=int, default=default, metavar="N",
                            help=f"{text}, {default} unless told")
    parser.add_argument("--milliseconds", type=float, default=5, metavar="MS", help="of a command")
    parser.add_argument("--member-milliseconds", type=float, default=3, metavar="MS",
                        help="of a command of a suite")
    parser.add_argument("--max-time", default="5m", metavar="TIME", help="of one gate")
    parser.add_argument("-o", "--output", metavar="FILE", help="also write all rows with their times, as JSON")
    options = parser.parse_args(arguments)
    options.parts = options.parts.split(",")
    for part in options.parts:
        if part not in PARTS:
            parser.error(f"--parts: there is no '{part}': {', '.join(PARTS)}")
    return options


def main():
    options = options_of(sys.argv[1:])
    good = True
    with Daemon(config="access:\n  users: []\n") as daemon:
        busy = accuracy.busy_share()
        bench = Bench(daemon, Spin(daemon.folder), options)
        print(f"{os.cpu_count()} CPUs, {busy:.0%} busy before anything was started; a process that "
              f"does nothing takes {bench.spin.fixed * 1e3:.2f} ms", flush=True)
        for part in options.parts:
            start = time.monotonic()
            good = globals()[f"part_{part}"](bench, options) and good
            print(f"[{part}: {time.monotonic() - start:.0f} s]", flush=True)
        if bench.rows:
            rivals.table(bench.rows)
        if options.output:
            with open(options.output, "w", encoding="utf-8") as file:
                json.dump({"format": "steady-bench-gate-1", "rows": bench.rows}, file)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
