"""A Jupyter kernel whose cells are C: clang-repl with this checkout's library.

A cell goes through rewrite.py (what C has not, but a notebook needs), compiler.py (is it
right?), and repl.py (the process that runs it). When that process ends, by a crash, a
failed CHECK or an interrupt, a new one takes its place and the notebook goes on."""

import base64
import html
import os
import re
import shutil
import tempfile

import exercise
import words
from compiler import Compiler
from ipykernel.kernelbase import Kernel
from mistakes import no_semicolon
from names import Names
from repl import Ended, Repl
from rewrite import Refused, Session

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIBRARY = os.environ.get("STYLEGRAD_LIBRARY",
                         os.path.join(ROOT, "build", "double", "libstylegrad.so"))
MAGICS = {
    "%quote": "%quote FILE [FUNCTION]: shows a function of this checkout with its comment",
    "%exercise": "%exercise NN: the task; a cell with this line alone gets its functions, blank or from mine/",
    "%check": "%check NN: grades the functions of this notebook, as make check-NN does",
    "%restart": "%restart: forgets everything and starts again",
}
KINDS = {".png": "image/png", ".svg": "image/svg+xml", ".html": "text/html"}
PAGE = 760  # pixels
MAX_TEXT, MAX_SHOWN = 200_000, 100  # characters, pictures of one cell
NOT_SHOWN = ("the last line has no semicolon, so its value would be shown: show() takes "
             "numbers, texts,\n    shapes, tensors and nodes")
