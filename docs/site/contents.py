"""The list of the book's pages, docs/contents.txt: see there."""
import glob
import os

LANGUAGES = ("en", "zh")
LIST = "docs/contents.txt"
# Parts of other pages.
PARTS = ("docs/en/hints/", "docs/zh/hints/")


class Trouble(Exception):
    """What is wrong with the book, and where."""


class Page:
    """A page of the book in both languages, and where its texts are."""

    def __init__(self, name, chapter, texts):
        self.name, self.chapter, self.texts = name, chapter, texts

    def place(self, language):
        """Where the page is in the book."""
        return f"{language}/{self.name}.html"

    def source(self, language, build):
        """The text, and for one that a script has written where it would be in docs/."""
        made, text = f"{build}/book/", self.texts[language]
        return "docs/" + text[len(made):] if text.startswith(made) else text


class Chapter:
    """A heading of the sidebar with its pages."""

    def __init__(self, titles):
        self.titles, self.pages = dict(zip(LANGUAGES, titles)), []
        self.links = []  # (file of the book, its words in each language)


def named(name, build):
    """The two texts of a page that is listed by its name alone."""
    texts = {}
    for language in LANGUAGES:
        written = f"docs/{language}/{name}.md"
        made = f"{build}/book/{language}/{name}.md"
        texts[language] = made if not os.path.exists(written) and os.path.exists(made) else written
    return texts


def entry(line, chapter, build):
    """The page of one line, or None when it may be missing and is."""
    words = line.lstrip("?").split()
    if len(words) == 3:
        texts = dict(zip(LANGUAGES, words[1:]))
    elif len(words) == 1:
        texts = named(words[0], build)
    else:
        raise Trouble(f"{LIST}: '{line}' is neither NAME nor NAME EN.md ZH.md")
    missing = [path for path in texts.values() if not os.path.exists(path)]
    if line.startswith("?") and len(missing) == len(LANGUAGES):
        return None
    if missing:
        raise Trouble(f"{LIST}: {words[0]} is in the list, but there is no {missing[0]}; "
                      "write it, or take the line out")
    return Page(words[0], chapter, texts)


def all_texts(build):
    """All texts that are to be pages, as they are in the folders."""
    folders = [f"docs/{language}/**/*.md" for language in LANGUAGES]
    made = [f"{build}/book/{language}/**/*.md" for language in LANGUAGES]
    found = [path for pattern in folders + made + ["docs/*.md"]
             for path in glob.glob(pattern, recursive=True)]
    return sorted(path for path in found if not path.startswith(PARTS))


def in_two_languages(line, words):
    """The two parts of WORDS | 文字."""
    titles = [part.strip() for part in words.split("|")]
    if len(titles) != len(LANGUAGES):
        raise Trouble(f"{LIST}: '{line}' lacks one of the two: words | 文字")
    return titles


def add(line, chapters, build, book):
    """What one line of the list says."""
    if line.startswith("="):
        chapters.append(Chapter(in_two_languages(line, line[1:])))
        return
    if not chapters:
        raise Trouble(f"{LIST}: {line} is before the first chapter")
    if line.startswith(">"):
        path, _, words = line[1:].strip().partition(" ")
        titles = in_two_languages(line, words)
        if os.path.exists(f"{book}/{path}"):
            chapters[-1].links.append((path, dict(zip(LANGUAGES, titles))))
        return
    page = entry(line, chapters[-1], build)
    if page:
        chapters[-1].pages.append(page)


def read(build, book):
    """The chapters of the book. Raises Trouble when list and folders differ."""
    chapters = []
    with open(LIST, encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    for line in lines:
        if line and not line.startswith("#"):
            add(line, chapters, build, book)
    listed = [path for chapter in chapters for page in chapter.pages
              for path in set(page.texts.values())]
    for path in all_texts(build):
        if path not in listed:
            raise Trouble(f"{path} is not in the book; add it to {LIST}")
    for path in listed:
        if listed.count(path) > 1:
            raise Trouble(f"{LIST}: {path} is in the book twice")
    return chapters
