"""Copies the notebooks to notebooks/mine, where students write: git ignores that folder.

    mine.py            prints what it has done, if it is more than nothing

A copy is made once. When the original changes later, a copy in which nothing was written
becomes the new one; beside one with a student's work the new one is put as NAME_new.ipynb.
Nothing that a student has written is ever overwritten. `.originals.json` keeps what the
copies were made from."""

import glob
import hashlib
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "kernel"))
import record  # noqa: E402


def sources(book):
    """What is written in the cells, without outputs and numbers, as a short text."""
    cells = [(cell["cell_type"], "".join(cell["source"])) for cell in book["cells"]]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def read(path):
    """A notebook, or None where there is none that can be read."""
    try:
        with open(path, encoding="utf-8") as file:
            book = json.load(file)
        sources(book)
        return book
    except (OSError, ValueError, KeyError, TypeError):
        return None


def copy_of(path):
    """The original, with links that lead from one folder further down."""
    with open(path, encoding="utf-8") as file:
        return file.read().replace("](../", "](../../")


def update(name, folder, made_from):
    """Brings one copy up to date; a sentence, or None."""
    text = copy_of(os.path.join(HERE, name))
    path, now = os.path.join(folder, name), sources(json.loads(text))
    if not os.path.exists(path):
        record.replace(path, text)
        made_from[name] = now
        return None
    if made_from.get(name) == now:
        return None
    mine = read(path)
    if mine is not None and sources(mine) in (now, made_from.get(name)):
        record.replace(path, text)
        made_from[name] = now
        return f"{name}: is the new version; nothing was written in the old copy"
    beside = path.replace(".ipynb", "_new.ipynb")
    if os.path.exists(beside):
        return f"{name}: has your work and stays; there is a newer version, and " \
            f"{os.path.basename(beside)} is in its place. Move that away to get it"
    record.replace(beside, text)
    made_from[name] = now
    return f"{name}: has your work and stays; the new version lies beside it as " \
        f"{os.path.basename(beside)}"


def main(folder):
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, ".originals.json")
    made_from = record.read(path)
    names = [os.path.basename(p) for p in sorted(glob.glob(os.path.join(HERE, "*.ipynb")))]
    for name in names:
        said = update(name, folder, made_from)
        if said:
            print(f"notebooks/mine/{said}")
    record.replace(path, json.dumps(made_from, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "mine"))
