"""The pages docs/{en,zh}/ops.md: every op of the ops.def files. The line in ops.def gives the
signature, the op's file its formulas in plain text, its folder's ops.h the parameters, and
docs/generate/ops.txt the formulas in TeX with one sentence in each language."""
import re

from generate import c_text
from generate.records import read, records, table

FOLDERS = ("autograd", "nn", "losses")
KEYS = ("op", "math", "derivative", "y", "dx", "shapes", "en", "zh")
OPTIONAL = ("lesson",)  # that explains it, when its program calls it through others
INPUTS = {"OP1": "Node *x", "OP2": "Node *a, Node *b", "OP3": "Node *x, Node *w, Node *b",
          "OPN": "int inputs, Node *const *in"}
WORDS = {
    "en": {
        "title": "Ops", "other": "[中文](../zh/ops.md)",
        "autograd": "Elementary ops", "nn": "Layers", "losses": "Ops of losses",
        "head": ("op", "formula", "lessons"), "shapes": "Shapes", "forward": "Forward",
        "backward": "Backward", "params": "Parameters", "file": "File", "lessons": "Lessons",
        "tests": "Tests besides the contract", "comma": ", ", "colon": ": ", "none": "none",
        "intro": """What the tape can differentiate is made of these {count} ops. Each has
a file of its own with its forward pass, its backward pass and an example, and one line in an
`ops.def`. This page is made from those files by `docs/pages.py --write`.

$dy$ is the gradient of the loss with respect to the output $y$, $dx$ the one with respect to the
input $x$, and so on. Backward *adds* $dx$ to what the node has already; an input without a gradient
is left alone. Shapes are $(n, c, h, w)$: images, channels, rows, columns.

**How the formulas are checked.** Every op stands in the table from which
[`tests/test_every_op.c`](../../tests/test_every_op.c) makes one test each. It compares the gradient
that backward computes with central differences, in double, to $10^{{-6}}$; and it checks that
backward adds, that it reads only what the op says, and that a replay gives the same bits. So the
*code* of the derivative is checked by numbers. The formulas on this page are written by people: a
test demands one entry for each op, and that the plain formulas in the op's file have not changed
since. To check one op yourself:

```sh
make build/stylegrad-double
build/stylegrad-double gradcheck gram
```

[Write your own op](own_op.md) adds one.
"""},
    "zh": {
        "title": "算子", "other": "[English](../en/ops.md)",
        "autograd": "基本算子", "nn": "网络层", "losses": "损失用的算子",
        "head": ("算子", "公式", "课"), "shapes": "形状", "forward": "前向",
        "backward": "反向", "params": "参数", "file": "文件", "lessons": "课程",
        "tests": "通用测试以外的测试", "comma": "、", "colon": "：", "none": "无",
        "intro": """磁带（tape）能够求导的一切，都由这 {count} 个算子（op）构成。每个算子有一个自己的文件，写着它的
前向计算、反向计算和一个例子；另外在某个 `ops.def` 里占一行。本页由 `docs/pages.py --write` 从这些文件生成。

$dy$ 是损失对输出 $y$ 的梯度，$dx$ 是损失对输入 $x$ 的梯度，其余类推。反向计算总是把 $dx$ *加*到节点已有的梯度上；
没有梯度的输入不去碰它。形状是 $(n, c, h, w)$：图像、通道、行、列。

**公式怎样检验。** 每个算子都在一张表里，[`tests/test_every_op.c`](../../tests/test_every_op.c) 由这张表为每个算子
生成一项测试：在双精度下，把反向计算得到的梯度与中心差分比较，误差不超过 $10^{{-6}}$（梯度检验，gradient check）；
还检查反向计算是否累加、是否只读算子声明过的东西、重放一次是否逐位相同。所以导数的*代码*是用数检验过的。
本页的公式则是人写的：有一项测试要求每个算子恰有一条，并且算子文件里的纯文本公式自那以后没有改过。要自己检验一个算子：

```sh
make build/stylegrad-double
build/stylegrad-double gradcheck gram
```

[写一个自己的算子](own_op.md)教你再添一个。
"""}}


