"""Lines of Chinese Markdown. Where a line ends, Markdown puts a space, which belongs between two
words and not between two Chinese characters: there the lines are joined."""
import glob
import re

LETTER = "\u3400-\u9fff"
CHINESE = "\u2014\u2018\u2019\u201c\u201d\u2026\u3000-\u9fff\uff00-\uffef"
# Or with the marks of a link or of emphasis, which is none between a punctuation mark and a letter.
END = re.compile(rf"(?:[{CHINESE}]|[{CHINESE}]\]\([^()\s]*\)|[{LETTER}]\*+)$")
BEGIN = re.compile(rf"\s*(?:\[?[{CHINESE}]|\*+[{LETTER}])")
APART = re.compile(r"\s*(?:#|\||<)")  # a heading, a table, HTML
FILES = ("docs/zh/*.md", "docs/zh/*/*.md", "docs/site/zh/*.md", "README.zh.md")


def joined(text):
    lines, code = [], False
    for line in text.split("\n"):
        fence = line.lstrip().startswith("```")
        plain = not code and not fence
        if plain and lines and BEGIN.match(line) and END.search(lines[-1]) and not APART.match(lines[-1]):
            lines[-1] += line.lstrip()
        else:
            lines.append(line)
        code ^= fence
    return "\n".join(lines)


def paths():
    return sorted(path for pattern in FILES for path in glob.glob(pattern))
