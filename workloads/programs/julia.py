#!/usr/bin/env python3
"""Escape times of a Julia set over a square grid, in pure Python; prints their sum.

usage: julia.py [WIDTH [ITERATIONS]]

The coordinates are reached by adding the step again and again, as in the well known example this
follows, so that the sum for 1000 and 300 is 33219980 on every machine with IEEE 754 arithmetic.
"""

import sys

C = complex(-0.62772, -0.42193)
LOW, HIGH = -1.8, 1.8


def axis_up(width):
    """Coordinates from LOW upwards, HIGH not included."""
    step = (HIGH - LOW) / width
    places = []
    place = LOW
    while place < HIGH:
        places.append(place)
        place += step
    return places


def axis_down(width):
    """Coordinates from HIGH downwards, LOW not included."""
    step = (LOW - HIGH) / width
    places = []
    place = HIGH
    while place > LOW:
        places.append(place)
        place += step
    return places


def escape_times(points, iterations):
    """For each point, how often z*z + C can be taken before |z| reaches 2, at most ITERATIONS."""
    times = []
    for z in points:
        n = 0
        while n < iterations and abs(z) < 2:
            z = z * z + C
            n += 1
        times.append(n)
    return times


def main(arguments):
    width = int(arguments[0]) if arguments else 1000
    iterations = int(arguments[1]) if len(arguments) > 1 else 300
    across = axis_up(width)
    points = [complex(x, y) for y in axis_down(width) for x in across]
    times = escape_times(points, iterations)
    print(f"{len(points)} points, sum of iterations {sum(times)}")


if __name__ == "__main__":
    main(sys.argv[1:])
