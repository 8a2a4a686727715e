#!/usr/bin/env python3
"""The pages of docs/en and docs/zh that are made from other files of the project.

    docs/pages.py --write    writes them
    docs/pages.py --check    are they as this program would write them, and do the Chinese pages
                             keep to the glossary? Prints what is not so

They are committed, so that they can be read wherever the repository can. What they are made
from, and who makes them, stands at the top of each file of docs/generate/."""
import os
import sys

from generate import errata, glossary, ops, recipes

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
LANGUAGES = ("en", "zh")
# What makes docs/LANGUAGE/NAME.md. Each has page(language).
PAGES = {"errata": errata, "glossary": glossary, "ops": ops, "recipes": recipes}


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None


def made():
    """path -> text"""
    return {f"docs/{language}/{name}.md": module.page(language)
            for name, module in PAGES.items() for language in LANGUAGES}


def write():
    for path, text in made().items():
        if read(path) == text:
            continue
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        print(f"{path}: written")


def check():
    stale = [path for path, text in made().items() if read(path) != text]
    for path in stale:
        print(f"{path}: is not what its sources say; run docs/pages.py --write", file=sys.stderr)
    words = glossary.problems()
    for problem in words:
        print(problem, file=sys.stderr)
    return 1 if stale or words else 0


def main():
    if sys.argv[1:] == ["--write"]:
        return write()
    if sys.argv[1:] == ["--check"]:
        return check()
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main())
