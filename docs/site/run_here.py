"""The part of a lesson's page that runs its program in the browser: web/page/lesson.js."""
import os
import re

from words import WORDS

SCRIPTS = ("tools.js", "pictures.js", "lesson_files.js", "plot.js", "dot.js", "lesson.js")
PROGRAM = {"en": "the-program", "zh": "程序"}  # the section that it follows


def section(name, language):
    words = WORDS[language]
    scripts = "".join(f'<script src="../play/{script}" defer></script>\n'
                      for script in (f"lesson.words.{language}.js", *SCRIPTS))
    return (f'<section class="run-here" data-lesson="{name}" data-language="{language}">\n'
            f'<h2 id="run-here">{words["run_here"]}</h2>\n'
            f'<noscript><p>{words["run_noscript"]}</p></noscript>\n</section>\n'
            f'<link rel="stylesheet" href="../play/lesson.css">\n{scripts}')


def with_run_here(body, name, language, book):
    """The page of a lesson with that part behind its program, when the book's folder has what it
    loads, and the lesson is one that it can run."""
    path = f"{book}/play/lesson.words.{language}.js"
    if not os.path.exists(path):
        return body
    with open(path, encoding="utf-8") as file:
        if f'"{name}": {{"pictures"' not in file.read():
            return body
    after = re.search(f'<h2 id="{PROGRAM[language]}".*?(?=<h2 )', body, re.S)
    return body[:after.end()] + section(name, language) + body[after.end():]
