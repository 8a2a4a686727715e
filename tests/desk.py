#!/usr/bin/env python3
"""Grades generated submissions with tools/grade, as a teacher does.

usage: tests/desk.py BUILD [--hundred]

Every attack of desk_attacks.py gets no point; what is no submission is said to be none; a
class gets what its answers are worth. --hundred: a class of 100, with all wrong answers of
lessons/check/wrong; without it, of 5. Says why and ends well where bubblewrap may not run.
"""
import csv
import glob
import gzip
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time

import desk_attacks

FAILED = []


def check(good, what):
    if not good:
        FAILED.append(what)
        print(f"desk.py: {what}")


def read(path, mode="rb"):
    with open(path, mode) as file:
        return file.read()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode("latin-1"))


def archive(path, entries):
    """entries: (name, bytes), or (name, kind of the entry, where it leads)."""
    with tarfile.open(path, "w:gz") as out:
        for name, *rest in entries:
            entry = tarfile.TarInfo(name)
            if len(rest) == 2:
                entry.type, entry.linkname = rest
                out.addfile(entry)
            else:
                entry.size = len(rest[0])
                out.addfile(entry, io.BytesIO(rest[0]))


class Grader:
    def __init__(self, build, folder):
        self.build, self.folder = build, folder
        self.status, self.said = 0, ""

    def grade(self, *arguments, out="out"):
        """name -> row of the table."""
        done = subprocess.run(["tools/grade", "--build", self.build, "--out",
                               os.path.join(self.folder, out), *arguments],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", check=False)
        self.status, self.said = done.returncode, done.stdout
        path = os.path.join(self.folder, out, "grades.csv")
        if not os.path.exists(path):
            return {}
        with open(path, encoding="utf-8-sig", newline="") as file:
            return {row["name"]: row for row in csv.DictReader(file)}

    def result(self, name, out="out"):
        return json.loads(read(os.path.join(self.folder, out, name + ".json")))


# ---- Attacks ----

def attacks(grader):
    folder = os.path.join(grader.folder, "attacks")
    files = desk_attacks.files(os.getcwd())
    for name, text in files.items():
        write(f"{folder}/{name}/08_gram.c", text)
    # Some only sleep, which takes no processor: eight at a time, and not for long.
    rows = grader.grade("--only", "08", "--seconds", "1", "--seed", "31", "--jobs", "8",
                        "--total", "100", folder)
    check(grader.status == 1, f"attacks: status {grader.status}:\n{grader.said}")
    check("all right" not in grader.said, "a submission prints a verdict")
    # An attack that works gets the points of gram(), so the others can be believed.
    check(rows["works"]["points"] == "5", "the attack that always works has no points")
    for name in files:
        check(name == "works" or rows[name]["points"] == "0",
              f"{name}: {rows[name]['points']} points")
        said = json.dumps(grader.result(name))
        check("root:" not in said and "g[i * n + j]" not in said,
              f"{name}: the result shows a file of this machine")
    lines = {name: grader.result(name)["tests"][0]["output"] for name in files}
    for name, words in (("endless", "does a loop never end?"),
                        ("sleeps", "does a loop never end?"),
                        ("prints_for_ever", "prints without end"),
                        ("exit", "does not call exit()"),
                        ("behind_the_array", "outside an array"),
                        ("before_the_array", "before its beginning"),
                        ("changes_input", "may only read"),
                        ("answers_early", "may only read"),
                        ("unknown_message", "has not opened"),
                        ("empty", "there is no function of this name"),
                        ("library", "undefined reference to `ag_gram'"),
                        ("includes_answer", "No such file"),
                        ("no_c", "does not compile")):
        check(words in lines[name], f"{name}: no \"{words}\" in: {lines[name]}")


# ---- What is no submission ----

def strange_files(grader):
    folder = os.path.join(grader.folder, "strange")
    gram, tensor = read("lessons/answers/08_gram.c"), read("lessons/answers/01_tensor.c")
    write(f"{folder}/anna/08_gram.c", gram)
    write(f"{folder}/anna/01_tensor.c", b"/" * 300000)
    os.makedirs(f"{folder}/empty")
    os.makedirs(f"{folder}/links")
    os.symlink(os.path.abspath("lessons/answers/08_gram.c"), f"{folder}/links/08_gram.c")
    os.symlink("anna", f"{folder}/link")
    os.mkfifo(f"{folder}/pipe")
    write(f"{folder}/notes.txt", "nothing")
    with open(f"{folder}/huge.tar.gz", "wb") as file:
        file.truncate(1 << 30)  # takes no room on the disk
    write(f"{folder}/bomb.tar.gz", gzip.compress(b"\0" * (40 << 20)))
    archive(f"{folder}/dots.tar.gz",
            [("../../08_gram.c", gram), ("/tmp/08_gram.c", gram),
             ("submission/name.txt", b"=1+1"), ("submission/01_tensor.c", tensor)])
    archive(f"{folder}/pointing.tar.gz",
            [("submission/08_gram.c", tarfile.SYMTYPE, "/etc/passwd"),
             ("submission/01_tensor.c", tarfile.LNKTYPE, "08_gram.c")])
    for k in (1, 2):
        archive(f"{folder}/same{k}.tar.gz", [("submission/08_gram.c", gram),
                ("submission/name.txt", "李 雷\n".encode())])
    archive(f"{folder}/bytes.tar.gz", [("submission/08_gram.c", gram),
            ("submission/name.txt", b"\xff\x1b[31m")])
    write(f"{folder}/half.tar.gz", read(f"{folder}/same1.tar.gz")[:100])
    rows = grader.grade("--only", "1,8", folder, out="strange-out")
    check(grader.status == 2, f"what is no submission: status {grader.status}")
    for name, points, words in (
            ("anna", "11", "larger than 256 KB"), ("empty", "0", "no answers"),
            ("links", "0", "no regular file"), ("link", "0", "a symbolic link"),
            ("pipe", "0", "no regular file"), ("notes.txt", "0", "not a submission"),
            ("huge", "0", "larger than 4 MB"), ("bomb", "0", "more than 16 MB"),
            ("'=1+1", "9", "outside of the archive"), ("pointing", "0", "no regular file"),
            ("李 雷 (1)", "11", "2 submissions"), ("李 雷 (2)", "11", "2 submissions"),
            ("\ufffd?[31m", "11", ""), ("half", "0", "not a submission")):
        row = rows.get(name, {"points": "no line", "notes": ""})
        check(row["points"] == points and words in row["notes"], f"{name}: {row}")
    check(not glob.glob(f"{grader.folder}/08_gram.c"), "an entry ../ was written")
    for arguments, words in ((["/nowhere"], "/nowhere does not exist"),
                             ([f"{folder}/empty"], "is an empty folder"),
                             (["--only", "99", folder], "there is no exercise 99"),
                             (["--seed", "0", folder], "1 or more"),
                             (["--gradescope", "/x", folder], "one submission")):
        grader.grade(*arguments, out="never")
        check(grader.status == 2 and words in grader.said.splitlines()[-1],
              f"{arguments}: status {grader.status}, {grader.said}")


def no_sandbox(grader):
    """A process that does not start is not the fault of a student."""
    for worker in ("exit 0", "exec /nowhere", ""):
        path = os.path.join(grader.folder, "none.json")
        environment = dict(os.environ, GRADE_WORKER=worker, GRADE_JSON=path)
        if not worker:
            del environment["GRADE_WORKER"]
        done = subprocess.run([f"{grader.build}/desk/08_gram"], env=environment,
                              capture_output=True, text=True, check=False)
        check(done.returncode == 2 and "does not start" in done.stderr and
              not os.path.exists(path), f"GRADE_WORKER={worker}: {done}")


# ---- A class ----

def wrong_answers(folder):
    """exercise -> the wrong answers that are kept as differences."""
    found = {}
    for path in sorted(glob.glob("lessons/check/wrong/*.diff")):
        number = os.path.basename(path)[:2]
        answer = glob.glob(f"lessons/answers/{number}_*.c")[0]
        out = os.path.join(folder, os.path.basename(path)[:-5] + ".c")
        os.makedirs(folder, exist_ok=True)
        subprocess.run(["patch", "--silent", f"--output={out}", answer, path], check=True)
        found.setdefault(os.path.basename(answer)[:-2], []).append(read(out))
    return found


def student(k, names, wrong, hostile, rng):
    """exercise -> (kind, text). Student k of a class."""
    files = {}
    for name in names:
        kind = ["right", "wrong", "blank", "mixed", "attack"][k % 5]
        if kind == "mixed":
            kind = rng.choice(["right", "right", "blank", "missing"])
        if kind == "attack":
            kind = "attack" if name == "08_gram" else "right"
        text = read(f"lessons/{'exercises' if kind == 'blank' else 'answers'}/{name}.c")
        if kind == "wrong":
            text = wrong[name][k // 5 % len(wrong[name])]
        if kind == "attack":
            text = hostile[k // 5 % len(hostile)].encode("latin-1")
        if kind != "missing":
            # No two are the same, as those of students.
            files[name] = (kind, text + f"\n/* student {k} */\n".encode())
    return files


def a_class(grader, count):
    rng = random.Random(1)
    folder = os.path.join(grader.folder, "class")
    names = [os.path.basename(p)[:-2] for p in sorted(glob.glob("lessons/answers/*.c"))]
    wrong = wrong_answers(os.path.join(grader.folder, "wrong"))
    hostile = [text for name, text in sorted(desk_attacks.files(os.getcwd()).items())
               if name != "works"]
    students = {}
    for k in range(count):
        name = f"学生 {k}" if k % 2 else f"student {k}"
        students[name] = student(k, names, wrong, hostile, rng)
        if k % 2:
            os.makedirs(folder, exist_ok=True)
            archive(f"{folder}/{k}.tar.gz", [("submission/name.txt", name.encode())] + [
                (f"submission/{n}.c", text) for n, (_, text) in students[name].items()])
        else:
            for n, (_, text) in students[name].items():
                write(f"{folder}/{name}/{n}.c", text)
    start = time.monotonic()
    rows = grader.grade("--seed", "2718", folder, out="class-out")
    took = time.monotonic() - start
    check(grader.status == 1, f"a class: status {grader.status}:\n{grader.said}")
    for name, files in students.items():
        tests = {t["name"]: t for t in
                 grader.result(name.replace(" ", "_"), "class-out")["tests"]}
        for exercise in names:
            test = tests[exercise]
            kind = files.get(exercise, ("missing",))[0]
            good = {"right": test["score"] == test["max_score"],
                    "wrong": test["score"] < test["max_score"]}.get(kind, test["score"] == 0)
            check(good, f"{name}: {exercise} is {kind} and has {test['score']} of "
                        f"{test['max_score']}: {test['output']}")
        check(int(rows[name]["points"]) == sum(t["score"] for t in tests.values()),
              f"{name}: the table and the result differ")
    return took


def other_ways(grader):
    """One submission as Gradescope and GitHub Classroom have it; and without a sandbox."""
    folder = os.path.join(grader.folder, "one")
    write(f"{folder}/08_gram.c", read("lessons/answers/08_gram.c"))
    path = os.path.join(grader.folder, "results.json")
    grader.grade("--only", "08", "--gradescope", path, folder)
    check(grader.status == 0, f"one right answer: status {grader.status}: {grader.said}")
    result = json.loads(read(path))
    check(result["score"] == 11 and result["tests"][0]["max_score"] == 11 and
          result["tests"][0]["status"] == "passed", f"Gradescope: {result}")
    rows = grader.grade("--seed", "7", "lessons/answers", out="all")
    check(grader.status == 0 and len(rows) == 1,
          f"all right answers: status {grader.status}: {grader.said}")
    # Memory that is lost at each call costs a point; what is kept for the next call does not.
    for kept, points in (("real *kept = malloc(80)", 10),
                         ("static real *kept; if (!kept) kept = malloc(80)", 11),
                         ("real *kept = calloc(10, 8); free(kept); kept = calloc(10, 8); "
                          "free(kept); static real room[1]; kept = room", 11)):
        write(f"{grader.folder}/leak/08_gram.c", "#include <stdlib.h>\n" + read(
            "lessons/answers/08_gram.c", "r").replace(
                "real *g) {", f"real *g) {{ {kept}; ((volatile real *)kept)[0] = 1;", 1))
        grader.grade("--only", "08", f"{grader.folder}/leak")
        check(grader.result("leak")["score"] == points,
              f"{kept}: {grader.result('leak')['tests'][0]['output']}")
    for require, status in (("11", 0), ("12", 1)):
        grader.grade("--only", "8,9", "--require", require, folder)
        check(grader.status == status, f"--require {require}: status {grader.status}")
    rows = grader.grade("--only", "08", "--no-bubblewrap", f"{folder}/08_gram.c")
    check("NOT limited" in grader.said and rows["08_gram"]["points"] == "11",
          f"without bubblewrap: {grader.said}")


def main():
    build, hundred = sys.argv[1], "--hundred" in sys.argv
    folder = tempfile.mkdtemp(prefix="desk-")
    grader = Grader(build, folder)
    try:
        other_ways(grader)
        grader.grade("--only", "08", os.path.join(folder, "one"))
        if "NOT limited" in grader.said:
            print("desk.py: bubblewrap is not here or may not run: attacks are not tried")
            return bool(FAILED)
        attacks(grader)
        strange_files(grader)
        no_sandbox(grader)
        took = a_class(grader, 100 if hundred else 5) if shutil.which("patch") else 0
        if hundred:
            print(f"100 submissions graded in {took:.0f} s on {os.cpu_count()} processors")
        print(f"tools/grade: {len(desk_attacks.files(''))} attacks, strange files, a class; "
              f"{len(FAILED)} not as they should")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return bool(FAILED)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(main())
