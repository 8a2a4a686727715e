"""Where things are: a place in the project becomes an address in the book."""
import os
import posixpath
import re
import shutil
import subprocess
import urllib.parse

import plots
from contents import LANGUAGES, Trouble
from html_text import ADDRESS, escape, unescape
from sizes import attributes

PLOT = re.compile(r'<img src="repo:([^"]+\.svg)"[^>]*>')
PICTURES = (".png", ".jpg", ".svg")
DATA = (".csv", ".gp")
# Files that are no text to be read.
CLOSED = (".ipynb", ".safetensors", ".npz", ".npy")
LARGEST = 200_000  # bytes of a source file that is shown
LARGE_PICTURE = 60_000


class Places:
    """Addresses, and the files of the project that the pages ask for."""

    def __init__(self, pages, build):
        self.pages = {page.source(language, build): (page, language)
                      for page in pages for language in LANGUAGES}
        self.files = {}  # place in the book: file of the project
        self.narrow = {}  # place in the book: the picture that is drawn again for a phone
        self.codes = {}  # source files that pages of the book show

    def of_file(self, path):
        """The place of a picture or of a table, the same for both languages."""
        place = "files/" + re.sub(r"^(out|docs|assets)/", "", path)
        if smaller(path):
            place = place[:-len("png")] + "webp"
        if self.files.setdefault(place, path) != path:
            raise Trouble(f"{path} and {self.files[place]} have the same place in the book")
        return place

    def of(self, path, part, language):
        """The address of a file of the project, as seen from the book's folder; None for what
        the book does not show."""
        if path in self.pages:
            page, spoken = self.pages[path]
            if page.texts[language] == path:
                spoken = language
            return page.place(spoken) + (f"#{part}" if part else "")
        if path in ("README.md", "README.zh.md"):
            return f"{language}/index.html"
        if not os.path.exists(path):
            raise Trouble(f"there is no {path}")
        if path.endswith(PICTURES + DATA):
            return self.of_file(path)
        if os.path.isdir(path) or path.endswith(CLOSED) or os.path.getsize(path) > LARGEST:
            return None
        self.codes.setdefault(path, None)
        line = line_of(path, part) if part else None
        return f"{language}/code/{path}.html" + (f"#line-{line}" if line else "")

    def withheld(self, path):
        """Whether a handout is made without this file, and this is one."""
        return path.endswith(".md") and not os.path.exists("lessons/answers") and any(
            path.startswith(f"docs/{language}/") for language in LANGUAGES)

    def resolve(self, body, source, place, language):
        """The body with its addresses as seen from `place` in the book."""
        folder, base = posixpath.dirname(place), posixpath.dirname(source)

        def address(match):
            target = unescape(match.group(2))
            kind, target = target.split(":", 1)
            target, _, part = urllib.parse.unquote(target).partition("#")
            path = posixpath.normpath(target if kind == "repo" else posixpath.join(base, target))
            try:
                found = self.of(path, part, language)
            except Trouble as trouble:
                if self.withheld(path):
                    found = None
                else:
                    raise Trouble(f"{source}: {trouble}, to which it links") from trouble
            if found is None:
                return 'data-nowhere=""'
            size = attributes(path) if match.group(1) == "src" else ""
            return f'{match.group(1)}="{escape(quoted(posixpath.relpath(found, folder)))}"{size}'

        def plot(match):
            path = unescape(match.group(1))
            if not plots.can_draw(path):
                return match.group(0)
            narrow = self.of_file(path)[:-len("svg")] + "narrow.svg"
            self.narrow[narrow] = path
            address = escape(quoted(posixpath.relpath(narrow, folder)))
            return (f'<picture><source media="(max-width: 40rem)" srcset="{address}">'
                    f"{match.group(0)}</picture>")

        body = PLOT.sub(plot, body)
        return without_empty_links(ADDRESS.sub(address, body))


def quoted(address):
    path, mark, part = address.partition("#")
    return urllib.parse.quote(path) + mark + part


def without_empty_links(body):
    """Links that lead nowhere become their words."""
    return re.sub(r'<a data-nowhere=""[^>]*>(.*?)</a>', r"\1", body, flags=re.S)


def line_of(path, part):
    """The number of the first line of the function `part`."""
    number = re.fullmatch(r"L?(\d+)", part)
    if number:
        return int(number.group(1))
    begins = re.compile(rf"^[A-Za-z_].*\b{re.escape(part)}\b")
    with open(path, encoding="utf-8") as file:
        for at, line in enumerate(file, 1):
            if begins.match(line) and not line.rstrip().endswith(";"):
                return at
    raise Trouble(f"{path} has no {part}")


def smaller(path):
    """Whether a picture is to be a WebP in the book."""
    return (path.endswith(".png") and os.path.getsize(path) > LARGE_PICTURE
            and shutil.which("cwebp") is not None)


def copy(source, target):
    """A picture as it is, or as WebP: nearly without loss, or what is still large as a
    photograph."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if not target.endswith(".webp"):
        shutil.copyfile(source, target)
        return
    for options in (["-near_lossless", "60"], ["-q", "90", "-sharp_yuv"]):
        subprocess.run(["cwebp", "-quiet", *options, source, "-o", target], check=True)
        if os.path.getsize(target) <= LARGE_PICTURE:
            return
