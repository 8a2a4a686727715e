/* stylegrad_autograd.h 0.1.0: reverse-mode automatic differentiation in one file.
 *
 * Tensors, a tape, 43 ops with hand-written gradients (elementwise, reductions, matrix
 * products, convolution, pooling, Gram matrix, cross-entropy), a gradient checker, and the
 * optimisers gradient descent and Adam. C11 or C++17; it needs the standard library only.
 * Copy this file into your project. ONE source file also gets the implementation:
 *
 *     #define STYLEGRAD_AUTOGRAD_IMPLEMENTATION
 *     #include "stylegrad_autograd.h"
 *
 *     int main(void) {
 *         SgTape *tape = sg_tape_new();
 *         SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){1, 1, 2, 3});
 *         SgNode *loss = ag_sum(ag_square(x));
 *         SgGradCheck check = sg_gradcheck(tape, loss, 1e-3);
 *         sg_gradcheck_print(&check, stdout);
 *         for (int step = 0; step < 20; step++) {
 *             sg_tape_forward(tape);
 *             sg_tape_backward(tape, loss);
 *             for (int i = 0; i < 6; i++)
 *                 x->value[i] -= x->grad[i] / 10;
 *         }
 *         printf("%g\n", (double)sg_node_scalar(loss));
 *         sg_tape_free(tape);
 *     }
 *
 * Compile with -std=c11 or -std=c++17, link with -lm.
 *
 *   STYLEGRAD_AUTOGRAD_IMPLEMENTATION  before the #include in exactly one source file
 *   STYLEGRAD_DOUBLE       sg_real is double, not float; in every source file or in none
 *   STYLEGRAD_SHORT_NAMES  also defines the names of the library, Tensor for SgTensor,
 *                          tape_new for sg_tape_new, so that code of the lessons compiles
 *
 * The code is that of the stylegrad library: single/make.py put it together. A line
 * "---- autograd/op.h" names the file that what follows it comes from; a comment may name
 * files of the project that are not a part of this one.
 *
 * The licence is at the end of the file. */
#ifndef STYLEGRAD_AUTOGRAD_H
#define STYLEGRAD_AUTOGRAD_H

#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define STYLEGRAD_AUTOGRAD_VERSION "0.1.0"

/* A value of a struct in the middle of an expression, in C and in C++:
 *
 *     ag_gram(x, SG_LITERAL(SgGram){4}) */
#ifdef __cplusplus
#define SG_LITERAL(type) type
#define SG_NORETURN [[noreturn]]
#else
#define SG_LITERAL(type) (type)
#define SG_NORETURN _Noreturn
#endif

#ifdef __GNUC__
#define SG_PRINTF(format_at, first_at)                                                   \
    __attribute__((format(printf, format_at, first_at)))
#else
#define SG_PRINTF(format_at, first_at)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The floating-point type of all values and gradients. */
#ifdef STYLEGRAD_DOUBLE
typedef double sg_real;
#define SG_REAL_NAME "double"
#define SG_REAL_EPSILON DBL_EPSILON
#define SG_REAL_MAX DBL_MAX
#define SG_REAL_WIDTH sg_implementation_is_float_so_compile_it_with_STYLEGRAD_DOUBLE
#else
typedef float sg_real;
#define SG_REAL_NAME "float"
#define SG_REAL_EPSILON FLT_EPSILON
#define SG_REAL_MAX FLT_MAX
#define SG_REAL_WIDTH sg_implementation_is_double_so_define_STYLEGRAD_DOUBLE_in_all_files
#endif

/* Every source file refers to a name that only an implementation of the same width
 * defines, so that the linker stops at a mixture, and the missing name says what to do. */
extern const char SG_REAL_WIDTH;
#ifdef __GNUC__
static const char *const sg_real_width __attribute__((used)) = &SG_REAL_WIDTH;
#endif

/* ---- tensor/check.h ------------------------------------------------------------------ */

/* A programmer's mistake: wrong shapes, NULL, nodes of two tapes in one operation.
 *
 *     SG_CHECK(sg_shape_equal(a, b), "add: %s against %s", SG_SHAPE(a), SG_SHAPE(b));
 *
 * prints file, line, function, the condition and the message on stderr and aborts. What
 * the outside world does wrong (files, arguments) is never checked here: see error.h.
 *
 * A program that must not abort sets a handler, which gets the same text. The function
 * that was called cannot continue, so the handler must not return: it throws, in a
 * language that can, jumps (longjmp), or ends the thread. What that function was working
 * on, a tape or an arena, may only be freed then. */

