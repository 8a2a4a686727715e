#!/usr/bin/env python3
"""Makes the page that paints: web/build.py --module FILE.wasm --out FOLDER.

A page that is opened from disk may fetch nothing, so all that it needs comes as scripts: the
module and the weights packed and in base64, the pictures in base64, the recipes and the words as JSON, and the source
of the worker as a string. Says how large all of it is when a server compresses it, and fails
above what the page may have."""
import argparse
import base64
import gzip
import json
import os
import shutil
import string
import subprocess
import sys
import tempfile

import recipes
from words import WORDS

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PAGE = f"{HERE}/page"
MOST = 1_800_000  # bytes, compressed
PICTURES = ("scene", "painting", "mosaic")
SCRIPTS = ("settings.js", "pictures.js", "curves.js", "runner.js", "paint.js")
STATIC = (f"{PAGE}/index.html", f"{PAGE}/paint.css", f"{ROOT}/lessons/page.css", f"{ROOT}/docs/site/book.css",
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


def scripts(module):
    """The scripts that are made, by their names."""
    def data(name, value):
        return f"PLAY.{name} = {json.dumps(value, ensure_ascii=False)};\n"
    out = {
        "module.data.js": data("module", packed(module)),
        "weights.data.js": data("weights", packed(f"{ROOT}/assets/paintnet.safetensors")),
        "pictures.data.js": data("pictures", {name: picture(name) for name in PICTURES}),
        "recipes.data.js": data("recipes", recipes.every()),
        "worker.data.js": data("worker", read(f"{PAGE}/module.js") + read(f"{PAGE}/worker.js")),
    }
    for language, words in WORDS.items():
        out[f"words.{language}.js"] = data("words", words["js"])
    return out


def write(folder, files):
    for name, text in files.items():
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(text)


def compressed(folder):
    """Bytes of all files, each as a server sends it."""
    sizes = {}
    for name in sorted(os.listdir(folder)):
        sizes[name] = len(gzip.compress(read_bytes(f"{folder}/{name}"), 9, mtime=0))
    return sizes


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--module", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    made = f"{options.out}.new"
    shutil.rmtree(made, ignore_errors=True)
    os.makedirs(made)
    files = scripts(options.module)
    template = string.Template(read(f"{PAGE}/paint.html"))
    for language, words in WORDS.items():
        texts = {key: value for key, value in words.items() if isinstance(value, str)}
        files[f"{language}.html"] = template.substitute(texts, language=language)
    write(made, files)
    for path in STATIC + tuple(f"{PAGE}/{name}" for name in SCRIPTS):
        shutil.copy(path, made)
    sizes = compressed(made)
    total = sum(sizes.values())
    shutil.rmtree(options.out, ignore_errors=True)
    os.rename(made, options.out)
    print(f"{options.out}/index.html: {total / 1e6:.2f} MB compressed, of {MOST / 1e6:.1f}; "
          f"the module {sizes['module.data.js'] // 1000} kB, "
          f"the network {sizes['weights.data.js'] // 1000} kB")
    if total > MOST:
        sys.exit(f"web/build.py: the page may have {MOST} bytes, and has {total}")


if __name__ == "__main__":
    main()
