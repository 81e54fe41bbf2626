#!/usr/bin/env python3
"""Check what a compiler does not: docstrings in headers, opening comments, sizes, comment style.

usage: docstrings.py [ROOT]; prints file:line: complaint and ends with 1 when there is one.
"""

import os
import re
import sys

sys.dont_write_bytecode = True
from tree import c_files

HERE = os.path.dirname(os.path.abspath(__file__))
FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 60
NESTING_MAX = 3

TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
CONTROL = re.compile(r"(\t+)(?:\} )?(?:else )?(if|for|while|switch|do|\w+_foreach)\b")
DECLARATION = re.compile(r"^(?!typedef\b|struct \w+ \{|enum\b.*\{|union\b.*\{|extern \w|#)"
                         r"[A-Za-z_][\w\s*]*?\**\b(\w+)\((.*)\)[^(){}=]*$", re.DOTALL)


class File:
    """Text of one file, with a copy in which comments and strings are blanked out."""

    def __init__(self, root, path):
        self.path = path
        with open(os.path.join(root, path), encoding="utf-8", errors="replace") as source:
            self.text = source.read()
        self.complaints = []
        self.comments = []
        self.code = TOKEN.sub(self.blank, self.text)

    def blank(self, found):
        token = found.group(0)
        if token.startswith("/"):
            self.comments.append((found.start(), token))
            return re.sub(r"[^\n]", " ", token)
        return token[0] + re.sub(r"[^\n]", "_", token[1:-1]) + token[-1]

    def complain(self, offset, text):
        line = self.text.count("\n", 0, offset) + 1
        self.complaints.append(f"{self.path}:{line}: {text}")


def check_comments(f):
    first = f.comments[0] if f.comments else (None, "")
    if first[0] != 0 or not re.search(r"[.:?]", first[1]):
        f.complain(0, "the file does not open with a sentence that names its role")
    for offset, comment in f.comments:
        if comment.startswith("//"):
            f.complain(offset, "// comment")
        if UNFINISHED.search(comment):
            f.complain(offset, "unfinished work in a comment")


def check_sizes(f):
    lines = f.code.split("\n")
    n_lines = f.text.count("\n")
    if n_lines > FILE_LINES_MAX:
        f.complain(0, f"{n_lines} lines, more than {FILE_LINES_MAX}")
    opened = None
    offset = 0
    for number, line in enumerate(lines):
        if line == "{":
            opened = number
        elif line == "}" and opened is not None:
            if number - opened - 1 > FUNCTION_LINES_MAX:
                f.complain(offset, f"function of {number - opened - 1} lines, more than "
                           f"{FUNCTION_LINES_MAX}")
            opened = None
        elif opened is not None:
            control = CONTROL.match(line)
            if control and len(control.group(1)) > NESTING_MAX:
                f.complain(offset, f"nested deeper than {NESTING_MAX}")
        offset += len(line) + 1


def declarations(f):
    """Offset, name and argument text of each function a header declares or defines."""
    code = re.sub(r"^[ \t]*#.*?(?<!\\)$", lambda m: re.sub(r"[^\n]", " ", m.group(0)), f.code,
                  flags=re.MULTILINE | re.DOTALL)
    depth = start = 0
    for offset, char in enumerate(code):
        if char not in "{};":
            continue
        if depth == 0 and char in "{;":
            text = code[start:offset]
            lead = len(text) - len(text.lstrip())
            found = DECLARATION.match(strip_attributes(text.strip()))
            if found and not is_fixture(f, text):
                yield start + lead, found.group(1), found.group(2)
        depth += {"{": 1, "}": -1, ";": 0}[char]
        if depth == 0:
            start = offset + 1


def is_fixture(f, text):
    """Tests share code by static functions in headers; what they do is theirs to name well."""
    return f.path.startswith("tests/") and text.lstrip().startswith("static")


def strip_attributes(text):
    text = re.sub(r"\b(?:PRINTF_LIKE|CLEANUP)\s*\([^()]*\)", "", text)
    return re.sub(r"__attribute__\s*\(\(.*?\)\)", "", text).strip()


def argument_names(text):
    """Names in an argument list: the last word of each, or the one inside (*name)."""
    names = []
    depth = 0
    part = ""
    for char in text + ",":
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char != "," or depth:
            part += char
            continue
        part = part.strip()
        pointer = re.search(r"\(\s*\*\s*(?:const\s+)?(\w+)", part)
        plain = re.search(r"(\w+)\s*(?:\[[^\]]*\]\s*)*$", part)
        if pointer:
            names.append(pointer.group(1))
        elif plain and part not in ("void", "..."):
            names.append(plain.group(1))
        part = ""
    return names


def doc_above(f, offset):
    """The kernel-doc block that ends directly above a declaration, or None."""
    for start, comment in f.comments:
        end = start + len(comment)
        if comment.startswith("/**") and end <= offset and not f.code[end:offset].strip():
            return comment
    return None


def doc_title(doc):
    """The name a docstring begins with ("journal_add", or "verb_*" for a row of alike), or ""."""
    title = re.match(r"/\*\*\n \* (\w+\*?)\(\) - \S", doc)
    return title.group(1) if title else ""


def complain_about_doc(name, doc, arguments):
    title = doc_title(doc)
    if title != name and not (title.endswith("*") and name.startswith(title[:-1])):
        yield f"the docstring of {name}() does not begin '{name}() - purpose'"
    if not re.search(r"^ \* Return: \S", doc, re.MULTILINE):
        yield f"the docstring of {name}() has no 'Return:' line"
    documented = re.findall(r"^ \* @(\w+):", doc, re.MULTILINE)
    for argument in set(arguments) - set(documented):
        yield f"the docstring of {name}() does not name @{argument}"
    for argument in set(documented) - set(arguments):
        yield f"the docstring of {name}() names @{argument}, which it does not have"


def check_docstrings(f):
    """A docstring whose title ends with * holds for the functions that follow without a gap."""
    shared = None
    last_end = 0
    for offset, name, arguments in declarations(f):
        doc = doc_above(f, offset)
        if doc is None and shared and "\n\n" not in f.text[last_end:offset]:
            doc = shared
        shared = doc if doc and doc_title(doc).endswith("*") else None
        last_end = offset
        if doc is None:
            f.complain(offset, f"{name}() has no docstring")
            continue
        for text in complain_about_doc(name, doc, argument_names(arguments)):
            f.complain(offset, text)


def check_file(root, path):
    f = File(root, path)
    check_comments(f)
    check_sizes(f)
    if path.endswith(".h"):
        check_docstrings(f)
    return f.complaints


def main(argv):
    root = argv[0] if argv else os.path.dirname(os.path.dirname(HERE))
    files = list(c_files(root))
    complaints = [text for path in files for text in check_file(root, path)]
    if not files:
        complaints.append(f"{root}: no C files")
    print("\n".join(complaints) or f"docstrings: {len(files)} files are as they should be")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