def listed(folder):
    """(form, name, parameters or None) of each line of an ops.def."""
    lines = re.findall(r"^(OP[123N])P?\((\w+)(?:, (\w+))?\)$", read(f"{folder}/ops.def"), re.M)
    return [(form, name, params or None) for form, name, params in lines]


def find_file(folder, name):
    """The file that defines the op, and its definition."""
    for path, text in c_text.sources(f"{folder}/*.c").items():
        match = re.search(rf"^const Op op_{name} = {{.*?^}};", text, re.S | re.M)
        if match:
            return path, match[0]
    raise SystemExit(f"{folder}/ops.def lists {name}, but no file of {folder}/ defines op_{name}")


def lessons(name, file, row):
    """The lessons whose program calls the op, or whose page quotes its file, or that explain it."""
    calling = c_text.callers(f"ag_{name}", "lessons/[0-9][0-9]_*.c")
    quoting = [path for path, text in c_text.sources("docs/en/[0-9][0-9]_*.md").items()
               if f"(../../{file}" in text]
    return sorted({c_text.stem(path) for path in calling + quoting} |
                  set(row.get("lesson", "").split()))


def ops():
    """Everything about each op, in the order of the ops.def files; stops at a contradiction."""
    path = "docs/generate/ops.txt"
    written = {row["op"]: row for row in records(path, KEYS, OPTIONAL)}
    if len(written) != len(records(path, KEYS, OPTIONAL)):
        raise SystemExit(f"{path}: an op stands there twice")
    found = []
    for folder in FOLDERS:
        for form, name, params in listed(folder):
            row = written.pop(name, None)
            if row is None:
                raise SystemExit(f"{path}: there is no record for {name} of {folder}/ops.def")
            file, definition = find_file(folder, name)
            for field in ("math", "derivative"):
                if c_text.field(definition, field) != row[field]:
                    raise SystemExit(f"{path}: {name} has another {field} than {file}; mend y or "
                                     f"dx there, then copy .{field} from the file")
            arguments = INPUTS[form] + (f", {params} params" if params else "")
            found.append(dict(row, folder=folder, file=file,
                              signature=f"Node *ag_{name}({arguments});",
                              struct=params and c_text.struct(f"{folder}/ops.h", params),
                              lessons=lessons(name, file, row),
                              tests=c_text.callers(f"ag_{name}", "tests/test_*.c")))
    for name in written:
        raise SystemExit(f"{path}: {name} is in no ops.def")
    return found


def links(op):
    return [f"[{lesson[:2]}]({lesson}.md)" for lesson in op["lessons"]]


def section(op, language):
    words = WORDS[language]

    def line(name, text):
        return f"- {words[name]}{words['colon']}{text}"

    code = op["signature"] + ("\n\n" + op["struct"] if op["struct"] else "")
    lessons = links(op)
    tests = [f"[`{c_text.stem(path)}`](../../{path})" for path in op["tests"]]
    facts = [line("shapes", f"`{op['shapes']}`"),
             line("file", f"[`{op['file']}`](../../{op['file']})"),
             line("lessons", words["comma"].join(lessons) or words["none"]),
             line("tests", words["comma"].join(tests) or words["none"])]
    colon = words["colon"].strip()
    return "\n".join([f"### {op['op']}", "", op[language], "", "```c", code, "```", "",
                      words["forward"] + colon, "", f"$${op['y']}$$", "",
                      words["backward"] + colon, "", f"$${op['dx']}$$", ""] + facts)


def formula_in_cell(op):
    """The plain formula; in TeX when it has bars, which code in a table cannot have everywhere."""
    return f"`{op['math']}`" if "|" not in op["math"] else "$" + op["y"].replace("|", "\\vert{}") + "$"


def overview(found, language):
    rows = [(f"[`{op['op']}`](#{op['op']})", formula_in_cell(op),
             " ".join(links(op)) or "–") for op in found]
    return table(WORDS[language]["head"], rows)


def page(language):
    words, found = WORDS[language], ops()
    parts = [f"# {words['title']}", words["other"], words["intro"].format(count=len(found)).strip()]
    for folder in FOLDERS:
        here = [op for op in found if op["folder"] == folder]
        parts += [f"## {words[folder]}", overview(here, language)]
        parts += [section(op, language) for op in here]
    return "\n\n".join(parts) + "\n"