/* Stops unless the condition holds; the rest is a message as for printf. */
#define SG_CHECK(condition, ...)                                                         \
    ((condition)                                                                         \
         ? (void)0                                                                       \
         : sg_check_failed(__FILE__, __LINE__, __func__, #condition, __VA_ARGS__))

/* Called with one line, without a newline, in the thread that made the mistake. */
typedef void SgCheckHandler(void *context, const char *text);

/* The handler of all threads from now on; NULL: stderr and abort, as at the start. */
void sg_check_handler(SgCheckHandler *handler, void *context);

/* What CHECK calls: file, line, function and text of the condition, and the message. */
SG_NORETURN void sg_check_failed(const char *file, int line, const char *function,
                                 const char *condition, const char *format, ...)
    SG_PRINTF(5, 6);

/* ---- tensor/arena.h ------------------------------------------------------------------ */

/* Everything lives in an arena; an arena is freed once, whole; a pointer into it never
 * moves and never outlives it. That one sentence is the ownership rule of the library.
 *
 *     SgArena *arena = sg_arena_new();
 *     SgTensor image = sg_tensor_alloc(arena, (SgShape){1, 3, 256, 256});
 *     ...
 *     sg_arena_free(arena);
 *
 * Every request is a block of its own, so no size has to be guessed. */

/* Bytes: enough for every type. */
#define SG_ARENA_ALIGNMENT 16

/* Blocks of memory that are freed together. */
typedef struct SgArena SgArena;

/* An empty arena. No allocation returns NULL: without memory, CHECK stops. */
SgArena *sg_arena_new(void);

/* Frees all blocks; NULL is allowed. */
void sg_arena_free(SgArena *arena);

/* `bytes` zeroed bytes, aligned to SG_ARENA_ALIGNMENT. Zero bytes give a valid pointer. */
void *sg_arena_alloc(SgArena *arena, size_t bytes);

/* A copy of the text that lives in the arena. */
char *sg_arena_string(SgArena *arena, const char *text);

/* Bytes handed out so far. */
size_t sg_arena_used(const SgArena *arena);

/* n zeroed objects of a type: `real *x = SG_ARENA_NEW(arena, real, 10)`. */
#define SG_ARENA_NEW(arena, type, n)                                                     \
    ((type *)sg_arena_alloc_array(arena, n, sizeof(type)))
void *sg_arena_alloc_array(SgArena *arena, size_t n, size_t size);

/* ---- tensor/rng.h -------------------------------------------------------------------- */

/* Random numbers that are the same on every machine.
 *
 * The generator is SplitMix64 (Steele, Lea, Flood 2014): a counter and a hash, 64 bits of
 * state. Uniform and normal numbers are made from it with +, -, *, / and sqrt in double,
 * which IEEE 754 fixes to the bit; log is our own series, because the C library's log
 * differs from system to system in its last digit.
 *
 *     SgRng rng = sg_rng_seed(7);
 *     double x = sg_rng_normal(&rng); */

/* A generator; a copy of it gives the same numbers again. */
typedef struct SgRng {
    uint64_t state; /* the counter */
} SgRng;

/* The generator of this seed; every seed is a good one. */
SgRng sg_rng_seed(uint64_t seed);

/* 64 random bits. */
uint64_t sg_rng_bits(SgRng *rng);

/* Uniform in [0, 1): the 53 high bits, times 2^-53. */
double sg_rng_uniform(SgRng *rng);

/* Standard normal, by Marsaglia's polar method (one of the pair is thrown away, so that
 * the state is the counter alone). */
double sg_rng_normal(SgRng *rng);

/* Uniform integer in [0, n), n >= 1. */
uint32_t sg_rng_below(SgRng *rng, uint32_t n);

/* ---- tensor/tensor.h ----------------------------------------------------------------- */

/* A tensor: a shape and an array of numbers.
 *
 * A shape is always (n, c, h, w): n images, c channels, h rows, w columns. Fewer
 * dimensions are written with leading ones: a scalar is (1, 1, 1, 1), a matrix
 * (1, 1, rows, columns), a bias (1, c, 1, 1). Elements are contiguous, w fastest:
 * element (n, c, h, w) of t is t.data[((n * C + c) * H + h) * W + w]. There are no
 * strides, no views and no broadcasting, so every loop can be read without a legend.
 *
 *     SgTensor t = sg_tensor_alloc(arena, (SgShape){1, 3, 4, 4});
 *     *sg_tensor_at(t, 0, 2, 1, 3) = 5;
 *     sg_tensor_print(t, stdout); */

/* The sides of a tensor. */
typedef struct SgShape {
    int n, c, h, w; /* images, channels, rows, columns; each at least 1 */
} SgShape;

/* A small struct, passed by value; copies share the numbers. */
typedef struct SgTensor {
    SgShape shape; /* (n, c, h, w) */
    sg_real *data; /* sg_shape_size(shape) numbers, owned by an arena */
} SgTensor;

/* The shape of one number. */
#define SG_SCALAR (SG_LITERAL(SgShape){1, 1, 1, 1})

/* Number of elements, n c h w. Stops when a side is below 1 or the product overflows. */
size_t sg_shape_size(SgShape shape);

/* Whether all four sides are equal. */
bool sg_shape_equal(SgShape a, SgShape b);

/* "(1,3,256,256)", for messages: SG_CHECK(..., "got %s", SG_SHAPE(shape)). */
typedef struct SgShapeText {
    char text[48]; /* ends with a zero byte */
} SgShapeText;
SgShapeText sg_shape_text(SgShape shape);
#define SG_SHAPE(shape) sg_shape_text(shape).text

/* A tensor of zeros. */
SgTensor sg_tensor_alloc(SgArena *arena, SgShape shape);

/* A tensor with the values of another. */
SgTensor sg_tensor_clone(SgArena *arena, SgTensor source);

/* Copies values; the shapes must be equal. */
void sg_tensor_copy(SgTensor destination, SgTensor source);

/* Sets every element to `value`. */
void sg_tensor_fill(SgTensor t, sg_real value);

/* Independent random values, in memory order: uniform in [low, high), or normal with the
 * given mean and standard deviation. */
void sg_tensor_fill_uniform(SgTensor t, SgRng *rng, double low, double high);
void sg_tensor_fill_normal(SgTensor t, SgRng *rng, double mean, double deviation);

/* Address of element (n, c, h, w). Stops when an index is outside. */
sg_real *sg_tensor_at(SgTensor t, int n, int c, int h, int w);

/* Shape and values; only the first and last rows and columns of large tensors. */
void sg_tensor_print(SgTensor t, FILE *out);

/* True when no element is NaN or infinite. */
bool sg_tensor_finite(SgTensor t);

/* ---- autograd/op_plan.h -------------------------------------------------------------- */

/* How an op likes to run. */

typedef struct SgNode SgNode;

/* Zeros are right for every op: then nothing is saved. */
typedef struct SgOpPlan {
    /* Backward calls sg_node_blank() for its first input and, if that is true, writes the
     * whole gradient instead of adding, so that it need not be set to zero before. */
    bool fills;
    bool fills_all; /* the same for every input */
} SgOpPlan;

/* ---- autograd/op.h ------------------------------------------------------------------- */

/* The computational graph: nodes, and ops. An op is one kind of operation, with one
 * file, such as mul.c. How an op is declared: op_table.h. */

/* Nodes in the order in which they were recorded: see tape.h. */
typedef struct SgTape SgTape;
/* One kind of operation. */
typedef struct SgOp SgOp;

/* One value of the graph, and how it is computed. */
struct SgNode {
    const SgOp *op;     /* what made it; sg_op_variable or sg_op_constant for a leaf */
    SgTape *tape;       /* where it is recorded */
    int id;             /* its position on the tape */
    int inputs;         /* number of inputs */
    SgNode **in;        /* the inputs, all with smaller ids */
    SgShape shape;      /* of value and grad */
    sg_real *value;     /* sg_shape_size(shape) elements */
    sg_real *grad;      /* as many, d loss / d value; NULL when no variable leads here */
    const void *params; /* the op's parameter struct, copied by the tape; or NULL */
    void *saved;        /* what forward stores for backward; or NULL */
    const char *label;  /* a name for messages and drawings; or NULL */
    /* Bookkeeping of the tape. */
    size_t save_bytes; /* length of saved */
    bool reached;      /* the last backward pass went through this node */
    bool blank;        /* grad is not initialised: see sg_node_blank() */
};

/* What the tape knows of one kind of operation. */
struct SgOp {
    const char *name;       /* as in ag_NAME */
    const char *math;       /* the forward formula, for sg_tape_print and the docs */
    const char *derivative; /* the backward formula, for the docs */
    /* Checks the inputs' shapes, sets y->shape, and may call sg_node_save(). */
    void (*shape)(SgNode *y);
    /* Overwrites y->value, computed from the inputs' values. */
    void (*forward)(SgNode *y);
    /* ADDS to the grad of each input that has one (grad != NULL). */
    void (*backward)(SgNode *y);
    SgOpPlan plan;
    /* Records the op on odd sizes with different inputs, away from its kinks. */
    SgNode *(*example)(SgTape *tape);
    /* For an op with kinks (ReLU, max pooling, abs): which smooth piece element i of y
     * was computed on, for the gradient checker. NULL for smooth ops. */
    int (*piece)(const SgNode *y, size_t i);
};

/* The ops of leaves with and without a gradient. */
extern const SgOp sg_op_variable, sg_op_constant;

/* ---- autograd/tape.h ----------------------------------------------------------------- */

/* The tape: reverse-mode automatic differentiation of a computational graph.
 *
 * Every ag_ function computes a value at once and appends a node that records how. The
 * order of creation is a topological order, so the forward pass walks up the array of
 * nodes and the backward pass (backpropagation, the chain rule) walks down.
 *
 *     SgTape *tape = sg_tape_new();
 *     SgNode *a = sg_tape_variable(tape, x);            x: a SgTensor, read in place
 *     SgNode *b = ag_add(a, a);
 *     SgNode *c = ag_sum(ag_add(b, b));
 *     sg_tape_backward(tape, c);                      now a->grad is 4 everywhere
 *     x.data[0] = 7;
 *     sg_tape_forward(tape);                          same graph, new numbers
 *     sg_tape_free(tape);
 *
 * A training loop records once and replays; nothing is allocated after the first round.
 * A new image size is a new tape. */

/* An empty tape. It and all nodes, values and gradients on it are freed by sg_tape_free. */
SgTape *sg_tape_new(void);
void sg_tape_free(SgTape *tape); /* NULL is allowed */

/* Leaves. The values stay in the caller's tensor, which must outlive the tape; changing
 * them and calling sg_tape_forward is how inputs change. A variable has a gradient. */
SgNode *sg_tape_variable(SgTape *tape, SgTensor x);
SgNode *sg_tape_constant(SgTape *tape, SgTensor x);

/* Appends a node to the tape of its inputs: copies the `inputs` pointers of `in` and the
 * parameters (params_size bytes at params, may be 0), runs the op's shape rule,
 * allocates value and grad, runs forward. */
SgNode *sg_tape_record(const SgOp *op, int inputs, SgNode *const *in, const void *params,
                       size_t params_size);

/* Recomputes every node in order. */
void sg_tape_forward(SgTape *tape);

/* Sets every gradient to 0, that of `loss` to 1, and walks back. The loss must be a
 * scalar to which a variable leads. Nodes that do not lead to it are not visited. */
void sg_tape_backward(SgTape *tape, SgNode *loss);

/* The same from any node y with a given d loss / d y, the `seed`: sg_shape_size(y->shape)
 * elements. */
void sg_tape_backward_from(SgTape *tape, SgNode *y, const sg_real *seed);

/* ---- autograd/tape_nodes.h ----------------------------------------------------------- */

/* Looking at a recorded tape. */

/* The nodes in order, and their number: id from 0 to sg_tape_size - 1. */
int sg_tape_size(const SgTape *tape);
SgNode *sg_tape_node(const SgTape *tape, int id);

/* Bytes that the tape holds: values of its own nodes, gradients, workspace. */
size_t sg_tape_bytes(const SgTape *tape);

/* ---- autograd/node.h ----------------------------------------------------------------- */

/* Reading a node: its name, its value, and copies that outlive the tape. */

/* Names a node (the text is copied) and returns it, so that calls can be nested. */
SgNode *sg_node_label(SgNode *node, const char *format, ...) SG_PRINTF(2, 3);

/* The node's value as a tensor, read in place. */
SgTensor sg_node_tensor(const SgNode *node);

/* The value of a scalar node. */
sg_real sg_node_scalar(const SgNode *node);

/* A copy of the node's value (or gradient) that outlives the tape. */
SgTensor sg_tape_keep(SgArena *arena, const SgNode *node);
SgTensor sg_tape_keep_grad(SgArena *arena, const SgNode *node);

/* ---- autograd/op_memory.h ------------------------------------------------------------ */

/* Memory for ops: bytes saved for backward, a workspace, the leaves of an example. */

/* Reserves bytes in y->saved that forward may fill for backward; for shape rules. */
void sg_node_save(SgNode *y, size_t bytes);

/* Whether the gradient of x is not initialised yet, so that an op with .fills must write
 * it instead of adding. True only for the first call. */
bool sg_node_blank(SgNode *x);

/* A workspace shared by all nodes of the tape, at least `bytes`, contents undefined; it
 * lasts until the next call. */
void *sg_tape_workspace(SgTape *tape, size_t bytes);

/* Leaves filled with normal random numbers, for an op's example(): the values live in the
 * tape and depend on the seed and on the number of nodes before them. */
SgNode *sg_tape_example_variable(SgTape *tape, SgShape shape);
SgNode *sg_tape_example_constant(SgTape *tape, SgShape shape);

/* ---- autograd/op_shapes.h ------------------------------------------------------------ */

/* Shape rules that many ops share. */

/* y has the shape of its inputs, which are all equal. */
void sg_shape_same(SgNode *y);

/* y is a scalar, whatever the input's shape. */
void sg_shape_scalar(SgNode *y);

/* ---- autograd/op_table.h ------------------------------------------------------------- */

/* How an op is declared. In the library it is a file with a `const Op op_NAME`, and one
 * line in the `ops.def` of its folder:
 *
 *     OP1(square)              SgNode *ag_square(SgNode *x);
 *     OP2(add)                 SgNode *ag_add(SgNode *a, SgNode *b);
 *     OP1P(scale, SgScale)       SgNode *ag_scale(SgNode *x, SgScale params);
 *     OP3(linear)              SgNode *ag_linear(SgNode *x, SgNode *w, SgNode *b);
 *     OP3P(conv2d, SgConv2d)     SgNode *ag_conv2d(SgNode *x, SgNode *w, SgNode *b, SgConv2d params);
 *     OPN(concat)              SgNode *ag_concat(int inputs, SgNode *const *in);
 *
 * In this file those lines are written out already. An op of your own is an Op and a
 * function that calls sg_tape_record. */

/* A list of ops. */
typedef struct SgOpTable {
    int count;              /* ops */
    const SgOp *const *ops; /* `count` of them */
} SgOpTable;

/* The op of that name in a table, or NULL. */
const SgOp *sg_op_find(SgOpTable table, const char *name);

/* ---- autograd/ops.h ------------------------------------------------------------------ */

/* The elementary operations: one file each, one line each in ops.def.
 *
 *     SgNode *loss = ag_sum(ag_square(ag_sub(a, b)));
 *
 * Each ag_ function computes its value now and records a node for later. Shapes must
 * agree exactly; only ag_broadcast repeats elements. Formulas: in the op's file, and in
 * sg_tape_print. */

/* y = factor x */
typedef struct SgScale {
    double factor; /* any number */
} SgScale;

/* y = x + term */
typedef struct SgShift {
    double term; /* any number */
} SgShift;

/* y = x^exponent */
typedef struct SgPow {
    double exponent; /* an integer, or every element of x is at least 0 */
} SgPow;

/* y = min(max(x, low), high) */
typedef struct SgClamp {
    double low, high; /* low <= high; -INFINITY, INFINITY: no bound */
} SgClamp;

/* One axis of (n, c, h, w). */
typedef struct SgAxis {
    int axis; /* 0, 1, 2, 3: images, channels, rows, columns */
} SgAxis;

/* The axes that are summed over, whose sides become 1. */
typedef struct SgAxes {
    bool n, c, h, w; /* images, channels, rows, columns */
} SgAxes;

/* y = x, repeated along the sides of x that are 1 */
typedef struct SgBroadcast {
    SgShape shape; /* of y; a side of x is the same, or 1 */
} SgBroadcast;

/* y = the elements of x, in their order */
typedef struct SgReshape {
    SgShape shape; /* of y, with as many elements as x */
} SgReshape;

/* y = `count` places of x from `start` on, along one axis */
typedef struct SgSlice {
    int axis;         /* 0, 1, 2, 3: images, channels, rows, columns */
    int start, count; /* places, from 0; inside of x */
} SgSlice;

/* y = a rectangle of x */
typedef struct SgCrop {
    int h, w; /* of y; the box is an input: see crop.c */
} SgCrop;

/* Y = A B, or with A or B transposed */
typedef struct SgMatmul {
    bool transpose_a, transpose_b; /* Y = A^T B, A B^T, A^T B^T */
} SgMatmul;

/* ---- nn/ops.h ------------------------------------------------------------------------ */

/* The layers of a convolutional network.
 *
 *     SgNode *y = ag_relu(ag_conv2d(x, w, b, (SgConv2d){.pad = 1}));
 *     y = ag_max_pool(y, (SgPool2d){.kernel = 2});
 *
 * Shapes in -> out, for x (n, c, h, w):
 *
 *     conv2d      weight (o, c / groups, kh, kw), bias (1, o, 1, 1) or NULL
 *                 -> (n, o, oh, ow), oh = (h + 2 pad - reach) / stride + 1 rounded down,
 *                 reach = (kh - 1) dilation + 1, ow likewise
 *     linear      weight (1, 1, o, k) with k = c h w, bias (1, o, 1, 1) or NULL
 *                 -> (n, o, 1, 1)
 *     max_pool,   -> (n, c, oh, ow), oh = (h + 2 pad - kernel) / stride + 1 rounded down,
 *     avg_pool       or up with ceil_mode
 *     upsample, upsample_bilinear             -> (n, c, h factor, w factor)
 *     scale_shift, instance_norm
 *                 scale and shift, both (1, c, 1, 1) or (n, c, 1, 1), shift may be NULL
 *                 -> the shape of x
 *     warp        flow (n, 2, h, w)           -> the shape of x
 *     relu, leaky_relu, normalize (c = 3)     -> the shape of x
 *
 * Every op stops with both shapes in its message when they do not fit. */

/* The padding of the image, with pad 2:
 *     SG_PAD_ZERO       0 0 [1 2 3 4] 0 0
 *     SG_PAD_REFLECT    3 2 [1 2 3 4] 3 2     needs pad < h and pad < w
 *     SG_PAD_REPLICATE  1 1 [1 2 3 4] 4 4
 * Zeros leave a frame in generated images, the others do not. */
typedef enum SgPadMode { SG_PAD_ZERO, SG_PAD_REFLECT, SG_PAD_REPLICATE } SgPadMode;

/* Zeros: stride 1, no padding, one group, no dilation. */
typedef struct SgConv2d {
    int stride;     /* pixels between windows; 0 means 1 */
    int pad;        /* pixels added on each of the four sides */
    SgPadMode mode; /* what is added */
    int groups;   /* 0 means 1; else c and o are cut into as many groups of channels, and
                     outputs of group g read inputs of group g only; c: depthwise */
    int dilation; /* pixels between neighbours of a window; 0 means 1 */
} SgConv2d;

/* y = x for x > 0, else slope x */
typedef struct SgLeakyRelu {
    double slope; /* y = slope x for x <= 0 */
} SgLeakyRelu;

/* Windows of kernel x kernel. Padding is ignored by maxima and means
 * (PyTorch: count_include_pad=False). */
typedef struct SgPool2d {
    int kernel; /* 1 to 16 */
    int stride; /* 0 means kernel */
    int pad;    /* at most kernel / 2 */
    /* Keeps a last window that reaches beyond the right or bottom edge, if it begins
     * inside the image or its left or top padding. */
    bool ceil_mode;
} SgPool2d;

/* y has `factor` times as many rows and columns as x. */
typedef struct SgUpsample {
    int factor; /* how many times as high and as wide */
} SgUpsample;

/* y = scale (x - mean) / sqrt(variance + epsilon) + shift, for each channel of each
 * image. */
typedef struct SgInstanceNorm {
    double epsilon; /* added to the variance, above 0; PyTorch: 1e-5 */
} SgInstanceNorm;

/* The mean and deviation, per colour, by which a network's input is normalised. */
typedef struct SgNormalize {
    double mean[3], deviation[3]; /* in the unit of x; no deviation may be 0 */
} SgNormalize;

/* ---- losses/ops.h -------------------------------------------------------------------- */

/* Two ops that losses are made of.
 *
 *     SgNode *g = ag_gram(features, (SgGram){.divisor = h * w});
 *     SgNode *loss = ag_sum(ag_square(ag_sub(g, target))); */

/* For F (n, c, h, w): G (n, 1, c, c), the products of all pairs of channels. */
typedef struct SgGram {
    double divisor; /* G = F F^T / divisor; not 0 */
} SgGram;

/* For images that belong to classes 0, 1, ...: x is (n, classes, 1, 1). */
typedef struct SgCrossEntropy {
    const int *label; /* of each image; read in place, so a new batch brings its own */
} SgCrossEntropy;

/* ---- the ops ------------------------------------------------------------------------- */

/* y = a + b;  da = dy, db = dy */
extern const SgOp sg_op_add;
SgNode *ag_add(SgNode *a, SgNode *b);

/* y = a - b;  da = dy, db = -dy */
extern const SgOp sg_op_sub;
SgNode *ag_sub(SgNode *a, SgNode *b);

/* y = a b;  da = b dy, db = a dy */
extern const SgOp sg_op_mul;
SgNode *ag_mul(SgNode *a, SgNode *b);

/* y = a / b;  da = dy / b, db = -a / b^2 dy */
extern const SgOp sg_op_div;
SgNode *ag_div(SgNode *a, SgNode *b);

/* y = k x;  dx = k dy */
extern const SgOp sg_op_scale;
SgNode *ag_scale(SgNode *x, SgScale params);

/* y = x + k;  dx = dy */
extern const SgOp sg_op_shift;
SgNode *ag_shift(SgNode *x, SgShift params);

/* y = x^2;  dx = 2 x dy */
extern const SgOp sg_op_square;
SgNode *ag_square(SgNode *x);

/* y = sqrt x;  dx = dy / (2 y) */
extern const SgOp sg_op_sqrt;
SgNode *ag_sqrt(SgNode *x);

/* y = x^p;  dx = p x^(p-1) dy */
extern const SgOp sg_op_pow;
SgNode *ag_pow(SgNode *x, SgPow params);

/* y = |x|;  dx = sign(x) dy */
extern const SgOp sg_op_abs;
SgNode *ag_abs(SgNode *x);

/* y = min(max(x, low), high);  dx = dy where low <= x <= high */
extern const SgOp sg_op_clamp;
SgNode *ag_clamp(SgNode *x, SgClamp params);

/* y = e^x;  dx = y dy */
extern const SgOp sg_op_exp;
SgNode *ag_exp(SgNode *x);

/* y = log x;  dx = dy / x */
extern const SgOp sg_op_log;
SgNode *ag_log(SgNode *x);

/* y = 1 / (1 + e^-x);  dx = y (1 - y) dy */
extern const SgOp sg_op_sigmoid;
SgNode *ag_sigmoid(SgNode *x);

/* y = log(1 + e^x);  dx = (1 - e^-y) dy */
extern const SgOp sg_op_softplus;
SgNode *ag_softplus(SgNode *x);

/* y = tanh x;  dx = (1 - y^2) dy */
extern const SgOp sg_op_tanh;
SgNode *ag_tanh(SgNode *x);

/* y = sum x;  dx = dy */
extern const SgOp sg_op_sum;
SgNode *ag_sum(SgNode *x);

/* y = sum x / n;  dx = dy / n */
extern const SgOp sg_op_mean;
SgNode *ag_mean(SgNode *x);

/* y = sum x along some axes;  dx = dy along them */
extern const SgOp sg_op_sum_axis;
SgNode *ag_sum_axis(SgNode *x, SgAxes params);

/* y = mean x along some axes;  dx = dy / k along them */
extern const SgOp sg_op_mean_axis;
SgNode *ag_mean_axis(SgNode *x, SgAxes params);

/* y = x, repeated along sides of 1;  dx = sum dy over the copies */
extern const SgOp sg_op_broadcast;
SgNode *ag_broadcast(SgNode *x, SgBroadcast params);

/* y = e^x / sum e^x along one axis;  dx = y (dy - sum y dy) */
extern const SgOp sg_op_softmax;
SgNode *ag_softmax(SgNode *x, SgAxis params);

/* y = x - log(sum e^x) along one axis;  dx = dy - e^y sum dy */
extern const SgOp sg_op_log_softmax;
SgNode *ag_log_softmax(SgNode *x, SgAxis params);

/* y = x in another shape;  dx = dy */
extern const SgOp sg_op_reshape;
SgNode *ag_reshape(SgNode *x, SgReshape params);

/* y = x^T;  dx = dy^T */
extern const SgOp sg_op_transpose;
SgNode *ag_transpose(SgNode *x);

/* y = x1, x2, ... along the channels;  dx_k = its part of dy */
extern const SgOp sg_op_concat;
SgNode *ag_concat(int inputs, SgNode *const *in);

/* y = x from start on, along one axis;  dx = dy there, 0 elsewhere */
extern const SgOp sg_op_slice;
SgNode *ag_slice(SgNode *x, SgSlice params);

/* y = x inside a box, 0 beyond it;  dx = dy there, 0 elsewhere */
extern const SgOp sg_op_crop;
SgNode *ag_crop(SgNode *a, SgNode *b, SgCrop params);

/* Y = A B;  dA = dY B^T, dB = A^T dY */
extern const SgOp sg_op_matmul;
SgNode *ag_matmul(SgNode *a, SgNode *b, SgMatmul params);

/* y = b + sum w x;  dx = sum w dy, dw = sum x dy, db = sum dy */
extern const SgOp sg_op_conv2d;
SgNode *ag_conv2d(SgNode *x, SgNode *w, SgNode *b, SgConv2d params);

/* y = W x + b;  dx = W^T dy, dW = dy x^T, db = dy */
extern const SgOp sg_op_linear;
SgNode *ag_linear(SgNode *x, SgNode *w, SgNode *b);

/* y = max(x, 0);  dx = dy where y > 0 */
extern const SgOp sg_op_relu;
SgNode *ag_relu(SgNode *x);

/* y = x where x > 0, else slope x;  dx = dy where x > 0, else slope dy */
extern const SgOp sg_op_leaky_relu;
SgNode *ag_leaky_relu(SgNode *x, SgLeakyRelu params);

/* y = max x over the window;  dx = dy at the maximum */
extern const SgOp sg_op_max_pool;
SgNode *ag_max_pool(SgNode *x, SgPool2d params);

/* y = mean x over the window;  dx = dy / count */
extern const SgOp sg_op_avg_pool;
SgNode *ag_avg_pool(SgNode *x, SgPool2d params);

/* y = (x - mean_c) / deviation_c;  dx = dy / deviation_c */
extern const SgOp sg_op_normalize;
SgNode *ag_normalize(SgNode *x, SgNormalize params);

/* y = every x, f x f times;  dx = sum dy over the square */
extern const SgOp sg_op_upsample;
SgNode *ag_upsample(SgNode *x, SgUpsample params);

/* y = x, f times as large, linear between pixels;  dx = sum weight dy */
extern const SgOp sg_op_upsample_bilinear;
SgNode *ag_upsample_bilinear(SgNode *x, SgUpsample params);

/* y = s_c x + t_c;  dx = s_c dy, ds_c = sum x dy, dt_c = sum dy */
extern const SgOp sg_op_scale_shift;
SgNode *ag_scale_shift(SgNode *x, SgNode *w, SgNode *b);

/* y = s_c z + t_c, z = (x - mean) / sqrt(variance + epsilon)
 * dx = s_c / d (dy - mean(dy) - z mean(z dy)), ds_c = sum z dy, dt_c = sum dy */
extern const SgOp sg_op_instance_norm;
SgNode *ag_instance_norm(SgNode *x, SgNode *w, SgNode *b, SgInstanceNorm params);

/* y[p] = x at p + f[p], linear between pixels
 * dx = sum weight dy, df = slope of x at p + f, times dy */
extern const SgOp sg_op_warp;
SgNode *ag_warp(SgNode *a, SgNode *b);

/* G = F F^T / k;  dF = (dG + dG^T) F / k */
extern const SgOp sg_op_gram;
SgNode *ag_gram(SgNode *x, SgGram params);

/* y = mean (log sum e^z - z_label);  dz = (softmax z - onehot) dy / n */
extern const SgOp sg_op_cross_entropy;
SgNode *ag_cross_entropy(SgNode *x, SgCrossEntropy params);

/* All of them. */
extern const SgOpTable ag_ops;

/* ---- autograd/gradcheck.h ------------------------------------------------------------ */

/* Is a gradient right? Compare it with the change of the loss in a small step.
 *
 * For a recorded output y of any shape the loss is L = sum_i y_i r_i with fixed random
 * weights r in [0.5, 1.5) with random signs; a plain sum(y) would not notice a permuted
 * gradient. An element x_i of a variable is moved by +h and -h, the tape is replayed, and
 *
 *     numeric  = (L(x_i + h) - L(x_i - h)) / 2h
 *     analytic = x->grad[i] after one sg_tape_backward_from(y, r)
 *     error    = |analytic - numeric| / max(|analytic|, |numeric|, 1e-4 g, 1e-4 s)
 *
 * where g is the largest |analytic| or |numeric| of that variable and s = sum_i |y_i r_i|
 * at the unmoved point: signs count, an element that happens to be almost 0 is measured
 * against its neighbours, and a gradient that is 0 in exact arithmetic (a bias before a
 * normalisation) is not measured against the rounding of L. 2h is the distance between
 * the two probes as they are in memory. The comparison means something in the double
 * build only; in float, rounding errors are larger than the differences, which lesson 03
 * shows.
 *
 * Where the two probes fall on different smooth pieces of some op between x and y (a ReLU
 * that switches, a maximum that moves to another pixel) a difference quotient is no
 * gradient. Such elements are counted in `kinks`, not in `worst`, and the op is named.
 *
 *     SgGradCheck check = sg_gradcheck(tape, y, 1e-5);
 *     if (!sg_gradcheck_passed(&check, 1e-6)) sg_gradcheck_print(&check, stderr); */

/* What a gradient check has found. */
typedef struct SgGradCheck {
    double step;              /* h */
    size_t checked;           /* elements compared */
    size_t kinks;             /* elements left out because the probes straddle a kink */
    double worst;             /* largest error of all compared elements */
    const SgNode *variable;   /* its variable; NULL when nothing was compared */
    size_t index;             /* at which element, */
    double analytic;          /* the gradient of backward there */
    double numeric;           /* and that of the difference */
    const SgNode *kink;       /* the first op that switched; NULL when none did */
    const SgNode *all_zero;   /* a variable whose analytic gradient is 0 everywhere though
                               its numeric one is not; or NULL */
    const SgNode *not_finite; /* a variable with a NaN or infinite gradient, analytic or
                               numeric; or NULL */
} SgGradCheck;

/* Checks d y / d v for every element of every variable v that leads to y; the others are
 * skipped. `step` is h. Every element is restored exactly, and values and gradients are
 * as after a sg_tape_forward and the backward pass with seed r when it returns. */
SgGradCheck sg_gradcheck(SgTape *tape, SgNode *y, double step);

/* The same, with h = `step`, for one variable, at no more than `most` elements, spread
 * evenly over it (0: all of them): two replays for every weight of a network would take
 * days. */
SgGradCheck sg_gradcheck_variable(SgTape *tape, SgNode *y, SgNode *variable, double step,
                                  size_t most);

/* Something was compared, all of it finite, no gradient all zero, and worst <= tolerance.
 */
bool sg_gradcheck_passed(const SgGradCheck *check, double tolerance);

/* One sentence (or two, when kinks were met): the worst element with its index and both
 * numbers. */
void sg_gradcheck_print(const SgGradCheck *check, FILE *out);

/* The error at one step: a point of the curve that falls with h^2, because a central
 * difference leaves out a term of that size, and rises with 1 / h, because L is rounded.
 * It has the shape of a V on logarithmic axes, and its minimum is the best step. */
typedef struct SgGradPoint {
    double step;           /* h */
    double median, worst;  /* of the errors of all compared elements of all variables */
    size_t checked, kinks; /* elements, as in GradCheck */
} SgGradPoint;

/* One point for each of `count` steps. Values and gradients end as after gradcheck. */
void sg_gradcheck_curve(SgTape *tape, SgNode *y, int count, const double *steps,
                        SgGradPoint *points);

/* ---- autograd/tape_print.h ----------------------------------------------------------- */

/* The tape as a table and as a drawing. */

/* A table: id, label, op, inputs, formula, shape, bytes of value and gradient together;
 * with `grad` where a gradient is kept. The last line adds up. */
void sg_tape_print(const SgTape *tape, FILE *out);

/* The graph in Graphviz' language: `dot -Tsvg`. */
void sg_tape_dot(const SgTape *tape, FILE *out);

/* ---- optim/step.h -------------------------------------------------------------------- */

/* What one step of an optimiser reports. */

/* A method with all that it remembers between two steps: see optimizer.h. */
typedef struct SgOptimizer SgOptimizer;

/* The loss, and whether the method can go on. */
typedef struct SgStep {
    double loss;      /* at the x this step started from, as PyTorch reports it */
    int evaluations;  /* how often the objective was evaluated */
    const char *stop; /* NULL, or why this method cannot go on: words that complete
                       * "stopped: ...", good until the next step. x is as it was. */
} SgStep;

/* ---- optim/objective.h --------------------------------------------------------------- */

/* What an optimiser requires: the vector x, and a function that computes the gradient.
 *
 * The numbers x are changed in place. A tape leaf reads the image's memory directly,
 * and backward leaves the gradient in the leaf, so nothing is ever copied:
 *
 *     static double evaluate(void *context) {
 *         Painting *p = context;
 *         sg_tape_forward(p->tape);
 *         sg_tape_backward(p->tape, p->loss);
 *         return sg_node_scalar(p->loss);
 *     }
 *     SgObjective objective = {size, image->value, image->grad, evaluate, &painting};
 */

/* A loss as a function of x. */
typedef struct SgObjective {
    size_t size;       /* how many numbers, at least 1 */
    sg_real *x;        /* the numbers: read by evaluate, changed by sg_optimizer_step */
    sg_real *gradient; /* dL/dx, written by evaluate */

    /* Returns the loss L at the present x and writes its gradient. The same x must give
     * the same loss and gradient. */
    double (*evaluate)(void *context);
    void *context; /* passed to evaluate */
} SgObjective;

/* ---- optim/optimizer.h --------------------------------------------------------------- */

/* Optimisers: given a loss and its gradient, where should x go next?
 *
 * All methods work on one flat vector and share one step function, so a program chooses
 * its method once and then only steps:
 *
 *     SgAdam settings = SG_ADAM_DEFAULTS;
 *     settings.lr = 3;
 *     SgOptimizer *optimizer = sg_adam_new(arena, objective, settings);
 *     for (int i = 0; i < 200; i++) {
 *         SgStep step = sg_optimizer_step(optimizer);
 *         if (step.stop) {
 *             printf("stopped: %s\n", step.stop);
 *             break;
 *         }
 *         printf("%d %g\n", i, step.loss);
 *     }
 *
 * A program may change x between two steps (clamp an image to its range, say). */

/* One step: evaluates at x, then moves x. Stops when the loss or a gradient entry is not
 * finite. After a stop the step may be tried again, for instance after
 * sg_optimizer_restart. */
SgStep sg_optimizer_step(SgOptimizer *o);

/* Changes the learning rate to lr, which must be positive, from the next step on. */
void sg_optimizer_set_rate(SgOptimizer *o, double lr);

/* Resets the state of the method to that of a new optimiser: velocity and moments. The
 * learning rate stays. */
void sg_optimizer_restart(SgOptimizer *o);

/* Gradient descent, torch.optim.SGD. With g' = g + weight_decay x:
 *     v = momentum v + (1 - dampening) g'      in the first step v = g'
 *     x = x - lr v                   plain, or
 *     x = x - lr (g' + momentum v)   nesterov */
typedef struct SgGd {
    double lr;           /* the documents' alpha or lambda */
    double momentum;     /* in [0, 1); 0 is plain descent x = x - lr g' */
    bool nesterov;       /* looks one step ahead; needs momentum */
    double dampening;    /* in [0, 1]; 0 with nesterov */
    double weight_decay; /* >= 0: the gradient of weight_decay |x|^2 / 2 is added to g */
} SgGd;
SgOptimizer *sg_gd_new(SgArena *arena, SgObjective objective, SgGd settings);

/* Adam and AdamW, torch.optim.Adam and torch.optim.AdamW: see adam.c. */
typedef struct SgAdam {
    double lr;           /* about how far each number moves per step */
    double beta1, beta2; /* memory of the gradient and of its square, in [0, 1) */
    double epsilon;      /* keeps the division away from zero, > 0 */
    bool epsilon_hat;    /* added before the root is corrected: TensorFlow, Torch7 */
    double weight_decay; /* >= 0: weight_decay x is added to g */
    bool decoupled;      /* AdamW: instead, x shrinks by the factor 1 - lr weight_decay */
} SgAdam;
#define SG_ADAM_DEFAULTS                                                                 \
    (SG_LITERAL(SgAdam){/* lr */ 1e-3, /* beta1 */ 0.9, /* beta2 */ 0.999,               \
                        /* epsilon */ 1e-8, /* epsilon_hat */ false,                     \
                        /* weight_decay */ 0, /* decoupled */ false})
#define SG_ADAMW_DEFAULTS                                                                \
    (SG_LITERAL(SgAdam){/* lr */ 1e-3, /* beta1 */ 0.9, /* beta2 */ 0.999,               \
                        /* epsilon */ 1e-8, /* epsilon_hat */ false,                     \
                        /* weight_decay */ 1e-2, /* decoupled */ true})
SgOptimizer *sg_adam_new(SgArena *arena, SgObjective objective, SgAdam settings);

#ifdef __cplusplus
}
#endif

/* The names of the library and of its lessons. */
#ifdef STYLEGRAD_SHORT_NAMES
typedef SgCheckHandler CheckHandler;
typedef SgArena Arena;
typedef SgRng Rng;
typedef SgShape Shape;
typedef SgTensor Tensor;
typedef SgShapeText ShapeText;
typedef SgNode Node;
typedef SgOpPlan OpPlan;
typedef SgTape Tape;
typedef SgOp Op;
typedef SgOpTable OpTable;
typedef SgScale Scale;
typedef SgShift Shift;
typedef SgPow Pow;
typedef SgClamp Clamp;
typedef SgAxis Axis;
typedef SgAxes Axes;
typedef SgBroadcast Broadcast;
typedef SgReshape Reshape;
typedef SgSlice Slice;
typedef SgCrop Crop;
typedef SgMatmul Matmul;
typedef SgPadMode PadMode;
typedef SgConv2d Conv2d;
typedef SgLeakyRelu LeakyRelu;
typedef SgPool2d Pool2d;
typedef SgUpsample Upsample;
typedef SgInstanceNorm InstanceNorm;
typedef SgNormalize Normalize;
typedef SgGram Gram;
typedef SgCrossEntropy CrossEntropy;
typedef SgGradCheck GradCheck;
typedef SgGradPoint GradPoint;
typedef SgOptimizer Optimizer;
typedef SgStep Step;
typedef SgObjective Objective;
typedef SgGd Gd;
typedef SgAdam Adam;
typedef sg_real real;
#define CHECK SG_CHECK
#define check_handler sg_check_handler
#define check_failed sg_check_failed
#define ARENA_ALIGNMENT SG_ARENA_ALIGNMENT
#define arena_new sg_arena_new
#define arena_free sg_arena_free
#define arena_alloc sg_arena_alloc
#define arena_string sg_arena_string
#define arena_used sg_arena_used
#define ARENA_NEW SG_ARENA_NEW
#define arena_alloc_array sg_arena_alloc_array
#define rng_seed sg_rng_seed
#define rng_bits sg_rng_bits
#define rng_uniform sg_rng_uniform
#define rng_normal sg_rng_normal
#define rng_below sg_rng_below
#define SCALAR SG_SCALAR
#define shape_size sg_shape_size
#define shape_equal sg_shape_equal
#define shape_text sg_shape_text
#define SHAPE SG_SHAPE
#define tensor_alloc sg_tensor_alloc
#define tensor_clone sg_tensor_clone
#define tensor_copy sg_tensor_copy
#define tensor_fill sg_tensor_fill
#define tensor_fill_uniform sg_tensor_fill_uniform
#define tensor_fill_normal sg_tensor_fill_normal
#define tensor_at sg_tensor_at
#define tensor_print sg_tensor_print
#define tensor_finite sg_tensor_finite
#define op_variable sg_op_variable
#define op_constant sg_op_constant
#define tape_new sg_tape_new
#define tape_free sg_tape_free
#define tape_variable sg_tape_variable
#define tape_constant sg_tape_constant
#define tape_record sg_tape_record
#define tape_forward sg_tape_forward
#define tape_backward sg_tape_backward
#define tape_backward_from sg_tape_backward_from
#define tape_size sg_tape_size
#define tape_node sg_tape_node
#define tape_bytes sg_tape_bytes
#define node_label sg_node_label
#define node_tensor sg_node_tensor
#define node_scalar sg_node_scalar
#define tape_keep sg_tape_keep
#define tape_keep_grad sg_tape_keep_grad
#define node_save sg_node_save
#define node_blank sg_node_blank
#define tape_workspace sg_tape_workspace
#define tape_example_variable sg_tape_example_variable
#define tape_example_constant sg_tape_example_constant
#define shape_same sg_shape_same
#define shape_scalar sg_shape_scalar
#define op_find sg_op_find
#define PAD_ZERO SG_PAD_ZERO
#define PAD_REFLECT SG_PAD_REFLECT
#define PAD_REPLICATE SG_PAD_REPLICATE
#define op_add sg_op_add
#define op_sub sg_op_sub
#define op_mul sg_op_mul
#define op_div sg_op_div
#define op_scale sg_op_scale
#define op_shift sg_op_shift
#define op_square sg_op_square
#define op_sqrt sg_op_sqrt
#define op_pow sg_op_pow
#define op_abs sg_op_abs
#define op_clamp sg_op_clamp
#define op_exp sg_op_exp
#define op_log sg_op_log
#define op_sigmoid sg_op_sigmoid
#define op_softplus sg_op_softplus
#define op_tanh sg_op_tanh
#define op_sum sg_op_sum
#define op_mean sg_op_mean
#define op_sum_axis sg_op_sum_axis
#define op_mean_axis sg_op_mean_axis
#define op_broadcast sg_op_broadcast
#define op_softmax sg_op_softmax
#define op_log_softmax sg_op_log_softmax
#define op_reshape sg_op_reshape
#define op_transpose sg_op_transpose
#define op_concat sg_op_concat
#define op_slice sg_op_slice
#define op_crop sg_op_crop
#define op_matmul sg_op_matmul
#define op_conv2d sg_op_conv2d
#define op_linear sg_op_linear
#define op_relu sg_op_relu
#define op_leaky_relu sg_op_leaky_relu
#define op_max_pool sg_op_max_pool
#define op_avg_pool sg_op_avg_pool
#define op_normalize sg_op_normalize
#define op_upsample sg_op_upsample
#define op_upsample_bilinear sg_op_upsample_bilinear
#define op_scale_shift sg_op_scale_shift
#define op_instance_norm sg_op_instance_norm
#define op_warp sg_op_warp
#define op_gram sg_op_gram
#define op_cross_entropy sg_op_cross_entropy
#define gradcheck sg_gradcheck
#define gradcheck_variable sg_gradcheck_variable
#define gradcheck_passed sg_gradcheck_passed
#define gradcheck_print sg_gradcheck_print
#define gradcheck_curve sg_gradcheck_curve
#define tape_print sg_tape_print
#define tape_dot sg_tape_dot
#define optimizer_step sg_optimizer_step
#define optimizer_set_rate sg_optimizer_set_rate
#define optimizer_restart sg_optimizer_restart
#define gd_new sg_gd_new
#define ADAM_DEFAULTS SG_ADAM_DEFAULTS
#define ADAMW_DEFAULTS SG_ADAMW_DEFAULTS
#define adam_new sg_adam_new
#endif

#endif

#ifdef STYLEGRAD_AUTOGRAD_IMPLEMENTATION
#ifndef STYLEGRAD_AUTOGRAD_IMPLEMENTED
#define STYLEGRAD_AUTOGRAD_IMPLEMENTED

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#ifndef __cplusplus
#include <tgmath.h> /* sqrt, exp, ... of the width of sg_real; C++ has them */
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* What the declarations refer to in every file that uses them. */
const char SG_REAL_WIDTH = sizeof(sg_real);

/* ---- tensor/check.c ------------------------------------------------------------------ */

static SgCheckHandler *sg_check_own_handler;
static void *sg_check_handler_context;

void sg_check_handler(SgCheckHandler *new_handler, void *context) {
    sg_check_own_handler = new_handler;
    sg_check_handler_context = context;
}

void sg_check_failed(const char *file, int line, const char *function,
                     const char *condition, const char *format, ...) {
    char message[1024], text[1600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    snprintf(text, sizeof text, "%s:%d: %s: %s [%s does not hold]", file, line, function,
             message, condition);
    if (sg_check_own_handler) sg_check_own_handler(sg_check_handler_context, text);
    fprintf(stderr, "%s\n", text);
    fflush(stderr);
    abort();
}

/* ---- single/arena.c ------------------------------------------------------------------ */

/* The arena of the single file: every request is a block of its own from calloc, so that
 * the sanitizers and valgrind see each of them. */

typedef struct SgArenaBlock {
    struct SgArenaBlock *older;
    size_t bytes;
} SgArenaBlock;

struct SgArena {
    SgArenaBlock *newest;
    size_t used; /* bytes of all blocks */
};

SgArena *sg_arena_new(void) {
    SgArena *arena = (SgArena *)calloc(1, sizeof(SgArena));
    SG_CHECK(arena, "there is no memory for an arena");
    return arena;
}

void sg_arena_free(SgArena *arena) {
    if (!arena) return;
    while (arena->newest) {
        SgArenaBlock *block = arena->newest;
        arena->newest = block->older;
        free(block);
    }
    free(arena);
}

void *sg_arena_alloc(SgArena *arena, size_t bytes) {
    SG_CHECK(bytes < SIZE_MAX / 2, "a request of %zu bytes", bytes);
    SgArenaBlock *block =
        (SgArenaBlock *)calloc(1, sizeof(SgArenaBlock) + (bytes ? bytes : 1));
    SG_CHECK(block, "there is no memory for %zu bytes", bytes);
    block->older = arena->newest;
    block->bytes = bytes;
    arena->newest = block;
    arena->used += bytes;
    return block + 1;
}

void *sg_arena_alloc_array(SgArena *arena, size_t n, size_t size) {
    SG_CHECK(size == 0 || n <= SIZE_MAX / 2 / size, "%zu objects of %zu bytes", n, size);
    return sg_arena_alloc(arena, n * size);
}

char *sg_arena_string(SgArena *arena, const char *text) {
    const size_t bytes = strlen(text) + 1;
    return (char *)memcpy(sg_arena_alloc(arena, bytes), text, bytes);
}

size_t sg_arena_used(const SgArena *arena) {
    return arena->used;
}

/* ---- tensor/rng.c -------------------------------------------------------------------- */

SgRng sg_rng_seed(uint64_t seed) {
    return SG_LITERAL(SgRng){seed};
}

uint64_t sg_rng_bits(SgRng *rng) {
    uint64_t z = rng->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double sg_rng_uniform(SgRng *rng) {
    return (double)(sg_rng_bits(rng) >> 11) * 0x1p-53;
}

/* log(m 2^e) = e log 2 + 2 (t + t^3/3 + t^5/5 + ...), t = (m - 1) / (m + 1), and m is in
 * [1/2, 1), so |t| <= 1/3 and twenty terms reach double precision. */
static double sg_rng_portable_log(double x) {
    int exponent;
    double m = frexp(x, &exponent), t = (m - 1) / (m + 1), power = t, sum = 0;
    for (int i = 0; i < 20; i++) {
        sum += power / (2 * i + 1);
        power *= t * t;
    }
    return exponent * 0.69314718055994530942 + 2 * sum;
}

double sg_rng_normal(SgRng *rng) {
    double u, v, s;
    do {
        u = 2 * sg_rng_uniform(rng) - 1;
        v = 2 * sg_rng_uniform(rng) - 1;
        s = u * u + v * v;
    } while (s >= 1 || s == 0);
    return u * sqrt(-2 * sg_rng_portable_log(s) / s);
}

uint32_t sg_rng_below(SgRng *rng, uint32_t n) {
    SG_CHECK(n > 0, "a number below 0 was asked for");
    return (uint32_t)(sg_rng_uniform(rng) * n);
}

/* ---- tensor/tensor.c ----------------------------------------------------------------- */

#define SG_TENSOR_PRINT_EDGE                                                             \
    3 /* rows and columns shown at either end of a large tensor */

size_t sg_shape_size(SgShape s) {
    SG_CHECK(s.n > 0 && s.c > 0 && s.h > 0 && s.w > 0, "shape %s has an empty side",
             SG_SHAPE(s));
    size_t plane = (size_t)s.h * (size_t)s.w, planes = (size_t)s.n * (size_t)s.c;
    SG_CHECK(planes <= SIZE_MAX / sizeof(sg_real) / plane, "shape %s is too large",
             SG_SHAPE(s));
    return planes * plane;
}

bool sg_shape_equal(SgShape a, SgShape b) {
    return a.n == b.n && a.c == b.c && a.h == b.h && a.w == b.w;
}

SgShapeText sg_shape_text(SgShape s) {
    SgShapeText out;
    snprintf(out.text, sizeof out.text, "(%d,%d,%d,%d)", s.n, s.c, s.h, s.w);
    return out;
}

SgTensor sg_tensor_alloc(SgArena *arena, SgShape shape) {
    return SG_LITERAL(SgTensor){shape,
                                SG_ARENA_NEW(arena, sg_real, sg_shape_size(shape))};
}

SgTensor sg_tensor_clone(SgArena *arena, SgTensor source) {
    SgTensor t = sg_tensor_alloc(arena, source.shape);
    sg_tensor_copy(t, source);
    return t;
}

void sg_tensor_copy(SgTensor destination, SgTensor source) {
    SG_CHECK(sg_shape_equal(destination.shape, source.shape), "copy of %s into %s",
             SG_SHAPE(source.shape), SG_SHAPE(destination.shape));
    memmove(destination.data, source.data, sg_shape_size(source.shape) * sizeof(sg_real));
}

void sg_tensor_fill(SgTensor t, sg_real value) {
    size_t size = sg_shape_size(t.shape);
    for (size_t i = 0; i < size; i++)
        t.data[i] = value;
}

void sg_tensor_fill_uniform(SgTensor t, SgRng *rng, double low, double high) {
    size_t size = sg_shape_size(t.shape);
    for (size_t i = 0; i < size; i++)
        t.data[i] = (sg_real)(low + (high - low) * sg_rng_uniform(rng));
}

void sg_tensor_fill_normal(SgTensor t, SgRng *rng, double mean, double deviation) {
    size_t size = sg_shape_size(t.shape);
    for (size_t i = 0; i < size; i++)
        t.data[i] = (sg_real)(mean + deviation * sg_rng_normal(rng));
}

sg_real *sg_tensor_at(SgTensor t, int n, int c, int h, int w) {
    SgShape s = t.shape;
    SG_CHECK(n >= 0 && n < s.n && c >= 0 && c < s.c && h >= 0 && h < s.h && w >= 0 &&
                 w < s.w,
             "element (%d,%d,%d,%d) of a tensor %s", n, c, h, w, SG_SHAPE(s));
    return t.data +
           (((size_t)n * (size_t)s.c + (size_t)c) * (size_t)s.h + (size_t)h) *
               (size_t)s.w +
           w;
}

/* Whether index i of a dimension is printed, or replaced by dots. */
static bool sg_tensor_printed(int i, int side) {
    return side <= 2 * SG_TENSOR_PRINT_EDGE || i < SG_TENSOR_PRINT_EDGE ||
           i >= side - SG_TENSOR_PRINT_EDGE;
}

static void sg_tensor_print_row(const sg_real *row, int width, FILE *out) {
    for (int x = 0; x < width; x++) {
        if (sg_tensor_printed(x, width))
            fprintf(out, " %10.6g", (double)row[x]);
        else if (sg_tensor_printed(x - 1, width))
            fprintf(out, "        ...");
    }
    fputc('\n', out);
}

void sg_tensor_print(SgTensor t, FILE *out) {
    SgShape s = t.shape;
    fprintf(out, "%s\n", SG_SHAPE(s));
    for (int n = 0; n < s.n; n++) {
        for (int c = 0; c < s.c; c++) {
            if (!sg_tensor_printed(c, s.c)) continue;
            if (s.n > 1 || s.c > 1) fprintf(out, "n %d, c %d\n", n, c);
            for (int y = 0; y < s.h; y++) {
                if (sg_tensor_printed(y, s.h))
                    sg_tensor_print_row(sg_tensor_at(t, n, c, y, 0), s.w, out);
                else if (sg_tensor_printed(y - 1, s.h))
                    fprintf(out, "        ...\n");
            }
        }
    }
}

bool sg_tensor_finite(SgTensor t) {
    size_t size = sg_shape_size(t.shape);
    for (size_t i = 0; i < size; i++)
        if (!isfinite(t.data[i])) return false;
    return true;
}

/* ---- tensor/kernels/kernels.h -------------------------------------------------------- */

/* Sizes of one pooling: windows of kernel x kernel, every `stride`, zero or more padding
 * positions around, which are ignored by maxima and averages. Windows may reach beyond
 * the right and bottom edge, but each must overlap the image; kernel <= 16, so that a
 * position in the window fits into a byte. */
typedef struct SgPoolDims {
    int n, c, h, w;
    int kernel, stride, pad;
    int oh, ow;
} SgPoolDims;

/* The product C = op(A) op(B), or C += op(A) op(B) when `accumulate`, where op(A) is
 * m x k, op(B) is k x n, C is m x n and lda, ldb, ldc are the row lengths as stored.
 * Sums run over k from 0 up, starting from C (or 0). */
typedef struct SgGemmDims {
    bool transpose_a, transpose_b, accumulate;
    int m, n, k;
    int lda, ldb, ldc;
} SgGemmDims;

/* ---- tensor/kernels/ref/ref.h -------------------------------------------------------- */

/* The textbook loops: every formula written as it is, one loop per index, on one thread.
 *
 *     C = op(A) op(B), or C += op(A) op(B)         sg_ref_gemm
 *     G = F F^T / divisor, F of (c, m)             sg_ref_gram_forward
 *     dF += (dG + dG^T) F / divisor                sg_ref_gram_backward
 *
 * Backward of pooling ADDS to dx when `add`, else it writes all of dx. `winner` is the
 * position of the largest x in its window, u kernel + v. */

static void sg_ref_gemm(const SgGemmDims *d, const sg_real *a, const sg_real *b,
                        sg_real *c);

/* Positions that gram_forward adds in `real` before it goes on in double. A float sum
 * loses about one bit for each doubling of its length; in pieces of 256 the loss stays
 * below 2e-5 however large the image is. */
#define SG_GRAM_CHUNK 256

static void sg_ref_gram_forward(int n, int c, size_t m, double divisor, const sg_real *f,
                                sg_real *g);
static void sg_ref_gram_backward(int n, int c, size_t m, double divisor, const sg_real *f,
                                 const sg_real *dg, sg_real *df, bool add);

/* Element (a, b) of (dG + dG^T) / divisor, for dG of c x c. */
static sg_real sg_gram_symmetric(const sg_real *dg, int c, ptrdiff_t a, ptrdiff_t b,
                                 double divisor);

static void sg_ref_max_pool_forward(const SgPoolDims *d, const sg_real *x, sg_real *y,
                                    uint8_t *winner);
static void sg_ref_max_pool_backward(const SgPoolDims *d, const sg_real *dy,
                                     const uint8_t *winner, sg_real *dx, bool add);
static void sg_ref_avg_pool_forward(const SgPoolDims *d, const sg_real *x, sg_real *y);
static void sg_ref_avg_pool_backward(const SgPoolDims *d, const sg_real *dy, sg_real *dx,
                                     bool add);

/* ---- tensor/kernels/ref/gemm.c ------------------------------------------------------- */

/* C[i,j] = sum over k of A[i,k] B[k,j]: three loops, the sum innermost. */
static void sg_ref_gemm(const SgGemmDims *d, const sg_real *a, const sg_real *b,
                        sg_real *c) {
    const ptrdiff_t lda = d->lda, ldb = d->ldb, ldc = d->ldc;
    for (int i = 0; i < d->m; i++)
        for (int j = 0; j < d->n; j++) {
            sg_real sum = d->accumulate ? c[i * ldc + j] : 0;
            for (int k = 0; k < d->k; k++) {
                sg_real a_ik = d->transpose_a ? a[k * lda + i] : a[i * lda + k];
                sg_real b_kj = d->transpose_b ? b[j * ldb + k] : b[k * ldb + j];
                sum += a_ik * b_kj;
            }
            c[i * ldc + j] = sum;
        }
}

/* ---- tensor/kernels/ref/gram.c ------------------------------------------------------- */

/* Sum of a_i b_i: pieces of SG_GRAM_CHUNK in `real`, the pieces in double. */
static double sg_ref_gram_dot(const sg_real *a, const sg_real *b, size_t m) {
    double total = 0;
    for (size_t start = 0; start < m; start += SG_GRAM_CHUNK) {
        sg_real sum = 0;
        for (size_t i = start; i < m && i < start + SG_GRAM_CHUNK; i++)
            sum += a[i] * b[i];
        total += (double)sum;
    }
    return total;
}

/* G[a,b] = sum over i of F[a,i] F[b,i] / divisor */
static void sg_ref_gram_forward(int n, int c, size_t m, double divisor, const sg_real *f,
                                sg_real *g) {
    for (int image = 0; image < n; image++, f += (size_t)c * m)
        for (size_t a = 0; a < (size_t)c; a++)
            for (size_t b = 0; b < (size_t)c; b++)
                *g++ = (sg_real)(sg_ref_gram_dot(f + a * m, f + b * m, m) / divisor);
}

static sg_real sg_gram_symmetric(const sg_real *dg, int c, ptrdiff_t a, ptrdiff_t b,
                                 double divisor) {
    return (sg_real)(((double)dg[a * c + b] + (double)dg[b * c + a]) / divisor);
}

/* forward was: G[a,b] += F[a,i] F[b,i] / divisor; F[a,i] contributes to row a and to
 * column a of G, so dF[a,i] += sum over b of (dG[a,b] + dG[b,a]) / divisor F[b,i]. */
static void sg_ref_gram_backward(int n, int c, size_t m, double divisor, const sg_real *f,
                                 const sg_real *dg, sg_real *df, bool add) {
    for (int image = 0; image < n; image++) {
        if (!add) memset(df, 0, (size_t)c * m * sizeof *df);
        for (int a = 0; a < c; a++)
            for (int b = 0; b < c; b++) {
                sg_real factor = sg_gram_symmetric(dg, c, a, b, divisor);
                for (size_t i = 0; i < m; i++)
                    df[(size_t)a * m + i] += factor * f[(size_t)b * m + i];
            }
        f += (size_t)c * m, df += (size_t)c * m, dg += c * c;
    }
}

/* ---- tensor/kernels/ref/pool.c ------------------------------------------------------- */

/* The part of one window that is inside the image: rows top <= y < bottom, columns
 * left <= x < right. Windows may reach beyond any edge. */
typedef struct SgRefPoolWindow {
    int top, bottom, left, right;
} SgRefPoolWindow;

static SgRefPoolWindow sg_ref_pool_window_inside(const SgPoolDims *d, int i, int j) {
    int y = i * d->stride - d->pad, x = j * d->stride - d->pad;
    return SG_LITERAL(SgRefPoolWindow){
        /* top */ y > 0 ? y : 0, /* bottom */ y + d->kernel < d->h ? y + d->kernel : d->h,
        /* left */ x > 0 ? x : 0,
        /* right */ x + d->kernel < d->w ? x + d->kernel : d->w};
}

/* The `add` of backward. */
static void sg_ref_pool_begin_gradient(const SgPoolDims *d, sg_real *dx, bool add) {
    size_t size = (size_t)d->n * (size_t)d->c * (size_t)d->h * (size_t)d->w;
    if (!add) memset(dx, 0, size * sizeof *dx);
}

/* y = max x over the window. The first of equal values wins; the first NaN wins over all
 * numbers, because every comparison with it is false. */
static void sg_ref_max_pool_forward(const SgPoolDims *d, const sg_real *x, sg_real *y,
                                    uint8_t *winner) {
    for (int plane = 0; plane < d->n * d->c; plane++, x += (ptrdiff_t)d->h * d->w)
        for (int i = 0; i < d->oh; i++)
            for (int j = 0; j < d->ow; j++) {
                SgRefPoolWindow in = sg_ref_pool_window_inside(d, i, j);
                int place_y = in.top, place_x = in.left;
                sg_real best = x[(ptrdiff_t)in.top * d->w + in.left];
                for (int row = in.top; row < in.bottom; row++)
                    for (int column = in.left; column < in.right; column++) {
                        sg_real value = x[(ptrdiff_t)row * d->w + column];
                        bool first_nan = value != value && best == best;
                        if (!(value > best || first_nan)) continue;
                        best = value, place_y = row, place_x = column;
                    }
                int u = place_y - (i * d->stride - d->pad);
                int v = place_x - (j * d->stride - d->pad);
                *y++ = best;
                *winner++ = (uint8_t)(u * d->kernel + v);
            }
}

/* forward was: y = x[winner] */
static void sg_ref_max_pool_backward(const SgPoolDims *d, const sg_real *dy,
                                     const uint8_t *winner, sg_real *dx, bool add) {
    sg_ref_pool_begin_gradient(d, dx, add);
    for (int plane = 0; plane < d->n * d->c; plane++, dx += (ptrdiff_t)d->h * d->w)
        for (int i = 0; i < d->oh; i++)
            for (int j = 0; j < d->ow; j++, winner++) {
                int row = i * d->stride - d->pad + *winner / d->kernel;
                int column = j * d->stride - d->pad + *winner % d->kernel;
                dx[(ptrdiff_t)row * d->w + column] += *dy++;
            }
}

/* y = sum of the x inside the window / their number */
static void sg_ref_avg_pool_forward(const SgPoolDims *d, const sg_real *x, sg_real *y) {
    for (int plane = 0; plane < d->n * d->c; plane++, x += (ptrdiff_t)d->h * d->w)
        for (int i = 0; i < d->oh; i++)
            for (int j = 0; j < d->ow; j++) {
                SgRefPoolWindow in = sg_ref_pool_window_inside(d, i, j);
                int count = (in.bottom - in.top) * (in.right - in.left);
                sg_real sum = 0;
                for (int row = in.top; row < in.bottom; row++)
                    for (int column = in.left; column < in.right; column++)
                        sum += x[(ptrdiff_t)row * d->w + column];
                *y++ = sum / (sg_real)count;
            }
}

/* forward was: y += x / count */
static void sg_ref_avg_pool_backward(const SgPoolDims *d, const sg_real *dy, sg_real *dx,
                                     bool add) {
    sg_ref_pool_begin_gradient(d, dx, add);
    for (int plane = 0; plane < d->n * d->c; plane++, dx += (ptrdiff_t)d->h * d->w)
        for (int i = 0; i < d->oh; i++)
            for (int j = 0; j < d->ow; j++) {
                SgRefPoolWindow in = sg_ref_pool_window_inside(d, i, j);
                int count = (in.bottom - in.top) * (in.right - in.left);
                sg_real share = *dy++ / (sg_real)count;
                for (int row = in.top; row < in.bottom; row++)
                    for (int column = in.left; column < in.right; column++)
                        dx[(ptrdiff_t)row * d->w + column] += share;
            }
}

/* ---- autograd/tape_struct.h ---------------------------------------------------------- */

struct SgTape {
    SgArena *arena; /* nodes, values, gradients, parameters, labels */
    int size, room;
    SgNode **nodes;
    SgArena
        *workspace; /* the workspace of all ops; replaced when a larger one is needed */
    void *workspace_start;
    size_t workspace_size;
};

/* Puts a node at the end of the tape, which sets its id. */
static SgNode *sg_tape_append(SgTape *tape, SgNode node);

/* ---- autograd/tape_backward.h -------------------------------------------------------- */

/* The parts of sg_tape_backward_from. */

/* Gives y the seed as its gradient. */
static void sg_tape_backward_start(SgTape *tape, SgNode *y, const sg_real *seed);

/* Passes the gradient of y on to its inputs, if it has got one. */
static void sg_tape_backward_step(SgNode *y);

/* Sets the gradients to 0 that no step reached. */
static void sg_tape_backward_finish(SgTape *tape);

/* ---- autograd/tape_nodes.c ----------------------------------------------------------- */

SgTape *sg_tape_new(void) {
    SgArena *arena = sg_arena_new();
    SgTape *tape = SG_ARENA_NEW(arena, SgTape, 1);
    tape->arena = arena;
    return tape;
}

void sg_tape_free(SgTape *tape) {
    if (!tape) return;
    sg_arena_free(tape->workspace);
    sg_arena_free(tape->arena);
}

/* The array of pointers doubles when it is full; the nodes themselves never move. */
static SgNode *sg_tape_append(SgTape *tape, SgNode node) {
    if (tape->size == tape->room) {
        tape->room = tape->room ? 2 * tape->room : 64;
        SgNode **wider = SG_ARENA_NEW(tape->arena, SgNode *, (size_t)tape->room);
        for (int id = 0; id < tape->size; id++)
            wider[id] = tape->nodes[id];
        tape->nodes = wider;
    }
    node.tape = tape;
    node.id = tape->size;
    SgNode *place = SG_ARENA_NEW(tape->arena, SgNode, 1);
    *place = node;
    tape->nodes[tape->size++] = place;
    return place;
}

int sg_tape_size(const SgTape *tape) {
    return tape->size;
}

SgNode *sg_tape_node(const SgTape *tape, int id) {
    SG_CHECK(id >= 0 && id < tape->size, "node %d of a tape of %d", id, tape->size);
    return tape->nodes[id];
}

size_t sg_tape_bytes(const SgTape *tape) {
    const size_t workspace = tape->workspace ? sg_arena_used(tape->workspace) : 0;
    return sg_arena_used(tape->arena) + workspace;
}

/* ---- autograd/tape.c ----------------------------------------------------------------- */

const SgOp sg_op_variable = {
    /* name */ "variable",     /* math */ "x",     /* derivative */ "dx",
    /* shape */ NULL,          /* forward */ NULL, /* backward */ NULL,
    /* plan */ {false, false}, /* example */ NULL, /* piece */ NULL};
const SgOp sg_op_constant = {
    /* name */ "constant",     /* math */ "x",     /* derivative */ "none",
    /* shape */ NULL,          /* forward */ NULL, /* backward */ NULL,
    /* plan */ {false, false}, /* example */ NULL, /* piece */ NULL};

SgNode *sg_tape_variable(SgTape *tape, SgTensor x) {
    SgNode *leaf = sg_tape_append(
        tape, SG_LITERAL(SgNode){/* op */ &sg_op_variable, /* tape */ NULL, /* id */ 0,
                                 /* inputs */ 0, /* in */ NULL, /* shape */ {0, 0, 0, 0},
                                 /* value */ NULL, /* grad */ NULL, /* params */ NULL,
                                 /* saved */ NULL, /* label */ NULL, /* save_bytes */ 0,
                                 /* reached */ false, /* blank */ false});
    leaf->shape = x.shape;
    leaf->value = x.data;
    leaf->grad = SG_ARENA_NEW(tape->arena, sg_real, sg_shape_size(x.shape));
    return leaf;
}

SgNode *sg_tape_constant(SgTape *tape, SgTensor x) {
    return sg_tape_append(
        tape, SG_LITERAL(SgNode){/* op */ &sg_op_constant, /* tape */ NULL, /* id */ 0,
                                 /* inputs */ 0, /* in */ NULL, /* shape */ x.shape,
                                 /* value */ x.data, /* grad */ NULL, /* params */ NULL,
                                 /* saved */ NULL, /* label */ NULL, /* save_bytes */ 0,
                                 /* reached */ false, /* blank */ false});
}

SgNode *sg_tape_record(const SgOp *op, int inputs, SgNode *const *in, const void *params,
                       size_t params_size) {
    SG_CHECK(inputs > 0 && in[0], "%s: the first input is missing", op->name);
    SgTape *tape = in[0]->tape;
    SgNode *y = sg_tape_append(
        tape, SG_LITERAL(SgNode){
                  /* op */ op, /* tape */ NULL, /* id */ 0, /* inputs */ inputs,
                  /* in */ NULL, /* shape */ {0, 0, 0, 0}, /* value */ NULL,
                  /* grad */ NULL, /* params */ NULL, /* saved */ NULL, /* label */ NULL,
                  /* save_bytes */ 0, /* reached */ false, /* blank */ false});
    y->in = SG_ARENA_NEW(tape->arena, SgNode *, (size_t)inputs);
    bool has_grad = false;
    for (int i = 0; i < inputs; i++) {
        SG_CHECK(in[i], "%s: input %d is missing", op->name, i);
        SG_CHECK(in[i]->tape == tape, "%s: input %d is on another tape", op->name, i);
        y->in[i] = in[i];
        if (in[i]->grad) has_grad = true;
    }
    if (params_size)
        y->params = memcpy(sg_arena_alloc(tape->arena, params_size), params, params_size);
    op->shape(y);
    y->value = SG_ARENA_NEW(tape->arena, sg_real, sg_shape_size(y->shape));
    if (has_grad) y->grad = SG_ARENA_NEW(tape->arena, sg_real, sg_shape_size(y->shape));
    op->forward(y);
    return y;
}

void sg_tape_forward(SgTape *tape) {
    for (int id = 0; id < tape->size; id++) {
        SgNode *y = tape->nodes[id];
        if (y->inputs > 0) y->op->forward(y);
    }
}

static void sg_tape_backward_start(SgTape *tape, SgNode *y, const sg_real *seed) {
    SG_CHECK(y->grad, "backward: no variable leads to node %d (%s)", y->id, y->op->name);
    for (int id = 0; id < tape->size; id++)
        tape->nodes[id]->reached = false;
    y->reached = true;
    memcpy(y->grad, seed, sg_shape_size(y->shape) * sizeof(sg_real));
}

/* The gradient of input x starts at zero when the first of its users, y, runs backward,
 * unless y's op fills it. */
static void sg_tape_reach(SgNode *x, const SgNode *y) {
    if (!x->grad || x->reached) return;
    x->reached = true;
    x->blank = y->op->plan.fills_all || (y->op->plan.fills && x == y->in[0]);
    if (!x->blank) memset(x->grad, 0, sg_shape_size(x->shape) * sizeof(sg_real));
}

static void sg_tape_backward_step(SgNode *y) {
    if (!y->reached || y->inputs == 0) return;
    for (int i = 0; i < y->inputs; i++)
        sg_tape_reach(y->in[i], y);
    y->op->backward(y);
}

static void sg_tape_backward_finish(SgTape *tape) {
    for (int id = 0; id < tape->size; id++) {
        SgNode *node = tape->nodes[id];
        if (node->grad && !node->reached)
            memset(node->grad, 0, sg_shape_size(node->shape) * sizeof(sg_real));
    }
}

void sg_tape_backward_from(SgTape *tape, SgNode *y, const sg_real *seed) {
    SG_CHECK(y->tape == tape, "backward: node %d (%s) is on another tape", y->id,
             y->op->name);
    sg_tape_backward_start(tape, y, seed);
    for (int id = y->id; id >= 0; id--)
        sg_tape_backward_step(tape->nodes[id]);
    sg_tape_backward_finish(tape);
}

void sg_tape_backward(SgTape *tape, SgNode *loss) {
    SG_CHECK(sg_shape_size(loss->shape) == 1,
             "backward: a loss is one number, node %d (%s) is %s", loss->id,
             loss->op->name, SG_SHAPE(loss->shape));
    const sg_real one = 1;
    sg_tape_backward_from(tape, loss, &one);
}

/* ---- autograd/node.c ----------------------------------------------------------------- */

SgNode *sg_node_label(SgNode *node, const char *format, ...) {
    char text[128];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    node->label = sg_arena_string(node->tape->arena, text);
    return node;
}

SgTensor sg_node_tensor(const SgNode *node) {
    return SG_LITERAL(SgTensor){node->shape, node->value};
}

sg_real sg_node_scalar(const SgNode *node) {
    SG_CHECK(sg_shape_size(node->shape) == 1, "node %d (%s) is %s, not a scalar",
             node->id, node->op->name, SG_SHAPE(node->shape));
    return sg_node_tensor(node).data[0];
}

SgTensor sg_tape_keep(SgArena *arena, const SgNode *node) {
    return sg_tensor_clone(arena, sg_node_tensor(node));
}

SgTensor sg_tape_keep_grad(SgArena *arena, const SgNode *node) {
    SG_CHECK(node->grad, "node %d (%s) has no gradient", node->id, node->op->name);
    return sg_tensor_clone(arena, SG_LITERAL(SgTensor){node->shape, node->grad});
}

/* ---- autograd/op_memory.c ------------------------------------------------------------ */

void sg_node_save(SgNode *y, size_t bytes) {
    y->save_bytes = bytes;
    y->saved = sg_arena_alloc(y->tape->arena, bytes);
}

bool sg_node_blank(SgNode *x) {
    const bool blank = x->blank;
    x->blank = false;
    return blank;
}

void *sg_tape_workspace(SgTape *tape, size_t bytes) {
    if (bytes > tape->workspace_size) {
        sg_arena_free(tape->workspace);
        tape->workspace = sg_arena_new();
        tape->workspace_start = sg_arena_alloc(tape->workspace, bytes);
        tape->workspace_size = bytes;
    }
    return tape->workspace_start;
}

static SgTensor sg_op_memory_example_tensor(SgTape *tape, SgShape shape) {
    SgRng rng = sg_rng_seed((uint64_t)tape->size + 1);
    SgTensor x = sg_tensor_alloc(tape->arena, shape);
    sg_tensor_fill_normal(x, &rng, 0, 1);
    return x;
}

SgNode *sg_tape_example_variable(SgTape *tape, SgShape shape) {
    return sg_tape_variable(tape, sg_op_memory_example_tensor(tape, shape));
}

SgNode *sg_tape_example_constant(SgTape *tape, SgShape shape) {
    return sg_tape_constant(tape, sg_op_memory_example_tensor(tape, shape));
}

/* ---- autograd/op_shapes.c ------------------------------------------------------------ */

void sg_shape_same(SgNode *y) {
    y->shape = y->in[0]->shape;
    for (int i = 1; i < y->inputs; i++)
        SG_CHECK(sg_shape_equal(y->in[i]->shape, y->shape), "%s: %s against %s",
                 y->op->name, SG_SHAPE(y->shape), SG_SHAPE(y->in[i]->shape));
}

void sg_shape_scalar(SgNode *y) {
    y->shape = SG_SCALAR;
}

/* ---- autograd/op_table.c ------------------------------------------------------------- */

const SgOp *sg_op_find(SgOpTable table, const char *name) {
    for (int i = 0; i < table.count; i++)
        if (strcmp(table.ops[i]->name, name) == 0) return table.ops[i];
    return NULL;
}

/* ---- autograd/lines.h ---------------------------------------------------------------- */

/* A tensor as lines along one axis.
 *
 * Seen as (outer, length, step), where length is the side of the axis, step the product
 * of the sides after it and outer of those before, element k of line (o, i) is number
 * (o length + k) step + i:
 *
 *     (2,3,1,4) along axis 1: outer 2, length 3, step 4, and 8 lines */

typedef struct SgLines {
    size_t outer, length, step;
} SgLines;

/* `name`: the op, for the message when there is no such axis. */
static SgLines sg_lines_along(SgShape shape, int axis, const char *name);

/* Up to SG_LINES_SIDE_BY_SIDE lines that begin next to each other in memory: element k of
 * the j-th of them is at `start + k step + j`. They are read together, because alone each
 * would read one number of a cache line. */
#define SG_LINES_SIDE_BY_SIDE 32

typedef struct SgBundle {
    size_t start, width;
} SgBundle;

/* How many bundles there are, and number i of them. */
static size_t sg_lines_bundles(SgLines lines);
static SgBundle sg_lines_bundle(SgLines lines, size_t i);

/* The largest element of each of `width` lines side by side, from x on. */
static void sg_lines_largest(SgLines lines, size_t width, const sg_real *x,
                             sg_real *largest);

/* ---- autograd/lines.c ---------------------------------------------------------------- */

static SgLines sg_lines_along(SgShape shape, int axis, const char *name) {
    const int sides[4] = {shape.n, shape.c, shape.h, shape.w};
    SG_CHECK(axis >= 0 && axis < 4, "%s: axis %d is none of 0, 1, 2, 3", name, axis);
    SgLines lines = {/* outer */ 1, /* length */ (size_t)sides[axis], /* step */ 1};
    for (int before = 0; before < axis; before++)
        lines.outer *= (size_t)sides[before];
    for (int after = axis + 1; after < 4; after++)
        lines.step *= (size_t)sides[after];
    return lines;
}

/* Bundles for one value of `outer`. */
static size_t sg_lines_across(SgLines lines) {
    return (lines.step + SG_LINES_SIDE_BY_SIDE - 1) / SG_LINES_SIDE_BY_SIDE;
}

static size_t sg_lines_bundles(SgLines lines) {
    return lines.outer * sg_lines_across(lines);
}

static SgBundle sg_lines_bundle(SgLines lines, size_t i) {
    const size_t first = i % sg_lines_across(lines) * SG_LINES_SIDE_BY_SIDE;
    const size_t left = lines.step - first;
    return SG_LITERAL(SgBundle){
        /* start */ i / sg_lines_across(lines) * lines.length * lines.step + first,
        /* width */ left < SG_LINES_SIDE_BY_SIDE ? left : SG_LINES_SIDE_BY_SIDE};
}

static void sg_lines_largest(SgLines lines, size_t width, const sg_real *x,
                             sg_real *largest) {
    for (size_t j = 0; j < width; j++)
        largest[j] = x[j];
    for (size_t k = 1; k < lines.length; k++)
        for (size_t j = 0; j < width; j++) {
            const sg_real next = x[k * lines.step + j];
            if (next > largest[j]) largest[j] = next;
        }
}

/* ---- autograd/spread.h --------------------------------------------------------------- */

/* A small tensor spread over a large one: along every axis its side is that of the large
 * one, or 1 and then repeated.
 *
 *     small (1,3,1,1)  large (2,3,4,4)     one number for each channel
 *
 * The adjoint of spreading is to sum: element i of the small tensor meets all elements of
 * the large one that are copies of it. Sums are added in double. */

static bool sg_spread_fits(SgShape small, SgShape large);

/* to = from, spread; or to += factor from. */
static void sg_spread_copy(SgShape small, const sg_real *from, SgShape large,
                           sg_real *to);
static void sg_spread_add(SgShape small, const sg_real *from, sg_real factor,
                          SgShape large, sg_real *to);

/* sums (as many as small has elements) = the sums of from. */
static void sg_spread_sum(SgShape large, const sg_real *from, SgShape small,
                          double *sums);

/* ---- autograd/spread.c --------------------------------------------------------------- */

static bool sg_spread_side_fits(int small, int large) {
    return small == 1 || small == large;
}

static bool sg_spread_fits(SgShape small, SgShape large) {
    return sg_spread_side_fits(small.n, large.n) &&
           sg_spread_side_fits(small.c, large.c) &&
           sg_spread_side_fits(small.h, large.h) && sg_spread_side_fits(small.w, large.w);
}

static size_t sg_spread_rows_of(SgShape s) {
    return sg_shape_size(s) / (size_t)s.w;
}

/* Where the row of `small` begins that row number `row` of `large` is a copy of. A side is
 * equal or 1, so the remainder by it is the coordinate or 0. */
static size_t sg_spread_row_start(SgShape small, SgShape large, size_t row) {
    const size_t h = (size_t)large.h, c = (size_t)large.c;
    const size_t at_h = row % h % (size_t)small.h, at_c = row / h % c % (size_t)small.c,
                 at_n = row / h / c % (size_t)small.n;
    return ((at_n * (size_t)small.c + at_c) * (size_t)small.h + at_h) * (size_t)small.w;
}

static void sg_spread_copy(SgShape small, const sg_real *from, SgShape large,
                           sg_real *to) {
    const size_t rows = sg_spread_rows_of(large), w = (size_t)large.w;
    for (size_t row = 0; row < rows; row++, to += w) {
        const sg_real *copied = from + sg_spread_row_start(small, large, row);
        if (small.w == large.w)
            memcpy(to, copied, w * sizeof(sg_real));
        else
            for (size_t j = 0; j < w; j++)
                to[j] = *copied;
    }
}

static void sg_spread_add(SgShape small, const sg_real *from, sg_real factor,
                          SgShape large, sg_real *to) {
    const size_t rows = sg_spread_rows_of(large), w = (size_t)large.w;
    for (size_t row = 0; row < rows; row++, to += w) {
        const sg_real *added = from + sg_spread_row_start(small, large, row);
        if (small.w == large.w)
            for (size_t j = 0; j < w; j++)
                to[j] += factor * added[j];
        else
            for (size_t j = 0; j < w; j++)
                to[j] += factor * *added;
    }
}

static void sg_spread_sum(SgShape large, const sg_real *from, SgShape small,
                          double *sums) {
    const size_t rows = sg_spread_rows_of(large), w = (size_t)large.w;
    memset(sums, 0, sg_shape_size(small) * sizeof *sums);
    for (size_t row = 0; row < rows; row++, from += w) {
        double *sum = sums + sg_spread_row_start(small, large, row);
        if (small.w == large.w)
            for (size_t j = 0; j < w; j++)
                sum[j] += (double)from[j];
        else
            for (size_t j = 0; j < w; j++)
                *sum += (double)from[j];
    }
}

/* ---- autograd/axes.h ----------------------------------------------------------------- */

/* The shape rule of ops that take some axes together. */

/* The shape with side 1 along every one of the axes. */
static inline SgShape sg_axes_removed(const SgAxes *axes, SgShape shape) {
    if (axes->n) shape.n = 1;
    if (axes->c) shape.c = 1;
    if (axes->h) shape.h = 1;
    if (axes->w) shape.w = 1;
    return shape;
}

/* ---- tensor/mirror.h ----------------------------------------------------------------- */

/* An image whose border of `mirror` pixels is its mirror image, which does not repeat the
 * edge: 3 2 [1 2 3 4] 3 2 with mirror 2. */

/* The position in 0 .. side - 1 that i shows; -1 beyond the border. */
static inline ptrdiff_t sg_mirror_source(ptrdiff_t i, ptrdiff_t side, ptrdiff_t mirror) {
    if (i < -mirror || i >= side + mirror) return -1;
    if (i < 0) return -i;
    return i < side ? i : 2 * (side - 1) - i;
}

/* ---- nn/border.h --------------------------------------------------------------------- */

/* An image with a border made of its own pixels, and the adjoint for gradients.
 *
 *     pad 2:   . . [1 2 3 4] . .   becomes   3 2 [1 2 3 4] 3 2      SG_PAD_REFLECT
 *                                            1 1 [1 2 3 4] 4 4      SG_PAD_REPLICATE
 *
 * Mirroring does not repeat the edge pixels (as PyTorch's mode='reflect'), so pad must be
 * smaller than both sides. */

/* The position inside 0 .. side - 1 that i, up to pad outside, is a copy of; -1 where
 * there is a zero. */
static int sg_border_source(SgPadMode mode, int i, int side);

/* ---- nn/border.c --------------------------------------------------------------------- */

static int sg_border_source(SgPadMode mode, int i, int side) {
    if (mode == SG_PAD_ZERO) return i < 0 || i >= side ? -1 : i;
    if (mode == SG_PAD_REPLICATE) return i < 0 ? 0 : i < side ? i : side - 1;
    return (int)sg_mirror_source(i, side, side - 1);
}

/* ---- tensor/sample.h ----------------------------------------------------------------- */

/* A number between four pixels: bilinear interpolation, for warps.
 *
 * With i = floor(y), j = floor(x) and the fractions t = y - i, s = x - j,
 *
 *     a(y, x) = (1-t) ((1-s) a[i,j] + s a[i,j+1]) + t ((1-s) a[i+1,j] + s a[i+1,j+1]).
 *
 * Positions are in pixels: (0, 0) is the centre of the first one. Beyond the outermost
 * centres the outermost pixel continues (PyTorch: grid_sample with align_corners=True and
 * padding_mode='border'). */

/* Where a position lies. */
typedef struct SgSamplePlace {
    size_t at[4];        /* top left, top right, bottom left, bottom right */
    sg_real down, right; /* t and s, in [0, 1] */
    bool free_y, free_x; /* the position was not moved to the edge on this axis */
} SgSamplePlace;

/* Moves a position to [0, last], where NaN becomes 0. */
static inline sg_real sg_sample_clamp(sg_real x, sg_real last) {
    return x > 0 ? (x < last ? x : last) : 0;
}

/* The position (y, x) in a plane of h rows and w columns. */
static inline SgSamplePlace sg_sample_at(int h, int w, sg_real y, sg_real x) {
    const sg_real low = sg_sample_clamp(y, (sg_real)(h - 1)),
                  left = sg_sample_clamp(x, (sg_real)(w - 1));
    const int i = (int)low, j = (int)left;
    const size_t first = (size_t)i * (size_t)w + (size_t)j;
    const size_t next = j + 1 < w ? 1 : 0, below = i + 1 < h ? (size_t)w : 0;
    return SG_LITERAL(SgSamplePlace){
        /* at */ {first, first + next, first + below, first + below + next},
        /* down */ low - (sg_real)i, /* right */ left - (sg_real)j,
        /* free_y */ y > 0 && y<(sg_real)(h - 1), /* free_x */ x> 0 &&
            x < (sg_real)(w - 1)};
}

static inline sg_real sg_sample_value(const sg_real *a, const SgSamplePlace *s) {
    const sg_real top = a[s->at[0]] + s->right * (a[s->at[1]] - a[s->at[0]]);
    const sg_real bottom = a[s->at[2]] + s->right * (a[s->at[3]] - a[s->at[2]]);
    return top + s->down * (bottom - top);
}

/* ---- nn/channels.h ------------------------------------------------------------------- */

/* Scale and shift for each channel, (1, c, 1, 1), or for each channel of each image,
 * (n, c, 1, 1): what scale_shift and instance_norm have in common. Their inputs are x, the
 * scale and, if it is there, the shift. */

/* Checks the shapes of scale and shift; y has the shape of x. */
static void sg_channels_shape(SgNode *y);

/* Images and channels, and the elements of one channel of one image. */
typedef struct SgChannels {
    size_t n, c, plane;
} SgChannels;
static SgChannels sg_channels_of(const SgNode *y);

/* Where input i (1: scale, 2: shift) has the number of channel c of image n. */
static size_t sg_channels_at(const SgNode *y, int i, size_t n, size_t c);

/* ---- nn/channels.c ------------------------------------------------------------------- */

static void sg_channels_shape(SgNode *y) {
    const SgShape x = y->in[0]->shape;
    for (int i = 1; i < y->inputs; i++) {
        const SgShape s = y->in[i]->shape;
        SG_CHECK((s.n == 1 || s.n == x.n) && s.c == x.c && s.h == 1 && s.w == 1,
                 "%s: a %s of %s for %s; it is (1,%d,1,1) or (%d,%d,1,1)", y->op->name,
                 i == 1 ? "scale" : "shift", SG_SHAPE(s), SG_SHAPE(x), x.c, x.n, x.c);
    }
    y->shape = x;
}

static SgChannels sg_channels_of(const SgNode *y) {
    const SgShape s = y->shape;
    return SG_LITERAL(SgChannels){(size_t)s.n, (size_t)s.c, (size_t)s.h * (size_t)s.w};
}

static size_t sg_channels_at(const SgNode *y, int i, size_t n, size_t c) {
    const SgShape s = y->in[i]->shape;
    return (s.n == 1 ? 0 : n * (size_t)s.c) + c;
}

/* ---- nn/plane_sums.h ----------------------------------------------------------------- */

/* Sums over one channel of one image, on the calling thread, added in double in lanes
 * whose order depends on the length alone. */

/* Sum of x_i. */
static double sg_plane_sum(size_t n, const sg_real *x);

/* Sum of (a_i - mean_a) b_i, and of (a_i - mean_a)^2. */
static double sg_plane_products(size_t n, const sg_real *a, double mean_a,
                                const sg_real *b);
static double sg_plane_squares(size_t n, const sg_real *a, double mean_a);

/* ---- nn/plane_sums.c ----------------------------------------------------------------- */

#define SG_PLANE_SUMS_LANES 8

static double sg_plane_sums_total(const double lanes[SG_PLANE_SUMS_LANES]) {
    double sum = 0;
    for (int l = 0; l < SG_PLANE_SUMS_LANES; l++)
        sum += lanes[l];
    return sum;
}

static double sg_plane_sums_sum_of(size_t n, const sg_real *x) {
    double lanes[SG_PLANE_SUMS_LANES] = {0};
    size_t i = 0;
    for (; i + SG_PLANE_SUMS_LANES <= n; i += SG_PLANE_SUMS_LANES)
        for (size_t l = 0; l < SG_PLANE_SUMS_LANES; l++)
            lanes[l] += (double)x[i + l];
    for (size_t l = 0; i + l < n; l++)
        lanes[l] += (double)x[i + l];
    return sg_plane_sums_total(lanes);
}

static double sg_plane_sums_products_of(size_t n, const sg_real *a, double mean_a,
                                        const sg_real *b) {
    double lanes[SG_PLANE_SUMS_LANES] = {0};
    size_t i = 0;
    for (; i + SG_PLANE_SUMS_LANES <= n; i += SG_PLANE_SUMS_LANES)
        for (size_t l = 0; l < SG_PLANE_SUMS_LANES; l++)
            lanes[l] += ((double)a[i + l] - mean_a) * (double)b[i + l];
    for (size_t l = 0; i + l < n; l++)
        lanes[l] += ((double)a[i + l] - mean_a) * (double)b[i + l];
    return sg_plane_sums_total(lanes);
}

static double sg_plane_sums_squares_of(size_t n, const sg_real *a, double mean_a) {
    double lanes[SG_PLANE_SUMS_LANES] = {0};
    size_t i = 0;
    for (; i + SG_PLANE_SUMS_LANES <= n; i += SG_PLANE_SUMS_LANES)
        for (size_t l = 0; l < SG_PLANE_SUMS_LANES; l++) {
            const double d = (double)a[i + l] - mean_a;
            lanes[l] += d * d;
        }
    for (size_t l = 0; i + l < n; l++) {
        const double d = (double)a[i + l] - mean_a;
        lanes[l] += d * d;
    }
    return sg_plane_sums_total(lanes);
}

static double sg_plane_sum(size_t n, const sg_real *x) {
    return sg_plane_sums_sum_of(n, x);
}

static double sg_plane_products(size_t n, const sg_real *a, double mean_a,
                                const sg_real *b) {
    return sg_plane_sums_products_of(n, a, mean_a, b);
}

static double sg_plane_squares(size_t n, const sg_real *a, double mean_a) {
    return sg_plane_sums_squares_of(n, a, mean_a);
}

/* ---- nn/pool.h ----------------------------------------------------------------------- */

/* What max_pool and avg_pool share: the sizes of their output. */

/* The shape rule: checks the parameters (a Pool2d), sets y->shape. */
static void sg_pool_shape(SgNode *y);

/* Sizes for the kernels, once y->shape is known. */
static SgPoolDims sg_pool_dims(const SgNode *y);

/* ---- nn/pool.c ----------------------------------------------------------------------- */

static int sg_pool_stride_of(const SgPool2d *p) {
    return p->stride ? p->stride : p->kernel;
}

/* The number of windows along a side, 0 when none fits. As in PyTorch, a last window
 * from rounding up is left out if it begins outside the image. */
static int sg_pool_windows(int side, const SgPool2d *p) {
    int stride = sg_pool_stride_of(p), room = side + 2 * p->pad - p->kernel;
    if (p->ceil_mode) room += stride - 1;
    if (room < 0) return 0;
    int count = room / stride + 1;
    bool beyond = (count - 1) * stride >= side + p->pad;
    return beyond ? count - 1 : count;
}

static void sg_pool_shape(SgNode *y) {
    const SgPool2d *p = (const SgPool2d *)y->params;
    const char *name = y->op->name;
    SgShape x = y->in[0]->shape;
    SG_CHECK(p->kernel >= 1 && p->kernel <= 16, "%s: kernel %d, not 1 to 16", name,
             p->kernel);
    SG_CHECK(p->stride >= 0, "%s: stride %d", name, p->stride);
    SG_CHECK(p->pad >= 0 && p->pad <= p->kernel / 2,
             "%s: pad %d is more than half of kernel %d", name, p->pad, p->kernel);
    y->shape =
        SG_LITERAL(SgShape){x.n, x.c, sg_pool_windows(x.h, p), sg_pool_windows(x.w, p)};
    SG_CHECK(y->shape.h > 0 && y->shape.w > 0,
             "%s: kernel %d does not fit into %s, pad %d", name, p->kernel, SG_SHAPE(x),
             p->pad);
}

static SgPoolDims sg_pool_dims(const SgNode *y) {
    const SgPool2d *p = (const SgPool2d *)y->params;
    SgShape x = y->in[0]->shape;
    return SG_LITERAL(SgPoolDims){x.n,    x.c,        x.h,
                                  x.w,    p->kernel,  sg_pool_stride_of(p),
                                  p->pad, y->shape.h, y->shape.w};
}

/* ---- autograd/add.c ------------------------------------------------------------------ */

/* y = a + b;  da = dy,  db = dy */

static void sg_add_forward(SgNode *y) {
    const sg_real *a = y->in[0]->value, *b = y->in[1]->value;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        y->value[i] = a[i] + b[i];
}

/* forward was: y = a + b */
static void sg_add_backward(SgNode *y) {
    size_t size = sg_shape_size(y->shape);
    for (int input = 0; input < 2; input++) {
        sg_real *dx = y->in[input]->grad;
        if (!dx) continue;
        for (size_t i = 0; i < size; i++)
            dx[i] += y->grad[i];
    }
}

static SgNode *sg_add_example(SgTape *tape) {
    SgShape shape = {1, 3, 5, 2};
    SgNode *a = sg_tape_example_variable(tape, shape);
    return ag_add(a, sg_tape_example_variable(tape, shape));
}

const SgOp sg_op_add = {/* name */ "add",
                        /* math */ "y = a + b",
                        /* derivative */ "da = dy, db = dy",
                        /* shape */ sg_shape_same,
                        /* forward */ sg_add_forward,
                        /* backward */ sg_add_backward,
                        /* plan */ {false, false},
                        /* example */ sg_add_example,
                        /* piece */ NULL};

/* ---- autograd/sub.c ------------------------------------------------------------------ */

/* y = a - b, element by element;  da = dy,  db = -dy */

static void sg_sub_forward(SgNode *y) {
    const sg_real *a = y->in[0]->value, *b = y->in[1]->value;
    size_t size = sg_shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        y->value[i] = a[i] - b[i];
}

/* forward was: y = a - b */
static void sg_sub_backward(SgNode *y) {
    sg_real *da = y->in[0]->grad, *db = y->in[1]->grad;
    size_t size = sg_shape_size(y->shape);
    if (da)
        for (size_t i = 0; i < size; i++)
            da[i] += y->grad[i];
    if (db)
        for (size_t i = 0; i < size; i++)
            db[i] -= y->grad[i];
}

static SgNode *sg_sub_example(SgTape *tape) {
    SgShape shape = {2, 1, 5, 3};
    SgNode *a = sg_tape_example_variable(tape, shape);
    return ag_sub(a, sg_tape_example_variable(tape, shape));
}

const SgOp sg_op_sub = {/* name */ "sub",
                        /* math */ "y = a - b",
                        /* derivative */ "da = dy, db = -dy",
                        /* shape */ sg_shape_same,
                        /* forward */ sg_sub_forward,
                        /* backward */ sg_sub_backward,
                        /* plan */ {false, false},
                        /* example */ sg_sub_example,
                        /* piece */ NULL};

/* ---- autograd/mul.c ------------------------------------------------------------------ */

/* y = a b, element by element;  da = b dy,  db = a dy */

static void sg_mul_forward(SgNode *y) {
    const sg_real *a = y->in[0]->value, *b = y->in[1]->value;
    size_t size = sg_shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        y->value[i] = a[i] * b[i];
}

/* forward was: y = a * b */
static void sg_mul_backward(SgNode *y) {
    const sg_real *a = y->in[0]->value, *b = y->in[1]->value, *dy = y->grad;
    sg_real *da = y->in[0]->grad, *db = y->in[1]->grad;
    size_t size = sg_shape_size(y->shape);
    if (da)
        for (size_t i = 0; i < size; i++)
            da[i] += b[i] * dy[i];
    if (db)
        for (size_t i = 0; i < size; i++)
            db[i] += a[i] * dy[i];
}

static SgNode *sg_mul_example(SgTape *tape) {
    SgShape shape = {2, 3, 1, 5};
    SgNode *a = sg_tape_example_variable(tape, shape);
    return ag_mul(a, sg_tape_example_variable(tape, shape));
}

const SgOp sg_op_mul = {/* name */ "mul",
                        /* math */ "y = a b",
                        /* derivative */ "da = b dy, db = a dy",
                        /* shape */ sg_shape_same,
                        /* forward */ sg_mul_forward,
                        /* backward */ sg_mul_backward,
                        /* plan */ {false, false},
                        /* example */ sg_mul_example,
                        /* piece */ NULL};

/* ---- autograd/div.c ------------------------------------------------------------------ */

/* y = a / b, element by element;  da = dy / b,  db = -a / b^2 dy
 *
 * Division by 0 is left to IEEE arithmetic. */

static void sg_div_forward(SgNode *y) {
    const sg_real *a = y->in[0]->value, *b = y->in[1]->value;
    size_t size = sg_shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        y->value[i] = a[i] / b[i];
}

/* forward was: y = a / b. Dividing twice does not overflow where b^2 would. */
static void sg_div_backward(SgNode *y) {
    const sg_real *a = y->in[0]->value, *b = y->in[1]->value, *dy = y->grad;
    sg_real *da = y->in[0]->grad, *db = y->in[1]->grad;
    size_t size = sg_shape_size(y->shape);
    if (da)
        for (size_t i = 0; i < size; i++)
            da[i] += dy[i] / b[i];
    if (db)
        for (size_t i = 0; i < size; i++)
            db[i] -= a[i] / b[i] / b[i] * dy[i];
}

/* No b is near 0. */
static SgNode *sg_div_example(SgTape *tape) {
    SgShape shape = {2, 1, 4, 3};
    SgNode *a = sg_tape_example_variable(tape, shape),
           *b = sg_tape_example_variable(tape, shape);
    for (size_t i = 0; i < sg_shape_size(shape); i++)
        b->value[i] += b->value[i] < 0 ? -1 : 1;
    return ag_div(a, b);
}

const SgOp sg_op_div = {/* name */ "div",
                        /* math */ "y = a / b",
                        /* derivative */ "da = dy / b, db = -a / b^2 dy",
                        /* shape */ sg_shape_same,
                        /* forward */ sg_div_forward,
                        /* backward */ sg_div_backward,
                        /* plan */ {false, false},
                        /* example */ sg_div_example,
                        /* piece */ NULL};

/* ---- autograd/scale.c ---------------------------------------------------------------- */

/* y = k x, k a number fixed at recording;  dx = k dy */

static void sg_scale_forward(SgNode *y) {
    const SgScale *p = (const SgScale *)y->params;
    const sg_real k = (sg_real)p->factor, *x = y->in[0]->value;
    size_t size = sg_shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        y->value[i] = k * x[i];
}

/* forward was: y = k * x */
static void sg_scale_backward(SgNode *y) {
    const SgScale *p = (const SgScale *)y->params;
    const sg_real k = (sg_real)p->factor;
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = sg_shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        dx[i] += k * y->grad[i];
}

static SgNode *sg_scale_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 1, 3, 5});
    return ag_scale(x, SG_LITERAL(SgScale){-1.75});
}

