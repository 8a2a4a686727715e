"""The programs that bench/compare and bench/figure run against each other.

Every contender is started anew for every round and all take turns, so that a slow stretch of
the machine meets all of them.
"""
import glob
import json
import os
import statistics
import subprocess
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
OURS = os.path.join(FOLDER, "..", "build", "stylegrad")

# What it takes to make PyTorch fast on a processor: an OpenBLAS that shares its threads with
# PyTorch instead of fighting it for the cores, with the kernels that are steady, and a malloc
# that keeps memory instead of having the system clear it again at every step.
TUNED = {
    "OPENBLAS_CORETYPE": "Haswell",
    "GLIBC_TUNABLES": "glibc.malloc.mmap_threshold=4294967296:"
                      "glibc.malloc.trim_threshold=8589934592:glibc.malloc.top_pad=268435456",
}


def shared_blas():
    """The folder of the OpenBLAS that runs on OpenMP (Debian: libopenblas0-openmp), or None."""
    found = sorted(glob.glob("/usr/lib/*/openblas-openmp/libblas.so.3"))
    return os.path.dirname(found[0]) if found else None


def torch_version(python):
    """The version of PyTorch, or None when that Python has none."""
    try:
        done = subprocess.run([python, "-c", "import torch; print(torch.__version__)"],
                              capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def run(command, environment=None):
    """Runs a program that prints one JSON object, which is returned."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              env={**os.environ, **(environment or {})})
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}; run 'make' first, or choose with --stylegrad")
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr.strip()}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def contenders(options, version, one_thread):
    """Names and functions (net, size) -> {step_ms, forward_ms, backward_ms, peak_bytes, ...}."""
    def ours(threads):
        def measure(net, size):
            what = ["--train"] if net == "train" else ["--net", net]
            result = run([options.stylegrad, "bench", "--json", *what, "--size", str(size),
                          "--threads", str(threads), "--rounds", str(options.steps)])
            for name in ("step_ms", "forward_ms", "backward_ms"):
                result[name] = result[name]["median"]
            return result
        return measure

    def torch(tuned):
        environment, extra = dict(OMP_NUM_THREADS=str(options.threads)), []
        if tuned:
            environment.update(TUNED)
            extra = ["--channels-last"]
            if shared_blas():
                environment["LD_LIBRARY_PATH"] = shared_blas()

        def measure(net, size):
            what = ["torch_train.py"] if net == "train" else ["torch_step.py", "--net", net]
            return run([options.python, os.path.join(FOLDER, what[0]), *what[1:],
                        "--size", str(size), "--threads", str(options.threads),
                        "--rounds", str(options.steps), *extra], environment)
        return measure

    all_of_them = {"stylegrad": ours(options.threads)}
    if version:
        all_of_them.update({"PyTorch stock": torch(False), "PyTorch tuned": torch(True)})
    if one_thread:
        all_of_them["stylegrad, 1 thread"] = ours(1)
    return all_of_them


def calibrate(options):
    """GFLOP/s of multiply-adds that the machine has to give just now, on all threads."""
    return run([options.stylegrad, "bench", "--json", "--size", "16", "--rounds", "1",
                "--threads", str(options.threads)])["machine"]["fma_gflops"]


def rounds_of(options, measures, net, size):
    """{name: [result of each round]}, everybody once per round; the calibration before each
    turn goes with its result."""
    results = {name: [] for name in measures}
    for number in range(options.rounds):
        for name, measure in measures.items():
            print(f"{net} {size}, round {number + 1} of {options.rounds}: {name}   ",
                  end="\r", file=sys.stderr, flush=True)
            free = calibrate(options)
            results[name].append({**measure(net, size), "free_gflops": free})
    print(" " * 78, end="\r", file=sys.stderr, flush=True)
    return results


def median(results, what):
    return statistics.median(result[what] for result in results)


def disturbed(results):
    """Turns before which the machine gave less than 85 % of its best, and all turns."""
    free = [result["free_gflops"] for turns in results.values() for result in turns]
    return sum(rate < 0.85 * max(free) for rate in free), len(free)


def add_options(parser):
    def count(text):
        value = int(text)
        if value < 1:
            raise ValueError
        return value
    parser.add_argument("--rounds", type=count, default=3, help="turns of each program (3)")
    parser.add_argument("--steps", type=count, default=5,
                        help="steps in each turn, of which the median counts (5)")
    parser.add_argument("--threads", type=count, default=os.cpu_count(),
                        help="threads of each program (all processors)")
    parser.add_argument("--stylegrad", default=OURS, help="our program (build/stylegrad)")
    parser.add_argument("--python", default="/usr/bin/python3",
                        help="a Python that has PyTorch (/usr/bin/python3)")
    parser.add_argument("--no-torch", action="store_true", help="measure stylegrad only")


def find_torch(options):
    """PyTorch's version; says so when there is none, or when it cannot be tuned well."""
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
