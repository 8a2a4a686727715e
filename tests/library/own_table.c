/* Ops of one's own in a table of one's own, with the tools of the library: element-wise
 * formulas, declarations and rows from a .def file. Every op of the table is checked. */
#include <stylegrad/autograd/elementwise.h>
#include <stylegrad/stylegrad.h>

typedef struct Huber {
    double corner;
} Huber;

#define OPS_FILE <own_ops.def>
#define OPS_TABLE own_ops
#include <stylegrad/autograd/op_declare.inc>
extern const OpTable own_ops;
#include <stylegrad/autograd/op_define.inc>

/* y = exp(-x^2) */
static real f(real x) {
    return exp(-x * x);
}

static real df(real x, real y) {
    return -2 * x * y;
}

static Node *bell_example(Tape *tape) {
    return ag_bell(tape_example_variable(tape, (Shape){2, 3, 1, 5}));
}

const Op op_bell = {
    .name = "bell",
    .math = "y = exp(-x^2)",
    .derivative = "dx = -2 x y dy",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS | READS_OUTPUT},
    .example = bell_example,
};

static real clamped(const Node *y, real x) {
    const real d = (real)((const Huber *)y->params)->corner;
    return x > d ? d : x < -d ? -d : x;
}

/* y = c (x - c / 2) with x clamped to c: x^2 / 2 within the corner, a line beyond it. */
static void huber_forward(Node *y) {
    const real *x = y->in[0]->value;
    for (size_t i = 0; i < shape_size(y->shape); i++) {
        const real c = clamped(y, x[i]);
        y->value[i] = c * (x[i] - c / 2);
    }
}

static void huber_backward(Node *y) {
    const real *x = y->in[0]->value;
    real *dx = y->in[0]->grad;
    for (size_t i = 0; dx && i < shape_size(y->shape); i++)
        dx[i] += y->grad[i] * clamped(y, x[i]);
}

static Node *huber_example(Tape *tape) {
    return ag_huber(tape_example_variable(tape, (Shape){2, 3, 4, 5}), (Huber){0.7});
}

const Op op_huber = {
    .name = "huber",
    .math = "y = c (x - c / 2), c = max(-d, min(x, d))",
    .derivative = "dx = c dy",
    .shape = shape_same,
    .forward = huber_forward,
    .backward = huber_backward,
    .plan = {.reads = READS_INPUTS},
    .example = huber_example,
};

int main(void) {
    int failed = 0;
    for (int i = 0; i < own_ops.count; i++) {
        Tape *tape = tape_new();
        const GradCheck check = gradcheck(tape, own_ops.ops[i]->example(tape), 1e-5);
        failed += !gradcheck_passed(&check, 1e-6);
        printf("%s: %s\n", own_ops.ops[i]->name,
               gradcheck_passed(&check, 1e-6) ? "passed" : "FAILED");
        tape_free(tape);
    }
    return failed || !op_find(own_ops, "huber") || !op_find(autograd_ops, "add");
}
