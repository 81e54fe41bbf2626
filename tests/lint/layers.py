#!/usr/bin/env python3
"""Check every #include of the C files against the table of who may include what.

usage: layers.py [TABLE [ROOT]]; prints file:line: complaint and ends with 1 when there is one.
"""

import os
import re
import sys

sys.dont_write_bytecode = True
from tree import c_files

HERE = os.path.dirname(os.path.abspath(__file__))
INCLUDE = re.compile(r'\s*#\s*include\s*(?:"([^"]+)"|(<[^>]+>))')


class Table:
    """may: place to the places it may include; only: library header to its homes."""

    def __init__(self, path):
        self.may = {}
        self.only = {}
        with open(path, encoding="utf-8") as rows:
            for row in rows:
                word, _, rest = row.partition(" ")
                key, _, places = rest.partition(":")
                if word in ("may", "only"):
                    getattr(self, word)[key.strip()] = places.split()

    def row_of(self, path):
        """The key of the longest row that covers a file; "a/" covers only what is right in a."""
        covering = [key for key in self.may
                    if covers(key, path) or key == os.path.dirname(path) + "/"]
        return max(covering, key=len, default=None)


def covers(place, path):
    return path == place or path.startswith(place + "/")


def complain_about(table, root, path, quoted, library):
    """One include: the complaint, or None."""
    if library:
        homes = table.only.get(library)
        if homes is not None and not any(covers(home, path) for home in homes):
            return f"{library} belongs to {' '.join(homes)}"
        return None
    row = table.row_of(path)
    if row is None:
        return "no row in the table covers this file"
    if quoted != "build-config.h" and not os.path.exists(os.path.join(root, quoted)):
        return f'"{quoted}" is not a path from the root of the project'
    if os.path.dirname(quoted) == os.path.dirname(path):
        return None
    if any(covers(place, quoted) for place in table.may[row] + [row.rstrip("/")]):
        return None
    return f'{row} may not include "{quoted}"'


def check_file(table, root, path):
    complaints = []
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as source:
        for number, line in enumerate(source, 1):
            found = INCLUDE.match(line)
            if found:
                text = complain_about(table, root, path, found.group(1), found.group(2))
                if text:
                    complaints.append(f"{path}:{number}: {text}")
    return complaints


def main(argv):
    table = Table(argv[0] if argv else os.path.join(HERE, "layers.txt"))
    root = argv[1] if len(argv) > 1 else os.path.dirname(os.path.dirname(HERE))
    files = list(c_files(root))
    complaints = [text for path in files for text in check_file(table, root, path)]
    if not files:
        complaints.append(f"{root}: no C files")
    print("\n".join(complaints) or f"layers: {len(files)} files, every include is allowed")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
