"""Results for people and for programs: a table, CSV, and Gradescope's results.json."""
import csv
import glob
import json
import os

from desk.grading import NOT_THERE
from desk.submissions import file_name


def safe(text):
    """A spreadsheet takes a text that begins so for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@") else text


def write_csv(path, results, points):
    # With the mark that tells spreadsheets that this is UTF-8.
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(["name", "points", "of"] + list(points) + ["file", "notes"])
        for r in results:
            marks = ["" if e.said == NOT_THERE else e.right for e in r.exercises]
            table.writerow([safe(r.submission.name), r.right, r.total] + marks +
                           [safe(r.submission.path.encode("utf-8", "replace").decode()),
                            safe("; ".join(r.submission.notes))])


def gradescope(result):
    """See https://gradescope-autograders.readthedocs.io/en/latest/specs/."""
    tests = [{"name": e.name, "number": e.name[:2].lstrip("0"), "score": e.right,
              "max_score": e.total, "output": e.text(), "output_format": "text",
              "status": "passed" if e.right == e.total else "failed"}
             for e in result.exercises]
    return {"score": result.right, "output": "\n".join(result.submission.notes),
            "output_format": "text", "visibility": "visible",
            "stdout_visibility": "hidden", "tests": tests}


def write_json(path, result):
    """Whole, or not at all: a reader never sees half of it."""
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(gradescope(result), file, ensure_ascii=False, indent=1)
    os.replace(path + ".new", path)


def write_folder(folder, results, points):
    os.makedirs(folder, exist_ok=True)
    if os.path.exists(os.path.join(folder, "grades.csv")):  # of the time before
        for old in glob.glob(os.path.join(glob.escape(folder), "*.json")):
            os.remove(old)
    write_csv(os.path.join(folder, "grades.csv"), results, points)
    used = set()
    for result in results:
        name = file_name(result.submission.name)
        while name.lower() in used:
            name += "_"
        used.add(name.lower())
        write_json(os.path.join(folder, name + ".json"), result)
