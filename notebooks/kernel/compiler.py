"""Is a cell right? Asked of the compiler before the cell comes near the process that runs.

clang-repl keeps the statements of a cell in which it found a mistake, and runs them with
the next one. So it only gets cells that a compiler has accepted: clang-19 reads the
headers (compiled once), all cells that have run so far, and the new one."""

import os
import re
import subprocess

import words

MESSAGE = re.compile(r"^(?:.*/)?cell_(\d+)\.c:(\d+):(\d+): (fatal error|error|warning|note): (.*)$")
OTHER = re.compile(r"^.*: (?:fatal )?error: (.*)$")
OPTION = re.compile(r" \[-W[\w=+-]*\]$")
HINTS = [
    ("variable length array", "its size must be known to the compiler, as in enum { N = 5 }; "
     "or take its memory from malloc or an arena"),
    ("undeclared function", "is the name spelt wrong, or is an #include missing?"),
    ("undeclared identifier", "has the cell that declares it been run?"),
    ("initializer element is not a compile-time constant",
     "declare it first, and give it its value in a line of its own: T x; x = ...;"),
    ("expected identifier or '('", "look at the line before, too: is a semicolon missing?"),
]


def include_flags(root, folder):
    # Nothing is optimised away: what a student writes is what runs. A division by 0 is
    # looked for, because not every processor minds. Lines of crashes need -g.
    return ["-xc", "-std=gnu11", "-fcommon", "-O0", "-g",
            "-fsanitize=integer-divide-by-zero",
            "-fsanitize-trap=integer-divide-by-zero", "-DREAL_DOUBLE", "-D_DEFAULT_SOURCE",
            "-D_POSIX_C_SOURCE=200809L", "-I" + folder, "-I" + root]


class Compiler:
    def __init__(self, root, folder):
        self.folder = folder
        self.cells = []  # files of the cells that count
        self.flags = include_flags(root, folder) + [
            "-Wall", "-Wno-missing-braces", "-Wno-unused-value", "-Wno-unused-variable",
            "-Wno-macro-redefined",
            "-fno-color-diagnostics", "-fno-caret-diagnostics"]
        self.headers = os.path.join(folder, "prelude.pch")
        self.prelude = os.path.join(root, "notebooks", "kernel", "prelude.h")

    def prepare(self):
        """Compiles the headers; what is wrong, or an empty string."""
        done = subprocess.run(["clang-19", *self.flags, "-xc-header", self.prelude, "-o",
                               self.headers], capture_output=True, text=True)
        return done.stderr if done.returncode else ""

    def check(self, cell):
        """(right, what the compiler says with the cell's own lines)."""
        name = f"cell_{cell.number}.c"
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(cell.code())
        unit = os.path.join(self.folder, "all.c")
        with open(unit, "w") as file:
            file.writelines(f'#include "{c}"\n' for c in self.cells + [name])
        done = subprocess.run(["clang-19", *self.flags, "-include-pch", self.headers,
                               "-fsyntax-only", unit], capture_output=True, text=True)
        return done.returncode == 0, self.translate(done.stderr, cell)

    def translate(self, said, cell):
        lines, out, kept = cell.source.split("\n"), [], False
        for message in said.splitlines():
            if any("error: expected ';'" in line for line in out):
                break  # what follows is about a line that was read as part of this one
            found = MESSAGE.match(message)
            if not found:
                other = OTHER.match(message)
                if other:
                    out.append("error: " + other.group(1))
                continue
            number, line, column, kind, text = found.groups()
            if kind != "note":
                kept = int(number) == cell.number
            if not kept:
                continue
            line, column = int(line), int(column)
            text = words.VERSION.sub(r"\1", OPTION.sub("", text))
            if int(number) != cell.number or line > len(lines):
                note = words.wrap(f"{kind}: {text}", "  ")
                out += [] if note in out else [note]
                continue
            column = min(cell.original(line, column), len(lines[line - 1]) + 1)
            if words.wrap(f"line {line}: {kind}: {text}", "  ") in out:
                continue  # the same, seen through a macro
            out += [words.wrap(f"line {line}: {kind}: {text}", "  "),
                    words.quoted(lines[line - 1], column)]
            out += [words.wrap(f"    ({hint})", "     ") for part, hint in HINTS
                    if part in text and kind != "note"]
        return "\n".join(out)
