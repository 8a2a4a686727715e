/* The tape: reverse-mode automatic differentiation in one array.
 *
 * Every ag_ function computes a value at once and appends a node that remembers how. The
 * array is in creation order, which already is a topological order, so the forward pass
 * is a walk up the array and the backward pass a walk down: no sort, no recursion.
 *
 *     Tape *tape = tape_new();
 *     Node *a = tape_variable(tape, x);            x: a Tensor, read in place
 *     Node *b = ag_add(a, a);
 *     Node *c = ag_sum(ag_add(b, b));
 *     tape_backward(tape, c);                      now a->grad is 4 everywhere
 *     x.data[0] = 7;
 *     tape_forward(tape);                          same graph, new numbers
 *     tape_free(tape);
 *
 * Record once, replay many: a training loop is tape_forward, tape_backward, an
 * optimiser's step, and nothing is allocated after the first round. A new image size is a
 * new tape.
 *
 * The gradients of all nodes belong to the last tape_backward, which zeroes them first;
 * calling it twice is harmless. A node has grad == NULL when no variable leads to it.
 *
 * A big run has no room for every value and gradient at once. It records on a tape that
 * waits for a plan, and says what it wants to look at afterwards:
 *
 *     Tape *tape = tape_new_planned();
 *     ...                                          record as above: nothing is computed
 *     tape_plan(tape, loss, 1, &features);         shares out memory, and computes
 *     tape_backward(tape, loss);                   the same bits as without a plan
 *
 * The value of a node that is neither kept nor a scalar, and the gradient of a node that
 * is no variable, are overwritten as soon as nothing on the tape needs them. */
#ifndef AUTOGRAD_TAPE_H
#define AUTOGRAD_TAPE_H

#include "tensor/tensor.h"

typedef struct Tape Tape;
typedef struct Node Node;
typedef struct Op Op;
typedef struct Plan Plan;

struct Node {
    const Op *op;       /* what made it; op_variable or op_constant for a leaf */
    Tape *tape;         /* where it is recorded */
    int id;             /* its place on the tape */
    int inputs;         /* number of inputs */
    Node **in;          /* the inputs, all with smaller ids */
    Shape shape;        /* of value and grad */
    real *value;        /* shape_size(shape) numbers */
    real *grad;         /* as many, d loss / d value; NULL when none is wanted */
    const void *params; /* the op's parameter struct, copied by the tape; or NULL */
    void *saved;        /* what forward leaves for backward; or NULL */
    size_t save_bytes;  /* its length */
    const char *label;  /* a name for messages and drawings; or NULL */
    bool reached;       /* the last backward pass went through this node */
    bool blank;         /* grad holds nothing yet: see Op.fills and node_blank() */
};

/* What an op's backward reads beside dy, its parameters and node_save(); for the plan of
 * a tape. An op that does not say is taken to read everything. */
enum {
    READS_ALL = 0,
    READS_NOTHING = 1,
    READS_INPUTS = 2, /* the values of its inputs */
    READS_OTHERS = 4, /* a product: for the gradient of one input, the values of the
                         other ones */
    READS_OUTPUT = 8  /* its own value */
};

/* One kind of operation. Its file holds everything: shape rule, forward, backward, and an
 * awkward example that the gradient check runs. */
struct Op {
    const char *name;
    const char *math;       /* the forward formula, for tape_print and the docs */
    const char *derivative; /* the backward formula, for the docs */
    /* Checks the inputs' shapes, sets y->shape, and may ask for node_save(). */
    void (*shape)(Node *y);
    /* Overwrites y->value from the inputs' values. */
    void (*forward)(Node *y);
    /* ADDS to the grad of each input that has one. */
    void (*backward)(Node *y);
    unsigned reads; /* READS_... | READS_..., what backward reads */
    /* Products that forward adds up, as far as they take more time than reading and
     * writing; NULL for none. */
    double (*work)(const Node *y);
    /* Bytes of tape_scratch that either pass asks for on a planned tape; NULL for none.
     */
    size_t (*scratch)(const Node *y);
    /* Both passes also work when y is stored over its only input: forward with
     * y->value == x->value, and backward with x->grad == y->grad, which then does not add
     * but replaces dy by 0 + dx. */
    bool in_place;
    /* Backward asks node_blank() about its first input and, where that is so, writes the
     * gradient, all of it, instead of adding: nobody has to clear it before. */
    bool fills;
    /* Records the op on odd sizes with different inputs, away from its kinks. */
    Node *(*example)(Tape *tape);
    /* For an op with kinks (ReLU, max pooling, abs): which smooth piece element i of the
     * output was computed on. NULL for smooth ops. The gradient checker compares pieces
     * to see when its two probes straddle a kink. */
    int (*piece)(const Node *y, size_t i);
};

