#!/usr/bin/env python3
"""Do the tests notice when a gradient or an optimiser is wrong?

usage: tests/mutation.py [options] [files]; see tests/mutation.mk, which calls it

Changes one place of one function at a time (tests/mutants.py): a sign, a term, an index,
a constant, a comparison, a statement. Compiles that one file, puts it before the
unchanged library, and runs the test programs that are responsible for it until one fails:
the mutant is killed. One that none of them notices is tested once more with sanitizers.
A mutant that still survives must stand in the list of equivalents with the reason why it
changes no result; otherwise the run fails. So it does when an entry of the list is stale:
when no such mutant exists any more, or a test kills it.
"""
import argparse
import collections
import concurrent.futures
import fnmatch
import glob
import hashlib
import json
import os
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zlib

import mutants

Scope = collections.namedtuple("Scope", "pattern functions through programs")
# Assumed of a mutant without being a reason to complain: a test that hangs, or that asks
# for memory without end. Of its processor time, so that a busy machine changes nothing.
CPU_FACTOR, CPU_SECONDS, WALL_SECONDS, MEMORY = 4, 2, 120, 4 << 30
# Sanitizers make a program ten times as slow: those with a larger limit are left out.
SANITIZED_LIMIT = 4
REFUSED = ["-Wno-error", "-Werror=incompatible-pointer-types", "-Werror=int-conversion",
           "-Werror=implicit-function-declaration"]
VERDICTS = ["no C", "same code", "killed", "equivalent", "survived"]


def read_scopes(path):
    """Lines `files functions programs...`; functions is `all`, or `backward` and names, with
    commas between them, and a header is compiled as part of the file behind its @."""
    scopes = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            words = line.split("#")[0].split()
            if not words:
                continue
            pattern, _, through = words[0].partition("@")
            scopes.append(Scope(pattern, words[1], through, words[2:]))
    return scopes


def read_equivalents(path):
    """Lines `file: function`, pairs of `- old` and `+ new`, and `= reason` for them."""
    reasons, place, old, waiting, keys = {}, None, None, [], []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            mark, rest = line[:2], line[2:].strip()
            if mark == "- ":
                old = rest
            elif mark == "+ ":
                waiting.append((*place, old, rest))
            elif mark == "= ":
                twice = [key for key in waiting if key in reasons]
                if twice:
                    sys.exit(f"{path}:{number}: the same entry twice: {twice[0]}")
                keys, waiting = waiting, []
                reasons.update(dict.fromkeys(keys, rest))
            elif mark == "  ":
                reasons.update({key: f"{reasons[key]} {rest}" for key in keys})
            elif line.strip() and line[0] != "#":
                if waiting:
                    sys.exit(f"{path}:{number}: the entries before have no reason")
                place = tuple(line.strip().split(": "))
    if waiting:
        sys.exit(f"{path}: the last entries have no reason")
    return reasons


def key_of(mutant):
    return mutant.file, mutant.function, mutant.old, mutant.new