const SgOp sg_op_scale = {/* name */ "scale",
                          /* math */ "y = k x",
                          /* derivative */ "dx = k dy",
                          /* shape */ sg_shape_same,
                          /* forward */ sg_scale_forward,
                          /* backward */ sg_scale_backward,
                          /* plan */ {false, false},
                          /* example */ sg_scale_example,
                          /* piece */ NULL};

/* ---- autograd/shift.c ---------------------------------------------------------------- */

/* y = x + k, k a number fixed at recording;  dx = dy */

static void sg_shift_forward(SgNode *y) {
    const SgShift *p = (const SgShift *)y->params;
    const sg_real k = (sg_real)p->term, *x = y->in[0]->value;
    size_t size = sg_shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        y->value[i] = x[i] + k;
}

/* forward was: y = x + k */
static void sg_shift_backward(SgNode *y) {
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = sg_shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        dx[i] += y->grad[i];
}

static SgNode *sg_shift_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){1, 2, 3, 5});
    return ag_shift(x, SG_LITERAL(SgShift){0.625});
}

const SgOp sg_op_shift = {/* name */ "shift",
                          /* math */ "y = x + k",
                          /* derivative */ "dx = dy",
                          /* shape */ sg_shape_same,
                          /* forward */ sg_shift_forward,
                          /* backward */ sg_shift_backward,
                          /* plan */ {false, false},
                          /* example */ sg_shift_example,
                          /* piece */ NULL};

