#!/usr/bin/env python3
"""Puts stylegrad_autograd.h together from the files of the project.

    single/make.py OUT      writes it
    single/make.py --check  whether single/stylegrad_autograd.h is what it would write

The files are read as a list of top-level declarations (chunks). What belongs to the
planner, to threads and to the fast kernels is left out: whole files, chunks by name
(parts.py), and what nobody refers to any more. Then every name gets the prefix sg_, static
names also that of their file, and what C++17 lacks is written so that both languages read
it: designated initialisers, compound literals, conversions from void *.
"""

import os
import re
import shutil
import subprocess
import sys

import c_text
import parts
import rewrite

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
RESULT = os.path.join(HERE, "stylegrad_autograd.h")


def stop(text):
    sys.exit("single/make.py: " + text)


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def version():
    return ".".join(re.findall(r"_(?:MAJOR|MINOR|PATCH) (\d+)$", read("tensor/version.h"), re.M))


class File:
    """A file of the project: its chunks, and how its names are written."""

    def __init__(self, path, public, only=None, drop=()):
        self.path, self.public = path, public
        self.header = path.endswith((".h", ".inc"))
        text = read(path)
        for old, new in parts.EDITS.get(path, ()):
            if text.count(old) != 1:
                stop(f"{path} no longer contains this text exactly once; "
                     f"mend EDITS in single/parts.py:\n{old}")
            text = text.replace(old, new)
        text = re.sub(r"    \.plan = \{[^}]*\},\n", parts.plan_without_planner, text)
        if '#include "autograd/elementwise.h"' in text:
            text = text.replace('#include "autograd/elementwise.h"',
                                read("autograd/elementwise.h").split("#ifndef", 1)[1]
                                .split("\n", 1)[1], 1)
        self.chunks = c_text.chunks(text, path)
        self.select(only, drop)
        stem = os.path.basename(path).rsplit(".", 1)[0]
        self.base = "ref_" + stem if "/ref/" in path else stem

    def select(self, only, drop):
        known = {name for chunk in self.chunks for name in chunk.names}
        for name in list(only or ()) + list(drop):
            if name not in known:
                stop(f"{self.path} no longer defines {name}; mend single/parts.py")
        self.chunks = [chunk for chunk in self.chunks
                       if not set(chunk.names) & set(drop)
                       and (only is None or not chunk.names or set(chunk.names) & set(only))]

    def statics(self):
        """Names that this source file has for itself."""
        if self.header:
            return set()
        return {name for chunk in self.chunks for name in chunk.names if chunk.static}


def camel(text):
    return "".join(word.capitalize() for word in text.split("_"))


def public_name(name):
    if name.startswith(("ag_", "sg_", "SG_")):
        return name
    if name.isupper() or re.fullmatch(r"[A-Z][A-Z0-9_]+", name):
        return "SG_" + name
    return ("Sg" if name[0].isupper() else "sg_") + name


def static_name(base, name, others):
    if re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
        return f"SG_{base.upper()}_{name}"
    if name[0].isupper():
        last = camel(base.rsplit("_", 1)[-1])  # RefPool and PoolWindow: RefPoolWindow
        return "Sg" + camel(base) + (name[len(last):] if name.startswith(last) else name)
    short = name.startswith(base + "_") and name[len(base) + 1:] not in others
    return "sg_" + name if short else f"sg_{base}_{name}"


def op_files(ops):
    """The rows of the ops.def files, in order, with where each op is."""
    rows = []
    for folder, dropped in parts.OPS.items():
        for form, name, params in re.findall(r"^(OP\w+)\((\w+)(?:, (\w+))?\)",
                                             read(folder + "/ops.def"), re.M):
            if name not in dropped:
                path = parts.TWINS.get(f"{folder}/{name}.c", f"{folder}/{name}.c")
                rows.append((form, name, params, path))
    return rows


INPUTS = {"OP1": "x", "OP2": "ab", "OP3": "xwb"}


def signature(form, name, params):
    if form == "OPN":
        return f"Node *ag_{name}(int inputs, Node *const *in)"
    arguments = ["Node *" + letter for letter in INPUTS[form[:3]]]
    if params:
        arguments.append(params + " params")
    return f"Node *ag_{name}({', '.join(arguments)})"


def formulas(path):
    """The formula and the derivative of an op, from its file."""
    text = read(path)
    found = []
    for field in ("math", "derivative"):
        quoted = re.search(r"\." + field + r' = ((?:"[^"]*"\s*)+)', text)
        found.append("".join(re.findall(r'"([^"]*)"', quoted.group(1))))
    return found


def op_declarations(rows):
    lines = []
    for form, name, params, path in rows:
        math, derivative = formulas(path)
        comment = f"/* {math};  {derivative} */"
        if len(comment) > 88:
            comment = f"/* {math}\n * {derivative} */"
        lines.append(f"{comment}\nextern const Op op_{name};\n{signature(form, name, params)};\n")
    return "\n".join(lines)


