"""Plots for narrow windows: what gnuplot has drawn on 960 x 600 is drawn again on 480 pixels,
so that its letters can be read on a phone."""
import os
import posixpath
import re
import shutil
import subprocess

WIDTH, CURVES, ENTRY = 480, 330, 28  # a line of the legend for each curve
LETTER = {"wide": 15, "narrow": 8.6}  # of a title, in pixels
TERMINAL = re.compile(r"^(set terminal svg size )\d+,\d+", re.M)
TITLE = re.compile(r"^set title '(.*)'$", re.M)


def script_of(picture):
    """The script that draws a picture, or None."""
    script = re.sub(r"\.svg$", ".gp", picture)
    return script if script != picture and os.path.exists(script) else None


def can_draw(picture):
    return bool(script_of(picture) and shutil.which("gnuplot"))


def width_of(title):
    return sum(LETTER["wide" if ord(letter) > 0x2E80 else "narrow"] for letter in title)


def narrow(script):
    """The text of a script, for a narrow window. A title that is too long is left out: the
    words below the picture say the same."""
    height = CURVES + ENTRY * script.count(" title '")
    script = TERMINAL.sub(rf"\g<1>{WIDTH},{height}", script)
    script = script.replace("set title font ',19'", "set title font ',15'")
    title = TITLE.search(script)
    if title and width_of(title.group(1)) > WIDTH - 20:
        script = script.replace(title.group(0), "unset title")
    return script


def draw(picture, target):
    """Draws the narrow picture beside `target`, or fails."""
    with open(script_of(picture), encoding="utf-8") as file:
        text = narrow(file.read())
    where = os.path.abspath(target).replace("'", "''")
    subprocess.run(["gnuplot"], input=f"picture = '{where}'\n{text}", text=True, check=True,
                   cwd=posixpath.dirname(picture))
