"""Chunks of C with other names, and in the part of C that C++17 reads as well: initialisers in
the order of the fields, for single/make.py."""

import re

from c_text import Token, enumerators, joined, tokens

TYPES = {"real", "int", "char", "double", "float", "size_t", "bool", "void", "long", "unsigned",
         "ptrdiff_t", "uint8_t", "uint32_t", "uint64_t"}
NO_TYPES = {"return", "else", "sizeof", "case", "goto", "do", "in"}

# ---- structs: the fields, and initialisers in their order


class Struct:
    """Fields in order: name, type, whether a pointer, whether an array."""

    def __init__(self):
        self.fields = []


def structs(files):
    """By file and name; those of headers by name alone. And the first word of each enum."""
    table = {}
    for file in files:
        for chunk in file.chunks:
            texts = [token.text for token in chunk.body if token.code()]
            if chunk.kind != "type" or "{" not in texts:
                continue
            key = chunk.names[0] if chunk.names else None
            value = enumerators(texts)[:1] if "enum" in texts[:2] else fields_of(texts)
            table[(file.path, key)] = value
            if file.header:
                table[key] = value
    for file in files:
        for chunk in file.chunks:
            chunk.path = file.path
    return table


def fields_of(texts):
    result = Struct()
    inside, depth = texts[texts.index("{") + 1:], 0
    part = []
    for text in inside:
        if depth == 0 and text == "}":
            break
        depth += (text in "({[") - (text in ")}]")
        if text == ";" and depth == 0:
            add_fields(result, part)
            part = []
        else:
            part.append(text)
    return result


def add_fields(result, part):
    if "(" in part:  # a pointer to a function
        result.fields.append((part[part.index("(") + 2], None, True, False))
        return
    type_ = next(text for text in part if text not in ("const", "struct", "unsigned"))
    declarators, depth = [[]], 0
    for text in part:
        if text == "," and depth == 0:
            declarators.append([])
        else:
            declarators[-1].append(text)
    for declarator in declarators:
        array = "[" in declarator
        if array:
            declarator = declarator[:declarator.index("[")]
        result.fields.append((declarator[-1], type_, "*" in declarator, array))


def zero(field, table, path):
    _, type_, pointer, array = field
    if pointer and array:
        return "{NULL}"
    if pointer:
        return "NULL"
    known = table.get((path, type_), table.get(type_))
    if isinstance(known, Struct):
        return "{" + ", ".join(zero(inner, table, path) for inner in known.fields) + "}"
    value = known[0] if known else "false" if type_ == "bool" else "0"
    return "{" + value + "}" if array else value


def closing(list_, start):
    depth = 0
    for k in range(start, len(list_)):
        if list_[k].kind == "punct":
            depth += (list_[k].text in "({[") - (list_[k].text in ")}]")
            if depth == 0:
                return k
    raise SystemExit("a bracket is not closed: " + joined(list_[start:])[:80])


def items(list_):
    """Splits at commas outside of brackets."""
    result, depth = [[]], 0
    for token in list_:
        if token.kind == "punct":
            depth += (token.text in "({[") - (token.text in ")}]")
        if token.text == "," and depth == 0:
            result.append([])
        else:
            result[-1].append(token)
    return [item for item in result if any(token.code() for token in item)]


def in_order(struct, list_, table, path):
    """The inside of an initialiser of this struct, every field in its place."""
    values, order, named = {}, [field[0] for field in struct.fields], False
    position = 0
    for item in items(list_):
        code = [k for k, token in enumerate(item) if token.code()]
        name = None
        if item[code[0]].text == ".":
            name = item[code[1]].text
            item = item[code[2] + 1:]
            named = True
            position = order.index(name)
        field = struct.fields[position]
        item = initialised(strip(item), field, table, path)
        values[position] = joined(item)
        position += 1
    parts = []
    for k, field in enumerate(struct.fields):
        value = values.get(k)
        if value is None:
            value = zero(field, table, path)
        parts.append(f"/* {field[0]} */ {value}" if named else value)
    return ", ".join(parts)


def strip(list_):
    while list_ and list_[0].kind == "space":
        list_ = list_[1:]
    while list_ and list_[-1].kind == "space":
        list_ = list_[:-1]
    return list_


def initialised(item, field, table, path):
    _, type_, pointer, array = field
    known = table.get((path, type_), table.get(type_))
    if item and item[0].text == "{" and isinstance(known, Struct) and not pointer and not array:
        return tokens("{" + in_order(known, item[1:closing(item, 0)], table, path) + "}")
    return positional(item, table, path)


def positional(list_, table, path):
    """Initialisers of structs with every field in its place, (T){...} as SG_LITERAL(T){...}."""
    result, k = [], 0
    while k < len(list_):
        token = list_[k]
        if token.text == "{" and token.kind == "punct":
            code = [before for before in result if before.code()]
            struct, kind = struct_before(code, table, path)
            if struct:
                end = closing(list_, k)
                inside = in_order(struct, list_[k + 1:end], table, path)
                if kind == "literal":
                    at = max(j for j, before in enumerate(result) if before.text == "(")
                    result.insert(at, Token("word", "SG_LITERAL"))
                result += tokens("{" + inside + "}")
                k = end + 1
                continue
        result.append(token)
        k += 1
    return result


