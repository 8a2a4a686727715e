#!/usr/bin/env python3
"""The pages of docs/en and docs/zh that are made from other files of the project, as a whole or
in part.

    docs/pages.py --write    writes them, and joins lines of Chinese pages between two Chinese
                             characters, where Markdown would put a space
    docs/pages.py --check    are they as this program would write them, do the Chinese pages keep
                             to the glossary, do both languages lead to each other, and does each
                             quote the transcripts of its own? Prints what is not so

They are committed, so that they can be read wherever the repository can. What they are made
from, and who makes them, stands at the top of each file of docs/generate/."""
import glob
import os
import sys

from generate import chinese_lines, errata, glossary, ops, quotes, recipes

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
    whole = {f"docs/{language}/{name}.md": module.page(language)
             for name, module in PAGES.items() for language in LANGUAGES}
    texts = {**quotes.pages(), **whole}
    for path in chinese_lines.paths():
        texts[path] = chinese_lines.joined(texts.get(path) or read(path))
    return texts


def write():
    for path, text in made().items():
        if read(path) == text:
            continue
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        print(f"{path}: written")


def without_way():
    """Pages of both languages that do not lead to each other in the line below their title."""
    for language, other, word in (("en", "zh", "中文"), ("zh", "en", "English")):
        for path in sorted(glob.glob(f"docs/{language}/*.md")):
            name = os.path.basename(path)
            link = f"[{word}](../{other}/{name})"
            if os.path.exists(f"docs/{other}/{name}") and read(path).split("\n")[2:3] != [link]:
                yield f"{path}: its third line is not {link}"


def check():
    stale = [path for path, text in made().items() if read(path) != text]
    for path in stale:
        print(f"{path}: is not as docs/pages.py --write would write it", file=sys.stderr)
    wrong = glossary.problems() + list(quotes.problems()) + list(without_way())
    for problem in wrong:
        print(problem, file=sys.stderr)
    return 1 if stale or wrong else 0


def main():
    if sys.argv[1:] == ["--write"]:
        return write()
    if sys.argv[1:] == ["--check"]:
        return check()
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main())
