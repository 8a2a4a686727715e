"""A cell cut into the pieces of its top level: declarations, functions, statements.

No more of C is understood here than is needed to see where a piece ends, which names it
declares, and where their initialisers are; everything else is the compiler's business."""

import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/|/\*.*\Z)
      | (?P<directive>(?<![^\n])[ \t]*\#(?:[^\n\\]|\\.|\\\n)*)
      | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<name>[A-Za-z_]\w*)
      | (?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)
      | (?P<mark>->|\+\+|--|[-+*/%&|^=!<>]=|&&|\|\||<<|>>|.)""",
    re.X | re.S,
)
CONTROL = {"if", "else", "for", "while", "do", "switch", "return", "goto", "break",
           "continue", "case", "default"}
QUALIFIERS = {"const", "volatile", "restrict", "inline", "_Noreturn", "register",
              "_Thread_local", "__extension__"}
STORAGE = {"typedef", "extern", "static"}
TYPES = {"void", "char", "short", "int", "long", "float", "double", "signed", "unsigned",
         "_Bool", "bool", "_Complex", "struct", "union", "enum"}


@dataclass
class Token:
    kind: str
    text: str
    start: int

    @property
    def end(self):
        return self.start + len(self.text)


class Refused(Exception):
    """What a cell must not contain, in a sentence, and where it is."""

    def __init__(self, sentence, at):
        super().__init__(sentence)
        self.sentence, self.at = sentence, at


def tokens_of(source):
    return [Token(m.lastgroup, m.group(), m.start()) for m in TOKEN.finditer(source)
            if m.lastgroup != "space"]


def pieces_of(tokens):
    """Declarations, functions, statements and directives at the top level."""
    piece, depth = [], 0
    for i, token in enumerate(tokens):
        if token.kind == "directive":
            if depth == 0 and not piece:
                yield [token]
            continue
        piece.append(token)
        if token.text in ("(", "[", "{"):
            depth += 1
        elif token.text in (")", "]", "}"):
            depth = max(0, depth - 1)
        if depth:
            continue
        if token.text == ";" or (token.text == "}" and ends_here(piece)):
            yield piece
            piece = []
    if piece:
        yield piece


def ends_here(piece):
    """Whether a closing brace at the top level ends its piece: not in struct {} x."""
    return piece[0].text in CONTROL or piece[0].text == "{" or is_function(piece)


def is_function(piece):
    """int f(...) {"""
    depth = 0
    for before, token in zip(piece, piece[1:]):
        depth += {"(": 1, ")": -1}.get(before.text, 0)
        if depth == 0 and token.text == "{":
            return before.text == ")" and piece[0].text not in CONTROL and \
                piece[0].kind == "name"
        if depth == 0 and token.text in ("=", ";"):
            return False
    return False


def specifiers_end(piece):
    """How many tokens of a piece name its type; 0 when it is no declaration."""
    i, typed = 0, False
    while i < len(piece):
        text = piece[i].text
        if text in STORAGE | QUALIFIERS:
            i += 1
        elif text in ("struct", "union", "enum"):
            i += 1
            if i < len(piece) and piece[i].kind == "name":
                i += 1
            if i < len(piece) and piece[i].text == "{":
                i = after(piece, i)
            typed = True
        elif text in TYPES or (text == "__typeof__"):
            i, typed = i + 1, True
            if text == "__typeof__":
                i = after(piece, i)
        elif piece[i].kind == "name" and not typed and declares_after(piece, i):
            i, typed = i + 1, True
        elif typed and is_specifier(piece, i):  # complex, or another macro
            i += 1
        else:
            break
    return i if typed else 0


def is_specifier(piece, i):
    """double NAME x, double NAME * x: then NAME does not name the variable."""
    return i + 1 < len(piece) and piece[i].kind == "name" and \
        piece[i].text not in CONTROL and \
        (piece[i + 1].kind == "name" or piece[i + 1].text == "*")


def declares_after(piece, i):
    """NAME * const x, where x is followed by what follows a declared name."""
    k = i + 1
    while k < len(piece) and piece[k].text in {"*"} | QUALIFIERS:
        k += 1
    if k >= len(piece):
        return False
    if piece[k].text == "(" and k + 1 < len(piece) and piece[k + 1].text == "*":
        return k == i + 1 and any(t.text == ")" and n.text == "("
                                  for t, n in zip(piece[k:], piece[k + 1:]))
    return piece[k].kind == "name" and piece[k].text not in CONTROL and \
        k + 1 < len(piece) and piece[k + 1].text in {"=", ";", ",", "[", "("}


def after(piece, i):
    """The place behind the bracket that opens at i."""
    depth = 0
    for k in range(i, len(piece)):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(piece[k].text, 0)
        if depth == 0:
            return k + 1
    return len(piece)


def text_of(tokens):
    return " ".join(t.text for t in tokens)


@dataclass
class Declarator:
    tokens: list  # all of it, with stars and initialiser
    stars: list
    name: Token
    suffix: list  # [3][4] or (int, int)
    equals: Token
    init: list
    separator: Token


def declarators_of(piece, begin):
    found, i = [], begin
    while i < len(piece) and piece[i].text != ";":
        first = i
        while i < len(piece) and piece[i].text in {"*"} | QUALIFIERS:
            i += 1
        stars, suffix_from = piece[first:i], i + 1
        if i < len(piece) and piece[i].text == "(":  # int (*f)(int)
            inside = [t for t in piece[i:after(piece, i)] if t.kind == "name"]
            name, suffix_from = (inside or [piece[i]])[0], after(piece, i)
            stars = None
        elif i < len(piece):
            name = piece[i]
        else:
            break
        i = suffix_from
        while i < len(piece) and piece[i].text in ("[", "("):
            i = after(piece, i)
        suffix, equals, init = piece[suffix_from:i], None, []
        if i < len(piece) and piece[i].text == "=":
            equals, start = piece[i], i + 1
            i = start
            while i < len(piece) and piece[i].text not in (",", ";"):
                i = after(piece, i) if piece[i].text in "([{" else i + 1
            init = piece[start:i]
        separator = piece[i] if i < len(piece) else piece[-1]
        found.append(Declarator(piece[first:i], stars, name, suffix, equals, init, separator))
        i += 1
    return found


def check_brackets(tokens):
    pairs, waiting = {")": "(", "]": "[", "}": "{"}, []
    for token in tokens:
        if token.kind != "mark":
            continue
        if token.text in pairs.values():
            waiting.append(token)
        elif token.text in pairs:
            if not waiting or waiting[-1].text != pairs[token.text]:
                raise Refused(f"this {token.text} closes nothing that is open", token.start)
            waiting.pop()
    if waiting:
        raise Refused(f"this {waiting[-1].text} is never closed", waiting[-1].start)


def struct_bodies(tokens):
    found = []
    for i, token in enumerate(tokens):
        if token.text in ("struct", "union"):
            k = i + 1
            if k < len(tokens) and tokens[k].kind == "name":
                k += 1
            if k < len(tokens) and tokens[k].text == "{":
                found.append((tokens[k].start, tokens[after(tokens, k) - 1].end))
    return found


def constant(init):
    """Whether C takes it as it is: numbers, texts, and what is made of them."""
    literal = False  # inside the brackets of (Shape){1, 3, 4, 4}
    for i, token in enumerate(init):
        if token.text == "(":
            end = after(init, i)
            literal = end < len(init) and init[end].text == "{"
        elif token.text == ")":
            literal = False
        elif token.kind == "name" and not literal and \
                token.text not in ("NULL", "true", "false", "SCALAR") and \
                (i == 0 or init[i - 1].text != "."):
            return False
    return True


def elements(init, pointers):
    """How many { a, b, c } has, or as an expression a text, which fills an array of char."""
    inside = [t for t in init if t.text not in "{}"]
    if inside and not pointers and all(t.text[0] == '"' for t in inside):
        return f"sizeof ({text_of(inside)})"
    depth, commas = 0, 0
    for token in init:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.text, 0)
        commas += token.text == "," and depth == 1
    return commas + (init[-2].text != ",") if len(init) > 2 else 1


def countless(d):
    """int a[] = {[3] = f()}: the number of elements is left to the compiler."""
    size = "".join(t.text for t in d.suffix[:2])
    return size == "[]" and any(a.text in "{," and b.text == "["
                                for a, b in zip(d.init, d.init[1:]))
