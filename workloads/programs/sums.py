#!/usr/bin/env python3
"""The sum of the numbers below UPPER, by a loop or by the built-in function.

usage: sums.py loop|builtin [UPPER]
"""

import sys


def by_loop(upper):
    total = 0
    for number in range(upper):
        total += number
    return total


def by_builtin(upper):
    return sum(range(upper))


def main(arguments):
    way = {"loop": by_loop, "builtin": by_builtin}[arguments[0]]
    upper = int(arguments[1]) if len(arguments) > 1 else 10_000_000
    print(f"sum {way(upper)}")


if __name__ == "__main__":
    main(sys.argv[1:])
