#!/usr/bin/env python3
"""Changes the answers of the exercises, one small thing at a time, and grades the results.

usage: tests/answer_mutants.py BUILD OUT [--sample N] [--only NN] [--jobs N] [--show]
       with COMPILE, LINK and LIBS in the environment, as lessons/course.mk sets them

A mutant is an answer with one token changed, as a student might have written it: see
tests/answer_changes.py. All mutants of an answer are compiled into one program
with the grader of its exercise, with the sanitizers, and run one by one:

    named      it is rejected, and what the grader says explains the mistake
    unnamed    it is rejected, without an explanation
    ACCEPTED   all points, although it differs: the grader has a hole
    same       all points, rightly: its object code is that of the answer, or
               tests/answer_mutants_same.txt says why it computes the same
    invalid    it does not compile

Writes OUT/mutants.json. Fails when a mutant is accepted, when less than 85 % of the
rejected ones of an exercise are named (of a sample: of all exercises together), and when a
line of tests/answer_mutants_same.txt fits no mutant.
"""
import argparse
import collections
import glob
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from answer_changes import functions, mutants_of

LEAST_NAMED = 85.0  # percent
SECONDS = 100       # the grader ends endless loops itself
SAME = "tests/answer_mutants_same.txt"

# What a grader says of a mistake that it does not know.
UNEXPLAINED = re.compile(
    r"numbers are wrong, the others right(: all of them 0)?$|by no usual|one factor is missing or too many$"
    r"|^yours |^number \d+(, row \d+, column \d+)?: yours |^\s*$")

# Why a program ended early, with a place in the student's file; or that it did not end.
PLACED = re.compile(r", in \w+, .* line \d+$|:\d+:\d+\)$|never end\?$")


# Parts of an exercise that a mutant cannot change are right, and are not graded again.
ONLY_PARTS = """
#include <stdlib.h>
#include <string.h>
#include "lessons/check/graded.h"
bool __real_part_run(const Part *part, Grade *shared, Graded *out);
bool __wrap_part_run(const Part *part, Grade *shared, Graded *out);
bool __wrap_part_run(const Part *part, Grade *shared, Graded *out) {
    const char *wanted = getenv("PARTS");
    char name[100];
    snprintf(name, sizeof name, " %s ", part->function);
    if (!wanted || strstr(wanted, name)) return __real_part_run(part, shared, out);
    *out = (Graded){.part = part, .grade = shared, .right = part->points};
    out->printed = calloc(1, 1);
    return out->printed != NULL;
}
"""


# ---- Compiling and running ----

def run(command, **more):
    return subprocess.run(command, shell=True, capture_output=True, text=True,
                          errors="replace", check=False, **more)


