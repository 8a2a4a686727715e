#!/usr/bin/python3
"""Writes the notebooks from their sources: notebooks/src/NN_name.md -> notebooks/NN_name.ipynb.

A ```c (or ```python) block is a cell of code, what stands between is a cell of text. With
--check nothing is written: exit 1 when a notebook is not what its source says."""

import glob
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FENCE = re.compile(r"^```(c|python)\n(.*?)^```\n", re.M | re.S)
KERNELS = {
    "c": {"display_name": "C (stylegrad)", "language": "c", "name": "stylegrad-c"},
    "python": {"display_name": "Python 3 (ipykernel)", "language": "python",
               "name": "python3"},
}


def lines_of(text):
    return [line for line in text.strip("\n").splitlines(keepends=True)]


def notebook(text):
    cells, at, language = [], 0, "c"

    def add(kind, body):
        lines = lines_of(body)
        if not lines:
            return
        cell = {"cell_type": kind, "id": f"cell-{len(cells) + 1}", "metadata": {},
                "source": lines}
        if kind == "code":
            cell.update(execution_count=None, outputs=[])
        cells.append(dict(sorted(cell.items())))

    for fence in FENCE.finditer(text):
        add("markdown", text[at:fence.start()])
        language = fence.group(1)
        add("code", fence.group(2))
        at = fence.end()
    add("markdown", text[at:])
    return {"cells": cells, "metadata": {"kernelspec": KERNELS[language]},
            "nbformat": 4, "nbformat_minor": 5}


def main():
    wrong = []
    for source in sorted(glob.glob(os.path.join(HERE, "src", "*.md"))):
        target = os.path.join(HERE, os.path.basename(source)[:-3] + ".ipynb")
        with open(source) as file:
            made = json.dumps(notebook(file.read()), indent=1, ensure_ascii=False) + "\n"
        old = open(target).read() if os.path.exists(target) else None
        if old == made:
            continue
        if "--check" in sys.argv:
            wrong.append(os.path.basename(target))
            continue
        with open(target, "w") as file:
            file.write(made)
    if wrong:
        print(f"{', '.join(wrong)}: not what notebooks/src says, or with outputs; "
              "make notebook-files writes them again")
    return 1 if wrong else 0


sys.exit(main())
