"""Mutants of C functions: small changes that a test should notice.

Works on tokens, not on a parse tree: comments, texts and preprocessor lines are skipped,
operands are found by their brackets and the precedence of operators. What is no C any
more does not compile and is dropped by the caller.
"""
import collections
import re

TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/|\#(?:[^\n]*\\\n)*[^\n]*)
    |(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    |(?P<number>(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[uUlLfF]*)
    |(?P<name>[A-Za-z_]\w*)
    |(?P<operator>->|\+\+|--|<<=|>>=|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|<<|>>|\.\.\.|.)""",
    re.X | re.S)

Token = collections.namedtuple("Token", "kind text start end")
Function = collections.namedtuple("Function", "name static first last")
# `edits` are (start, end, new text); `old` and `new` are the statement before and after.
Mutant = collections.namedtuple("Mutant", "file line function old new edits")

OPEN, CLOSE = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}
CONTROL = {"if", "for", "while", "switch"}
KEYWORDS = CONTROL | {"return", "case", "else", "do", "sizeof", "goto", "break",
                      "continue", "default"}
BASIC_TYPES = {"real", "double", "float", "int", "char", "bool", "void", "unsigned",
               "long", "short", "const", "static", "struct", "enum"}
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
# What ends an operand of ?, of + and -, in both directions.
LOWEST = ASSIGNMENTS | {",", ";", "?", ":", "return", "case", "else"}
BELOW_SUM = LOWEST | {"<", ">", "<=", ">=", "==", "!=", "&&", "||", "|", "^", "<<", ">>"}
SWAPS = {"*": ["/"], "/": ["*"], "%": ["/"], "&&": ["||"], "||": ["&&"], "<<": [">>"],
         ">>": ["<<"], "+": ["-"], "-": ["+"], "<": ["<=", ">="], "<=": ["<", ">"],
         ">": [">=", "<="], ">=": [">", "<"], "==": ["!="], "!=": ["=="],
         "+=": ["-=", "="], "-=": ["+=", "="], "*=": ["/=", "="], "/=": ["*=", "="],
         "|=": ["=", "&="], "&=": ["=", "|="], "++": ["--"], "--": ["++"],
         "&": ["|"], "|": ["&"], "^": ["&"]}
NAME_SWAPS = {"fmin": "fmax", "fmax": "fmin", "true": "false", "false": "true",
              "sin": "cos", "cos": "sin"}
# Their arguments and statements are for programmers' mistakes, or types.
SKIPPED_CALLS = {"CHECK", "ARENA_NEW", "sizeof"}
# Their arguments may be swapped.
SYMMETRIC = {"fmin", "fmax"}
# The names of gradients: also the derivative of an element-wise op, and of a distance.
BACKWARD = r"(^|_)backward(_|$)|^df$|^slope$"


def tokens(text, start=0, end=None):
    """Those of a part of a C file, without comments and preprocessor lines."""
    for m in TOKEN.finditer(text, start, len(text) if end is None else end):
        if m.lastgroup != "skip":
            yield Token(m.lastgroup, m.group(), m.start(), m.end())


def is_type(text):
    return (text in BASIC_TYPES or text.endswith("_t") or
            (text[:1].isupper() and any(c.islower() for c in text)))


class Source:
    """One file: its tokens, matching brackets and functions."""

    def __init__(self, file):
        self.file = file
        with open(file, encoding="utf-8") as opened:
            self.text = opened.read()
        self.tokens = list(tokens(self.text))
        self.match = {}
        stack = []
        for i, token in enumerate(self.tokens):
            if token.kind == "operator" and token.text in OPEN:
                stack.append(i)
            elif token.kind == "operator" and token.text in CLOSE:
                self.match[i] = stack.pop()
                self.match[self.match[i]] = i
        self.functions = self.find_functions()

    def is_at(self, i, *texts):
        token = self.tokens[i]
        return token.kind != "text" and token.text in texts

    def find_functions(self):
        found, i, start = [], 0, 0
        while i < len(self.tokens):
            if self.is_at(i, ";"):
                start = i + 1
            elif self.is_at(i, "("):
                i = self.match[i]
            elif self.is_at(i, "{"):
                end = self.match[i]
                if self.is_at(i - 1, ")"):
                    name = self.tokens[self.match[i - 1] - 1].text
                    static = any(self.is_at(k, "static") for k in range(start, i))
                    found.append(Function(name, static, i + 1, end))
                    start = end + 1
                i = end
            i += 1
        return found

    def names(self, first, last):
        return {t.text for t in self.tokens[first:last] if t.kind == "name"}

    # ---- the parts of a statement ----

    def is_block(self, i):
        """Whether the brace i begins a block, not an initialiser."""
        if self.is_at(i - 1, ")"):
            return self.is_at(self.match[i - 1] - 1, *CONTROL)
        return self.is_at(i - 1, "else", "do", "{", "}", ";", ":") and not (
            self.is_at(i - 1, "{") and not self.is_block(i - 1))

    def statements(self, function):
        """(first, last) of each: with `if (...)` or `for (...)`, without a block."""
        first = i = function.first
        while i < function.last:
            if self.is_at(i, "{") and self.is_block(i):
                yield first, i
                first = i + 1
            elif self.is_at(i, *OPEN):
                i = self.match[i]
            elif self.is_at(i, "}") or self.is_at(i, ";"):
                if i > first or self.is_at(i, ";"):
                    yield first, i + (1 if self.is_at(i, ";") else 0)
                first = i + 1
            i += 1

    def without_control(self, first, last):
        """Where the statement proper begins, after `else if (...)` and `case ...:`."""
        while first < last:
            if self.is_at(first, "else", "do"):
                first += 1
            elif self.is_at(first, *CONTROL):
                first = self.match[first + 1] + 1
            elif self.is_at(first, "case", "default"):
                while not self.is_at(first, ":"):
                    first += 1
                first += 1
            else:
                break
        return first

    def is_declaration(self, first, last):
        return (last - first > 1 and is_type(self.tokens[first].text) and
                (self.tokens[first + 1].kind == "name" or self.is_at(first + 1, "*")))

    def is_cast(self, close):
        first = self.match[close]
        return close > first + 1 and all(
            is_type(t.text) or t.text == "*" for t in self.tokens[first + 1:close])

    def is_binary(self, i):
        before = self.tokens[i - 1]
        if before.kind == "name":
            return before.text not in KEYWORDS and not is_type(before.text)
        if before.text == ")":
            return not self.is_cast(i - 1)
        return before.kind in ("number", "text") or before.text in ("]", "++", "--")

    def operand_end(self, i, stops):
        """The token behind the operand that begins at i."""
        while not (self.is_at(i, *stops) or self.is_at(i, *CLOSE) or
                   self.is_at(i, "+", "-") and self.is_binary(i)):
            i = self.match[i] + 1 if self.is_at(i, *OPEN) else i + 1
        return i

    def operand_start(self, i, stops):
        """The first token of what ends before token i."""
        while not (self.is_at(i - 1, *stops) or self.is_at(i - 1, *OPEN)):
            i = self.match[i - 1] if self.is_at(i - 1, *CLOSE) else i - 1
        return i

    def span(self, first, last):
        return self.tokens[first].start, self.tokens[last - 1].end

    def words(self, first, last):
        start, end = self.span(first, last)
        return self.text[start:end]

    # ---- the mutants ----

    def edits(self, function, first, last):
        """Every list of edits of one statement."""
        begin = self.without_control(first, last)
        if begin < last and self.is_at(begin, "CHECK"):
            last = begin
        if begin + 2 < last and self.is_at(begin, "(") and self.is_at(begin + 1, "void"):
            return
        yield from self.drop_statement(function, begin, last)
        i = first
        while i < last:
            token = self.tokens[i]
            if token.text == "CHECK" or token.text == "sizeof":
                i += 1
                if self.is_at(i, "("):
                    i = self.match[i]
            elif token.kind == "number":
                yield from self.numbers(i, first)
            elif token.kind == "name":
                yield from self.named(i, last)
            elif token.kind == "operator":
                yield from self.operators(i, first)
            i += 1

    def drop_statement(self, function, begin, last):
        if last - begin < 2 or not self.is_at(last - 1, ";"):
            return
        if self.is_declaration(begin, last):
            return
        if self.is_at(begin, "return") and last == function.last:
            return
        start, end = self.span(begin, last)
        yield [(start, end, ";" + "\n" * self.text.count("\n", start, end))]

    def in_declared_size(self, i, first):
        return (self.is_at(i - 1, "[") and self.is_at(i + 1, "]") and
                self.is_declaration(first, i) and not any(
                    self.is_at(k, "=") for k in range(first, i)))

    def numbers(self, i, first):
        token = self.tokens[i]
        integer = re.fullmatch(r"(\d+)([uUlL]*)", token.text)
        if self.in_declared_size(i, first):
            return
        if not integer:
            if "x" not in token.text.lower():
                yield [(token.start, token.end, f"(2 * {token.text})")]
            return
        value, suffix = int(integer.group(1)), integer.group(2)
        yield [(token.start, token.end, f"{value + 1}{suffix}")]
        if value > 0:
            yield [(token.start, token.end, f"{value - 1}{suffix}")]

    def named(self, i, last):
        token = self.tokens[i]
        if token.text in NAME_SWAPS:
            yield [(token.start, token.end, NAME_SWAPS[token.text])]
        if i + 1 >= last or not self.is_at(i + 1, "("):
            return
        if token.text in ("if", "while"):
            start, end = self.span(i + 1, self.match[i + 1] + 1)
            yield [(start, start, "(!"), (end, end, ")")]
        elif token.text not in KEYWORDS | SKIPPED_CALLS | SYMMETRIC:
            yield from self.swapped_arguments(i + 1)

    def swapped_arguments(self, opened):
        """Neighbours among what stands between the brackets, with commas."""
        close, parts, first, i = self.match[opened], [], opened + 1, opened + 1
        while i <= close:
            if i == close or self.is_at(i, ","):
                if i > first:
                    parts.append((first, i))
                first = i + 1
            i = self.match[i] + 1 if i < close and self.is_at(i, *OPEN) else i + 1
        for left, right in zip(parts, parts[1:]):
            a, b = self.words(*left), self.words(*right)
            if a != b and '"' not in a + b and not a.startswith("."):
                yield [(*self.span(*left), b), (*self.span(*right), a)]

    def operators(self, i, first):
        token = self.tokens[i]
        text = token.text
        if text == "!":
            yield [(token.start, token.end, "")]
        elif text == "?":
            start = self.tokens[self.operand_start(i, LOWEST)].start
            yield [(start, start, "!("), (token.start, token.start, ") ")]
        elif text == "[":
            yield from self.index(i, first)
        elif text == "{" and not self.is_block(i):
            yield from self.swapped_arguments(i)
        elif text == "-" and not self.is_binary(i):
            yield [(token.start, token.end, "")]
        elif text in SWAPS:
            if text in ("+", "-", "*", "&") and not self.is_binary(i):
                return
            in_for = self.is_at(first, "for") or self.is_at(first, "else", "do")
            in_head = in_for and i < self.without_control(first, i + 1)
            new = SWAPS[text][:1] if in_head else SWAPS[text]
            for other in () if in_head and text in ("++", "--") else new:
                yield [(token.start, token.end, other)]
            if text in ("+", "-"):
                yield from self.terms(i)

    def index(self, i, first):
        if self.is_at(i - 1, "{", ",") or self.match[i] == i + 1:
            return
        if self.is_declaration(first, i) and not any(
                self.is_at(k, "=", "(") for k in range(first, i)):
            return
        start, end = self.span(i + 1, self.match[i])
        if any(self.is_at(k, "?") for k in range(i, self.match[i])):
            yield [(start, start, "("), (end, end, ") + 1")]
        else:
            yield [(end, end, " + 1")]

    def terms(self, i):
        """One term less, and a difference the other way round."""
        token = self.tokens[i]
        left, right = self.operand_start(i, BELOW_SUM), self.operand_end(i + 1, BELOW_SUM)
        a, b = self.words(left, i), self.words(i + 1, right)
        end = self.tokens[right - 1].end
        yield [(self.tokens[i - 1].end, end, "")]
        longer = any(self.is_at(k, "+", "-") and self.is_binary(k)
                     for k in self.outside(left, i))
        if not longer:
            last = token.end if token.text == "+" else token.start
            yield [(self.tokens[left].start, last, "")]
        absolute = (self.is_at(left - 2, "fabs") and self.is_at(left - 1, "(") and
                    self.is_at(right, ")"))
        if token.text == "-" and not absolute:
            yield [(self.tokens[left].start, end, f"{b} - ({a})" if longer
                    else f"{b} - {a}")]

    def outside(self, first, last):
        """The tokens from first to last that are in no bracket."""
        while first < last:
            yield first
            first = self.match[first] + 1 if self.is_at(first, *OPEN) else first + 1

    def apply(self, edits, start=0, end=None):
        text, at = "", start
        for first, last, new in sorted(edits):
            text += self.text[at:first] + new
            at = last
        return text + self.text[at:end]

    def mutants(self, wanted):
        """All mutants of the functions whose names are wanted."""
        for function in self.functions:
            if function.name not in wanted:
                continue
            seen = collections.Counter()
            for first, last in self.statements(function):
                start, end = self.span(first, last)
                old = " ".join(self.text[start:end].split())
                for edits in self.edits(function, first, last):
                    new = " ".join(self.apply(edits, start, end).split())
                    seen[old, new] += 1
                    count = seen[old, new]
                    number = f" [{count}]" if count > 1 else ""
                    line = self.text.count("\n", 0, min(edits)[0]) + 1
                    yield Mutant(self.file, line, function.name, old, new + number, edits)


def only_for_backward(sources):
    """The functions called backward, and those that only such functions call: a set of
    (file, name)."""
    owner, callers = {}, collections.defaultdict(set)
    for source in sources:
        for function in source.functions:
            key = source.file if function.static else ""
            owner[key, function.name] = source.file
    for source in sources:
        inside = {i for f in source.functions for i in range(f.first - 1, f.last)}
        scopes = [((source.file if f.static else "", f.name),
                   source.names(f.first, f.last)) for f in source.functions]
        scopes.append((None, {t.text for i, t in enumerate(source.tokens)
                              if i not in inside and t.kind == "name" and not (
                                  source.is_at(i + 1, "("))}))
        for user, names in scopes:
            for name in names:
                key = (source.file, name) if (source.file, name) in owner else ("", name)
                if key in owner and key != user:
                    callers[key].add(user)
    found = {key for key in owner if re.search(r"(^|_)backward(_|$)", key[1])}
    grown = True
    while grown:
        new = {key for key in owner if key not in found and callers[key] and
               callers[key] <= found}
        grown = bool(new)
        found |= new
    return {(owner[key], key[1]) for key in found}


