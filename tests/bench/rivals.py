#!/usr/bin/env python3
"""What other tools would have said: their rules, recomputed from the same raw times.

    rivals.py SAMPLES.json        the table of "./dev bench gate -o SAMPLES.json", once more
    rivals.py RESULT.json...      results of "steadyctl gate -o RESULT.json", one line an arm pair

A rule takes the seconds of base and cand and says "regressed", "improved" or "same". All use what
the tool does by default and all times that a run gave: none of them looks at evidence.

hyperfine   "X ran r +- s times faster": r the ratio of the means, s = r sqrt((sd_b / mean_b)^2 +
            (sd_c / mean_c)^2). It has no test; the reader's rule is whether r +- s contains 1.
pyperf      compare_to: Student's two-sample t test with the pooled variance, two-sided, 95 %, over
            all values.
benchstat   Mann-Whitney's U test, two-sided, p < 0.05: exact up to 50 values an arm without ties,
            else the normal approximation, corrected for ties and continuity. The sign is that of
            the difference of the medians.
"""

import json
import math
import statistics
import sys

LEVEL = 0.05
EXACT_MAX = 50


def side(difference):
    return "regressed" if difference > 0 else "improved" if difference < 0 else "same"


def hyperfine(base, cand):
    """Mean and one standard deviation of the ratio."""
    mean_base, mean_cand = statistics.fmean(base), statistics.fmean(cand)
    ratio = mean_cand / mean_base
    spread = ratio * math.hypot(statistics.stdev(base) / mean_base,
                                statistics.stdev(cand) / mean_cand)
    return "same" if abs(ratio - 1) <= spread else side(ratio - 1)


def beta_fraction(x, a, b):
    """Continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method."""
    floor = 1e-300
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or floor)
    value = d
    for m in range(1, 10_000):
        before = value
        for term in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                     -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1 / ((1 + term * d) or floor)
            c = (1 + term / c) or floor
            value *= c * d
        if abs(value / before - 1) < 1e-15:
            break
    return value


def beta_cdf(x, a, b):
    """Regularised incomplete beta function."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_cdf(1 - x, b, a)
    log_weight = (math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
                  + a * math.log(x) + b * math.log1p(-x))
    return math.exp(log_weight) * beta_fraction(x, a, b) / a


def student_p(t, freedom):
    """Two-sided."""
    return beta_cdf(freedom / (freedom + t * t), freedom / 2, 0.5)


def t_score(base, cand):
    freedom = len(base) + len(cand) - 2
    squares = sum((x - statistics.fmean(values)) ** 2 for values in (base, cand) for x in values)
    error = math.sqrt(squares / freedom * (1 / len(base) + 1 / len(cand)))
    difference = statistics.fmean(cand) - statistics.fmean(base)
    if error == 0:
        return math.copysign(math.inf, difference) if difference else 0.0
    return difference / error


def pyperf(base, cand):
    """Student's t test."""
    t = t_score(base, cand)
    p = student_p(t, len(base) + len(cand) - 2) if math.isfinite(t) else 0
    return side(t) if p <= LEVEL else "same"


def ranks(values):
    """Mid-ranks, and the sum of t^3 - t over groups of t ties."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found, ties, at = [0.0] * len(values), 0, 0
    while at < len(order):
        end = at
        while end < len(order) and values[order[end]] == values[order[at]]:
            end += 1
        for i in order[at:end]:
            found[i] = (at + 1 + end) / 2
        ties += (end - at) ** 3 - (end - at)
        at = end
    return found, ties


COUNTS = {}  # by sizes: of the orders with each U


def u_counts(n, m):
    """Of all orders of n and m values, how many have U = 0, 1, ...: a Gaussian binomial."""
    if (n, m) not in COUNTS:
        size = n * m + 1
        counts = [1] + [0] * (size - 1)
        for k in range(1, n + 1):
            for i in range(size - 1, m + k - 1, -1):
                counts[i] -= counts[i - m - k]
            for i in range(k, size):
                counts[i] += counts[i - k]
        COUNTS[n, m] = counts
    return COUNTS[n, m]


def mann_whitney_p(x, y):
    """Two-sided."""
    n, m = len(x), len(y)
    found, ties = ranks([*x, *y])
    u = sum(found[:n]) - n * (n + 1) / 2
    if ties == 0 and max(n, m) <= EXACT_MAX:
        counts = u_counts(n, m)
        least = int(min(u, n * m - u))
        return min(1.0, 2 * sum(counts[:least + 1]) / math.comb(n + m, n))
    total = n + m
    spread = math.sqrt(n * m / 12 * (total + 1 - ties / (total * (total - 1))))
    distance = abs(u - n * m / 2) - 0.5
    return 1.0 if spread == 0 or distance <= 0 else math.erfc(distance / spread / math.sqrt(2))


def benchstat(base, cand):
    """Mann-Whitney's U test."""
    if mann_whitney_p(base, cand) >= LEVEL:
        return "same"
    return side(statistics.median(cand) - statistics.median(base))


