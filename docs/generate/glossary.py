"""The pages docs/{en,zh}/glossary.md, from docs/generate/glossary.txt; and whether the Chinese
pages keep to it: the English in brackets where a lesson's page first uses a term, and no word that
the glossary forbids."""
import glob
import re

from generate import c_text
from generate.records import cell, read, records, table

TERMS = "docs/generate/glossary.txt"
KEYS = ("term", "zh", "page", "says", "zh-says")
OPTIONAL = ("first", "english", "within", "not", "also-zh")
LESSONS = "docs/zh/[0-9][0-9]_*.md"
CHINESE = ("docs/zh/*.md", "docs/zh/*/*.md", "lessons/exercises/zh/*.c", "lessons/zh.po",
           "README.zh.md")
WORDS = {
    "en": {"title": "Glossary, English and Chinese", "other": "[中文](../zh/glossary.md)",
           "head": ("term", "Chinese", "what it is", "page"),
           "intro": """The terms of the course in both languages, with the page that introduces each. A
test holds the Chinese pages to these words."""},
    "zh": {"title": "术语表（中英对照）", "other": "[English](../en/glossary.md)",
           "head": ("术语", "英文", "意思", "页面"),
           "intro": """课程里的术语，中英对照，并注明在哪一页讲到。有一项测试要求中文页面使用
这些词，每课第一次出现时在括号里注明英文。"""}}


def terms():
    found = records(TERMS, KEYS, OPTIONAL)
    names = [row["term"] for row in found] + [row["zh"] for row in found]
    for name in names:
        if names.count(name) > 1 and name != "softmax":
            raise SystemExit(f"{TERMS}: {name} stands there twice")
    for row in found:
        for language in ("en", "zh"):
            if not glob.glob(f"docs/{language}/{row['page']}.md"):
                raise SystemExit(f"{TERMS}: {row['term']}: docs/{language} has no {row['page']}.md")
    return found


def page(language):
    words, rows = WORDS[language], []
    for row in terms():
        english, chinese = row["term"], row["zh"]
        title = re.match(r"# (.*)", read(f"docs/{language}/{row['page']}.md"))[1]
        link = f"[{title}]({row['page']}.md)"
        if language == "en":
            chinese += f"（{row['also-zh']}）" if "also-zh" in row else ""
            rows.append((f"**{english}**", chinese, cell(row["says"]), link))
        else:
            rows.append((f"**{chinese}**", english, cell(row["zh-says"]), link))
    if language == "en":
        rows.sort(key=lambda row: row[0].lower())
    return "\n\n".join([f"# {words['title']}", words["other"], words["intro"],
                        table(words["head"], rows)]) + "\n"


def prose(text):
    """A page with blanks, as many, for what is not the lesson's own prose: code, formulas,
    headings, images, links, quotations, and the list of sources with what follows it."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match[0])

    # Indented code first: a line whose beginning has become blanks is none.
    for pattern in (r"^    [^\n]*$", r"^## 资料来源.*", r"^```.*?^```", r"\$\$.*?\$\$", r"`[^`\n]+`", r"\$[^$\n]+\$", r"^#[^\n]*$",
                    r"^!\[[^\n]*$", r"\[[^\]]*\]\([^)]*\)", r"“[^”]*”"):
        text = re.sub(pattern, blank, text, flags=re.S | re.M)
    return text


def first_uses(text, found):
    """(term, where it ends) for the first use of each term in a page; longer words go first."""
    text, uses = prose(text), []
    words = [(word, None) for row in found for word in row.get("within", "").split()]
    words += [(row["zh"], row) for row in found]
    for word, row in sorted(words, key=lambda pair: -len(pair[0])):
        places = [match.end() for match in re.finditer(re.escape(word), text)]
        if row and places and "first" in row:
            uses.append((row, places[0]))
        text = text.replace(word, "\0" * len(word))
    return uses


def named(text, end, row):
    """Whether the English stands in brackets behind a term that ends there."""
    english = row.get("english", re.escape(row["term"]).replace(r"\ ", "[- ]"))
    return re.match(rf"\**\s*(（[^）]*|，)\b{english}", text[end:], re.I)


def line_of(text, place):
    return text.count("\n", 0, place) + 1


def problems():
    """What the Chinese pages have against the glossary."""
    found, said = terms(), []
    for path in sorted(glob.glob(LESSONS)):
        text = read(path)
        said += [f"{path}:{line_of(text, end)}: {row['zh']} is used first here, without "
                 f"（{row['term']}）" for row, end in first_uses(text, found)
                 if not named(text, end, row)]
    for pattern in CHINESE:
        for path in sorted(glob.glob(pattern)):
            if c_text.stem(path) in ("glossary", "errata"):
                continue
            text = read(path)
            for row in found:
                for word in row.get("not", "").split():
                    said += [f"{path}:{line_of(text, match.start())}: \"{match[0]}\"; the glossary "
                             f"has {row['zh']}" for match in re.finditer(word, text)]
    return said
