"""Mutants of the answers to the exercises: small changes as a student might make them.

    for mutant in mutants_of("lessons/answers/08_gram.c"): ...

One token is changed: a sign, a factor, an index, = for +=, arguments in the wrong order, a
loop that starts or ends one place off, a statement left out. The tokens are those of
tests/mutants.py, which makes the mutants of the library: there every operator is changed,
here what a person mixes up.
"""
import collections
import os
import re

import mutants

FUNCTION = re.compile(r"^(?:static )?[A-Za-z_][\w ]*?\*?(?P<name>\w+)\([^;{}]*\) \{\n"
                      r"(?P<body>.*?)^\}\n", re.M | re.S)
DECLARED = re.compile(r"\b((?:unsigned char|int|size_t|real|double)(?: \*)?)(?: ?const \*)?"
                      r"\s*\**([A-Za-z_]\w*)(?=\s*[,)=;\[])")
STATEMENT = re.compile(r"^(?P<space> +)(?P<head>[^;{}]*? = |[^;{}]*? [-+*/]= |return )?"
                       r"(?P<rest>[^;{}]+?);$", re.M)

SWAPPED = {  # operator -> what a student may have written instead
    "+": "-", "-": "+", "*": "/", "/": "*", "<": "<=", "<=": "<", ">": ">=", ">=": ">",
    "==": "!=", "!=": "==", "&&": "||", "||": "&&"}
COMPOUND = {"+=": ["=", "-="], "-=": ["=", "+="], "*=": ["=", "/="], "/=": ["=", "*="]}
CALLS = {"fmax": "fmin", "fmin": "fmax", "log1p": "log", "sqrt": "", "fabs": "", "exp": "",
         "log": "", "cos": "sin"}


class Mutant:
    def __init__(self, exercise, match, text, start, end, new):
        self.exercise, self.function = exercise, match.group("name")
        self.source = text[:start] + new + text[end:]
        self.definition = text[match.start():start] + new + text[end:match.end()]
        first = text.rfind("\n", 0, start) + 1
        last = text.find("\n", end)
        self.before = " ".join(text[first:last].split())
        self.after = " ".join((text[first:start] + new + text[end:last]).split())
        self.kind, self.said = "", []

    def key(self):
        return f"{self.exercise} | {self.function} | {self.before} -> {self.after}"


def functions(text):
    return {m.group("name"): m for m in FUNCTION.finditer(text)}


def to_be_written(exercise, answer):
    """The functions of the answer that the exercise leaves blank, and their helpers."""
    given = {name for name, m in functions(exercise).items() if "BLANK(" not in m.group("body")}
    return [m for name, m in functions(answer).items() if name not in given]


def others_of_type(head_and_body):
    """name -> another variable of the same type: the next one declared."""
    groups = collections.OrderedDict()
    for kind, name in DECLARED.findall(head_and_body):
        pointer = re.search(rf"\*(?:const )?{name}\b", head_and_body) is not None
        group = groups.setdefault((kind.split()[0], pointer), [])
        if name not in group:
            group.append(name)
    return {name: group[(i + 1) % len(group)] for group in groups.values()
            for i, name in enumerate(group) if len(group) > 1}


def change_tokens(text, m):
    """(start, end, new) for single tokens."""
    others = others_of_type(m.group())
    all_tokens = list(mutants.tokens(text, m.start("body"), m.end("body")))
    for i, token in enumerate(all_tokens):
        t = token.text
        before = all_tokens[i - 1].text if i else ";"
        after = all_tokens[i + 1].text if i + 1 < len(all_tokens) else ";"
        unary = not re.match(r"[\w)\]]", before[-1]) or before == "return"
        declares = before in ("int", "real", "double", "size_t", "char") or \
            (before == "*" and i > 1 and all_tokens[i - 2].text in ("real", "double"))
        if t in COMPOUND:
            for new in COMPOUND[t]:
                yield token.start, token.end, new
        elif t == "-" and unary:
            yield token.start, token.end, ""
        elif t in SWAPPED and not (t == "*" and (unary or declares)):
            yield token.start, token.end, SWAPPED[t]
        elif t[0].isdigit():
            value = float(t)
            for new in {2.0: [1, 4]}.get(value, [value + 1, value - 1]):
                written = f"{new:g}" + (".0" if "." in t else "")
                yield token.start, token.end, written
        elif t in CALLS and after == "(":
            yield token.start, token.end, CALLS[t]
        elif t in others and not declares and before not in ("->", ".") and \
                after not in ("(", "++", "--"):
            yield token.start, token.end, others[t]
        elif t == "continue":
            yield token.start, token.end, ""


def change_indices(text, m):
    """One place too far or too early: [i] as [i + 1] and [i - 1]."""
    opened = []
    for token in mutants.tokens(text, m.start("body"), m.end("body")):
        if token.text == "[":
            opened.append(token.end)
        elif token.text == "]" and opened:
            start = opened.pop()
            for by in (" + 1", " - 1"):
                yield start, token.start, text[start:token.start] + by


def arguments(text, start):
    """The places of the arguments of the call whose ( is before start."""
    places, depth, begin = [], 0, start
    for token in mutants.tokens(text, start):
        t = token.text
        if depth == 0 and t in ",)":
            places.append((begin, token.start))
            begin = token.end
        if t == ")" and depth == 0:
            return places
        depth += (t in "([") - (t in ")]")
    return []


def change_calls(text, m):
    """Two neighbouring arguments exchanged."""
    for call in re.finditer(r"\b(?!if\b|for\b|while\b|switch\b|return\b)\w+\(",
                            m.group("body")):
        places = arguments(text, m.start("body") + call.end())
        for (a, b), (c, d) in zip(places, places[1:]):
            yield a, d, text[c:d].strip() + text[b:c] + " " + text[a:b].strip()


def change_statements(text, m):
    """A statement left out, or with a factor or the other sign."""
    for s in STATEMENT.finditer(text, m.start("body"), m.end("body")):
        head, rest = s.group("head") or "", s.group("rest")
        if re.match(r"(for|if|else|case|default|switch|continue)\b", (head + rest).strip()):
            continue
        declares = re.match(r"(const |int |real |double |static |size_t )", head)
        if not declares and not head.startswith("return"):
            yield s.start("rest") - len(head), s.end() , ";"
        if head and not re.match(r"(const )?(int|size_t|real \*)", head) and "*x" not in head:
            for form in ("2 * ({})", "({}) / 2", "4 * ({})", "-({})", "sqrt({})"):
                yield s.start("rest"), s.end("rest"), form.format(rest)


def mutants_of(path):
    name = os.path.basename(path)[:-2]
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(f"lessons/exercises/{name}.c", encoding="utf-8") as file:
        exercise = file.read()
    seen, found = {text}, []
    for m in to_be_written(exercise, text):
        for change in (change_tokens, change_indices, change_calls, change_statements):
            for start, end, new in change(text, m):
                mutant = Mutant(name, m, text, start, end, new)
                if mutant.source not in seen:
                    seen.add(mutant.source)
                    found.append(mutant)
    return found
