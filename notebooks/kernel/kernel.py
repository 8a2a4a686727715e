"""A Jupyter kernel whose cells are C: clang-repl with this checkout's library.

A cell goes through rewrite.py (what C has not, but a notebook needs), compiler.py (is it
right?), and repl.py (the process that runs it). When that process ends, by a crash, a
failed CHECK or an interrupt, a new one takes its place and the notebook goes on."""

import base64
import os
import re
import shutil
import tempfile
import textwrap

import exercise
from compiler import VERSION, Compiler
from ipykernel.kernelbase import Kernel
from names import Names
from repl import Ended, Repl
from rewrite import Refused, Session

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIBRARY = os.environ.get("STYLEGRAD_LIBRARY",
                         os.path.join(ROOT, "build", "double", "libstylegrad.so"))
MAGICS = {
    "%quote": "%quote FILE [FUNCTION]: shows a function of this checkout with its comment",
    "%exercise": "%exercise NN: the task, and a cell with its blank functions",
    "%check": "%check NN: grades the functions of this notebook, as make check-NN does",
    "%restart": "%restart: forgets everything and starts again",
}
KINDS = {".png": "image/png", ".svg": "image/svg+xml", ".html": "text/html"}
COLUMNS = 86  # the browser would break longer lines in the middle of words
PAGE = 760  # pixels
MOST_TEXT, MOST_SHOWN = 200_000, 100  # characters, pictures of one cell
NOT_SHOWN = ("the last line has no semicolon, so its value would be shown: show() takes "
             "numbers, texts,\n    shapes, tensors and nodes")
AGAIN = "Run the cells that made them again (menu Cell, Run All Above)."


def fit(svg):
    """A drawing that is no wider than the page; it has a viewBox, so all of it shrinks."""
    tag = re.search(r"<svg\b[^>]*>", svg)
    sides = re.search(r'width="([\d.]+)(\w*)"\s+height="([\d.]+)\w*"', tag.group())
    if not sides or "viewBox" not in tag.group():
        return svg
    width, unit, height = float(sides.group(1)), sides.group(2), float(sides.group(3))
    most = PAGE * (0.75 if unit == "pt" else 1)
    if width <= most:
        return svg
    new = f'width="{most:g}{unit}" height="{height * most / width:.0f}{unit}"'
    return svg.replace(sides.group(), new, 1)


