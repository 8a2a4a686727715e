#!/usr/bin/env python3
"""Makes the pages: web/build.py --module FILE.wasm --tape FILE.wasm --lessons FILE.wasm
                --catalogue FILE.mo --out FOLDER.

One paints, one shows the tape, one paints in one pass; and the book's pages of lessons run them. A page that is opened from disk may fetch
nothing, so all that it needs comes as scripts: the module and the weights packed and in base64,
the pictures in base64, the recipes and the words as JSON, and the source of the worker as a
string. Says how large all of it is when a server compresses it, and fails above what a page may
have."""
import argparse
import base64
import gzip
import json
import os
import re
import shutil
import string
import subprocess
import sys
import tempfile
import typing

import lesson_words
import lessons
import recipes
import words

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PAGE = f"{HERE}/page"
# What a reader gets, in bytes as a server compresses them: pages and scripts, and the most.
IN_LESSON = ("lesson.words.zh.js", "tools.js", "pictures.js", "lesson_files.js", "plot.js",
             "dot.js", "lesson.js", "lesson.css")
SIZES = {
    "the page that paints": (("zh.html",), 1_800_000),
    "the tape": (("tape.zh.html",), 200_000),
    "one pass": (("pass.zh.html", "style.painting.data.js"), 1_000_000),
    "one pass, as any painting": (("pass.zh.html", "weights.data.js", "anystyle.data.js"),
                                  2_800_000),
    "what a lesson's page has for its program": (IN_LESSON, 50_000),
    "the first run of a lesson": (("lessons.data.js", "lessons.zh.data.js", "lesson.scene.data.js"),
                                  750_000),
    "one with the network and all pictures": (
        ("lessons.data.js", "lessons.zh.data.js", "lesson.scene.data.js", "lesson.painting.data.js",
         "lesson.mosaic.data.js", "weights.data.js"), 2_400_000),
}
PICTURES = ("scene", "painting", "mosaic")
LANGUAGES = {"en": "zh", "zh": "en"}  # and the other one


class Page(typing.NamedTuple):
    """A page: its file in page/, what its files here begin with, its words, the pages that it
    leads to, its style sheets and its scripts, in order."""
    name: str
    prefix: str
    words: tuple
    links: tuple
    styles: tuple
    scripts: tuple


PAGES = {page.name: page for page in (
    Page("paint", "", (words.EVERY, words.WITH_PICTURES, words.PAINT), ("pass", "tape"),
         ("paint.css",),
         ("pictures.data.js", "recipes.data.js", "worker.data.js", "tools.js", "common.js", "settings.js",
          "pictures.js", "curves.js", "runner.js", "paint.js", "module.data.js",
          "weights.data.js")),
    Page("tape", "tape.", (words.EVERY, words.TAPE), ("paint",), ("paint.css", "tape.css"),
         ("tape.data.js", "tools.js", "common.js", "page.js", "module.js", "formula.js", "graph.js",
          "drawing.js", "tape.js")),
    Page("pass", "pass.", (words.EVERY, words.WITH_PICTURES, words.PASS), ("paint",),
         ("paint.css",),
         ("pictures.data.js", "pass.data.js", "tools.js", "common.js", "pictures.js", "camera.js",
          "module.data.js", "pass.js")))}
STYLES = ("painting", "mosaic")
STATIC = (f"{ROOT}/lessons/page.css", f"{ROOT}/lessons/page.js", f"{ROOT}/docs/site/book.css",
          f"{ROOT}/docs/site/theme.js")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def read_bytes(path):
    with open(path, "rb") as file:
        return file.read()


def in_base64(data):
    return base64.b64encode(data).decode("ascii")


def packed(path):
    """A file for the worker, which unpacks it: base64 hides from a server what repeats."""
    return in_base64(gzip.compress(read_bytes(path), 9, mtime=0))


def webp(name, *options):
    """One of our pictures as a data URL; where cwebp is missing, the PNG as it is."""
    path, kind = f"{ROOT}/assets/{name}.png", "png"
    with tempfile.TemporaryDirectory() as folder:
        if shutil.which("cwebp"):
            small = f"{folder}/{name}.webp"
            subprocess.run(["cwebp", "-quiet", *options, path, "-o", small], check=True)
            path, kind = small, "webp"
        return f"data:image/{kind};base64,{in_base64(read_bytes(path))}"


def picture(name):
    """As small as one cannot see."""
    return webp(name, "-q", "88", "-sharp_yuv")


def lossless(name):
    """For a program that is compared with its transcript."""
    return webp(name, "-lossless", "-z", "9")


def data(name, value):
    return f"PLAY.{name} = {json.dumps(value, ensure_ascii=False)};\n"


def worker(*names):
    """The source of a worker, of several scripts."""
    return data("worker", "".join(read(f"{PAGE}/{name}.js") for name in names))


