#!/usr/bin/env python3
"""The recipes of recipes/ for the page, as JSON: {name: {"source": .., "lines": [[key, value]]}}.

What a recipe is like stands before its own lines, and a key that is said twice counts as it is
said last: what transfer/recipe_file.c does with a file."""
import glob
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def bare(line):
    """The line without its comment, which begins with # at the start or after a blank."""
    for at, letter in enumerate(line):
        if letter == "#" and (at == 0 or line[at - 1] in " \t"):
            line = line[:at]
            break
    return line.strip()


def read(name):
    """Source and lines of a recipe."""
    source, lines = "", {}
    with open(f"{HERE}/../recipes/{name}.recipe", encoding="utf-8") as file:
        for line in filter(None, map(bare, file)):
            key, _, value = line.partition(" ")
            if key == "source":
                source = value.strip()
            elif key == "like":
                lines = dict(read(value.strip())["lines"])
            else:
                lines[key] = value.strip()
    return {"source": source, "lines": [list(pair) for pair in lines.items()]}


def every():
    """All of them by their names."""
    paths = glob.glob(f"{HERE}/../recipes/*.recipe")
    names = sorted(os.path.basename(path)[:-len(".recipe")] for path in paths)
    return {name: read(name) for name in names}


if __name__ == "__main__":
    json.dump(every(), sys.stdout, ensure_ascii=False, indent=1)