# What is counted where that is true.
COUNTED = {"same": ("false verdict", ("regressed", "improved")),
           "within": ("red in margin", ("regressed",)),
           "regressed": ("detected", ("regressed",))}
RULES = {"hyperfine": hyperfine, "pyperf": pyperf, "benchstat": benchstat}


def arms_of(result, metric="wall"):
    """Benchmark -> {arm: seconds} of every run after the warm-up that gave a number."""
    found = {}
    for benchmark in result["benchmarks"]:
        times = [run["metrics"].get(metric) for run in benchmark["runs"] if not run["warmup"]]
        found.setdefault(benchmark["name"], {})[benchmark["arm"]] = [
            x for x in times if isinstance(x, (int, float))]
    return found


def judge(base, cand):
    """What each rule says; nothing of arms that are too small for it."""
    if min(len(base), len(cand)) < 2:
        return {name: "none" for name in RULES}
    return {name: rule(base, cand) for name, rule in RULES.items()}


def quantile(p, a, b):
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if beta_cdf(middle, a, b) < p else (low, middle)
    return (low + high) / 2


def rate_bounds(hits, n, level=0.025):
    """Clopper and Pearson's interval of a rate, that error on each end."""
    return (quantile(level, hits, n - hits + 1) if hits else 0.0,
            quantile(1 - level, hits + 1, n - hits) if hits < n else 1.0)


def acceptable(n, rate, chance=0.001):
    """The most hits of n that a true rate exceeds with at most that chance."""
    for most in range(n):
        if beta_cdf(rate, most + 1, n - most) <= chance:
            return most
    return n


def table(rows):
    """One line a series, one column a judge: how often it said what is counted.

    A row of samples: series, truth ("same", "within" the margin, "regressed"), steady (verdict),
    base, cand (seconds), rivals (words by rule).
    """
    series = {}
    for row in rows:
        series.setdefault((row["series"], row["truth"]), []).append(row)
    print(f"{'series':26} {'n':>4}  {'counted':13} " + " ".join(
        f"{name:>24}" for name in ("steady", *RULES)))
    for (name, truth), found in series.items():
        cells = []
        for judge_name in ("steady", *RULES):
            said = [row["steady"] if judge_name == "steady" else row["rivals"][judge_name]
                    for row in found]
            hits = sum(x in COUNTED[truth][1] for x in said)
            low, high = rate_bounds(hits, len(said))
            cells.append(f"{hits:4} = {hits / len(said):4.0%} [{low:4.0%},{high:5.0%}]")
        print(f"{name:26} {len(found):4}  {COUNTED[truth][0]:13} " + " ".join(f"{x:>24}" for x in cells))


def main(paths):
    if not paths:
        sys.exit(__doc__)
    for path in paths:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        if document.get("format") == "steady-bench-gate-1":
            for row in document["rows"]:
                row["rivals"] = judge(row["base"], row["cand"])
            table(document["rows"])
            continue
        for name, arms in arms_of(document).items():
            said = judge(arms.get("base", []), arms.get("cand", []))
            print(name, " ".join(f"{rule}={word}" for rule, word in said.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
