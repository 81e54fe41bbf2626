"""The C files the checks look at."""

import os

FOLDERS = ("common", "daemon", "ctl", "tests")


def c_files(root):
    """Paths below the root of the project, in a stable order."""
    for top in FOLDERS:
        for folder, _, names in sorted(os.walk(os.path.join(root, top))):
            for name in sorted(names):
                if name.endswith((".c", ".h")):
                    yield os.path.relpath(os.path.join(folder, name), root)
