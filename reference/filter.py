#!/usr/bin/env python3
"""Shows a header to doxygen with its comments in doxygen's form: reference/filter.py FILE

The comments of the project are plain: one before a declaration, or behind a field. A
declaration in the next line, without a comment of its own, is meant by the same one. Here
they become documentation blocks:

- the first comment of a file is that of the file;
- `int n, c; /* images, channels */` documents n and c;
- an enumerator without a comment is documented when that of its enum names it;
- where a header declares the ops of an ops.def, each ag_ function is written out, with the
  comment at the top of the file of its op;
- what doxygen would read as markup is shown as it is written, indented lines as code.

--check FILE...  instead says what doxygen does not: which fields and enumerators have no
comment, and which parameters that of their function does not explain.
"""

import os
import re
import sys
import textwrap

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "single"))
import c_text  # noqa: E402
import rewrite  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DECLARED = re.compile(r'#define OPS_FILE "([^"]+)"\n#include "autograd/op_declare.inc"\n'
                      r"#undef OPS_FILE\n")
# Parameters that are the same everywhere: the name, and what their type is. `path` is that
# of a file, `data` has `size` bytes.
PLAIN = {
    "arena": "Arena *", "tape": "Tape *", "node": "Node *", "err": "Error *", "out": "FILE *",
    "rng": "Rng *", "format": "...", "arguments": "va_list", "o": "Optimizer *",
    "context": "void *", "path": "const char *", "data": "void *data", "size": "size_t size",
}


def lines_of(comment):
    """The text of a comment, without the stars."""
    text = re.sub(r"^/\*+|\*/$", "", comment.strip())
    if not re.search(r"^\s*\*", text, re.M):  # behind a field: one sentence on some lines
        return [" ".join(text.split())]
    return [re.sub(r"^\s*\* ?", "", line).rstrip() if k else line.strip()
            for k, line in enumerate(text.split("\n"))]


def escaped(text):
    """A sentence, in which doxygen finds no markup; code stays between backticks."""
    parts = text.split("`")
    for k in range(0, len(parts), 2):
        parts[k] = re.sub(r"([\\@&$#<>%*\"~])", lambda found: {
            "<": "&lt;", ">": "&gt;", "&": "&amp;", "*": "&lowast;", "~": "&sim;",
            '"': "&quot;"}.get(found[0], "\\" + found[0]), parts[k])
    return "`".join(parts) if len(parts) % 2 else "'".join(parts)


def block(comment, command=""):
    """A documentation block: paragraphs, and indented lines as they are."""
    result, code = [], []

    def end_of_code():
        while code and not code[-1].strip():
            code.pop()
        if code:
            shown = textwrap.dedent("\n".join(code)).split("\n")
            result.extend(["", "@verbatim", *shown, "@endverbatim", ""])
            code.clear()

    for line in lines_of(comment):
        if line.startswith("    ") or (code and not line):
            code.append(line)
        else:
            end_of_code()
            result.append(escaped(line.strip()))
    end_of_code()
    return "/** " + command + "\n".join(result).strip() + "\n */\n"


def op_comment(path, name):
    """The formulas of an op, and the comment at the top of its file."""
    text = open(os.path.join(ROOT, path), encoding="utf-8").read()
    found = re.match(r"/\*.*?\*/", text, re.S)
    math, derivative = formulas(text, name)
    lines = lines_of(found.group())
    text = "\n".join(lines)
    head, _, rest = text.partition("\n\n")
    shown = (f"/** {escaped(math)}.\n\n@verbatim\n{math}\n{derivative}\n@endverbatim\n\n"
             f"From {path}:\n\n@verbatim\n{head}\n@endverbatim\n\n")
    body = block("/* " + rest.replace("\n", "\n * ") + " */")[4:] if rest else " */\n"
    return shown + body


def formulas(text, name):
    """What the Op of that name says of itself."""
    own = text[text.index("const Op op_" + name + " = {"):]
    return ["".join(re.findall(r'"([^"]*)"', re.search(
        r"\." + field + r' = ((?:"[^"]*"\s*)+)', own)[1])) for field in ("math", "derivative")]


