"""Commands that compile and run what students have written, with limits.

With bubblewrap, `bwrap`, a submission is compiled where only the compiler and the headers
of the exercises are to be seen, and runs where only its own file and the C library are.
Without it the limits of the shell and of the program `worker` remain."""
import glob
import os
import re
import shlex
import shutil
import subprocess

COMPILE_SECONDS = 5         # of the processor, for one file
COMPILE_MEMORY = 1 << 20    # KB
COMPILE_WRITES = 16 << 10   # KB for a file
NOBODY = "65534"
PATH = "/usr/bin:/bin"
# What exercises include: all headers beside them, and what exercise.h includes.
HEADERS = ("lessons/exercises/*.h", "tensor/tensor.h", "tensor/arena.h", "tensor/real.h",
           "tensor/rng.h")
FLAGS = ("-std=c11 -O1 -w -fPIC -shared -pipe -ffp-contract=off -DREAL_DOUBLE "
         "-D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200809L -fsanitize=undefined "
         "-fsanitize-undefined-trap-on-error -Wl,-z,defs")


def works(command):
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


class Sandbox:
    """Knows what this machine can limit. `tools` is a folder with copies of worker,
    exercise.o, given.o and the headers, which every submission may read."""

    def __init__(self, tools, desk, seconds, bubblewrap=True):
        self.tools, self.seconds = tools, seconds
        for name in ("worker", "exercise.o", "given.o"):
            shutil.copy(os.path.join(desk, name), tools)
        for header in [path for pattern in HEADERS for path in sorted(glob.glob(pattern))]:
            os.makedirs(os.path.join(tools, "include", os.path.dirname(header)), exist_ok=True)
            shutil.copy(header, os.path.join(tools, "include", header))
        self.worker = os.path.join(tools, "worker")
        self.compiler = shutil.which("gcc", path=PATH) or shutil.which("cc", path=PATH)
        if not self.compiler:
            raise ValueError("there is no gcc in /usr/bin; ./setup.sh installs it")
        self.libraries = self.find_libraries()
        self.bwrap = shutil.which("bwrap") if bubblewrap else None
        if self.bwrap and not self.worker_has("--starts"):
            self.bwrap = None
        self.other_user = (not self.bwrap and os.geteuid() == 0 and
                           works(self.as_nobody() + ["true"]))
        self.sealed = self.worker_has("--sealed")

    def worker_has(self, option):
        """Whether `worker --starts`, or another option, ends well here."""
        return works((self.in_run() if self.bwrap else [self.worker]) + [option])

    def find_libraries(self):
        """The files that a program needs to start."""
        found = subprocess.run(["ldd", self.worker], capture_output=True, text=True,
                               check=False).stdout if shutil.which("ldd") else ""
        return sorted(set(re.findall(r"(/\S+) \(0x", found)))

    def as_nobody(self):
        return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]

    def base(self):
        return [self.bwrap, "--unshare-all", "--unshare-user", "--die-with-parent",
                "--new-session", "--cap-drop", "ALL", "--clearenv"]

    def in_run(self, *files):
        """Runs the worker where only it, these files and the C library are to be seen."""
        bound = []
        for library in self.libraries:
            bound += ["--ro-bind", os.path.realpath(library), library]
        for file in (self.worker, *files):
            bound += ["--ro-bind", file, "/" + os.path.basename(file)]
        return self.base() + bound + ["--remount-ro", "/", "--chdir", "/", "--", "/worker"]

    def run(self, program):
        """A shell command that serves calls of the functions in a shared object."""
        mode = "sealed" if self.sealed else "open"
        if self.bwrap:
            command = self.in_run(program)
            program = "/" + os.path.basename(program)
        else:
            command = ["env", "-i"] + (self.as_nobody() if self.other_user else [])
            command.append(self.worker)
        # A folder that one is in can be read without a right to enter those above it.
        return "cd / && exec " + shlex.join(command + [mode, str(self.seconds), program])

    def compile(self, source, out):
        """Compiles all files of the folder `source` into `out`, NN_name.so, with what the
        compiler says in NN_name.txt."""
        inside = {"src": source, "out": out, "tools": self.tools}
        if self.bwrap:
            inside = {name: "/" + name for name in inside}
        places = {name: shlex.quote(path) for name, path in inside.items()}
        script = (
            f"ulimit -t {COMPILE_SECONDS}; ulimit -v {COMPILE_MEMORY}; "
            f"ulimit -f {COMPILE_WRITES * 2}; ulimit -c 0; cd {places['src']}; "
            "for file in *.c; do name=${file%.c}; given=; "
            f"case $name in 09_*) given={places['tools']}/given.o ;; esac; "
            f"{self.compiler} {FLAGS} -I{places['tools']}/include \"$file\" "
            f"{places['tools']}/exercise.o $given -lm -o {places['out']}/$name.so "
            f"2>{places['out']}/$name.txt </dev/null; done")
        command = ["/bin/sh", "-c", script]
        if self.bwrap:
            return self.base() + self.system() + [
                "--ro-bind", source, "/src", "--bind", out, "/out",
                "--ro-bind", self.tools, "/tools", "--dev-bind", "/dev/null", "/dev/null",
                "--setenv", "PATH", PATH, "--setenv", "TMPDIR", "/out",
                "--setenv", "LC_ALL", "C", "--remount-ro", "/", "--"] + command
        return (self.as_nobody() if self.other_user else []) + [
            "env", "-i", f"PATH={PATH}", f"TMPDIR={out}", "LC_ALL=C"] + command

    def system(self):
        """What the compiler is made of."""
        bound = []
        for path in ("/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec",
                     "/usr/include"):
            if os.path.isdir(path) and not os.path.islink(path):
                bound += ["--ro-bind", path, path]
        for path in ("/bin", "/lib", "/lib32", "/lib64"):
            if os.path.islink(path):
                bound += ["--symlink", os.readlink(path), path]
            elif os.path.isdir(path):
                bound += ["--ro-bind", path, path]
        return bound

    def sentences(self):
        """What is limited here, and what is not."""
        yes = [f"{self.seconds} s of processor and 512 MB for each function",
               "1 MB of printing", f"{COMPILE_SECONDS} s and 1 GB to compile a file"]
        no = []
        (yes if self.sealed else no).append(
            "no file is written, no process started" if self.sealed else
            "files that it writes, processes that it starts, the network")
        if self.bwrap:
            yes.append("nothing of this machine is seen but the C library, no network")
        elif self.other_user:
            no.append("files that the user nobody may read, among them the answers, unless "
                      "only root may enter their folder")
        else:
            no.append("files that you may read, among them the answers")
        said = ["limits: " + "; ".join(yes)]
        if no:
            said.append("NOT limited, because bubblewrap (bwrap) is not here or may not be "
                        "used: " + "; ".join(no))
        return said