class Program:
    """All mutants of one answer in one program: the environment variable MUTANT is the
    number of the one that runs. Mutant 17 of f is f__17, and so are the functions that
    call f; what has no mutants with that number is taken from the answer, number 0."""

    def __init__(self, build, out, name, mutants):
        self.build, self.folder, self.name = build, f"{out}/{name}", name
        self.mutants = dict(enumerate(mutants, 1))
        self.count = len(mutants)
        os.makedirs(self.folder, exist_ok=True)
        with open(f"lessons/answers/{name}.c", encoding="utf-8") as file:
            self.text = file.read()
        self.functions = functions(self.text)

    def callers(self, function):
        """The function, and all that call it, or call one that does."""
        found = {function}
        while True:
            more = {name for name, m in self.functions.items() if name not in found and
                    any(re.search(rf"\b{f}\(", m.group("body")) for f in found)}
            if not more:
                return [name for name in self.functions if name in found]
            found |= more

    def block(self, number, names):
        """Definitions under the number, with the lines that they have in the answer."""
        text = [f"#define {name} {name}__{number}" for name in names]
        for name in names:
            m = self.functions[name]
            mutant = self.mutants.get(number)
            own = mutant is not None and name == mutant.function
            line = self.text.count("\n", 0, m.start()) + 1
            text.append(f'#line {line} "{self.folder}/{number}/{self.name}.c"')
            text.append((mutant.definition if own else m.group()).rstrip("\n"))
        return text + [f"#undef {name}" for name in names]

    def dispatch(self, name, numbers):
        """The function under its own name, which calls the one that is to run."""
        head = self.functions[name].group().split(") {")[0]
        result, parameters = head.split(name + "(", 1)
        arguments = []
        for parameter in split(parameters):
            pointer = re.search(r"\(\*(\w+)\)", parameter)
            arguments.append(pointer.group(1) if pointer else
                             re.findall(r"\w+", parameter)[-1])
        table = ", ".join(f"[{k}] = {name}__{k}" for k in [0] + numbers)
        give = "" if result.strip() == "void" else "return "
        return [f"static __typeof__({name}__0) *const table_{name}[{self.count + 1}]"
                f" = {{{table}}};",
                f"{head}) {{ {give}(table_{name}[mutant] ? table_{name}[mutant] : "
                f"{name}__0)({', '.join(arguments)}); }}"]

    def source(self):
        text, at = [], 0
        for m in self.functions.values():  # what is between the functions: types, comments
            text.append(self.text[at:m.start()])
            at = m.end()
        text += ["#include <stdlib.h>", "static int mutant;",
                 "__attribute__((constructor)) static void choose(void) {",
                 '    const char *number = getenv("MUTANT");',
                 "    mutant = number ? atoi(number) : 0;", "}"]
        public = [name for name, m in self.functions.items()
                  if not m.group().startswith("static ")]
        private = [name for name in self.functions if name not in public]
        text += [self.functions[name].group() for name in private]
        defined = collections.defaultdict(list)
        text += self.block(0, public)
        for number, mutant in self.mutants.items():
            names = self.callers(mutant.function)
            text += self.block(number, names)
            for name in names:
                defined[name].append(number)
        for name in public:
            text += self.dispatch(name, defined[name])
        return "\n".join(text) + "\n"

    def compile(self):
        """Leaves out what does not compile, and compiles the rest."""
        source = f"{self.folder}/all.c"
        for _ in range(4):
            with open(source, "w", encoding="utf-8") as file:
                file.write(self.source())
            made = run(f"{os.environ['COMPILE']} -w {source} -o {self.folder}/all.o")
            if made.returncode == 0:
                return self.link()
            wrong = {int(n) for n in re.findall(rf"/(\d+)/{self.name}\.c:\d+:\d+: error",
                                                made.stderr)}
            if not wrong:
                break
            for number in wrong:
                self.mutants.pop(number).kind = "invalid"
        sys.exit(made.stderr)

    def link(self):
        sources = sorted(glob.glob("lessons/check/[a-z]*.c"))
        objects = [f"{self.build}/sanitize/{f[:-2]}.o"
                   for f in sources + [f"lessons/check/{self.name}.c"]]
        with open(f"{self.folder}/parts.c", "w", encoding="utf-8") as file:
            file.write(ONLY_PARTS)
        made = run(f"{os.environ['COMPILE']} {self.folder}/parts.c -o {self.folder}/parts.o && "
                   f"{os.environ['LINK']} -Wl,--wrap=part_run {self.folder}/all.o "
                   f"{self.folder}/parts.o {' '.join(objects)} "
                   f"{self.build}/double/libstylegrad.a {os.environ['LIBS']} "
                   f"-o {self.folder}/all")
        if made.returncode:
            sys.exit(made.stderr)

    def object_code(self, text):
        source = f"{self.folder}/{self.name}.c"
        with open(source, "w", encoding="utf-8") as file:
            file.write(text)
        made = run(f"{os.environ['PLAIN']} -w -O2 -c {source} -o {self.folder}/plain.o")
        if made.returncode:
            sys.exit(made.stderr)
        with open(f"{self.folder}/plain.o", "rb") as file:
            return file.read()

    def grade(self, number):
        mutant = self.mutants[number]
        parts = f" {' '.join(self.callers(mutant.function))} "
        done = subprocess.run([f"{self.folder}/all"], capture_output=True, text=True,
                              errors="replace", check=False, timeout=SECONDS,
                              env=dict(os.environ, MUTANT=str(number), PARTS=parts))
        mutant.said = explanations(done.stdout)
        if done.returncode == 1:
            mutant.kind = "named" if any(s[1] for s in mutant.said) else "unnamed"
        elif done.returncode == 0:
            mutant.kind = "ACCEPTED"
        else:
            sys.exit(f"{mutant.key()}: not graded, status {done.returncode}:\n"
                     f"{done.stdout}{done.stderr}")

    def grade_all(self, jobs, same):
        self.compile()
        with ThreadPoolExecutor(jobs) as pool:
            for job in [pool.submit(self.grade, number) for number in self.mutants]:
                job.result()
        answer = None
        for mutant in self.mutants.values():
            if mutant.kind != "ACCEPTED":
                continue
            answer = answer or self.object_code(self.text)
            if mutant.key() in same or self.object_code(mutant.source) == answer:
                mutant.kind = "same"


