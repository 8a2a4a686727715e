"""Exercises in notebooks are those of mine/, and nothing that was written there is lost."""

import os
import sys
import tempfile
import unittest
from types import SimpleNamespace
from unittest import mock

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "notebooks", "kernel"))
import exercise  # noqa: E402

GRAM = "void gram(int n, int m, const real *f, real *g) {\n    g[0] = f[0];\n}"
HELPED = GRAM.replace("f[0]", "twice(f[0])")
TWICE = "real twice(real x) {\n    return 2 * x;\n}"


def functions(*sources):
    names = [s[:s.index("(")].split()[-1].lstrip("*") for s in sources]
    return {n: SimpleNamespace(kind="function", name=n, source=s, line=1, cell=1)
            for n, s in zip(names, sources)}


class ExerciseTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.mine = os.path.join(folder.name, "mine")
        change = mock.patch.dict(os.environ, STYLEGRAD_MINE=self.mine)
        change.start()
        self.addCleanup(change.stop)
        self.path = os.path.join(self.mine, "08_gram.c")

    def text(self):
        with open(self.path, encoding="utf-8") as file:
            return file.read()

    def write(self, text):
        os.makedirs(self.mine, exist_ok=True)
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(text)

    def test_functions_are_kept_beside_what_is_blank(self):
        self.assertIn("kept in mine/08_gram.c", exercise.keep(ROOT, "08", functions(GRAM)))
        self.assertIn(GRAM, self.text())
        self.assertEqual(self.text().count("BLANK("), 1)
        self.assertIn("/* g = F F^T */\n" + GRAM, self.text())
        self.assertIsNone(exercise.keep(ROOT, "08", functions(GRAM)))
        self.assertIn(GRAM, exercise.task(ROOT, "08")[1])

    def test_what_a_notebook_has_written_it_may_replace(self):
        exercise.keep(ROOT, "08", functions(GRAM))
        exercise.keep(ROOT, "08", functions(HELPED, TWICE))
        self.assertIn(HELPED, self.text())
        self.assertNotIn(GRAM, self.text())
        self.assertIn(TWICE, self.text())
        thrice = TWICE.replace("2", "3")
        exercise.keep(ROOT, "08", functions(HELPED, thrice))
        self.assertIn(thrice, self.text())
        self.assertEqual(self.text().count("real twice("), 1)

    def test_other_work_stays(self):
        exercise.keep(ROOT, "08", functions(GRAM))
        by_hand = self.text().replace("g[0] = f[0]", "g[0] = f[1]")
        self.write(by_hand)
        self.assertIn("has another gram", exercise.keep(ROOT, "08", functions(HELPED)))
        self.assertEqual(self.text(), by_hand)
        # And it is what the notebook's blank is filled with.
        blank = GRAM.replace("g[0] = f[0];", 'BLANK("");')
        text, changes = exercise.assemble(ROOT, "08", functions(blank), exercise.plain)
        self.assertEqual((text, changes), (by_hand, []))

    def test_given_functions_are_the_exercise_s(self):
        self.assertEqual(exercise.given(ROOT, "12"), {"dot"})
        own = "real dot(int n, const real *a, const real *b) {\n    return 0;\n}"
        text, _ = exercise.assemble(ROOT, "12", functions(own), exercise.plain)
        self.assertNotIn(own, text)

    def test_a_function_that_is_declared_is_not_taken_along(self):
        loss = "double style_loss(int N, int M, const real *f, const real *a, real *g) " \
               "{\n    gram(N, M, f, g);\n    return 0;\n}"
        text, changes = exercise.assemble(ROOT, "09", functions(GRAM, loss), exercise.plain)
        self.assertEqual([own.source for _, own in changes], [loss])
        self.assertNotIn(GRAM, text)


if __name__ == "__main__":
    unittest.main()
