"""The kernel as Jupyter meets it: cells go in, messages come out."""

import glob
import os
import time
import unittest

from jupyter_client.manager import KernelManager

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Answer:
    def __init__(self):
        self.stdout = self.stderr = self.error = ""
        self.data, self.payload = [], []


class KernelTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.manager = KernelManager(kernel_name="stylegrad-c")
        cls.manager.start_kernel()
        cls.client = cls.manager.client()
        cls.client.start_channels()
        cls.client.wait_for_ready(timeout=60)

    @classmethod
    def tearDownClass(cls):
        cls.client.stop_channels()
        cls.manager.shutdown_kernel(now=False)

    def setUp(self):
        self.run_cell("%restart")

    def begin(self, code):
        # Otherwise a cell sent right behind a failed one is dropped.
        return self.client.execute(code, stop_on_error=False)

    def end(self, message, timeout=60):
        answer = Answer()
        while True:
            got = self.client.get_iopub_msg(timeout=timeout)
            if got["parent_header"].get("msg_id") != message:
                continue
            kind, content = got["msg_type"], got["content"]
            if kind == "stream":
                setattr(answer, content["name"],
                        getattr(answer, content["name"]) + content["text"])
            elif kind == "display_data":
                answer.data.append(content["data"])
            elif kind == "error":
                answer.error += "\n".join(content["traceback"])
            elif kind == "status" and content["execution_state"] == "idle":
                break
        while True:
            reply = self.client.get_shell_msg(timeout=timeout)
            if reply["parent_header"].get("msg_id") == message:
                answer.payload = reply["content"].get("payload", [])
                if not answer.error.startswith("line"):  # sentences are wrapped
                    answer.error = " ".join(answer.error.split())
                return answer

    def run_cell(self, code):
        return self.end(self.begin(code))

    def good(self, code):
        answer = self.run_cell(code)
        self.assertEqual(answer.error, "", code)
        self.assertNotIn("error", answer.stderr, code)
        return answer.stdout

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

    def test_a_call_without_value_or_semicolon(self):
        self.assertEqual(self.good("puts(\"one\");\nshow_number(2)"), "one\n2\n")

    def test_a_cell_has_no_input_and_does_not_eat_the_next_one(self):
        self.assertEqual(self.good('int n = 7;\nprintf("%d %d\\n", scanf("%d", &n), n);\n'
                                   'printf("%d\\n", getchar());'), "-1 7\n-1\n")
        self.assertEqual(self.good("1 + 1"), "2\n")

    def test_any_character_may_be_printed(self):
        self.assertEqual(self.good('putchar(2);\nputs("end 1\\002");'), "\2end 1\2\n")
        self.assertEqual(self.good('puts("\\002show /nowhere.png");'), "")
        self.assertEqual(self.good('for (const char *s = "\u4e00\u4e8c"; *s; s++)\n    putchar(*s);'),
                         "\u4e00\u4e8c")

    def test_very_much_output_is_cut(self):
        answer = self.run_cell("for (int i = 0; i < 1000000; i++)\n    putchar('x');")
        self.assertEqual(answer.stdout, 200000 * "x")
        self.assertIn("more than 200000 characters", answer.stderr)
        answer = self.run_cell("Tensor x = tensor_alloc(arena_new(), SCALAR);\n"
                               "for (int i = 0; i < 103; i++)\n    show_heat(x);")
        self.assertEqual(len(answer.data), 100)
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

    # ---- Mistakes ----

    def test_an_error_has_the_cells_own_line(self):
        answer = self.run_cell("int one = 1;\n\nint two = one +;\n")
        self.assertIn("line 3: error: expected expression\n    int two = one +;\n"
                      + " " * 19 + "^", answer.error)

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

    # ---- The process ends ----

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
        time.sleep(1)
        self.manager.interrupt_kernel()
        answer = self.end(message)
        self.assertEqual(answer.stdout, "on and on\n")
        self.assertIn("The cell was interrupted", answer.error)
        self.assertIn("the variable steps", answer.error)
        self.assertEqual(self.good("1 + 1"), "2\n")

    def test_an_endless_output_is_interrupted(self):
        message = self.begin('for (;;)\n    printf("on and on ");')
        time.sleep(1)
        self.manager.interrupt_kernel()
        answer = self.end(message)
        self.assertIn("The cell was interrupted", answer.error)
        self.assertEqual(len(answer.stdout), 200000)

    def test_an_interrupted_grading_loses_nothing(self):
        self.good(self.run_cell("%exercise 02").payload[0]["text"].replace(
            "BLANK(", "for (;;)\n        ;\n    BLANK("))
        message = self.begin("%check 02")
        time.sleep(1)
        self.manager.interrupt_kernel()
        self.assertEqual(self.end(message).error,
                         "The grading was interrupted; nothing is lost.")
        self.assertEqual(self.run_cell("walk_back(0, 0, 0, 0, 0, 0); x").error[:6], "line 1")

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
        self.assertIn("all right", self.good("%check 02"))
        self.good(body.replace("+= dy;", "= dy;"))
        self.assertIn("WRONG", self.good("%check 02"))

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

    # ---- Showing ----

    def test_what_is_shown_appears(self):
        self.good("Arena *arena = arena_new();\n"
                  "Tensor x = tensor_alloc(arena, (Shape){1, 3, 4, 5});\n"
                  "tensor_fill(x, 0.5);\nTape *tape = tape_new();\n"
                  "Node *a = tape_variable(tape, x), *y = ag_sum(ag_square(a));\n"
                  "tape_backward(tape, y);")
        answer = self.run_cell("show_picture(x);\nshow_heat(a);\nshow_gradient(a);\n"
                               "show_channel(x, 2);\nshow_series(\"s\", 3, (double[]){1, 2, 4});\n"
                               "show_tape(tape);\nshow_gradcheck(tape, y);")
        self.assertEqual(answer.error + answer.stderr, "")
        kinds = [sorted(d)[0] if "text/html" not in d else "text/html" for d in answer.data]
        self.assertEqual(kinds, ["image/png"] * 4 + ["image/svg+xml"] * 2 + ["text/html"])
        self.assertIn("passed", answer.stdout)


if __name__ == "__main__":
    unittest.main()
