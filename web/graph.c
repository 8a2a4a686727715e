#include "web/graph.h"

#include <string.h>

#include "autograd/gradcheck.h"
#include "autograd/ops.h"
#include "autograd/tape_backward.h"
#include "losses/ops.h"
#include "nn/ops.h"
#include "tensor/check.h"
#include "web/play.h"

#define CURVE_MOST 64 /* steps of a curve */

static Tape *tape;
static Arena *leaves; /* their numbers, which outlive the tape */

void PLAY_EXPORT(graph_new)(void) {
    tape_free(tape);
    arena_free(leaves);
    tape = tape_new();
    leaves = arena_new();
}

int PLAY_EXPORT(graph_leaf)(int n, int c, int h, int w, const double *numbers,
                            bool variable) {
    const Tensor x = tensor_alloc(leaves, (Shape){n, c, h, w});
    for (size_t i = 0; i < shape_size(x.shape); i++)
        x.data[i] = (real)numbers[i];
    return (variable ? tape_variable : tape_constant)(tape, x)->id;
}

static int whole(double p) {
    CHECK(p >= 0 && p <= 64, "%g: a whole number from 0 to 64 is needed", p);
    return (int)p;
}

static Node *convolve(Node *x, Node *w, double pad, double stride) {
    return ag_conv2d(x, w, NULL, (Conv2d){.pad = whole(pad), .stride = whole(stride)});
}

static Node *max_pool(Node *x, double kernel) {
    return ag_max_pool(x, (Pool2d){.kernel = whole(kernel)});
}

static Node *avg_pool(Node *x, double kernel) {
    return ag_avg_pool(x, (Pool2d){.kernel = whole(kernel)});
}

static Node *upsample(Node *x, double factor) {
    return ag_upsample(x, (Upsample){.factor = whole(factor)});
}

static Node *power(Node *x, double exponent) {
    return ag_pow(x, (Pow){.exponent = exponent});
}

static Node *negative(Node *x, double unused) {
    (void)unused;
    return ag_scale(x, (Scale){.factor = -1});
}

static Node *softmax(Node *x, double unused) {
    (void)unused;
    return ag_softmax(x, (Axis){.axis = 3});
}

/* As losses do: divided by the number of pixels. */
static Node *gram(Node *x, double unused) {
    (void)unused;
    return ag_gram(x, (Gram){.divisor = (double)x->shape.h * x->shape.w});
}

static Node *multiply(Node *a, Node *b) {
    return ag_matmul(a, b, (Matmul){0});
}

/* An op takes one node, one node and a number, two nodes, or two nodes and two numbers. */
static const struct {
    const char *name;
    Node *(*one)(Node *);
    Node *(*number)(Node *, double);
    Node *(*two)(Node *, Node *);
    Node *(*numbers)(Node *, Node *, double, double);
} ops[] = {
    {"abs", .one = ag_abs},           {"exp", .one = ag_exp},
    {"log", .one = ag_log},           {"sqrt", .one = ag_sqrt},
    {"square", .one = ag_square},     {"sigmoid", .one = ag_sigmoid},
    {"softplus", .one = ag_softplus}, {"tanh", .one = ag_tanh},
    {"relu", .one = ag_relu},         {"sum", .one = ag_sum},
    {"mean", .one = ag_mean},         {"transpose", .one = ag_transpose},
    {"tv", .one = ag_tv_squares},     {"neg", .number = negative},
    {"softmax", .number = softmax},   {"gram", .number = gram},
    {"pow", .number = power},         {"max_pool", .number = max_pool},
    {"avg_pool", .number = avg_pool}, {"upsample", .number = upsample},
    {"add", .two = ag_add},           {"sub", .two = ag_sub},
    {"mul", .two = ag_mul},           {"div", .two = ag_div},
    {"matmul", .two = multiply},      {"conv2d", .numbers = convolve},
};

static Node *node_of(int id) {
    CHECK(tape && id >= 0 && id < tape_size(tape), "there is no node %d", id);
    return tape_node(tape, id);
}

int PLAY_EXPORT(graph_op)(const char *name, int a, int b, double p, double q) {
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (strcmp(ops[i].name, name) != 0) continue;
        Node *x = node_of(a);
        if (ops[i].one) return ops[i].one(x)->id;
        if (ops[i].number) return ops[i].number(x, p)->id;
        if (ops[i].two) return ops[i].two(x, node_of(b))->id;
        return ops[i].numbers(x, node_of(b), p, q)->id;
    }
    return -1;
}

int PLAY_EXPORT(graph_spread)(int node, int like) {
    const Shape shape = node_of(like)->shape;
    if (shape_equal(node_of(node)->shape, shape)) return node;
    return ag_broadcast(node_of(node), (Broadcast){.shape = shape})->id;
}

void PLAY_EXPORT(graph_set)(int leaf, int index, double value) {
    Node *x = node_of(leaf);
    CHECK(index >= 0 && (size_t)index < shape_size(x->shape), "node %d has no number %d",
          leaf, index);
    x->value[index] = (real)value;
}

void PLAY_EXPORT(graph_forward)(void) {
    tape_forward(tape);
}

void PLAY_EXPORT(graph_backward)(int loss, int until) {
    Node *y = node_of(loss);
    const real seed = 1;
    CHECK(shape_size(y->shape) == 1, "a loss is one number, not %s", SHAPE(y->shape));
    tape_backward_start(tape, y, &seed);
    for (int id = loss; id >= until && id >= 0; id--)
        tape_backward_step(tape_node(tape, id));
    tape_backward_finish(tape);
}

const int *PLAY_EXPORT(graph_shape)(int node) {
    static int sides[4];
    const Shape s = node_of(node)->shape;
    sides[0] = s.n;
    sides[1] = s.c;
    sides[2] = s.h;
    sides[3] = s.w;
    return sides;
}

const real *PLAY_EXPORT(graph_value)(int node) {
    return node_of(node)->value;
}

const real *PLAY_EXPORT(graph_gradient)(int node) {
    return node_of(node)->grad;
}

const char *PLAY_EXPORT(graph_math)(int node) {
    return node_of(node)->op->math;
}

const char *PLAY_EXPORT(graph_derivative)(int node) {
    return node_of(node)->op->derivative;
}

double PLAY_EXPORT(graph_quotient)(int loss, int leaf, int index, double h) {
    const Node *y = node_of(loss);
    double losses[2];
    Node *x = node_of(leaf);
    const real before = x->value[index];
    real probes[2];
    for (int i = 0; i < 2; i++) {
        probes[i] = before + (real)(i == 0 ? h : -h);
        graph_set(leaf, index, (double)probes[i]);
        tape_forward(tape);
        losses[i] = (double)*y->value;
    }
    graph_set(leaf, index, (double)before);
    tape_forward(tape);
    return (losses[0] - losses[1]) / (double)(probes[0] - probes[1]);
}

void PLAY_EXPORT(graph_curve)(int loss, int count, const double *steps, double *errors) {
    GradPoint points[CURVE_MOST];
    CHECK(count >= 0 && count <= CURVE_MOST, "%d points of a curve", count);
    gradcheck_curve(tape, node_of(loss), count, steps, points);
    for (int i = 0; i < count; i++) {
        errors[2 * i] = points[i].median;
        errors[2 * i + 1] = points[i].worst;
    }
}
