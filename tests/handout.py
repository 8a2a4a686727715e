#!/usr/bin/env python3
"""Makes the handout, looks at what is in it, and follows it as a student does.

    tests/handout.py BUILD [--only-look]

An answer is the body of a function of lessons/answers that the exercise does not give. It
must not occur in any file, whatever the names, spaces, comments, casts and types of numbers
are. With its own names only counts a body of a few words, or of the form of a function that
an exercise gives, such as a sum of products. MAKE says how to build."""

import glob
import json
import os
import re
import shutil
import subprocess
import sys

TOP = "stylegrad-course"
FEW = 16  # tokens: `return a * b / c;` is in many files
TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|[A-Za-z_]\w*|\.?\d[\w.]*'
                   r'|->|\+\+|--|[-+*/%&|<>=!^]=|&&|\|\||\S')
FUNCTION = re.compile(r"^[a-zA-Z][^\n;{}#]*?\b(\w+)\([^;{}]*\) \{\n(.*?)^\}", re.S | re.M)
NUMBERS = {"real": "NUMBER", "double": "NUMBER", "float": "NUMBER", "int": "WHOLE",
           "size_t": "WHOLE", "long": "WHOLE", "unsigned": "WHOLE"}
KEPT = {"NUMBER", "WHOLE", "for", "if", "else", "return", "while", "do", "switch", "case",
        "break", "continue", "default", "fmax", "fmin", "fabs", "exp", "log", "log1p",
        "sqrt", "pow", "cos", "acos"}
problems = []


def complain(what):
    problems.append(what)
    print(f"handout: {what}")


# ---- Answers ----

def tokens_of(code):
    code = re.sub(r"/\*.*?\*/|//[^\n]*", " ", code, flags=re.S)
    code = re.sub(r"\(\s*(?:real|double|float|int|size_t)\s*\)", " ", code)
    words = (NUMBERS.get(word, word.replace(" ", "_")) for word in TOKEN.findall(code))
    return [word for word in words if word not in ("const", "static", "restrict")]


def is_name(token):
    return (token[0].isalpha() or token[0] == "_") and token not in KEPT


def shape_of(tokens):
    """The tokens as one string, where all names look alike."""
    return " " + " ".join("I" if is_name(t) else t for t in tokens) + " "


def same_but_for_names(some, others):
    there, back = {}, {}
    return all(there.setdefault(a, b) == b and back.setdefault(b, a) == a
               for a, b in zip(some, others) if is_name(a))


def answers():
    """Triples of "08 gram", the tokens of its body, and whether any names count."""
    found, given = [], []
    for path in sorted(glob.glob("lessons/answers/*.c")):
        name = os.path.basename(path)
        exercise = bodies(f"lessons/exercises/{name}")
        for function, body in bodies(path).items():
            if exercise.get(function) == body:
                given.append(body)
            else:
                found.append((f"{name[:2]} {function}", body))
    return [(name, body, len(body) >= FEW and not any(
        shape_of(body) == shape_of(other) and same_but_for_names(body, other)
        for other in given)) for name, body in found]


def bodies(path):
    with open(path, encoding="utf-8") as file:
        return {name: tokens_of(body) for name, body in FUNCTION.findall(file.read())}


