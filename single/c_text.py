"""C source as tokens and top-level declarations, as far as single/make.py needs it."""

import re

TOKEN = re.compile(r"""
    (?P<comment>/\*.*?\*/|//[^\n]*)
  | (?P<directive>^[ \t]*\#(?:[^\n\\/]|\\.|\\\n|/(?!\*)|/\*.*?\*/)*)
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<char>'(?:[^'\\]|\\.)*')
  | (?P<word>[A-Za-z_]\w*)
  | (?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)
  | (?P<space>\s+)
  | (?P<punct>->|\.\.\.|.)
""", re.X | re.S | re.M)

class Token:
    def __init__(self, kind, text):
        self.kind, self.text = kind, text

    def code(self):
        return self.kind not in ("comment", "space")


def tokens(text):
    return [Token(found.lastgroup, found.group()) for found in TOKEN.finditer(text)]


def joined(list_):
    return "".join(token.text for token in list_)


class Chunk:
    """One declaration with the comment before it."""

    def __init__(self, kind, names, static, body, comment=""):
        self.kind, self.names, self.static = kind, names, static
        self.body, self.comment = body, comment
        self.refers = {token.text for token in body if token.kind == "word"}
        for token in body:
            if token.kind == "directive":
                self.refers |= set(re.findall(r"[A-Za-z_]\w*", token.text))


def chunks(text, path, directives=False):
    """The declarations of a file; with `directives` also its #if, #else, #endif."""
    text = re.sub(r"\bkernels->(\w+)", r"ref_\1", text)
    result, body, comment, depth, gap = [], [], "", 0, True
    list_ = tokens(text)
    i = 0

    def add(chunk):
        nonlocal gap
        chunk.gap = gap
        result.append(chunk)
        gap = False

    while i < len(list_):
        token = list_[i]
        i += 1
        if token.kind == "directive":
            if depth == 0:
                chunk = macro(token)
                if directives and not chunk and re.match(r"\s*#\s*(if|el|end)", token.text):
                    chunk = Chunk("directive", [], False, [token])
                if chunk:
                    chunk.comment = comment
                    add(chunk)
                elif comment:
                    add(Chunk("comment", [], False, [], comment))
                    gap = True
                comment = ""
            continue  # inside of a function: #pragma omp
        if not body and token.kind == "space":
            if token.text.count("\n") > 1:
                if comment:
                    add(Chunk("comment", [], False, [], comment))
                comment = ""
                gap = True
            continue
        if not body and token.kind == "comment":
            before = list_[i - 2] if i > 1 else None
            if result and before and before.kind == "space" and "\n" not in before.text:
                result[-1].body += [Token("space", " "), token]
            else:
                comment = (comment + "\n" if comment else "") + token.text
            continue
        body.append(token)
        depth += (token.text in "{(") - (token.text in "})") if token.kind == "punct" else 0
        ends = token.kind == "punct" and depth == 0 and (
            token.text == ";" or token.text == "}" and is_function(body))
        if ends:
            add(declaration(body, comment, path))
            body, comment = [], ""
    if comment:
        add(Chunk("comment", [], False, [], comment))
    if body:
        raise SystemExit(f"{path}: cannot be read near: {joined(body)[:100]}")
    return result


def macro(token):
    found = re.match(r"\s*#\s*define\s+(\w+)(.*)", token.text, re.S)
    if not found or (found.group(1).endswith("_H") and not found.group(2).strip()):
        return None
    return Chunk("macro", [found.group(1)], True, [token])


def is_function(body):
    """Whether a body that ends in } is that of a function."""
    code = [token for token in body if token.code()]
    first = next(k for k, token in enumerate(code) if token.text == "{")
    return first > 0 and code[first - 1].text == ")"


def declaration(body, comment, path):
    code = [token for token in body if token.code()]
    texts = [token.text for token in code]
    static = texts[0] == "static"
    if texts[0] == "typedef":
        if "{" in texts:
            return Chunk("type", [texts[-2]] + (enumerators(texts) if texts[1] == "enum" else []),
                         True, body, comment)
        if "(" in texts:
            return Chunk("type", [texts[texts.index("(") - 1]], True, body, comment)
        return Chunk("type", [texts[-2]], True, body, comment)
    if texts[0] in ("struct", "enum") and "{" in texts[:3]:
        names = [texts[1]] if texts[1] != "{" else []
        if texts[0] == "enum":
            names += enumerators(texts)
        return Chunk("type", names, True, body, comment)
    if texts[-1] == "}":
        return Chunk("function", [texts[texts.index("(") - 1]], static, body, comment)
    if "=" not in texts and "(" in texts:
        return Chunk("prototype", [texts[texts.index("(") - 1]], static, body, comment)
    names, depth = [], 0
    for k, text in enumerate(texts):
        if depth == 0 and text in ("=", ",", ";", "[") and re.match(r"[A-Za-z_]", texts[k - 1]):
            names.append(texts[k - 1])
        depth += (text in "{(") - (text in "})")
    return Chunk("variable", names[:1] if "=" in texts else names, static, body, comment)


def enumerators(texts):
    inside = texts[texts.index("{") + 1:]
    return [text for k, text in enumerate(inside)
            if re.match(r"[A-Z]", text) and (k == 0 or inside[k - 1] == ",")]
