#!/usr/bin/python3
"""The small pictures of docs/figures/, which the pages show on the repository's web view. They are
what the lessons draw into out/, with fewer colours; the site and the pages of a run show those.
A plot with words is there in Chinese, too, in zh/: the Chinese pages show it.

    docs/figures.py --write    makes them from out/ (after make course, and make mine with the
                               answers of lessons/answers)
    docs/figures.py --check    are they what the lessons have drawn into out/?
    docs/figures.py --list     which pages ask for which, are all there, are they small enough?

A picture of pixels must differ from that of the run by at most a few grey levels on average, where
the dots of its 256 colours are averaged. A plot must have the same words, and its curves must lie where those of the run
lie, but for what the last digits of another processor move. Plots of measured times only have the
same words."""
import glob
import importlib.util
import os
import re
import shutil
import subprocess
import sys

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
LARGEST = 3_000_000  # bytes, all of them
SMALL = 60_000  # bytes of a picture that stays as it is
COLOURS, WIDTH = 256, 1000
CHINESE = "/zh/"
GREY_LEVELS, PIXELS = 6, 3  # on average
BLOCK = 4
TIMED = ("04_conv/speed.svg", "12_optimisers/seconds.svg")
IMAGE = re.compile(r"^!\[(.*?)\]\((\S+?)\)", re.M | re.S)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def wanted():
    """NN_name/picture -> the pages that show it."""
    found = {}
    for page in sorted(glob.glob("docs/en/*.md") + glob.glob("docs/zh/*.md")):
        for _, target in IMAGE.findall(read(page)):
            if target.startswith("../figures/"):
                found.setdefault(target[len("../figures/"):], []).append(page)
    return found


def in_chinese(name):
    """08_gram/zh/apart.svg of 08_gram/apart.svg."""
    return name.replace("/", CHINESE, 1)


def in_english(name):
    return name.replace(CHINESE, "/")


def has_run(name):
    """Whether the pictures of out/ are to be there: all but those that only a reader's own answers
    draw (make mine)."""
    return not name.startswith("mine/") or os.path.exists(f"out/{name}")


def problems():
    """What is wrong with pages and folder, whatever the lessons draw."""
    found, said = wanted(), []
    for page in sorted(glob.glob("docs/en/*.md") + glob.glob("docs/zh/*.md")):
        for words, target in IMAGE.findall(read(page)):
            if not words.strip():
                said.append(f"{page}: {target} has no words that say what it shows")
            if "/out/" in target:
                said.append(f"{page}: {target} is not committed; write ../figures/")
    for name, pages in found.items():
        if not os.path.exists(f"docs/figures/{name}"):
            said.append(f"{pages[0]}: there is no docs/figures/{name}; docs/figures.py --write")
        if CHINESE in name:
            said += [f"{page}: {name} is in Chinese" for page in pages if "/zh/" not in page]
            if not os.path.exists(f"docs/figures/{in_english(name)}"):
                said.append(f"{pages[0]}: {name} is there in Chinese only")
    files = [path for path in glob.glob("docs/figures/**", recursive=True) if os.path.isfile(path)]
    for path in files:
        if path[len("docs/figures/"):] not in found:
            said.append(f"{path}: no page shows it")
    size = sum(map(os.path.getsize, files))
    if size > LARGEST:
        said.append(f"docs/figures has {size} bytes, more than {LARGEST}")
    return said


def smaller(path):
    """A picture as it is committed."""
    from PIL import Image
    image = Image.open(path).convert("RGB")
    if image.width > WIDTH:
        image = image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.LANCZOS)
    return image.quantize(COLOURS, method=Image.MEDIANCUT, dither=Image.FLOYDSTEINBERG)


def without_marks(text):
    """gnuplot defines all marks, gpPt0 and so on, and two boxes behind words; those that nothing
    refers to are left out."""
    def unused(element):
        return "" if f"#{element['id']}" not in text else element[0]

    element = r"\s*<(?P<tag>circle|path|rect|use|filter)\b(?=[^>]*\bid='(?P<id>\w+)')"
    element += r"(?:[^<>]*/>|[^<>]*[^/]>.*?</(?P=tag)>)"
    while (shorter := re.sub(element, unused, text, flags=re.S)) != text:
        text = shorter
    return text