def lesson_scripts(program, catalogue):
    """What the pages of lessons load, most of it when the first run needs it."""
    out = {"lessons.data.js": data("program", packed(program)) +
                              data("recipe_files", lessons.recipe_files()) +
                              worker("tools", "module", "files", "program", "lesson_worker")
                              .replace("PLAY.worker", "PLAY.lesson_worker", 1) +
                              data("ours", {}),
           "lessons.zh.data.js": data("catalogue", packed(catalogue))}
    for name in PICTURES:
        out[f"lesson.{name}.data.js"] = f"PLAY.ours.{name} = {json.dumps(lossless(name))};\n"
    for language in LANGUAGES:
        said = words.together(language, words.EVERY, words.WITH_PICTURES, lesson_words.LESSON)
        out[f"lesson.words.{language}.js"] = ("var PLAY = {};\n" + data("words", said["js"]) +
                                              data("lessons", lessons.every()))
    return out


def scripts(module, tape):
    """The scripts that are made, by their names."""
    out = {
        "module.data.js": data("module", packed(module)),
        "tape.data.js": data("tape", packed(tape)),
        "weights.data.js": data("weights", packed(f"{ROOT}/assets/paintnet.safetensors")),
        "pictures.data.js": data("pictures", {name: picture(name) for name in PICTURES}),
        "recipes.data.js": data("recipes", recipes.every()),
        "worker.data.js": worker("tools", "module", "worker"),
        "pass.data.js": worker("tools", "module", "pass_worker"),
    }
    out["pass.data.js"] += data("styles", {})
    for name in STYLES:
        out[f"style.{name}.data.js"] = (
            f"PLAY.styles.{name} = {json.dumps(packed(f'{ROOT}/assets/styles/{name}.style'))};\n")
    out["anystyle.data.js"] = data("anystyle", packed(f"{ROOT}/assets/anystyle.safetensors"))
    return out


def page_files(page, language):
    """The page and its words for the scripts, in one language."""
    said = words.together(language, *page.words)
    texts = {key: value for key, value in said.items() if isinstance(value, str)}
    texts["other"] = f"{page.prefix}{LANGUAGES[language]}.html"
    own = f"words.{page.prefix}{language}.js"
    links = [f'<a class="language{"" if i else " other-page"}" '
             f'href="{PAGES[to].prefix}{language}.html">{texts["to_" + to]}</a>'
             for i, to in enumerate(page.links)]
    body = string.Template(read(f"{PAGE}/{page.name}.html")).substitute(texts)
    shell = string.Template(read(f"{PAGE}/shell.html")).substitute(
        texts, kind="play" if page.name == "paint" else f"play {page.name}", body=body,
        styles="\n".join(f'<link rel="stylesheet" href="{name}">'
                         for name in ("page.css", "book.css", *page.styles)),
        scripts="\n".join(f'<script src="{name}" defer></script>'
                          for name in (own, *page.scripts)), links="\n".join(links))
    return {f"{page.prefix}{language}.html": shell, own: data("words", said["js"])}


def own_files():
    """The scripts and style sheets of page/, by their names."""
    names = {name for page in PAGES.values() for name in page.styles + page.scripts}
    names.update(IN_LESSON)
    return [f"{PAGE}/{name}" for name in sorted(names) if os.path.exists(f"{PAGE}/{name}")]


def write(folder, files):
    for name, text in files.items():
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(text)


def loaded(folder, names):
    """Bytes of files, and of all that those which are pages load, each as a server sends it."""
    names = set(names)
    for page in [name for name in names if name.endswith(".html")]:
        names.update(re.findall(r'(?:src|href)="([\w.]+\.(?:js|css))"', read(f"{folder}/{page}")))
    return sum(len(gzip.compress(read_bytes(f"{folder}/{one}"), 9, mtime=0)) for one in names)


def check_sizes(folder):
    """Says how large everything is, and fails where it is too large."""
    print("compressed, in MB:")
    too_large = []
    for what, (names, most) in SIZES.items():
        size = loaded(folder, names)
        print(f"  {size / 1e6:.2f} of {most / 1e6:.2f}  {what}")
        too_large += [what] if size > most else []
    if too_large:
        sys.exit(f"web/build.py: too large: {', '.join(too_large)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--module", required=True)
    parser.add_argument("--tape", required=True)
    parser.add_argument("--lessons", required=True)
    parser.add_argument("--catalogue", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    made = f"{options.out}.new"
    shutil.rmtree(made, ignore_errors=True)
    os.makedirs(made)
    files = {**scripts(options.module, options.tape),
             **lesson_scripts(options.lessons, options.catalogue)}
    lead = string.Template(read(f"{PAGE}/index.html"))
    for page in PAGES.values():
        for language in LANGUAGES:
            files.update(page_files(page, language))
        files[f"{page.prefix or 'index.'}html"] = lead.substitute(prefix=page.prefix)
    write(made, files)
    for path in (*STATIC, *own_files()):
        shutil.copy(path, made)
    shutil.rmtree(options.out, ignore_errors=True)
    os.rename(made, options.out)
    print(f"{options.out}/index.html")
    check_sizes(options.out)


if __name__ == "__main__":
    main()
