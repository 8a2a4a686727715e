#!/usr/bin/env python3
"""Makes what a program outside of this checkout compiles and links against.

    library/headers.py headers OUT                     the headers, in OUT/stylegrad/
    library/headers.py symbols OUT FLOAT DOUBLE CC     the names that are exported

`headers` copies the headers of library/public.txt. In the copies

    #include "tensor/tensor.h"   is   #include <stylegrad/tensor/tensor.h>
    TENSOR_TENSOR_H              is   STYLEGRAD_TENSOR_TENSOR_H
    REAL_DOUBLE                  is   STYLEGRAD_DOUBLE
    declarations                 are inside extern "C" for C++
    macros such as SCALAR        have a second form for C++

and OUT/stylegrad/stylegrad.h includes all of them.

`symbols` looks for the symbols of the archives that the public headers mention: FLOAT and
DOUBLE are the archives of the two widths, CC is a compiler with its flags. It writes

    OUT/include/stylegrad/names.h    #define tape_new STYLEGRAD_NAME(tape_new), for each
    OUT/float.map, double.map        lines "tape_new stylegrad_tape_new", for objcopy
    OUT/float.exported, ...          the names that stay visible

So the sources have short names, and every exported symbol begins with "stylegrad_". The
names of both widths differ: a program can link both libraries, but none by mistake.
"""
import os
import re
import subprocess
import sys

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
PREFIX = {"float": "stylegrad_", "double": "stylegrad_double_"}
# The name that the linker misses when the width is wrong (tensor/real.h): in the sources,
# and in the installed library, whose users choose a width by what they link.
WIDTH = {
    "float": ("stylegrad_float_program_links_double_library_so_compile_it_with_DREAL_DOUBLE",
              "stylegrad_float_program__link_lstylegrad_or_compile_with_DSTYLEGRAD_DOUBLE"),
    "double": ("stylegrad_double_program_links_float_library_so_compile_it_without_REAL_DOUBLE",
               "stylegrad_double_program__link_lstylegrad_double_or_compile_without_"
               "DSTYLEGRAD_DOUBLE"),
}
FIRST = "names.h"  # included by every public header before anything else
GENERATED = "/* Made from {source} by `make install`. */\n"

NAMES_HEAD = """\
/* The names of the library's functions and variables as the linker knows them. All of them
 * begin with stylegrad_, those of the library for double with stylegrad_double_. Made by
 * `make install`. */
#ifndef STYLEGRAD_NAMES_H
#define STYLEGRAD_NAMES_H

#ifdef STYLEGRAD_DOUBLE
#define STYLEGRAD_NAME(name) stylegrad_double_##name
#else
#define STYLEGRAD_NAME(name) stylegrad_##name
#endif

"""
ALL_HEAD = """\
/* All of stylegrad's public headers. Programs that want fewer names include single ones,
 * such as <stylegrad/autograd/tape.h>. Made by `make install`. */
#ifndef STYLEGRAD_STYLEGRAD_H
#define STYLEGRAD_STYLEGRAD_H

"""


def stop(message):
    sys.exit(f"library/headers.py: {message}")


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def public_files():
    lines = (line.strip() for line in read("library/public.txt").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.S)


# ---- Headers ----

INCLUDE = re.compile(r'^(#\s*include\s+)"([^"]+)"', re.M)


def check_includes(path, text, public):
    for _, included in INCLUDE.findall(text):
        if included not in public:
            stop(f"{path} is public and includes {included}, which is not; add it to "
                 "library/public.txt, or include it in a .c file only")


def with_linkage(text):
    """Declarations inside extern "C": from the last header to the last #endif."""
    heads = re.finditer(r"^#\s*(?:include\b.*\.h[\">].*|define \w+_H\b)$", text, re.M)
    last = list(heads)[-1].end()
    # An #include inside of #if ... #endif ends behind that #endif.
    opened = 0
    for match in re.finditer(r"^#\s*(if|endif)\w*.*$", text, re.M):
        if match.start() > last and opened <= 1:
            break
        opened += 1 if match[1] == "if" else -1
        if match.start() > last and opened == 1:
            last = match.end()
    end = text.rindex("#endif")
    if not without_comments(text[last:end]).strip():
        return text
    return (text[:last] + '\n\n#ifdef __cplusplus\nextern "C" {\n#endif' + text[last:end] +
            "#ifdef __cplusplus\n}\n#endif\n\n" + text[end:])


def with_names(text):
    """names.h comes first: behind the include guard."""
    guard = re.search(r"^#define \w+_H\n", text, re.M)
    return text[:guard.end()] + f"\n#include <stylegrad/{FIRST}>\n" + text[guard.end():]


