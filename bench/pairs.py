"""Every photograph with every painting: what `judge` and `sheet` share.

A way to paint is NAME=OPTIONS of `stylegrad paint`, or NAME=@FOLDER OPTIONS: then `stylegrad
stylize` paints in one pass with FOLDER/starry_night.style where the painting is
starry_night.jpg, and paintings without a style there are left out. NAME=--style OPTIONS is
`stylegrad stylize --style PAINTING OPTIONS`, any style in one pass.
"""
import os
import shlex
import subprocess

from measure import OURS, Parser


def images(folder):
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise SystemExit(f"{folder}: {error.strerror}; name a folder of images") from None
    found = [os.path.join(folder, name) for name in names
             if name.lower().endswith((".jpg", ".jpeg", ".png"))]
    if not found:
        raise SystemExit(f"{folder}: there is no .jpg or .png in it")
    return found


def stem(path):
    return os.path.splitext(os.path.basename(path))[0]


def run(command):
    """The finished process, with any exit status."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise SystemExit(f"{command[0]}: {error.strerror}; run 'make' first") from None


def output(command):
    """Its output."""
    done = run(command)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr.strip()}")
    return done.stdout


def style_file(way, style):
    """The file of a painting in the way @FOLDER, or None."""
    if not way.startswith("@"):
        return None
    return os.path.join(shlex.split(way)[0][1:], stem(style) + ".style")


def can_paint(way, style):
    return not way.startswith("@") or os.path.exists(style_file(way, style))


def command(options, way, content, style, image, more=()):
    """What paints a pair. The way's own options go last, so they win over `more`."""
    if way.startswith("@"):
        program, own = ["stylize", style_file(way, style), content], shlex.split(way)[1:]
    elif way.startswith("--style"):
        program, own = ["stylize", "--style", style, content], shlex.split(way)[1:]
    else:
        program, own = ["paint", content, style], shlex.split(way)
    return [options.stylegrad, *program, "-o", image, *more, *own]


def parser(text):
    """The options for ways to paint and for images."""
    new = Parser(text)
    new.add_argument("way", nargs="+", metavar="NAME=OPTIONS")
    new.add_argument("--contents", required=True, help="folder of photographs")
    new.add_argument("--styles", required=True, help="folder of paintings")
    new.add_argument("--stylegrad", default=OURS)
    return new


def parse(new):
    """[(name, options)] in options.way."""
    options = new.parse_args()
    for way in options.way:
        if "=" not in way:
            new.error(f"{way}: wants NAME=OPTIONS")
    options.way = [way.split("=", 1) for way in options.way]
    return options
