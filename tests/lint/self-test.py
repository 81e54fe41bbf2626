#!/usr/bin/env python3
"""Show that each check refuses what it is there for, and accepts a good tree."""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
GOOD = """/* Counts things. */
#pragma once

#include <stddef.h>

/**
 * count_things() - how many there are
 * @things: array, borrowed
 * @n:      its length
 * @wanted: called for each
 *
 * Return: the count.
 */
size_t count_things(const int *things, size_t n, int (*wanted)(int));

/**
 * count_*() - counts without arguments
 *
 * Return: the count.
 */
size_t count_apples(void);
size_t count_pears(void);

static const char *const names[] = {"a // b", NULL};
"""


def function(body):
    return "/* Does something. */\nvoid f(void)\n{\n" + body + "}\n"


# check, name, path, text, what it must say; an empty text: nothing
CASES = [
    ("docstrings", "a good header", "common/base/good.h", GOOD, ""),
    ("docstrings", "no docstring", "common/base/a.h", "/* A. */\nint f(void);\n", "f() has no docstring"),
    ("docstrings", "no docstring on a static inline function", "common/base/a.h",
     "/* A. */\nstatic inline int f(void)\n{\n\treturn 0;\n}\n", "f() has no docstring"),
    ("docstrings", "no Return", "common/base/a.h",
     "/* A. */\n/**\n * f() - does\n */\nint f(void);\n", "no 'Return:' line"),
    ("docstrings", "an argument is not named", "common/base/a.h",
     GOOD.replace(" * @n:      its length\n", ""), "does not name @n"),
    ("docstrings", "a function pointer is not named", "common/base/a.h",
     GOOD.replace(" * @wanted: called for each\n", ""), "does not name @wanted"),
    ("docstrings", "an argument that is not there", "common/base/a.h",
     GOOD.replace(" * @n: ", " * @m: its width\n * @n: "), "names @m, which it does not have"),
    ("docstrings", "another function's docstring", "common/base/a.h",
     GOOD.replace("size_t count_things", "size_t sum_things"), "does not begin 'sum_things()"),
    ("docstrings", "a shared docstring ends with its row", "common/base/a.h",
     GOOD.replace("size_t count_pears", "\nsize_t count_pears"), "count_pears() has no docstring"),
    ("docstrings", "no opening comment", "common/base/a.c", "int a;\n", "does not open with a sentence"),
    ("docstrings", "a // comment", "common/base/a.c", "/* A. */\nint a; // why\n", "// comment"),
    ("docstrings", "unfinished work", "common/base/a.c", "/* A. */\n/* TO" "DO: b */\n", "unfinished work"),
    ("docstrings", "a long function", "common/base/a.c", function("\tg();\n" * 61), "function of 61 lines"),
    ("docstrings", "a function of the longest length", "common/base/a.c", function("\tg();\n" * 60), ""),
    ("docstrings", "deep nesting", "common/base/a.c",
     function("\tif (a)\n\t\tfor (;;)\n\t\t\twhile (b)\n\t\t\t\tif (c)\n\t\t\t\t\tg();\n"), "nested deeper"),
    ("docstrings", "a long file", "common/base/a.c", "/* A. */\n" + "int a;\n" * 500, "501 lines"),
    ("layers", "the folder below", "common/model/a.c", '#include "common/base/good.h"\n', ""),
    ("layers", "the folder above", "common/base/a.c", '#include "common/model/good.h"\n',
     'common/base may not include "common/model/good.h"'),
    ("layers", "the client reaches into the daemon", "ctl/a.c", '#include "daemon/env/good.h"\n',
     "ctl may not include"),
    ("layers", "modules under the session know each other", "daemon/store/a.c",
     '#include "daemon/env/good.h"\n', "daemon/store may not include"),
    ("layers", "a path that is not from the root", "common/model/a.c", '#include "good.h"\n',
     "not a path from the root"),
    ("layers", "a library away from home", "ctl/a.c", "#include <sqlite3.h>\n", "belongs to daemon/store tests"),
    ("layers", "a library at home", "daemon/store/a.c", "#include <sqlite3.h>\n", ""),
    ("layers", "a folder without a row", "daemon/new/a.c", '#include "common/base/good.h"\n', "no row"),
]


def run_case(check, path, text):
    """Exit status and output of a check over a tree of a few good headers and one file."""
    with tempfile.TemporaryDirectory() as root:
        good = ["common/base/good.h", "common/model/good.h", "daemon/env/good.h"]
        for name, content in [(g, GOOD) for g in good] + [(path, text)]:
            full = os.path.join(root, name)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as file:
                file.write(content)
        arguments = [os.path.join(HERE, "layers.txt"), root] if check == "layers" else [root]
        done = subprocess.run([sys.executable, os.path.join(HERE, check + ".py"), *arguments],
                              stdout=subprocess.PIPE, text=True, check=False)
        return done.returncode, done.stdout


def main():
    n_failed = 0
    print(f"1..{len(CASES)}")
    for number, (check, name, path, text, wanted) in enumerate(CASES, 1):
        status, output = run_case(check, path, text)
        good = (status == 1 and wanted in output) if wanted else status == 0
        n_failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {check}: {name}")
        if not good:
            print("# " + output.strip().replace("\n", "\n# "))
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