/* ---- autograd/square.c --------------------------------------------------------------- */

/* y = x^2, element by element;  dx = 2 x dy */

/* y = f(x), of the file that includes this. */
static sg_real sg_square_f(sg_real x);
/* dy / dx at x, where y = f(x). */
static sg_real sg_square_df(sg_real x, sg_real y);

/* y_i = f(x_i) for all elements; y has the shape of x. */
static void sg_square_forward(SgNode *y) {
    const sg_real *x = y->in[0]->value;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        y->value[i] = sg_square_f(x[i]);
}

/* forward was: y = f(x) */
static void sg_square_backward(SgNode *y) {
    const sg_real *x = y->in[0]->value;
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        dx[i] += sg_square_df(x[i], y->value[i]) * y->grad[i];
}

static sg_real sg_square_f(sg_real x) {
    return x * x;
}

static sg_real sg_square_df(sg_real x, sg_real y) {
    (void)y;
    return 2 * x;
}

static SgNode *sg_square_example(SgTape *tape) {
    return ag_square(sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 1, 5}));
}

const SgOp sg_op_square = {/* name */ "square",
                           /* math */ "y = x^2",
                           /* derivative */ "dx = 2 x dy",
                           /* shape */ sg_shape_same,
                           /* forward */ sg_square_forward,
                           /* backward */ sg_square_backward,
                           /* plan */ {false, false},
                           /* example */ sg_square_example,
                           /* piece */ NULL};

/* ---- autograd/sqrt.c ----------------------------------------------------------------- */

/* y = the square root of x;  dx = dy / (2 y)
 *
 * For x >= 0. At 0 the slope is infinite, as it is in mathematics: shift x by a small
 * number where x may be 0. A negative x gives NaN. */

/* y = f(x), of the file that includes this. */
static sg_real sg_sqrt_f(sg_real x);
/* dy / dx at x, where y = f(x). */
static sg_real sg_sqrt_df(sg_real x, sg_real y);

/* y_i = f(x_i) for all elements; y has the shape of x. */
static void sg_sqrt_forward(SgNode *y) {
    const sg_real *x = y->in[0]->value;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        y->value[i] = sg_sqrt_f(x[i]);
}

/* forward was: y = f(x) */
static void sg_sqrt_backward(SgNode *y) {
    const sg_real *x = y->in[0]->value;
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        dx[i] += sg_sqrt_df(x[i], y->value[i]) * y->grad[i];
}

static sg_real sg_sqrt_f(sg_real x) {
    return sqrt(x);
}

static sg_real sg_sqrt_df(sg_real x, sg_real y) {
    (void)x;
    return 1 / (2 * y);
}

static SgNode *sg_sqrt_example(SgTape *tape) {
    return ag_sqrt(
        ag_exp(sg_tape_example_variable(tape, SG_LITERAL(SgShape){1, 2, 5, 3})));
}

const SgOp sg_op_sqrt = {/* name */ "sqrt",
                         /* math */ "y = sqrt x",
                         /* derivative */ "dx = dy / (2 y)",
                         /* shape */ sg_shape_same,
                         /* forward */ sg_sqrt_forward,
                         /* backward */ sg_sqrt_backward,
                         /* plan */ {false, false},
                         /* example */ sg_sqrt_example,
                         /* piece */ NULL};

/* ---- autograd/pow.c ------------------------------------------------------------------ */

/* y = x^p, p a number fixed at recording;  dx = p x^(p-1) dy
 *
 * A negative x has a power only if p is an integer. At x = 0 the slope is 0 for
 * p > 1, and infinite for p between 0 and 1, as in mathematics. */

static void sg_pow_forward(SgNode *y) {
    const SgPow *params = (const SgPow *)y->params;
    const sg_real p = (sg_real)params->exponent, *x = y->in[0]->value;
    bool whole = floor(p) == p;
    size_t size = sg_shape_size(y->shape);
    for (size_t i = 0; i < size; i++) {
        SG_CHECK(whole || !(x[i] < 0),
                 "pow: element %zu is %g, whose power %g is not real", i, (double)x[i],
                 params->exponent);
        y->value[i] = pow(x[i], p);
    }
}

/* forward was: y = pow(x, p) */
static void sg_pow_backward(SgNode *y) {
    const SgPow *params = (const SgPow *)y->params;
    const sg_real p = (sg_real)params->exponent, *x = y->in[0]->value;
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    if (p == 0) return; /* y is 1 everywhere; the formula gives 0 / 0 at x = 0 */
    size_t size = sg_shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        dx[i] += p * pow(x[i], p - 1) * y->grad[i];
}

/* The total variation of document 003 raises sums of squares to 1.25. */
static SgNode *sg_pow_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){1, 3, 5, 2});
    return ag_pow(ag_square(x), SG_LITERAL(SgPow){1.25});
}

const SgOp sg_op_pow = {/* name */ "pow",
                        /* math */ "y = x^p",
                        /* derivative */ "dx = p x^(p-1) dy",
                        /* shape */ sg_shape_same,
                        /* forward */ sg_pow_forward,
                        /* backward */ sg_pow_backward,
                        /* plan */ {false, false},
                        /* example */ sg_pow_example,
                        /* piece */ NULL};

/* ---- autograd/abs.c ------------------------------------------------------------------ */

/* y = |x|, element by element;  dx = sign(x) dy, where sign(0) = 0 */

/* y = f(x), of the file that includes this. */
static sg_real sg_abs_f(sg_real x);
/* dy / dx at x, where y = f(x). */
static sg_real sg_abs_df(sg_real x, sg_real y);

/* y_i = f(x_i) for all elements; y has the shape of x. */
static void sg_abs_forward(SgNode *y) {
    const sg_real *x = y->in[0]->value;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        y->value[i] = sg_abs_f(x[i]);
}

/* forward was: y = f(x) */
static void sg_abs_backward(SgNode *y) {
    const sg_real *x = y->in[0]->value;
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        dx[i] += sg_abs_df(x[i], y->value[i]) * y->grad[i];
}

static sg_real sg_abs_f(sg_real x) {
    return fabs(x);
}

static sg_real sg_abs_df(sg_real x, sg_real y) {
    (void)y;
    return (sg_real)((x > 0) - (x < 0));
}

/* The kink is at 0, which counts as a third smooth piece. */
static int sg_abs_piece(const SgNode *y, size_t i) {
    sg_real x = y->in[0]->value[i];
    return (x > 0) - (x < 0);
}

static SgNode *sg_abs_example(SgTape *tape) {
    return ag_abs(sg_tape_example_variable(tape, SG_LITERAL(SgShape){3, 2, 5, 1}));
}

const SgOp sg_op_abs = {/* name */ "abs",
                        /* math */ "y = |x|",
                        /* derivative */ "dx = sign(x) dy",
                        /* shape */ sg_shape_same,
                        /* forward */ sg_abs_forward,
                        /* backward */ sg_abs_backward,
                        /* plan */ {false, false},
                        /* example */ sg_abs_example,
                        /* piece */ sg_abs_piece};

/* ---- autograd/clamp.c ---------------------------------------------------------------- */

/* y = x within [low, high], low below and high above;  dx = dy where low <= x <= high,
 * else 0. A NaN stays a NaN.
 *
 * At a bound the gradient passes, as with torch.clamp. (Of relu6, which has the same
 * values, PyTorch's gradient at 0 and at 6 is 0.) */

static void sg_clamp_shape(SgNode *y) {
    const SgClamp *p = (const SgClamp *)y->params;
    SG_CHECK(p->low <= p->high, "clamp: from %g to %g", p->low, p->high);
    sg_shape_same(y);
}

static void sg_clamp_forward(SgNode *y) {
    const SgClamp *p = (const SgClamp *)y->params;
    const sg_real low = (sg_real)p->low, high = (sg_real)p->high, *x = y->in[0]->value;
    size_t size = sg_shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        y->value[i] = x[i] < low ? low : x[i] > high ? high : x[i];
}

/* forward was: y = min(max(x, low), high) */
static void sg_clamp_backward(SgNode *y) {
    const SgClamp *p = (const SgClamp *)y->params;
    const sg_real low = (sg_real)p->low, high = (sg_real)p->high, *x = y->in[0]->value;
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = sg_shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        if (x[i] >= low && x[i] <= high) dx[i] += y->grad[i];
}

static int sg_clamp_piece(const SgNode *y, size_t i) {
    const SgClamp *p = (const SgClamp *)y->params;
    const sg_real low = (sg_real)p->low, high = (sg_real)p->high, x = y->in[0]->value[i];
    return (x > high) - (x < low);
}

static SgNode *sg_clamp_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 1, 7});
    return ag_clamp(x, SG_LITERAL(SgClamp){/* low */ -0.5, /* high */ 0.75});
}

const SgOp sg_op_clamp = {/* name */ "clamp",
                          /* math */ "y = min(max(x, low), high)",
                          /* derivative */ "dx = dy where low <= x <= high",
                          /* shape */ sg_clamp_shape,
                          /* forward */ sg_clamp_forward,
                          /* backward */ sg_clamp_backward,
                          /* plan */ {false, false},
                          /* example */ sg_clamp_example,
                          /* piece */ sg_clamp_piece};

/* ---- autograd/exp.c ------------------------------------------------------------------ */

/* y = e^x, element by element;  dx = y dy */

/* y = f(x), of the file that includes this. */
static sg_real sg_exp_f(sg_real x);
/* dy / dx at x, where y = f(x). */
static sg_real sg_exp_df(sg_real x, sg_real y);

/* y_i = f(x_i) for all elements; y has the shape of x. */
static void sg_exp_forward(SgNode *y) {
    const sg_real *x = y->in[0]->value;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        y->value[i] = sg_exp_f(x[i]);
}

/* forward was: y = f(x) */
static void sg_exp_backward(SgNode *y) {
    const sg_real *x = y->in[0]->value;
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        dx[i] += sg_exp_df(x[i], y->value[i]) * y->grad[i];
}

static sg_real sg_exp_f(sg_real x) {
    return exp(x);
}

static sg_real sg_exp_df(sg_real x, sg_real y) {
    (void)x;
    return y;
}

static SgNode *sg_exp_example(SgTape *tape) {
    return ag_exp(sg_tape_example_variable(tape, SG_LITERAL(SgShape){3, 1, 5, 2}));
}

const SgOp sg_op_exp = {/* name */ "exp",
                        /* math */ "y = e^x",
                        /* derivative */ "dx = y dy",
                        /* shape */ sg_shape_same,
                        /* forward */ sg_exp_forward,
                        /* backward */ sg_exp_backward,
                        /* plan */ {false, false},
                        /* example */ sg_exp_example,
                        /* piece */ NULL};

/* ---- autograd/log.c ------------------------------------------------------------------ */

/* y = log x, the natural logarithm;  dx = dy / x
 *
 * For x > 0. log 0 is minus infinity and a negative x gives NaN: a loss of probabilities
 * that can reach 0 or 1 is better written with softplus. */

/* y = f(x), of the file that includes this. */
static sg_real sg_log_f(sg_real x);
/* dy / dx at x, where y = f(x). */
static sg_real sg_log_df(sg_real x, sg_real y);

/* y_i = f(x_i) for all elements; y has the shape of x. */
static void sg_log_forward(SgNode *y) {
    const sg_real *x = y->in[0]->value;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        y->value[i] = sg_log_f(x[i]);
}

/* forward was: y = f(x) */
static void sg_log_backward(SgNode *y) {
    const sg_real *x = y->in[0]->value;
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        dx[i] += sg_log_df(x[i], y->value[i]) * y->grad[i];
}

static sg_real sg_log_f(sg_real x) {
    return log(x);
}

static sg_real sg_log_df(sg_real x, sg_real y) {
    (void)y;
    return 1 / x;
}

static SgNode *sg_log_example(SgTape *tape) {
    return ag_log(
        ag_exp(sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 1, 3, 5})));
}

const SgOp sg_op_log = {/* name */ "log",
                        /* math */ "y = log x",
                        /* derivative */ "dx = dy / x",
                        /* shape */ sg_shape_same,
                        /* forward */ sg_log_forward,
                        /* backward */ sg_log_backward,
                        /* plan */ {false, false},
                        /* example */ sg_log_example,
                        /* piece */ NULL};

/* ---- autograd/sigmoid.c -------------------------------------------------------------- */

/* y = 1 / (1 + e^-x);  dx = y (1 - y) dy
 *
 * For a very negative x the power overflows to infinity, and 1 / infinity is 0, which is
 * right: large |x| is no special case. */

/* y = f(x), of the file that includes this. */
static sg_real sg_sigmoid_f(sg_real x);
/* dy / dx at x, where y = f(x). */
static sg_real sg_sigmoid_df(sg_real x, sg_real y);

/* y_i = f(x_i) for all elements; y has the shape of x. */
static void sg_sigmoid_forward(SgNode *y) {
    const sg_real *x = y->in[0]->value;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        y->value[i] = sg_sigmoid_f(x[i]);
}

/* forward was: y = f(x) */
static void sg_sigmoid_backward(SgNode *y) {
    const sg_real *x = y->in[0]->value;
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        dx[i] += sg_sigmoid_df(x[i], y->value[i]) * y->grad[i];
}

static sg_real sg_sigmoid_f(sg_real x) {
    return 1 / (1 + exp(-x));
}

static sg_real sg_sigmoid_df(sg_real x, sg_real y) {
    (void)x;
    return y * (1 - y);
}

static SgNode *sg_sigmoid_example(SgTape *tape) {
    return ag_sigmoid(sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 5, 1}));
}

const SgOp sg_op_sigmoid = {/* name */ "sigmoid",
                            /* math */ "y = 1 / (1 + e^-x)",
                            /* derivative */ "dx = y (1 - y) dy",
                            /* shape */ sg_shape_same,
                            /* forward */ sg_sigmoid_forward,
                            /* backward */ sg_sigmoid_backward,
                            /* plan */ {false, false},
                            /* example */ sg_sigmoid_example,
                            /* piece */ NULL};

/* ---- autograd/softplus.c ------------------------------------------------------------- */

/* y = log(1 + e^x);  dx = (1 - e^-y) dy, which is sigmoid(x) dy
 *
 * For the logarithms of a GAN's loss, without infinities: with D = sigmoid(x),
 *     log D = -softplus(-x)   and   log(1 - D) = -softplus(x). */

/* y = f(x), of the file that includes this. */
static sg_real sg_softplus_f(sg_real x);
/* dy / dx at x, where y = f(x). */
static sg_real sg_softplus_df(sg_real x, sg_real y);

/* y_i = f(x_i) for all elements; y has the shape of x. */
static void sg_softplus_forward(SgNode *y) {
    const sg_real *x = y->in[0]->value;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        y->value[i] = sg_softplus_f(x[i]);
}

/* forward was: y = f(x) */
static void sg_softplus_backward(SgNode *y) {
    const sg_real *x = y->in[0]->value;
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        dx[i] += sg_softplus_df(x[i], y->value[i]) * y->grad[i];
}

static sg_real sg_softplus_f(sg_real x) {
    sg_real larger = x < 0 ? 0 : x; /* NaN stays NaN */
    return larger + log1p(exp(-fabs(x)));
}

static sg_real sg_softplus_df(sg_real x, sg_real y) {
    (void)x;
    return -expm1(-y);
}

static SgNode *sg_softplus_example(SgTape *tape) {
    return ag_softplus(sg_tape_example_variable(tape, SG_LITERAL(SgShape){1, 5, 2, 3}));
}

const SgOp sg_op_softplus = {/* name */ "softplus",
                             /* math */ "y = log(1 + e^x)",
                             /* derivative */ "dx = (1 - e^-y) dy",
                             /* shape */ sg_shape_same,
                             /* forward */ sg_softplus_forward,
                             /* backward */ sg_softplus_backward,
                             /* plan */ {false, false},
                             /* example */ sg_softplus_example,
                             /* piece */ NULL};

/* ---- autograd/tanh.c ----------------------------------------------------------------- */

/* y = tanh x, element by element;  dx = (1 - y^2) dy */

/* y = f(x), of the file that includes this. */
static sg_real sg_tanh_f(sg_real x);
/* dy / dx at x, where y = f(x). */
static sg_real sg_tanh_df(sg_real x, sg_real y);

/* y_i = f(x_i) for all elements; y has the shape of x. */
static void sg_tanh_forward(SgNode *y) {
    const sg_real *x = y->in[0]->value;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        y->value[i] = sg_tanh_f(x[i]);
}

/* forward was: y = f(x) */
static void sg_tanh_backward(SgNode *y) {
    const sg_real *x = y->in[0]->value;
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        dx[i] += sg_tanh_df(x[i], y->value[i]) * y->grad[i];
}

static sg_real sg_tanh_f(sg_real x) {
    return tanh(x);
}

static sg_real sg_tanh_df(sg_real x, sg_real y) {
    (void)x;
    return 1 - y * y;
}

static SgNode *sg_tanh_example(SgTape *tape) {
    return ag_tanh(sg_tape_example_variable(tape, SG_LITERAL(SgShape){1, 3, 2, 5}));
}

const SgOp sg_op_tanh = {/* name */ "tanh",
                         /* math */ "y = tanh x",
                         /* derivative */ "dx = (1 - y^2) dy",
                         /* shape */ sg_shape_same,
                         /* forward */ sg_tanh_forward,
                         /* backward */ sg_tanh_backward,
                         /* plan */ {false, false},
                         /* example */ sg_tanh_example,
                         /* piece */ NULL};

/* ---- autograd/sum.c ------------------------------------------------------------------ */

/* y = sum of all x, added in double;  dx = dy everywhere */

static void sg_sum_forward(SgNode *y) {
    const SgNode *x = y->in[0];
    size_t size = sg_shape_size(x->shape);
    double sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += (double)x->value[i];
    y->value[0] = (sg_real)sum;
}

/* forward was: y += x[i] */
static void sg_sum_backward(SgNode *y) {
    SgNode *x = y->in[0];
    if (!x->grad) return;
    size_t size = sg_shape_size(x->shape);
    for (size_t i = 0; i < size; i++)
        x->grad[i] += y->grad[0];
}

static SgNode *sg_sum_example(SgTape *tape) {
    return ag_sum(sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 3, 5}));
}

const SgOp sg_op_sum = {/* name */ "sum",
                        /* math */ "y = sum x",
                        /* derivative */ "dx = dy",
                        /* shape */ sg_shape_scalar,
                        /* forward */ sg_sum_forward,
                        /* backward */ sg_sum_backward,
                        /* plan */ {false, false},
                        /* example */ sg_sum_example,
                        /* piece */ NULL};

/* ---- autograd/mean.c ----------------------------------------------------------------- */

/* y = (sum of all n elements of x) / n, added in double;  dx = dy / n everywhere */

static void sg_mean_forward(SgNode *y) {
    const SgNode *x = y->in[0];
    size_t size = sg_shape_size(x->shape);
    double sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += (double)x->value[i];
    y->value[0] = (sg_real)(sum / (double)size);
}

/* forward was: y += x[i] / n */
static void sg_mean_backward(SgNode *y) {
    SgNode *x = y->in[0];
    if (!x->grad) return;
    size_t size = sg_shape_size(x->shape);
    const sg_real share = y->grad[0] / (sg_real)size;
    for (size_t i = 0; i < size; i++)
        x->grad[i] += share;
}

