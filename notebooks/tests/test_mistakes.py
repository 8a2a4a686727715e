"""Wrong cells, and cells that crash, exit, or never end."""

import unittest

from kernel_case import KernelCase


class MistakesTest(KernelCase):
    # ---- Mistakes ----

    def test_an_error_has_the_cells_own_line(self):
        answer = self.run_cell("int one = 1;\n\nint two = one +;\n")
        self.assertIn("line 3: error: expected expression\n    int two = one +;\n"
                      + " " * 19 + "^", answer.error)

    def test_a_semicolon_that_is_missing_before_another_line_is_one_error(self):
        answer = self.run_cell("int q1 = 3\nint q2 = 4;\nprintf(\"%d\\n\", q1 + q2);")
        self.assertIn("line 1: error: expected ';'", answer.error)
        self.assertEqual(answer.error.count("error:"), 1)

    def test_nothing_of_a_wrong_cell_runs_not_even_later(self):
        answer = self.run_cell("puts(\"ghost\");\nnosuch(3);")
        self.assertIn("line 2: error: call to undeclared function 'nosuch'", answer.error)
        self.assertEqual(answer.stdout, "")
        self.assertEqual(self.good("puts(\"alive\");"), "alive\n")

    def test_an_error_is_explained(self):
        for code, hint in (("int n = 5;\nint a[n];", "its size must be known to the compiler"),
                           ("nosuch(3);", "spelt wrong, or is an #include missing?"),
                           ("int *p = NULL;\np", "show() takes numbers, texts"),
                           ("struct P { int x; } p = {abs(1)};", "T x; x = ...;")):
            self.assertIn(hint, self.run_cell(code).error)

    def test_names_in_errors_are_those_of_the_cell(self):
        self.good("int f(void) { return 1; }")
        self.good("int f(int x) { return x; }")
        answer = self.run_cell("f(1, 2);")
        self.assertIn("too many arguments", answer.error)
        self.assertNotIn("__", answer.error)
        self.assertIn("\n    f(1, 2);\n" + " " * 9 + "^", answer.error)

    def test_an_undefined_function_is_named_and_does_no_harm(self):
        answer = self.run_cell("int later(void);\nlater();")
        self.assertIn("later: declared, but nowhere defined", answer.error)
        self.assertEqual(self.good("puts(\"alive\");"), "alive\n")

    def test_static_is_refused_with_the_reason(self):
        answer = self.run_cell("int a;\nstatic int b = 3;")
        self.assertIn("line 2: error: a cell has no static", answer.error)

    def test_a_bracket_that_stays_open_is_shown(self):
        answer = self.run_cell("int a;\nfor (int i = 0; i < 3; i++) {\n    a++;")
        self.assertIn("line 2: error: this { is never closed", answer.error)

    def test_a_missing_semicolon_is_an_error(self):
        self.good("int x = 5;")
        for code, line in (('printf("a\\n")', 1), ('puts("a");\nputs("b")', 2), ("x = 6", 1),
                           ("x++", 1), ("int y = 3", 1), ("double s = sqrt(2)", 1),
                           ("struct P { int x; }", 1), ("if (x)\n    x = 6", 2),
                           ("x = 7;\nshow_number(2)", 2)):
            answer = self.run_cell(code)
            self.assertIn(f"line {line}: error: expected ';' here.", answer.error, code)
            self.assertIn("缺少分号", answer.error)
            self.assertEqual(answer.stdout, "")
        self.assertEqual(self.good("x"), "5\n")  # a value is shown

    def test_chinese_punctuation_is_named(self):
        for code, wrong, wanted in (('printf("a\\n")；', "；", ";"), ("puts(“a”);", "“", '"'),
                                    ("int a[2] = {1，2};", "，", ","), ("sqrt（2）", "（", "("),
                                    ("int b ＝ 3;", "＝", "=")):
            answer = self.run_cell("int before = 1;\n" + code)
            self.assertIn(f"line 2: error: {wrong} is not a ", answer.error)
            self.assertIn(f" of C: type {wanted} with an English keyboard", answer.error)
            self.assertIn(f"请切换到英文输入法，改成 {wanted}", answer.error)
            self.assertNotIn("U+", answer.error)
        self.assertEqual(self.good('puts("；“”（），");  // ；“”（），'), "；“”（），\n")

    def test_errors_are_red_and_the_lines_of_the_cell_are_not(self):
        said = self.run_cell("int a = 1;\nint b = nosuch;").traceback.split("\n")
        self.assertEqual(said[0][:7], "\x1b[0;31m")
        self.assertEqual(said[1:3], ["    int b = nosuch;", " " * 12 + "^"])
        self.assertEqual(self.run_cell("abort();").traceback[:7], "\x1b[0;31m")

    def test_long_errors_are_broken_between_words(self):
        code = "int f(int x) { return nosuch_function_with_a_long_name(x) + " \
            "another_one_of_them(x) + 1; }"
        for line in self.run_cell(code).error.split("\n"):
            self.assertLessEqual(len(line), 86)
        self.assertIn("do\n  not support implicit function declarations",
                      self.run_cell(code).error)

    # ---- The process ends ----

    def test_whole_numbers_are_not_divided_by_zero(self):
        for code in ("1 / zero", "7 % zero", "int r = 1 / zero;\nprintf(\"%d\\n\", r);"):
            self.good("int zero = 0;")
            answer = self.run_cell(code)
            self.assertIn("divided a whole number by zero, at line 1 of this cell",
                          answer.error)
            self.assertEqual(answer.stdout, "")
        self.assertEqual(self.good("1 / 0.0"), "inf\n")

    def test_a_crash_has_a_cell_and_a_line(self):
        self.good("// writes\nint f(int *p) {\n    int i = 1;\n    *p = i;\n    return i;\n}")
        answer = self.run_cell("int *nowhere = NULL;\n\nf(nowhere);")
        self.assertRegex(answer.error, r"not its own, in f, at line 4 of cell \[\d+\], called "
                                       r"from line 3 of this cell\.")
        for code, why in (("\nabort();", "was stopped (see above), at line 2 of this cell"),
                          ("void g(void) {\n    exit(3);\n}\ng();",
                           "ended its process with status 3, in g, at line 2 of this cell, "
                           "called from line 4 of this cell"),
                          ("char *p = malloc(3);\nfree(p);\nfree(p);",
                           "at line 3 of this cell"),
                          ("Tensor x = tensor_alloc(arena_new(), SCALAR);\n"
                           "tensor_at(x, 0, 0, 0, 7);", "at line 2 of this cell")):
            self.assertIn(why, self.run_cell(code).error)

    def test_a_stack_that_is_used_up_says_by_what(self):
        answer = self.run_cell("int f(int n) { return f(n + 1); }\nf(0);")
        self.assertIn("f calls itself without end, in f, at line 1", answer.error)
        answer = self.run_cell("int n = 50000000;\nvoid g(void) {\n    double big[n];\n"
                               "    big[0] = 1;\n}\ng();")
        self.assertIn("an array is too large for it; malloc has more room, in g, at line 4",
                      answer.error)

    def test_after_a_crash_the_notebook_goes_on(self):
        self.good("#define N 3\ndouble lost = N;\nint f(void) { return 1; }")
        answer = self.run_cell("puts(\"before\");\nint *nowhere = NULL;\n*nowhere = 1;")
        self.assertEqual(answer.stdout, "before\n")
        self.assertIn("touched memory that is not its own", answer.error)
        self.assertIn("the variable lost, the function f, the macro N", answer.error)
        self.assertIn("undeclared identifier 'lost'", self.run_cell("lost").error)
        self.assertEqual(self.good("double lost = 4;\nlost"), "4\n")

    def test_a_failed_check_says_what_and_what_is_lost(self):
        self.good("Arena *arena = arena_new();\nTensor x = tensor_alloc(arena, SCALAR);")
        answer = self.run_cell("tensor_at(x, 0, 0, 0, 7);")
        self.assertIn("does not hold", answer.stderr)
        self.assertIn("the variables arena, x", answer.error)
        self.assertEqual(self.good("1 + 1"), "2\n")

    def test_exit_is_told(self):
        answer = self.run_cell("exit(3);")
        self.assertIn("ended its process with status 3", answer.error)

    def test_an_endless_loop_is_interrupted(self):
        self.good("int steps = 0;")
        message = self.begin("puts(\"on and on\");\nfor (;;)\n    steps++;")
        self.interrupt(message)
        answer = self.end(message)
        self.assertEqual(answer.stdout, "on and on\n")
        self.assertRegex(answer.error, r"The cell was interrupted, at line [23] of this cell\. "
                                       r"What the cells have made is still there\.")
        self.assertEqual(self.good("steps != 0"), "1\n")  # it may have overflown

    def test_what_follows_an_interrupted_line_is_not_run(self):
        message = self.begin("int n = 0;\nfor (;;)\n    n = 1;\nn = 2;\nputs(\"never\");")
        self.interrupt(message)
        self.assertEqual(self.end(message).stdout, "")
        self.assertEqual(self.good("n"), "1\n")

    def test_inside_the_library_an_interrupt_ends_the_process(self):
        self.good("int lost = 1;")
        message = self.begin("int never(const void *a, const void *b) {\n    for (;;)\n"
                             "        lost++;\n}\nint two[2] = {2, 1};\n"
                             "qsort(two, 2, sizeof *two, never);")
        self.interrupt(message)
        answer = self.end(message)
        self.assertIn("was interrupted. What the cells before had made is lost: the variable "
                      "lost", answer.error)
        self.assertEqual(self.good("1 + 1"), "2\n")

    def test_an_endless_output_is_interrupted(self):
        message = self.begin('for (;;)\n    printf("on and on ");')
        self.interrupt(message)
        answer = self.end(message)
        self.assertIn("The cell was interrupted", answer.error)
        self.assertEqual(len(answer.stdout), 200000)

    def test_an_interrupted_grading_loses_nothing(self):
        self.good(self.run_cell("%exercise 02").payload[0]["text"].replace(
            "BLANK(", "for (;;)\n        ;\n    BLANK("))
        message = self.begin("%check 02")
        self.interrupt(message)
        self.assertEqual(self.end(message).error,
                         "The grading was interrupted; nothing is lost.")
        self.assertEqual(self.run_cell("walk_back(0, 0, 0, 0, 0, 0); x").error[:6], "line 1")


if __name__ == "__main__":
    unittest.main()
