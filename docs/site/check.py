"""Is the book whole? Every link, anchor and picture in it is there, and pictures have words."""
import glob
import os
import posixpath
import urllib.parse

from contents import Trouble
from html_text import names_in


def pages_of(folder):
    found = {}
    for path in glob.glob(f"{folder}/**/*.html", recursive=True):
        with open(path, encoding="utf-8") as file:
            found[posixpath.relpath(path, folder)] = names_in(file.read())
    return found


def wrong_with(place, link, folder, pages, old):
    """Why a link of a page leads nowhere, or None."""
    if urllib.parse.urlsplit(link).scheme:
        return None
    if link.partition("#")[0].endswith(".md"):
        return "is raw Markdown"
    path, _, part = urllib.parse.unquote(link).partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(place), path)) if path else place
    if target.startswith(("reference/", "play/")):
        return None if os.path.exists(f"{old}/{target}") else "is not there"
    if target not in pages:
        return None if os.path.exists(f"{folder}/{target}") else "is not there"
    if part and part not in pages[target].ids:
        return "has no such section"
    return None


def check(folder, old):
    """Raises Trouble with all that is wrong, or returns the number of links."""
    pages = pages_of(folder)
    faults, count = [], 0
    for place, names in sorted(pages.items()):
        for link in names.links:
            count += 1
            wrong = wrong_with(place, link, folder, pages, old)
            if wrong:
                faults.append(f"{place}: {link} {wrong}")
        faults += [f"{place}: {link} has no words for those who do not see it"
                   for link in names.no_alt]
        faults += [f"{place}: two things are called {name}" for name in names.twice]
    if faults:
        raise Trouble("\n".join(["what is wrong:", *dict.fromkeys(faults)]))
    return count