def op_declarations(path):
    folder = os.path.dirname(path)
    lines = []
    text = open(os.path.join(ROOT, path), encoding="utf-8").read()
    for form, name, params in re.findall(r"^(OP\w+)\((\w+)(?:, (\w+))?\)", text, re.M):
        inputs = {"OP1": "x", "OP2": "ab", "OP3": "xwb"}.get(form[:3], "")
        arguments = ["Node *" + letter for letter in inputs] or ["int inputs", "Node *const *in"]
        if params:
            arguments.append(params + " params")
        file = op_file(folder, name)
        lines.append(op_comment(file, name) + f"Node *ag_{name}({', '.join(arguments)});\n")
        lines.append(f"/** The op itself: see ag_{name}(). */\nextern const Op op_{name};\n")
    return "\n".join(lines)


def op_file(folder, name):
    """Two ops may share a file: conv2d_relu is in conv2d.c."""
    while not os.path.exists(os.path.join(ROOT, folder, name + ".c")):
        if "_" not in name:
            sys.exit(f"reference/filter.py: no file of {folder}/ has the op {name}")
        name = name.rsplit("_", 1)[0]
    return f"{folder}/{name}.c"


# ---- fields and enumerators

missing = []  # those without a comment: doxygen does not say so of small structs


def parts_of(inside):
    """The declarations of a struct, each with its comment."""
    result, tokens, comment, depth = [], [], "", 0
    for token in inside:
        if not tokens and token.kind == "space":
            if token.text.count("\n") > 1:
                comment = ""
            if "\n" in token.text and result:
                result[-1]["open"] = False
            continue
        if token.kind == "comment" and not tokens:
            if result and result[-1].get("open"):
                result[-1]["comment"] = token.text
            else:
                comment = token.text
            continue
        tokens.append(token)
        depth += (token.text in "({[") - (token.text in ")}]") if token.kind == "punct" else 0
        if token.text == ";" and depth == 0:
            result.append({"tokens": tokens, "comment": comment, "open": True})
            tokens, comment = [], ""
    return result


def fields(inside):
    text = ""
    for part in parts_of(inside):
        tokens = part["tokens"]
        start = next((k for k, token in enumerate(tokens) if token.text == "{"), None)
        if start is not None:  # a struct within the struct
            end = rewrite.closing(tokens, start)
            doc = block(part["comment"]) if part["comment"] else ""
            if not doc:
                missing.append("struct {...} " + c_text.joined(tokens[end + 1:]).strip())
            text += (doc + c_text.joined(tokens[:start]) + "{\n" + fields(tokens[start + 1:end]) +
                     c_text.joined(tokens[end:]) + "\n")
            continue
        code = "".join(token.text for token in part["tokens"] if token.kind != "comment")
        doc = block(part["comment"]) if part["comment"] else ""
        same = re.match(r"(\w+) (\w+);$", " ".join(code.split()))
        if not doc and same and same[1].lower() == same[2]:
            doc = f"/** See {same[1]}. */\n"  # Gd gd;
        if not doc:
            missing.append(" ".join(code.split()))
        for declaration in separate(" ".join(code.split())):
            text += doc + declaration + "\n"
    return text


def separate(code):
    """int n, *c; as two declarations."""
    if "(" in code or "," not in code:
        return [code]
    head = re.match(r"((?:extern |const |struct |unsigned )*\w+)\s*(.*);$", code)
    return [f"{head[1]} {declarator.strip()};" for declarator in head[2].split(",")]


def enumerators(inside, about):
    text, comment, pending = "", "", []
    words = set(re.findall(r"\w+", about))

    def flush(doc):
        nonlocal text
        for item in pending:
            name = re.match(r"\w+", item)[0]
            own = doc or ("/** See the description of the type. */\n" if name in words else "")
            if not own:
                missing.append(item)
            text += own + item + ",\n"
        pending.clear()

    for item in re.split(r"(/\*.*?\*/|,)", "".join(token.text for token in inside), flags=re.S):
        if item.startswith("/*"):
            if pending and "\n" not in comment:
                flush(block(item))
            else:
                comment = item
        elif item == ",":
            comment = ""
        elif item.strip():
            if "\n" in item and pending:
                flush("")
            pending.append(" ".join(item.split()))
            comment = "\n" if "\n" in item.rstrip(" ")[-1:] else ""
        elif "\n" in item and pending:
            flush("")
    flush("")
    return text