extern const Op op_variable, op_constant;

Tape *tape_new(void);
Tape *tape_new_planned(void); /* records without computing, until tape_plan */
Tape *tape_new_sketch(void);  /* records and plans, and never computes: see below */
void tape_free(Tape *tape);   /* with all nodes, values and gradients; NULL is allowed */

/* Leaves. The values stay where they are, in the caller's tensor, which must outlive the
 * tape; changing them and calling tape_forward is how inputs change. A variable gets a
 * gradient, a constant none. */
Node *tape_variable(Tape *tape, Tensor x);
Node *tape_constant(Tape *tape, Tensor x);

/* Ends the recording on a tape of tape_new_planned: gives every value and gradient its
 * place in one block of memory, and runs forward. Backward may then start at `loss` only,
 * once after each forward pass; without a loss (NULL) there is none. The `keep` nodes of
 * `kept`, and all scalars, hold their values until the next tape_forward. plan.c tells
 * how. */
void tape_plan(Tape *tape, const Node *loss, int keep, Node *const *kept);

/* The same in less memory and more time: what backward reads may be dropped and computed
 * again when it is wanted, once, so that a step takes one more forward pass at most. Same
 * bits. recompute.c tells how. */
void tape_plan_recompute(Tape *tape, const Node *loss, int keep, Node *const *kept);

/* A sketch says what a tape would take without taking it: it is recorded and planned as
 * one of tape_new_planned, but its nodes get no values, tape_forward and tape_backward
 * do nothing, tape_keep gives zeros, and tape_bytes is what the real tape would hold. */
bool tape_is_sketch(const Tape *tape);

/* The plan of this tape, or NULL: see plan.h. */
const Plan *tape_planned(const Tape *tape);

/* Recomputes every node in order. */
void tape_forward(Tape *tape);

/* Sets every gradient to 0, that of `loss` to 1, and walks back. The loss must be a
 * scalar to which at least one variable leads. Nodes that do not lead to the loss are not
 * visited: their gradients stay 0, and an infinity among them harms nobody. */
void tape_backward(Tape *tape, Node *loss);

/* The same from any node y with a given d loss / d y: shape_size(y->shape) numbers. */
void tape_backward_from(Tape *tape, Node *y, const real *seed);

/* A copy of the node's value (or gradient) that outlives the tape. */
Tensor tape_keep(Arena *arena, const Node *node);
Tensor tape_keep_grad(Arena *arena, const Node *node);

/* The nodes in order, and their number: id from 0 to tape_size - 1. */
int tape_size(const Tape *tape);
Node *tape_node(const Tape *tape, int id);

/* Bytes that the tape holds: values of its own nodes, gradients, scratch. */
size_t tape_bytes(const Tape *tape);

/* A table: id, label, op, inputs, formula, shape, bytes of value and gradient together;
 * with `grad` where a gradient is kept. The last line adds up. Where there is a plan,
 * also which bytes of its block each value and gradient shares with others. */
void tape_print(const Tape *tape, FILE *out);

/* The graph in Graphviz' language: `dot -Tsvg`. */
void tape_dot(const Tape *tape, FILE *out);

/* Names a node (the text is copied) and returns it, so that calls can be nested. */
Node *node_label(Node *node, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The node's value as a tensor, read in place. Where there is a plan, it must keep it. */
Tensor node_tensor(const Node *node);

/* The value of a scalar node. */
real node_scalar(const Node *node);

/* ---- For the files that define ops ---- */

/* Appends a node: copies inputs and parameters (params_size bytes, may be 0), runs the
 * op's shape rule, allocates value and grad, runs forward; the last two wait for the plan
 * where there will be one, so a shape rule may read shapes and parameters only. */
Node *tape_record(const Op *op, int inputs, Node *const *in, const void *params,
                  size_t params_size);

/* Asks for bytes in y->saved that forward may fill for backward; for shape rules. */
void node_save(Node *y, size_t bytes);

/* Whether the gradient of x holds nothing yet, so that an op with .fills must write it;
 * true once. */
bool node_blank(Node *x);

/* Scratch memory shared by all nodes of the tape, at least `bytes`, contents undefined;
 * it lasts until the next call. */
void *tape_scratch(Tape *tape, size_t bytes);

/* Leaves filled with normal random numbers, for an op's example(): the values live in the
 * tape and depend on the seed and on the number of nodes before them. */
Node *tape_example_variable(Tape *tape, Shape shape);
Node *tape_example_constant(Tape *tape, Shape shape);

#endif
