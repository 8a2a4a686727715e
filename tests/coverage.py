#!/usr/bin/env python3
"""Lines and branches of the library that the tests run, for each folder.

usage: tests/coverage.py build/coverage out/coverage

Reads what the programs of that build counted, with gcovr. Prints a table, writes it as
out/coverage/coverage.json and the annotated sources as out/coverage/index.html, and fails
when a folder is below the bars. The failing side of CHECK, which ends the program for a
mistake of its programmer, is no branch that a test must take.
"""
import json
import subprocess
import sys

FOLDERS = ["tensor", "autograd", "nn", "losses", "optim", "io"]
BARS = {"line": 95.0, "branch": 90.0}


def measure(objects, out):
    summary = f"{out}/summary.json"
    command = ["gcovr", "--root", ".", "--object-directory", objects, objects]
    for folder in FOLDERS:
        command += ["--filter", f"{folder}/"]
    command += [
        "--exclude-branches-by-pattern", r".*\bCHECK\(",
        "--json-summary", summary,
        "--html-details", f"{out}/index.html",
        "--print-summary",
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(summary, encoding="utf-8") as file:
        return json.load(file)["files"]


def main():
    objects, out = sys.argv[1:]
    files = measure(objects, out)
    table, good = {}, True
    for folder in FOLDERS:
        mine = [f for f in files if f["filename"].startswith(folder + "/")]
        table[folder] = {"files": len(mine)}
        line = f"{folder:10} {len(mine):4} files"
        for kind, bar in BARS.items():
            total = sum(f[f"{kind}_total"] for f in mine)
            covered = sum(f[f"{kind}_covered"] for f in mine)
            percent = 100 * covered / total if total else 0
            table[folder][kind] = round(percent, 2)
            below = percent < bar
            good = good and not below
            line += f"   {kind} {percent:5.1f} %{' (below %g)' % bar if below else ''}"
        print(line)
    with open(f"{out}/coverage.json", "w", encoding="utf-8") as file:
        json.dump(table, file, indent=2)
        file.write("\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
