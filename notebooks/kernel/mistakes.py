"""Mistakes that a sentence explains better than a compiler."""

from cell import CONTROL, Refused, after

# What the keyboard types while it is set to Chinese: (what C wants, English, Chinese)
FULL_WIDTH = {
    "\uff1b": (";", "semicolon", "分号"), "\uff0c": (",", "comma", "逗号"),
    "\u3001": (",", "comma", "顿号"), "\u3002": (".", "full stop", "句号"),
    "\uff1a": (":", "colon", "冒号"), "\uff1f": ("?", "question mark", "问号"),
    "\uff01": ("!", "exclamation mark", "感叹号"), "\uff08": ("(", "bracket", "括号"),
    "\uff09": (")", "bracket", "括号"), "\u3010": ("[", "bracket", "括号"),
    "\u3011": ("]", "bracket", "括号"), "\uff3b": ("[", "bracket", "括号"),
    "\uff3d": ("]", "bracket", "括号"), "\uff5b": ("{", "brace", "花括号"),
    "\uff5d": ("}", "brace", "花括号"), "\u201c": ('"', "quotation mark", "引号"),
    "\u201d": ('"', "quotation mark", "引号"), "\uff02": ('"', "quotation mark", "引号"),
    "\u2018": ("'", "quotation mark", "引号"), "\u2019": ("'", "quotation mark", "引号"),
    "\uff07": ("'", "quotation mark", "引号"), "\u300a": ("<", "bracket", "书名号"),
    "\u300b": (">", "bracket", "书名号"), "\uff1c": ("<", "sign", "小于号"),
    "\uff1e": (">", "sign", "大于号"), "\uff1d": ("=", "sign", "等号"),
    "\uff0b": ("+", "sign", "加号"), "\uff0d": ("-", "sign", "减号"),
    "\u2212": ("-", "sign", "减号"), "\uff0a": ("*", "sign", "乘号"),
    "\u00d7": ("*", "sign", "乘号"), "\uff0f": ("/", "sign", "除号"),
    "\u00f7": ("/", "sign", "除号"), "\uff05": ("%", "sign", "百分号"),
    "\uff06": ("&", "sign", "与号"), "\uff5c": ("|", "sign", "竖线"),
    "\uff03": ("#", "sign", "井号"), "\uff5e": ("~", "sign", "波浪号"),
}
SEMICOLON = ("expected ';' here. A last line without it shows its value, but {}\n"
             "    (缺少分号：末行不写分号表示显示它的值，这一行没有可显示的值)")
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "++", "--"}
# Called for what they do; the number that they return is nobody's business.
PRINTING = {"printf", "fprintf", "vprintf", "vfprintf", "puts", "fputs", "putchar", "putc",
            "fputc", "fflush"}
READING = {"scanf", "getchar", "gets", "vscanf"}
NO_INPUT = ("a cell has no input: {} finds its end at once. Write the values into the cell.\n"
            "(单元格没有输入：{} 立刻读到结尾，请把数值直接写在单元格里。)\n")


def refuse_full_width(tokens):
    """Outside of texts and comments."""
    for token in tokens:
        if token.kind != "mark" or token.text not in FULL_WIDTH:
            continue
        wanted, name, chinese = FULL_WIDTH[token.text]
        raise Refused(f"{token.text} is not a {name} of C: type {wanted} with an English "
                      f"keyboard\n    （{token.text} 是中文{chinese}，请切换到英文输入法，"
                      f"改成 {wanted}）", token.start)


def refuse_missing_semicolon(piece):
    """A last line without semicolon is shown, when it has a value and is there for it."""
    why = None
    if piece[0].text in CONTROL:
        why = "this is a statement"
    elif any(t.text in ASSIGNMENTS for t in outside_brackets(piece)):
        why = "this line is there for what it changes"
    elif piece[0].text in PRINTING and len(piece) > 1 and piece[1].text == "(" and \
            after(piece, 1) == len(piece):
        why = f"{piece[0].text} is there for what it prints"
    if why:
        raise no_semicolon(piece, why)


def no_semicolon(piece, why):
    return Refused(SEMICOLON.format(why), piece[-1].end)


def outside_brackets(piece):
    i = 0
    while i < len(piece):
        yield piece[i]
        i = after(piece, i) if piece[i].text in "([{" else i + 1


def input_note(tokens):
    """A sentence for a cell that wants to read; empty for others."""
    for token, following in zip(tokens, tokens[1:]):
        if token.text in READING and following.text == "(":
            return NO_INPUT.format(token.text, token.text)
    return ""
