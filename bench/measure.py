"""Shared by the programs of this folder: options, the programs that are compared, and the
storage of results.

Every program is started again in every round, and all take turns, so that a slow period of
the machine affects all of them.
"""
import argparse
import glob
import json
import os
import statistics
import subprocess
import sys
import tempfile

FOLDER = os.path.dirname(os.path.abspath(__file__))
OURS = os.path.join(FOLDER, "..", "build", "stylegrad")

# Settings that make PyTorch fast on a processor: an OpenBLAS that shares its threads with
# PyTorch, so that they do not compete for the cores, with the kernels of constant speed; and a
# malloc that reuses memory, so that the system does not clear new pages in every step.
TUNED = {
    "OPENBLAS_CORETYPE": "Haswell",
    "GLIBC_TUNABLES": "glibc.malloc.mmap_threshold=4294967296:"
                      "glibc.malloc.trim_threshold=8589934592:glibc.malloc.top_pad=268435456",
}

QUIET = 0.85  # of the best multiply-adds per second: below it something else is running
PATIENCE = 6  # tries for one turn


class Parser(argparse.ArgumentParser):
    """Help is the program's own docstring; a wrong option gives an error of one line."""
    def __init__(self, text):
        super().__init__(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)

    def error(self, message):
        self.exit(2, f"{self.prog}: {message.removeprefix('argument ')}; see --help\n")


def count(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text}: wants a whole number of at least 1")
    return int(text)


def side(text):
    if not text.isdecimal() or not 16 <= int(text) <= 16384:
        raise argparse.ArgumentTypeError(f"{text}: wants pixels, from 16 to 16384")
    return int(text)


def shared_blas():
    """The folder of the OpenBLAS that runs on OpenMP (Debian: libopenblas0-openmp), or None."""
    found = sorted(glob.glob("/usr/lib/*/openblas-openmp/libblas.so.3"))
    return os.path.dirname(found[0]) if found else None


