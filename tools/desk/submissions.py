"""Reads submissions: archives of `make submit`, folders, single files. Nothing is unpacked:
only files called NN_name.c are read, and only as text of limited length."""
import collections
import gzip
import io
import os
import re
import stat
import tarfile
import zlib

LARGEST_FILE = 256 << 10     # bytes of an answer; the longest of ours has 3 KB
LARGEST_ARCHIVE = 4 << 20
LARGEST_CONTENT = 16 << 20   # of an archive, unpacked
MOST_ENTRIES = 1000
MOST_NOTES = 5


class Submission:
    """One student's answers: files["08_gram"] is the text, as bytes."""

    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(os.path.normpath(path))
        for ending in (".tar.gz", ".tgz", ".c"):
            self.name = self.name.removesuffix(ending)
        self.name = self.name.removeprefix("submission-")
        self.files = {}
        self.failed = False
        self.notes = []

    def note(self, text):
        if text not in self.notes and len(self.notes) < MOST_NOTES:
            self.notes.append(printable(text))

    def add(self, exercise, text):
        if len(text) > LARGEST_FILE:
            self.note(f"{exercise}.c is larger than {LARGEST_FILE >> 10} KB and is ignored")
        elif exercise in self.files:
            self.note(f"{exercise}.c is there twice; the first one counts")
        else:
            self.files[exercise] = text


def printable(text, most=200):
    """One line without control characters, and without halves of characters."""
    text = text.encode("utf-8", "replace").decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "?" for c in text.strip()[:most])


def read_regular(path, most):
    """At most `most` + 1 bytes of a regular file, which is no symbolic link; or None."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(file, "rb") as opened:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return None
        return opened.read(most + 1)


def exercise_of(name, exercises):
    """ "08_gram" for 08_gram.c, or None."""
    return name[:-2] if name.endswith(".c") and name[:-2] in exercises else None


# ---- Archives ----

def unpack(data):
    """The bytes of a tar that was compressed, or ValueError."""
    try:
        with gzip.open(io.BytesIO(data)) as file:
            content = file.read(LARGEST_CONTENT + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError("it is no archive of make submit") from error
    if len(content) > LARGEST_CONTENT:
        raise ValueError(f"it unpacks to more than {LARGEST_CONTENT >> 20} MB")
    return content


def take_entry(submission, archive, entry, exercises):
    """One entry of the archive, which may have any name and be anything."""
    name = entry.name
    parts = name.split("/")
    if name.startswith("/") or ".." in parts:
        submission.note(f"{name} is outside of the archive and is ignored")
        return
    exercise = exercise_of(parts[-1], exercises)
    if not exercise and parts[-1] != "name.txt":
        return
    if not entry.isreg():
        submission.note(f"{name} is no regular file and is ignored")
        return
    with archive.extractfile(entry) as file:
        text = file.read(LARGEST_FILE + 1)
    if exercise:
        submission.add(exercise, text)
    elif len(parts) <= 2:
        submission.name = printable(text.decode("utf-8", "replace"), 100) or submission.name


def read_archive(submission, exercises):
    data = read_regular(submission.path, LARGEST_ARCHIVE)
    if data is None:
        raise ValueError("it is no regular file, or cannot be read")
    if len(data) > LARGEST_ARCHIVE:
        raise ValueError(f"it is larger than {LARGEST_ARCHIVE >> 20} MB")
    try:
        with tarfile.open(fileobj=io.BytesIO(unpack(data)), mode="r:") as archive:
            for count, entry in enumerate(archive):
                if count == MOST_ENTRIES:
                    submission.note(f"only the first {MOST_ENTRIES} entries are read")
                    break
                take_entry(submission, archive, entry, exercises)
    except (tarfile.TarError, EOFError, KeyError, OverflowError, RecursionError) as error:
        raise ValueError("the archive is damaged") from error


# ---- Folders and files ----

def read_folder(submission, exercises):
    for name in sorted(os.listdir(submission.path)):
        exercise = exercise_of(name, exercises)
        if not exercise:
            continue
        text = read_regular(os.path.join(submission.path, name), LARGEST_FILE)
        if text is None:
            submission.note(f"{name} is no regular file and is ignored")
        else:
            submission.add(exercise, text)


def read_one(path, exercises, link_allowed):
    """A submission from an archive, a folder or a file; with a note when it is none."""
    submission = Submission(path)
    try:
        if os.path.islink(path) and not link_allowed:
            raise ValueError("a symbolic link")
        if os.path.isdir(path):
            read_folder(submission, exercises)
        elif exercise_of(os.path.basename(path), exercises):
            text = read_regular(path, LARGEST_FILE)
            submission.add(os.path.basename(path)[:-2], text or b"")
        else:
            read_archive(submission, exercises)
        if not submission.files:
            submission.note("not a submission: no answers, NN_name.c, are in it")
    except (ValueError, OSError) as error:
        submission.note(f"not a submission: {error}")
    submission.name = printable(submission.name, 100) or "?"
    return submission


def has_answers(folder, exercises):
    return any(exercise_of(name, exercises) for name in os.listdir(folder))


def paths_in(path, exercises):
    """The submissions that an argument of the command line stands for."""
    if not os.path.isdir(path) or has_answers(path, exercises):
        return [path]
    return [os.path.join(path, name) for name in sorted(os.listdir(path))
            if not name.startswith(".")]


def read_all(arguments, exercises):
    """All submissions; ValueError when an argument is missing or is an empty folder."""
    paths = []
    for argument in arguments:
        if not os.path.exists(argument):
            raise ValueError(f"{argument} does not exist")
        try:
            found = paths_in(argument, exercises)
        except OSError as error:
            raise ValueError(f"{argument} cannot be read: {error.strerror}") from error
        if not found:
            raise ValueError(f"{argument} is an empty folder")
        paths += found
    return name_apart([read_one(path, exercises, path in arguments) for path in paths])


def name_apart(submissions):
    """Two students, or two attempts, may have the same name."""
    count = collections.Counter(s.name for s in submissions)
    seen = collections.Counter()
    for submission in submissions:
        name = submission.name
        if count[name] > 1:
            seen[name] += 1
            submission.note(f"{count[name]} submissions have this name")
            submission.name = f"{name} ({seen[name]})"
    return submissions


def file_name(name):
    """A name for a file: no folders, nothing that a shell or Windows would mind."""
    return re.sub(r"[^\w()+-]+", "_", name)[:80] or "_"
