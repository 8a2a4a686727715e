#!/usr/bin/env python3
"""What the pages of lessons need to run them: which pictures each reads, whether it has the
network, how long it takes in a page. All of it is read from the sources of the lessons."""
import glob
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
SLOWER = 3  # than the program in double on the same processor, whose vectors are wider
IMAGE = re.compile(r'lesson_image\([^,]+, (\d+), "(\w+)\.png"\)')
LABELS = {"scene": "photograph", "painting": "painting", "mosaic": "painting_2"}


def read(path):
    with open(f"{ROOT}/{path}", encoding="utf-8") as file:
        return file.read()


def sources(path, seen=None):
    """The text of a lesson, and of those files beside it that it includes."""
    seen = set() if seen is None else seen
    seen.add(path)
    text = read(path)
    for name in re.findall(r'#include "lessons/(\w+)\.h"', text):
        other = f"lessons/{name}.c"
        if other not in seen and name != "lesson" and os.path.exists(f"{ROOT}/{other}"):
            text += sources(other, seen)
    return text


def names():
    """All that have a page and a transcript, by the list that the program has."""
    return re.findall(r"EACH\((\w+)\)", read("web/lessons/main.c").replace("LESSONS(EACH)", ""))


def about(name, seconds):
    text = sources(f"lessons/{name}.c")
    found = sorted({int(place): picture for place, picture in IMAGE.findall(text)}.items())
    labels = [LABELS[picture] for _, picture in found]
    frames = '"lessons/footage.h"' in text
    if frames:
        labels[:2] = ["frame_1", "frame_2"]
    if "->unseen" in text:
        labels[-1] = "unseen"
    return {"pictures": [picture for _, picture in found], "labels": labels,
            "ours": sorted({picture for _, picture in found}), "together": frames,
            "network": bool(re.search(r"\blesson_network", text)),
            "seconds": SLOWER * seconds[name]}


def every():
    """{name: about it}"""
    seconds = {name: int(value) for name, value in
               (line.split() for line in read("lessons/seconds").splitlines() if line.strip())}
    return {name: about(name, seconds) for name in names()}


def recipe_files():
    """The recipes, by the paths that lessons read."""
    paths = sorted(glob.glob(f"{ROOT}/recipes/*.recipe"))
    return {f"recipes/{os.path.basename(path)}": read(f"recipes/{os.path.basename(path)}")
            for path in paths}


if __name__ == "__main__":
    for key, value in every().items():
        print(key, value)
