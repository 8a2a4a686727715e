"""Small tables that people write: records of `key value` lines, separated by blank lines. A line
that begins with blanks continues the value above it; `#` in the first column is a comment."""


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def one_line(text):
    """Lines joined, without a space behind a Chinese mark or between two Chinese characters."""
    joined = ""
    for line in (line.strip() for line in text.split("\n")):
        chinese = bool(joined) and ord(joined[-1]) > 0x2e7f
        tight = chinese and (joined[-1] in "，。：；、）”" or ord(line[:1] or " ") > 0x2e7f)
        joined += ("" if tight or not joined else " ") + line
    return joined


def records(path, keys, optional=()):
    """The records of a file, each a dict with all of `keys`, and maybe some of `optional`."""
    found, record, key = [], {}, None
    for number, line in enumerate(read(path).split("\n") + [""], 1):
        where = f"{path}:{number}"
        if line.startswith("#"):
            continue
        if not line.strip():
            if record:
                missing = [name for name in keys if name not in record]
                if missing:
                    raise SystemExit(f"{where}: the record above has no `{missing[0]}`")
                found.append({name: one_line(text) for name, text in record.items()})
            record, key = {}, None
        elif line[0].isspace():
            if key is None:
                raise SystemExit(f"{where}: continues a value, but there is none above it")
            record[key] += "\n" + line
        else:
            key, _, value = line.partition(" ")
            if key not in keys and key not in optional:
                raise SystemExit(f"{where}: `{key}` is none of {', '.join(keys)}")
            if key in record:
                raise SystemExit(f"{where}: `{key}` stands twice in one record")
            record[key] = value
    return found


def cell(text):
    """Text for a cell of a table."""
    return text.replace("|", "\\|")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])
