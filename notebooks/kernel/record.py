"""Small files that say what was written for a student, so that nothing else is replaced."""

import json
import os


def read(path):
    """The record as a dict: empty where there is none that can be read."""
    try:
        with open(path, encoding="utf-8") as file:
            record = json.load(file)
        return record if isinstance(record, dict) else {}
    except (OSError, ValueError):
        return {}


def replace(path, text):
    """Writes a file: all of it or nothing."""
    with open(path + ".part", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".part", path)
