"""What the kernel says, and how it looks: sentences about crashes, red errors, titles,
tables as text."""

import html
import re
import textwrap

VERSION = re.compile(r"\b([A-Za-z_]\w*?)__\d+\b")
COLUMNS = 86  # the browser would break longer lines in the middle of words
FIRST = r"\1"
RED, PLAIN = "\x1b[0;31m", "\x1b[0m"
PIECE = re.compile(r"cell_(\d+)__\d+")
REPEATED = 8  # nobody needs a function so many times in each other here
PICTURES = re.compile(r"\[\s*\]\s*\)\s*\{([^{}]*)\}")
ROW = re.compile(r"<tr>(.*?)</tr>", re.S)
COLUMN = re.compile(r'<t[hd]( class="fine")?>(.*?)</t[hd]>')


def red(error):
    """An error as Jupyter shows those of Python: what is wrong is red, the lines of the
    cell and the hints below them are not."""
    return "\n".join(line if line.startswith("    ") else f"{RED}{line}{PLAIN}"
                     for line in error.split("\n"))


def wrap(line, indent):
    return "\n".join(textwrap.wrap(line, COLUMNS, subsequent_indent=indent,
                                   break_long_words=False, break_on_hyphens=False)) or line


def quoted(line, column):
    """A line of the cell with a caret below its column, from 1; a part of a long line."""
    line, start, dots = line.replace("\t", " "), 0, ""
    width = COLUMNS - 4 - 3  # without the indent and the dots
    if len(line) > width:
        start = max(0, min(column - 1 - width // 2, len(line) - width))
        dots = "..." if start else ""
    before = dots + line[start:column - 1]
    wide = sum(1 for c in before if ord(c) > 0x2e7f)  # Chinese takes two columns
    return f"    {dots}{line[start:start + width]}\n    {' ' * (len(before) + wide)}^"


def place(places, known, number, counts):
    """Where a cell was: ", at line 3 of this cell", or ", in f, at line 2 of cell [4], called
    from line 3 of this cell", or nothing. The places are those in cells, the innermost
    first."""
    now = {d.now: d for d in known.values()}

    def name(where):
        piece, function = PIECE.fullmatch(where.function), now.get(where.function)
        cell = int(piece.group(1)) if piece else function.cell if function else None
        label = " of this cell" if cell == number else \
            f" of cell [{counts.get(cell, cell)}]" if cell else ""  # defined again since
        inside = "" if piece else f"in {VERSION.sub(FIRST, where.function)}, "
        return bool(piece), inside, f"line {where.line}{label}"

    if not places:
        return ""
    top, inside, line = name(places[0])
    outermost, _, caller = name(places[-1])
    called = f", called from {caller}" if outermost and not top else ""
    return f", {inside}at {line}{called}"


def endless(places):
    """The function that is in so many places that it must call itself without end."""
    names = [p.function for p in places]
    for name in names:
        if names.count(name) >= REPEATED:
            return VERSION.sub(FIRST, name)
    return None


def title(text):
    """The title of what is shown: the names in (Tensor[]){photo, style}, without the
    numbers that names have in C."""
    text = VERSION.sub(FIRST, text)
    several = PICTURES.search(text)
    if several:
        return "  |  ".join(name.strip() for name in several.group(1).split(","))
    pictures = re.fullmatch(r"[\w ]+, (\w+), [\w ]+", text)  # count, pictures, columns
    if pictures:
        return pictures.group(1)
    return text if len(text) <= COLUMNS else text[:COLUMNS - 3] + "..."


def table_text(table):
    """A table as lines, without what is of the class "fine"."""
    rows = [[html.unescape(re.sub(r"<[^>]*>", "", text)) for fine, text in COLUMN.findall(row)
             if not fine] for row in ROW.findall(table)]
    widths = [max(len(row[k]) for row in rows if k < len(row))
              for k in range(max(map(len, rows), default=0))]
    return "\n".join("  ".join(t.ljust(w) for t, w in zip(row, widths)).rstrip()
                     for row in rows)