def struct_before(code, table, path):
    texts = [token.text for token in code[-4:]]

    def known(name):
        value = table.get((path, name), table.get(name))
        return value if isinstance(value, Struct) else None

    if len(texts) >= 3 and texts[-1] == ")" and texts[-3] == "(":
        return known(texts[-2]), "literal"
    if len(texts) >= 3 and texts[-1] == "=" and re.match(r"\w+$", texts[-2]):
        struct = known(texts[-3])
        if not struct:  # `a = {...}, dy = {...}` of one declaration
            return later_declarator(code, known), "plain"
        return struct, "plain"
    return None, None


def later_declarator(code, known):
    texts, depth = [token.text for token in code], 0
    if texts[-3] != ",":
        return None
    for k in range(len(texts) - 3, 0, -1):
        depth += (texts[k] in ")}]") - (texts[k] in "({[")
        if depth < 0:
            return None
        if depth == 0 and texts[k] in (";", "{", "}"):
            return known(texts[k + 2]) if texts[k + 1] == "const" else known(texts[k + 1])
    return None


# ---- names


def locals_of(body, names):
    """Names of functions that are those of a variable, a parameter or a field here."""
    code = [token for token in body if token.code()]
    found = set()
    for k in range(1, len(code) - 1):
        name, before, after = code[k].text, code[k - 1], code[k + 1].text
        if name not in names or not name[0].islower() or after not in "=;,)[":
            continue
        if before.kind == "word" and before.text not in NO_TYPES:
            found.add(name)
        if before.text == "*" and k > 1 and (code[k - 2].text in TYPES or
                                             code[k - 2].text[0].isupper()):
            found.add(name)
    return found


def renamed(body, names, variables=()):
    result = []
    code = [k for k, token in enumerate(body) if token.code()]
    place = {k: at for at, k in enumerate(code)}
    for k, token in enumerate(body):
        text = token.text
        if token.kind == "comment":
            text = renamed_comment(text, names)
        elif token.kind == "directive":
            text = renamed_directive(text, names)
        elif token.kind == "word" and text in names:
            at = place[k]
            before = body[code[at - 1]].text if at else ""
            after = body[code[at + 1]].text if at + 1 < len(code) else ""
            local = text in variables and after != "("
            if before not in (".", "->") and not local:
                text = names[text]
        result.append(Token(token.kind, text))
    return result


def renamed_directive(text, names):
    found = re.match(r"\s*#\s*define\s+\w+(?:\(([^)]*)\))?", text)
    parameters = [word.strip() for word in (found.group(1) or "").split(",")] if found else []
    inner = {old: new for old, new in names.items() if old not in parameters}
    head = re.match(r"\s*#\s*\w+\s*", text).group()
    return head + joined(renamed(tokens(text[len(head):].replace("\\\n", "\n")), inner)).replace(
        "\n", "\\\n")


def renamed_comment(text, names):
    """In lines of code, which are indented, all names; in sentences those with a _ or ()."""
    lines = []
    for line in text.split("\n"):
        code = re.match(r"^\s*(/\*|\*)?\s{4,}", line)

        def word(found):
            name = found.group()
            if name not in names or found.string[found.end():found.end() + 2] == ".h":
                return name
            if found.string[:found.start()].endswith((".", "->")):
                return name
            if code or "_" in name or found.string[found.end():found.end() + 1] == "(":
                return names[name] if code or len(name) > 3 else name
            return name
        lines.append(re.sub(r"[A-Za-z_]\w*", word, line))
    return "\n".join(lines)


VOIDS = r"(y->params|y->saved|sg_tape_workspace\((?:[^();]|\([^()]*\))*\))"


def written(chunk, names, table, hidden):
    body = positional(chunk.body, table, chunk.path) if chunk.kind != "macro" else \
        [Token("directive", joined(macro_in_order(chunk, table)))]
    inner = chunk.kind in ("function", "prototype", "type")
    text = joined(renamed(body, names, locals_of(chunk.body, names) if inner else ()))
    text = re.sub(r"__attribute__\(\(format\(printf, (\d+), (\d+)\)\)\)", r"SG_PRINTF(\1, \2)", text)
    text, ends = re.subn(r"__attribute__\(\(noreturn, format\(printf, (\d+), (\d+)\)\)\)",
                         r"SG_PRINTF(\1, \2)", text)
    text = re.sub(r"\b_Noreturn\b", "SG_NORETURN", "_Noreturn " + text if ends else text)
    text = re.sub(r"(const )?(\w+) \*(\w+) = " + VOIDS,
                  lambda m: f"{m[1] or ''}{m[2]} *{m[3]} = ({m[1] or ''}{m[2]} *){m[4]}", text)
    if hidden:
        text = "static " + text
    comment = renamed_comment(chunk.comment, names)
    return ("\n" if chunk.gap else "") + (comment + "\n" if comment else "") + text + "\n"


def macro_in_order(chunk, table):
    text = chunk.body[0].text
    head = re.match(r"\s*#\s*define\s+\w+(?:\([^)]*\))?", text).group()
    rest = tokens(text[len(head):].replace("\\\n", "\n"))
    tail = chunk.body[1:]
    joined_rest = joined(positional(rest, table, chunk.path)).replace("\n", "\\\n")
    return [Token("directive", head + joined_rest)] + tail
