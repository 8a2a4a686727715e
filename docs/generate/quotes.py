"""The code and the transcripts that pages quote, written into the pages, so that they can be read
on the repository's web view. Below a paragraph that has only a link

    [main](../../lessons/08_gram.c#main)                   is that function with its comment,
    [transcript](../../lessons/08_gram.expected)           what the program prints, which in
                                                           Chinese is lessons/zh/08_gram.expected.

What stands there is replaced. lessons/page.lua, which takes both from the files of the moment,
leaves the block out."""
import glob
import os
import re

from generate.records import read

CODE = re.compile(r"\[[^\]]*\]\(\.\./\.\./([\w/.-]+\.[chl]\w*)#(\w+)\)")
NUMBER = re.compile(r"[0-9]+")
TRANSCRIPT = re.compile(r"\[[^\]]*\]\(\.\./\.\./([\w/.-]+\.expected)\)")


def begins(lines, at, name):
    """Whether the definition of `name` begins in this line: at the margin, and with a { at the end
    of a line before any ; is."""
    if re.match(r"[\s/*#}]", lines[at]) or not re.search(rf"\b{name}\b", lines[at]):
        return False
    for line in lines[at:at + 9]:
        if line.rstrip().endswith("{"):
            return True
        if line.rstrip().endswith(";"):
            return "=" in line and line is lines[at]
    return False


def with_comment(lines, at):
    """The first line of the comment that ends above line `at`."""
    start = at
    if at and lines[at - 1].rstrip().endswith("*/"):
        start -= 1
        while start and not lines[start].startswith("/*"):
            start -= 1
    else:
        while start and lines[start - 1].startswith("//"):
            start -= 1
    return start


def function(path, name, page):
    """A function of a file with its comment, or a variable."""
    lines = read(path).splitlines()
    for at in range(len(lines)):
        if begins(lines, at, name):
            last = at
            if not lines[at].rstrip().endswith(";"):
                while last + 1 < len(lines) and not lines[last].startswith("}"):
                    last += 1
            return "\n".join(lines[with_comment(lines, at):last + 1])
    raise SystemExit(f"{page}: quotes {name} of {path}, which is not there")


def quoted(line, page):
    """The block that belongs below a line of a page, or None."""
    code = CODE.fullmatch(line)
    if code:
        return f"```c\n{function(code[1], code[2], page)}\n```"
    transcript = TRANSCRIPT.fullmatch(line)
    if transcript:
        return f"```text\n{read(transcript[1]).rstrip()}\n```"
    return None


def block_end(lines, at):
    """The line behind the block that begins at `at` or below blank lines there; or `at`."""
    begin = at
    while begin < len(lines) and not lines[begin]:
        begin += 1
    if begin == len(lines) or not lines[begin].startswith("```"):
        return at
    return lines.index("```", begin + 1) + 1


def with_quotes(text, page):
    """The page with the blocks below its links."""
    lines, done, at = text.split("\n"), [], 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("```"):
            end = block_end(lines, at)
            done += lines[at:end]
            at = end
            continue
        done.append(line)
        at += 1
        block = quoted(line, page)
        if block:
            done += ["", block]
            at = block_end(lines, at)
    return "\n".join(done)


def pages():
    """path -> text of all pages that quote something."""
    texts = {path: read(path) for language in ("en", "zh")
             for path in sorted(glob.glob(f"docs/{language}/*.md"))}
    return {path: with_quotes(text, path) for path, text in texts.items()
            if re.search(rf"^(?:{CODE.pattern}|{TRANSCRIPT.pattern})$", text, re.M)}


def chinese(path):
    """lessons/zh/08_gram.expected of lessons/08_gram.expected"""
    return os.path.join(os.path.dirname(path), "zh", os.path.basename(path))


def problems():
    """Transcripts that are not there in both languages, or with other numbers; and pages that quote
    the one of the other language."""
    for path in sorted(glob.glob("lessons/*.expected")):
        if not os.path.exists(chinese(path)):
            yield f"{path}: there is no {chinese(path)}; lessons/run.sh says how to make it"
        elif sorted(NUMBER.findall(read(path))) != sorted(NUMBER.findall(read(chinese(path)))):
            yield f"{chinese(path)}: its numbers are not those of {path}"
    for path in sorted(glob.glob("docs/*/*.md")):
        for quoted_path in TRANSCRIPT.findall(read(path)):
            if ("/zh/" in path) != ("/zh/" in quoted_path):
                yield f"{path}: shows {quoted_path}, which is in the other language"
