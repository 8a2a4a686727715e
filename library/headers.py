#!/usr/bin/env python3
"""Makes what a program outside of this checkout compiles and links against.

    library/headers.py headers OUT               the public headers, in OUT/stylegrad/
    library/headers.py symbols OUT ARCHIVE CC    the names that are exported

`headers` copies the headers of library/public.txt. In the copies

    #include "tensor/tensor.h"   is   #include <stylegrad/tensor/tensor.h>
    REAL_DOUBLE                  is   STYLEGRAD_DOUBLE
    declarations                 are inside extern "C" for C++

and OUT/stylegrad/stylegrad.h includes all of them.

`symbols` looks for the symbols of the archive that the public headers mention. It writes

    OUT/stylegrad/names.h    #define tape_new STYLEGRAD_NAME(tape_new), for each of them
    OUT/float.map            lines "tape_new stylegrad_tape_new", for objcopy
    OUT/double.map           lines "tape_new stylegrad_double_tape_new"

So the sources have short names, and every exported symbol begins with "stylegrad_". The
names of both widths differ: a program can link both libraries, but none by mistake.
"""
import os
import re
import subprocess
import sys

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
PREFIX = {"float": "stylegrad_", "double": "stylegrad_double_"}
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
    last = list(re.finditer(r"^#\s*(?:include\b.*\.h[\">].*|define \w+_H\b)$", text, re.M))[-1].end()
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


def installed(path, public):
    text = read(path)
    check_includes(path, text, public)
    if path.endswith(".h"):
        text = with_names(with_linkage(text))
    text = INCLUDE.sub(r"\1<stylegrad/\2>", text)
    text = re.sub(r'"(\w+/ops\.def)"', r"<stylegrad/\1>", text)
    text = re.sub(r"\bREAL_DOUBLE\b", "STYLEGRAD_DOUBLE", text)
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


def make_symbols(out, archive, compiler):
    names = sorted(symbols_of(archive) & words_of_headers(compiler))
    if not names:
        stop(f"{archive} has none of the functions of the public headers")
    short = [name for name in names if not name.startswith("stylegrad_")]
    write(os.path.join(out, "stylegrad", FIRST), NAMES_HEAD + "".join(
        f"#define {name} STYLEGRAD_NAME({name})\n" for name in short) + "\n#endif\n")
    for width, prefix in PREFIX.items():
        write(os.path.join(out, f"{width}.map"),
              "".join(f"{name} {prefix}{name}\n" for name in short))
        write(os.path.join(out, f"{width}.exported"), "".join(
            f"{name if name.startswith('stylegrad_') else prefix + name}\n" for name in names))


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "headers":
        make_headers(sys.argv[2])
    elif len(sys.argv) >= 5 and sys.argv[1] == "symbols":
        make_symbols(sys.argv[2], sys.argv[3], sys.argv[4:])
    else:
        sys.exit(__doc__)


main()
