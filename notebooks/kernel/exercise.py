"""The exercises of the lessons inside a notebook.

They are in the same files as for `make check-07`: mine/07_*.c, or lessons/exercises/07_*.c
before anything is written. %exercise 07 puts the functions of that file into a cell;
%check 07 puts the notebook's functions of the same names in place of those of the file,
has it graded by the program that `make check-07` uses, and keeps it in mine/, where `make
mine` paints with it. A function that was written there by other means is never replaced.
STYLEGRAD_MINE is another folder than mine/."""

import glob
import hashlib
import json
import os
import re
import subprocess

import record
from language import tr

FUNCTION = re.compile(r"^(?:/\*(?:[^*]|\*(?!/))*\*/\n)?"
                      r"(?P<head>^[A-Za-z_][^;{}=#]*?\b(?P<name>\w+)\([^;{}]*\)) \{\n"
                      r"(?P<body>.*?)^\}\n", re.M | re.S)
MESSAGE = re.compile(r"^(?:[^\s:]*/)?(cell [^:]*|[^\s:]*\.c):(\d+):(?:\d+:)? (error|warning): (.*)$")


def find(root, number):
    """The blank exercise."""
    found = glob.glob(os.path.join(root, "lessons", "exercises", f"{number:0>2}_*.c"))
    if not found:
        there = sorted(os.path.basename(f)[:2] for f in
                       glob.glob(os.path.join(root, "lessons", "exercises", "[0-9]*_*.c")))
        raise LookupError(tr("there is no exercise {}; there are {}")
                          .format(number, ", ".join(there)))
    return found[0]


def mine(root, number):
    """Where the student's functions are, or will be."""
    folder = os.environ.get("STYLEGRAD_MINE") or os.path.join(root, "mine")
    return os.path.join(folder, os.path.basename(find(root, number)))


def read(root, number):
    """(path, text) of what is written so far."""
    path = mine(root, number)
    if not os.path.exists(path):
        path = find(root, number)
    with open(path, encoding="utf-8") as file:
        return path, file.read()


def is_blank(text):
    return "BLANK(" in text


def given(root, number):
    """The names of the functions that the exercise brings along."""
    with open(find(root, number), encoding="utf-8") as file:
        return {m.group("name") for m in FUNCTION.finditer(file.read())
                if not is_blank(m.group("body"))}


def task(root, number):
    """(what the exercise asks, the cell to be filled in)."""
    text = read(root, number)[1]
    opening = re.match(r"\s*(/\*.*?\*/)", text, re.S)
    rest = text[opening.end() if opening else 0:]
    return (opening.group(1) if opening else ""), \
        re.sub(r"^#include [^\n]*\n", "", rest, flags=re.M).strip("\n")


def functions_in(known):
    return {d.name: d for d in known.values() if d.kind == "function"}


def assemble(root, number, known, write):
    """The exercise's file with the notebook's functions in it, each as `write` has it; and
    the pairs (in the file, in the notebook) of functions that differ."""
    path, text = read(root, number)
    functions = functions_in(known)
    fixed = given(root, number)
    taken, out, changes, at = [], [], [], 0
    for m in FUNCTION.finditer(text):
        own = functions.get(m.group("name"))
        if own is None or own.name in fixed or \
                is_blank(own.source) and not is_blank(m.group("body")):
            continue
        helpers = helpers_of(own, functions, taken, text)
        comment = text[m.start():m.start("head")]
        out += [text[at:m.start()]] + [write(f) for f in helpers] + [comment, write(own)]
        out.append(after(text, m.end(), path, write))
        changes.append((m, own))
        at = m.end()
    return "".join(out) + text[at:], changes


def after(text, end, path, write):
    """The line of the file at which it goes on, for a compiler."""
    return "" if write is plain else f'#line {text.count(chr(10), 0, end) + 1} "{path}"\n'


def plain(function):
    return f"{function.source}\n"


def numbered(counts):
    """Writes functions with their cells; counts: cell -> [3]."""
    def write(function):
        cell = counts.get(function.cell, function.cell)
        return f'#line {function.line} "cell [{cell}]"\n{function.source}\n'
    return write


def digest(source):
    return hashlib.sha256(source.strip().encode()).hexdigest()


def keep(root, number, known):
    """Writes the notebook's functions into mine/; a sentence, or None."""
    path = mine(root, number)
    name = os.path.basename(path)
    text, changes = assemble(root, number, known, plain)
    changes = [(m, own) for m, own in changes if not is_blank(own.source)
               and digest(own.source) != digest(source_of(m))]
    if not changes:
        return None
    path_of_record = os.path.join(os.path.dirname(path), ".notebook.json")
    written = record.read(path_of_record)  # by notebooks: file -> function -> its digest
    ours = written.setdefault(name, {})
    for m, own in changes:
        if not is_blank(m.group("body")) and ours.get(own.name) != digest(source_of(m)):
            return tr("mine/{} has another {}, which no notebook has written; it stays as it "
                      "is").format(name, own.name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    record.replace(path, text)
    functions = functions_in(known)
    for m in FUNCTION.finditer(text):
        own = functions.get(m.group("name"))
        if own is not None and digest(own.source) == digest(source_of(m)):
            ours[own.name] = digest(own.source)
    record.replace(path_of_record, json.dumps(written, indent=1) + "\n")
    return tr("kept in mine/{}; make mine paints with it").format(name)


def source_of(match):
    """A function without the comment above it."""
    return match.group(0)[match.start("head") - match.start():]


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
        file.write(assemble(root, number, known, numbered(counts))[0])
    name = os.path.basename(find(root, number))[:-2]
    make = subprocess.run(["make", "-s", "--no-print-directory", "grade-cells",
                           f"FILE={source}", f"EXERCISE={name}", f"PROGRAM={program}"],
                          cwd=root, capture_output=True, text=True)
    if make.returncode:
        said = [tr("{}, line {}: {}: {}").format(*m.groups())
                for m in map(MESSAGE.match, make.stderr.splitlines()) if m]
        return False, tr("The exercise does not compile:\n") + \
            ("\n".join(said) or make.stderr) + \
            tr("\nOnly your functions go to the grader, and the functions that they call: no "
               "variables, types or macros of other cells.")
    cell = tr("its cell")
    run = subprocess.run([program], cwd=root, capture_output=True, text=True,
                         env=dict(os.environ, GRADE_FILE=cell))
    said = run.stdout + run.stderr
    said = said.replace(source, tr("exercise")).replace(f"mine/{name}.c", cell)
    said = said.replace(tr("then make check-{}").format(name[:2]),
                        tr("run it, and then %check {}").format(name[:2]))
    kept = keep(root, number, known)
    return run.returncode == 0, said.rstrip("\n") + (f"\n{kept}" if kept else "")