static SgNode *sg_mean_example(SgTape *tape) {
    return ag_mean(sg_tape_example_variable(tape, SG_LITERAL(SgShape){1, 3, 5, 2}));
}

const SgOp sg_op_mean = {/* name */ "mean",
                         /* math */ "y = sum x / n",
                         /* derivative */ "dx = dy / n",
                         /* shape */ sg_shape_scalar,
                         /* forward */ sg_mean_forward,
                         /* backward */ sg_mean_backward,
                         /* plan */ {false, false},
                         /* example */ sg_mean_example,
                         /* piece */ NULL};

/* ---- autograd/sum_axis.c ------------------------------------------------------------- */

/* y = the sums of x along some axes, whose sides become 1, added in double;  dx = dy,
 * repeated along them
 *
 *     (SgAxes){.h = true, .w = true}      (n, c, h, w) -> (n, c, 1, 1)  */

static void sg_sum_axis_shape(SgNode *y) {
    y->shape = sg_axes_removed((const SgAxes *)y->params, y->in[0]->shape);
}

static size_t sg_sum_axis_workspace(const SgNode *y) {
    return sg_shape_size(y->shape) * sizeof(double);
}

static void sg_sum_axis_forward(SgNode *y) {
    const size_t size = sg_shape_size(y->shape);
    double *sums = (double *)sg_tape_workspace(y->tape, sg_sum_axis_workspace(y));
    sg_spread_sum(y->in[0]->shape, y->in[0]->value, y->shape, sums);
    for (size_t i = 0; i < size; i++)
        y->value[i] = (sg_real)sums[i];
}

/* forward was: y = sum x */
static void sg_sum_axis_backward(SgNode *y) {
    SgNode *x = y->in[0];
    if (x->grad) sg_spread_add(y->shape, y->grad, 1, x->shape, x->grad);
}

static SgNode *sg_sum_axis_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 4, 5});
    return ag_sum_axis(
        x, SG_LITERAL(SgAxes){/* n */ true, /* c */ false, /* h */ true, /* w */ false});
}

const SgOp sg_op_sum_axis = {/* name */ "sum_axis",
                             /* math */ "y = sum x along some axes",
                             /* derivative */ "dx = dy along them",
                             /* shape */ sg_sum_axis_shape,
                             /* forward */ sg_sum_axis_forward,
                             /* backward */ sg_sum_axis_backward,
                             /* plan */ {false, false},
                             /* example */ sg_sum_axis_example,
                             /* piece */ NULL};

/* ---- autograd/mean_axis.c ------------------------------------------------------------ */

/* y = the means of x along some axes, whose sides become 1, added in double;  dx = dy / k,
 * repeated along them, for means of k elements
 *
 *     (SgAxes){.h = true, .w = true}      global average pooling
 *     (SgAxes){.n = true, .h = true, .w = true}      the means of batch normalisation  */

static void sg_mean_axis_shape(SgNode *y) {
    y->shape = sg_axes_removed((const SgAxes *)y->params, y->in[0]->shape);
}

/* Elements of one mean. */
static size_t sg_mean_axis_averaged(const SgNode *y) {
    return sg_shape_size(y->in[0]->shape) / sg_shape_size(y->shape);
}

static size_t sg_mean_axis_workspace(const SgNode *y) {
    return sg_shape_size(y->shape) * sizeof(double);
}

static void sg_mean_axis_forward(SgNode *y) {
    const size_t size = sg_shape_size(y->shape);
    const double k = (double)sg_mean_axis_averaged(y);
    double *sums = (double *)sg_tape_workspace(y->tape, sg_mean_axis_workspace(y));
    sg_spread_sum(y->in[0]->shape, y->in[0]->value, y->shape, sums);
    for (size_t i = 0; i < size; i++)
        y->value[i] = (sg_real)(sums[i] / k);
}

/* forward was: y = sum x / k */
static void sg_mean_axis_backward(SgNode *y) {
    SgNode *x = y->in[0];
    const sg_real share = (sg_real)(1 / (double)sg_mean_axis_averaged(y));
    if (x->grad) sg_spread_add(y->shape, y->grad, share, x->shape, x->grad);
}

static SgNode *sg_mean_axis_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 4, 5});
    return ag_mean_axis(
        x, SG_LITERAL(SgAxes){/* n */ false, /* c */ true, /* h */ false, /* w */ true});
}

const SgOp sg_op_mean_axis = {/* name */ "mean_axis",
                              /* math */ "y = mean x along some axes",
                              /* derivative */ "dx = dy / k along them",
                              /* shape */ sg_mean_axis_shape,
                              /* forward */ sg_mean_axis_forward,
                              /* backward */ sg_mean_axis_backward,
                              /* plan */ {false, false},
                              /* example */ sg_mean_axis_example,
                              /* piece */ NULL};

/* ---- autograd/broadcast.c ------------------------------------------------------------ */

/* y = x, repeated along the axes where x has side 1;  dx = the sum of dy over the copies,
 * added in double
 *
 *     (1, c, 1, 1) -> (n, c, h, w)      one number for each channel
 *
 * No other op repeats an input: a product with a vector of channels is
 *
 *     ag_mul(x, ag_broadcast(v, (SgBroadcast){x->shape}))  */

static void sg_broadcast_shape(SgNode *y) {
    const SgBroadcast *p = (const SgBroadcast *)y->params;
    SG_CHECK(sg_spread_fits(y->in[0]->shape, p->shape),
             "broadcast: %s to %s; a side must be the same, or 1 in the first",
             SG_SHAPE(y->in[0]->shape), SG_SHAPE(p->shape));
    y->shape = p->shape;
}

static size_t sg_broadcast_workspace(const SgNode *y) {
    return sg_shape_size(y->in[0]->shape) * sizeof(double);
}

static void sg_broadcast_forward(SgNode *y) {
    sg_spread_copy(y->in[0]->shape, y->in[0]->value, y->shape, y->value);
}

/* forward was: y = x for every copy */
static void sg_broadcast_backward(SgNode *y) {
    SgNode *x = y->in[0];
    if (!x->grad) return;
    const size_t size = sg_shape_size(x->shape);
    double *sums = (double *)sg_tape_workspace(y->tape, sg_broadcast_workspace(y));
    sg_spread_sum(y->shape, y->grad, x->shape, sums);
    for (size_t i = 0; i < size; i++)
        x->grad[i] += (sg_real)sums[i];
}

static SgNode *sg_broadcast_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){1, 3, 1, 5});
    return ag_broadcast(x, SG_LITERAL(SgBroadcast){{2, 3, 4, 5}});
}

const SgOp sg_op_broadcast = {/* name */ "broadcast",
                              /* math */ "y = x, repeated along sides of 1",
                              /* derivative */ "dx = sum dy over the copies",
                              /* shape */ sg_broadcast_shape,
                              /* forward */ sg_broadcast_forward,
                              /* backward */ sg_broadcast_backward,
                              /* plan */ {false, false},
                              /* example */ sg_broadcast_example,
                              /* piece */ NULL};

/* ---- autograd/softmax.c -------------------------------------------------------------- */

/* y_k = e^x_k / sum over j of e^x_j, along one axis;  dx_k = y_k (dy_k - sum of y_j dy_j)
 *
 * Both sides of the fraction are divided by e^m, m the largest x of the line, so that
 * nothing overflows. */

static SgLines sg_softmax_lines_of(const SgNode *y) {
    const SgAxis *p = (const SgAxis *)y->params;
    return sg_lines_along(y->in[0]->shape, p->axis, y->op->name);
}

static void sg_softmax_shape(SgNode *y) {
    sg_softmax_lines_of(y);
    sg_shape_same(y);
}

static void sg_softmax_softmax(SgLines l, size_t width, const sg_real *x, sg_real *y) {
    sg_real largest[SG_LINES_SIDE_BY_SIDE];
    double sum[SG_LINES_SIDE_BY_SIDE] = {0};
    sg_lines_largest(l, width, x, largest);
    for (size_t k = 0; k < l.length; k++)
        for (size_t j = 0; j < width; j++) {
            y[k * l.step + j] = exp(x[k * l.step + j] - largest[j]);
            sum[j] += (double)y[k * l.step + j];
        }
    for (size_t k = 0; k < l.length; k++)
        for (size_t j = 0; j < width; j++)
            y[k * l.step + j] /= (sg_real)sum[j];
}

static void sg_softmax_forward(SgNode *y) {
    const SgLines l = sg_softmax_lines_of(y);
    const sg_real *x = y->in[0]->value;

    for (size_t i = 0; i < sg_lines_bundles(l); i++) {
        const SgBundle b = sg_lines_bundle(l, i);
        sg_softmax_softmax(l, b.width, x + b.start, y->value + b.start);
    }
}

/* forward was: y = e^x / sum e^x */
static void sg_softmax_softmax_backward(SgLines l, size_t width, const sg_real *y,
                                        const sg_real *dy, sg_real *dx) {
    double mean[SG_LINES_SIDE_BY_SIDE] = {0};
    for (size_t k = 0; k < l.length; k++)
        for (size_t j = 0; j < width; j++)
            mean[j] += (double)y[k * l.step + j] * (double)dy[k * l.step + j];
    for (size_t k = 0; k < l.length; k++)
        for (size_t j = 0; j < width; j++)
            dx[k * l.step + j] +=
                y[k * l.step + j] * (dy[k * l.step + j] - (sg_real)mean[j]);
}

static void sg_softmax_backward(SgNode *y) {
    const SgLines l = sg_softmax_lines_of(y);
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;

    for (size_t i = 0; i < sg_lines_bundles(l); i++) {
        const SgBundle b = sg_lines_bundle(l, i);
        sg_softmax_softmax_backward(l, b.width, y->value + b.start, y->grad + b.start,
                                    dx + b.start);
    }
}

static SgNode *sg_softmax_example(SgTape *tape) {
    return ag_softmax(sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 4, 3, 2}),
                      SG_LITERAL(SgAxis){1});
}

const SgOp sg_op_softmax = {/* name */ "softmax",
                            /* math */ "y = e^x / sum e^x along one axis",
                            /* derivative */ "dx = y (dy - sum y dy)",
                            /* shape */ sg_softmax_shape,
                            /* forward */ sg_softmax_forward,
                            /* backward */ sg_softmax_backward,
                            /* plan */ {false, false},
                            /* example */ sg_softmax_example,
                            /* piece */ NULL};

/* ---- autograd/log_softmax.c ---------------------------------------------------------- */

/* y_k = x_k - log(sum over j of e^x_j), along one axis;  dx_k = dy_k - e^y_k sum of dy_j
 *
 * The logarithm of softmax, without rounding small probabilities to 0. With m the largest
 * x of the line, y = (x - m) - log(sum of e^(x - m)), so that nothing overflows. */

static SgLines sg_log_softmax_lines_of(const SgNode *y) {
    const SgAxis *p = (const SgAxis *)y->params;
    return sg_lines_along(y->in[0]->shape, p->axis, y->op->name);
}

static void sg_log_softmax_shape(SgNode *y) {
    sg_log_softmax_lines_of(y);
    sg_shape_same(y);
}

static void sg_log_softmax_log_softmax(SgLines l, size_t width, const sg_real *x,
                                       sg_real *y) {
    sg_real largest[SG_LINES_SIDE_BY_SIDE];
    double sum[SG_LINES_SIDE_BY_SIDE] = {0};
    sg_lines_largest(l, width, x, largest);
    for (size_t k = 0; k < l.length; k++)
        for (size_t j = 0; j < width; j++)
            sum[j] += (double)exp(x[k * l.step + j] - largest[j]);
    for (size_t j = 0; j < width; j++)
        sum[j] = log(sum[j]);
    for (size_t k = 0; k < l.length; k++)
        for (size_t j = 0; j < width; j++)
            y[k * l.step + j] = x[k * l.step + j] - largest[j] - (sg_real)sum[j];
}

static void sg_log_softmax_forward(SgNode *y) {
    const SgLines l = sg_log_softmax_lines_of(y);
    const sg_real *x = y->in[0]->value;

    for (size_t i = 0; i < sg_lines_bundles(l); i++) {
        const SgBundle b = sg_lines_bundle(l, i);
        sg_log_softmax_log_softmax(l, b.width, x + b.start, y->value + b.start);
    }
}

/* forward was: y = x - log(sum e^x) */
static void sg_log_softmax_log_softmax_backward(SgLines l, size_t width, const sg_real *y,
                                                const sg_real *dy, sg_real *dx) {
    double sum[SG_LINES_SIDE_BY_SIDE] = {0};
    for (size_t k = 0; k < l.length; k++)
        for (size_t j = 0; j < width; j++)
            sum[j] += (double)dy[k * l.step + j];
    for (size_t k = 0; k < l.length; k++)
        for (size_t j = 0; j < width; j++)
            dx[k * l.step + j] +=
                dy[k * l.step + j] - exp(y[k * l.step + j]) * (sg_real)sum[j];
}

static void sg_log_softmax_backward(SgNode *y) {
    const SgLines l = sg_log_softmax_lines_of(y);
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;

    for (size_t i = 0; i < sg_lines_bundles(l); i++) {
        const SgBundle b = sg_lines_bundle(l, i);
        sg_log_softmax_log_softmax_backward(l, b.width, y->value + b.start,
                                            y->grad + b.start, dx + b.start);
    }
}

static SgNode *sg_log_softmax_example(SgTape *tape) {
    return ag_log_softmax(sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 2, 5}),
                          SG_LITERAL(SgAxis){3});
}

const SgOp sg_op_log_softmax = {/* name */ "log_softmax",
                                /* math */ "y = x - log(sum e^x) along one axis",
                                /* derivative */ "dx = dy - e^y sum dy",
                                /* shape */ sg_log_softmax_shape,
                                /* forward */ sg_log_softmax_forward,
                                /* backward */ sg_log_softmax_backward,
                                /* plan */ {false, false},
                                /* example */ sg_log_softmax_example,
                                /* piece */ NULL};

/* ---- autograd/reshape.c -------------------------------------------------------------- */

/* y has the elements of x in the same order, under another shape;  dx = dy */

static void sg_reshape_shape(SgNode *y) {
    const SgReshape *p = (const SgReshape *)y->params;
    SgShape x = y->in[0]->shape;
    SG_CHECK(sg_shape_size(x) == sg_shape_size(p->shape),
             "reshape: %s has %zu elements, %s has %zu", SG_SHAPE(x), sg_shape_size(x),
             SG_SHAPE(p->shape), sg_shape_size(p->shape));
    y->shape = p->shape;
}

static void sg_reshape_forward(SgNode *y) {
    memcpy(y->value, y->in[0]->value, sg_shape_size(y->shape) * sizeof(sg_real));
}

/* forward was: y[i] = x[i] */
static void sg_reshape_backward(SgNode *y) {
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = sg_shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        dx[i] += y->grad[i];
}

static SgNode *sg_reshape_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 5, 1});
    return ag_reshape(x, SG_LITERAL(SgReshape){{1, 5, 2, 3}});
}

const SgOp sg_op_reshape = {/* name */ "reshape",
                            /* math */ "y = x in another shape",
                            /* derivative */ "dx = dy",
                            /* shape */ sg_reshape_shape,
                            /* forward */ sg_reshape_forward,
                            /* backward */ sg_reshape_backward,
                            /* plan */ {false, false},
                            /* example */ sg_reshape_example,
                            /* piece */ NULL};

/* ---- autograd/transpose.c ------------------------------------------------------------ */

/* y[n, c, j, i] = x[n, c, i, j], rows become columns;  dx = dy transposed */

static void sg_transpose_shape(SgNode *y) {
    SgShape x = y->in[0]->shape;
    y->shape = SG_LITERAL(SgShape){x.n, x.c, x.w, x.h};
}

static void sg_transpose_forward(SgNode *y) {
    const SgShape s = y->in[0]->shape;
    const sg_real *x = y->in[0]->value;
    size_t h = (size_t)s.h, w = (size_t)s.w, size = sg_shape_size(s);
    for (size_t plane = 0; plane < size; plane += h * w)
        for (size_t i = 0; i < h; i++)
            for (size_t j = 0; j < w; j++)
                y->value[plane + j * h + i] = x[plane + i * w + j];
}

/* forward was: y[j, i] = x[i, j] */
static void sg_transpose_backward(SgNode *y) {
    const SgShape s = y->in[0]->shape;
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t h = (size_t)s.h, w = (size_t)s.w, size = sg_shape_size(s);
    for (size_t plane = 0; plane < size; plane += h * w)
        for (size_t i = 0; i < h; i++)
            for (size_t j = 0; j < w; j++)
                dx[plane + i * w + j] += y->grad[plane + j * h + i];
}

static SgNode *sg_transpose_example(SgTape *tape) {
    return ag_transpose(sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 5, 2}));
}

const SgOp sg_op_transpose = {/* name */ "transpose",
                              /* math */ "y = x^T",
                              /* derivative */ "dx = dy^T",
                              /* shape */ sg_transpose_shape,
                              /* forward */ sg_transpose_forward,
                              /* backward */ sg_transpose_backward,
                              /* plan */ {false, false},
                              /* example */ sg_transpose_example,
                              /* piece */ NULL};

/* ---- autograd/concat.c --------------------------------------------------------------- */

/* y = the channels of all inputs, one after the other;  dx_k = its part of dy
 *
 * (n, c1, h, w), (n, c2, h, w), ...  ->  (n, c1 + c2 + ..., h, w) */

#define SG_CONCAT_PIECE ((size_t)4096) /* elements that one thread passes on at a time */

static void sg_concat_shape(SgNode *y) {
    SgShape first = y->in[0]->shape;
    y->shape = first;
    for (int k = 1; k < y->inputs; k++) {
        SgShape next = y->in[k]->shape;
        SG_CHECK(next.n == first.n && next.h == first.h && next.w == first.w,
                 "concat: %s against %s; only the channels may differ", SG_SHAPE(first),
                 SG_SHAPE(next));
        y->shape.c += next.c;
    }
}

/* Elements of one image of the node. */
static size_t sg_concat_image_size(const SgNode *node) {
    return sg_shape_size(node->shape) / (size_t)node->shape.n;
}

static void sg_concat_copy(size_t size, const sg_real *x, sg_real *y) {
    for (size_t i = 0; i < size; i += SG_CONCAT_PIECE)
        memcpy(y + i, x + i,
               (size - i < SG_CONCAT_PIECE ? size - i : SG_CONCAT_PIECE) *
                   sizeof(sg_real));
}

static void sg_concat_forward(SgNode *y) {
    sg_real *to = y->value;
    for (int n = 0; n < y->shape.n; n++)
        for (int k = 0; k < y->inputs; k++) {
            size_t size = sg_concat_image_size(y->in[k]);
            sg_concat_copy(size, y->in[k]->value + (size_t)n * size, to);
            to += size;
        }
}

/* dx += dy, or over what dx holds, 0 + dy: the same bits. */
static void sg_concat_pass(size_t size, const sg_real *dy, sg_real *dx, bool add) {
    for (size_t i = 0; i < size; i++)
        dx[i] = (add ? dx[i] : 0) + dy[i];
}

/* forward was: y[...] = x_k[n], in the order n, k */
static void sg_concat_backward(SgNode *y) {
    size_t first = 0;
    for (int k = 0; k < y->inputs; k++) {
        const size_t size = sg_concat_image_size(y->in[k]);
        const bool add = !sg_node_blank(y->in[k]);
        sg_real *dx = y->in[k]->grad;
        for (size_t n = 0; dx && n < (size_t)y->shape.n; n++)
            sg_concat_pass(size, y->grad + n * sg_concat_image_size(y) + first,
                           dx + n * size, add);
        first += size;
    }
}

static SgNode *sg_concat_example(SgTape *tape) {
    SgNode *a = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 1, 3, 2});
    SgNode *b = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 3, 2});
    SgNode *const in[] = {a, b, a};
    return ag_concat(3, in);
}

const SgOp sg_op_concat = {/* name */ "concat",
                           /* math */ "y = x1, x2, ... along the channels",
                           /* derivative */ "dx_k = its part of dy",
                           /* shape */ sg_concat_shape,
                           /* forward */ sg_concat_forward,
                           /* backward */ sg_concat_backward,
                           /* plan */ {/* fills */ false, /* fills_all */ true},
                           /* example */ sg_concat_example,
                           /* piece */ NULL};

/* ---- autograd/slice.c ---------------------------------------------------------------- */

/* y = the positions start, ..., start + count - 1 of x along one axis;  dx = dy there
 *
 * With x seen as (outer, length, step) along the axis (lines.h), a slice is one run of
 * count * step elements out of every length * step. */

typedef struct SgSliceRuns {
    size_t count;         /* how many runs: outer */
    size_t length;        /* elements of one: count * step */
    size_t first, period; /* where they start in x, and how far apart: length * step */
} SgSliceRuns;

static void sg_slice_shape(SgNode *y) {
    const SgSlice *p = (const SgSlice *)y->params;
    y->shape = y->in[0]->shape;
    SG_CHECK(p->axis >= 0 && p->axis < 4, "slice: axis %d is none of 0, 1, 2, 3",
             p->axis);
    int *const sides[] = {&y->shape.n, &y->shape.c, &y->shape.h, &y->shape.w};
    int *side = sides[p->axis];
    SG_CHECK(p->start >= 0 && p->count > 0 && p->start < *side &&
                 p->count <= *side - p->start,
             "slice: %d places from %d on along axis %d of %s", p->count, p->start,
             p->axis, SG_SHAPE(y->in[0]->shape));
    *side = p->count;
}

static SgSliceRuns sg_slice_runs(const SgNode *y) {
    const SgSlice *p = (const SgSlice *)y->params;
    const SgLines l = sg_lines_along(y->in[0]->shape, p->axis, "slice");
    return SG_LITERAL(SgSliceRuns){
        /* count */ l.outer, /* length */ (size_t)p->count * l.step,
        /* first */ (size_t)p->start * l.step, /* period */ l.length * l.step};
}

static void sg_slice_forward(SgNode *y) {
    SgSliceRuns r = sg_slice_runs(y);
    for (size_t run = 0; run < r.count; run++)
        memcpy(y->value + run * r.length, y->in[0]->value + r.first + run * r.period,
               r.length * sizeof(sg_real));
}

/* forward was: y[run, i] = x[first + run period + i] */
static void sg_slice_backward(SgNode *y) {
    SgSliceRuns r = sg_slice_runs(y);
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    for (size_t run = 0; run < r.count; run++)
        for (size_t i = 0; i < r.length; i++)
            dx[r.first + run * r.period + i] += y->grad[run * r.length + i];
}

static SgNode *sg_slice_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 4, 3, 5});
    return ag_slice(x, SG_LITERAL(SgSlice){/* axis */ 1, /* start */ 1, /* count */ 2});
}

const SgOp sg_op_slice = {/* name */ "slice",
                          /* math */ "y = x from start on, along one axis",
                          /* derivative */ "dx = dy there, 0 elsewhere",
                          /* shape */ sg_slice_shape,
                          /* forward */ sg_slice_forward,
                          /* backward */ sg_slice_backward,
                          /* plan */ {false, false},
                          /* example */ sg_slice_example,
                          /* piece */ NULL};

/* ---- autograd/crop.c ----------------------------------------------------------------- */

/* y = a rectangle of x, with zeros where the rectangle is smaller than y;  dx = dy there
 *
 * The box is an input, (1,1,1,4): top, left, height, width, in positions of x. So one
 * tape can be used for one part of an image after the other: change the box, and replay.
 *
 *     x . . . . .      box 1 2 2 3      y  a b c        (y is 3 x 3)
 *       . . a b c                          d e f
 *       . . d e f                          0 0 0
 */

typedef struct SgCropRectangle {
    size_t top, left, h, w;
} SgCropRectangle;

static void sg_crop_shape(SgNode *y) {
    const SgCrop *p = (const SgCrop *)y->params;
    SgShape x = y->in[0]->shape;
    SG_CHECK(sg_shape_equal(y->in[1]->shape, SG_LITERAL(SgShape){1, 1, 1, 4}),
             "crop: a box is top, left, height, width, not %s",
             SG_SHAPE(y->in[1]->shape));
    SG_CHECK(p->h > 0 && p->w > 0, "crop: %d x %d places of %s", p->h, p->w, SG_SHAPE(x));
    y->shape = SG_LITERAL(SgShape){x.n, x.c, p->h, p->w};
}

static SgCropRectangle sg_crop_box_of(const SgNode *y) {
    const sg_real *box = y->in[1]->value;
    SgShape x = y->in[0]->shape, s = y->shape;
    SG_CHECK(box[0] >= 0 && box[1] >= 0 && box[2] >= 0 && box[3] >= 0 &&
                 box[0] + box[2] <= (sg_real)x.h && box[1] + box[3] <= (sg_real)x.w &&
                 box[2] <= (sg_real)s.h && box[3] <= (sg_real)s.w,
             "crop: the box %g %g %g %g does not fit into %s and %s", (double)box[0],
             (double)box[1], (double)box[2], (double)box[3], SG_SHAPE(x), SG_SHAPE(s));
    return SG_LITERAL(SgCropRectangle){(size_t)box[0], (size_t)box[1], (size_t)box[2],
                                       (size_t)box[3]};
}

static void sg_crop_forward(SgNode *y) {
    SgCropRectangle r = sg_crop_box_of(y);
    SgShape x = y->in[0]->shape, s = y->shape;
    size_t planes = (size_t)s.n * (size_t)s.c, w = (size_t)s.w, h = (size_t)s.h;
    const size_t plane = (size_t)x.h * (size_t)x.w;
    for (size_t p = 0; p < planes; p++)
        for (size_t i = 0; i < h; i++) {
            sg_real *row = y->value + (p * h + i) * w;
            size_t inside = i < r.h ? r.w : 0, from = (r.top + i) * (size_t)x.w + r.left;
            if (inside)
                memcpy(row, y->in[0]->value + p * plane + from, inside * sizeof(sg_real));
            memset(row + inside, 0, (w - inside) * sizeof(sg_real));
        }
}

/* forward was: y[i, j] = x[top + i, left + j] */
static void sg_crop_backward(SgNode *y) {
    SgCropRectangle r = sg_crop_box_of(y);
    SgShape x = y->in[0]->shape, s = y->shape;
    size_t planes = (size_t)s.n * (size_t)s.c, w = (size_t)s.w, h = (size_t)s.h;
    sg_real *dx = y->in[0]->grad;
    SG_CHECK(!y->in[1]->grad, "crop: a box has no gradient");
    if (!dx) return;
    for (size_t p = 0; p < planes; p++)
        for (size_t i = 0; i < r.h; i++) {
            size_t to = (p * (size_t)x.h + r.top + i) * (size_t)x.w + r.left;
            for (size_t j = 0; j < r.w; j++)
                dx[to + j] += y->grad[(p * h + i) * w + j];
        }
}

static SgNode *sg_crop_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 5, 6});
    SgNode *box = sg_tape_example_constant(tape, SG_LITERAL(SgShape){1, 1, 1, 4});
    const sg_real numbers[4] = {1, 2, 3, 4};
    memcpy(box->value, numbers, sizeof numbers);
    return ag_crop(x, box, SG_LITERAL(SgCrop){/* h */ 4, /* w */ 4});
}

const SgOp sg_op_crop = {/* name */ "crop",
                         /* math */ "y = x inside a box, 0 beyond it",
                         /* derivative */ "dx = dy there, 0 elsewhere",
                         /* shape */ sg_crop_shape,
                         /* forward */ sg_crop_forward,
                         /* backward */ sg_crop_backward,
                         /* plan */ {false, false},
                         /* example */ sg_crop_example,
                         /* piece */ NULL};

/* ---- autograd/matmul.c --------------------------------------------------------------- */

/* Y = A B, one product for each image and channel;  dA = dY B^T,  dB = A^T dY
 *
 * A is (n, c, h, k), B is (n, c, k, w), Y is (n, c, h, w). With transpose_a or
 * transpose_b the matrix in memory is A^T or B^T, and so is its gradient. */

/* One matrix for each plane of the shape, read as it is stored or transposed. */
typedef struct SgMatmulFactor {
    const sg_real *data;
    SgShape shape;
    bool transpose;
} SgMatmulFactor;

static SgMatmulFactor sg_matmul_transposed(SgMatmulFactor a) {
    a.transpose = !a.transpose;
    return a;
}

/* C = A B, or C += A B when `add`, plane by plane. */
static void sg_matmul_multiply(SgMatmulFactor a, SgMatmulFactor b, sg_real *c, bool add) {
    const SgGemmDims d = {/* transpose_a */ a.transpose,
                          /* transpose_b */ b.transpose,
                          /* accumulate */ add,
                          /* m */ a.transpose ? a.shape.w : a.shape.h,
                          /* n */ b.transpose ? b.shape.h : b.shape.w,
                          /* k */ a.transpose ? a.shape.h : a.shape.w,
                          /* lda */ a.shape.w,
                          /* ldb */ b.shape.w,
                          /* ldc */ b.transpose ? b.shape.h : b.shape.w};
    const ptrdiff_t planes = (ptrdiff_t)a.shape.n * a.shape.c;
    const ptrdiff_t next_a = (ptrdiff_t)a.shape.h * a.shape.w;
    const ptrdiff_t next_b = (ptrdiff_t)b.shape.h * b.shape.w;
    const ptrdiff_t next_c = (ptrdiff_t)d.m * d.n;

    for (ptrdiff_t p = 0; p < planes; p++)
        sg_ref_gemm(&d, a.data + p * next_a, b.data + p * next_b, c + p * next_c);
}

static void sg_matmul_shape(SgNode *y) {
    const SgMatmul *p = (const SgMatmul *)y->params;
    SgShape a = y->in[0]->shape, b = y->in[1]->shape;
    int inner_a = p->transpose_a ? a.h : a.w, inner_b = p->transpose_b ? b.w : b.h;
    SG_CHECK(a.n == b.n && a.c == b.c && inner_a == inner_b,
             "matmul: %s%s times %s%s does not fit", SG_SHAPE(a),
             p->transpose_a ? "^T" : "", SG_SHAPE(b), p->transpose_b ? "^T" : "");
    y->shape = SG_LITERAL(SgShape){a.n, a.c, p->transpose_a ? a.w : a.h,
                                   p->transpose_b ? b.h : b.w};
}

static SgMatmulFactor sg_matmul_left_of(const SgNode *y) {
    const SgMatmul *p = (const SgMatmul *)y->params;
    return SG_LITERAL(SgMatmulFactor){y->in[0]->value, y->in[0]->shape, p->transpose_a};
}

static SgMatmulFactor sg_matmul_right_of(const SgNode *y) {
    const SgMatmul *p = (const SgMatmul *)y->params;
    return SG_LITERAL(SgMatmulFactor){y->in[1]->value, y->in[1]->shape, p->transpose_b};
}

static void sg_matmul_forward(SgNode *y) {
    sg_matmul_multiply(sg_matmul_left_of(y), sg_matmul_right_of(y), y->value, false);
}

/* forward was: Y = A B. Where A^T is stored, so is its gradient: dA^T = B dY^T; B^T
 * likewise. */
static void sg_matmul_backward(SgNode *y) {
    const SgMatmulFactor a = sg_matmul_left_of(y), b = sg_matmul_right_of(y),
                         dy = {y->grad, y->shape, false};
    sg_real *da = y->in[0]->grad, *db = y->in[1]->grad;
    const bool add = !sg_node_blank(y->in[0]);
    if (da && a.transpose) sg_matmul_multiply(b, sg_matmul_transposed(dy), da, add);
    if (da && !a.transpose) sg_matmul_multiply(dy, sg_matmul_transposed(b), da, add);
    if (db && b.transpose) sg_matmul_multiply(sg_matmul_transposed(dy), a, db, true);
    if (db && !b.transpose) sg_matmul_multiply(sg_matmul_transposed(a), dy, db, true);
}

