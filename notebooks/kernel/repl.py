"""The process that runs the cells: clang-repl with the library loaded.

Both of its streams are read while it runs. A cell ends with the marker of show_end() on
both; a shown picture is a marker on stdout. The markers begin with the character 2; where
no marker follows it is text."""

import codecs
import os
import re
import selectors
import signal
import subprocess
import time

from compiler import include_flags

END, SHOW = re.compile(rb"\x02end (\d+)\n"), re.compile(rb"\x02show ([^\n]*)\n")
MARKER = re.compile(rb"\x02(?:end \d+|show [^\n]*)\n")
BEGUN = re.compile(rb"\x02(?:e|en|end|end \d*|s|sh|sho|show|show [^\n]*)?")
LONG = 65536  # bytes: a longer line is shown in parts
NOISE = re.compile(r"^(JIT session error: |error: (Failed to materialize|Parsing failed)|"
                   r"PLEASE submit|Stack dump|\s*#\d+ 0x|\d+\.\t|In file included from)")
ERROR = re.compile(r"^JIT session error|^error: |cell_\d+\.c:.* error: ")
MISSING = re.compile(r"Symbols not found: \[ ([^\]]*) \]")
ENDED = {
    signal.SIGSEGV: "touched memory that is not its own",
    signal.SIGBUS: "touched memory that is not its own",
    signal.SIGABRT: "was stopped (see above)",
    signal.SIGFPE: "divided a whole number by zero",
    signal.SIGILL: "ran off the end of a function that returns nothing",
    signal.SIGKILL: "was killed; the machine may have run out of memory",
}


class Ended(Exception):
    """The process is gone; the reason, to complete "The cell ..."."""


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
        clang-repl could not do; raises Ended."""
        if file:
            self.send(f'#include "{file}"')
        # After a name that is not found the next line is not run either.
        self.send(";")
        self.send(f"show_end({number});")
        self.send(f"show_end({number});")
        rest, done, missing = {"stdout": b"", "stderr": b""}, set(), []
        self.trouble = []
        while len(done) < 2:
            for key, _ in self.selector.select(timeout=0.05) or [(None, None)]:
                if key is None:  # nothing came: what waits for a line's end is shown
                    self.flush_waiting(rest, write)
                    continue
                data = os.read(key.fd, 65536)
                if not data:
                    self.flush_waiting(rest, write, True)
                    raise Ended(self.why())
                name = key.data
                rest[name] = self.take(name, rest[name] + data, number, done, missing,
                                       write, show)
        return missing, self.trouble

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
            end, shown = END.match(data), SHOW.match(data)
            if end and int(end.group(1)) == number:
                done.add(name)
            elif shown:
                show(shown.group(1).decode())
            data = data[found.end():]

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