LITERAL = re.compile(r"^#define (\w+)((?:\s|\\\n)+)\(\((\w+)\)\{([^{}]*)\}\)$", re.M)


def for_both_languages(match):
    """A compound literal, and the same value in C++17, which has no such expression."""
    name, _, kind, fields = match.groups()
    fields = re.sub(r"[\s\\]+", " ", fields)
    if fields.startswith("."):
        lines = [f"{kind} made_{{}};"] + [f"made_{field.strip()};" for field in fields.split(",")]
        value = " \\\n    ".join(["([] {", *lines, "return made_; }())"])
    else:
        value = f"({kind}{{{fields}}})"
    return f"#ifdef __cplusplus\n#define {name} {value}\n#else\n{match[0]}\n#endif"


def installed(path, public):
    text = read(path)
    check_includes(path, text, public)
    if path.endswith(".h"):
        text = LITERAL.sub(for_both_languages, with_names(with_linkage(text)))
    text = re.sub(r"^(#\s*(?:ifndef|define) )(\w+_H)$", r"\1STYLEGRAD_\2", text, flags=re.M)
    for ours, theirs in WIDTH.values():
        text = text.replace(ours, theirs)
    text = INCLUDE.sub(r"\1<stylegrad/\2>", text)
    text = re.sub(r'"(\w+/ops\.def)"', r"<stylegrad/\1>", text)
    text = re.sub(r"^( \*\s*#\s*include\s+)\"(autograd/\w+\.inc)\"", r"\1<stylegrad/\2>", text,
                  flags=re.M)
    text = re.sub(r"\b(D?)REAL_DOUBLE\b", r"\1STYLEGRAD_DOUBLE", text)
    return GENERATED.format(source=path) + re.sub(r"\n{3,}", "\n\n", text)


def make_headers(out):
    public = public_files()
    for path in public:
        write(os.path.join(out, "stylegrad", path), installed(path, public))
    includes = "".join(f"#include <stylegrad/{path}>\n" for path in public
                       if path.endswith(".h") and path != "autograd/elementwise.h")
    write(os.path.join(out, "stylegrad", "stylegrad.h"), ALL_HEAD + includes + "\n#endif\n")


# ---- Symbols ----

def symbols_of(archive):
    lines = subprocess.run(["nm", "--defined-only", "--extern-only", "--format=posix", archive],
                           check=True, capture_output=True, text=True).stdout.splitlines()
    return {line.split()[0] for line in lines if len(line.split()) > 1}


def words_of_headers(compiler):
    """What the public headers declare, and what their macros mention."""
    headers = [path for path in public_files()
               if path.endswith(".h") and path != "autograd/elementwise.h"]
    source = "".join(f'#include "{path}"\n' for path in headers)
    declared = subprocess.run(compiler + ["-E", "-P", "-x", "c", "-"], input=source, check=True,
                              capture_output=True, text=True, cwd=ROOT).stdout
    macros = " ".join(re.findall(r"^#define (?:\\\n|[^\n])*", "\n".join(map(read, headers)), re.M))
    return set(re.findall(r"\b[A-Za-z_]\w*\b", declared + without_comments(macros)))


def installed_name(name, width):
    if name in WIDTH[width]:
        return WIDTH[width][1]
    return PREFIX[width] + name.removeprefix("stylegrad_")


def make_symbols(out, archives, compiler):
    words = words_of_headers(compiler)
    names = {width: sorted(symbols_of(archive) & words) for width, archive in archives.items()}
    for width, public in names.items():
        if not public:
            stop(f"{archives[width]} has none of the functions of the public headers")
        write(os.path.join(out, f"{width}.map"), "".join(
            f"{name} {installed_name(name, width)}\n" for name in public))
        write(os.path.join(out, f"{width}.exported"), "".join(
            f"{installed_name(name, width)}\n" for name in public))
    widths = {theirs for theirs, _ in WIDTH.values()}
    short = sorted(set(names["float"] + names["double"]) - widths)
    write(os.path.join(out, "include", "stylegrad", FIRST), NAMES_HEAD + "".join(
        f"#define {name} STYLEGRAD_NAME({name.removeprefix('stylegrad_')})\n" for name in short) +
        "\n#endif\n")


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "headers":
        make_headers(sys.argv[2])
    elif len(sys.argv) >= 6 and sys.argv[1] == "symbols":
        make_symbols(sys.argv[2], {"float": sys.argv[3], "double": sys.argv[4]}, sys.argv[5:])
    else:
        sys.exit(__doc__)


main()
