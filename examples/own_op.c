/* An op of one's own, in a file of one's own: the Huber function of every element,
 *
 *     y = x^2 / 2              where |x| <= d          dy/dx = x
 *     y = d (|x| - d / 2)      elsewhere               dy/dx = d sign(x)
 *
 * The tape treats it like the library's ops: it can be planned, replayed and checked.
 *
 *     cc own_op.c $(pkg-config --cflags --libs stylegrad-double) -o own_op */
#include <math.h>
#include <stylegrad/stylegrad.h>

typedef struct Huber {
    double corner; /* d */
} Huber;

static void forward(Node *y) {
    const Huber *huber = y->params;
    const real *x = y->in[0]->value;
    const real d = (real)huber->corner;
    for (size_t i = 0; i < shape_size(y->shape); i++) {
        const real size = x[i] < 0 ? -x[i] : x[i];
        y->value[i] = size <= d ? size * size / 2 : d * (size - d / 2);
    }
}

/* dx += dL/dy dy/dx */
static void backward(Node *y) {
    const Huber *huber = y->params;
    const real *x = y->in[0]->value;
    const real d = (real)huber->corner;
    real *dx = y->in[0]->grad;
    if (!dx) return; /* a constant has no gradient */
    for (size_t i = 0; i < shape_size(y->shape); i++)
        dx[i] += y->grad[i] * (x[i] > d ? d : x[i] < -d ? -d : x[i]);
}

static Node *example(Tape *tape);

static const Op op_huber = {
    .name = "huber",
    .math = "y = x^2 / 2 where |x| <= d, else d (|x| - d / 2)",
    .derivative = "dx = dy max(-d, min(x, d))",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .plan = {.reads =
                 READS_INPUTS}, /* what backward reads, for tapes with little memory */
    .example = example,
};

static Node *huber(Node *x, Huber params) {
    return tape_record(&op_huber, 1, &x, &params, sizeof params);
}

static Node *example(Tape *tape) {
    return huber(tape_example_variable(tape, (Shape){2, 3, 4, 5}), (Huber){0.7});
}

int main(void) {
    Tape *tape = tape_new();
    const GradCheck check = gradcheck(tape, op_huber.example(tape), 1e-5);
    gradcheck_print(&check, stdout);
    tape_free(tape);
    return !gradcheck_passed(&check, 1e-6);
}
