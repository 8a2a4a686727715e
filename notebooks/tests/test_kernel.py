"""What cells may hold, help, exercises, and what is shown."""

import glob
import os
import unittest

from kernel_case import ROOT, KernelCase


class KernelTest(KernelCase):
    # ---- What a cell may hold ----

    def test_a_function_over_several_lines_and_a_comment(self):
        self.good("/* twice\n * x */\ndouble twice(double x) {\n"
                  "    // not three times\n    return 2 * x;\n}")
        self.assertEqual(self.good('printf("%g\\n", twice(21));'), "42\n")

    def test_state_lives_from_cell_to_cell(self):
        self.good("Arena *arena = arena_new();\nTensor x = tensor_alloc(arena, SCALAR);\n"
                  "Tape *tape = tape_new();\nNode *a = tape_variable(tape, x);\n"
                  "Node *b = ag_square(a), *c = ag_add(b, b);")
        self.good("x.data[0] = 3;\ntape_forward(tape);\ntape_backward(tape, c);")
        self.assertEqual(self.good("a->grad[0]"), "12\n")
        self.assertEqual(self.good("c->value[0]"), "18\n")

    def test_initialisers_may_call(self):
        self.assertEqual(self.good("double r = sqrt(16), v[] = {r, sqrt(9)};\nv[1] + r"),
                         "7\n")
        self.good("const char *word = getenv(\"STYLEGRAD_ASSETS\");")

    def test_an_array_literal_outlives_its_line(self):
        self.good("Tensor t = tensor_alloc(arena_new(), SCALAR);\n"
                  "t = (Tensor){(Shape){1, 1, 1, 2}, (real[]){sqrt(4), 5}};")
        self.good("double noise[64];\nmemset(noise, 7, sizeof noise);")
        self.assertEqual(self.good("t.data[0] + t.data[1]"), "7\n")

    def test_no_text_may_be_shown(self):
        self.assertEqual(self.good('getenv("NO_SUCH_NAME")'), "NULL\n")
        self.assertEqual(self.good("const Node *none = NULL;\nnone"), "NULL\n")

    def test_an_array_is_as_long_as_its_text(self):
        self.good('char *at = NULL, word[] = "hel" "lo", *end = word + strlen(word);')
        self.assertEqual(self.good('printf("%s %d\\n", word, (int)(end - word));'), "hello 5\n")
        self.good('at = (char[]){"hello"};\nmemset(malloc(64), 7, 64);\n'
                  'const char *names[] = {"one", getenv("NO_SUCH_NAME")};\n'
                  'char *no = getenv("NO_SUCH_NAME"), rows[][4] = {"ab", "cd"};')
        self.assertEqual(self.good('printf("%s %s\\n", at, rows[1]);'), "hello cd\n")

    def test_whole_numbers_have_all_digits(self):
        for code, shown in (("1LL << 40", "1099511627776"), ("(size_t)-1", str(2**64 - 1)),
                            ("-1 - 9223372036854775807", str(-2**63)), ("'a'", "97"),
                            ("true", "1"), ("1 / 8.0", "0.125"), ("2.5f", "2.5"),
                            ("(unsigned char)200", "200")):
            self.assertEqual(self.good(code), shown + "\n")

    def test_complex_numbers(self):
        self.good("#include <complex.h>\ndouble complex w = 1 + 2*I, *p = &w;")
        self.assertEqual(self.good("w * *p"), "-3 + 4 i\n")
        self.assertEqual(self.good("creal(w)"), "1\n")

    def test_a_name_in_an_include_line_stays(self):
        self.good("double stdint = 1, complex = 2;\n#include <stdint.h>\nint32_t n = 3;")
        self.assertEqual(self.good("n + stdint + complex"), "6\n")

    def test_main_is_run(self):
        self.assertEqual(self.good('int main(void) {\n    printf("hello\\n");\n}'), "hello\n")
        self.assertEqual(self.good('int main(int argc, char **argv) {\n    printf("%d\\n", argc);'
                                   "\n    return argv[1] != NULL;\n}"), "1\n")
        self.assertEqual(self.good('void main() { puts("no value"); }'), "no value\n")
        answer = self.run_cell("int main(void) { return 3; }")
        self.assertEqual(answer.stderr, "main has returned 3\n")
        # Who calls it has called it.
        self.assertEqual(self.good('int main(void) { puts("once"); return 0; }\nmain();'),
                         "once\n")

    def test_a_cell_has_no_input_and_does_not_eat_the_next_one(self):
        answer = self.run_cell('int n = 7;\nprintf("%d %d\\n", scanf("%d", &n), n);\n'
                               'printf("%d\\n", getchar());')
        self.assertEqual(answer.stdout, "-1 7\n-1\n")
        self.assertIn("a cell has no input: scanf finds its end at once", answer.stderr)
        self.assertIn("单元格没有输入", answer.stderr)
        self.assertEqual(self.good("1 + 1"), "2\n")

    def test_any_character_may_be_printed(self):
        self.assertEqual(self.good('putchar(2);\nputs("end 1\\002");'), "\2end 1\2\n")
        self.assertEqual(self.good('puts("\\002show /nowhere.png");'), "")
        self.assertEqual(self.good('for (const char *s = "\u4e00\u4e8c"; *s; s++)\n'
                                   '    putchar(*s);'), "\u4e00\u4e8c")

    def test_very_much_output_is_cut(self):
        answer = self.run_cell("for (int i = 0; i < 1000000; i++)\n    putchar('x');")
        self.assertEqual(answer.stdout, 200000 * "x")
        self.assertIn("more than 200000 characters", answer.stderr)
        answer = self.run_cell("Tensor x = tensor_alloc(arena_new(), SCALAR);\n"
                               "for (int i = 0; i < 103; i++)\n    show_heat(x);")
        self.assertEqual(len([d for d in answer.data if "image/png" in d]), 100)
        self.assertIn("shown 100 pictures", answer.stderr)
        self.assertEqual(self.good("1 + 1"), "2\n")

    def test_names_of_the_c_library_are_free(self):
        self.good("double gamma = 2, y1 = 3, index = 4;")
        self.assertEqual(self.good("gamma + y1 + index"), "9\n")

    # ---- Definitions again ----

    def test_a_function_is_defined_again(self):
        self.good("int f(void) { return 1; }")
        self.good("int f(void) { return 2; }")
        self.assertEqual(self.good("f()"), "2\n")

    def test_who_calls_the_old_function_is_told(self):
        self.good("int f(void) { return 1; }")
        self.good("int g(void) { return f(); }")
        answer = self.run_cell("int f(void) { return 2; }")
        self.assertIn("g still calls the old f", answer.stderr)
        self.good("int g(void) { return f(); }")
        self.assertEqual(self.good("g()"), "2\n")

    def test_a_variable_declared_again_is_the_same_one(self):
        self.good("double k = 3;\ndouble twice_k(void) { return 2 * k; }")
        self.good("double k = 5;")
        self.assertEqual(self.good("twice_k()"), "10\n")

    def test_a_variable_may_change_its_type(self):
        self.good("double k = 3;")
        self.good("const char *k = \"three\";\nstruct Point { int k; };\n"
                  "struct Point p = {.k = abs(-4)};")
        self.assertEqual(self.good("printf(\"%s %d\\n\", k, p.k);"), "three 4\n")

    def test_a_type_is_defined_again(self):
        self.good("typedef struct Point { int x; } Point;\nPoint p = {1};")
        self.good("typedef struct Point { int x, y; } Point;\nPoint p = {1, 2};")
        self.assertEqual(self.good("p.y"), "2\n")
        self.good("int x_of(Point q) { return q.x; }")
        self.assertIn("x_of still uses the old Point: run the cell of x_of again",
                      self.run_cell("typedef struct Point { char x; } Point;").stderr)

    def test_constants_are_defined_again(self):
        self.good("enum Colour { RED = 1, BLUE };\nenum Colour c = RED;")
        self.good("enum Colour { BLUE = 5, RED };\nenum Colour c = RED;")
        self.assertEqual(self.good("c"), "6\n")

    def test_a_macro_is_defined_again(self):
        self.good("#define TIMES(x) (3 * (x))\nint f(void) { return TIMES(2); }")
        answer = self.run_cell("#define TIMES(x) (4 * (x))")
        self.assertEqual(answer.stderr, "f still uses the old TIMES: run the cell of f again\n")
        self.assertEqual(self.good("TIMES(2)"), "8\n")
        self.assertEqual(self.good("f()"), "6\n")
        self.good("int TIMES = 5;")
        self.assertEqual(self.good("TIMES"), "5\n")

    def test_a_function_of_the_library_may_be_written_anew(self):
        self.good("double style_factor(double x) { return 2 * x; }")
        self.assertEqual(self.good("style_factor(4)"), "8\n")

    # ---- Help ----

    def reply(self, message):
        while True:
            got = self.client.get_shell_msg(timeout=30)
            if got["parent_header"].get("msg_id") == message:
                return got["content"]

    def test_completion_knows_the_library_and_the_cells(self):
        self.good("double my_weight = 3;")
        found = self.reply(self.client.complete("Node *y = ag_squ", 16))
        self.assertEqual((found["matches"], found["cursor_start"]),
                         (["ag_square", "ag_squared_distance"], 10))
        self.assertEqual(self.reply(self.client.complete("my_", 3))["matches"], ["my_weight"])
        self.assertEqual(self.reply(self.client.complete("a->reac", 7))["matches"],
                         ["reached"])

    def test_the_tooltip_is_the_headers_comment(self):
        found = self.reply(self.client.inspect("tape_backward(", 14))
        self.assertIn("void tape_backward(Tape *tape, Node *loss);\n\nSets every gradient to 0",
                      found["data"]["text/plain"])

    # ---- Magic lines ----

    def test_quote_shows_a_function_with_its_comment(self):
        answer = self.run_cell("%quote autograd/add.c backward")
        self.assertIn("/* forward was:", answer.data[0]["text/plain"])
        self.assertIn("there is no function nosuch",
                      self.run_cell("%quote autograd/add.c nosuch").error)

    def test_an_exercise_is_graded_in_place(self):
        task = self.run_cell("%exercise 02")
        blank = task.payload[0]["text"]
        self.assertTrue(task.payload[0]["replace"])
        self.assertIn("BLANK(", blank)
        self.good(blank)
        said = self.good("%check 02")
        self.assertIn("walk_back is still blank", said)
        self.assertIn("go on in its cell, run it, and then %check 02", said)
        with open(os.path.join(ROOT, "lessons", "answers", "02_tape.c")) as file:
            answer = file.read()
        body = answer[answer.index("/* grad has n zeros"):]
        self.good("real share(real dy, real other) { return dy * other; }")
        body = body.replace("dy * value[b[i]]", "share(dy, value[b[i]])")
        self.good(body)
        said = self.good("%check 02")
        self.assertIn("all right", said)
        self.assertIn("kept in mine/02_tape.c", said)
        self.good(body.replace("+= dy;", "= dy;"))
        self.assertIn("missing +=", self.good("%check 02"))
        self.good(body.replace("grad[n - 1] = 1;", "grad[n] = 1;"))
        self.assertRegex(self.good("%check 02"), r"outside an array, in walk_back, cell "
                                                 r"\[\d+\] line 4")

    def test_an_exercise_adds_no_cells(self):
        first = self.run_cell("%exercise 02").payload
        self.assertEqual([p["replace"] for p in first], [True])
        # Its cell has become this, with which Run All does nothing but run it.
        again = self.run_cell(first[0]["text"])
        self.assertEqual(again.payload, [])
        self.assertIn("Exercise 02", again.data[0]["text/plain"])
        self.assertIn("walk_back is still blank", self.good("%check 02"))

    def test_the_answers_of_all_lessons_are_right_here_too(self):
        for path in sorted(glob.glob(os.path.join(ROOT, "lessons", "answers", "[01]*.c"))):
            number = os.path.basename(path)[:2]
            if not "02" <= number <= "13":
                continue
            with self.subTest(number):
                self.run_cell("%restart")
                with open(path) as file:
                    self.good("".join(line for line in file
                                      if not line.startswith("#include")))
                self.assertIn("all right", self.good(f"%check {number}"))

    def test_a_blank_total_loss_costs_its_own_points_only(self):
        with open(os.path.join(ROOT, "lessons", "answers", "13_style_transfer.c")) as file:
            text = "".join(line for line in file if not line.startswith("#include"))
        begin, end = text.rindex("double total_loss("), text.rindex("void transfer(")
        self.good(text[:begin] + text[end:])
        said = self.good("%check 13")
        self.assertIn("total_loss: 0 of 4 points", said)
        self.assertIn("transfer: 6 of 6 points", said)

    # ---- Showing ----

    def test_what_is_shown_appears(self):
        self.good("Arena *arena = arena_new();\n"
                  "Tensor x = tensor_alloc(arena, (Shape){1, 3, 4, 5});\n"
                  "tensor_fill(x, 0.5);\nTape *tape = tape_new();\n"
                  "Node *a = tape_variable(tape, x), *y = ag_sum(ag_square(a));\n"
                  "tape_backward(tape, y);")
        answer = self.run_cell("show_image(x);\nshow_heat(a);\nshow_gradient(a);\n"
                               "show_channel(x, 2);\nshow_series(\"s\", 3, (double[]){1, 2, 4});\n"
                               "show_tape(tape);\nshow_gradcheck(tape, y);")
        self.assertEqual(answer.error + answer.stderr, "")
        kinds = [sorted(d)[0] if "text/html" not in d else "text/html" for d in answer.data]
        titled = ["text/html", "image/png"] * 4
        self.assertEqual(kinds, titled + ["image/svg+xml", "text/html", "image/svg+xml"] +
                         ["text/html"] * 2)
        # The table is there once, and as text for who sees no HTML.
        self.assertEqual(answer.stdout, "")
        table = answer.data[-1]["text/plain"].split("\n")
        self.assertEqual(table[0].split(), "d y / d elements at kinks below 1e-06".split())
        self.assertEqual(table[1].split(), ["node", "0", "60", "0", "passed"])
        self.assertIn("worst error", answer.data[-1]["text/html"])

    def test_what_is_shown_has_a_title(self):
        self.good("Arena *arena = arena_new();\n"
                  "Tensor here = tensor_alloc(arena, (Shape){1, 2, 4, 5}), there = here;\n"
                  "Tensor grey = tensor_alloc(arena, (Shape){1, 1, 4, 5}), pair[] = {grey, grey};\n"
                  "Tape *tape = tape_new();\n"
                  "Node *a = tape_variable(tape, here), *y = ag_sum(ag_square(a));\n"
                  "tape_backward(tape, y);")
        sides = ": red above 0, blue below"
        for code, title in (("show_image(grey);", "grey"), ("show_heat(grey);", "grey" + sides),
                            ("show_heat(a);", "a, channel 0" + sides),
                            ("show_channel(here, 1);", "here, channel 1" + sides),
                            ("show_gradient(a);", "gradient of a, channel 0" + sides),
                            ("show_images(2, (Tensor[]){grey, grey}, 2);", "grey | grey"),
                            ("show_images(2, pair, 1);", "pair"),
                            ("show_tape(tape);", "tape"),
                            ("show_gradcheck(tape, y);", "gradient check of y")):
            shown = self.run_cell(code)
            self.assertEqual(shown.error + shown.stderr, "")
            self.assertEqual(len(shown.data), 2)
            self.assertEqual(" ".join(shown.data[0]["text/plain"].split()), title)


if __name__ == "__main__":
    unittest.main()
