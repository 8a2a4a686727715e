#!/usr/bin/python3
"""Runs notebooks and compares what they print with notebooks/expected/NN_name.txt.

    run_notebooks.py [--update] [NN_name.ipynb ...]

The text that a notebook prints must be the expected one; every picture must be there and
not be empty. What %quote and %exercise show is not compared: it changes with the lessons.
With --update the expected texts are written instead. Executed copies, with all pictures,
are left in out/notebooks."""

import base64
import difflib
import glob
import os
import struct
import sys
import time
import zlib

import nbformat
from nbconvert.preprocessors import CellExecutionError, ExecutePreprocessor

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(os.path.dirname(HERE), "out", "notebooks")
SECONDS = 120  # for one cell


def png_is_empty(data):
    """Whether all pixels of one of our PNGs, 8 bits and not interlaced, are the same."""
    at, packed, width = 8, b"", 0
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IHDR":
            width = struct.unpack(">I", data[at + 8:at + 12])[0]
        if kind == b"IDAT":
            packed += data[at + 8:at + 8 + size]
        at += 12 + size
    rows = zlib.decompress(packed)
    return width == 0 or len(set(rows[1:])) < 4


def picture_problem(data):
    if "image/png" in data:
        return "an empty picture" if png_is_empty(base64.b64decode(data["image/png"])) else ""
    if "image/svg+xml" in data:
        drawing = "".join(data["image/svg+xml"])
        drawn = drawing.count("<path") + drawing.count("<polygon") + drawing.count("<polyline")
        return "" if drawing.rstrip().endswith("</svg>") and drawn > 1 else "an empty drawing"
    return ""


def text_of(book):
    """What the cells printed, and a line for each picture; and problems."""
    lines, problems, cells = [], [], 0
    for cell in book.cells:
        if cell.cell_type != "code":
            continue
        cells += 1
        lines.append(f"[{cells}]")
        for output in cell.outputs:
            if output.output_type == "stream":
                name = "" if output.name == "stdout" else f"{output.name}: "
                lines += [name + line for line in output.text.splitlines()]
            elif output.output_type == "error":
                lines += ["error: " + output.evalue]
                problems.append(f"cell {cells}: {output.evalue}")
            elif "text/markdown" not in output.data:
                kind = next(iter(k for k in output.data if k != "text/plain"), "text/plain")
                lines += "".join(output.data["text/plain"]).splitlines() \
                    if kind in ("text/plain", "text/html") else [f"({kind})"]
                problem = picture_problem(output.data)
                problems += [f"cell {cells}: {problem}"] if problem else []
    return "\n".join(lines) + "\n", problems


def run(path, update):
    name = os.path.basename(path)[:-6]
    book, problems = nbformat.read(path, as_version=4), []
    expected = os.path.join(HERE, "expected", name + ".txt")
    runner = ExecutePreprocessor(timeout=SECONDS, allow_errors=True)
    try:
        runner.preprocess(book, {"metadata": {"path": HERE}})
    except (CellExecutionError, RuntimeError, TimeoutError) as error:
        problems.append(f"{type(error).__name__}: {error}")
    printed, more = text_of(book)
    problems += more
    os.makedirs(OUT, exist_ok=True)
    nbformat.write(book, os.path.join(OUT, name + ".ipynb"))
    if update:
        with open(expected, "w") as file:
            file.write(printed)
        return problems
    if not os.path.exists(expected):
        return problems + [f"there is no notebooks/expected/{name}.txt"]
    with open(expected) as file:
        difference = list(difflib.unified_diff(file.read().splitlines(), printed.splitlines(),
                                               "expected", "printed", lineterm=""))
    return problems + difference


def main():
    update = "--update" in sys.argv
    paths = [a for a in sys.argv[1:] if not a.startswith("-")] or \
        sorted(glob.glob(os.path.join(HERE, "[0-9]*.ipynb")) +
               glob.glob(os.path.join(HERE, "numpy*.ipynb")))
    failed = 0
    for path in paths:
        begun = time.time()
        problems = run(path, update)
        failed += bool(problems)
        print(f"{os.path.basename(path):28}{time.time() - begun:4.0f} s  "
              f"{'to look at:' if problems else 'as expected'}", flush=True)
        for problem in problems:
            print("    " + problem)
    print(f"{len(paths)} notebooks, {failed} to look at")
    return 1 if failed else 0


sys.exit(main())
