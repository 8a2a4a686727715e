/* The tape as a table and as a drawing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autograd/ops.h"
#include "autograd/tape_print.h"
#include "tests/test.h"

/* image (variable, 2 x 2), mask (constant, 2 x 2), their product, its sum: 2 4 r + 4 r +
 * 2 4 r + 2 r = 22 r bytes, r the size of a number. */
static Tape *labelled_tape(real *image, real *mask) {
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, (Tensor){(Shape){1, 1, 2, 2}, image});
    Node *m = tape_constant(tape, (Tensor){(Shape){1, 1, 2, 2}, mask});
    node_label(x, "image");
    node_label(ag_sum(ag_mul(x, node_label(m, "a \"mask\\\""))), "loss");
    return tape;
}

typedef void (*Writer)(const Tape *tape, FILE *out);

static char *written(Writer writer, const Tape *tape) {
    static char text[8192];
    memset(text, 0, sizeof text);
    FILE *out = fmemopen(text, sizeof text - 1, "w");
    writer(tape, out);
    fclose(out);
    return text;
}

static void tape_print_shows_every_node_and_adds_up(void **state) {
    (void)state;
    real image[4] = {1, 2, 3, 4}, mask[4] = {0, 1, 0, 1};
    Tape *tape = labelled_tape(image, mask);
    char *text = written(tape_print, tape), bytes[64];
    int lines = 0;
    for (char *c = text; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 1 + 4 + 1);
    assert_non_null(strstr(text, "   0  image"));
    assert_non_null(strstr(text, "mul       0 1     y = a b"));
    assert_non_null(strstr(text, "sum       2       y = sum x  (1,1,1,1)  grad"));
    snprintf(bytes, sizeof bytes, "4 nodes, %zu bytes", 22 * sizeof(real));
    assert_non_null(strstr(text, bytes));
    tape_free(tape);
}

static void tape_print_cuts_a_long_list_of_inputs(void **state) {
    (void)state;
    Tape *tape = tape_new();
    Node *x = tape_example_variable(tape, SCALAR), *many[100];
    for (int i = 0; i < 100; i++)
        many[i] = x;
    ag_concat(100, many);
    assert_non_null(strstr(written(tape_print, tape), "0 0 0 ..."));
    tape_free(tape);
}

static void tape_dot_has_a_box_per_node_and_an_arrow_per_input(void **state) {
    (void)state;
    real image[4] = {1, 2, 3, 4}, mask[4] = {0, 1, 0, 1};
    Tape *tape = labelled_tape(image, mask);
    char *text = written(tape_dot, tape);
    assert_non_null(strstr(text, "n0 [label=\"image\\nvariable\\n(1,1,2,2)\""));
    assert_non_null(strstr(text, "a \\\"mask\\\\\\\"\\nconstant"));
    assert_non_null(strstr(text, "shape=ellipse, style=dashed];"));
    assert_non_null(strstr(text, "n0 -> n2;"));
    assert_non_null(strstr(text, "n1 -> n2;"));
    assert_non_null(strstr(text, "n2 -> n3;"));
    tape_free(tape);
}

static void graphviz_accepts_the_drawing(void **state) {
    (void)state;
    if (system("dot -V 2>/dev/null") != 0) {
        print_message("skipped: dot is not installed\n");
        skip();
    }
    real image[4] = {1, 2, 3, 4}, mask[4] = {0, 1, 0, 1};
    Tape *tape = labelled_tape(image, mask);
    FILE *dot = popen("dot -Tsvg >/dev/null", "w");
    assert_non_null(dot);
    tape_dot(tape, dot);
    assert_int_equal(pclose(dot), 0);
    tape_free(tape);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tape_print_shows_every_node_and_adds_up),
        cmocka_unit_test(tape_print_cuts_a_long_list_of_inputs),
        cmocka_unit_test(tape_dot_has_a_box_per_node_and_an_arrow_per_input),
        cmocka_unit_test(graphviz_accepts_the_drawing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
