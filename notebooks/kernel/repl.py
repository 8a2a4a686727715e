"""The process that runs the cells: clang-repl with the library loaded.

Both of its streams are read while it runs. A cell ends with the marker of show_end() on
both; a shown picture is a marker on stdout; where a cell was when it crashed, or was
stopped, are markers on stderr (guard.h). The markers begin with the character 2; where no
marker follows it is text."""

import codecs
import os
import re
import selectors
import signal
import subprocess
import time

from compiler import include_flags

MARKER = re.compile(rb"\x02(?:(end) (\d+)|(show|at) ([^\n]*)|(stopped|stack))\n")
BEGUN = re.compile(rb"\x02(?:e|en|end|end \d*|s|sh|sho|show|show [^\n]*|a|at|at [^\n]*|"
                   rb"st|sta|stac|stack|sto|stop|stopp|stoppe|stopped)?")
LONG = 65536  # bytes: a longer line is shown in parts
PATIENCE = 2  # seconds until a cell that cannot be stopped loses its process
NOISE = re.compile(r"^(JIT session error: |error: (Failed to materialize|Parsing failed)|"
                   r"PLEASE submit|Stack dump|\s*#\d+ 0x|\d+\.\t|In file included from)")
ERROR = re.compile(r"^JIT session error|^error: |cell_\d+\.c:.* error: ")
MISSING = re.compile(r"Symbols not found: \[ ([^\]]*) \]")
ENDED = {
    signal.SIGSEGV: "touched memory that is not its own",
    signal.SIGBUS: "touched memory that is not its own",
    signal.SIGABRT: "was stopped (see above)",
    signal.SIGFPE: "divided a whole number by zero",
    signal.SIGILL: "divided a whole number by zero",  # see include_flags()
    signal.SIGTRAP: "divided a whole number by zero",
    signal.SIGKILL: "was killed; the machine may have run out of memory",
}


class Ended(Exception):
    """The process is gone; the reason, to complete "The cell ..."."""


class Place:
    """Where a cell was: a function's name in C, and a line of its cell."""

    def __init__(self, function, line):
        self.function, self.line = function, line


