#!/usr/bin/env python3
"""Writes the figures of docs/en/quality.md and docs/zh/quality.md.

    make quality                        all tables
    tests/quality.py coverage fuzz      these

In the pages, the text between <!-- quality NAME --> and <!-- end --> is replaced; NAME is
the table. A table is written when its measurement is there, and stays as it is otherwise:

    size        counted here, from the files that git knows
    gradients   build/stylegrad-double gradcheck
    coverage    out/coverage/coverage.json, of `make coverage`
    mutation    out/mutation/mutation.json, of `make mutation`
    exercises   out/mutants/mutants.json, of `make mutants`
    races       out/races/races.json, of `make races`
    fuzz        out/fuzz/summary.txt, of `make fuzz`
    memory      out/soak/, of `make soak`
    kills       out/soak/, of `make soak`
"""
import datetime
import json
import os
import re
import subprocess
import sys

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
PAGES = {"docs/en/quality.md": "en", "docs/zh/quality.md": "zh"}
FOLDERS = ["tensor", "autograd", "nn", "losses", "optim", "io", "flow"]

HEADS = {
    "en": {
        "size": "what|files|lines",
        "gradients": "group|functions|numbers compared|largest error",
        "coverage": "folder|files|lines|branches",
        "mutation": "folder|mutants|do not compile|same object code|killed by a test|shown to be equivalent|"
                    "survived",
        "exercises": "exercise|changes|do not compile|same result|accepted|rejected|named",
        "races": "program|threads|races",
        "fuzz": "target|executions|seconds|edges|findings",
        "memory": "program|variant|allocations|failed|one sentence|same result|wrong",
        "kills": "run|kills|lost runs|different bytes",
    },
    "zh": {
        "size": "内容|文件|行",
        "gradients": "类别|函数|比较的数|最大误差",
        "coverage": "目录|文件|行|分支",
        "mutation": "目录|变异|无法编译|目标代码相同|被测试发现|证明等价|未发现",
        "exercises": "练习|改动|无法编译|结果相同|误判为正确|判为错误|指出错误",
        "races": "程序|线程|数据竞争",
        "fuzz": "目标|执行次数|秒|边|发现",
        "memory": "程序|版本|内存分配|失败|一句话|结果相同|错误",
        "kills": "运行|强行结束|丢失|字节不同",
    },
}
WORDS = {
    "en": {"all": "all", "library": "library", "programs": "command line",
           "tests": "tests", "test functions": "test functions", "ops": "all ops",
           "losses": "of these, losses",
           "measured": "*Measured on {date} with `{command}`, {cpu}.*"},
    "zh": {"all": "合计", "library": "库", "programs": "命令行",
           "tests": "测试", "test functions": "测试函数", "ops": "全部算子",
           "losses": "其中损失函数",
           "measured": "*{date} 用 `{command}` 测得，{cpu}。*"},
}


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = re.findall(r"model name\s*:\s*(.*)", file.read())
    return f"{names[0]} x {len(names)}" if names else "?"


def table(head, rows):
    """Numbers are aligned to the right."""
    head = head.split("|")
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def changed(path):
    return datetime.date.fromtimestamp(os.path.getmtime(path)).isoformat()