static SgNode *sg_matmul_example(SgTape *tape) {
    SgNode *a = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 4, 2});
    SgNode *b = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 4, 5});
    return ag_matmul(
        a, b, SG_LITERAL(SgMatmul){/* transpose_a */ true, /* transpose_b */ false});
}

const SgOp sg_op_matmul = {/* name */ "matmul",
                           /* math */ "Y = A B",
                           /* derivative */ "dA = dY B^T, dB = A^T dY",
                           /* shape */ sg_matmul_shape,
                           /* forward */ sg_matmul_forward,
                           /* backward */ sg_matmul_backward,
                           /* plan */ {/* fills */ true, /* fills_all */ false},
                           /* example */ sg_matmul_example,
                           /* piece */ NULL};

/* ---- single/conv2d.c ----------------------------------------------------------------- */

/* y[n,o,i,j] = b[o] + sum over c,u,v of w[o,c,u,v] x[n, g C + c, i s + u e - p, j s + v e - p]
 *
 * s stride, p padding, e dilation; g is the group of output o, C the inputs of a group. A
 * position outside of x is 0, or that of the pixel it mirrors or repeats (PadMode).
 *
 *     dx[where x was read] += w[o,c,u,v] dy[n,o,i,j]
 *     dw[o,c,u,v]          += x[where it was read] dy[n,o,i,j]
 *     db[o]                += dy[n,o,i,j]
 *
 * As nn/conv2d.c, with one loop for each index in place of the fast kernels. The sums run
 * in the same order as in tensor/kernels/ref/conv2d.c. */

/* The parameters with their defaults filled in, and the shapes. */
typedef struct SgConv2dSizes {
    SgShape x, w, y;
    int stride, pad, groups, dilation;
    SgPadMode mode;
} SgConv2dSizes;

static SgConv2dSizes sg_conv2d_sizes_of(const SgNode *y) {
    const SgConv2d *p = (const SgConv2d *)y->params;
    return SG_LITERAL(SgConv2dSizes){/* x */ y->in[0]->shape,
                                     /* w */ y->in[1]->shape,
                                     /* y */ y->shape,
                                     /* stride */ p->stride ? p->stride : 1,
                                     /* pad */ p->pad,
                                     /* groups */ p->groups ? p->groups : 1,
                                     /* dilation */ p->dilation ? p->dilation : 1,
                                     /* mode */ p->mode};
}

/* Outputs along a side of x; 0 when the window does not fit. */
static int sg_conv2d_outputs(const SgConv2dSizes *s, int side, int window) {
    const int room = side + 2 * s->pad - (window - 1) * s->dilation - 1;
    return room < 0 ? 0 : room / s->stride + 1;
}

static void sg_conv2d_shape(SgNode *y) {
    const SgConv2dSizes s = sg_conv2d_sizes_of(y);
    const SgShape x = s.x, w = s.w;
    SG_CHECK(s.stride > 0 && s.pad >= 0 && s.groups > 0 && s.dilation > 0,
             "conv2d: stride %d, pad %d, %d groups, dilation %d", s.stride, s.pad,
             s.groups, s.dilation);
    SG_CHECK(w.n % s.groups == 0 && (long long)w.c * s.groups == x.c,
             "conv2d: weight %s with %d groups does not fit %s", SG_SHAPE(w), s.groups,
             SG_SHAPE(x));
    SG_CHECK(s.mode != SG_PAD_REFLECT || s.pad == 0 || (s.pad < x.h && s.pad < x.w),
             "conv2d: %s is too small to be mirrored by %d pixels", SG_SHAPE(x), s.pad);
    if (y->inputs == 3)
        SG_CHECK(sg_shape_equal(y->in[2]->shape, SG_LITERAL(SgShape){1, w.n, 1, 1}),
                 "conv2d: bias %s against weight %s", SG_SHAPE(y->in[2]->shape),
                 SG_SHAPE(w));
    y->shape = SG_LITERAL(SgShape){x.n, w.n, sg_conv2d_outputs(&s, x.h, w.h),
                                   sg_conv2d_outputs(&s, x.w, w.w)};
    SG_CHECK(y->shape.h > 0 && y->shape.w > 0,
             "conv2d: kernel is larger than input with pad %d: %s against %s", s.pad,
             SG_SHAPE(w), SG_SHAPE(x));
}

/* Place of element (n, c, h, w) of a tensor of this shape. */
static ptrdiff_t sg_conv2d_place(SgShape s, int n, int c, int h, int w) {
    return (((ptrdiff_t)n * s.c + c) * s.h + h) * s.w + w;
}

/* Place in x of what output (n, o, i, j) multiplies with weight (o, c, u, v); -1 where
 * there is a zero. */
static ptrdiff_t sg_conv2d_read_at(const SgConv2dSizes *s, int n, int o, int i, int j,
                                   int c, int u, int v) {
    const int group = o / (s->w.n / s->groups);
    const int h =
        sg_border_source(s->mode, i * s->stride + u * s->dilation - s->pad, s->x.h);
    const int w =
        sg_border_source(s->mode, j * s->stride + v * s->dilation - s->pad, s->x.w);
    return h < 0 || w < 0 ? -1 : sg_conv2d_place(s->x, n, group * s->w.c + c, h, w);
}

/* Output (n, o, i, j). */
static sg_real sg_conv2d_output(const SgNode *y, const SgConv2dSizes *s, int n, int o,
                                int i, int j) {
    const sg_real *x = y->in[0]->value, *w = y->in[1]->value;
    sg_real sum = y->inputs == 3 ? y->in[2]->value[o] : 0;
    for (int c = 0; c < s->w.c; c++)
        for (int u = 0; u < s->w.h; u++)
            for (int v = 0; v < s->w.w; v++) {
                const ptrdiff_t at = sg_conv2d_read_at(s, n, o, i, j, c, u, v);
                sum += w[sg_conv2d_place(s->w, o, c, u, v)] * (at < 0 ? 0 : x[at]);
            }
    return sum;
}

static void sg_conv2d_forward(SgNode *y) {
    const SgConv2dSizes s = sg_conv2d_sizes_of(y);
    for (int n = 0; n < s.y.n; n++)
        for (int o = 0; o < s.y.c; o++)
            for (int i = 0; i < s.y.h; i++)
                for (int j = 0; j < s.y.w; j++)
                    y->value[sg_conv2d_place(s.y, n, o, i, j)] =
                        sg_conv2d_output(y, &s, n, o, i, j);
}

/* forward was: y += w x, for one weight (o, c, u, v) and all outputs that it met */
static void sg_conv2d_backward_weight(SgNode *y, const SgConv2dSizes *s, int o, int c,
                                      int u, int v) {
    const ptrdiff_t weight = sg_conv2d_place(s->w, o, c, u, v);
    const sg_real w = y->in[1]->value[weight], *x = y->in[0]->value;
    sg_real *dx = y->in[0]->grad, *dw = y->in[1]->grad;
    for (int n = 0; n < s->y.n; n++)
        for (int i = 0; i < s->y.h; i++)
            for (int j = 0; j < s->y.w; j++) {
                const ptrdiff_t at = sg_conv2d_read_at(s, n, o, i, j, c, u, v);
                const sg_real dy = y->grad[sg_conv2d_place(s->y, n, o, i, j)];
                if (at < 0) continue;
                if (dx) dx[at] += w * dy;
                if (dw) dw[weight] += x[at] * dy;
            }
}

/* forward was: y = b */
static void sg_conv2d_backward_bias(SgNode *y) {
    const SgShape s = y->shape;
    sg_real *db = y->in[2]->grad;
    for (int o = 0; o < s.c; o++) {
        double sum = 0;
        for (int n = 0; n < s.n; n++)
            for (int i = 0; i < s.h; i++)
                for (int j = 0; j < s.w; j++)
                    sum += (double)y->grad[sg_conv2d_place(s, n, o, i, j)];
        db[o] += (sg_real)sum;
    }
}

static void sg_conv2d_backward(SgNode *y) {
    const SgConv2dSizes s = sg_conv2d_sizes_of(y);
    for (int o = 0; o < s.w.n; o++)
        for (int c = 0; c < s.w.c; c++)
            for (int u = 0; u < s.w.h; u++)
                for (int v = 0; v < s.w.w; v++)
                    sg_conv2d_backward_weight(y, &s, o, c, u, v);
    if (y->inputs == 3 && y->in[2]->grad) sg_conv2d_backward_bias(y);
}

static SgNode *sg_conv2d_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 6, 7});
    SgNode *w = sg_tape_example_variable(tape, SG_LITERAL(SgShape){4, 3, 3, 2});
    SgNode *b = sg_tape_example_variable(tape, SG_LITERAL(SgShape){1, 4, 1, 1});
    SgNode *y = ag_conv2d(x, w, b,
                          SG_LITERAL(SgConv2d){/* stride */ 2, /* pad */ 1,
                                               /* mode */ SG_PAD_ZERO, /* groups */ 0,
                                               /* dilation */ 0});
    w = sg_tape_example_variable(tape, SG_LITERAL(SgShape){6, 2, 2, 2});
    y = ag_conv2d(y, w, NULL,
                  SG_LITERAL(SgConv2d){/* stride */ 0, /* pad */ 1,
                                       /* mode */ SG_PAD_ZERO, /* groups */ 2,
                                       /* dilation */ 2});
    w = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 6, 3, 3});
    return ag_conv2d(y, w, NULL,
                     SG_LITERAL(SgConv2d){/* stride */ 0, /* pad */ 2,
                                          /* mode */ SG_PAD_REFLECT, /* groups */ 0,
                                          /* dilation */ 0});
}

const SgOp sg_op_conv2d = {/* name */ "conv2d",
                           /* math */ "y = b + sum w x",
                           /* derivative */ "dx = sum w dy, dw = sum x dy, db = sum dy",
                           /* shape */ sg_conv2d_shape,
                           /* forward */ sg_conv2d_forward,
                           /* backward */ sg_conv2d_backward,
                           /* plan */ {false, false},
                           /* example */ sg_conv2d_example,
                           /* piece */ NULL};

/* ---- nn/linear.c --------------------------------------------------------------------- */

/* y = W x + b for each image: x (n, k) is (n, c, h, w) seen as rows of k = c h w
 * elements, W (o, k), b (o), y (n, o). dx = dy W,  dW = dy^T x,  db = sum over n of
 * dy */

/* n, k, o as above. */
typedef struct SgLinearSizes {
    int n, k, o;
} SgLinearSizes;

static SgLinearSizes sg_linear_sizes_of(const SgNode *y) {
    SgShape x = y->in[0]->shape;
    return SG_LITERAL(SgLinearSizes){x.n, x.c * x.h * x.w, y->in[1]->shape.h};
}

static void sg_linear_shape(SgNode *y) {
    SgShape x = y->in[0]->shape, w = y->in[1]->shape;
    SG_CHECK(w.n == 1 && w.c == 1, "linear: the weight is a matrix (1,1,o,k), got %s",
             SG_SHAPE(w));
    SG_CHECK(
        (long long)x.c * x.h * x.w == w.w,
        "linear: input has %lld elements for each image, weight needs %d: %s against %s",
        (long long)x.c * x.h * x.w, w.w, SG_SHAPE(x), SG_SHAPE(w));
    if (y->inputs == 3)
        SG_CHECK(sg_shape_equal(y->in[2]->shape, SG_LITERAL(SgShape){1, w.h, 1, 1}),
                 "linear: bias %s against weight %s", SG_SHAPE(y->in[2]->shape),
                 SG_SHAPE(w));
    y->shape = SG_LITERAL(SgShape){x.n, w.h, 1, 1};
}

static void sg_linear_forward(SgNode *y) {
    const SgLinearSizes s = sg_linear_sizes_of(y);
    const sg_real *b = y->inputs == 3 ? y->in[2]->value : NULL;
    for (int n = 0; n < s.n; n++)
        for (int o = 0; o < s.o; o++)
            y->value[n * s.o + o] = b ? b[o] : 0;
    const SgGemmDims from_x = {/* transpose_a */ false,
                               /* transpose_b */ true,
                               /* accumulate */ true,
                               /* m */ s.n,
                               /* n */ s.o,
                               /* k */ s.k,
                               /* lda */ s.k,
                               /* ldb */ s.k,
                               /* ldc */ s.o};
    sg_ref_gemm(&from_x, y->in[0]->value, y->in[1]->value, y->value);
}

/* forward was: y[n,o] = b[o] + sum over k of x[n,k] W[o,k] */
static void sg_linear_backward(SgNode *y) {
    const SgLinearSizes s = sg_linear_sizes_of(y);
    const sg_real *x = y->in[0]->value, *w = y->in[1]->value;
    sg_real *dx = y->in[0]->grad, *dw = y->in[1]->grad;
    sg_real *db = y->inputs == 3 ? y->in[2]->grad : NULL;
    SgGemmDims into_x = {false, false, true, s.n, s.k, s.o, s.o, s.k, s.k};
    SgGemmDims into_w = {true, false, true, s.o, s.k, s.n, s.o, s.k, s.k};
    if (dx) sg_ref_gemm(&into_x, y->grad, w, dx);
    if (dw) sg_ref_gemm(&into_w, y->grad, x, dw);
    if (!db) return;
    for (int n = 0; n < s.n; n++)
        for (int o = 0; o < s.o; o++)
            db[o] += y->grad[n * s.o + o];
}

static SgNode *sg_linear_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){3, 2, 1, 5});
    SgNode *w = sg_tape_example_variable(tape, SG_LITERAL(SgShape){1, 1, 7, 10});
    return ag_linear(x, w,
                     sg_tape_example_variable(tape, SG_LITERAL(SgShape){1, 7, 1, 1}));
}

const SgOp sg_op_linear = {/* name */ "linear",
                           /* math */ "y = W x + b",
                           /* derivative */ "dx = W^T dy, dW = dy x^T, db = dy",
                           /* shape */ sg_linear_shape,
                           /* forward */ sg_linear_forward,
                           /* backward */ sg_linear_backward,
                           /* plan */ {false, false},
                           /* example */ sg_linear_example,
                           /* piece */ NULL};

/* ---- single/relu.c ------------------------------------------------------------------- */

/* y = x where x > 0, else 0;  dx = dy where x > 0, else 0 (also at exactly 0).
 * A NaN stays a NaN, so that a broken computation shows.
 *
 * As nn/relu.c, without the bits that are saved there in place of x. */

/* y = f(x), of the file that includes this. */
static sg_real sg_relu_f(sg_real x);
/* dy / dx at x, where y = f(x). */
static sg_real sg_relu_df(sg_real x, sg_real y);

/* y_i = f(x_i) for all elements; y has the shape of x. */
static void sg_relu_forward(SgNode *y) {
    const sg_real *x = y->in[0]->value;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        y->value[i] = sg_relu_f(x[i]);
}

/* forward was: y = f(x) */
static void sg_relu_backward(SgNode *y) {
    const sg_real *x = y->in[0]->value;
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = sg_shape_size(y->shape);

    for (size_t i = 0; i < size; i++)
        dx[i] += sg_relu_df(x[i], y->value[i]) * y->grad[i];
}

static sg_real sg_relu_f(sg_real x) {
    return x <= 0 ? 0 : x;
}

static sg_real sg_relu_df(sg_real x, sg_real y) {
    (void)y;
    return x <= 0 ? 0 : 1;
}

static int sg_relu_piece(const SgNode *y, size_t i) {
    return y->value[i] > 0;
}

static SgNode *sg_relu_example(SgTape *tape) {
    return ag_relu(sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 3, 5}));
}

const SgOp sg_op_relu = {/* name */ "relu",
                         /* math */ "y = max(x, 0)",
                         /* derivative */ "dx = dy where y > 0",
                         /* shape */ sg_shape_same,
                         /* forward */ sg_relu_forward,
                         /* backward */ sg_relu_backward,
                         /* plan */ {false, false},
                         /* example */ sg_relu_example,
                         /* piece */ sg_relu_piece};

/* ---- nn/leaky_relu.c ----------------------------------------------------------------- */

/* y = x where x > 0, else slope x;  dx = dy or slope dy. A NaN stays a NaN. */

static void sg_leaky_relu_forward(SgNode *y) {
    const SgLeakyRelu *p = (const SgLeakyRelu *)y->params;
    const sg_real slope = (sg_real)p->slope, *x = y->in[0]->value;
    size_t size = sg_shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        y->value[i] = x[i] > 0 ? x[i] : slope * x[i];
}

/* forward was: y = x > 0 ? x : slope x */
static void sg_leaky_relu_backward(SgNode *y) {
    const SgLeakyRelu *p = (const SgLeakyRelu *)y->params;
    const sg_real slope = (sg_real)p->slope, *x = y->in[0]->value;
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = sg_shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        dx[i] += x[i] > 0 ? y->grad[i] : slope * y->grad[i];
}

static int sg_leaky_relu_piece(const SgNode *y, size_t i) {
    return y->in[0]->value[i] > 0;
}

static SgNode *sg_leaky_relu_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){1, 2, 5, 3});
    return ag_leaky_relu(x, SG_LITERAL(SgLeakyRelu){/* slope */ 0.3});
}

const SgOp sg_op_leaky_relu = {/* name */ "leaky_relu",
                               /* math */ "y = x where x > 0, else slope x",
                               /* derivative */ "dx = dy where x > 0, else slope dy",
                               /* shape */ sg_shape_same,
                               /* forward */ sg_leaky_relu_forward,
                               /* backward */ sg_leaky_relu_backward,
                               /* plan */ {false, false},
                               /* example */ sg_leaky_relu_example,
                               /* piece */ sg_leaky_relu_piece};

/* ---- nn/max_pool.c ------------------------------------------------------------------- */

/* y = the largest x of each window;  dx = dy at the position of that x, which forward
 * saves in one byte per output. */

static void sg_max_pool_shape(SgNode *y) {
    sg_pool_shape(y);
    sg_node_save(y, sg_shape_size(y->shape));
}

static void sg_max_pool_forward(SgNode *y) {
    const SgPoolDims d = sg_pool_dims(y);
    sg_ref_max_pool_forward(&d, y->in[0]->value, y->value, (uint8_t *)y->saved);
}

/* forward was: y = x[winner] */
static void sg_max_pool_backward(SgNode *y) {
    const SgPoolDims d = sg_pool_dims(y);
    SgNode *x = y->in[0];
    if (!x->grad) return;
    const bool add = !sg_node_blank(x);
    sg_ref_max_pool_backward(&d, y->grad, (const uint8_t *)y->saved, x->grad, add);
}

static int sg_max_pool_piece(const SgNode *y, size_t i) {
    return ((const uint8_t *)y->saved)[i];
}

static SgNode *sg_max_pool_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 5, 7});
    return ag_max_pool(x, SG_LITERAL(SgPool2d){/* kernel */ 3, /* stride */ 2,
                                               /* pad */ 1, /* ceil_mode */ true});
}

const SgOp sg_op_max_pool = {/* name */ "max_pool",
                             /* math */ "y = max x over the window",
                             /* derivative */ "dx = dy at the maximum",
                             /* shape */ sg_max_pool_shape,
                             /* forward */ sg_max_pool_forward,
                             /* backward */ sg_max_pool_backward,
                             /* plan */ {/* fills */ true, /* fills_all */ false},
                             /* example */ sg_max_pool_example,
                             /* piece */ sg_max_pool_piece};

/* ---- nn/avg_pool.c ------------------------------------------------------------------- */

/* y = the mean of the x inside each window;  dx = dy / (number of x in the window) */

static void sg_avg_pool_forward(SgNode *y) {
    const SgPoolDims d = sg_pool_dims(y);
    sg_ref_avg_pool_forward(&d, y->in[0]->value, y->value);
}

/* forward was: y = sum x / count */
static void sg_avg_pool_backward(SgNode *y) {
    const SgPoolDims d = sg_pool_dims(y);
    SgNode *x = y->in[0];
    if (!x->grad) return;
    const bool add = !sg_node_blank(x);
    sg_ref_avg_pool_backward(&d, y->grad, x->grad, add);
}

static SgNode *sg_avg_pool_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 5, 6});
    return ag_avg_pool(x, SG_LITERAL(SgPool2d){/* kernel */ 3, /* stride */ 2,
                                               /* pad */ 0, /* ceil_mode */ true});
}

const SgOp sg_op_avg_pool = {/* name */ "avg_pool",
                             /* math */ "y = mean x over the window",
                             /* derivative */ "dx = dy / count",
                             /* shape */ sg_pool_shape,
                             /* forward */ sg_avg_pool_forward,
                             /* backward */ sg_avg_pool_backward,
                             /* plan */ {/* fills */ true, /* fills_all */ false},
                             /* example */ sg_avg_pool_example,
                             /* piece */ NULL};

/* ---- nn/normalize.c ------------------------------------------------------------------ */

/* y[n,c,i,j] = (x[n,c,i,j] - mean[c]) / deviation[c];  dx = dy / deviation[c] */

static void sg_normalize_shape(SgNode *y) {
    const SgNormalize *p = (const SgNormalize *)y->params;
    sg_shape_same(y);
    SG_CHECK(y->shape.c == 3, "normalize: an image has 3 channels, this is %s",
             SG_SHAPE(y->shape));
    for (int c = 0; c < 3; c++)
        SG_CHECK(p->deviation[c] != 0, "normalize: the deviation of channel %d is 0", c);
}

static void sg_normalize_forward(SgNode *y) {
    const SgNormalize *p = (const SgNormalize *)y->params;
    const sg_real *x = y->in[0]->value;
    size_t plane = (size_t)y->shape.h * (size_t)y->shape.w, start = 0;
    for (int nc = 0; nc < y->shape.n * 3; nc++, start += plane) {
        const sg_real mean = (sg_real)p->mean[nc % 3],
                      deviation = (sg_real)p->deviation[nc % 3];
        for (size_t i = start; i < start + plane; i++)
            y->value[i] = (x[i] - mean) / deviation;
    }
}

/* forward was: y = (x - mean) / deviation */
static void sg_normalize_backward(SgNode *y) {
    const SgNormalize *p = (const SgNormalize *)y->params;
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t plane = (size_t)y->shape.h * (size_t)y->shape.w, start = 0;
    for (int nc = 0; nc < y->shape.n * 3; nc++, start += plane) {
        const sg_real deviation = (sg_real)p->deviation[nc % 3];
        for (size_t i = start; i < start + plane; i++)
            dx[i] += y->grad[i] / deviation;
    }
}

static SgNode *sg_normalize_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 2, 5});
    return ag_normalize(x, SG_LITERAL(SgNormalize){{0.5, -1, 2}, {0.25, 3, 1.5}});
}

const SgOp sg_op_normalize = {/* name */ "normalize",
                              /* math */ "y = (x - mean_c) / deviation_c",
                              /* derivative */ "dx = dy / deviation_c",
                              /* shape */ sg_normalize_shape,
                              /* forward */ sg_normalize_forward,
                              /* backward */ sg_normalize_backward,
                              /* plan */ {false, false},
                              /* example */ sg_normalize_example,
                              /* piece */ NULL};

/* ---- nn/upsample.c ------------------------------------------------------------------- */

/* y[n,c, i f + a, j f + b] = x[n,c,i,j] for a, b = 0 .. f - 1: every pixel becomes a square
 * of f x f (nearest neighbour);  dx = the sum of dy over the square */

static void sg_upsample_shape(SgNode *y) {
    const SgUpsample *p = (const SgUpsample *)y->params;
    const SgShape x = y->in[0]->shape;
    SG_CHECK(p->factor >= 1 && p->factor <= INT_MAX / x.h && p->factor <= INT_MAX / x.w,
             "upsample: %s by a factor of %d", SG_SHAPE(x), p->factor);
    y->shape = SG_LITERAL(SgShape){x.n, x.c, x.h * p->factor, x.w * p->factor};
}

/* Sizes: planes, rows and columns of x, and the factor. */
typedef struct SgUpsampleSquares {
    size_t planes, h, w, f;
} SgUpsampleSquares;

static SgUpsampleSquares sg_upsample_squares_of(const SgNode *y) {
    const SgUpsample *p = (const SgUpsample *)y->params;
    const SgShape x = y->in[0]->shape;
    return SG_LITERAL(SgUpsampleSquares){(size_t)x.n * (size_t)x.c, (size_t)x.h,
                                         (size_t)x.w, (size_t)p->factor};
}

static void sg_upsample_repeat(SgUpsampleSquares s, const sg_real *x, sg_real *y) {
    if (s.f == 2)
        for (size_t j = 0; j < s.w; j++)
            y[2 * j] = y[2 * j + 1] = x[j];
    else
        for (size_t j = 0; j < s.w; j++)
            for (size_t b = 0; b < s.f; b++)
                y[j * s.f + b] = x[j];
}

static void sg_upsample_forward(SgNode *y) {
    const SgUpsampleSquares s = sg_upsample_squares_of(y);
    const size_t wide = s.w * s.f;
    const sg_real *x = y->in[0]->value;

    for (size_t i = 0; i < s.planes * s.h; i++) {
        sg_real *top = y->value + i * s.f * wide;
        sg_upsample_repeat(s, x + i * s.w, top);
        for (size_t a = 1; a < s.f; a++)
            memcpy(top + a * wide, top, wide * sizeof(sg_real));
    }
}

/* The sums of the squares of a row of x. */
static void sg_upsample_gather(SgUpsampleSquares s, const sg_real *dy, sg_real *dx,
                               bool blank) {
    const size_t wide = s.w * s.f;
    for (size_t j = 0; j < s.w; j++) {
        sg_real sum = 0;
        for (size_t a = 0; a < s.f; a++)
            for (size_t b = 0; b < s.f; b++)
                sum += dy[a * wide + j * s.f + b];
        dx[j] = (blank ? 0 : dx[j]) + sum;
    }
}

/* The same for a factor of 2, several times as fast. */
static void sg_upsample_gather_by_two(size_t w, const sg_real *dy, sg_real *dx,
                                      bool blank) {
    const sg_real *below = dy + 2 * w;
    for (size_t j = 0; j < w; j++)
        dx[j] = (blank ? 0 : dx[j]) +
                (dy[2 * j] + dy[2 * j + 1] + below[2 * j] + below[2 * j + 1]);
}

/* forward was: y[i f + a, j f + b] = x[i, j] */
static void sg_upsample_backward(SgNode *y) {
    const SgUpsampleSquares s = sg_upsample_squares_of(y);
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    const bool blank = sg_node_blank(y->in[0]);

    for (size_t i = 0; i < s.planes * s.h; i++) {
        const sg_real *dy = y->grad + i * s.f * s.f * s.w;
        if (s.f == 2)
            sg_upsample_gather_by_two(s.w, dy, dx + i * s.w, blank);
        else
            sg_upsample_gather(s, dy, dx + i * s.w, blank);
    }
}

static SgNode *sg_upsample_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 2, 3, 4});
    SgNode *twice = ag_upsample(x, SG_LITERAL(SgUpsample){/* factor */ 2});
    return ag_upsample(twice, SG_LITERAL(SgUpsample){/* factor */ 3});
}

const SgOp sg_op_upsample = {/* name */ "upsample",
                             /* math */ "y = every x, f x f times",
                             /* derivative */ "dx = sum dy over the square",
                             /* shape */ sg_upsample_shape,
                             /* forward */ sg_upsample_forward,
                             /* backward */ sg_upsample_backward,
                             /* plan */ {/* fills */ true, /* fills_all */ false},
                             /* example */ sg_upsample_example,
                             /* piece */ NULL};

/* ---- nn/upsample_bilinear.c ---------------------------------------------------------- */

/* y = x enlarged by a whole factor f, linear between the centres of the pixels: output i
 * lies at s = (i + 1/2) / f - 1/2 among the rows of x, and with i0 = floor(s), t = s - i0
 *
 *     y[i] = (1 - t) x[i0] + t x[i0 + 1]        and the same along the columns;
 *
 * beyond the outermost centres it takes the outermost pixel. (PyTorch: interpolate with
 * mode='bilinear', align_corners=False.)  dx = sum of weight dy over the outputs */

/* Two neighbours along one side, and their weights. */
typedef struct SgUpsampleBilinearBetween {
    size_t first, second;
    sg_real at_first, at_second;
} SgUpsampleBilinearBetween;

static void sg_upsample_bilinear_shape(SgNode *y) {
    const SgUpsample *p = (const SgUpsample *)y->params;
    const SgShape x = y->in[0]->shape;
    SG_CHECK(p->factor >= 1 && p->factor <= INT_MAX / x.h && p->factor <= INT_MAX / x.w,
             "upsample_bilinear: %s by a factor of %d", SG_SHAPE(x), p->factor);
    y->shape = SG_LITERAL(SgShape){x.n, x.c, x.h * p->factor, x.w * p->factor};
}

static SgUpsampleBilinearBetween sg_upsample_bilinear_between(int i, int side,
                                                              int factor) {
    double s = (i + 0.5) / factor - 0.5;
    if (s < 0) s = 0;
    const int first = (int)s;
    const double t = s - first;
    return SG_LITERAL(SgUpsampleBilinearBetween){
        /* first */ (size_t)first,
        /* second */ (size_t)(first + 1 < side ? first + 1 : first),
        /* at_first */ (sg_real)(1 - t), /* at_second */ (sg_real)t};
}

static size_t sg_upsample_bilinear_workspace(const SgNode *y) {
    return (size_t)y->shape.w * sizeof(SgUpsampleBilinearBetween);
}

/* The neighbours of every column of y. */
static const SgUpsampleBilinearBetween *sg_upsample_bilinear_columns_of(const SgNode *y) {
    const SgUpsample *p = (const SgUpsample *)y->params;
    SgUpsampleBilinearBetween *columns = (SgUpsampleBilinearBetween *)sg_tape_workspace(
        y->tape, sg_upsample_bilinear_workspace(y));
    for (int j = 0; j < y->shape.w; j++)
        columns[j] = sg_upsample_bilinear_between(j, y->in[0]->shape.w, p->factor);
    return columns;
}

static void sg_upsample_bilinear_forward_row(int w,
                                             const SgUpsampleBilinearBetween *column,
                                             SgUpsampleBilinearBetween row,
                                             const sg_real *first, const sg_real *second,
                                             sg_real *y) {
    for (int j = 0; j < w; j++) {
        const SgUpsampleBilinearBetween c = column[j];
        y[j] =
            row.at_first * (c.at_first * first[c.first] + c.at_second * first[c.second]) +
            row.at_second *
                (c.at_first * second[c.first] + c.at_second * second[c.second]);
    }
}

static void sg_upsample_bilinear_forward(SgNode *y) {
    const SgUpsample *p = (const SgUpsample *)y->params;
    const SgShape x = y->in[0]->shape, s = y->shape;
    const size_t w = (size_t)x.w;
    const SgUpsampleBilinearBetween *columns = sg_upsample_bilinear_columns_of(y);

    for (int plane = 0; plane < s.n * s.c; plane++)
        for (int i = 0; i < s.h; i++) {
            const SgUpsampleBilinearBetween row =
                sg_upsample_bilinear_between(i, x.h, p->factor);
            const sg_real *from = y->in[0]->value + (size_t)plane * (size_t)x.h * w;
            sg_upsample_bilinear_forward_row(
                s.w, columns, row, from + row.first * w, from + row.second * w,
                y->value + ((size_t)plane * (size_t)s.h + (size_t)i) * (size_t)s.w);
        }
}

