#!/usr/bin/env python3
"""The rules of other tools in rivals.py, against published figures and definitions."""

import itertools
import math
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench"))
import rivals

# Two samples that the tests of pyperf's ancestor use, with their pooled variance and t there.
ONE = [89.2, 78.2, 89.3, 88.3, 87.3, 90.1, 95.2, 94.3, 78.3, 89.3]
TWO = [79.3, 78.3, 85.3, 79.3, 88.9, 91.2, 87.2, 89.2, 93.3, 79.9]


def near(a, b, tolerance):
    assert abs(a - b) <= tolerance, f"{a} is not {b}"


def test_t_score_and_student_quantiles():
    near(-rivals.t_score(ONE, TWO), 1.0947, 5e-5)
    for freedom, t in ((1, 12.706), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)):
        near(rivals.student_p(t, freedom), 0.05, 5e-5)


def test_mann_whitney_is_its_enumeration():
    x, y = [1.0, 4.0, 6.0], [2.0, 3.0, 8.0, 9.0]
    counts = {}
    for chosen in itertools.combinations(range(7), 3):
        u = sum(chosen) - 3
        counts[u] = counts.get(u, 0) + 1
    assert rivals.u_counts(3, 4) == [counts[u] for u in range(13)]
    near(rivals.mann_whitney_p(x, y), 2 * sum(counts[u] for u in range(5)) / math.comb(7, 3), 1e-12)


def test_normal_approximation_is_close_to_the_exact_test():
    x = [i * 1.0 for i in range(40)]
    y = [i + 7.5 for i in range(40)]
    exact = rivals.mann_whitney_p(x, y)
    tied = rivals.mann_whitney_p([*x[:-1], x[-2]], y)
    near(exact, tied, 0.01)


def test_rules_know_the_sign():
    base = [1 + i * 1e-4 for i in range(20)]
    for name, rule in rivals.RULES.items():
        assert rule(base, [x * 1.2 for x in base]) == "regressed", name
        assert rule(base, [x / 1.2 for x in base]) == "improved", name
        assert rule(base, base) == "same", name
        assert rule([1.0] * 5, [1.0] * 5) == "same", name


def test_one_standard_deviation_is_the_rule_of_means():
    base, cand = [0.9, 1.1], [1.0, 1.2]  # ratio 1.1, spread 1.1 hypot(.1414, .1286) = .210
    assert rivals.hyperfine(base, cand) == "same"
    assert rivals.hyperfine([0.99, 1.01], cand) == "same"
    assert rivals.hyperfine([0.99, 1.01], [1.09, 1.11]) == "regressed"


def test_rates_and_acceptance_numbers():
    near(rivals.rate_bounds(0, 59, 0.05)[1], 0.0495, 5e-5)
    near(rivals.rate_bounds(1, 500, 0.05)[1], 0.0095, 5e-5)
    # Chance of more at most 0.001, for rates of 1 and 5 %.
    assert [rivals.acceptable(n, 0.01) for n in (100, 200, 500, 1000)] == [5, 8, 13, 21]
    assert [rivals.acceptable(n, 0.05) for n in (100, 200, 500, 1000)] == [13, 21, 41, 73]


def main():
    tests = [(n, f) for n, f in globals().items() if n.startswith("test_")]
    failed = False
    print(f"1..{len(tests)}")
    for i, (name, function) in enumerate(tests, 1):
        try:
            function()
            print(f"ok {i} - {name}")
        except AssertionError as error:
            failed = True
            print(f"# {error}\nnot ok {i} - {name}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
