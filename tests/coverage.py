#!/usr/bin/env python3
"""Lines and branches of the library that the tests run, for each folder.

usage: tests/coverage.py [--root FOLDER] build/coverage out/coverage

Reads what the programs of that build counted, with gcovr. Prints a table, writes it as
out/coverage/coverage.json and the annotated sources as out/coverage/index.html, and fails
when a folder is below the bars, or when a source file of it was not compiled. The failing
side of CHECK, which ends the program for a mistake of its programmer, is no branch that a
test must take. Nothing else is left out.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

FOLDERS = ["tensor", "autograd", "nn", "losses", "optim", "io", "flow"]
BARS = {"line": 95.0, "branch": 90.0}


def measure(root, objects, out):
    """What gcovr says of each file, by its path."""
    summary = out / "summary.json"
    command = ["gcovr", "--root", root, "--object-directory", objects, objects,
               "-j", str(os.cpu_count())]
    for folder in FOLDERS:
        command += ["--filter", f"{root.resolve()}/{folder}/"]
    command += [
        "--exclude-branches-by-pattern", r".*\bCHECK\(",
        "--json-summary", summary,
        "--html-details", out / "index.html",
        "--print-summary",
    ]
    subprocess.run([str(c) for c in command], check=True, stdout=subprocess.DEVNULL)
    files = json.loads(summary.read_text(encoding="utf-8"))["files"]
    return {file["filename"]: file for file in files}


def sum_up(files):
    """The numbers of one folder."""
    table = {"files": len(files)}
    for kind in BARS:
        total = sum(file[f"{kind}_total"] for file in files)
        covered = sum(file[f"{kind}_covered"] for file in files)
        table[f"{kind}_all"] = total
        table[f"{kind}_run"] = covered
        table[kind] = round(100 * covered / total, 2) if total else 100.0
    return table


def print_row(folder, row):
    """Returns whether the folder is above the bars."""
    good = True
    line = f"{folder:10} {row['files']:4} files"
    for kind, bar in BARS.items():
        below = row[kind] < bar
        good = good and not below
        line += f"   {kind} {row[kind]:6.2f} %{f' (below {bar:g})' if below else ''}"
    print(line)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path("."))
    parser.add_argument("objects", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    files = measure(args.root, args.objects, args.out)
    table, good = {}, True
    for folder in FOLDERS:
        sources = sorted((args.root / folder).rglob("*.c"))
        if not sources:
            continue
        for source in sources:
            compiled = args.objects / source.relative_to(args.root).with_suffix(".gcno")
            if not compiled.exists():
                print(f"{source} was not compiled with --coverage: it counts nothing")
                good = False
        table[folder] = sum_up(
            [file for name, file in files.items() if name.startswith(folder + "/")])
        good = print_row(folder, table[folder]) and good
    text = json.dumps({"bars": BARS, "folders": table}, indent=2)
    (args.out / "coverage.json").write_text(text + "\n", encoding="utf-8")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
