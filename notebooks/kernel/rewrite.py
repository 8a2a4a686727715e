"""From a cell as it is written to C that a compiler accepts, on the same lines.

In a cell, as in Python, statements stand beside declarations, a variable may be initialised
by a call, and what was defined before may be defined again. C has none of that, so:

    Node *a = tape_variable(t, x);   becomes   Node *a; void cell_4__1(void) { a = ...; }
    a statement                      becomes   void cell_4__2(void) { ... }
    a definition of f                becomes   f__1, the next one f__2, and so do its uses
    a second `double x = 3;`         becomes   an assignment to the first x
    a last line without semicolon    becomes   show(that);
    int main(void) { ... }           becomes   a function that is called at once

and the functions are called in their order when all of the cell has been compiled. So a
cell is a C file like any other. Edits never move a line, and the columns of errors are
mapped back (Cell.original).

The numbers in names serve two more ends: gamma and y1 are functions of the C library, and
clang-repl in C finds the parameters of function pointers in headers (real *x) as if they
were variables, so that a variable x of a cell would be ambiguous."""

import re
from dataclasses import dataclass, field

from cell import (CONTROL, QUALIFIERS, Refused, after, check_brackets, constant, countless,
                  declarators_of, elements, is_function, pieces_of, specifiers_end,
                  struct_bodies, tokens_of)
from mistakes import (input_note, no_semicolon, refuse_full_width,
                      refuse_missing_semicolon)

INCLUDE = re.compile(r"\s*#\s*include\b")
MACRO = re.compile(r"\s*#\s*define\s+(\w+)")
STATIC = ("a cell has no static: the next cell could not see the name, for every cell is a "
          "file of its own. Leave out the word static")


@dataclass
class Declared:
    name: str
    kind: str  # function, prototype, variable, type, constant, macro
    form: list = field(default_factory=list)  # of a variable: the tokens of its type
    fixed: bool = True  # it cannot be assigned to, or has no simple size
    source: str = ""  # of a function or macro
    line: int = 0
    cell: int = 0
    now: str = ""  # its name in C

    def type_now(self, names):
        return render(self.form, names)


class Cell:
    def __init__(self, source, number):
        self.source, self.number = source, number
        self.declared = {}
        self.runs = self.literals = 0
        self.shows = None  # the last line, when it is shown
        self.edits = []  # (start, end, replacement)
        self.end = ""  # after the last line
        self.note = ""  # what the student should know

    def edit(self, start, end, text):
        lost = self.source.count("\n", start, end) - text.count("\n")
        self.edits.append((start, end, text + "\n" * max(0, lost)))

    def new_run(self):
        self.runs += 1
        return f"void cell_{self.number}__{self.runs}(void) {{ "

    def code(self):
        parts, at = [], 0
        self.edits.sort(key=lambda e: (e[0], e[1]))
        for start, end, text in self.edits:
            if start < at:
                continue
            parts += [self.source[at:start], text]
            at = end
        calls = "".join(f"guard_run(cell_{self.number}__{k + 1});\n" for k in range(self.runs))
        return "".join(parts) + self.source[at:] + f"\n{self.end}\n#ifdef CELL_RUNS\n{calls}#endif\n"

    def line_of(self, at):
        return self.source.count("\n", 0, at) + 1

    def original(self, line, column):
        """The column in the cell for a column of that line of code(), both from 1."""
        start = sum(len(text) + 1 for text in self.source.split("\n")[:line - 1])
        at = start + column - 1
        for begin, end, new in self.edits:
            if end < start or "\n" in self.source[start:begin]:
                continue
            begin = max(begin, start)
            if at < begin:
                break
            if at < begin + len(new):
                return begin - start + 1
            at -= len(new) - (end - begin)
        return max(1, at - start + 1)


def render(tokens, names):
    """Text of tokens, with the names they have now."""
    out = []
    for before, token in zip([None] + tokens, tokens):
        member = before is not None and before.text in (".", "->")
        out.append(token.text if member else names.get(token.text, token.text))
    return " ".join(out)