def op_definitions(rows):
    lines = []
    for form, name, params, _ in rows:
        if form == "OPN":
            body = [f"return tape_record(&op_{name}, inputs, in, NULL, 0);"]
        else:
            letters = INPUTS[form[:3]]
            count = "b ? 3 : 2" if form.startswith("OP3") else str(len(letters))
            size = "&params, sizeof params" if params else "NULL, 0"
            body = [f"Node *const in[] = {{{', '.join(letters)}}};",
                    f"return tape_record(&op_{name}, {count}, in, {size});"]
        lines.append(signature(form, name, params) + " {\n    " + "\n    ".join(body) + "\n}\n")
    table = ",\n    ".join("&op_" + row[1] for row in rows)
    lines.append(f"static const Op *const every_op[] = {{\n    {table},\n}};\n\n"
                 "const OpTable ag_ops = {sizeof every_op / sizeof *every_op, every_op};\n")
    return "\n".join(lines)


class Text:
    """Pieces that are generated, as a file."""

    def __init__(self, path, text, public, header):
        self.path, self.public, self.header = path, public, header
        self.chunks = c_text.chunks(text, path)
        self.base = "ops"

    statics = File.statics


def load():
    rows = op_files(parts.OPS)
    files = []
    for path, only, drop in parts.HEADERS:
        files.append(File(path, True, only, drop))
    files.append(Text("the ops", op_declarations(rows) +
                      "\n/* All of them. */\nextern const OpTable ag_ops;\n", True, True))
    for path, only, drop in parts.HEADERS_AFTER:
        files.append(File(path, True, only, drop))
    private = []
    for path, only, drop in parts.SOURCES:
        if path == "OPS":
            for row in rows:
                private.append(File(row[3], False))
            private.append(Text("the ops", op_definitions(rows), False, False))
        else:
            private.append(File(path, False, only, drop))
    return rows, files, private


def shake(files, private):
    """Removes what is not public and nothing refers to, until there is no more."""
    kept = {name for file in files for chunk in file.chunks for name in chunk.names}
    while True:
        used = {}
        for file in files + private:
            for chunk in file.chunks:
                own = file.path if not file.header and chunk.static else None
                for name in chunk.refers:
                    used.setdefault(name, set()).add((file.path, id(chunk)))
        gone = False
        for file in private:
            left = []
            for chunk in file.chunks:
                needed = not chunk.names
                for name in chunk.names:
                    users = used.get(name, ())
                    if chunk.static and not file.header:
                        users = [user for user in users if user[0] == file.path]
                    if name in kept and not chunk.static:
                        needed = True
                    for user in users:
                        defines = any(id(other) == user[1] and name in other.names
                                      for other in file.chunks)
                        if not defines and not prototype_of(files + private, user[1], name):
                            needed = True
                if needed:
                    left.append(chunk)
                else:
                    gone = True
            file.chunks = left
        if not gone:
            break
    for file in private:
        if not any(chunk.names for chunk in file.chunks):
            file.chunks = []


def prototype_of(files, chunk_id, name):
    """Whether this chunk declares the name itself, which is no use of it."""
    for file in files:
        for chunk in file.chunks:
            if id(chunk) == chunk_id:
                return name in chunk.names
    return False


def main():
    rows, files, private = load()
    shake(files, private)
    public = {name for file in files for chunk in file.chunks for name in chunk.names}
    shared = {name for file in private if file.header or True for chunk in file.chunks
              for name in chunk.names if not (chunk.static and not file.header)}
    names = {name: public_name(name) for name in public | shared}
    names.update(parts.NAMES)
    structs = rewrite.structs(files + private)

    taken = {}
    out = [read("single/head.h.in").replace("@VERSION@", version())
           .replace("@COUNT@", str(len(rows)))]
    for file in files:
        out.append(section(file, names, structs, False, taken))
    out.append("#ifdef __cplusplus\n}\n#endif\n")
    out.append(short_names(files, names))
    out.append("#endif\n\n#ifdef STYLEGRAD_AUTOGRAD_IMPLEMENTATION\n"
               "#ifndef STYLEGRAD_AUTOGRAD_IMPLEMENTED\n#define STYLEGRAD_AUTOGRAD_IMPLEMENTED\n")
    out.append("#include <limits.h>\n#include <math.h>\n#include <stdarg.h>\n"
               "#include <stdlib.h>\n#include <string.h>\n#ifndef __cplusplus\n"
               "#include <tgmath.h> /* sqrt, exp, ... of the width of sg_real; C++ has them */\n"
               "#endif\n")
    out.append('#ifdef __cplusplus\nextern "C" {\n#endif\n')
    out.append("/* What the declarations refer to in every file that uses them. */\n"
               "const char SG_REAL_WIDTH = sizeof(sg_real);\n")
    for file in private:
        if file.chunks:
            out.append(section(file, names, structs, True, taken))
    out.append("#ifdef __cplusplus\n}\n#endif\n")
    out.append("#endif\n#endif\n")
    out.append("/*\n" + read("LICENSE").rstrip() + "\n*/\n")
    made = {path: page(path, {"ops": head + "| --- | --- | --- |\n" + op_rows(rows),
                              "functions": function_list(files, names)})
            for path, head in PAGES.items()}
    return "\n".join(out), made