def type_text(chunk, about):
    tokens = chunk.body
    start = next((k for k, token in enumerate(tokens) if token.text == "{"), None)
    if start is None:
        return c_text.joined(tokens)
    end = rewrite.closing(tokens, start)
    head, inside = c_text.joined(tokens[:start]), tokens[start + 1:end]
    enum = "enum" in head.split()
    text = enumerators(inside, about) if enum else fields(inside)
    return head + "{\n" + text + c_text.joined(tokens[end:])


# ---- files


def as_page(path, text):
    """A file that only other files include: its comment, and its text."""
    found = re.match(r"\s*(/\*.*?\*/)", text, re.S)
    comment = block(found[1])[4:-4].strip() if found else ""
    return (f"/** @file {path}\n{comment}\n\n@verbatim\n{text[found.end() if found else 0:].strip()}\n"
            "@endverbatim\n */\n")


def shown(path):
    text = open(os.path.join(ROOT, path), encoding="utf-8").read()
    if not path.endswith(".h"):
        return as_page(path, text)
    made = ""
    for found in DECLARED.finditer(text):
        made += op_declarations(found[1])
    text = DECLARED.sub("", text)
    result, about = "", ""
    for k, chunk in enumerate(c_text.chunks(text, path, True)):
        if k == 0:
            result += block(chunk.comment, f"@file {path}\n")
            chunk.comment = ""
        if chunk.gap and chunk.kind != "directive":
            about = ""
        about = chunk.comment or about
        doc = block(about) if about and chunk.kind not in ("directive", "comment") else ""
        if doc and chunk.body and chunk.body[-1].kind == "comment":  # behind a declaration
            doc = doc[:-len(" */\n")] + "\n" + block(chunk.body[-1].text)[len("/** "):]
        if chunk.kind == "type":
            result += doc + type_text(chunk, about) + "\n"
        elif chunk.kind == "variable" and chunk.names[1:]:
            for declaration in separate(" ".join(c_text.joined(chunk.body).split())):
                result += doc + declaration + "\n"
        else:
            result += doc + c_text.joined(chunk.body) + "\n"
    return result + made


def unexplained(path):
    """Parameters that neither the comment of their function nor their type explains."""
    text = open(os.path.join(ROOT, path), encoding="utf-8").read()
    about, first = "", ""
    for k, chunk in enumerate(c_text.chunks(DECLARED.sub("", text), path, True)):
        if k == 0:
            first, chunk.comment = chunk.comment, ""
        if chunk.gap and chunk.kind != "directive":
            about = ""
        about = chunk.comment or about
        if chunk.kind == "type":
            missing.clear()
            type_text(chunk, about)
            for name in missing:
                yield f"{path}: there is no comment on {name} of {chunk.names[0]}"
        if chunk.kind not in ("prototype", "function"):
            continue
        start = next(k for k, token in enumerate(chunk.body) if token.text == "(")
        inside = c_text.joined(chunk.body[start + 1:rewrite.closing(chunk.body, start)])
        words = re.sub(r"[^\w]+", " ", about + " " + code_lines(first, chunk.names[0])).split()
        for parameter in inside.split(","):
            name = re.search(r"(\w+)(\[\w*\])?\s*\)*$", parameter.strip())
            if not name or parameter.strip() in ("void", "..."):
                continue
            name = name[1]
            if name in words or "_" + name + "_" in "_" + chunk.names[0] + "_" or PLAIN.get(name, "\0") in " ".join(inside.split()):
                continue
            if type_says(parameter, name, about):
                continue
            yield f"{path}: the comment of {chunk.names[0]}() does not explain {name}"


def type_says(parameter, name, about):
    """`Tensor t`, `const Network *network`: a single object of a type with a name."""
    type_ = re.search(r"\b([A-Z]\w+) \*?" + name + "$", parameter.strip())
    return bool(type_)


def code_lines(comment, name):
    """The lines of the file's comment that show this function."""
    return " ".join(line for line in comment.split("\n") if name in line)


if __name__ == "__main__":
    if sys.argv[1] == "--check":
        found = [line for path in sys.argv[2:] for line in unexplained(path)]
        print("\n".join(found), file=sys.stderr)
        sys.exit(1 if found else 0)
    print(shown(os.path.relpath(os.path.abspath(sys.argv[1]), ROOT)))