static void sg_upsample_bilinear_backward_row(int w,
                                              const SgUpsampleBilinearBetween *column,
                                              SgUpsampleBilinearBetween row,
                                              const sg_real *dy, sg_real *first,
                                              sg_real *second) {
    for (int j = 0; j < w; j++) {
        const SgUpsampleBilinearBetween c = column[j];
        first[c.first] += row.at_first * c.at_first * dy[j];
        first[c.second] += row.at_first * c.at_second * dy[j];
        second[c.first] += row.at_second * c.at_first * dy[j];
        second[c.second] += row.at_second * c.at_second * dy[j];
    }
}

/* forward was: y[i] = (1 - t) x[first] + t x[second], along rows and columns */
static void sg_upsample_bilinear_backward(SgNode *y) {
    const SgUpsample *p = (const SgUpsample *)y->params;
    const SgShape x = y->in[0]->shape, s = y->shape;
    const size_t w = (size_t)x.w;
    sg_real *dx = y->in[0]->grad;
    if (!dx) return;
    const SgUpsampleBilinearBetween *columns = sg_upsample_bilinear_columns_of(y);

    for (int plane = 0; plane < s.n * s.c; plane++)
        for (int i = 0; i < s.h; i++) {
            const SgUpsampleBilinearBetween row =
                sg_upsample_bilinear_between(i, x.h, p->factor);
            sg_real *to = dx + (size_t)plane * (size_t)x.h * w;
            sg_upsample_bilinear_backward_row(
                s.w, columns, row,
                y->grad + ((size_t)plane * (size_t)s.h + (size_t)i) * (size_t)s.w,
                to + row.first * w, to + row.second * w);
        }
}

static SgNode *sg_upsample_bilinear_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 2, 3, 4});
    return ag_upsample_bilinear(x, SG_LITERAL(SgUpsample){/* factor */ 3});
}

const SgOp sg_op_upsample_bilinear = {
    /* name */ "upsample_bilinear",
    /* math */ "y = x, f times as large, linear between pixels",
    /* derivative */ "dx = sum weight dy",
    /* shape */ sg_upsample_bilinear_shape,
    /* forward */ sg_upsample_bilinear_forward,
    /* backward */ sg_upsample_bilinear_backward,
    /* plan */ {false, false},
    /* example */ sg_upsample_bilinear_example,
    /* piece */ NULL};

/* ---- nn/scale_shift.c ---------------------------------------------------------------- */

/* y[n,c,i,j] = s[n,c] x[n,c,i,j] + t[n,c];  dx = s dy,  ds = sum of x dy,  dt = sum of dy
 *
 * s and t are nodes: parameters (1, c, 1, 1), or what another network says about each
 * image, (n, c, 1, 1). Channel attention has no t. Sums are added in double. */

static void sg_scale_shift_forward(SgNode *y) {
    const SgChannels k = sg_channels_of(y);
    const sg_real *x = y->in[0]->value;

    for (size_t plane = 0; plane < k.n * k.c; plane++) {
        const size_t n = plane / k.c, c = plane % k.c, end = (plane + 1) * k.plane;
        const sg_real scale = y->in[1]->value[sg_channels_at(y, 1, n, c)];
        const sg_real shift =
            y->inputs == 3 ? y->in[2]->value[sg_channels_at(y, 2, n, c)] : 0;
        for (size_t i = plane * k.plane; i < end; i++)
            y->value[i] = scale * x[i] + shift;
    }
}

/* forward was: y = s x + t, for one channel of one image */
static void sg_scale_shift_backward_plane(SgNode *y, SgChannels k, size_t n, size_t c) {
    const size_t from = (n * k.c + c) * k.plane, scale_at = sg_channels_at(y, 1, n, c);
    const sg_real *x = y->in[0]->value + from, *dy = y->grad + from;
    sg_real *dx = y->in[0]->grad, *ds = y->in[1]->grad;
    sg_real *dt = y->inputs == 3 ? y->in[2]->grad : NULL;
    if (ds) ds[scale_at] += (sg_real)sg_plane_products(k.plane, x, 0, dy);
    if (dt) dt[sg_channels_at(y, 2, n, c)] += (sg_real)sg_plane_sum(k.plane, dy);
    if (!dx) return;
    const sg_real scale = y->in[1]->value[scale_at];
    for (size_t i = 0; i < k.plane; i++)
        dx[from + i] += scale * dy[i];
}

/* A thread has all images of a channel, whose contributions are added in order. */
static void sg_scale_shift_backward(SgNode *y) {
    const SgChannels k = sg_channels_of(y);

    for (size_t c = 0; c < k.c; c++)
        for (size_t n = 0; n < k.n; n++)
            sg_scale_shift_backward_plane(y, k, n, c);
}

static SgNode *sg_scale_shift_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 3, 4});
    SgNode *s = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 1, 1});
    return ag_scale_shift(
        x, s, sg_tape_example_variable(tape, SG_LITERAL(SgShape){1, 3, 1, 1}));
}

const SgOp sg_op_scale_shift = {
    /* name */ "scale_shift",
    /* math */ "y = s_c x + t_c",
    /* derivative */ "dx = s_c dy, ds_c = sum x dy, dt_c = sum dy",
    /* shape */ sg_channels_shape,
    /* forward */ sg_scale_shift_forward,
    /* backward */ sg_scale_shift_backward,
    /* plan */ {false, false},
    /* example */ sg_scale_shift_example,
    /* piece */ NULL};

/* ---- single/instance_norm.c ---------------------------------------------------------- */

/* z = (x - m) / d,  y = s z + t     m, d = sqrt(v + epsilon): mean and deviation of the
 *                                   k = h w pixels of a channel of an image (v over k)
 * dx = s / d (dy - mean(dy) - z mean(z dy)),  ds = sum of z dy,  dt = sum of dy
 *
 * Every channel of every image is normalised by itself (Ulyanov et al. 2016). s and t are
 * parameters, (1, c, 1, 1), or come from a style image, (n, c, 1, 1): with its deviations
 * and means this is AdaIN (Huang and Belongie 2017).
 *
 * Sums are added in double. Forward saves m and 1 / d. */

/* Of one channel of one image. */
typedef struct SgInstanceNormStatistics {
    sg_real mean, inverse; /* 1 / d */
} SgInstanceNormStatistics;

static void sg_instance_norm_shape(SgNode *y) {
    const SgInstanceNorm *p = (const SgInstanceNorm *)y->params;
    SG_CHECK(p->epsilon > 0, "instance_norm: epsilon is %g, not above 0", p->epsilon);
    sg_channels_shape(y);
    const SgChannels k = sg_channels_of(y);
    sg_node_save(y, k.n * k.c * sizeof(SgInstanceNormStatistics));
}

/* The variance is the mean square of x - m: unlike mean(x^2) - m^2, it loses no digits
 * where the deviation is small beside the mean. */
static SgInstanceNormStatistics sg_instance_norm_measure(size_t k, const sg_real *x,
                                                         double epsilon) {
    const double mean = sg_plane_sum(k, x) / (double)k;
    const double variance = sg_plane_squares(k, x, mean) / (double)k;
    return SG_LITERAL(SgInstanceNormStatistics){(sg_real)mean,
                                                (sg_real)(1 / sqrt(variance + epsilon))};
}

static void sg_instance_norm_forward(SgNode *y) {
    const SgInstanceNorm *p = (const SgInstanceNorm *)y->params;
    const SgChannels k = sg_channels_of(y);
    SgInstanceNormStatistics *saved = (SgInstanceNormStatistics *)y->saved;

    for (size_t plane = 0; plane < k.n * k.c; plane++) {
        const size_t n = plane / k.c, c = plane % k.c;
        const sg_real *x = y->in[0]->value + plane * k.plane;
        sg_real *out = y->value + plane * k.plane;
        const SgInstanceNormStatistics z = saved[plane] =
            sg_instance_norm_measure(k.plane, x, p->epsilon);
        const sg_real scale = y->in[1]->value[sg_channels_at(y, 1, n, c)] * z.inverse;
        const sg_real shift =
            y->inputs == 3 ? y->in[2]->value[sg_channels_at(y, 2, n, c)] : 0;
        for (size_t i = 0; i < k.plane; i++)
            out[i] = scale * (x[i] - z.mean) + shift;
    }
}

/* forward was: y = s (x - m) / d + t, for one channel of one image */
static void sg_instance_norm_backward_plane(SgNode *y, SgChannels k, size_t n, size_t c,
                                            bool blank) {
    const size_t plane = n * k.c + c, scale_at = sg_channels_at(y, 1, n, c);
    const SgInstanceNormStatistics z =
        ((const SgInstanceNormStatistics *)y->saved)[plane];
    const sg_real *x = y->in[0]->value + plane * k.plane, *dy = y->grad + plane * k.plane;
    sg_real *ds = y->in[1]->grad, *dt = y->inputs == 3 ? y->in[2]->grad : NULL;
    const double sum = sg_plane_sum(k.plane, dy);
    const double with_z =
        (double)z.inverse * sg_plane_products(k.plane, x, (double)z.mean, dy);
    if (ds) ds[scale_at] += (sg_real)with_z;
    if (dt) dt[sg_channels_at(y, 2, n, c)] += (sg_real)sum;
    if (!y->in[0]->grad) return;
    sg_real *dx = y->in[0]->grad + plane * k.plane;
    const sg_real scale = y->in[1]->value[scale_at] * z.inverse;
    const sg_real mean = (sg_real)(sum / (double)k.plane);
    const sg_real slope = (sg_real)(with_z / (double)k.plane) * z.inverse;
    for (size_t i = 0; i < k.plane; i++)
        dx[i] = (blank ? 0 : dx[i]) + scale * (dy[i] - mean - slope * (x[i] - z.mean));
}

/* A thread has all images of a channel, whose contributions are added in order. */
static void sg_instance_norm_backward(SgNode *y) {
    const SgChannels k = sg_channels_of(y);
    const bool blank = sg_node_blank(y->in[0]);

    for (size_t c = 0; c < k.c; c++)
        for (size_t n = 0; n < k.n; n++)
            sg_instance_norm_backward_plane(y, k, n, c, blank);
}

static SgNode *sg_instance_norm_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 3, 4});
    SgNode *s = sg_tape_example_variable(tape, SG_LITERAL(SgShape){1, 3, 1, 1});
    SgNode *t = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 1, 1});
    return ag_instance_norm(x, s, t, SG_LITERAL(SgInstanceNorm){/* epsilon */ 0.125});
}

const SgOp sg_op_instance_norm = {
    /* name */ "instance_norm",
    /* math */ "y = s_c z + t_c, z = (x - mean) / sqrt(variance + epsilon)",
    /* derivative */
    "dx = s_c / d (dy - mean(dy) - z mean(z dy)), ds_c = sum z dy, "
    "dt_c = sum dy",
    /* shape */ sg_instance_norm_shape,
    /* forward */ sg_instance_norm_forward,
    /* backward */ sg_instance_norm_backward,
    /* plan */ {/* fills */ true, /* fills_all */ false},
    /* example */ sg_instance_norm_example,
    /* piece */ NULL};

/* ---- nn/warp.c ----------------------------------------------------------------------- */

/* y[n,c,p] = x[n,c] at the place p + f[n,p]    f (n, 2, h, w): right and down, in pixels
 *
 * With the four pixels a b / c d around that place and its fractions s to the right and t
 * down (tensor/sample.h),
 *
 *     y = (1-t) ((1-s) a + s b) + t ((1-s) c + s d)
 *     da = (1-t)(1-s) dy, db = (1-t) s dy, dc = t (1-s) dy, dd = t s dy
 *     df_right = sum over channels of ((1-t) (b - a) + t (d - c)) dy
 *     df_down  = sum over channels of ((1-s) (c - a) + s (d - b)) dy
 *
 * Beyond the edge x continues with its outermost pixel, where f has no gradient along that
 * axis. (PyTorch: grid_sample with padding_mode='border', align_corners=True.) */

static void sg_warp_shape(SgNode *y) {
    const SgShape x = y->in[0]->shape, f = y->in[1]->shape;
    SG_CHECK(sg_shape_equal(f, SG_LITERAL(SgShape){x.n, 2, x.h, x.w}),
             "warp: images %s need a flow (%d,2,%d,%d), not %s", SG_SHAPE(x), x.n, x.h,
             x.w, SG_SHAPE(f));
    y->shape = x;
}

static size_t sg_warp_plane_of(const SgNode *y) {
    return (size_t)y->shape.h * (size_t)y->shape.w;
}

/* Where pixel k of image n is read. */
static SgSamplePlace sg_warp_place(const SgNode *y, size_t n, size_t k) {
    const SgShape s = y->shape;
    const sg_real *u = y->in[1]->value + 2 * n * sg_warp_plane_of(y),
                  *v = u + sg_warp_plane_of(y);
    const size_t i = k / (size_t)s.w, j = k % (size_t)s.w;
    return sg_sample_at(s.h, s.w, (sg_real)i + v[k], (sg_real)j + u[k]);
}

static void sg_warp_forward(SgNode *y) {
    const size_t c = (size_t)y->shape.c, plane = sg_warp_plane_of(y);
    const size_t pixels = (size_t)y->shape.n * plane;

    for (size_t p = 0; p < pixels; p++) {
        const size_t n = p / plane, k = p % plane;
        const SgSamplePlace at = sg_warp_place(y, n, k);
        for (size_t from = n * c * plane; from < (n + 1) * c * plane; from += plane)
            y->value[from + k] = sg_sample_value(y->in[0]->value + from, &at);
    }
}

/* A thread has a whole channel: several pixels of y may come from one of x. */
static void sg_warp_pull_images(const SgNode *y, sg_real *dx) {
    const size_t planes = (size_t)y->shape.n * (size_t)y->shape.c,
                 plane = sg_warp_plane_of(y);

    for (size_t c = 0; c < planes; c++)
        for (size_t k = 0; k < plane; k++) {
            const SgSamplePlace at = sg_warp_place(y, c / (size_t)y->shape.c, k);
            const sg_real top = (1 - at.down) * y->grad[c * plane + k];
            const sg_real bottom = at.down * y->grad[c * plane + k];
            sg_real *to = dx + c * plane;
            to[at.at[0]] += (1 - at.right) * top;
            to[at.at[1]] += at.right * top;
            to[at.at[2]] += (1 - at.right) * bottom;
            to[at.at[3]] += at.right * bottom;
        }
}

static void sg_warp_pull_flow_at(const SgNode *y, size_t n, size_t k, sg_real *df) {
    const size_t c = (size_t)y->shape.c, plane = sg_warp_plane_of(y);
    const SgSamplePlace at = sg_warp_place(y, n, k);
    const size_t *q = at.at;
    sg_real right = 0, down = 0;
    for (size_t from = n * c * plane; from < (n + 1) * c * plane; from += plane) {
        const sg_real *x = y->in[0]->value + from, dy = y->grad[from + k];
        right +=
            dy * ((1 - at.down) * (x[q[1]] - x[q[0]]) + at.down * (x[q[3]] - x[q[2]]));
        down +=
            dy * ((1 - at.right) * (x[q[2]] - x[q[0]]) + at.right * (x[q[3]] - x[q[1]]));
    }
    if (at.free_x) df[2 * n * plane + k] += right;
    if (at.free_y) df[(2 * n + 1) * plane + k] += down;
}

/* forward was: y = x at p + f */
static void sg_warp_backward(SgNode *y) {
    const size_t plane = sg_warp_plane_of(y), pixels = (size_t)y->shape.n * plane;
    sg_real *df = y->in[1]->grad;
    if (y->in[0]->grad) sg_warp_pull_images(y, y->in[0]->grad);
    if (!df) return;

    for (size_t p = 0; p < pixels; p++)
        sg_warp_pull_flow_at(y, p / plane, p % plane, df);
}

static SgNode *sg_warp_example(SgTape *tape) {
    SgNode *x = sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 4, 5});
    return ag_warp(x, sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 2, 4, 5}));
}

/* Which four pixels an element of y comes from, and at which edge. */
static int sg_warp_piece(const SgNode *y, size_t output) {
    const size_t plane = sg_warp_plane_of(y);
    const SgSamplePlace at =
        sg_warp_place(y, output / plane / (size_t)y->shape.c, output % plane);
    return (int)(at.at[0] % (INT_MAX / 4)) * 4 + at.free_y * 2 + at.free_x;
}

const SgOp sg_op_warp = {
    /* name */ "warp",
    /* math */ "y[p] = x at p + f[p], linear between pixels",
    /* derivative */ "dx = sum weight dy, df = slope of x at p + f, times dy",
    /* shape */ sg_warp_shape,
    /* forward */ sg_warp_forward,
    /* backward */ sg_warp_backward,
    /* plan */ {false, false},
    /* example */ sg_warp_example,
    /* piece */ sg_warp_piece};

/* ---- losses/gram.c ------------------------------------------------------------------- */

/* G  = F F^T / divisor            F is (n, c, h, w), read as n matrices (c, h w)
 * dF = (dG + dG^T) F / divisor    G is (n, 1, c, c)
 *
 * G_ij is the sum over all positions of the product of channels i and j. So it does not
 * depend on positions, only on which features occur together: this is the style. */

static void sg_gram_shape(SgNode *y) {
    const SgGram *p = (const SgGram *)y->params;
    SgShape f = y->in[0]->shape;
    SG_CHECK(p->divisor != 0, "gram of %s: the divisor is 0", SG_SHAPE(f));
    y->shape = SG_LITERAL(SgShape){f.n, 1, f.c, f.c};
}

static void sg_gram_forward(SgNode *y) {
    const SgGram *p = (const SgGram *)y->params;
    const SgNode *f = y->in[0];
    size_t m = (size_t)f->shape.h * (size_t)f->shape.w;
    sg_ref_gram_forward(f->shape.n, f->shape.c, m, p->divisor, f->value, y->value);
}

/* forward was: G = F F^T / divisor */
static void sg_gram_backward(SgNode *y) {
    const SgGram *p = (const SgGram *)y->params;
    SgNode *f = y->in[0];
    size_t m = (size_t)f->shape.h * (size_t)f->shape.w;
    const bool add = !sg_node_blank(f);
    if (!f->grad) return;
    sg_ref_gram_backward(f->shape.n, f->shape.c, m, p->divisor, f->value, y->grad,
                         f->grad, add);
}

static SgNode *sg_gram_example(SgTape *tape) {
    return ag_gram(sg_tape_example_variable(tape, SG_LITERAL(SgShape){2, 3, 2, 5}),
                   SG_LITERAL(SgGram){7});
}

const SgOp sg_op_gram = {/* name */ "gram",
                         /* math */ "G = F F^T / k",
                         /* derivative */ "dF = (dG + dG^T) F / k",
                         /* shape */ sg_gram_shape,
                         /* forward */ sg_gram_forward,
                         /* backward */ sg_gram_backward,
                         /* plan */ {/* fills */ true, /* fills_all */ false},
                         /* example */ sg_gram_example,
                         /* piece */ NULL};

/* ---- losses/cross_entropy.c ---------------------------------------------------------- */

/* L = mean over images of log(sum over k of e^z_k) - z_label: how surprised the softmax
 * p_k = e^z_k / sum e^z of the numbers z is by the true class.
 *
 *     dz_k = (p_k - [k = label]) dy / n
 *
 * The largest z is taken out of every exponent first, which changes nothing in p and lets
 * no e^z overflow. Forward leaves p for backward. */

/* Classes: the numbers of one image. */
static int sg_cross_entropy_classes_of(const SgNode *y) {
    SgShape z = y->in[0]->shape;
    return z.c * z.h * z.w;
}

static void sg_cross_entropy_shape(SgNode *y) {
    const SgCrossEntropy *p = (const SgCrossEntropy *)y->params;
    SG_CHECK(p->label, "cross_entropy of %s: there are no labels",
             SG_SHAPE(y->in[0]->shape));
    sg_node_save(y, sg_shape_size(y->in[0]->shape) * sizeof(sg_real));
    y->shape = SG_SCALAR;
}

/* The loss of one image; p gets its softmax. */
static double sg_cross_entropy_one_loss(int classes, const sg_real *z, int label,
                                        sg_real *p) {
    int first = 0;
    for (int k = 1; k < classes; k++)
        if (z[k] > z[first]) first = k;
    const sg_real largest = z[first];
    double others = 0; /* beside the largest, which counts 1 */
    for (int k = 0; k < classes; k++)
        if (k != first) others += exp((double)(z[k] - largest));
    for (int k = 0; k < classes; k++)
        p[k] = (sg_real)(exp((double)(z[k] - largest)) / (1 + others));
    return log1p(others) - (double)(z[label] - largest);
}

static void sg_cross_entropy_forward(SgNode *y) {
    const SgCrossEntropy *params = (const SgCrossEntropy *)y->params;
    const SgNode *z = y->in[0];
    const int images = z->shape.n, classes = sg_cross_entropy_classes_of(y);
    sg_real *p = (sg_real *)y->saved;
    double sum = 0;
    for (int n = 0; n < images; n++) {
        const int label = params->label[n];
        SG_CHECK(label >= 0 && label < classes,
                 "cross_entropy: label %d of image %d, but there are %d classes", label,
                 n, classes);
        sum += sg_cross_entropy_one_loss(classes, z->value + n * classes, label,
                                         p + n * classes);
    }
    y->value[0] = (sg_real)(sum / images);
}

/* forward was: y += (log sum e^z - z_label) / n */
static void sg_cross_entropy_backward(SgNode *y) {
    const SgCrossEntropy *params = (const SgCrossEntropy *)y->params;
    const int images = y->in[0]->shape.n, classes = sg_cross_entropy_classes_of(y);
    const sg_real *p = (const sg_real *)y->saved, share = y->grad[0] / (sg_real)images;
    sg_real *dz = y->in[0]->grad;
    if (!dz) return;
    for (int n = 0; n < images; n++)
        for (int k = 0; k < classes; k++)
            dz[n * classes + k] +=
                share * (p[n * classes + k] - (k == params->label[n] ? 1 : 0));
}

static SgNode *sg_cross_entropy_example(SgTape *tape) {
    static const int label[] = {4, 0, 2};
    SgNode *z = sg_tape_example_variable(tape, SG_LITERAL(SgShape){3, 5, 1, 1});
    return ag_cross_entropy(z, SG_LITERAL(SgCrossEntropy){label});
}

const SgOp sg_op_cross_entropy = {/* name */ "cross_entropy",
                                  /* math */ "y = mean (log sum e^z - z_label)",
                                  /* derivative */ "dz = (softmax z - onehot) dy / n",
                                  /* shape */ sg_cross_entropy_shape,
                                  /* forward */ sg_cross_entropy_forward,
                                  /* backward */ sg_cross_entropy_backward,
                                  /* plan */ {false, false},
                                  /* example */ sg_cross_entropy_example,
                                  /* piece */ NULL};

/* ---- the ops ------------------------------------------------------------------------- */

SgNode *ag_add(SgNode *a, SgNode *b) {
    SgNode *const in[] = {a, b};
    return sg_tape_record(&sg_op_add, 2, in, NULL, 0);
}

SgNode *ag_sub(SgNode *a, SgNode *b) {
    SgNode *const in[] = {a, b};
    return sg_tape_record(&sg_op_sub, 2, in, NULL, 0);
}

SgNode *ag_mul(SgNode *a, SgNode *b) {
    SgNode *const in[] = {a, b};
    return sg_tape_record(&sg_op_mul, 2, in, NULL, 0);
}

SgNode *ag_div(SgNode *a, SgNode *b) {
    SgNode *const in[] = {a, b};
    return sg_tape_record(&sg_op_div, 2, in, NULL, 0);
}

SgNode *ag_scale(SgNode *x, SgScale params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_scale, 1, in, &params, sizeof params);
}

SgNode *ag_shift(SgNode *x, SgShift params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_shift, 1, in, &params, sizeof params);
}

SgNode *ag_square(SgNode *x) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_square, 1, in, NULL, 0);
}

SgNode *ag_sqrt(SgNode *x) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_sqrt, 1, in, NULL, 0);
}

SgNode *ag_pow(SgNode *x, SgPow params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_pow, 1, in, &params, sizeof params);
}

SgNode *ag_abs(SgNode *x) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_abs, 1, in, NULL, 0);
}

SgNode *ag_clamp(SgNode *x, SgClamp params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_clamp, 1, in, &params, sizeof params);
}

SgNode *ag_exp(SgNode *x) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_exp, 1, in, NULL, 0);
}

SgNode *ag_log(SgNode *x) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_log, 1, in, NULL, 0);
}

SgNode *ag_sigmoid(SgNode *x) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_sigmoid, 1, in, NULL, 0);
}

SgNode *ag_softplus(SgNode *x) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_softplus, 1, in, NULL, 0);
}

SgNode *ag_tanh(SgNode *x) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_tanh, 1, in, NULL, 0);
}

SgNode *ag_sum(SgNode *x) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_sum, 1, in, NULL, 0);
}

SgNode *ag_mean(SgNode *x) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_mean, 1, in, NULL, 0);
}

SgNode *ag_sum_axis(SgNode *x, SgAxes params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_sum_axis, 1, in, &params, sizeof params);
}

SgNode *ag_mean_axis(SgNode *x, SgAxes params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_mean_axis, 1, in, &params, sizeof params);
}

SgNode *ag_broadcast(SgNode *x, SgBroadcast params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_broadcast, 1, in, &params, sizeof params);
}

SgNode *ag_softmax(SgNode *x, SgAxis params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_softmax, 1, in, &params, sizeof params);
}

SgNode *ag_log_softmax(SgNode *x, SgAxis params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_log_softmax, 1, in, &params, sizeof params);
}

SgNode *ag_reshape(SgNode *x, SgReshape params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_reshape, 1, in, &params, sizeof params);
}

SgNode *ag_transpose(SgNode *x) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_transpose, 1, in, NULL, 0);
}

SgNode *ag_concat(int inputs, SgNode *const *in) {
    return sg_tape_record(&sg_op_concat, inputs, in, NULL, 0);
}

SgNode *ag_slice(SgNode *x, SgSlice params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_slice, 1, in, &params, sizeof params);
}

SgNode *ag_crop(SgNode *a, SgNode *b, SgCrop params) {
    SgNode *const in[] = {a, b};
    return sg_tape_record(&sg_op_crop, 2, in, &params, sizeof params);
}

SgNode *ag_matmul(SgNode *a, SgNode *b, SgMatmul params) {
    SgNode *const in[] = {a, b};
    return sg_tape_record(&sg_op_matmul, 2, in, &params, sizeof params);
}

SgNode *ag_conv2d(SgNode *x, SgNode *w, SgNode *b, SgConv2d params) {
    SgNode *const in[] = {x, w, b};
    return sg_tape_record(&sg_op_conv2d, b ? 3 : 2, in, &params, sizeof params);
}

SgNode *ag_linear(SgNode *x, SgNode *w, SgNode *b) {
    SgNode *const in[] = {x, w, b};
    return sg_tape_record(&sg_op_linear, b ? 3 : 2, in, NULL, 0);
}

SgNode *ag_relu(SgNode *x) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_relu, 1, in, NULL, 0);
}

SgNode *ag_leaky_relu(SgNode *x, SgLeakyRelu params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_leaky_relu, 1, in, &params, sizeof params);
}

SgNode *ag_max_pool(SgNode *x, SgPool2d params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_max_pool, 1, in, &params, sizeof params);
}

SgNode *ag_avg_pool(SgNode *x, SgPool2d params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_avg_pool, 1, in, &params, sizeof params);
}

SgNode *ag_normalize(SgNode *x, SgNormalize params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_normalize, 1, in, &params, sizeof params);
}

SgNode *ag_upsample(SgNode *x, SgUpsample params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_upsample, 1, in, &params, sizeof params);
}

SgNode *ag_upsample_bilinear(SgNode *x, SgUpsample params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_upsample_bilinear, 1, in, &params, sizeof params);
}

SgNode *ag_scale_shift(SgNode *x, SgNode *w, SgNode *b) {
    SgNode *const in[] = {x, w, b};
    return sg_tape_record(&sg_op_scale_shift, b ? 3 : 2, in, NULL, 0);
}

SgNode *ag_instance_norm(SgNode *x, SgNode *w, SgNode *b, SgInstanceNorm params) {
    SgNode *const in[] = {x, w, b};
    return sg_tape_record(&sg_op_instance_norm, b ? 3 : 2, in, &params, sizeof params);
}

SgNode *ag_warp(SgNode *a, SgNode *b) {
    SgNode *const in[] = {a, b};
    return sg_tape_record(&sg_op_warp, 2, in, NULL, 0);
}

SgNode *ag_gram(SgNode *x, SgGram params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_gram, 1, in, &params, sizeof params);
}

SgNode *ag_cross_entropy(SgNode *x, SgCrossEntropy params) {
    SgNode *const in[] = {x};
    return sg_tape_record(&sg_op_cross_entropy, 1, in, &params, sizeof params);
}

static const SgOp *const sg_ops_every_op[] = {
    &sg_op_add,           &sg_op_sub,
    &sg_op_mul,           &sg_op_div,
    &sg_op_scale,         &sg_op_shift,
    &sg_op_square,        &sg_op_sqrt,
    &sg_op_pow,           &sg_op_abs,
    &sg_op_clamp,         &sg_op_exp,
    &sg_op_log,           &sg_op_sigmoid,
    &sg_op_softplus,      &sg_op_tanh,
    &sg_op_sum,           &sg_op_mean,
    &sg_op_sum_axis,      &sg_op_mean_axis,
    &sg_op_broadcast,     &sg_op_softmax,
    &sg_op_log_softmax,   &sg_op_reshape,
    &sg_op_transpose,     &sg_op_concat,
    &sg_op_slice,         &sg_op_crop,
    &sg_op_matmul,        &sg_op_conv2d,
    &sg_op_linear,        &sg_op_relu,
    &sg_op_leaky_relu,    &sg_op_max_pool,
    &sg_op_avg_pool,      &sg_op_normalize,
    &sg_op_upsample,      &sg_op_upsample_bilinear,
    &sg_op_scale_shift,   &sg_op_instance_norm,
    &sg_op_warp,          &sg_op_gram,
    &sg_op_cross_entropy,
};

const SgOpTable ag_ops = {sizeof sg_ops_every_op / sizeof *sg_ops_every_op,
                          sg_ops_every_op};

/* ---- autograd/probe.h ---------------------------------------------------------------- */

/* The measurements of the gradient checker: it moves one element of a variable up and
 * down, replays the tape, and reports the loss and whether an op switched to another
 * smooth piece. gradcheck.h has the formulas and the terms.
 *
 *     SgProbe *probe = sg_probe_new(tape, y, 1e-5);
 *     SgSample *samples;
 *     size_t count = sg_probe_measure(probe, x, 0, &samples);
 *     sg_probe_free(probe); */

typedef struct SgProbe SgProbe;

/* The result at one element. */
typedef struct SgSample {
    size_t index;
    double analytic, numeric;
    double error;       /* 0 unless `compared` */
    const SgNode *kink; /* the first op that switched, or NULL */
    bool compared;      /* no kink, and both numbers are finite */
} SgSample;

/* Runs the tape forward, and backward from y with the random seed r. */
static SgProbe *sg_probe_new(SgTape *tape, SgNode *y, double step);

/* Frees the probe and its samples. */
static void sg_probe_free(SgProbe *probe);

/* Measures x at no more than `most` elements spread evenly over it (0: all). Returns how
 * many, 0 when x does not lead to y. Restores every element and replays the tape. */
static size_t sg_probe_measure(SgProbe *probe, SgNode *x, size_t most,
                               SgSample **samples);

