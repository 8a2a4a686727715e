"""Reads HTML as far as the book needs it: headings, text, links, and what has a name."""
import html
import html.parser
import re

HEADING = re.compile(r'<h([1-6])(?: id="([^"]*)")?[^>]*>(.*?)</h\1>', re.S)
ADDRESS = re.compile(r'\b(href|src)="((?:rel|repo):[^"]*)"')
# pandoc repeats formulas as TeX, which nothing shows, and gives each line of code a name.
REPEATED = re.compile(r'<annotation[^>]*>.*?</annotation>|<a href="#cb[\d-]+"[^>]*></a>'
                      r'|(?<=<span) id="cb[\d-]+"', re.S)


class Text(html.parser.HTMLParser):
    """The words of a piece of HTML."""

    BREAKS = {"p", "li", "td", "th", "pre", "div", "h2", "h3", "h4", "br", "tr", "summary"}

    def __init__(self):
        super().__init__()
        self.words = []

    def handle_starttag(self, tag, attrs):
        if tag in self.BREAKS:
            self.words.append(" ")

    def handle_data(self, data):
        self.words.append(data)


def text_of(piece):
    """The words of a piece of HTML, in one line."""
    reader = Text()
    reader.feed(piece)
    reader.close()
    return " ".join("".join(reader.words).split())


class Names(html.parser.HTMLParser):
    """What a page refers to, and what in it can be referred to."""

    def __init__(self):
        super().__init__()
        self.ids, self.twice, self.links, self.no_alt = set(), [], [], []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if "id" in values:
            if values["id"] in self.ids:
                self.twice.append(values["id"])
            self.ids.add(values["id"])
        for key in ("href", "src", "srcset"):
            if values.get(key):
                self.links.append(values[key])
        if tag == "img" and not (values.get("alt") or "").strip():
            self.no_alt.append(values.get("src", ""))


def without_repetition(body):
    return REPEATED.sub("", body)


def names_in(page):
    reader = Names()
    reader.feed(page)
    reader.close()
    return reader


def title_of(body):
    """The words of the first heading, and the text without it."""
    for heading in HEADING.finditer(body):
        if heading.group(1) == "1":
            return heading.group(3), body[:heading.start()] + body[heading.end():]
    return None, body


def sections_of(body, most=24):
    """(level, id, words) of the headings of levels 2 and 3, or of level 2 when there are many."""
    found = [(int(heading.group(1)), heading.group(2), text_of(heading.group(3)))
             for heading in HEADING.finditer(body) if heading.group(2)]
    found = [section for section in found if section[0] <= 3]
    return found if len(found) <= most else [section for section in found if section[0] == 2]


def parts_of(body):
    """(id, heading, words) for each stretch of text from a heading to the next."""
    found, here, at = [], ("", ""), 0
    for heading in HEADING.finditer(body):
        found.append((*here, text_of(body[at:heading.start()])))
        here, at = (heading.group(2) or here[0], text_of(heading.group(3))), heading.end()
    found.append((*here, text_of(body[at:])))
    return [part for part in found if part[1] or part[2]]


def escape(text):
    return html.escape(text, quote=True)


def unescape(text):
    return html.unescape(text)