def tracked(*patterns):
    out = subprocess.run(["git", "ls-files", *patterns], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
    return out.split()


# Each of the functions below returns (rows, date, command), or None without a measurement.
# The first cells of rows that are WORDS are translated when they are written.


def size():
    tests = tracked("tests/*.c", "tests/*.h", "fuzz/*.c", "fuzz/*.h")
    library = [path for folder in FOLDERS + ["transfer", "train", "errata"]
               for path in tracked(f"{folder}/*.c", f"{folder}/*.h", f"{folder}/*.inc")]
    rows = [[name, len(paths), sum(read(p).count("\n") for p in paths)]
            for name, paths in (("library", library),
                                ("programs", tracked("app/*.c", "app/*.h")),
                                ("tests", tests))]
    functions = sum(len(re.findall(r"^static void \w+\(void \*\*\w+\)", read(p), re.M)) for p in tests)
    rows.append(["test functions", "", functions])
    return rows, datetime.date.today().isoformat(), "make quality"


def gradients():
    rows = []
    for group, name in (("all", "ops"), ("losses", "losses")):
        said = subprocess.run(["build/stylegrad-double", "gradcheck", group], check=True,
                              text=True, stdout=subprocess.PIPE).stdout
        found = re.findall(r"^\S+ +(\d+) +\d+ +(\S+) +passed", said, re.M)
        worst = max(float(error) for _, error in found)
        rows.append([name, len(found), sum(int(n) for n, _ in found), f"{worst:.1e}"])
    return rows, datetime.date.today().isoformat(), "stylegrad-double gradcheck"


def coverage():
    path = "out/coverage/coverage.json"
    if not os.path.exists(path):
        return None
    result = json.loads(read(path))["folders"]
    rows = [[f"`{folder}`", result[folder]["files"], f"{result[folder]['line']:.1f} %",
             f"{result[folder]['branch']:.1f} %"] for folder in FOLDERS]
    return rows, changed(path), "make coverage"


def mutation():
    path = "out/mutation/mutation.json"
    if not os.path.exists(path):
        return None
    result = json.loads(read(path))
    if result["sample"] > 1:
        return None
    keys = ["made", "no C", "same code", "killed", "equivalent", "survived"]
    rows = [[f"`{folder}`", *(counts[key] for key in keys)]
            for folder, counts in result["folders"].items()]
    total = [sum(row[i] for row in rows) for i in range(1, len(keys) + 1)]
    return rows + [["all", *total]], changed(path), "make mutation"


def exercises():
    path = "out/mutants/mutants.json"
    if not os.path.exists(path):
        return None
    result = json.loads(read(path))
    if result["sample"] > 1 or result["only"]:
        return None
    rows = []
    for name, counts in result["table"].items():
        invalid, same, accepted, named, unnamed = (
            counts.get(kind, 0) for kind in ("invalid", "same", "ACCEPTED", "named", "unnamed"))
        rejected = named + unnamed
        rows.append([name if name == "all" else f"`{name}`",
                     invalid + same + accepted + rejected, invalid, same, accepted, rejected,
                     f"{100 * named / rejected:.1f} %" if rejected else ""])
    return rows, changed(path), "make mutants"


def races():
    path = "out/races/races.json"
    if not os.path.exists(path):
        return None
    result = json.loads(read(path))
    rows = [[f"`{run['program']}`", result["threads"], run["reports"]]
            for run in result["list"]]
    return rows, changed(path), "make races"


def fuzz():
    path = "out/fuzz/summary.txt"
    if not os.path.exists(path):
        return None
    rows = [[name, *map(int, numbers)] for name, *numbers in
            (line.split() for line in read(path).splitlines()[1:])]
    total = [sum(row[i] for row in rows) for i in (1, 2)]
    findings = sum(row[4] for row in rows)
    shown = [[f"`{name}`", f"{runs:,}", seconds, edges, found]
             for name, runs, seconds, edges, found in rows]
    shown.append(["all", f"{total[0]:,}", total[1], "", findings])
    return shown, changed(path), "make fuzz"


SWEPT = re.compile(r"^(\S.*?) +(\d+) allocations, +(\d+) runs: one sentence +(\d+), "
                   r"same result +(\d+), wrong +(\d+), signal +(\d+), "
                   r"fault or leak +(\d+), hang +(\d+), files left +(\d+)", re.M)


def memory():
    rows, dates = [], []
    for variant in ("float", "sanitize"):
        for test in ("test_alloc_failures", "test_alloc_readers"):
            path = f"out/soak/{variant}/{test}"
            if not os.path.exists(path):
                continue
            dates.append(changed(path))
            for name, *counts in SWEPT.findall(read(path)):
                allocations, runs, sentence, same, *bad = map(int, counts)
                rows.append([name, variant, allocations, runs, sentence, same, sum(bad)])
    return (rows, max(dates), "make soak") if rows else None


def kills():
    path = "out/soak/float/test_killed"
    if not os.path.exists(path):
        return None
    said = read(path)
    # The test ends at the first lost run or different byte.
    if "[  PASSED  ]" not in said:
        sys.exit(f"{path}: the test has not passed")
    rows = [[name, int(count), 0, 0]
            for name, count in re.findall(r"^(.*): (\d+) kills,", said, re.M)]
    rows.append(["all", sum(row[1] for row in rows), 0, 0])
    return rows, changed(path), "make soak"


TABLES = [size, gradients, coverage, mutation, exercises, races, fuzz, memory, kills]


def write(page, language, name, rows, date, command):
    text = read(page)
    words = WORDS[language]
    measured = words["measured"].format(date=date, command=command, cpu=processor())
    rows = [[words.get(row[0], row[0]), *row[1:]] for row in rows]
    new = f"{table(HEADS[language][name], rows)}\n\n{measured}"
    begin = f"<!-- quality {name} -->"
    pattern = re.compile(re.escape(begin) + r".*?<!-- end -->", re.S)
    if len(pattern.findall(text)) != 1:
        sys.exit(f"{page}: there must be one '{begin}' with an end")
    with open(page, "w", encoding="utf-8") as file:
        file.write(pattern.sub(lambda _: f"{begin}\n{new}\n<!-- end -->", text))


def main(asked):
    os.chdir(ROOT)
    for measure in TABLES:
        name = measure.__name__
        if asked and name not in asked:
            continue
        result = measure()
        for page, language in PAGES.items() if result else []:
            write(page, language, name, *result)
        print(f"{name:10} {'written' if result else 'not measured: left as it is'}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
