"""What the search of the book looks through: the sections of all pages, as a script, because a
page that is opened from disk may load scripts, but no other files."""
import json

from html_text import parts_of, text_of


def index(book, language):
    """bookIndex([[address, title, [[anchor, heading, words], ...]], ...])"""
    pages = []
    # The landing page repeats what others say.
    for page in book.pages[1:] + book.pages[:1]:
        title = text_of(book.headings[page, language])
        parts = parts_of(book.bodies[page, language])
        pages.append([page.place(language), title, parts])
    return "bookIndex(" + json.dumps(pages, ensure_ascii=False, separators=(",", ":")) + ");\n"
