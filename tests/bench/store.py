#!/usr/bin/env python3
"""How a large store behaves: costs at 1 % and at all of 1,000,000 samples (or as many as given)."""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(HERE, "..", "..", "build", "tests", "store-fill")


def main():
    samples = sys.argv[1] if len(sys.argv) > 1 else "1000000"
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        return subprocess.call([PROGRAM, os.path.join(folder, "steady.db"), samples])


if __name__ == "__main__":
    sys.exit(main())
