#!/usr/bin/env python3
"""The numbers and quotations of docs/en/teaching.md and docs/zh/teaching.md.

    docs/teaching.py                     prints the table of minutes
    docs/teaching.py --write             puts it, the points and the grader's words into both pages
    docs/teaching.py --check [BUILD]     is everything in the pages as this program has it, do the
                                         languages agree, do commands and links exist? With BUILD
                                         the points and the grader's words are asked for again
    docs/teaching.py --ask BUILD         asks for them, and keeps them in docs/teaching.tsv

BUILD is the folder of make, with the graded programs (make test-exercises). The seconds of a run
are those of lessons/seconds. Minutes are counted, not timed with people:

    reading    words of the page at 150 a minute, each displayed formula and each figure one
               minute, and the lines of the lesson's program at 10 a minute
    exercise   10 minutes, and 2 for each line that the answer has and the blank has not

Both are rounded to 5 minutes. Words are those of the English page for both languages."""
import difflib
import glob
import os
import re
import subprocess
import sys

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
DATA = "docs/teaching.tsv"
LANGUAGES = ("en", "zh")
# Pages of this program, and those that must say the same in both languages.
PAGES = ("teaching", "exam_answers", "own_op", "speed", "bibliography")
WORDS, LINES, TYPED, BEGIN = 150, 10, 2, 10
HEAD = {"en": ("lesson", "reading, min", "lines to write", "exercise, min", "points", "run, s"),
        "zh": ("课", "阅读，分钟", "要写的行数", "练习，分钟", "分数", "运行，秒")}
SUM = {"en": "all", "zh": "合计"}
BEGINS, ENDS = "<!-- docs/teaching.py -->", "<!-- end -->"


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def lessons():
    """01 -> 01_tensor, ..."""
    names = (os.path.basename(path)[:-2] for path in glob.glob("lessons/[0-9][0-9]_*.c"))
    return {name[:2]: name for name in sorted(names)}


def to_five(minutes):
    return max(5, int(minutes / 5 + 0.5) * 5)