AGAIN = "Run the cells that made them again (Run All Above, in the menu)."


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
        self.counts = {}  # number of a cell -> the number that Jupyter shows, [3]
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
        content = {"ename": "C", "evalue": error.split("\n")[0],
                   "traceback": [words.red(error)]}
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
        code = "\n".join(lines)
        for magic in magics:
            error = self.magic(magic, alone=not code.strip())
            if error:
                return error
        return self.run(code) if code.strip() else None

    def run(self, code):
        error = self.begin()
        if error:
            return error
        self.number += 1
        self.counts[self.number] = self.execution_count
        try:
            cell, right, messages = self.compile(code)
        except Refused as refused:
            return self.refused(refused, code)
        if not right:
            return messages + "\nNothing of this cell has been run."
        if messages or cell.note:
            self.write("stderr", cell.note + messages + "\n" * bool(messages))
        file = f"cell_{self.number}.c"
        self.printed = self.shown = 0
        try:
            missing, trouble = self.repl.run(self.number, file, self.put, self.show)
        except Ended as end:
            return self.ended(self.crash(str(end), cell), cell)
        if missing:
            names = words.VERSION.sub(r"\1", ", ".join(missing))
            return f"{names}: declared, but nowhere defined.\nNothing of this cell has been run."
        if trouble:
            return "clang-repl did not run this cell:\n" + \
                words.VERSION.sub(r"\1", "\n".join(trouble))
        self.compiler.cells.append(file)
        for caller, verb, name in self.so_far.accept(cell):
            self.write("stderr", f"{caller} still {verb} the old {name}: run the cell "
                                 f"of {caller} again\n")
        if self.repl.stopped:
            return words.wrap(f"The cell was interrupted{self.place(cell)}. What the cells "
                              "have made is still there.", "")
        return None

    @staticmethod
    def refused(refused, code):
        at = min(refused.at, len(code))
        line = code.count("\n", 0, at) + 1
        column = at - (code.rfind("\n", 0, at) + 1) + 1
        first, *rest = refused.sentence.split("\n")
        return "\n".join([words.wrap(f"line {line}: error: {first}", "  "),
                          words.quoted(code.split("\n")[line - 1], column), *rest,
                          "Nothing of this cell has been run."])

    def compile(self, code):
        """(cell, whether it is right, what the compiler says); raises Refused."""
        cell = self.so_far.rewrite(code, self.number)
        right, messages = self.compiler.check(cell)
        if not right and cell.shows:
            other = self.so_far.rewrite(code, self.number, show_last=False)
            good, _ = self.compiler.check(other)
            if good and "'void'" in messages:
                raise no_semicolon(cell.shows, "this has none")
            if good:
                messages += f"\n    ({NOT_SHOWN})"
        return cell, right, messages

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

    def place(self, cell):
        known = {**self.so_far.known, **cell.declared}
        return words.place(self.repl.places, known, self.number, self.counts)

    def crash(self, why, cell):
        """Why and where: to complete "The cell ..."."""
        endless = words.endless(self.repl.places) if self.repl.used_up else None
        if endless:
            why = f"has used up the stack: {endless} calls itself without end"
        elif self.repl.used_up:
            why = "has used up the stack: an array is too large for it; malloc has more room"
        return why + self.place(cell)

    def ended(self, why, cell=None):
        """Cleans up behind a process that has gone; one sentence."""
        lost = self.so_far.lost()
        self.so_far.clear()
        self.compiler.cells.clear()
        if self.repl:
            self.repl.stop()
            self.repl = None
        said = f"The cell {why}. What the cells before had made is lost: {lost}. {AGAIN}" \
            if lost else f"The cell {why}; there was nothing to lose."
        return words.wrap(said, "")

    def put(self, stream, text):
        """What a cell prints, up to a bound: a notebook with all lines of an endless loop
        could not be opened again."""
        room = MAX_TEXT - self.printed
        self.printed += len(text)
        if room > 0:
            self.write(stream, text[:room])
        if 0 <= room < len(text):
            self.write("stderr", f"\nThis cell has printed more than {MAX_TEXT} characters; "
                                 "the rest is not shown.\n")

    def write(self, stream, text):
        if stream == "stderr":  # where names of C may be told
            text = words.VERSION.sub(r"\1", text)
        self.send_response(self.iopub_socket, "stream", {"name": stream, "text": text})

    def show(self, path, title=""):
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
        if self.shown > MAX_SHOWN:
            if self.shown == MAX_SHOWN + 1:
                self.write("stderr", f"This cell has shown {MAX_SHOWN} pictures; the rest "
                                     "is left out.\n")
            return
        text = base64.b64encode(data).decode() if kind == "image/png" else data.decode()
        if kind == "image/svg+xml":
            text = fit(text)
        if title:
            title = words.title(title)
            self.display({"text/html": f"<b>{html.escape(title)}</b>", "text/plain": title})
        plain = words.table_text(text) if kind == "text/html" else f"({kind})"
        self.display({kind: text, "text/plain": plain})

    def display(self, data):
        self.send_response(self.iopub_socket, "display_data",
                           {"data": data, "metadata": {}})

    # ---- Lines that begin with % ----

    def magic(self, line, alone):
        name, arguments = line[0], line[1:]
        if name == "%quote" and 1 <= len(arguments) <= 2:
            text = self.names.quote(*arguments)
            self.display({"text/markdown": f"```c\n{text}\n```\n*{arguments[0]}*",
                          "text/plain": text})
        elif name == "%exercise" and len(arguments) == 1:
            task, cell = exercise.task(ROOT, arguments[0])
            self.display({"text/markdown": f"```c\n{task}\n```", "text/plain": task})
            if alone:  # else the blanks are in the cell, and perhaps filled in
                self.payload = [{"source": "set_next_input", "replace": True,
                                 "text": f"%exercise {arguments[0]}\n\n{cell}"}]
        elif name == "%check" and len(arguments) == 1:
            try:
                _, said = exercise.grade(ROOT, self.folder, arguments[0], self.so_far.known,
                                         self.counts)
            except KeyboardInterrupt:
                return "The grading was interrupted; nothing is lost."
            for line in said.split("\n"):
                indent = " " * (len(line) - len(line.lstrip()) + 2)
                self.write("stdout", words.wrap(line, indent) + "\n")
        elif name == "%restart":
            self.ended("")
            self.write("stdout", "A new process; nothing is declared.\n")
        else:
            return "A line that begins with % is one of:\n" + "\n".join(MAGICS.values())
        return None
