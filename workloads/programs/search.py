#!/usr/bin/env python3
"""Look for needles in a list: to the end in any case, or until one is found.

usage: search.py slow|fast [SIZE]
"""

import sys

NEEDLES = 20


def search_slow(haystack, needle):
    """Looks at every item, also after the needle was found."""
    found = False
    for item in haystack:
        if item == needle:
            found = True
    return found


def search_fast(haystack, needle):
    """Returns at the first match."""
    for item in haystack:
        if item == needle:
            return True
    return False


def main(arguments):
    way = {"slow": search_slow, "fast": search_fast}[arguments[0]]
    size = int(arguments[1]) if len(arguments) > 1 else 1_000_000
    haystack = list(range(size))
    needles = [size * place // NEEDLES for place in range(NEEDLES)]
    print(f"found {sum(way(haystack, needle) for needle in needles)} of {len(needles)}")


if __name__ == "__main__":
    main(sys.argv[1:])