class Session:
    """What the cells so far have declared. A cell counts when it has run: accept()."""

    def __init__(self):
        self.versions = 0
        self.clear()

    def clear(self):
        self.known = {}

    def lost(self):
        """What goes when the process goes, in words; empty for nothing."""
        said = []
        for kind in ("variable", "function", "type", "macro"):
            names = [d.name for d in self.known.values() if d.kind == kind]
            if names:
                more = f" and {len(names) - 8} more" if len(names) > 8 else ""
                said.append(f"the {kind}{'s' * (len(names) > 1)} {', '.join(names[:8])}{more}")
        return ", ".join(said)

    def rewrite(self, source, number, show_last=True):
        """The cell, edited; raises Refused."""
        cell = Cell(source, number)
        tokens = tokens_of(source)
        refuse_full_width(tokens)
        check_brackets(tokens)
        cell.note = input_note(tokens)
        pieces = list(pieces_of(tokens))
        work = [(piece, self.declare(cell, piece)) for piece in pieces]
        names = self.choose_names(cell)
        self.edit_pieces(cell, work, names, show_last)
        self.call_main(cell, work, names)
        self.rename(cell, tokens, names)
        return cell

    # ---- What a piece declares ----

    def declare(self, cell, piece):
        """Notes the names; the kind of piece, and for a variable what edit() wants."""
        first = piece[0]
        if first.kind == "directive":
            macro = MACRO.match(first.text)
            if macro:
                cell.declared[macro.group(1)] = Declared(macro.group(1), "macro",
                                                         source=first.text.strip())
            return "directive", None
        if first.text in CONTROL or first.text == "{":
            return "statement", None
        words = [t.text for t in piece]
        if "static" in words[:3] and "(" not in words[:words.index("static")]:
            raise Refused(STATIC, piece[words.index("static")].start)
        if is_function(piece):
            name = piece[words.index("(") - 1].text
            cell.declared[name] = Declared(
                name, "function", source=cell.source[first.start:piece[-1].end],
                line=cell.line_of(first.start))
            return "function", None
        end = specifiers_end(piece)
        if not end:
            return "statement", None
        specifiers, words = piece[:end], words[:end]
        note_types(cell, specifiers)
        if piece[-1].text != ";":
            raise no_semicolon(piece, "a declaration has none")
        found = declarators_of(piece, end)
        for d in found:
            self.declare_one(cell, specifiers, words, d)
        plain = not {"typedef", "extern"} & set(words) and "{" not in words
        return "declaration", (specifiers, found) if plain else None

    def declare_one(self, cell, specifiers, words, d):
        function = bool(d.suffix) and d.suffix[0].text == "(" and d.stars is not None
        kind = "type" if "typedef" in words else "variable"
        if "extern" in words or function or (kind == "type" and words[1] == "struct"
                                             and "{" not in words):
            kind = "prototype"
        name = d.name.text
        if kind == "prototype" and name in cell.declared:
            return
        stars = [t.text for t in d.stars or []]
        fixed = d.stars is None or (stars[-1:] == ["const"]) or \
            ("const" in words and "*" not in stars) or \
            any(t.kind == "name" or a.text + t.text == "[]"
                for a, t in zip(d.suffix, d.suffix[1:]))
        cell.declared[name] = Declared(name, kind, specifiers + (d.stars or []) + d.suffix,
                                       fixed)

    def choose_names(self, cell):
        """Gives each declared name its name in C; all names as the cell sees them."""
        names = {n: d.now for n, d in self.known.items() if d.now != n}
        order = sorted(cell.declared.values(), key=lambda d: d.kind == "variable")
        for new in order:
            name, old = new.name, self.known.get(new.name)
            new.cell, new.now = cell.number, name
            if new.kind == "macro":
                pass
            elif old is None:
                if new.kind in ("variable", "function"):
                    new.now = self.another(name)
            elif "prototype" in (new.kind, old.kind) or self.keeps(new, names):
                new.now = old.now
            else:
                new.now = self.another(name)
            names[name] = new.now
        return names

    def another(self, name):
        self.versions += 1
        return f"{name}__{self.versions}"

    def keeps(self, new, names):
        """Whether declaring a variable again is an assignment to the old one."""
        old = self.known.get(new.name)
        before = {n: d.now for n, d in self.known.items()}
        return old is not None and old.kind == new.kind == "variable" and \
            not old.fixed and not new.fixed and \
            old.type_now(before) == new.type_now({**before, **names})

    # ---- Edits ----

    def edit_pieces(self, cell, work, names, show_last):
        run = []  # statements that follow each other
        for piece, (kind, more) in work:
            if kind == "statement":
                run += piece
                continue
            if run:
                self.edit_run(cell, run, names)
            run = []
            if kind == "declaration" and more:
                self.edit_declaration(cell, *more, names)
        if run:
            last = work[-1][0]
            whole = last[-1].text == ";" or \
                (last[-1].text == "}" and (last[0].text in CONTROL or last[0].text == "{"))
            if not whole:
                refuse_missing_semicolon(last)
            cell.shows = last if show_last and not whole else None
            self.edit_run(cell, run, names, last[0].start if cell.shows else None,
                          "" if whole else ");" if show_last else ";")

    def edit_run(self, cell, run, names, shown=None, ending=""):
        start, end = run[0].start, run[-1].end
        cell.edit(start, start, cell.new_run() + self.keep_literals(cell, run, names))
        if shown is not None:
            cell.edit(shown, shown, "show(")
        cell.edit(end, end, ending + " }")

    def call_main(self, cell, work, names):
        """A program: its main is run, as everywhere, unless the cell calls it itself."""
        of_main = [piece for piece, (kind, _) in work if kind == "function"
                   and cell.declared.get("main") and is_main(piece)]
        if not of_main or any(t.text == "main" for piece, (kind, _) in work
                              if kind == "statement" for t in piece):
            return
        piece = of_main[-1]
        name = names["main"]
        opened = [t.text for t in piece].index("(")
        parameters = piece[opened + 1:after(piece, opened) - 1]
        call = f"{name}()" if len(parameters) < 2 else \
            f'{name}(1, (char *[]){{"cell", NULL}})'
        if piece[0].text == "int":  # its end is return 0; in C
            cell.edit(piece[-1].start, piece[-1].start, "return 0; ")
            call = f"guard_main({call})"
        cell.end = cell.new_run() + call + "; }"

    def keep_literals(self, cell, tokens, names):
        """(real[]){1, 2} at the top level of a file lives as long as the program; inside
        the function that a statement becomes it would not, and a tensor may point there.
        Its numbers are copied to memory that stays; the declarations of that memory."""
        declared = ""
        for i, token in enumerate(tokens):
            if token.text != "(":
                continue
            end = after(tokens, i) - 1  # )
            if end + 1 >= len(tokens) or tokens[end + 1].text != "{" or \
                    tokens[end - 1].text != "]" or tokens[i + 1].kind != "name":
                continue
            close = after(tokens, end + 1)
            inside = [t for t in tokens[i + 1:end] if t.text != "const"]
            first = next(k for k, t in enumerate(inside) if t.text == "[")
            size = render(inside[first:], names)
            if size == "[ ]":
                pointers = any(t.text == "*" for t in inside[:first])
                size = f"[{elements(tokens[end + 1:close], pointers)}]"
            cell.literals += 1
            memory = f"cell_{cell.number}__memory_{cell.literals}"
            declared += f"static {render(inside[:first], names)} {memory}{size}; "
            cell.edit(token.start, token.start, f"memcpy({memory}, ")
            cell.edit(tokens[close - 1].end, tokens[close - 1].end, f", sizeof {memory})")
        return declared

    def edit_declaration(self, cell, specifiers, found, names):
        """Takes initialisers out of a declaration, and declarations that are none."""
        kept = [self.keeps(cell.declared[d.name.text], names) for d in found]
        if not any(kept) and all(constant(d.init) or countless(d) for d in found):
            return
        start = specifiers[0].start
        for d, keep in zip(found, kept):
            if d.stars is None:  # a pointer to a function: as it is
                start = d.separator.end
                continue
            pointer = any(t.text == "*" for t in d.stars)
            base = render([t for t in specifiers if pointer or t.text not in QUALIFIERS],
                          names)
            stars = render([t for t in d.stars if t.text == "*"], names)
            size = render(d.suffix, names)
            if size.startswith("[ ]"):
                size = f"[{elements(d.init, bool(d.stars) or len(size) > 3)}]" + size[3:]
            name = cell.declared[d.name.text].now
            kind = f"{base} {stars}"
            text = "" if keep else f"{kind}{name}{size}; "
            if d.equals is None:
                if keep:
                    text += cell.new_run() + f"memset(&{name}, 0, sizeof {name}); }} "
                cell.edit(start, d.separator.end, text)
            else:
                braces = d.init[:1] and d.init[0].text == "{"
                if d.suffix:
                    cast = f"memcpy({name}, ({kind}{size})" + ("" if braces else "{")
                    close = ("" if braces else "}") + f", sizeof {name}); }} "
                else:
                    cast = f"{name} = " + (f"({kind})" if braces else "")
                    close = "; } "
                kept_memory = self.keep_literals(cell, d.init, names)
                cell.edit(start, d.equals.end, text + cell.new_run() + kept_memory + cast)
                cell.edit(d.init[-1].end if d.init else d.equals.end, d.separator.end, close)
            start = d.separator.end

    def rename(self, cell, tokens, names):
        changed = {n: now for n, now in names.items() if n != now}
        types = {n for n in changed for d in (cell.declared.get(n) or self.known.get(n),)
                 if d.kind in ("type", "constant")}
        covered = [(a, b) for a, b, _ in cell.edits if b > a]
        bodies = struct_bodies(tokens)
        for before, token in zip([None] + tokens, tokens):
            if token.kind == "directive" and changed and not INCLUDE.match(token.text):
                new = re.sub(r"(?<![.>\w\"])[A-Za-z_]\w*",
                             lambda m: changed.get(m.group(), m.group()), token.text)
                if new != token.text:
                    cell.edit(token.start, token.end, new)
            if token.kind != "name" or token.text not in changed:
                continue
            if before is not None and before.text in (".", "->"):
                continue
            inside = any(a <= token.start < b for a, b in bodies)
            if (inside and token.text not in types) or \
                    any(a <= token.start < b for a, b in covered):
                continue
            cell.edit(token.start, token.end, changed[token.text])

    def accept(self, cell):
        """The cell has run. Returns (function, verb, name): functions of earlier cells that
        still call or use what the cell has defined anew."""
        stale = []
        for name, new in cell.declared.items():
            old = self.known.get(name)
            if old is not None and new.kind == "prototype":
                continue
            verb = {"function": "calls", "macro": "uses", "type": "uses"}.get(new.kind)
            if old is not None and verb and old.kind == new.kind and \
                    (new.kind != "macro" or old.source != new.source):
                stale += [(d.name, verb, name) for d in self.known.values()
                          if d.kind == "function" and d.name not in cell.declared
                          and re.search(rf"\b{name}\b", d.source)]
            self.known.pop(name, None)
            self.known[name] = new
        return stale


def is_main(piece):
    words = [t.text for t in piece]
    return words[words.index("(") - 1] == "main"


def note_types(cell, specifiers):
    """struct TAG {...}; and the constants of enum {...}."""
    for i, token in enumerate(specifiers):
        if token.text not in ("struct", "union", "enum"):
            continue
        rest = specifiers[i + 1:]
        if len(rest) > 1 and rest[0].kind == "name" and rest[1].text == "{":
            cell.declared[rest[0].text] = Declared(rest[0].text, "type")
            rest = rest[1:]
        if token.text == "enum" and rest and rest[0].text == "{":
            for before, name in zip(rest, rest[1:]):
                if before.text in ("{", ",") and name.kind == "name":
                    cell.declared[name.text] = Declared(name.text, "constant")
        return
