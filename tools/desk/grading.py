"""Grades one submission: compiles it, lets the graders of build/desk call it, and reads the
results that these have written."""
import json
import os
import shutil
import subprocess
import tempfile
import time

SHOWN = 1500  # characters of what the compiler says

NOT_THERE = "not handed in"


class Exercise:
    """The result of one exercise: lines are what the grader says."""

    def __init__(self, name, total, right=0, parts=None, said=""):
        self.name, self.total, self.right = name, total, right
        self.parts = parts or []
        self.said = said

    def text(self):
        lines = [self.said] if self.said else []
        for part in self.parts:
            lines.append(f"{part['function']}: {part['right']} of {part['points']}")
            for line in part["lines"]:
                if not line["right"]:
                    lines.append(f"  WRONG   {line['what']}")
                    lines += [f"          {why}" for why in line["why"].splitlines()]
        return "\n".join(lines)


class Result:
    def __init__(self, submission, exercises):
        self.submission, self.exercises = submission, exercises
        self.right = sum(e.right for e in exercises)
        self.total = sum(e.total for e in exercises)


def run_grader(desk, name, seed, seconds, worker, most):
    """What the grader of an exercise has written, or None. `most`: seconds to wait."""
    with tempfile.TemporaryDirectory(prefix="grade-") as folder:
        path = os.path.join(folder, "result.json")
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"),
                       "GRADE_JSON": path, "GRADE_SEED": str(seed),
                       "GRADE_SECONDS": str(seconds), "GRADE_FILE": f"{name}.c",
                       "GRADE_WORKER": worker}
        try:
            subprocess.run([os.path.join(desk, name)], env=environment, check=False,
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, timeout=max(most, 1))
            with open(path, encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return None


def totals(exercises):
    """Points of each exercise."""
    said = subprocess.run(["lessons/totals.sh", *exercises], capture_output=True,
                          text=True, check=True).stdout
    return {name: int(points) for name, points in
            (line.split(":") for line in said.splitlines())}


class Desk:
    def __init__(self, desk, sandbox, points, seed, most):
        self.desk, self.sandbox, self.points = desk, sandbox, points
        self.seed, self.most = seed, most

    def grade(self, submission):
        deadline = time.monotonic() + self.most
        folder = tempfile.mkdtemp(prefix="grade-")
        try:
            os.chmod(folder, 0o711)  # another user may run what is in it
            compiled = self.compile(submission, folder, deadline)
            return Result(submission, [self.exercise(submission, name, compiled, deadline)
                                       for name in self.points])
        except OSError as error:  # the disk is full, say; the others go on
            submission.failed = True
            submission.note(f"could not be graded: {error}")
            return Result(submission, [Exercise(name, total, said="could not be graded")
                                       for name, total in self.points.items()])
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def compile(self, submission, folder, deadline):
        source, out = os.path.join(folder, "src"), os.path.join(folder, "out")
        for path, mode in ((source, 0o755), (out, 0o777 if self.sandbox.other_user else 0o755)):
            os.mkdir(path)
            os.chmod(path, mode)
        wanted = [name for name in submission.files if name in self.points]
        for name in wanted:
            with open(os.path.join(source, name + ".c"), "wb") as file:
                file.write(submission.files[name])
        if wanted:
            try:
                subprocess.run(self.sandbox.compile(source, out), check=False,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL,
                               timeout=max(deadline - time.monotonic(), 1))
            except subprocess.TimeoutExpired:
                submission.note("the compiler took too long")
        os.chmod(out, 0o755)
        return out

    def exercise(self, submission, name, compiled, deadline):
        total = self.points[name]
        if name not in submission.files:
            return Exercise(name, total, said=NOT_THERE)
        program = os.path.join(compiled, name + ".so")
        if not os.path.isfile(program) or os.path.islink(program):
            return Exercise(name, total, said="does not compile\n" +
                            self.compiler_said(os.path.join(compiled, name + ".txt")))
        left = deadline - time.monotonic()
        if left <= 0:
            return Exercise(name, total, said=self.used_up())
        result = run_grader(self.desk, name, self.seed, self.sandbox.seconds,
                            self.sandbox.run(program), left)
        if result is None and time.monotonic() >= deadline:
            return Exercise(name, total, said=self.used_up())
        if result is None:  # not the student's fault
            submission.failed = True
            submission.note("could not be graded: the sandbox does not start")
            return Exercise(name, total, said="could not be graded")
        return Exercise(name, total, result["right"], result["parts"])

    def used_up(self):
        return f"not graded: the {self.most} s for one submission are used up"

    @staticmethod
    def compiler_said(path):
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                text = file.read(SHOWN)
        except OSError:
            return ""
        return "".join(c if c.isprintable() or c == "\n" else "?" for c in text).strip()
