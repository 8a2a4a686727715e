/* Lesson 02: how can a program differentiate itself?
 *
 * "Back propagation: compute the gradient of the total loss" is one line of document 000
 * (section 3, step 4). The rest of the course depends on it. The method is reverse-mode
 * automatic differentiation, also called backpropagation. A tape records every operation
 * in the order in which it runs: this is the computational graph. The backward pass walks
 * over the tape from the last node to the first and applies the chain rule:
 *
 *     dL/dx  =  sum over every use y of x:  dL/dy  dy/dx
 *
 * Note the word `sum`: b = a + a uses a twice.
 *
 *     make lesson-02        or   build/double/lessons/02_tape
 *
 * You will see a tape of three lines, the backward pass over it, the error that = makes
 * in place of +=, and the slope of a curve from a tape that was recorded once. */
#include <math.h>

#include "autograd/ops.h"
#include "lessons/lesson.h"

enum { POINTS = 121 };

static Tensor number(Lesson *l, double value);
static void walk_back(Lesson *l, Tape *tape, bool add);
static void draw(Lesson *l, const char *file, Tape *tape);
static void slope_of_a_curve(Lesson *l);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "02_tape", 64);
    Tensor x = number(l, 1);
    Tape *tape = tape_new();
    Node *a = node_label(tape_variable(tape, x), "a");
    Node *b = node_label(ag_add(a, a), "b");
    Node *c = node_label(ag_add(b, b), "c");
    lesson_print(l, "a = %g;  b = a + a = %g;  c = b + b = %g\n\nthe tape:\n",
                 (double)node_scalar(a), (double)node_scalar(b), (double)node_scalar(c));
    lesson_print_tape(l, tape);

    lesson_print(l, "\nback from dc/dc = 1, every use adds:\n");
    walk_back(l, tape, true);
    tape_backward(tape, c);
    lesson_print(l, "tape_backward finds dc/da = %g, dc/db = %g\n", (double)a->grad[0],
                 (double)b->grad[0]);
    lesson_print(l, "\nthe same walk with = instead of +=:\n");
    walk_back(l, tape, false);
    draw(l, "sum.svg", tape);
    x.data[0] = 7; /* record once, replay many */
    tape_forward(tape);
    lesson_print(l, "\na = 7 on the same tape: c = %g\n", (double)node_scalar(c));
    lesson_gradcheck(l, "c = b + b, b = a + a", tape, c);
    tape_free(tape);

    slope_of_a_curve(l);
    return lesson_end(l);
}

static Tensor number(Lesson *l, double value) {
    Tensor t = tensor_alloc(lesson_arena(l), SCALAR);
    tensor_fill(t, (real)value);
    return t;
}

/* The backward pass. The last node has gradient 1. Each node, from the last to the first,
 * passes its gradient to its inputs. Here all nodes are sums, y = a + b, so da = dy and
 * db = dy. With `add` an input adds what it gets (+=). Without it the last one wins (=).
 */
static void walk_back(Lesson *l, Tape *tape, bool add) {
    double grad[16] = {0}; /* enough for operations that you add */
    grad[tape_size(tape) - 1] = 1;
    for (int id = tape_size(tape) - 1; id >= 0; id--) {
        const Node *y = tape_node(tape, id);
        for (int k = 0; k < y->inputs; k++) {
            const Node *x = y->in[k];
            if (add)
                grad[x->id] += grad[id];
            else
                grad[x->id] = grad[id];
            lesson_print(l, "  %s hands %g to %s, which now has %g\n", y->label, grad[id],
                         x->label, grad[x->id]);
        }
    }
    lesson_print(l, "  dc/da = %g, %s\n", grad[0],
                 grad[0] == 4 ? "right: c = 4 a" : "wrong: c = 4 a");
}

/* The graph, with the numbers of the last two passes in its boxes. */
static void draw(Lesson *l, const char *file, Tape *tape) {
    for (int id = 0; id < tape_size(tape); id++) {
        Node *node = tape_node(tape, id);
        node_label(node, "%s = %.4g, gradient %.4g", node->label, (double)node->value[0],
                   (double)node->grad[0]);
    }
    lesson_draw_tape(l, file, tape);
}

/* y = x exp(-x^2) at many x, with one tape. By hand: dy/dx = (1 - 2 x^2) exp(-x^2). */
static void slope_of_a_curve(Lesson *l) {
    Tensor place = number(l, 0.5);
    Tape *tape = tape_new();
    Node *x = node_label(tape_variable(tape, place), "x");
    Node *square = node_label(ag_mul(x, x), "x x");
    Node *negative = node_label(ag_scale(square, (Scale){.factor = -1}), "-x x");
    Node *bell = node_label(ag_exp(negative), "exp(-x x)");
    Node *y = node_label(ag_mul(x, bell), "y");
    lesson_print(l, "\ny = x exp(-x x) uses x three times:\n");
    lesson_print_tape(l, tape);
    double at[POINTS];
    double value[POINTS];
    double slope[POINTS];
    double largest_error = 0;
    for (int i = 0; i < POINTS; i++) {
        at[i] = -3 + 6.0 * i / (POINTS - 1);
        place.data[0] = (real)at[i];
        tape_forward(tape);
        tape_backward(tape, y);
        value[i] = (double)node_scalar(y);
        slope[i] = (double)x->grad[0];
        const double by_hand = (1 - 2 * at[i] * at[i]) * exp(-at[i] * at[i]);
        largest_error = fmax(largest_error, fabs(slope[i] - by_hand));
    }
    lesson_print(l, "%d replays: the slope is that of (1 - 2 x^2) exp(-x^2) %s\n", POINTS,
                 largest_error < 1e-14 ? "to 14 digits" : "NOT");
    place.data[0] = (real)0.5;
    tape_forward(tape);
    lesson_gradcheck(l, "y = x exp(-x x) at 0.5", tape, y);
    tape_backward(tape, y);
    draw(l, "curve_tape.svg", tape);
    const Series series[] = {{"y = x exp(-x x)", POINTS, at, value},
                             {"dy/dx from the tape", POINTS, at, slope}};
    const Plot plot = {.title = "A curve, and its slope from a tape recorded once",
                       .x_label = "x",
                       .series_count = 2,
                       .series = series};
    lesson_plot(l, "curve.svg", &plot);
    tape_free(tape);
}

/* Exercises
 * 1. Use c = b b instead of b + b. What is dc/da at a = 1 and at a = 3? Work it out on
 *    paper first.
 * 2. Record d = c + a after c. How many uses of a are there now, and what is dd/da?
 * 3. Write the backward pass yourself in mine/02_tape.c. */
