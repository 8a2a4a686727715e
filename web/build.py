#!/usr/bin/env python3
"""Makes the pages: web/build.py --module FILE.wasm --tape FILE.wasm --out FOLDER.

One paints, one shows the tape, one paints in one pass. A page that is opened from disk may fetch nothing, so all that it needs comes as scripts: the
module and the weights packed and in base64, the pictures in base64, the recipes and the words as JSON, and the source
of the worker as a string. Says how large all of it is when a server compresses it, and fails
above what the page may have."""
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

import recipes
from words import PASS, TAPE, WORDS

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PAGE = f"{HERE}/page"
MOST = 1_800_000  # bytes, compressed
PICTURES = ("scene", "painting", "mosaic")
SCRIPTS = ("common.js", "settings.js", "pictures.js", "curves.js", "runner.js", "paint.js",
           "module.js", "formula.js", "graph.js", "drawing.js", "tape.js", "pass.js")
STYLES = ("painting", "mosaic")
STATIC = (f"{PAGE}/paint.css", f"{PAGE}/tape.css",
          f"{ROOT}/lessons/page.css", f"{ROOT}/lessons/page.js", f"{ROOT}/docs/site/book.css",
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


def picture(name):
    """One of our pictures, as small as one cannot see."""
    path, kind = f"{ROOT}/assets/{name}.png", "png"
    with tempfile.TemporaryDirectory() as folder:
        if shutil.which("cwebp"):
            small = f"{folder}/{name}.webp"
            subprocess.run(["cwebp", "-quiet", "-q", "88", "-sharp_yuv", path, "-o", small],
                           check=True)
            path, kind = small, "webp"
        return f"data:image/{kind};base64,{in_base64(read_bytes(path))}"


def scripts(module, tape):
    """The scripts that are made, by their names."""
    def data(name, value):
        return f"PLAY.{name} = {json.dumps(value, ensure_ascii=False)};\n"
    out = {
        "module.data.js": data("module", packed(module)),
        "tape.data.js": data("tape", packed(tape)),
        "weights.data.js": data("weights", packed(f"{ROOT}/assets/paintnet.safetensors")),
        "pictures.data.js": data("pictures", {name: picture(name) for name in PICTURES}),
        "recipes.data.js": data("recipes", recipes.every()),
        "worker.data.js": data("worker", read(f"{PAGE}/module.js") + read(f"{PAGE}/worker.js")),
    }
    out["pass.data.js"] = data("worker", read(f"{PAGE}/module.js") + read(f"{PAGE}/pass_worker.js"))
    out["styles.data.js"] = data("styles", {
        name: packed(f"{ROOT}/assets/styles/{name}.style") for name in STYLES})
    for language, words in WORDS.items():
        out[f"words.{language}.js"] = data("words", words["js"])
        out[f"words.tape.{language}.js"] = data("words", TAPE[language]["js"])
        out[f"words.pass.{language}.js"] = data("words", PASS[language]["js"])
    return out


def page(name, words, language):
    """A page with its texts."""
    texts = {key: value for key, value in words.items() if isinstance(value, str)}
    return string.Template(read(f"{PAGE}/{name}.html")).substitute(texts, language=language)


def write(folder, files):
    for name, text in files.items():
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(text)


def loaded(folder, name):
    """Bytes of a page and of all that it loads, each as a server sends it."""
    names = [name, *re.findall(r'(?:src|href)="([\w.]+\.(?:js|css))"', read(f"{folder}/{name}"))]
    return sum(len(gzip.compress(read_bytes(f"{folder}/{one}"), 9, mtime=0)) for one in names)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--module", required=True)
    parser.add_argument("--tape", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    made = f"{options.out}.new"
    shutil.rmtree(made, ignore_errors=True)
    os.makedirs(made)
    files = scripts(options.module, options.tape)
    for language in WORDS:
        files[f"{language}.html"] = page("paint", WORDS[language], language)
        files[f"tape.{language}.html"] = page("tape", TAPE[language], language)
        files[f"pass.{language}.html"] = page("pass", PASS[language], language)
    lead = string.Template(read(f"{PAGE}/index.html"))
    files["index.html"] = lead.substitute(prefix="")
    files["tape.html"] = lead.substitute(prefix="tape.")
    files["pass.html"] = lead.substitute(prefix="pass.")
    write(made, files)
    for path in STATIC + tuple(f"{PAGE}/{name}" for name in SCRIPTS):
        shutil.copy(path, made)
    sizes = {name: loaded(made, f"{name}.html") for name in ("en", "tape.en", "pass.en")}
    shutil.rmtree(options.out, ignore_errors=True)
    os.rename(made, options.out)
    print(f"{options.out}/index.html: compressed, the page that paints has "
          f"{sizes['en'] / 1e6:.2f} MB of {MOST / 1e6:.1f}, the tape {sizes['tape.en'] / 1e6:.2f}, "
          f"one pass {sizes['pass.en'] / 1e6:.2f}")
    if sizes["en"] + sizes["tape.en"] > MOST:
        sys.exit(f"web/build.py: the pages may have {MOST} bytes, and have "
                 f"{sizes['en'] + sizes['tape.en']}")


if __name__ == "__main__":
    main()
