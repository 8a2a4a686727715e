#!/usr/bin/env python3
"""Makes the book: one static site of all pages of docs/, in both languages.

    docs/site/build.py [--build BUILD] [--out FOLDER] [--jobs N]

reads docs/contents.txt and writes FOLDER/{en,zh}/NAME.html, out/book unless you say otherwise.
It is opened from disk (FOLDER/index.html), or put on any web server. pandoc and lessons/page.lua
turn a text into HTML, as for the page of a lesson; what is around it is page.html of this folder.
The lessons must have run: their pictures and transcripts are in out/NN_name.

Fails, and leaves the old book, when the list and the folders differ (contents.py), a link, an
anchor or a picture is missing, a picture has no words, or code that a page quotes is gone."""
import argparse
import concurrent.futures
import os
import posixpath
import shutil
import string
import subprocess
import sys

import code_page
import contents
import plots
import search
from check import check
from contents import LANGUAGES, Trouble
from html_text import escape, sections_of, text_of, title_of, without_repetition
from names import short_names
from places import Places, copy
from run_here import with_run_here
from words import WORDS

HERE = os.path.dirname(os.path.abspath(__file__))
STATIC = ["lessons/page.css", "lessons/page.js", "docs/site/book.css", "docs/site/book.js",
          "docs/site/theme.js"]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def converted(text, source, name, language):
    """A text as HTML, by lessons/page.lua. `source` is where it would be in docs/."""
    lesson = posixpath.basename(name)
    done = subprocess.run(
        ["pandoc", "--from=markdown", "--to=html5", "--mathml", "--wrap=none",
         "--lua-filter=lessons/page.lua", "--metadata=root:.", f"--metadata=name:{lesson}",
         f"--metadata=folder:out/{lesson}", f"--metadata=book:{language}",
         f"--metadata=source:{source}", f"--metadata=text:{text}"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"{source}: {done.stderr.strip().splitlines()[-1]}")
    return without_repetition(done.stdout)


class Book:
    """All pages, and what is around each."""

    def __init__(self, build, out, jobs):
        self.chapters = contents.read(build, out)
        self.pages = [page for chapter in self.chapters for page in chapter.pages]
        self.places = Places(self.pages, build)
        self.template = string.Template(read(f"{HERE}/page.html"))
        self.headings, self.bodies, self.code = {}, {}, {}
        self.build, self.out, self.jobs = build, out, jobs

    def convert(self):
        """Text and heading of each page."""
        wanted = [(page, language) for page in self.pages for language in LANGUAGES]
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            results = pool.map(
                lambda ask: converted(ask[0].texts[ask[1]], ask[0].source(ask[1], self.build),
                                      ask[0].name, ask[1]), wanted)
            for (page, language), result in zip(wanted, results):
                source = page.source(language, self.build)
                heading, body = title_of(result)
                if not heading:
                    raise Trouble(f"{source}: a page begins with '# Its title'")
                self.headings[page, language] = heading
                resolved = self.places.resolve(body, source, page.place(language), language)
                self.bodies[page, language] = with_run_here(resolved, page.name, language,
                                                            self.out)
        self.names = short_names(self.pages, self.headings)

    def sidebar(self, here, language):
        """The whole table of contents; `here` is the page that is open."""
        place = here.place(language) if here else f"{language}/code/x/x.html"
        folder, parts = posixpath.dirname(place), []
        for chapter in self.chapters:
            if not chapter.pages:
                continue
            closed = chapter.pages[0].name.startswith("answers/") and (
                not here or here.chapter is not chapter)
            parts.append(f'<details{"" if closed else " open"}>'
                         f"<summary>{escape(chapter.titles[language])}</summary><ul>")
            for page in chapter.pages:
                mark = ' aria-current="page"' if page is here else ""
                address = posixpath.relpath(page.place(language), folder)
                parts.append(f'<li><a href="{address}"{mark}>'
                             f"{self.names[page, language]}</a></li>")
            for path, titles in chapter.links:
                address = posixpath.relpath(path, folder)
                parts.append(f'<li><a href="{address}">{escape(titles[language])}</a></li>')
            parts.append("</ul></details>")
        return "\n".join(parts)

    def neighbours(self, page, language, where):
        """Links to the pages before and after."""
        words, at = WORDS[language], self.pages.index(page)
        folder, parts = posixpath.dirname(page.place(language)), []
        for to, rel, label in ((at - 1, "prev", "previous"), (at + 1, "next", "next")):
            if 0 <= to < len(self.pages):
                other = self.pages[to]
                address = posixpath.relpath(other.place(language), folder)
                parts.append(f'<a rel="{rel}" class="{label}" href="{address}">'
                             f"<span>{words[label]}</span> {self.names[other, language]}</a>")
        return (f'<nav class="neighbours {where}" aria-label="{words["pages"]} ({where})">'
                + "".join(parts) + "</nav>")

    def around(self, place, language, other, **parts):
        """A whole page. `parts` are those of its own."""
        words = WORDS[language]
        folder = posixpath.dirname(place)
        return self.template.substitute(
            parts, language=language, top=posixpath.relpath(".", folder),
            home=posixpath.relpath(f"{language}/index.html", folder),
            other=posixpath.relpath(other, folder), contents_title=words["contents"],
            **{key: words[key] for key in (
                "lang", "skip", "menu", "tagline", "search", "search_key", "search_hint",
                "other_lang", "other_name", "theme", "close", "nothing", "one", "many")})

    def page(self, page, language):
        words = WORDS[language]
        heading, body = self.headings[page, language], self.bodies[page, language]
        title = text_of(heading)
        parts = sections_of(body)
        links = "".join(f'<li{" class=deep" if level > 2 else ""}>'
                        f'<a href="#{name}">{escape(text)}</a></li>' for level, name, text in parts)
        sections = (f'<nav class="sections" aria-label="{words["sections"]}"><details open>'
                    f'<summary>{words["sections"]}</summary><ul>{links}</ul></details></nav>')
        return self.around(
            page.place(language), language, page.place(words["other"]),
            page_title=escape(title if title == "stylegrad" else f"{title} · stylegrad"),
            heading=heading, kind="landing" if page.name == "index" else "text", body=body,
            sections=sections if len(parts) > 1 and page.name != "index" else "",
            contents=self.sidebar(page, language),
            neighbours_top=self.neighbours(page, language, "top"),
            neighbours_bottom=self.neighbours(page, language, "bottom"))

    def write(self, folder):
        for page in self.pages:
            for language in LANGUAGES:
                write(f"{folder}/{page.place(language)}", self.page(page, language))
        code_page.write_all(self, folder, write)
        for language in LANGUAGES:
            write(f"{folder}/search.{language}.js", search.index(self, language))
        for place, source in self.places.files.items():
            copy(source, f"{folder}/{place}")
        for place, picture in self.places.narrow.items():
            plots.draw(picture, f"{folder}/{place}")
        for path in STATIC:
            shutil.copyfile(path, f"{folder}/{posixpath.basename(path)}")
        shutil.copyfile(f"{HERE}/root.html", f"{folder}/index.html")


def replace(made, folder):
    """Puts the new book in place of the old one. What other programs have put there stays: the
    reference of the headers, and the pages that compute."""
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(folder):
        if name not in ("reference", "play"):
            path = f"{folder}/{name}"
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    for name in os.listdir(made):
        os.rename(f"{made}/{name}", f"{folder}/{name}")
    os.rmdir(made)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", default="build")
    parser.add_argument("--out", default="out/book")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    os.chdir(f"{HERE}/../..")
    made = f"{options.out}.new"
    shutil.rmtree(made, ignore_errors=True)
    try:
        book = Book(options.build, options.out, options.jobs)
        book.convert()
        book.write(made)
        count = check(made, options.out)
    except (Trouble, OSError) as trouble:
        print(f"book: {trouble}", file=sys.stderr)
        sys.exit(1)
    replace(made, options.out)
    print(f"{options.out}/index.html: {len(book.pages)} pages in each language, "
          f"{len(book.places.codes)} source files, {count} links")


if __name__ == "__main__":
    main()