def smaller_plot(text):
    """A plot as it is committed: gnuplot's groups without content and marks without use are left
    out, and coordinates have tenths of a pixel. Those of its marks, in <defs>, are enlarged, and
    stay."""
    while (shorter := re.sub(r"<g\b[^<>]*>\s*</g>\s*", "", text)) != text:
        text = shorter
    text = without_marks(text)

    def in_tenths(tag):
        return re.sub(r"(?<=,)-?\d+\.\d\d\b|-?\d+\.\d\d(?=,)", lambda number: f"{float(number[0]):.1f}", tag[0])

    marks, end, drawing = text.rpartition("</defs>")
    return marks + end + re.sub(r"<[^>]*>", in_tenths, drawing)


def press(path):
    """The same pixels in fewer bytes, where zopflipng (Debian: zopfli) is installed."""
    if shutil.which("zopflipng"):
        subprocess.run(["zopflipng", "-y", path, path], check=True, capture_output=True)


def write():
    for name in wanted():
        source, target = f"out/{name}", f"docs/figures/{name}"
        if not has_run(name):
            continue
        if not os.path.exists(source):
            sys.exit(f"{source} is not there; make course draws it")
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if name.endswith(".svg"):
            with open(target, "w", encoding="utf-8") as file:
                file.write(smaller_plot(read(source)))
        else:
            smaller(source).save(target, optimize=True)
            if os.path.getsize(source) < max(SMALL, os.path.getsize(target)):
                shutil.copyfile(source, target)
            press(target)
    return 0


def grey_levels(name):
    """The mean difference of a picture from that of the run, or None for another size. Means of
    BLOCK x BLOCK pixels are compared, in which the dots of few colours do not show."""
    from PIL import Image, ImageChops, ImageStat
    mine, run = (Image.open(f"{folder}/{name}").convert("RGB") for folder in ("docs/figures", "out"))
    if mine.size != run.size:
        run = smaller(f"out/{name}").convert("RGB")
    if mine.size != run.size:
        return None
    mean = ImageStat.Stat(ImageChops.difference(mine.reduce(BLOCK), run.reduce(BLOCK))).mean
    return sum(mean) / len(mean)


def shape(path):
    """The words and the coordinates of a plot, without its marks, of which few are committed."""
    text = re.sub(r"<desc>.*?</desc>|<!--.*?-->|<title>.*?</title>|<defs>.*?</defs>", "", read(path),
                  flags=re.S)
    words = re.findall(r">([^<>]*[^<>\s][^<>]*)<", text)
    drawn = " ".join(re.findall(r"\b(?:d|points|x|y|cx|cy)=['\"]([^'\"]*)", text))
    return words, [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", drawn)]


def difference(name):
    """What is wrong with a committed picture, or None."""
    if not os.path.exists(f"out/{name}"):
        return "is not in out/; make course draws it" + (", with msgfmt (gettext)" if CHINESE in name else "")
    if name.endswith(".svg"):
        (words, mine), (run_words, run) = shape(f"docs/figures/{name}"), shape(f"out/{name}")
        if in_english(name) in TIMED:
            same = sorted(word for word in words if not re.search(r"\d", word)) == \
                sorted(word for word in run_words if not re.search(r"\d", word))
            return None if same else "has other words than the plot of the run"
        if words != run_words:
            return "has other words than the plot of the run"
        if len(mine) != len(run):
            return "has curves of another length than the plot of the run"
        apart = sum(abs(a - b) for a, b in zip(mine, run)) / max(1, len(mine))
        return f"lies {apart:.1f} pixels beside the plot of the run" if apart > PIXELS else None
    levels = grey_levels(name)
    if levels is None:
        return "has another size than the picture of the run"
    return f"is {levels:.1f} grey levels from the run's" if levels > GREY_LEVELS else None


def in_another_language():
    """Chinese pages that show an English plot which the lesson has drawn in Chinese, too."""
    for name, pages in wanted().items():
        if CHINESE not in name and has_run(name) and os.path.exists(f"out/{in_chinese(name)}"):
            yield from (f"{page}: shows {name}; there is {in_chinese(name)}"
                        for page in pages if "/zh/" in page)


def check():
    said = problems() + list(in_another_language())
    for name in wanted():
        wrong = os.path.exists(f"docs/figures/{name}") and has_run(name) and difference(name)
        if wrong:
            said.append(f"docs/figures/{name} {wrong}; if it should, docs/figures.py --write")
    return said


def main():
    if sys.argv[1:] in (["--write"], ["--check"]) and importlib.util.find_spec("PIL") is None:
        sys.exit("docs/figures.py needs Pillow; ./setup.sh --developer installs it")
    if sys.argv[1:] == ["--write"]:
        return write()
    if sys.argv[1:] not in (["--check"], ["--list"]):
        print(__doc__)
        return 2
    said = check() if sys.argv[1] == "--check" else problems()
    for line in said:
        print(line, file=sys.stderr)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
