"""Pages that show a source file to which the book refers, with a name for each line."""
import concurrent.futures
import posixpath
import re
import subprocess

from contents import LANGUAGES, Trouble
from html_text import escape
from words import WORDS

KINDS = {".c": "c", ".h": "c", ".def": "c", ".inc": "c", ".py": "python", ".sh": "bash",
         ".mk": "makefile", ".lua": "lua", ".yml": "yaml", ".json": "json", ".js": "javascript",
         ".html": "html", ".css": "css"}


def coloured(path):
    """The file as HTML; each line is a span whose id is line-N."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    kind = KINDS.get(posixpath.splitext(path)[1], "default")
    if kind == "default" and text.startswith("#!"):
        kind = "python" if "python" in text.split("\n", 1)[0] else "bash"
    done = subprocess.run(
        ["pandoc", "--from=markdown", "--to=html5"], capture_output=True, check=False, text=True,
        input=f"`````{{.{kind} .numberLines}}\n{text}\n`````\n")
    if done.returncode:
        raise Trouble(f"{path}: {done.stderr.strip()}")
    body = re.sub(r'<a href="#cb1-\d+"[^>]*></a>', "", done.stdout)
    return body.replace('id="cb1-', 'id="line-').replace(' id="cb1"', "")


def write_all(book, folder, write):
    """All of them, in both languages: what is around the code differs."""
    paths = sorted(book.places.codes)
    with concurrent.futures.ThreadPoolExecutor(book.jobs) as pool:
        bodies = list(pool.map(coloured, paths))
    for path, body in zip(paths, bodies):
        for language in LANGUAGES:
            place = f"{language}/code/{path}.html"
            deep = book.sidebar(None, language)
            up = posixpath.relpath(language, posixpath.dirname(place))
            sidebar = deep.replace('href="../../', f'href="{up}/')
            write(f"{folder}/{place}", book.around(
                place, language, place.replace(language, WORDS[language]["other"], 1),
                page_title=escape(f"{path} · stylegrad"), heading=f"<code>{escape(path)}</code>",
                kind="source", body=body, sections="", contents=sidebar,
                neighbours_top="", neighbours_bottom=""))
