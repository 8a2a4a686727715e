"""The student's copies: made once, never overwritten, kept up to date."""

import json
import os
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "notebooks"))
import mine  # noqa: E402


def book(text, outputs=()):
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": [text],
            "execution_count": len(outputs) or None, "outputs": list(outputs)}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


class MineTest(unittest.TestCase):
    def setUp(self):
        self.room = tempfile.TemporaryDirectory()
        self.addCleanup(self.room.cleanup)
        self.here, self.kept = self.room.name, mine.HERE
        self.folder = os.path.join(self.here, "mine")
        mine.HERE = self.here
        self.addCleanup(setattr, mine, "HERE", self.kept)

    def write(self, path, text):
        with open(os.path.join(self.here, path), "w") as file:
            file.write(text)

    def text(self, path):
        with open(os.path.join(self.here, path)) as file:
            return file.read()

    def test_a_copy_is_made_with_links_from_its_folder(self):
        self.write("02.ipynb", book("[docs](../docs/en/02.md)"))
        mine.main(self.folder)
        self.assertEqual(self.text("mine/02.ipynb"), book("[docs](../../docs/en/02.md)"))

    def test_work_is_never_overwritten(self):
        self.write("02.ipynb", book("old"))
        mine.main(self.folder)
        self.write("mine/02.ipynb", book("old, and my work"))
        mine.main(self.folder)
        self.assertEqual(os.listdir(self.folder).count("02_new.ipynb"), 0)
        for new in ("new", "newer"):
            self.write("02.ipynb", book(new))
            mine.main(self.folder)
            mine.main(self.folder)
            self.assertEqual(self.text("mine/02.ipynb"), book("old, and my work"))
            self.assertEqual(self.text("mine/02_new.ipynb"), book("new"))

    def test_a_copy_without_work_becomes_the_new_one(self):
        self.write("02.ipynb", book("old"))
        mine.main(self.folder)
        self.write("mine/02.ipynb", book("old", ["shown"]))  # run, not changed
        mine.main(self.folder)
        self.assertEqual(self.text("mine/02.ipynb"), book("old", ["shown"]))
        self.write("02.ipynb", book("new"))
        mine.main(self.folder)
        self.assertEqual(self.text("mine/02.ipynb"), book("new"))

    def test_what_cannot_be_read_counts_as_work(self):
        self.write("02.ipynb", book("old"))
        mine.main(self.folder)
        self.write("mine/02.ipynb", "{")
        self.write("mine/.originals.json", "[")
        self.write("02.ipynb", book("new"))
        mine.main(self.folder)
        self.assertEqual(self.text("mine/02.ipynb"), "{")
        self.assertEqual(self.text("mine/02_new.ipynb"), book("new"))

    def test_all_notebooks_find_what_they_link_to(self):
        mine.HERE = self.kept
        mine.main(self.folder)
        here = os.path.join(self.kept, "mine")
        for name in os.listdir(self.folder):
            for cell in json.loads(self.text("mine/" + name)).get("cells", ()):
                for link in "".join(cell["source"]).split("](")[1:]:
                    target = link.split(")")[0]
                    path = os.path.normpath(os.path.join(here, target))
                    if target.startswith("."):
                        self.assertTrue(os.path.exists(path), target)


if __name__ == "__main__":
    unittest.main()