def reading(page, program):
    """Minutes for the text of a page and of a program."""
    formulas = len(re.findall(r"\$\$.+?\$\$", page, re.S))
    figures = len(re.findall(r"^!\[", page, re.M))
    prose = re.sub(r"\$\$.+?\$\$|```.+?```", " ", page, flags=re.S)
    prose = re.sub(r"^\[.*\]\(\.\./\.\./lessons/.*\)$", " ", prose, flags=re.M)
    prose = re.sub(r"\$[^$]+\$", "x", prose)  # read as a word
    prose = re.sub(r"\]\([^)]*\)", "] ", prose)
    words = len(re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", prose))
    lines = sum(bool(line.strip()) for line in program.splitlines())
    return words / WORDS + formulas + figures + lines / LINES


def lines_to_write(blank, answer):
    """Lines of the answer that are not in the blank exercise."""
    changes = difflib.ndiff(blank.splitlines(), answer.splitlines())
    return sum(line.startswith("+ ") and len(line.strip()) > 2 for line in changes)


def effort(name):
    """Minutes of reading, lines to write, minutes of the exercise."""
    lines = lines_to_write(read(f"lessons/exercises/{name}.c"), read(f"lessons/answers/{name}.c"))
    minutes = reading(read(f"docs/en/{name}.md"), read(f"lessons/{name}.c"))
    return to_five(minutes), lines, to_five(BEGIN + TYPED * lines)


def kept():
    """What the programs have said: (kind, name) -> text."""
    rows = (line.split("\t") for line in read(DATA).splitlines() if not line.startswith("#"))
    return {(kind, name): text for kind, name, text in rows}


def seconds():
    """01_tensor -> of one processor, for a run of the lesson."""
    return {name: int(text) for name, text in map(str.split, read("lessons/seconds").splitlines())}


def table(language, data):
    measured = seconds()
    rows, sums = [], [0] * 5
    for number, name in lessons().items():
        read_it, lines, write_it = effort(name)
        row = [read_it, lines, write_it, int(data["points", number]), measured[name]]
        sums = [a + b for a, b in zip(sums, row)]
        rows.append([number] + row)
    rows.append([SUM[language]] + sums)
    head = ["| " + " | ".join(HEAD[language]) + " |", "| --- |" + " ---: |" * 5]
    return "\n".join(head + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def with_numbers(text, language, data):
    """The page with its table, its points "04 (14)", and the grader's words for `04_turned`."""
    text = re.sub(re.escape(BEGINS) + ".*?" + re.escape(ENDS),
                  lambda _: f"{BEGINS}\n{table(language, data)}\n{ENDS}", text, flags=re.S)
    text = re.sub(r"\b(\d\d) \(\d+\)",
                  lambda m: f"{m[1]} ({data.get(('points', m[1]), '?')})", text)
    return re.sub(r"(\| `(\d\d_\w+)` \|)[^|\n]*\|$",
                  lambda m: f"{m[1]} {data.get(('says', m[2]), '?')} |", text, flags=re.M)


def page(language, name="teaching"):
    return f"docs/{language}/{name}.md"


def write():
    for language in LANGUAGES:
        text = with_numbers(read(page(language)), language, kept())
        with open(page(language), "w", encoding="utf-8") as file:
            file.write(text)


# ---- What programs say ----

def planted():
    """The planted wrong answers that the page names."""
    return re.findall(r"\| `(\d\d_\w+)` \|[^|\n]*\|$", read(page("en")), re.M)


def said(program):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GRADE")}
    done = subprocess.run([program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=environment, check=False)
    return done.stdout


def diagnosis(build, name):
    """The words of the first line in which the grader names the mistake."""
    words = re.match("expects: (.*)", read(f"lessons/check/wrong/{name}.diff"))[1]
    lines = said(f"{build}/sanitize/lessons/check/wrong/{name}").splitlines()
    line = next((line for line in lines if words in line), None)
    if line is None:
        sys.exit(f"{name}: the grader does not say \"{words}\"")
    # Where a recursion fills the stack depends on the stack, not on the mistake.
    line = re.sub(r"(without end, in \w+), .*", r"\1", line)
    return re.sub(r"^ *(WRONG +)?", "", line).replace("|", "\\|")


def points(build, name):
    return re.search(r"^0 of (\d+) points", said(f"{build}/sanitize/lessons/exercises/{name}"),
                     re.M)[1]


def asked(build):
    """The points and the words, from the programs."""
    data = {("points", number): points(build, name) for number, name in lessons().items()}
    data.update({("says", name): diagnosis(build, name) for name in planted()})
    return data


def ask(build):
    data = asked(build)
    with open(DATA, "w", encoding="utf-8") as file:
        file.write("# By docs/teaching.py --ask: points of the exercises, and what the grader says\n"
                   "# of wrong answers\n")
        for (kind, name), text in sorted(data.items()):
            file.write(f"{kind}\t{name}\t{text}\n")


# ---- Checks ----

def make_targets():
    done = subprocess.run(["make", "-qpRr", "FORCE"], stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.DEVNULL, check=False)
    return set(re.findall(r"^([\w-]+):(?!=)", done.stdout, re.M))


def commands(text):
    """The make targets in code: `make check-04 ANSWERS=1` has check-04."""
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.S))
    code = re.sub(r"#.*", "", code)
    names = re.findall(r"\bmake (?:-s )?(?:[A-Z_]+=\S+ )*([a-z][\w-]*)(?![\w/.-])", code)
    return {name for name in names if not name.endswith("-NN")}


def links(path, text):
    for target in re.findall(r"\]\(([^)#]+)", text):
        if not re.match(r"[a-z]+:", target):
            yield os.path.normpath(os.path.join(os.path.dirname(path), target))


def shape(text):
    """What must be the same in both languages."""
    tables = re.findall(r"(?:^\|.*\n)+", text, re.M)
    return {"headings": [len(marks) for marks in re.findall(r"^(#+) ", text, re.M)],
            "tables": [(t.count("\n"), t.split("\n", 1)[0].count("|")) for t in tables],
            "code": re.sub(r" *#.*", "", "".join(re.findall(r"^```.*?^```", text, re.S | re.M))),
            "commands": sorted(commands(text)),
            "planted answers": re.findall(r"\| `(\d\d_\w+)` \|", text),
            "points": re.findall(r"\b\d\d \(\d+\)", text),
            "addresses": re.findall(r"https?://[^\s)>]+", text),
            "numbered items": re.findall(r"^(\d+)\. ", text, re.M)}


def check(build):
    found, targets, data = [], make_targets(), kept()
    for name in PAGES:
        texts = {language: read(page(language, name)) for language in LANGUAGES}
        for language, text in texts.items():
            path = page(language, name)
            found += [f"{path}: make {target} does not exist"
                      for target in sorted(commands(text) - targets)]
            found += [f"{path}: there is no {target}"
                      for target in links(path, text)
                      if not os.path.exists(target)]
        found += [f"{name}: {what} differ between English and Chinese"
                  for what, english in shape(texts["en"]).items()
                  if english != shape(texts["zh"])[what]]
    for language in LANGUAGES:
        text = read(page(language))
        if with_numbers(text, language, data) != text:
            found.append(f"{page(language)} is not up to date: docs/teaching.py --write")
    questions = [len(re.findall(r"^\d+\. ", part, re.M))
                 for part in re.split(r"^## ", read(page("en", "exam_answers")), flags=re.M)]
    found += [f"exam_answers: {count} answers in part {i}, not 3 or more"
              for i, count in enumerate(questions) if i and count < 3]
    if build:
        found += [f"{DATA}: {key} is \"{data.get(key)}\", and now \"{text}\": make "
                  f"test-exercises, docs/teaching.py --ask {build}, and --write"
                  for key, text in asked(build).items() if data.get(key) != text]
    print("\n".join(found) or f"docs/teaching.py: {len(PAGES)} pages in two languages are as they "
          "should be")
    return bool(found)


if __name__ == "__main__":
    options = sys.argv[1:]
    if not options:
        print(table("en", kept()))
    elif options == ["--write"]:
        write()
    elif options[0] == "--check" and len(options) <= 2:
        sys.exit(check(options[1] if options[1:] else None))
    elif options[0] == "--ask" and len(options) == 2:
        ask(options[1])
    else:
        sys.exit(__doc__)
