"""The exercises of the lessons inside a notebook.

%exercise 07 puts the blanks of lessons/exercises/07_*.c into a new cell; %check 07
takes that file, puts the notebook's functions of the same names in place of the blanks,
and has it graded by the program that `make check-07` uses."""

import glob
import os
import re
import subprocess

BLANK_FUNCTION = re.compile(r"^(?:/\*(?:[^*]|\*(?!/))*\*/\n)?"
                            r"(?P<head>^[A-Za-z_][^;{}=]*?\b(?P<name>\w+)\([^;{}]*\)) \{\n"
                            r"(?P<body>.*?)^\}\n", re.M | re.S)
MESSAGE = re.compile(r"^(?:[^\s:]*/)?(cell [^:]*|[^\s:]*\.c):(\d+):(?:\d+:)? (error|warning): (.*)$")


def find(root, number):
    found = glob.glob(os.path.join(root, "lessons", "exercises", f"{number:0>2}_*.c"))
    if not found:
        there = sorted(os.path.basename(f)[:2] for f in
                       glob.glob(os.path.join(root, "lessons", "exercises", "[0-9]*_*.c")))
        raise LookupError(f"there is no exercise {number}; there are {', '.join(there)}")
    return found[0]


def blanks(text):
    return [m for m in BLANK_FUNCTION.finditer(text) if "BLANK(" in m.group("body")]


def task(root, number):
    """(what the exercise asks, the cell to be filled in)."""
    with open(find(root, number)) as file:
        text = file.read()
    opening = re.match(r"\s*(/\*.*?\*/)", text, re.S)
    rest = text[opening.end() if opening else 0:]
    return (opening.group(1) if opening else ""), \
        re.sub(r"^#include [^\n]*\n", "", rest, flags=re.M).strip("\n")


def assemble(root, number, known, counts):
    """The exercise's file with the notebook's functions in it; counts: cell -> [3]."""
    path = find(root, number)
    with open(path) as file:
        text = file.read()
    functions = {d.name: d for d in known.values() if d.kind == "function"}
    taken, out, at = [], [], 0
    for m in blanks(text):
        mine = functions.get(m.group("name"))
        if mine is None:
            continue
        helpers = helpers_of(mine, functions, taken, text)
        out += [text[at:m.start()]] + [numbered(h, counts) for h in helpers + [mine]]
        out.append(f'#line {text.count(chr(10), 0, m.end()) + 1} "{path}"\n')
        at = m.end()
    return "".join(out) + text[at:]


def numbered(function, counts):
    cell = counts.get(function.cell, function.cell)
    return f'#line {function.line} "cell [{cell}]"\n{function.source}\n'


def helpers_of(function, functions, taken, text):
    """Functions of the notebook that this one calls, those they call first."""
    found = []
    for name in re.findall(r"\b(\w+)\s*\(", function.source):
        other = functions.get(name)
        if other is None or name in taken or name == function.name or \
                re.search(rf"\b{name}\([^;{{}}]*\)\s*[;{{]", text):
            continue
        taken.append(name)
        found += helpers_of(other, functions, taken, text) + [other]
    return found


def grade(root, folder, number, known, counts):
    """(whether all is right, what the grader says)."""
    source = os.path.join(folder, "exercise.c")
    program = os.path.join(folder, "exercise")
    with open(source, "w") as file:
        file.write(assemble(root, number, known, counts))
    name = os.path.basename(find(root, number))[:-2]
    make = subprocess.run(["make", "-s", "--no-print-directory", "grade-cells",
                           f"FILE={source}", f"NAME={name}", f"PROGRAM={program}"],
                          cwd=root, capture_output=True, text=True)
    if make.returncode:
        said = [f"{m.group(1)}, line {m.group(2)}: {m.group(3)}: {m.group(4)}"
                for m in map(MESSAGE.match, make.stderr.splitlines()) if m]
        return False, "The exercise does not compile:\n" + ("\n".join(said) or make.stderr) + \
            "\nOnly your functions go to the grader, and the functions that they call: no " \
            "variables, types or macros of other cells."
    run = subprocess.run([program], cwd=root, capture_output=True, text=True,
                         env=dict(os.environ, GRADE_FILE="its cell"))
    said = run.stdout + run.stderr
    said = said.replace(source, "exercise").replace(f"lessons/exercises/{name}.c", "its cell")
    said = said.replace(f"then make check-{name[:2]}", f"run it, and then %check {name[:2]}")
    return run.returncode == 0, said.rstrip("\n")
