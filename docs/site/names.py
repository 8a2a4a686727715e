"""What pages are called in the sidebar: as in the tables of docs/en/README.md, or by their
first line."""
import posixpath
import re

from contents import LANGUAGES
from html_text import escape, text_of

ROW = re.compile(r"^\| \[([^\]]+)\]\(([\w/]+)\.md\) \|", re.M)


def tables(language):
    """Names in the tables of the course."""
    with open(f"docs/{language}/README.md", encoding="utf-8") as file:
        return {name: words for words, name in ROW.findall(file.read())}


def short_names(pages, headings):
    """HTML for each page and language."""
    found = {}
    for language in LANGUAGES:
        listed = tables(language)
        for page in pages:
            words = listed.get(posixpath.basename(page.name))
            found[page, language] = escape(words or text_of(headings[page, language]))
    return found