def text_of(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    if path.endswith(".ipynb"):
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    return text


def contains(tokens, shape, answer, any_names):
    wanted = shape_of(answer)
    at = shape.find(wanted)
    while at >= 0:
        first = shape.count(" ", 0, at + 1) - 1
        window = tokens[first:first + len(answer)]
        if window == answer or (any_names and same_but_for_names(answer, window)):
            return True
        at = shape.find(wanted, at + 1)
    return False


def look_for_answers(folder):
    hidden = answers()
    if len(hidden) < 40:
        complain(f"only {len(hidden)} answers are known; has their form changed?")
    for where, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(where, name)
            if name.endswith((".png", ".jpg", ".safetensors", ".npy", ".npz", ".gz")):
                continue
            tokens = tokens_of(text_of(path))
            shape = shape_of(tokens)
            for answer, body, any_names in hidden:
                if contains(tokens, shape, body, any_names):
                    complain(f"{os.path.relpath(path, folder)} has the answer {answer}")


def look_at_paths(folder):
    for where, folders, files in os.walk(folder):
        for name in folders:
            if name in ("answers", "wrong", ".git"):
                complain(f"it has {os.path.relpath(os.path.join(where, name), folder)}")
        for name in files if "/tests" in where else ():
            path = os.path.join(where, name)
            if "lessons/answers" in text_of(path):
                complain(f"{os.path.relpath(path, folder)} needs answers: put it into "
                         "lessons/withheld.txt")


def look_at_pages(folder):
    """Each function has three folded hints in both languages, and no page links answers."""
    for line in text_of(f"{folder}/lessons/exercises/points.txt").splitlines():
        if line.startswith("#"):
            continue
        lesson, function, _ = line.split()
        for language in ("en", "zh"):
            sections = text_of(f"{folder}/docs/{language}/hints/{lesson}.md").split("\n## ")
            mine = [s for s in sections if s.startswith(f"`{function}`\n")]
            if [s.count("<details><summary>") for s in mine] != [3]:
                complain(f"docs/{language}/hints/{lesson}.md has not three hints for {function}")
    for page in glob.glob(f"{folder}/**/*.md", recursive=True):
        if re.search(r"\]\([^)]*answers/", text_of(page)):
            complain(f"{os.path.relpath(page, folder)} links answers")


# ---- As a student ----

def run(folder, command, status, words):
    """status: "good" or "bad"; words: a regular expression for what is printed."""
    done = subprocess.run(command, shell=True, cwd=folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    good = (done.returncode == 0) == (status == "good")
    if not good or not re.search(words, done.stdout, re.M):
        complain(f"'{command}' ends with {done.returncode} and says:\n{done.stdout}")


def follow(folder, make):
    run(folder, "./setup.sh --help", "good", "setup.sh")
    run(folder, f"{make} demo DEMO_STEPS=2", "good", "look at out/demo/painting.png")
    run(folder, f"{make} start", "good", "mine/16_gan.c: write your functions")
    run(folder, f"{make} check-08", "bad", "gram is still blank")
    run(folder, f"{make} check", "bad", r"^0 of \d+ points in 19 exercises")
    run(folder, f"{make} mine ARGS='--size 24'", "good", "painted with 0 of 14 pieces")
    run(folder, f"{make} lesson-08", "good", "look at out/08_gram/index.html")
    run(folder, f"{make} course SHOWN=08_gram", "good", "look at out/index.html")
    run(folder, f"{make} -n test", "good", "test-float")
    absent = "^the answers are not in this folder"
    for command in ("test-exercises", "test-speed", "test-teaching", "test-desk", "mutants",
                    "test-handout", "check-08 ANSWERS=1", "speed-04 ANSWERS=1"):
        run(folder, f"{make} {command}", "bad", absent)
    run(folder, f"{make} handout", "bad", "this folder is no checkout")
    run(folder, f"{make} lint", "bad", "this folder is no checkout")
    page = text_of(f"{folder}/out/08_gram/index.html")
    if page.count("<details>") != 12 or 'class="answers"' in page:
        complain("the page of lesson 08 has not 2 x 3 hints in each language and no answers")


def main():
    build = os.path.abspath(sys.argv[1])
    make = os.environ.get("MAKE", "make -s")
    unpacked = f"{build}/handout"
    shutil.rmtree(f"{unpacked}/{TOP}", ignore_errors=True)
    subprocess.run(f"{make} handout HANDOUT={unpacked}/{TOP}.tar.gz", shell=True, check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(["tar", "xf", f"{TOP}.tar.gz"], cwd=unpacked, check=True)
    folder = f"{unpacked}/{TOP}"
    look_at_paths(folder)
    look_for_answers(folder)
    look_at_pages(folder)
    if "--only-look" not in sys.argv:
        # Its own checkout would be found above it, and its own student.
        os.environ["GIT_CEILING_DIRECTORIES"] = unpacked
        follow(folder, make)
    shutil.rmtree(folder)
    print(f"the handout: {len(answers())} answers looked for, {len(problems)} problems")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
