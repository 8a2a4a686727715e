"""What the pages take out of C sources: strings, structs, and who calls what."""
import functools
import glob
import os
import re

from generate.records import read

STRING = r'"((?:[^"\\]|\\.)*)"'


def unquoted(literals):
    """The text of adjacent C strings."""
    text = "".join(re.findall(STRING, literals))
    return re.sub(r"\\(.)", r"\1", text)


def field(source, name):
    """The string of `.name = "..." "..."` in a C initialiser, or None."""
    match = re.search(rf"\.{name} =\s*((?:{STRING}\s*)+)", source)
    return unquoted(match[1]) if match else None


def struct(header, name):
    """`typedef struct NAME { ... } NAME;`, or None."""
    match = re.search(rf"^typedef struct {name} {{.*?^}} {name};", read(header), re.S | re.M)
    return match[0] if match else None


@functools.lru_cache(None)
def sources(pattern):
    return {path: read(path) for path in sorted(glob.glob(pattern))}


def callers(function, pattern):
    """The files of a pattern that call a function."""
    call = re.compile(rf"\b{function}\(")
    return [path for path, text in sources(pattern).items() if call.search(text)]


def stem(path):
    return os.path.splitext(os.path.basename(path))[0]