def split(parameters):
    """At the commas outside of brackets."""
    parts, depth = [""], 0
    for c in parameters:
        depth += (c in "([") - (c in ")]")
        if c == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += c
    return parts


def explanations(text):
    """[(what is wrong, the explanation or "")] of what a grader has said."""
    found, what, lines = [], None, []

    def finish():
        if what is not None:
            good = [x for x in lines if not UNEXPLAINED.search(x)]
            found.append((what, " ".join(good)))

    for line in text.splitlines():
        if line.startswith("  WRONG   "):
            finish()
            what, lines = line[10:], []
            if PLACED.search(what):
                lines = [what]
        elif what is not None and line.startswith("          "):
            lines.append(line.strip())
        else:
            finish()
            what = None
    finish()
    return found


def known_same():
    """key -> reason."""
    entries = {}
    if not os.path.exists(SAME):
        return entries
    with open(SAME, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.startswith("#") or not line.strip():
                continue
            key, found, reason = line.rstrip("\n").rpartition(" | ")
            if not found or not reason.strip():
                sys.exit(f"{SAME}:{number}: EXERCISE | FUNCTION | OLD -> NEW | REASON is wanted")
            entries[key] = reason
    return entries


KINDS = ["named", "unnamed", "ACCEPTED", "same", "invalid"]


def percent(count):
    rejected = count["named"] + count["unnamed"]
    return 100 * count["named"] / rejected if rejected else 100.0


def print_table(counts):
    print(f"{'exercise':20}" + "".join(f"{k:>10}" for k in KINDS) + "   % named")
    for name, count in counts.items():
        print(f"{name:20}" + "".join(f"{count[k]:>10}" for k in KINDS) +
              f"{percent(count):>10.1f}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("build")
    options.add_argument("out")
    options.add_argument("--sample", type=int, default=1, help="every N-th mutant only")
    options.add_argument("--only", default="", help="the exercise with this number")
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--show", action="store_true", help="all mutants, and what is said")
    given = options.parse_args()
    same = known_same()
    counts, records = collections.OrderedDict(), []
    every, graded, accepted = set(), set(), set()  # keys
    for path in sorted(glob.glob(f"lessons/answers/{given.only}*_*.c")):
        name = os.path.basename(path)[:-2]
        mutants = mutants_of(path)
        every.update(m.key() for m in mutants)
        done = mutants[::given.sample]
        Program(given.build, given.out, name, done).grade_all(given.jobs, same)
        graded.update(m.key() for m in done)
        accepted.update(m.key() for m in done if m.kind in ("same", "ACCEPTED"))
        counts[name] = collections.Counter(m.kind for m in done)
        for m in done:
            records.append({"exercise": name, "function": m.function, "before": m.before,
                            "after": m.after, "kind": m.kind, "said": m.said})
            if given.show or m.kind == "ACCEPTED":
                print(f"{m.kind}: {m.key()}")
                for what, why in m.said if given.show else []:
                    print(f"    {what}: {why or '?'}")
        sys.stdout.flush()
    counts["all"] = sum(counts.values(), collections.Counter())
    print_table(counts)
    with open(f"{given.out}/mutants.json", "w", encoding="utf-8") as file:
        json.dump({"sample": given.sample, "only": given.only, "table": counts,
                   "mutants": records}, file, indent=1)
    stale = [k for k in same if k.startswith(given.only) and (
        k not in every or (k in graded and k not in accepted))]
    for key in stale:
        print(f"{SAME}: fits no mutant that gets all points: {key}")
    few = [name for name, count in counts.items()
           if percent(count) < LEAST_NAMED and (name == "all" or given.sample == 1)]
    for name in few:
        print(f"{name}: {percent(counts[name]):.1f} % are named, and not {LEAST_NAMED:g}")
    return bool(stale or few or counts["all"]["ACCEPTED"])


if __name__ == "__main__":
    sys.exit(main())