class Run:
    def __init__(self, options):
        self.options = options
        self.scopes = read_scopes(options.scopes)
        self.reasons = read_equivalents(options.equivalents)
        self.folder = tempfile.mkdtemp(prefix="mutation.")
        self.sources, self.all, self.scope = {}, [], {}
        self.limits, self.original = {}, {}
        self.answers, self.lock = {}, threading.Lock()
        self.environment = dict(os.environ, CCACHE_DISABLE="1")

    # ---- which mutants ----

    def collect(self):
        for pattern in self.options.library.split():
            for file in sorted(glob.glob(pattern)):
                self.sources[file] = mutants.Source(file)
        backward = mutants.only_for_backward(self.sources.values())
        for file, source in self.sources.items():
            fitting = [s for s in self.scopes if fnmatch.fnmatch(file, s.pattern)]
            scope = fitting[0] if fitting else None
            if not scope or self.options.files and file not in self.options.files:
                continue
            self.scope[file] = scope
            wanted = {f.name for f in source.functions
                      if scope.functions == "all" or (file, f.name) in backward or
                      f.name in scope.functions.split(",")}
            self.all += source.mutants(wanted)
        missing = set(self.options.files) - set(self.scope)
        if missing:
            sys.exit(f"no line of {self.options.scopes} is for {', '.join(missing)}")
        known = {key_of(m) for m in self.all}
        stale = [key for key in self.reasons if key not in known and (
            key[0] in self.scope or not self.options.files)]
        part = self.options.sample
        self.all = [m for m in self.all
                    if zlib.crc32("\n".join(key_of(m)).encode()) % part == 0]
        return stale

    # ---- compiling ----

    def compile(self, command, file, text, target):
        """Compiles the file, with this text instead of its own; whether it is C."""
        through, here = self.scope[file].through, os.getcwd()
        command = shlex.split(command) + REFUSED
        if through:
            # The compiler looks for headers where it runs before it looks elsewhere.
            shadow = os.path.join(self.folder, f"include{os.path.basename(target)}")
            os.makedirs(os.path.join(shadow, os.path.dirname(file)), exist_ok=True)
            with open(os.path.join(shadow, file), "w", encoding="utf-8") as header:
                header.write(text)
            command.append(f"-I{here}")
            with open(through, encoding="utf-8") as opened:
                text, file = opened.read(), through
        done = subprocess.run(
            command + ["-x", "c", "-c", "-", "-o", target], env=self.environment,
            cwd=shadow if through else here,
            input=f'#line 1 "{file}"\n{text}', text=True, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if through:
            shutil.rmtree(shadow)
        return done.returncode == 0

    def mutated(self, mutant):
        return self.sources[mutant.file].apply(mutant.edits)

    def hash_of(self, command, file, text, target):
        if not self.compile(command, file, text, target):
            return None
        with open(target, "rb") as opened:
            return hashlib.sha256(opened.read()).hexdigest()

    def object_of(self, number):
        return os.path.join(self.folder, f"{number}.o")

    # ---- running ----

    def run(self, program, preload="", limit=None):
        """Whether the test program passes, and the processor time it takes."""
        environment = dict(self.environment, ASAN_OPTIONS="detect_leaks=0")
        if preload:
            environment["LD_PRELOAD"] = preload

        def restrict():
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            if limit:
                resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
                if preload:
                    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

        process = subprocess.Popen(
            [program], env=environment, preexec_fn=restrict, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        ended = time.monotonic() + WALL_SECONDS
        while True:
            done, status, usage = os.wait4(process.pid, os.WNOHANG)
            if done:
                break
            if time.monotonic() > ended:
                os.killpg(process.pid, signal.SIGKILL)
                ended += WALL_SECONDS
            time.sleep(0.002)
        process.returncode = status
        return status == 0, usage.ru_utime + usage.ru_stime

    def limit_of(self, program):
        """Processor seconds; the unchanged library must pass within a fraction of it."""
        if program not in self.limits:
            passed, seconds = self.run(program)
            if not passed:
                sys.exit(f"{program} fails without any mutant: repair it first")
            self.limits[program] = int(CPU_FACTOR * seconds) + CPU_SECONDS
        return self.limits[program]

    def killer(self, file, target):
        """The first test program that fails with this object, or None."""
        library = target + ".so"
        command = shlex.split(self.options.link)
        subprocess.run(command + ["-shared", target, "-o", library], check=True)
        found = None
        for name in self.scope[file].programs:
            program = os.path.join(self.options.programs, name)
            if not self.run(program, library, self.limit_of(program))[0]:
                found = name
                break
        os.remove(library)
        return found

    def sanitized_killer(self, mutant, number):
        options, target = self.options, self.object_of(f"{number}.sanitized")
        if not options.sanitized or not self.compile(
                options.sanitized_compile, mutant.file, self.mutated(mutant), target):
            return None
        for name in self.scope[mutant.file].programs:
            if self.limit_of(os.path.join(options.programs, name)) > SANITIZED_LIMIT:
                continue
            program = f"{target}.{name}"
            tests = [f"{options.sanitized}/tests/{part}.o" for part in (name, "test")]
            subprocess.run(
                shlex.split(options.sanitized_link) +
                [t for t in tests if os.path.exists(t)] +
                [target, f"{options.sanitized}/libstylegrad.a", "-o", program] +
                shlex.split(options.libraries), check=True)
            limit = 10 * self.limit_of(os.path.join(options.programs, name))
            passed = self.run(program, limit=limit)[0]
            os.remove(program)
            if not passed:
                return name + ", sanitized"
        return None

    def judge(self, mutant, number):
        found = self.killer(mutant.file, self.object_of(number))
        if found or key_of(mutant) in self.reasons:
            return found
        fast = self.options.compile_fast
        text = self.sources[mutant.file].text
        target = self.object_of(f"{number}.fast")
        if fast and self.hash_of(fast, mutant.file, text, target) == self.hash_of(
                fast, mutant.file, self.mutated(mutant), target):
            return "same code"
        return self.sanitized_killer(mutant, number)

    # ---- everything ----

    def try_out(self, number):
        """Its code as a hash, and the answer of the first mutant with this code."""
        mutant = self.all[number]
        code = self.hash_of(self.options.compile, mutant.file, self.mutated(mutant),
                            self.object_of(number))
        if code and code != self.original[mutant.file]:
            with self.lock:
                twin = code in self.answers
                answer = self.answers.setdefault(code, concurrent.futures.Future())
            if not twin:
                try:
                    answer.set_result(self.judge(mutant, number))
                except BaseException as error:
                    answer.set_exception(error)
        if code:
            os.remove(self.object_of(number))
        return code

    def result_of(self, mutant, code):
        if not code:
            return "no C", ""
        if code == self.original[mutant.file]:
            return "same code", ""
        found = self.answers[code].result()
        if found == "same code":
            return "same code", "optimised"
        if found:
            return "killed", found
        if key_of(mutant) in self.reasons:
            return "equivalent", self.reasons[key_of(mutant)]
        return "survived", ""

    def go(self):
        """The verdict of each mutant, and what killed it."""
        for file in sorted({m.file for m in self.all}):
            self.original[file] = self.hash_of(
                self.options.compile, file, self.sources[file].text,
                self.object_of("original"))
            if not self.original[file]:
                sys.exit(f"{file} does not compile with: {self.options.compile}")
            for name in self.scope[file].programs:
                self.limit_of(os.path.join(self.options.programs, name))
        results = []
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            codes = pool.map(self.try_out, range(len(self.all)))
            for mutant, code in zip(self.all, codes):
                results.append((mutant, *self.result_of(mutant, code)))
                if results[-1][1] == "survived":
                    report("survived", mutant)
        return results


def report(title, mutant):
    print(f"{title}: {mutant.file}:{mutant.line} in {mutant.function}\n"
          f"    - {mutant.old}\n    + {mutant.new}", flush=True)


def table_of(results):
    table = {}
    for mutant, verdict, _ in results:
        row = table.setdefault(os.path.dirname(mutant.file),
                               {"made": 0, **{v: 0 for v in VERDICTS}})
        row["made"] += 1
        row[verdict] += 1
    return dict(sorted(table.items()))


def processor_seconds():
    return sum(usage.ru_utime + usage.ru_stime for usage in map(
        resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def write(out, table, results, seconds, sample):
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "mutants.txt"), "w", encoding="utf-8") as file:
        for mutant, verdict, by in results:
            file.write(f"{verdict}{': ' + by if by else ''}\n{mutant.file}:{mutant.line} "
                       f"{mutant.function}\n- {mutant.old}\n+ {mutant.new}\n\n")
    figures = {"sample": sample, "seconds": round(seconds),
               "processor_seconds": round(processor_seconds()), "folders": table}
    with open(os.path.join(out, "mutation.json"), "w", encoding="utf-8") as file:
        json.dump(figures, file, indent=2)
        file.write("\n")


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--library", required=True, help="patterns of all source files")
    parser.add_argument("--compile", required=True)
    parser.add_argument("--compile-fast", default="")
    parser.add_argument("--link", required=True)
    parser.add_argument("--programs", required=True, help="folder of the test programs")
    parser.add_argument("--sanitized", default="", help="folder of the sanitized build")
    parser.add_argument("--sanitized-compile", default="")
    parser.add_argument("--sanitized-link", default="")
    parser.add_argument("--libraries", default="")
    parser.add_argument("--scopes", default="tests/mutation_scopes.txt")
    parser.add_argument("--equivalents", default="tests/mutation_equivalents.txt")
    parser.add_argument("--out", default="out/mutation")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--sample", type=int, default=1, help="every N-th mutant only")
    parser.add_argument("files", nargs="*")
    return parser.parse_args(arguments)


def main():
    options = options_of(sys.argv[1:])
    begun = time.monotonic()
    run = Run(options)
    try:
        stale = run.collect()
        results = run.go()
    finally:
        shutil.rmtree(run.folder, ignore_errors=True)
    for key in stale:
        print(f"stale: no mutant is like this entry of {options.equivalents}:\n"
              f"{key[0]}: {key[1]}\n    - {key[2]}\n    + {key[3]}")
    wrong = [r for r in results if r[1] == "killed" and key_of(r[0]) in run.reasons]
    for mutant, _, by in wrong:
        report(f"stale: listed as equivalent, but {by} kills it", mutant)
    table = table_of(results)
    print(f"{'folder':20} {'made':>6}" + "".join(f" {v:>10}" for v in VERDICTS))
    for folder, row in table.items():
        print(f"{folder:20}" + f" {row['made']:6}" +
              "".join(f" {row[v]:10}" for v in VERDICTS))
    write(options.out, table, results, time.monotonic() - begun, options.sample)
    survived = sum(row["survived"] for row in table.values())
    print(f"{len(results)} mutants, {survived} survived, {len(stale) + len(wrong)} stale "
          f"entries, {time.monotonic() - begun:.0f} s, of all processors "
          f"{processor_seconds():.0f} s")
    return 1 if survived or stale or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
