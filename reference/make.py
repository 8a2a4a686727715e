#!/usr/bin/env python3
"""Writes a page for every public header: reference/make.py OUT

The headers are those of library/public.txt. Doxygen reads them through reference/filter.py
and stops at whatever has no comment; a parameter that no comment explains stops, too.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
LIST = "library/public.txt"
# Indices of doxygen's that no page links to.
UNREACHED = re.compile(r"functions|classes\.html|annotated\.html|main_8dox|"
                       r"globals_(func|vars|type|enum|eval|defs)")


def stop(text):
    sys.exit("reference/make.py: " + text)


def sections():
    """[(title, [header, ...]), ...]: a title is the comment before its headers."""
    path = os.path.join(ROOT, LIST)
    if not os.path.exists(path):
        stop(f"there is no {LIST}, which lists the public headers")
    result, title = [], "Headers"
    for paragraph in open(path, encoding="utf-8").read().split("\n\n"):
        lines = paragraph.strip().split("\n")
        comments = [line.lstrip("# ") for line in lines if line.startswith("#")]
        files = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        if comments:
            title = " ".join(comments)
        if files:
            result.append((title, files))
    return result


def first_sentence(path):
    text = open(os.path.join(ROOT, path), encoding="utf-8").read()
    comment = re.search(r"/\*(.*?)\*/", text, re.S)[1]
    lines = [re.sub(r"^\s*\*", "", line).strip() for line in comment.split("\n")]
    paragraph = " ".join("\n".join(lines).strip().split("\n\n")[0].split("\n"))
    sentence = re.split(r"(?<=\.)\s", paragraph)[0].rstrip(":.") + "."
    return re.sub(r"([\\@&$#<>%*|])", lambda m: f"&#{ord(m[0])};", sentence.replace("`", ""))


def main_page(sections_):
    text = ["/** @mainpage Reference",
            "The public headers of the library, one page each, made from their comments.", ""]
    for title, files in sections_:
        text += [f"<h2>{title}</h2>", "<table class=\"doxtable\">"]
        for path in files:
            text.append(f"<tr><td>@link {path} {path} @endlink</td>"
                        f"<td>{first_sentence(path)}</td></tr>")
        text += ["</table>", ""]
    return "\n".join(text) + "*/\n"


def main(out):
    if not shutil.which("doxygen"):
        stop("doxygen is missing: ./setup.sh --developer")
    listed = sections()
    files = [path for _, paths in listed for path in paths]
    os.makedirs(out, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        page = os.path.join(folder, "main.dox")
        with open(page, "w", encoding="utf-8") as file:
            file.write(main_page(listed))
        config = open(os.path.join(HERE, "Doxyfile"), encoding="utf-8").read()
        config += f"INPUT = {page} {' '.join(files)}\nOUTPUT_DIRECTORY = {os.path.abspath(out)}\n"
        done = subprocess.run(["doxygen", "-"], input=config, text=True, cwd=ROOT)
    explained = subprocess.run([os.path.join(HERE, "filter.py"), "--check"] +
                               [path for path in files if path.endswith(".h")], cwd=ROOT)
    if done.returncode or explained.returncode:
        shutil.rmtree(out)
        stop("write the comments that are missing above into the headers")
    tidy(out)


def tidy(out):
    """Names pages by the path of their header, and takes out the scripts and pictures of
    doxygen's own style, which no page loads."""
    letters = sorted(name for name in os.listdir(out) if re.fullmatch(r"globals_[a-z]\.html", name))
    links = '<a href="globals.html">a</a>\n'
    links += "".join(f'<a href="{name}">{name[8]}</a>\n' for name in letters)
    for name in os.listdir(out):
        if UNREACHED.match(name):
            os.remove(os.path.join(out, name))
        elif name.endswith(".html"):
            path = os.path.join(out, name)
            text = open(path, encoding="utf-8").read()
            folder = re.search(r'<li class="navelem"><a class="el" href="dir_[^>]*>(\w+)</a></li>', text)
            if folder:  # tensor/tensor.h, not tensor.h File Reference
                text = re.sub(r"(<title>)([\w./]+) File Reference", r"\1\2", text)
                text = re.sub(r"(<div class=\"title\">)([\w.]+) File Reference",
                              rf"\g<1>{folder[1]}/\2", text)
            text = re.sub(r'<div class="title">(.*?)</div>', r'<h1 class="title">\1</h1>', text)
            text = text.replace('<div class="header">', '<main>\n<div class="header">')
            if "<main>" not in text:
                text = text.replace('<div class="contents">', '<main>\n<h1 class="title">All names'
                                    '</h1>\n<nav class="letters" aria-label="Letters">\n' + links +
                                    '</nav>\n<div class="contents">')
            text = re.sub(r"<h3>(<a id=\"index_.*?)</h3>", r"<h2>\1</h2>", text)
            text = text.replace("</div><!-- contents -->", "</div>\n</main>")
            for scrolls in ('<pre class="fragment"', '<div class="memproto"'):
                text = text.replace(scrolls, scrolls + ' tabindex="0"')  # by the keyboard
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        if name.endswith((".js", ".png", ".svg")) or name in ("tabs.css", "doxygen.css"):
            os.remove(os.path.join(out, name))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        stop("give the folder to write")
    main(sys.argv[1])
