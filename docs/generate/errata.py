"""The pages docs/{en,zh}/errata.md: the entries of errata/*.c, whose Chinese texts are in
errata/zh.txt. The numbers are those of lessons/14_errata.expected, which the lesson computes and
compares in every run of the tests."""
import re

from generate import c_text
from generate.records import cell, read, records, table

FILES = ("doc000", "doc001", "doc002", "doc003", "doc004", "systems")
CHINESE, NUMBERS = "errata/zh.txt", "lessons/14_errata.expected"
KEYS = ("id", "where", "says", "right")
OPTIONAL = ("said-is", "right-is")
WORDS = {
    "en": {
        "title": "Errata", "other": "[中文](../zh/errata.md)", "colon": ": ",
        "and": "; ", "comma": ", ",
        "doc000": "Document 000", "doc001": "Document 001", "doc002": "Document 002",
        "doc003": "Document 003", "doc004": "Document 004", "systems": "Programs",
        "head": ("entry", "place", "said", "right", "ratio"),
        "says": "It says", "right": "Right is", "measured": "Measured",
        "ratio": "their ratio is {}", "by": "Computed by", "pages": "See also",
        "intro": """{count} errors of five texts and of a dozen well-known programs. For
{measured} of them a function computes two numbers with this library: what the text gives, and what
is right. Which texts are meant by *document 000* to *004* is in [sources](sources.md);
[lesson 14](14_errata.md) explains how such errors are found.

Identifiers never change: S0 to S4 are the documents 000 to 004, the others are programs. On the
command line

```sh
make build/stylegrad-double
build/stylegrad-double errata S2-1
```

computes an entry again. This page is made from `errata/*.c` by `docs/pages.py --write`; its numbers
are those of [lesson 14's transcript](../../lessons/14_errata.expected), with which every run of
that lesson is compared.
"""},
    "zh": {
        "title": "勘误表", "other": "[English](../en/errata.md)", "colon": "：",
        "and": "；", "comma": "，",
        "doc000": "文档 000", "doc001": "文档 001", "doc002": "文档 002",
        "doc003": "文档 003", "doc004": "文档 004", "systems": "各个程序",
        "head": ("条目", "位置", "所说的数", "正确的数", "比值"),
        "says": "原文", "right": "正确的是", "measured": "实测",
        "ratio": "两者之比是 {}", "by": "计算它的函数", "pages": "另见",
        "intro": """五篇文档和十几个著名程序里的 {count} 处错误。其中 {measured} 处有一个函数用本库算出两个数：
原文给出的数和正确的数。*文档 000* 到 *004* 是哪几篇，见[资料来源](sources.md)；
怎样发现这类错误，见[第 14 课](14_errata.md)。

条目号永远不变：S0 到 S4 对应文档 000 到 004，其余是程序。在命令行上

```sh
make build/stylegrad-double
build/stylegrad-double errata S2-1
```

会重新计算一个条目。本页由 `docs/pages.py --write` 从 `errata/*.c` 和 `errata/zh.txt` 生成；其中的数取自
[第 14 课的输出](../../lessons/zh/14_errata.expected)，那一课每次运行都要与它比较。
"""}}


def value(tokens, macros):
    """The next field of an initialiser: its text, a function's name, or None for NULL."""
    text, name = "", None
    while tokens and tokens[0] not in ",}":
        token = tokens.pop(0)
        if token[0] == '"':
            text += c_text.unquoted(token)
        elif token in macros:
            text += macros[token]
        else:
            name = token
    tokens.pop(0)
    return text or (None if name == "NULL" else name)


def entries_of(name):
    """The entries of errata/NAME.c, in English."""
    source = read(f"errata/{name}.c")
    macros = {key: c_text.unquoted(text)
              for key, text in re.findall(r'^#define (\w+) (".*")$', source, re.M)}
    initialiser = source[source.index(f"const Erratum errata_{name}[] = {{"):].partition("{")[2]
    tokens = re.findall(c_text.STRING.replace("(", "(?:", 1) + r"|\w+|[{},]", initialiser)
    found = []
    while tokens.pop(0) == "{" and tokens[0] != "0":
        fields = [value(tokens, macros) for _ in range(7)]
        found.append(dict(zip(("id", "where", "says", "right", "said-is", "right-is", "show"),
                              fields), file=name))
        tokens.pop(0)  # the comma between entries
    return found


