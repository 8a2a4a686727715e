"""What the library's headers and sources say: for completion, tooltips and quotes."""

import os
import re

HEADERS = ("tensor/tensor.h tensor/arena.h tensor/rng.h tensor/error.h tensor/check.h "
           "tensor/kernels/kernels.h tensor/threads.h autograd/tape.h autograd/tape_nodes.h "
           "autograd/tape_plan.h autograd/tape_print.h autograd/node.h autograd/op.h "
           "autograd/gradcheck.h "
           "autograd/ops.h nn/ops.h nn/network.h losses/ops.h losses/forms.h "
           "losses/content.h losses/style.h "
           "losses/total.h losses/tv.h optim/objective.h optim/optimizer.h optim/schedule.h "
           "io/image.h io/assets.h io/plot.h transfer/recipe.h transfer/recipe_file.h "
           "transfer/recipe_usual.h "
           "transfer/problem.h "
           "transfer/paint.h notebooks/notebook.h notebooks/show.h").split()
OPS = ["autograd/ops.def", "nn/ops.def", "losses/ops.def"]
OP_LINE = re.compile(r"^OP([123N])(P?)\((\w+)(?:, (\w+))?\)", re.M)
BLOCK = re.compile(r"(?P<comment>/\*(?:[^*]|\*(?!/))*\*/)|(?P<blank>\n[ \t]*\n)|"
                   r"(?P<directive>^#(?:[^\n\\]|\\.|\\\n)*)", re.M)
FUNCTION = re.compile(r"^(?!typedef|#|return|extern)([A-Za-z_][\w ]*[ *]+(\w+)\([^;{]*\))"
                      r"[^;{()]*(?:\(\([^;]*\)\))?;", re.M)
TYPE = re.compile(r"^typedef (?:struct|enum|union)? ?\w* ?(?:\{.*?^\} ?)?(\w+);|"
                  r"^typedef [^;{]*?(\w+);", re.M | re.S)
STRUCT = re.compile(r"^(?:typedef )?struct (\w+) \{(.*?)^\}", re.M | re.S)
ENUM = re.compile(r"enum \w* ?\{(.*?)\}", re.S)
MACRO = re.compile(r"^#define (\w+)(\([^)]*\))?", re.M)
EXTERN = re.compile(r"^extern [^;]*?(\w+)(?:\[\w*\])?(?:, (\w+))?;", re.M)


def bare(comment):
    """The words of a comment."""
    lines = comment.strip()[2:-2].split("\n")
    return "\n".join(re.sub(r"^ ?\*? ?", "", line, count=1).rstrip() if i else line.strip()
                     for i, line in enumerate(lines)).strip()


def comment_before(text, at):
    """The comment that ends right above; that of the group when other declarations stand
    between without an empty line."""
    start = text.rfind("\n\n", 0, at)
    above = text[start + 1:at]
    comments = re.findall(r"/\*(?:[^*]|\*(?!/))*\*/", above)
    return bare(comments[0]) if comments else ""