class Repl:
    def __init__(self, root, folder, library):
        self.folder = folder
        flags = include_flags(root, folder) + ["-w", "-DCELL_RUNS"]
        environment = {**os.environ, "STYLEGRAD_SHOW": folder,
                       "STYLEGRAD_ASSETS": os.path.join(root, "assets"),
                       "OMP_WAIT_POLICY": "passive"}  # waiting threads let others work
        self.process = subprocess.Popen(
            ["clang-repl-19"] + ["-Xcc=" + flag for flag in flags],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
            cwd=root, env=environment, start_new_session=True)
        self.decoders = {name: codecs.getincrementaldecoder("utf-8")("replace")
                         for name in ("stdout", "stderr")}
        self.selector = selectors.DefaultSelector()
        for name in ("stdout", "stderr"):
            self.selector.register(getattr(self.process, name), selectors.EVENT_READ, name)
        self.send(f"%lib {library}")
        self.send('#include "notebooks/kernel/prelude.h"')
        self.send("guard_begin();")
        self.send("setvbuf(stdout, NULL, _IONBF, 0);")
        # clang-repl goes on with the stdin it has begun with; cells would eat its lines.
        self.send('stdin = fopen("/dev/null", "r");')

    def send(self, line):
        try:
            self.process.stdin.write((line + "\n").encode())
        except BrokenPipeError:
            pass  # run() sees that it has ended

    def run(self, number, file, write, show):
        """Runs a cell. write(stream, text) and show(path) hear of what it puts out while it
        runs. Returns the names that are declared but nowhere defined, and whatever else
        clang-repl could not do; raises Ended. A KeyboardInterrupt is handed on to the
        cell; if it can stop, `stopped` is set and nothing is lost, else it is raised."""
        if file:
            self.send(f'#include "{file}"')
        # After a name that is not found the next line is not run either.
        self.send(";")
        self.send(f"show_end({number});")
        self.send(f"show_end({number});")
        rest, done, missing = {"stdout": b"", "stderr": b""}, set(), []
        self.trouble, self.places = [], []
        self.stopped = self.used_up = False
        asked = None
        while len(done) < 2:
            try:
                self.listen(rest, number, done, missing, write, show)
            except KeyboardInterrupt:
                if asked:
                    raise
                asked = time.monotonic()
                self.process.send_signal(signal.SIGINT)
            if asked and not self.stopped and time.monotonic() > asked + PATIENCE:
                raise KeyboardInterrupt
        return missing, self.trouble

    def listen(self, rest, number, done, missing, write, show):
        for key, _ in self.selector.select(timeout=0.05) or [(None, None)]:
            if key is None:  # nothing came: what waits for a line's end is shown
                self.flush_waiting(rest, write)
                continue
            data = os.read(key.fd, 65536)
            name = key.data
            if not data:
                self.flush_waiting(rest, write, True)
                self.drain(missing, write, show)
                raise Ended(self.why())
            rest[name] = self.take(name, rest[name] + data, number, done, missing, write,
                                   show)

    def drain(self, missing, write, show):
        """What a process that has ended has still said, on the other stream."""
        for name in ("stdout", "stderr"):
            data = getattr(self.process, name).read()
            rest = {name: self.take(name, data, -1, set(), missing, write, show)} if data else {}
            self.flush_waiting(rest, write, True)

    def take(self, name, data, number, done, missing, write, show):
        """Hands on all whole lines; what remains."""
        while True:
            marker, whole = data.find(b"\x02"), data.rfind(b"\n") + 1
            if marker < 0:
                whole = whole or (len(data) if len(data) > LONG else 0)
                self.hand_on(name, data[:whole], missing, write)
                return data[whole:]
            self.hand_on(name, data[:marker], missing, write)
            data = data[marker:]
            found = MARKER.match(data)
            if not found and BEGUN.fullmatch(data):
                return data
            if not found:
                self.hand_on(name, data[:1], missing, write)
                data = data[1:]
                continue
            self.obey(found, name, number, done, show)
            data = data[found.end():]

    def obey(self, marker, name, number, done, show):
        ended, ending, verb, rest, word = marker.groups()
        if ended and int(ending) == number:
            done.add(name)
        elif word == b"stopped":
            self.stopped = True
        elif word == b"stack":
            self.used_up = True
        elif verb == b"show":
            path, _, title = rest.decode(errors="replace").partition("\t")
            show(path, title)
        elif verb == b"at":
            self.place(*rest.decode(errors="replace").split(" ", 1))

    def place(self, address, path):
        """Notes a place in a cell; its file holds the lines."""
        if os.path.dirname(path) != self.folder or not os.path.exists(path):
            return
        try:
            said = subprocess.run(["addr2line", "-f", "-e", path, address],
                                  capture_output=True, text=True).stdout.splitlines()
        except OSError:  # no binutils
            said = []
        os.remove(path)
        line = re.search(r":(\d+)", said[1]) if len(said) > 1 else None
        if line and said[0] != "??":
            self.places.append(Place(said[0], int(line.group(1))))

    def hand_on(self, name, data, missing, write):
        text = self.decoders[name].decode(data)
        if name == "stderr":
            lines = text.splitlines(keepends=True)
            for line in lines:
                found = MISSING.search(line)
                missing += found.group(1).split(", ") if found else []
                if ERROR.search(line):
                    self.trouble.append(line.rstrip("\n"))
            text = "".join(line for line in lines if not NOISE.match(line))
        if text:
            write(name, text)

    def flush_waiting(self, rest, write, all_of_it=False):
        for name, data in rest.items():
            text = ""
            if all_of_it or b"\x02" not in data:
                text, rest[name] = self.decoders[name].decode(data, all_of_it), b""
            if text:
                write(name, text)

    def why(self):
        status = self.process.wait()
        if status < 0 or status > 128:
            number = -status if status < 0 else status - 128
            try:
                return ENDED.get(signal.Signals(number), signal.Signals(number).name)
            except ValueError:
                pass
        return f"ended its process with status {status}"

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()
        self.selector.close()
