"""Sentences, quoted lines, titles and tables."""

import os
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "notebooks", "kernel"))
import words  # noqa: E402


class Declared:
    def __init__(self, now, cell):
        self.now, self.cell = now, cell


class Place:
    def __init__(self, function, line):
        self.function, self.line = function, line


class WordsTest(unittest.TestCase):
    def test_the_caret_is_below_its_column(self):
        for length in (20, 85, 86, 200):
            line = "".join(chr(ord("a") + k % 26) for k in range(length))
            for column in range(1, length + 1):
                above, caret = words.quoted(line, column).split("\n")
                self.assertLessEqual(len(above), words.COLUMNS)
                self.assertEqual(above[caret.index("^")], line[column - 1], (length, column))
                self.assertEqual(caret.strip(), "^")
        above, caret = words.quoted("x = \uff08a\uff1b", 7).split("\n")  # one is wide
        self.assertEqual(caret, "    " + " " * 7 + "^")

    def test_words_are_not_broken(self):
        text = "a " * 60 + "w" * 100
        self.assertIn("w" * 100, words.wrap(text, ""))

    def test_places(self):
        known = {"f": Declared("f__3", 2), "g": Declared("g", 5)}
        counts = {2: 12, 5: 15}

        def place(*places):
            return words.place([Place(*p) for p in places], known, 5, counts)

        self.assertEqual(place(), "")
        self.assertEqual(place(("cell_5__1", 3)), ", at line 3 of this cell")
        self.assertEqual(place(("f__3", 4), ("cell_5__2", 3)),
                         ", in f, at line 4 of cell [12], called from line 3 of this cell")
        self.assertEqual(place(("f__1", 4), ("g", 2), ("cell_5__1", 9)),
                         ", in f, at line 4, called from line 9 of this cell")

    def test_endless_recursion(self):
        f, g = Place("f__1", 1), Place("g", 2)
        self.assertEqual(words.endless([f, g] * 8), "f")
        self.assertIsNone(words.endless([f, g] * 7))

    def test_titles(self):
        for text, title in (("g__12", "g"), ("gradient of x__3", "gradient of x"),
                            ("2, (Tensor[]){photo__1, style}, 2", "photo  |  style"),
                            ("3, pictures__4, 3", "pictures"),
                            ('f(net, tiny, "relu2_2")', 'f(net, tiny, "relu2_2")')):
            self.assertEqual(words.title(text), title)

    def test_a_table_as_text(self):
        table = ('<table><tr><th>a</th><th class="fine">b</th></tr>\n'
                 '<tr><td>1 &lt; 2</td><td class="fine">3</td></tr>'
                 "<tr><td><b>no</b></td><td>4</td></tr></table>")
        self.assertEqual(words.table_text(table), "a\n1 < 2\nno     4")


if __name__ == "__main__":
    unittest.main()