class Names:
    def __init__(self, root):
        self.root = root
        self.about = {}  # name -> (declaration, comment, file)
        self.members = {}  # of structs: name -> line with its comment
        for header in HEADERS:
            if os.path.exists(os.path.join(root, header)):
                self.read(header)
        for table in OPS:
            self.read_ops(table)

    def text(self, path):
        with open(os.path.join(self.root, path)) as file:
            return file.read()

    def note(self, name, declaration, comment, path):
        if name and not name.endswith("_H"):
            self.about.setdefault(name, (" ".join(declaration.split()), comment, path))

    def read(self, path):
        text = self.text(path)
        plain = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group()), text,
                       flags=re.S)
        for m in FUNCTION.finditer(plain):
            self.note(m.group(2), m.group(1), comment_before(text, m.start()), path)
        for m in TYPE.finditer(plain):
            self.note(m.group(1) or m.group(2), "typedef " + (m.group(1) or m.group(2)),
                      comment_before(text, m.start()), path)
        for m in STRUCT.finditer(text):
            body = text[m.start():m.end()]
            self.about[m.group(1)] = (body + f" {m.group(1)};",
                                      comment_before(text, m.start()), path)
            for line in m.group(2).split("\n"):
                for name in re.findall(r"\b(\w+)(?:\[\w+\])*(?=[;,])", line.split("/*")[0]):
                    self.members.setdefault(name, f"{line.strip()}   ({m.group(1)})")
        for m in ENUM.finditer(plain):
            for name in re.findall(r"\b([A-Z]\w+)\b", m.group(1)):
                self.note(name, name, comment_before(text, m.start()), path)
        for m in MACRO.finditer(text):
            self.note(m.group(1), m.group(1) + (m.group(2) or ""),
                      comment_before(text, m.start()), path)
        for m in EXTERN.finditer(plain):
            for name in m.groups():
                self.note(name, m.group(), comment_before(text, m.start()), path)

    def read_ops(self, table):
        inputs = {"1": "Node *x", "2": "Node *a, Node *b", "3": "Node *x, Node *w, Node *b",
                  "N": "int inputs, Node *const *in"}
        for count, _, name, params in OP_LINE.findall(self.text(table)):
            path = os.path.join(os.path.dirname(table), name + ".c")
            extra = f", {params} params" if params else ""
            comment = ""
            if os.path.exists(os.path.join(self.root, path)):
                source = self.text(path)
                first = re.match(r"\s*/\*.*?\*/", source, re.S)
                comment = bare(first.group()) if first else ""
                math = re.search(r'\.math = ((?:"[^"]*"\s*)+)', source)
                if math and not comment:
                    comment = "".join(re.findall(r'"([^"]*)"', math.group(1)))
            self.note("ag_" + name, f"Node *ag_{name}({inputs[count]}{extra})", comment, path)

    def complete(self, code, at, own):
        """(matches, start) for the word before the cursor."""
        word = re.search(r"[%\w]*$", code[:at]).group()
        before = code[:at - len(word)]
        if re.search(r"(\.|->)$", before):
            pool = self.members
        elif re.search(r'(^|\n)%\w+ \S*$', code[:at]):
            return [], at
        else:
            pool = set(self.about) | set(own)
        return sorted(n for n in pool if n.startswith(word) and word), at - len(word)

    def tooltip(self, code, at, own):
        """What there is to know about the word at the cursor, or None."""
        start = re.search(r"\w*$", code[:at]).start()
        word = re.match(r"\w*", code[start:]).group()
        if not word:  # f(|: what is being called
            called = re.search(r"(\w+)\s*\([^()]*$", code[:at])
            word = called.group(1) if called else ""
        if word in own:
            return f"{own[word]}"
        if re.search(r"(\.|->)$", code[:start]) and word in self.members:
            return self.members[word]
        if word not in self.about:
            return None
        declaration, comment, path = self.about[word]
        return f"{declaration};\n\n{comment}\n\n{path}" if comment else \
            f"{declaration};\n\n{path}"

    def quote(self, path, function=None):
        """A function of a source file with its comment; without a name the file's opening
        comment. Raises LookupError with a sentence."""
        try:
            text = self.text(path)
        except OSError:
            raise LookupError(f"there is no file {path} in this checkout") from None
        if function is None:
            found = re.match(r"\s*/\*.*?\*/", text, re.S)
            if not found:
                raise LookupError(f"{path} has no opening comment")
            return found.group().strip()
        found = re.search(r"^(?:/\*(?:[^*]|\*(?!/))*\*/\n)?^[A-Za-z_][^;{}()=]*\b" +
                          re.escape(function) + r"\([^;{}]*\) \{\n.*?^\}", text, re.M | re.S)
        if not found:
            raise LookupError(f"there is no function {function} in {path}")
        return found.group()
