#!/usr/bin/env python3
"""What makes the book fail: builds small books, each with one fault, in a folder of its own.

    tests/book/small.py"""
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
BEGIN = ("# About\n\nSee [two](two.md#a-part) and [the code](../../lessons/x.c#twice).\n\n"
         "![A drawing](../../out/two/a.svg)\n")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"/>'
WHOLE = {
    "docs/en/README.md": "# Course\n", "docs/zh/README.md": "# 课程\n",
    "docs/en/one.md": BEGIN, "docs/zh/one.md": BEGIN.replace("About", "关于"),
    "docs/en/two.md": "# Two\n\n## A part\n\nText $x^2$.\n",
    "docs/zh/two.md": "# 二\n\n## A part\n\n文字。\n",
    "lessons/x.c": "/* Twice. */\nint twice(int x) {\n    return 2 * x;\n}\n",
    "lessons/answers/x.c": "", "out/two/a.svg": SVG,
}
LISTED = "= Begin | 开始\nindex docs/en/README.md docs/zh/README.md\n"
# What is changed, and what the message must say. None takes a file away.
FAULTS = [
    ("a page that is not in the list",
     {"docs/en/more.md": "# More\n", "docs/zh/more.md": "# 更多\n"},
     "docs/en/more.md is not in the book"),
    ("an entry without a page", {"docs/contents.txt": LISTED + "one\ntwo\nthree\n"},
     "three is in the list, but there is no docs/en/three.md"),
    ("a page without its translation", {"docs/zh/two.md": None}, "there is no docs/zh/two.md"),
    ("a translation without its page", {"docs/contents.txt": LISTED + "one\n?two\n",
                                        "docs/en/two.md": None}, "there is no docs/en/two.md"),
    ("a link to a page that is gone", {"docs/en/one.md": BEGIN.replace("two.md", "tow.md")},
     "there is no docs/en/tow.md"),
    ("a link to a section that is gone", {"docs/zh/two.md": "# 二\n"},
     "zh/one.html: two.html#a-part has no such section"),
    ("a link to a function that is gone", {"lessons/x.c": "int thrice(void) {\n}\n"},
     "lessons/x.c has no twice"),
    ("a quotation of code that is gone",
     {"docs/en/two.md": "# Two\n\n## A part\n\n[f](../../lessons/x.c#thrice)\n"},
     "lessons/x.c has no function thrice, which page two quotes"),
    ("a picture that is gone", {"out/two/a.svg": None}, "out/two/a.svg is not there"),
    ("a picture without words", {"docs/en/one.md": BEGIN.replace("A drawing", "")},
     "has no words for those who do not see it"),
    ("a page without a title", {"docs/en/two.md": "## A part\n"}, "begins with '# Its title'"),
    ("a formula that cannot be read", {"docs/en/two.md": "# Two\n\n## A part\n\n$\\frac{1}{$\n"},
     "cannot read the formula"),
]


def build(changes):
    """Exit status and words of a build, and the pages that are there afterwards."""
    with tempfile.TemporaryDirectory(prefix="stylegrad-book-") as folder:
        shutil.copytree(f"{ROOT}/docs/site", f"{folder}/docs/site",
                        ignore=shutil.ignore_patterns("__pycache__", "en", "zh"))
        os.makedirs(f"{folder}/lessons")
        for name in ("page.lua", "page.css", "page.js"):
            shutil.copy(f"{ROOT}/lessons/{name}", f"{folder}/lessons/{name}")
        files = {**WHOLE, "docs/contents.txt": LISTED + "one\ntwo\n", **changes}
        for path, text in files.items():
            if text is not None:
                os.makedirs(os.path.dirname(f"{folder}/{path}"), exist_ok=True)
                with open(f"{folder}/{path}", "w", encoding="utf-8") as file:
                    file.write(text)
        done = subprocess.run([sys.executable, f"{folder}/docs/site/build.py"],
                              capture_output=True, text=True, check=False)
        pages = {}
        for language in ("en", "zh"):
            for name in ("one", "two"):
                path = f"{folder}/out/book/{language}/{name}.html"
                if os.path.exists(path):
                    with open(path, encoding="utf-8") as file:
                        pages[language, name] = file.read()
    return done.returncode, done.stdout + done.stderr, pages


def fails(name, why):
    print(f"FAILED  {name}\n        {why}")
    return 1


def check_whole():
    """Without a fault there are four pages, whose links lead to pages and to lines of code."""
    status, words, pages = build({})
    wanted = ['href="two.html#a-part"', 'href="code/lessons/x.c.html#line-2"',
              'src="../files/two/a.svg"', 'alt="A drawing"', 'href="../zh/one.html"']
    if status or len(pages) != 4:
        return fails("a book without faults", words)
    for piece in wanted:
        if piece not in pages["en", "one"]:
            return fails("a book without faults", f"no {piece} in en/one.html")
    if "<math" not in pages["en", "two"]:
        return fails("a book without faults", "no formula in en/two.html")
    print("ok      a book without faults is made")
    return 0


def check_handout():
    """Pages with ? may be missing, in both languages, and words that lead there are no links."""
    name = "a handout has no answers, and no links to them"
    status, words, pages = build({
        "docs/contents.txt": LISTED + "one\n?two\n", "docs/en/two.md": None, "docs/zh/two.md": None,
        "lessons/answers/x.c": None})
    if status or 'href="two' in pages.get(("en", "one"), ""):
        return fails(name, words)
    print(f"ok      {name}")
    return 0


def main():
    if not shutil.which("pandoc"):
        print("skipped: pandoc is not installed")
        return 0
    failed = check_whole() + check_handout()
    for name, changes, message in FAULTS:
        status, words, pages = build(changes)
        if status == 0 or message not in words or pages:
            failed += fails(name, f"wanted '{message}'; status {status}: {words.strip()}")
        else:
            print(f"ok      {name} fails")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