class CKernel(Kernel):
    implementation, implementation_version = "stylegrad-c", "1"
    language, language_version = "c", "11"
    language_info = {"name": "c", "mimetype": "text/x-csrc", "file_extension": ".c",
                     "codemirror_mode": "text/x-csrc"}
    banner = "C, with the library of this checkout"

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.folder = tempfile.mkdtemp(prefix="stylegrad_")
        self.names = Names(ROOT)
        self.so_far = Session()
        self.compiler = Compiler(ROOT, self.folder)
        self.repl, self.ready, self.number = None, False, 0
        self.printed = self.shown = 0  # characters and pictures of this cell

    # ---- What Jupyter asks ----

    def do_execute(self, code, silent, store_history=True, user_expressions=None,
                   allow_stdin=False):
        self.payload = []
        try:
            error = self.execute(code)
        except KeyboardInterrupt:
            error = self.ended("was interrupted")
        except LookupError as problem:
            error = str(problem.args[0])
        if error is None:
            return {"status": "ok", "execution_count": self.execution_count,
                    "payload": self.payload, "user_expressions": {}}
        content = {"ename": "C", "evalue": error.split("\n")[0], "traceback": [error]}
        if not silent:
            self.send_response(self.iopub_socket, "error", content)
        return {"status": "error", "execution_count": self.execution_count, **content}

    def do_complete(self, code, cursor_pos):
        matches, start = self.names.complete(code, cursor_pos,
                                             list(self.so_far.known) + list(MAGICS))
        return {"status": "ok", "matches": matches, "cursor_start": start,
                "cursor_end": cursor_pos, "metadata": {}}

    def do_inspect(self, code, cursor_pos, detail_level=0, omit_sections=()):
        own = {n: d.source or f"{' '.join(t.text for t in d.form)} {n}"
               for n, d in self.so_far.known.items()}
        text = self.names.tooltip(code, cursor_pos, {**own, **MAGICS})
        data = {"text/plain": text} if text else {}
        return {"status": "ok", "found": bool(text), "data": data, "metadata": {}}

    def do_shutdown(self, restart):
        if self.repl:
            self.repl.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        return {"status": "ok", "restart": restart}

    # ---- A cell ----

    def execute(self, code):
        """Runs a cell; None, or what was wrong with it."""
        lines, magics = code.split("\n"), []
        for i, line in enumerate(lines):
            if line.startswith("%"):
                lines[i] = ""
                magics.append(line.split())
        for words in magics:
            error = self.magic(words)
            if error:
                return error
        code = "\n".join(lines)
        return self.run(code) if code.strip() else None

    def run(self, code):
        error = self.begin()
        if error:
            return error
        self.number += 1
        try:
            cell = self.so_far.rewrite(code, self.number)
            right, messages = self.compiler.check(cell)
            if not right and cell.shows:
                other = self.so_far.rewrite(code, self.number, show_last=False)
                good, warnings = self.compiler.check(other)
                if good and "'void'" in messages:  # nothing to show
                    cell, right, messages = other, True, warnings
                elif good:
                    messages += f"\n    ({NOT_SHOWN})"
        except Refused as refused:
            line = code.count("\n", 0, refused.at) + 1
            return f"line {line}: error: {refused.sentence}\n    {code.splitlines()[line - 1]}"
        if not right:
            return messages + "\nNothing of this cell has been run."
        if messages:
            self.write("stderr", messages + "\n")
        file = f"cell_{self.number}.c"
        self.printed = self.shown = 0
        try:
            missing, trouble = self.repl.run(self.number, file, self.put, self.show)
        except Ended as end:
            return self.ended(str(end), cell)
        if missing:
            names = VERSION.sub(r"\1", ", ".join(missing))
            return f"{names}: declared, but nowhere defined.\nNothing of this cell has been run."
        if trouble:
            return "clang-repl did not run this cell:\n" + \
                VERSION.sub(r"\1", "\n".join(trouble))
        self.compiler.cells.append(file)
        for caller, verb, name in self.so_far.accept(cell):
            self.write("stderr", f"{caller} still {verb} the old {name}: run the cell "
                                 f"of {caller} again\n")
        return None

    def begin(self):
        """A process to run cells in; None, or why there is none. (ipykernel has a start()
        of its own.)"""
        if self.repl is not None:
            return None
        for program in ("clang-repl-19", "clang-19"):
            if shutil.which(program) is None:
                return f"{program} is missing: install it with ./setup.sh --notebooks"
        if not os.path.exists(LIBRARY):
            return f"{LIBRARY} is missing: make notebook-ready builds it"
        if not self.ready:
            problem = self.compiler.prepare()
            if problem:
                return "the library's headers do not compile:\n" + problem
            self.ready = True
        self.repl = Repl(ROOT, self.folder, LIBRARY)
        try:
            self.repl.run(0, None, self.write, self.show)
        except Ended as end:
            self.repl = None
            return f"the process for cells does not start: it {end}"
        return None

    def ended(self, why, cell=None):
        """Cleans up behind a process that has gone; one sentence."""
        lost = self.so_far.lost()
        self.so_far.clear()
        self.compiler.cells.clear()
        if self.repl:
            self.repl.stop()
            self.repl = None
        said = f"The cell {why}, and what the cells before had made is lost: {lost}. {AGAIN}" \
            if lost else f"The cell {why}; there was nothing to lose."
        return textwrap.fill(said, COLUMNS)

    def put(self, stream, text):
        """What a cell prints, up to a bound: a notebook with all lines of an endless loop
        could not be opened again."""
        room = MOST_TEXT - self.printed
        self.printed += len(text)
        if room > 0:
            self.write(stream, text[:room])
        if 0 <= room < len(text):
            self.write("stderr", f"\nThis cell has printed more than {MOST_TEXT} characters; "
                                 "the rest is not shown.\n")

    def write(self, stream, text):
        if stream == "stderr":  # where names of C may be told
            text = VERSION.sub(r"\1", text)
        self.send_response(self.iopub_socket, "stream", {"name": stream, "text": text})

    def show(self, path):
        kind = KINDS.get(os.path.splitext(path)[1])
        if kind is None or os.path.dirname(path) != self.folder:
            return
        try:
            with open(path, "rb") as file:
                data = file.read()
            os.remove(path)
        except OSError:
            return
        self.shown += 1
        if self.shown > MOST_SHOWN:
            if self.shown == MOST_SHOWN + 1:
                self.write("stderr", f"This cell has shown {MOST_SHOWN} pictures; the rest "
                                     "is left out.\n")
            return
        text = base64.b64encode(data).decode() if kind == "image/png" else data.decode()
        if kind == "image/svg+xml":
            text = fit(text)
        self.display({kind: text, "text/plain": f"({kind})"})

    def display(self, data):
        self.send_response(self.iopub_socket, "display_data",
                           {"data": data, "metadata": {}})

    # ---- Lines that begin with % ----

    def magic(self, words):
        name, arguments = words[0], words[1:]
        if name == "%quote" and 1 <= len(arguments) <= 2:
            text = self.names.quote(*arguments)
            self.display({"text/markdown": f"```c\n{text}\n```\n*{arguments[0]}*",
                          "text/plain": text})
        elif name == "%exercise" and len(arguments) == 1:
            task, cell = exercise.task(ROOT, arguments[0])
            self.display({"text/markdown": f"```c\n{task}\n```", "text/plain": task})
            self.payload = [{"source": "set_next_input", "text": cell, "replace": False}]
        elif name == "%check" and len(arguments) == 1:
            try:
                _, said = exercise.grade(ROOT, self.folder, arguments[0], self.so_far.known)
            except KeyboardInterrupt:
                return "The grading was interrupted; nothing is lost."
            for line in said.split("\n"):
                indent = " " * (len(line) - len(line.lstrip()) + 2)
                self.write("stdout", "\n".join(textwrap.wrap(
                    line, COLUMNS, subsequent_indent=indent)) + "\n")
        elif name == "%restart":
            self.ended("")
            self.write("stdout", "A new process; nothing is declared.\n")
        else:
            return "A line that begins with % is one of:\n" + "\n".join(MAGICS.values())
        return None