def section(file, names, structs, private, taken):
    local = dict(names)
    for name in sorted(file.statics() - set(names)):
        local[name] = static_name(file.base, name, file.statics())
        if local[name] in names.values():
            local[name] = static_name(file.base + "_own", name, ())
        if taken.setdefault(local[name], file.path) != file.path:
            stop(f"{file.path} and {taken[local[name]]} would both define {local[name]}")
    text = []
    for chunk in file.chunks:
        hidden = private and not chunk.static and chunk.kind in ("function", "prototype") \
            and chunk.names[0] not in PUBLIC
        text.append(rewrite.written(chunk, local, structs, hidden))
    body = "".join(text)
    line = f"/* ---- {file.path} " + "-" * max(4, 80 - len(file.path)) + " */\n"
    return line + "\n" + re.sub(r"\n{3,}", "\n\n", body).strip() + "\n"


PUBLIC = set()


def short_names(files, names):
    types, others = [], []
    for file in files:
        for chunk in file.chunks:
            for name in chunk.names:
                new = names[name]
                if new == name or name in parts.NEVER_SHORT:
                    continue
                if name[0].isupper() and not name.isupper() and not re.fullmatch(r"[A-Z0-9_]+", name):
                    line = f"typedef {new} {name};"
                    if line not in types:
                        types.append(line)
                elif f"#define {name} {new}" not in others:
                    others.append(f"#define {name} {new}")
    types.append("typedef sg_real real;")
    return ("/* The names of the library and of its lessons. */\n#ifdef STYLEGRAD_SHORT_NAMES\n" +
            "\n".join(types + others) + "\n#endif\n")


PAGES = {
    "docs/en/single_file.md": "| op | formula | derivative |\n",
    "docs/zh/single_file.md": "| 算子 | 公式 | 导数 |\n",
}


def call(form, name, params):
    """How the op is called."""
    if form == "OPN":
        return f"ag_{name}(inputs, in)"
    arguments = list(INPUTS[form[:3]]) + ([public_name(params)] if params else [])
    return f"ag_{name}({', '.join(arguments)})"


def op_rows(rows):
    lines = []
    for form, name, params, path in rows:
        math, derivative = (text.replace("|", "\\|") for text in formulas(path))
        lines.append(f"| `{call(form, name, params)}` | {math} | {derivative} |")
    return re.sub(r"([*_^~<])", r"\\\1", "\n".join(lines)).replace("\\_", "_") + "\n"


def function_list(files, names):
    """The prototypes of each file, but for those of the ops."""
    lines = []
    for file in files:
        prototypes = [chunk for chunk in file.chunks if chunk.kind == "prototype"
                      and not chunk.names[0].startswith("ag_")]
        for chunk in prototypes:
            text = "".join(token.text for token in rewrite.renamed(chunk.body, names)
                           if token.kind != "comment")
            text = re.sub(r"\s*__attribute__.*", ";", " ".join(text.split()))
            text = text.replace("_Noreturn ", "").replace(" ;", ";")
            lines.append(text if len(text) <= 90 else text.replace(", ", ",\n    ", 1)
                         if len(text) < 150 else text.replace(", ", ",\n    "))
        if prototypes:
            lines.append("")
    return "```c\n" + "\n".join(lines).strip() + "\n```\n"


def page(path, made):
    """The text of a page with what is made between its marks."""
    text = read(path)
    for mark, part in made.items():
        text, count = re.subn(rf"(<!-- made: {mark} -->\n).*?(<!-- end -->)",
                              lambda found, part=part: found[1] + "\n" + part + "\n" + found[2],
                              text, flags=re.S)
        if count != 1:
            stop(f"{path} has no place for {mark}")
    return text


def formatted(text):
    if not shutil.which("clang-format"):
        stop("clang-format is missing: ./setup.sh --developer")
    return subprocess.run(["clang-format", "--assume-filename=" + RESULT], input=text, text=True,
                          capture_output=True, check=True).stdout


if __name__ == "__main__":
    if len(sys.argv) != 2:
        stop("give the file to write, or --check")
    for path, only, drop in parts.HEADERS + parts.HEADERS_AFTER:
        for chunk in File(path, True, only, drop).chunks:
            PUBLIC.update(chunk.names)
    for row in op_files(parts.OPS):
        PUBLIC.update({"ag_" + row[1], "op_" + row[1]})
    PUBLIC.add("ag_ops")
    result, made = main()
    if sys.argv[1] == "--check":
        def same(text):  # but for what clang-format moves to another line
            return "".join(text.replace("\\\n", "").replace('"', "").split())
        try:
            there = open(RESULT, encoding="utf-8").read()
        except OSError:
            there = ""
        if same(there) != same(result):
            stop("stylegrad_autograd.h is not what its sources give; run: make single")
        for path, text in made.items():
            if read(path) != text:
                stop(f"the lists of {path} are not up to date; run: make single")
    else:
        with open(sys.argv[1], "w", encoding="utf-8") as file:
            file.write(formatted(result))
        for path, text in made.items():
            with open(os.path.join(ROOT, path), "w", encoding="utf-8") as file:
                file.write(text)