def measured():
    """id -> (said, right, ratio), as the lesson prints them."""
    rows = re.findall(r"^([A-Z]\w*-\d+) +(\S+) +(\S+) +(\S+)  ", read(NUMBERS), re.M)
    return {row[0]: row[1:] for row in rows}


def figures(entry):
    """The numbers in the texts of an entry."""
    texts = " ".join(entry.get(key) or "" for key in ("says", "right", "said-is", "right-is"))
    return set(re.findall(r"\d+(?:\.\d+)?", texts))


def agree(english, chinese):
    """Stops when the two texts of an entry cannot be translations of each other."""
    if (english["said-is"] is None) != ("said-is" not in chinese) or \
            ("said-is" in chinese) != ("right-is" in chinese):
        raise SystemExit(f"{CHINESE}: {english['id']}: said-is and right-is belong to an entry "
                         "that has numbers, and only to it")
    for odd in sorted(figures(english) ^ figures(chinese)):
        raise SystemExit(f"{CHINESE}: {english['id']}: {odd} is in one language only; is the "
                         "translation that of another text?")


def errata():
    """All entries, English and Chinese."""
    translated = {row["id"]: row for row in records(CHINESE, KEYS, OPTIONAL)}
    numbers, found = measured(), []
    for name in FILES:
        for english in entries_of(name):
            chinese = translated.pop(english["id"], None)
            if chinese is None:
                raise SystemExit(f"{CHINESE}: there is no {english['id']} of errata/{name}.c")
            agree(english, chinese)
            if (english["show"] is None) != (english["id"] not in numbers):
                raise SystemExit(f"{NUMBERS}: {english['id']} computes numbers, and they are not "
                                 "there; or the other way round")
            found.append({"en": english, "zh": chinese, "numbers": numbers.get(english["id"])})
    for name in translated:
        raise SystemExit(f"{CHINESE}: there is no entry {name} in errata/*.c")
    return found


def plain(text):
    """Text of the list in Markdown: what is not code there has no marks here, either."""
    parts = text.split("`")
    for i in range(0, len(parts), 2):
        parts[i] = re.sub(r"([\\*_|<>$~^\[\]{}])", r"\\\1", parts[i])
    return "`".join(parts)


def pages_with(name, language):
    """Links to the lessons' pages that speak of an entry."""
    texts = {path: re.sub(r"^```.*?^```$", "", text, flags=re.S | re.M) for path, text in
             c_text.sources(f"docs/{language}/[0-9][0-9]_*.md").items()}
    found = [c_text.stem(path) for path, text in texts.items()
             if re.search(rf"\b{re.escape(name)}\b(?!-)", text)]
    return [f"[{page[:2]}]({page}.md)" for page in found]


def section(entry, language):
    words, text, english = WORDS[language], entry[language], entry["en"]

    def line(name, value_):
        return f"- **{words[name]}**{words['colon']}{value_}"

    lines = [f"### {english['id']}", "", plain(text["where"]), "",
             line("says", plain(text["says"])), line("right", plain(text["right"]))]
    if entry["numbers"]:
        said, right, ratio = entry["numbers"]
        colon, file = words["colon"], f"errata/{english['file']}.c"
        facts = (plain(text["said-is"]) + colon + said, plain(text["right-is"]) + colon + right,
                 words["ratio"].format(ratio))
        lines += [line("measured", words["and"].join(facts)),
                  line("by", f"`{english['show']}`{words['comma']}[`{file}`](../../{file})")]
    also = pages_with(english["id"], language)
    return "\n".join(lines + ([line("pages", words["comma"].join(also))] if also else []))


def overview(entries, language):
    rows = []
    for entry in entries:
        name = entry["en"]["id"]
        rows.append((f"[{name}](#{name.lower()})", plain(entry[language]["where"]),
                     *map(cell, entry["numbers"] or ("–", "–", "–"))))
    return table(WORDS[language]["head"], rows)


def page(language):
    words, found = WORDS[language], errata()
    with_numbers = sum(entry["numbers"] is not None for entry in found)
    parts = [f"# {words['title']}", words["other"],
             words["intro"].format(count=len(found), measured=with_numbers).strip()]
    for name in FILES:
        here = [entry for entry in found if entry["en"]["file"] == name]
        parts += [f"## {words[name]}", overview(here, language)]
        parts += [section(entry, language) for entry in here]
    return "\n\n".join(parts) + "\n"