def torch_version(python):
    """The version of PyTorch of that Python, or None."""
    try:
        done = subprocess.run([python, "-c", "import torch; print(torch.__version__)"],
                              capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def finished(command, environment=None):
    """Runs a program that must succeed, and returns what it printed."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              env={**os.environ, **(environment or {})})
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}; run 'make' first, or choose with --stylegrad")
    if done.returncode != 0:
        said = done.stderr.strip() or f"ended with status {done.returncode}"
        sys.exit(f"{' '.join(command)} failed: {said}")
    return done.stdout.strip()


def run(command, environment=None, whole=False):
    """Runs a program that prints one JSON object, in its last line or as the whole output, and
    returns the object."""
    said = finished(command, environment)
    text = said if whole else said.rpartition("\n")[2]
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        sys.exit(f"{' '.join(command)} printed no JSON but: {text[:100]}")


def ours(options, net, size, threads, *more):
    """One run of `stylegrad bench`; of repeated measurements the medians."""
    what = ["--train"] if net == "train" else ["--net", net]
    result = run([options.stylegrad, "bench", "--json", *what, "--size", str(size),
                  "--threads", str(threads), "--rounds", str(options.steps), *more])
    result["step_least_ms"] = result["step_ms"]["min"]
    for name in ("step_ms", "forward_ms", "backward_ms"):
        result[name] = result[name]["median"]
    return result


def tuned(options):
    """The environment and the options that make PyTorch fast: see TUNED."""
    environment = {"OMP_NUM_THREADS": str(options.threads), **TUNED}
    if shared_blas():
        environment["LD_LIBRARY_PATH"] = shared_blas()
    return environment, ["--channels-last"]


def contenders(options, version, one_thread):
    """Names and functions (net, size) -> {step_ms, forward_ms, backward_ms, peak_bytes, ...}."""
    def stylegrad(threads):
        return lambda net, size: ours(options, net, size, threads)

    def torch(environment, extra):
        def measure(net, size):
            what = ["torch_train.py"] if net == "train" else ["torch_step.py", "--net", net]
            return run([options.python, os.path.join(FOLDER, what[0]), *what[1:],
                        "--size", str(size), "--threads", str(options.threads),
                        "--rounds", str(options.steps), *extra], environment)
        return measure

    all_of_them = {"stylegrad": stylegrad(options.threads)}
    if version:
        stock = {"OMP_NUM_THREADS": str(options.threads)}
        all_of_them.update({"PyTorch stock": torch(stock, []),
                            "PyTorch tuned": torch(*tuned(options))})
    if one_thread:
        all_of_them["stylegrad, 1 thread"] = stylegrad(1)
    return all_of_them


def progress(text):
    """Shows the current measurement on one line of a terminal; "" clears it."""
    if sys.stderr.isatty():
        print(f"\r{text:78}\r", end="", file=sys.stderr, flush=True)


def roofline(options):
    """What the machine can do now: the "machine" of `stylegrad bench`."""
    return run([options.stylegrad, "bench", "--json", "--net", "squeezenet1_1", "--size",
                "16", "--rounds", "1", "--threads", str(options.threads)])["machine"]


def calibrate(options):
    """The machine's current speed in multiply-adds, GFLOP/s on all threads."""
    return roofline(options)["fma_gflops"]


class Turns:
    """Measures one turn after the other, and remembers the best speed of the machine."""
    def __init__(self, options):
        self.options, self.best = options, 0

    def run(self, measure):
        """The result of `measure`, and the lower of the machine's speeds before and after it. A turn
        with a speed below QUIET of the best is run again, at most PATIENCE times."""
        before = calibrate(self.options)
        for _ in range(PATIENCE):
            result = measure()
            after = calibrate(self.options)
            free, self.best = min(before, after), max(self.best, before, after)
            before = after
            if free >= QUIET * self.best:
                break
        return {**result, "free_gflops": free}


def rounds_of(options, measures, net, size):
    """{name: [result of each round]}; every name runs once per round."""
    results, turns = {name: [] for name in measures}, Turns(options)
    for number in range(options.rounds):
        for name, measure in measures.items():
            progress(f"{net} {size}, round {number + 1} of {options.rounds}: {name}")
            results[name].append(turns.run(lambda: measure(net, size)))
    progress("")
    return results


def median(results, what):
    return statistics.median(result[what] for result in results)


def slow_turns(free):
    """The number of turns with a speed below QUIET of the best, and of all turns."""
    return sum(rate < QUIET * max(free) for rate in free), len(free)


def disturbed(results):
    return slow_turns([result["free_gflops"] for turns in results.values() for result in turns])


def warning(slow, turns):
    """The lines that say how many turns were disturbed; none when it was quiet."""
    if not slow:
        return []
    return [f"  WARNING: at {slow} of {turns} turns the machine gave less than 85 % of its best:",
            "  something else was running, measure again before you believe a ratio"]


def write(path, text):
    """Writes a complete file or none."""
    folder = os.path.dirname(os.path.abspath(path))
    try:
        os.makedirs(folder, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False) as file:
            file.write(text)
        os.chmod(file.name, 0o644)
        os.replace(file.name, path)
    except OSError as error:
        sys.exit(f"{path}: {error.strerror}")


def main(function):
    """Runs a program to its end; Ctrl-C ends it without a traceback."""
    try:
        function()
    except KeyboardInterrupt:
        progress("")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def processors():
    """How many processors this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def add_options(parser, rounds=3, steps=5):
    parser.add_argument("--rounds", type=count, default=rounds, metavar="N",
                        help=f"turns of each program ({rounds})")
    parser.add_argument("--steps", type=count, default=steps, metavar="N",
                        help=f"steps in each turn, of which the median counts ({steps})")
    parser.add_argument("--threads", type=count, default=processors(), metavar="N",
                        help="threads of each program (all processors that it may use)")
    parser.add_argument("--stylegrad", default=OURS, metavar="FILE",
                        help="our program (build/stylegrad)")


def add_torch_options(parser):
    parser.add_argument("--python", default="/usr/bin/python3", metavar="FILE",
                        help="a Python that has PyTorch (/usr/bin/python3)")
    parser.add_argument("--no-torch", action="store_true", help="measure stylegrad only")


def find_torch(options):
    """PyTorch's version; warns when it is missing or cannot be tuned."""
    if options.no_torch:
        return None
    version = torch_version(options.python)
    if not version:
        print(f"PyTorch is missing ({options.python} cannot import torch): only stylegrad is "
              "measured.\nOn Debian: apt-get install python3-torch libopenblas0-openmp",
              file=sys.stderr)
    elif not shared_blas():
        print("libopenblas0-openmp is missing: 'PyTorch tuned' keeps the BLAS it has, which is "
              "slower.", file=sys.stderr)
    return version