/* The largest numeric gradient that may be only a rounding error of the loss. */
static double sg_probe_noise(const SgProbe *probe);

/* ---- autograd/probe.c ---------------------------------------------------------------- */

#define SG_PROBE_SEED 1     /* of the weights r */
#define SG_PROBE_FLOOR 1e-4 /* errors are relative to at least this share of g and s */

struct SgProbe {
    SgArena *arena;
    SgTape *tape;
    SgNode *y;
    sg_real *r;
    double size; /* s = sum |y r| at the unmoved point */
    double step;
    bool *path;  /* by id: the node is on a path from the current variable to y */
    int *pieces; /* of all nodes on the path that have any, at the unmoved point */
};

static SgProbe *sg_probe_new(SgTape *tape, SgNode *y, double step) {
    SG_CHECK(y->tape == tape, "gradcheck: node %d (%s) is on another tape", y->id,
             y->op->name);
    SG_CHECK(step > 0, "gradcheck: a step of %g", step);
    SgArena *arena = sg_arena_new();
    SgProbe *probe = SG_ARENA_NEW(arena, SgProbe, 1);
    *probe = SG_LITERAL(SgProbe){/* arena */ arena, /* tape */ tape,
                                 /* y */ y,         /* r */ NULL,
                                 /* size */ 0,      /* step */ step,
                                 /* path */ NULL,   /* pieces */ NULL};
    size_t size = sg_shape_size(y->shape);
    probe->r = SG_ARENA_NEW(arena, sg_real, size);
    SgRng rng = sg_rng_seed(SG_PROBE_SEED);
    for (size_t i = 0; i < size; i++) {
        double weight = 0.5 + sg_rng_uniform(&rng);
        probe->r[i] = (sg_real)(sg_rng_below(&rng, 2) ? weight : -weight);
    }
    sg_tape_forward(tape);
    sg_tape_backward_from(tape, y, probe->r);
    for (size_t i = 0; i < size; i++)
        probe->size += fabs((double)y->value[i] * (double)probe->r[i]);
    return probe;
}

static void sg_probe_free(SgProbe *probe) {
    sg_arena_free(probe->arena);
}

static double sg_probe_noise(const SgProbe *probe) {
    return 100 * (double)SG_REAL_EPSILON * probe->size / probe->step;
}

static double sg_probe_loss(const SgProbe *probe) {
    size_t size = sg_shape_size(probe->y->shape);
    double sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += (double)probe->y->value[i] * (double)probe->r[i];
    return sum;
}

/* The nodes after x that lead to y, x and y included; all false when x leads nowhere. */
static bool *sg_probe_find_path(const SgProbe *probe, const SgNode *x) {
    int size = sg_tape_size(probe->tape);
    bool *path = SG_ARENA_NEW(probe->arena, bool, (size_t)size);
    bool *leads = SG_ARENA_NEW(probe->arena, bool, (size_t)size);
    leads[probe->y->id] = true;
    for (int id = size - 1; id >= 0; id--) {
        const SgNode *node = sg_tape_node(probe->tape, id);
        if (!leads[id]) continue;
        for (int i = 0; i < node->inputs; i++)
            leads[node->in[i]->id] = true;
    }
    path[x->id] = leads[x->id];
    for (int id = 0; id < size; id++) {
        const SgNode *node = sg_tape_node(probe->tape, id);
        if (!leads[id]) continue;
        for (int i = 0; i < node->inputs; i++)
            if (path[node->in[i]->id]) path[id] = true;
    }
    return path;
}

/* The next node on the path, from `id` on, with a kink between x and y; or NULL. */
static const SgNode *sg_probe_next_kink(const SgProbe *probe, int id) {
    for (; id < sg_tape_size(probe->tape); id++) {
        const SgNode *node = sg_tape_node(probe->tape, id);
        if (probe->path[id] && node->op->piece) return node;
    }
    return NULL;
}

static int *sg_probe_read_pieces(const SgProbe *probe) {
    size_t count = 0;
    const SgNode *node;
    for (int id = 0; (node = sg_probe_next_kink(probe, id)); id = node->id + 1)
        count += sg_shape_size(node->shape);
    int *pieces = SG_ARENA_NEW(probe->arena, int, count), *piece = pieces;
    for (int id = 0; (node = sg_probe_next_kink(probe, id)); id = node->id + 1) {
        size_t size = sg_shape_size(node->shape);
        for (size_t i = 0; i < size; i++)
            *piece++ = node->op->piece(node, i);
    }
    return pieces;
}

/* The first node that is on another piece than at the unmoved point, or NULL. */
static const SgNode *sg_probe_switched(const SgProbe *probe) {
    const int *piece = probe->pieces;
    const SgNode *node;
    for (int id = 0; (node = sg_probe_next_kink(probe, id)); id = node->id + 1) {
        size_t size = sg_shape_size(node->shape);
        for (size_t i = 0; i < size; i++)
            if (*piece++ != node->op->piece(node, i)) return node;
    }
    return NULL;
}

static SgSample sg_probe_own_measure(const SgProbe *probe, SgNode *x, size_t index) {
    SgSample sample = {
        /* index */ index, /* analytic */ (double)x->grad[index],
        /* numeric */ 0,   /* error */ 0,
        /* kink */ NULL,   /* compared */ false};
    const sg_real old = x->value[index];
    const sg_real moved[2] = {(sg_real)((double)old + probe->step),
                              (sg_real)((double)old - probe->step)};
    double losses[2];
    for (int side = 0; side < 2; side++) {
        x->value[index] = moved[side];
        sg_tape_forward(probe->tape);
        losses[side] = sg_probe_loss(probe);
        if (!sample.kink) sample.kink = sg_probe_switched(probe);
    }
    x->value[index] = old;
    /* In float a small step may not change x at all; then there is no difference to
     * sg_probe_own_measure. */
    double distance = (double)moved[0] - (double)moved[1];
    if (distance != 0) sample.numeric = (losses[0] - losses[1]) / distance;
    sample.compared =
        !sample.kink && isfinite(sample.analytic) && isfinite(sample.numeric);
    return sample;
}

static double sg_probe_larger(const SgSample *s) {
    return fmax(fabs(s->analytic), fabs(s->numeric));
}

static void sg_probe_fill_errors(const SgProbe *probe, SgSample *samples, size_t count) {
    double g = 0;
    for (size_t k = 0; k < count; k++)
        if (samples[k].compared) g = fmax(g, sg_probe_larger(&samples[k]));
    for (size_t k = 0; k < count; k++) {
        SgSample *s = &samples[k];
        double difference = fabs(s->analytic - s->numeric);
        if (s->compared && difference > 0)
            s->error = difference /
                       fmax(sg_probe_larger(s), SG_PROBE_FLOOR * fmax(g, probe->size));
    }
}

static size_t sg_probe_measure(SgProbe *probe, SgNode *x, size_t most,
                               SgSample **samples) {
    probe->path = sg_probe_find_path(probe, x);
    if (!probe->path[x->id]) return 0;
    probe->pieces = sg_probe_read_pieces(probe);
    size_t size = sg_shape_size(x->shape), count = most && most < size ? most : size;
    *samples = SG_ARENA_NEW(probe->arena, SgSample, count);
    for (size_t k = 0; k < count; k++)
        (*samples)[k] = sg_probe_own_measure(probe, x, k * size / count);
    sg_probe_fill_errors(probe, *samples, count);
    sg_tape_forward(probe->tape);
    return count;
}

/* ---- autograd/gradcheck.c ------------------------------------------------------------ */

static void sg_gradcheck_include_sample(SgGradCheck *check, const SgNode *x,
                                        const SgSample *s) {
    if (!isfinite(s->analytic) || (!s->kink && !isfinite(s->numeric)))
        if (!check->not_finite) check->not_finite = x;
    if (s->kink) {
        check->kinks++;
        if (!check->kink) check->kink = s->kink;
    }
    if (!s->compared) return;
    check->checked++;
    if (check->variable && s->error <= check->worst) return;
    check->worst = s->error;
    check->variable = x;
    check->index = s->index;
    check->analytic = s->analytic;
    check->numeric = s->numeric;
}

/* Measures one variable and adds it to the result. */
static void sg_gradcheck_include(SgGradCheck *check, SgProbe *probe, SgNode *x,
                                 size_t most) {
    SgSample *samples;
    size_t count = sg_probe_measure(probe, x, most, &samples);
    double analytic = 0, numeric = 0;
    for (size_t k = 0; k < count; k++) {
        sg_gradcheck_include_sample(check, x, &samples[k]);
        if (!samples[k].compared) continue;
        analytic = fmax(analytic, fabs(samples[k].analytic));
        numeric = fmax(numeric, fabs(samples[k].numeric));
    }
    if (analytic == 0 && numeric > sg_probe_noise(probe) && !check->all_zero)
        check->all_zero = x;
}

SgGradCheck sg_gradcheck_variable(SgTape *tape, SgNode *y, SgNode *variable, double step,
                                  size_t most) {
    SG_CHECK(variable->tape == tape && variable->op == &sg_op_variable,
             "gradcheck: node %d (%s) is no variable of this tape", variable->id,
             variable->op->name);
    SgProbe *probe = sg_probe_new(tape, y, step);
    SgGradCheck check = {
        /* step */ step,     /* checked */ 0,      /* kinks */ 0,
        /* worst */ 0,       /* variable */ NULL,  /* index */ 0,
        /* analytic */ 0,    /* numeric */ 0,      /* kink */ NULL,
        /* all_zero */ NULL, /* not_finite */ NULL};
    sg_gradcheck_include(&check, probe, variable, most);
    sg_probe_free(probe);
    return check;
}

SgGradCheck sg_gradcheck(SgTape *tape, SgNode *y, double step) {
    SgProbe *probe = sg_probe_new(tape, y, step);
    SgGradCheck check = {
        /* step */ step,     /* checked */ 0,      /* kinks */ 0,
        /* worst */ 0,       /* variable */ NULL,  /* index */ 0,
        /* analytic */ 0,    /* numeric */ 0,      /* kink */ NULL,
        /* all_zero */ NULL, /* not_finite */ NULL};
    for (int id = 0; id < sg_tape_size(tape); id++) {
        SgNode *x = sg_tape_node(tape, id);
        if (x->op == &sg_op_variable) sg_gradcheck_include(&check, probe, x, 0);
    }
    sg_probe_free(probe);
    return check;
}

bool sg_gradcheck_passed(const SgGradCheck *check, double tolerance) {
    return check->checked > 0 && !check->not_finite && !check->all_zero &&
           check->worst <= tolerance;
}

/* "weight (node 3)", or "node 3" without a label. */
static void sg_gradcheck_print_node(const char *before, const SgNode *node, FILE *out) {
    if (node->label)
        fprintf(out, "%s%s (node %d)", before, node->label, node->id);
    else
        fprintf(out, "%snode %d", before, node->id);
}

void sg_gradcheck_print(const SgGradCheck *check, FILE *out) {
    if (check->not_finite) {
        sg_gradcheck_print_node("The gradient of ", check->not_finite, out);
        fprintf(out, " is not finite.\n");
    } else if (check->all_zero) {
        sg_gradcheck_print_node("The gradient of ", check->all_zero, out);
        fprintf(out, " is 0 everywhere, but the loss does change with it.\n");
    } else if (!check->variable) {
        fprintf(out, "No element could be compared.\n");
    } else {
        fprintf(out, "The worst of %zu elements, at step %g, has error %.2g: element %zu",
                check->checked, check->step, check->worst, check->index);
        sg_gradcheck_print_node(" of ", check->variable, out);
        fprintf(out, ", analytic %.9g, numeric %.9g.\n", check->analytic, check->numeric);
    }
    if (!check->kink) return;
    fprintf(out, "%zu elements were left out: within the step the slope of %s",
            check->kinks, check->kink->op->name);
    sg_gradcheck_print_node(", ", check->kink, out);
    fprintf(out, ", jumps.\n");
}

/* ---- autograd/gradcheck_curve.c ------------------------------------------------------ */

/* Elements of all variables of the tape. */
static size_t sg_gradcheck_curve_count_elements(const SgTape *tape) {
    size_t count = 0;
    for (int id = 0; id < sg_tape_size(tape); id++)
        if (sg_tape_node(tape, id)->op == &sg_op_variable)
            count += sg_shape_size(sg_tape_node(tape, id)->shape);
    return count;
}

static int sg_gradcheck_curve_by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* One point of the curve; `errors` has room for one number per element. */
static SgGradPoint sg_gradcheck_curve_measure_point(SgTape *tape, SgNode *y, double step,
                                                    double *errors) {
    SgGradPoint point = {/* step */ step, /* median */ 0, /* worst */ 0, /* checked */ 0,
                         /* kinks */ 0};
    SgProbe *probe = sg_probe_new(tape, y, step);
    for (int id = 0; id < sg_tape_size(tape); id++) {
        SgNode *x = sg_tape_node(tape, id);
        if (x->op != &sg_op_variable) continue;
        SgSample *samples;
        size_t count = sg_probe_measure(probe, x, 0, &samples);
        for (size_t k = 0; k < count; k++) {
            if (samples[k].kink) point.kinks++;
            if (samples[k].compared) errors[point.checked++] = samples[k].error;
        }
    }
    sg_probe_free(probe);
    qsort(errors, point.checked, sizeof *errors, sg_gradcheck_curve_by_size);
    if (point.checked > 0) {
        point.median = errors[point.checked / 2];
        point.worst = errors[point.checked - 1];
    }
    return point;
}

void sg_gradcheck_curve(SgTape *tape, SgNode *y, int count, const double *steps,
                        SgGradPoint *points) {
    SgArena *arena = sg_arena_new();
    double *errors = SG_ARENA_NEW(arena, double, sg_gradcheck_curve_count_elements(tape));
    for (int k = 0; k < count; k++)
        points[k] = sg_gradcheck_curve_measure_point(tape, y, steps[k], errors);
    sg_arena_free(arena);
}

/* ---- autograd/tape_print.c ----------------------------------------------------------- */

typedef struct SgTapePrintNodeText {
    char text[48];
} SgTapePrintNodeText;

/* "2 0 5", cut with dots when there are many. */
static SgTapePrintNodeText sg_tape_print_inputs_text(const SgNode *node) {
    SgTapePrintNodeText out = {""};
    size_t length = 0;
    for (int i = 0; i < node->inputs; i++) {
        if (length + 16 > sizeof out.text) {
            memcpy(out.text + length, " ...", 5);
            break;
        }
        length += (size_t)snprintf(out.text + length, sizeof out.text - length, "%s%d",
                                   i ? " " : "", node->in[i]->id);
    }
    return out;
}

static size_t sg_tape_print_node_bytes(const SgNode *node) {
    return sg_shape_size(node->shape) * sizeof(sg_real) * (node->grad ? 2 : 1);
}

static int sg_tape_print_wider(int width, const char *text) {
    int length = (int)strlen(text);
    return length > width ? length : width;
}

void sg_tape_print(const SgTape *tape, FILE *out) {
    int label = 5, op = 2, inputs = 6, math = 7, shape = 5;
    for (int id = 0; id < sg_tape_size(tape); id++) {
        const SgNode *node = sg_tape_node(tape, id);
        label = sg_tape_print_wider(label, node->label ? node->label : "");
        op = sg_tape_print_wider(op, node->op->name);
        inputs = sg_tape_print_wider(inputs, sg_tape_print_inputs_text(node).text);
        math = sg_tape_print_wider(math, node->op->math);
        shape = sg_tape_print_wider(shape, SG_SHAPE(node->shape));
    }
    fprintf(out, "%4s  %-*s  %-*s  %-*s  %-*s  %-*s  grad  %10s", "id", label, "label",
            op, "op", inputs, "inputs", math, "formula", shape, "shape", "bytes");
    fputc('\n', out);
    size_t total = 0;
    for (int id = 0; id < sg_tape_size(tape); id++) {
        const SgNode *node = sg_tape_node(tape, id);
        fprintf(out, "%4d  %-*s  %-*s  %-*s  %-*s  %-*s  %-4s  %10zu", id, label,
                node->label ? node->label : "", op, node->op->name, inputs,
                sg_tape_print_inputs_text(node).text, math, node->op->math, shape,
                SG_SHAPE(node->shape), node->grad ? "grad" : "",
                sg_tape_print_node_bytes(node));
        fputc('\n', out);
        total += sg_tape_print_node_bytes(node);
    }
    fprintf(out, "%d nodes, %zu bytes of values and gradients\n", sg_tape_size(tape),
            total);
}

/* The text inside a quoted string of Graphviz. */
static void sg_tape_print_print_quoted(const char *text, FILE *out) {
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') fputc('\\', out);
        fputc(*text, out);
    }
}

static void sg_tape_print_print_box(const SgNode *node, FILE *out) {
    fprintf(out, "    n%d [label=\"", node->id);
    if (node->label) {
        sg_tape_print_print_quoted(node->label, out);
        fputs("\\n", out);
    }
    sg_tape_print_print_quoted(node->op->name, out);
    fprintf(out, "\\n%s\"%s%s];\n", SG_SHAPE(node->shape),
            node->inputs == 0 ? ", shape=ellipse" : "",
            node->grad ? "" : ", style=dashed");
}

void sg_tape_dot(const SgTape *tape, FILE *out) {
    fputs("digraph tape {\n"
          "    node [shape=box, fontname=\"Helvetica\"];\n"
          "    // ellipse: a leaf; dashed: no gradient\n",
          out);
    for (int id = 0; id < sg_tape_size(tape); id++) {
        const SgNode *node = sg_tape_node(tape, id);
        sg_tape_print_print_box(node, out);
        for (int i = 0; i < node->inputs; i++)
            fprintf(out, "    n%d -> n%d;\n", node->in[i]->id, id);
    }
    fputs("}\n", out);
}

/* ---- optim/vector.h ------------------------------------------------------------------ */

/* Loops over long vectors. */

/* Largest |a_i|; NaN when there is a NaN. */
static double sg_vector_max_abs(size_t n, const sg_real *a);

/* y = scale x; x and y may be the same. */
static void sg_vector_scale(size_t n, double scale, const sg_real *x, sg_real *y);

/* y = y + scale x */
static void sg_vector_add(size_t n, double scale, const sg_real *x, sg_real *y);

/* ---- optim/method.h ------------------------------------------------------------------ */

/* The common part of all optimisers.
 *
 * A method is a struct that begins with an Optimizer, so that a pointer to one is a
 * pointer to the other, and a table of functions. */

typedef struct SgOptimizerMethod {
    SgStep (*step)(SgOptimizer *o);
    void (*restart)(SgOptimizer *o);
} SgOptimizerMethod;

struct SgOptimizer {
    const SgOptimizerMethod *method;
    SgObjective objective;
    double lr;
    double largest; /* max|g| of the last evaluation */
    char reason[200];
};

/* Sets the learning rate, which must be positive. */
static void sg_optimizer_rate(SgOptimizer *o, double lr);

/* Fills the common part; checks objective and learning rate. */
static void sg_optimizer_init(SgOptimizer *o, const SgOptimizerMethod *method,
                              SgObjective objective, double lr);

/* Evaluates at x. The answer has `stop` set when loss or gradient is not finite. */
static SgStep sg_optimizer_evaluate(SgOptimizer *o);

/* Writes the reason and puts it into the step. */
static SgStep sg_optimizer_stop(SgOptimizer *o, SgStep step, const char *format, ...)
    SG_PRINTF(3, 4);

/* ---- optim/method.c ------------------------------------------------------------------ */

static void sg_optimizer_rate(SgOptimizer *o, double lr) {
    SG_CHECK(isfinite(lr) && lr > 0, "a learning rate of %g", lr);
    o->lr = lr;
}

static void sg_optimizer_init(SgOptimizer *o, const SgOptimizerMethod *method,
                              SgObjective objective, double lr) {
    SG_CHECK(objective.size > 0 && objective.x && objective.gradient &&
                 objective.evaluate,
             "an objective needs numbers, a gradient and a function that evaluates it");
    o->method = method;
    o->objective = objective;
    sg_optimizer_rate(o, lr);
}

static SgStep sg_optimizer_evaluate(SgOptimizer *o) {
    const SgObjective *f = &o->objective;
    SgStep step = {/* loss */ f->evaluate(f->context), /* evaluations */ 1,
                   /* stop */ NULL};
    if (!isfinite(step.loss))
        return sg_optimizer_stop(o, step, "the loss is not finite but %g", step.loss);
    o->largest = sg_vector_max_abs(f->size, f->gradient);
    if (!isfinite(o->largest))
        return sg_optimizer_stop(o, step, "the gradient has an entry that is not finite");
    return step;
}

static SgStep sg_optimizer_stop(SgOptimizer *o, SgStep step, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(o->reason, sizeof o->reason, format, arguments);
    va_end(arguments);
    step.stop = o->reason;
    return step;
}

/* ---- optim/vector.c ------------------------------------------------------------------ */

#define SG_VECTOR_PARTS 64
#define SG_VECTOR_LANES 16

/* A NaN is neither larger nor smaller than anything, and nothing replaces it. */
static sg_real sg_vector_larger(sg_real a, sg_real largest) {
    const bool stays = (a <= largest) | (largest != largest);
    return stays ? largest : a;
}

static sg_real sg_vector_part_max_abs(size_t n, const sg_real *a) {
    sg_real lanes[SG_VECTOR_LANES] = {0}, largest = 0;
    size_t i = 0;
    for (; i + SG_VECTOR_LANES <= n; i += SG_VECTOR_LANES)
        for (size_t l = 0; l < SG_VECTOR_LANES; l++)
            lanes[l] = sg_vector_larger(fabs(a[i + l]), lanes[l]);
    for (; i < n; i++)
        largest = sg_vector_larger(fabs(a[i]), largest);
    for (size_t l = 0; l < SG_VECTOR_LANES; l++)
        largest = sg_vector_larger(lanes[l], largest);
    return largest;
}

static double sg_vector_max_abs(size_t n, const sg_real *a) {
    sg_real parts[SG_VECTOR_PARTS];

    for (size_t p = 0; p < SG_VECTOR_PARTS; p++) {
        size_t from = n * p / SG_VECTOR_PARTS, to = n * (p + 1) / SG_VECTOR_PARTS;
        parts[p] = sg_vector_part_max_abs(to - from, a + from);
    }
    return (double)sg_vector_part_max_abs(SG_VECTOR_PARTS, parts);
}

static void sg_vector_scale(size_t n, double scale, const sg_real *x, sg_real *y) {
    sg_real a = (sg_real)scale;

    for (size_t i = 0; i < n; i++)
        y[i] = a * x[i];
}

static void sg_vector_add(size_t n, double scale, const sg_real *x, sg_real *y) {
    sg_real a = (sg_real)scale;

    for (size_t i = 0; i < n; i++)
        y[i] += a * x[i];
}

/* ---- optim/gd.c ---------------------------------------------------------------------- */

/* Gradient descent, with momentum when asked (documents 001 section 3 and 002
 * section 2.5):
 *
 *     x = x - lr g
 *
 * With momentum the gradient pushes a velocity, and the velocity moves x, so that steps
 * along a valley add up and steps across it cancel:
 *
 *     v = momentum v + g,     x = x - lr v
 *
 * Nesterov looks one step ahead along the velocity:  x = x - lr (g + momentum v).
 *
 * Dampening lets a gradient push less, v = momentum v + (1 - dampening) g, but for the
 * first, which is the whole velocity. Weight decay adds weight_decay x to every g. */

typedef struct SgGdMethod {
    SgOptimizer base;
    SgGd settings;
    sg_real *v;  /* velocity, NULL without momentum */
    int started; /* 1: v has the gradient of a first step */
} SgGdMethod;

/* v = momentum v + (1 - dampening) (g + weight_decay x) */
static void sg_gd_push(SgGdMethod *o, const sg_real *g, const sg_real *x) {
    const size_t n = o->base.objective.size;
    const double share = o->started ? 1 - o->settings.dampening : 1;
    sg_vector_scale(n, o->settings.momentum, o->v, o->v);
    sg_vector_add(n, share, g, o->v);
    if (o->settings.weight_decay > 0)
        sg_vector_add(n, share * o->settings.weight_decay, x, o->v);
    o->started = 1;
}

static SgStep sg_gd_step(SgOptimizer *base) {
    SgGdMethod *o = (SgGdMethod *)base;
    SgStep step = sg_optimizer_evaluate(base);
    if (step.stop) return step;

    size_t n = base->objective.size;
    sg_real *x = base->objective.x, *g = base->objective.gradient, *v = o->v;
    const double lr = base->lr, momentum = o->settings.momentum;
    const double decay = o->settings.weight_decay;
    if (v) sg_gd_push(o, g, x);
    const bool follows_gradient = !v || o->settings.nesterov;
    if (follows_gradient && decay > 0) sg_vector_scale(n, 1 - lr * decay, x, x);
    if (follows_gradient) sg_vector_add(n, -lr, g, x);
    if (v) sg_vector_add(n, o->settings.nesterov ? -lr * momentum : -lr, v, x);
    return step;
}

static void sg_gd_restart(SgOptimizer *base) {
    SgGdMethod *o = (SgGdMethod *)base;
    if (o->v) memset(o->v, 0, base->objective.size * sizeof *o->v);
    o->started = 0;
}

SgOptimizer *sg_gd_new(SgArena *arena, SgObjective objective, SgGd settings) {
    static const SgOptimizerMethod method = {sg_gd_step, sg_gd_restart};
    SG_CHECK(settings.momentum >= 0 && settings.momentum < 1, "a momentum of %g",
             settings.momentum);
    SG_CHECK(!settings.nesterov || settings.momentum > 0, "nesterov without momentum");
    SG_CHECK(settings.dampening >= 0 && settings.dampening <= 1, "a dampening of %g",
             settings.dampening);
    SG_CHECK(!settings.nesterov || settings.dampening == 0, "nesterov with dampening");
    SG_CHECK(isfinite(settings.weight_decay) && settings.weight_decay >= 0,
             "a weight decay of %g", settings.weight_decay);
    SgGdMethod *o = SG_ARENA_NEW(arena, SgGdMethod, 1);
    sg_optimizer_init(&o->base, &method, objective, settings.lr);
    o->settings = settings;
    if (settings.momentum > 0) o->v = SG_ARENA_NEW(arena, sg_real, objective.size);
    return &o->base;
}

/* ---- optim/adam.c -------------------------------------------------------------------- */

/* Adam (Kingma and Ba 2015): every number gets its own step length. Step t = 1, 2, ...:
 *
 *     m = beta1 m + (1 - beta1) g              mean of the gradient
 *     v = beta2 v + (1 - beta2) g^2            mean of its square
 *     x = x - lr m' / (sqrt(v') + epsilon)     m' = m / (1 - beta1^t)
 *                                              v' = v / (1 - beta2^t)
 *
 * TensorFlow, MXNet and Torch7 add epsilon to sqrt(v) and then divide by the correction
 * of the root, as the end of section 2 of the paper does: their "epsilon hat" is epsilon
 * sqrt(1 - beta2^t), much less in the first steps.
 *
 * Weight decay pulls every x towards 0. As a part of the loss, weight_decay |x|^2 / 2, it
 * is divided by sqrt(v') as the rest of the gradient is, so an x with large gradients is
 * pulled less. AdamW (Loshchilov and Hutter 2019) therefore takes it out of g: before the
 * step, x = (1 - lr weight_decay) x.
 *
 * m and v start at zero, hence too small; the divisions correct that. At t = 1 they give
 * m' = g and v' = g^2, so the first step is lr g / |g|: EVERY number moves by lr, however
 * small its gradient. A new optimiser in the middle of a run (document 002 takes one at
 * step 180, with lr 0.1 instead of 3) therefore does not continue with smaller steps: its
 * first step moves all pixels by the full lr, because m and v are new, and the loss
 * jumps. sg_optimizer_set_rate alone lowers the rate without a jump. */

typedef struct SgAdamMethod {
    SgOptimizer base;
    SgAdam settings;
    sg_real *m, *v;
    double powers[2]; /* beta1^t, beta2^t: products, since pow differs between systems */
} SgAdamMethod;

static void sg_adam_move(const SgAdamMethod *o) {
    size_t n = o->base.objective.size;
    sg_real *x = o->base.objective.x, *m = o->m, *v = o->v;
    const sg_real *g = o->base.objective.gradient;
    sg_real beta1 = (sg_real)o->settings.beta1, rest1 = (sg_real)(1 - o->settings.beta1);
    sg_real beta2 = (sg_real)o->settings.beta2, rest2 = (sg_real)(1 - o->settings.beta2);
    sg_real length = (sg_real)(o->base.lr / (1 - o->powers[0]));
    sg_real root = (sg_real)sqrt(1 - o->powers[1]);
    sg_real epsilon = (sg_real)o->settings.epsilon / (o->settings.epsilon_hat ? root : 1);
    const double decay = o->settings.weight_decay;
    const sg_real pull = (sg_real)(o->settings.decoupled ? 0 : decay);
    const sg_real keep = (sg_real)(o->settings.decoupled ? 1 - o->base.lr * decay : 1);

    for (size_t i = 0; i < n; i++) {
        const sg_real slope = pull != 0 ? g[i] + pull * x[i] : g[i];
        m[i] = beta1 * m[i] + rest1 * slope;
        v[i] = beta2 * v[i] + rest2 * slope * slope;
        x[i] = keep * x[i] - length * m[i] / (sqrt(v[i]) / root + epsilon);
    }
}

static SgStep sg_adam_step(SgOptimizer *base) {
    SgAdamMethod *o = (SgAdamMethod *)base;
    SgStep step = sg_optimizer_evaluate(base);
    if (step.stop) return step;
    o->powers[0] *= o->settings.beta1;
    o->powers[1] *= o->settings.beta2;
    sg_adam_move(o);
    return step;
}

static void sg_adam_restart(SgOptimizer *base) {
    SgAdamMethod *o = (SgAdamMethod *)base;
    memset(o->m, 0, base->objective.size * sizeof *o->m);
    memset(o->v, 0, base->objective.size * sizeof *o->v);
    o->powers[0] = o->powers[1] = 1;
}

SgOptimizer *sg_adam_new(SgArena *arena, SgObjective objective, SgAdam settings) {
    static const SgOptimizerMethod method = {sg_adam_step, sg_adam_restart};
    SG_CHECK(settings.beta1 >= 0 && settings.beta1 < 1 && settings.beta2 >= 0 &&
                 settings.beta2 < 1 && settings.epsilon > 0,
             "beta1 %g, beta2 %g, epsilon %g; start from ADAM_DEFAULTS", settings.beta1,
             settings.beta2, settings.epsilon);
    SG_CHECK(isfinite(settings.weight_decay) && settings.weight_decay >= 0,
             "a weight decay of %g", settings.weight_decay);
    SgAdamMethod *o = SG_ARENA_NEW(arena, SgAdamMethod, 1);
    sg_optimizer_init(&o->base, &method, objective, settings.lr);
    o->settings = settings;
    o->m = SG_ARENA_NEW(arena, sg_real, objective.size);
    o->v = SG_ARENA_NEW(arena, sg_real, objective.size);
    sg_adam_restart(&o->base);
    return &o->base;
}

/* ---- optim/optimizer.c --------------------------------------------------------------- */

SgStep sg_optimizer_step(SgOptimizer *o) {
    return o->method->step(o);
}

void sg_optimizer_set_rate(SgOptimizer *o, double lr) {
    sg_optimizer_rate(o, lr);
}

void sg_optimizer_restart(SgOptimizer *o) {
    o->method->restart(o);
}

#ifdef __cplusplus
}
#endif

#endif
#endif

/*
MIT License

Copyright (c) 2026 The stylegrad authors

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
*/
