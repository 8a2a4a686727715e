"""What stylegrad_autograd.h consists of: files, what is left out of them, and the places
where a file refers to what is not there (the planner, threads, the table of kernels)."""

import re

ALL = None

# (file, names that are taken or ALL, names that are left out)
HEADERS = [
    ("tensor/check.h", ALL, ()),
    ("tensor/arena.h", ALL, ("arena_new_sketch", "arena_blocks")),
    ("tensor/rng.h", ALL, ()),
    ("tensor/tensor.h", ALL, ()),
    ("autograd/op_plan.h", ALL, ("READS_ALL",)),
    ("autograd/op.h", ALL, ()),
    ("autograd/tape.h", ALL, ()),
    ("autograd/tape_nodes.h", ALL, ()),
    ("autograd/node.h", ALL, ()),
    ("autograd/op_memory.h", ALL, ()),
    ("autograd/op_shapes.h", ALL, ()),
    ("autograd/op_table.h", ALL, ()),
    ("autograd/ops.h", ALL, ("autograd_ops",)),
    ("nn/ops.h", ALL, ("nn_ops",)),
    ("losses/ops.h", ("Gram", "CrossEntropy"), ()),
]
# After the declarations of the ops.
HEADERS_AFTER = [
    ("autograd/gradcheck.h", ALL, ()),
    ("autograd/tape_print.h", ALL, ()),
    ("optim/step.h", ALL, ()),
    ("optim/objective.h", ALL, ()),
    ("optim/optimizer.h", ALL, ("optimizer_state", "optimizer_state_check", "Lbfgs",
                                "LBFGS_DEFAULTS", "lbfgs_new", "Anneal", "anneal_new")),
]
# Folders of ops, and the ops that are left out.
OPS = {
    "autograd": (),
    "nn": ("conv2d_relu", "instance_norm_relu", "upsample_conv2d"),
    "losses": ("mask", "squared_distance", "absolute_distance", "relative_distance",
               "tv_squares", "tv_abs", "tv_pow", "tv_weighted", "moments", "w2", "w2_ck",
               "temporal"),
}
# Files that are fast in the library, and a readable one in place of each.
TWINS = {
    "nn/conv2d.c": "single/conv2d.c",
    "nn/relu.c": "single/relu.c",
    "nn/instance_norm.c": "single/instance_norm.c",
}
SOURCES = [
    ("tensor/check.c", ALL, ()),
    ("single/arena.c", ALL, ()),
    ("tensor/rng.c", ALL, ()),
    ("tensor/tensor.c", ALL, ()),
    ("tensor/kernels/kernels.h", ("PoolDims", "GemmDims"), ()),
    ("tensor/kernels/ref/ref.h", ALL, ("im2col", "col2im", "ref_conv2d_forward",
                                       "ref_conv2d_backward_data",
                                       "ref_conv2d_backward_weight")),
    ("tensor/kernels/ref/gemm.c", ALL, ()),
    ("tensor/kernels/ref/gram.c", ALL, ()),
    ("tensor/kernels/ref/pool.c", ALL, ()),
    ("autograd/tape_struct.h", ALL, ("TapeRun",)),
    ("autograd/tape_backward.h", ALL, ()),
    ("autograd/tape_nodes.c", ALL, ()),
    ("autograd/tape.c", ALL, ()),
    ("autograd/node.c", ALL, ("check_kept",)),
    ("autograd/op_memory.c", ALL, ()),
    ("autograd/op_shapes.c", ALL, ()),
    ("autograd/op_table.c", ALL, ()),
    ("autograd/lines.h", ALL, ()),
    ("autograd/lines.c", ALL, ()),
    ("autograd/spread.h", ALL, ()),
    ("autograd/spread.c", ALL, ()),
    ("autograd/axes.h", ALL, ()),
    ("tensor/mirror.h", ALL, ()),
    ("nn/border.h", ("border_source",), ()),
    ("nn/border.c", ("border_source",), ()),
    ("tensor/sample.h", ALL, ()),
    ("nn/channels.h", ALL, ()),
    ("nn/channels.c", ALL, ()),
    ("nn/plane_sums.h", ALL, ()),
    ("nn/plane_sums.c", ALL, ()),
    ("nn/pool.h", ALL, ()),
    ("nn/pool.c", ALL, ()),
    ("OPS", ALL, ()),
    ("autograd/probe.h", ALL, ()),
    ("autograd/probe.c", ALL, ()),
    ("autograd/gradcheck.c", ALL, ()),
    ("autograd/gradcheck_curve.c", ALL, ()),
    ("autograd/tape_print.c", ALL, ("place_text", "print_places")),
    ("optim/vector.h", ("vector_max_abs", "vector_scale", "vector_add"), ()),
    ("optim/method.h", ALL, ()),
    ("optim/method.c", ALL, ()),
    ("optim/vector.c", ("vector_max_abs", "vector_scale", "vector_add", "larger",
                        "part_max_abs", "PARTS", "LANES"), ()),
    ("optim/gd.c", ALL, ("state",)),
    ("optim/adam.c", ALL, ("state",)),
    ("optim/optimizer.c", ALL, ("optimizer_state", "optimizer_state_check")),
]


def plan_without_planner(found):
    """The plan of an op, with what the tape itself reads of it."""
    kept = re.search(r"\.fills(_all)? = true", found.group())
    return f"    .plan = {{{kept.group()}}},\n" if kept else ""


NAMES = {"real": "sg_real", "REAL_NAME": "SG_REAL_NAME", "REAL_EPSILON": "SG_REAL_EPSILON",
         "REAL_MAX": "SG_REAL_MAX"}
NEVER_SHORT = ()

# Text of a file that is another one here. It must be there exactly once.
EDITS = {
    "tensor/arena.h": [
        ("/* Bytes: a cache line, and the widest vector register. */\n#define ARENA_ALIGNMENT 64\n",
         "/* Bytes: enough for every type. */\n#define ARENA_ALIGNMENT 16\n"),
        (" * An arena grows by adding blocks, so no size has to be guessed. */",
         " * Every request is a block of its own, so no size has to be guessed. */"),
        ("/* An empty arena. No allocation here fails: see no_memory.h. */",
         "/* An empty arena. No allocation returns NULL: without memory, CHECK stops. */"),
        ("/* Bytes handed out so far, rounded up to the alignment; unused room is not counted. */",
         "/* Bytes handed out so far. */"),
    ],
    "autograd/op_plan.h": [
        ("/* The properties of an op that the planner uses: see tape_plan.h. */",
         "/* How an op likes to run. */"),
        ("""    unsigned reads; /* READS_... | READS_... */
    /* Multiply-adds of forward, for ops whose time is that of arithmetic; NULL if it is
     * that of reading and writing memory. */
    double (*work)(const Node *y);
    /* Bytes of tape_workspace that a pass on a planned tape uses at most, or NULL. */
    size_t (*workspace)(const Node *y);
    /* Both passes also work when y is stored over its only input: forward with
     * y->value == x->value, and backward with x->grad == y->grad, where it does not add
     * but replaces dy by 0 + dx. */
    bool in_place;
    /* Forward also works when y is stored over its first input, which has the shape of y:
     * for a tape that only runs forward. */
    bool over_first;
""", ""),
        ("""    /* Backward can read its inputs as node->halves, so that a plan may store them in 16
     * bits meanwhile. Only for products: a difference of nearly equal numbers would lose
     * all of their bits. */
    bool reads_halves;
""", ""),
    ],
    "nn/plane_sums.c": [
        ("CLONES static double sum_of(", "static double sum_of("),
        ("CLONES static double products_of(", "static double products_of("),
        ("CLONES static double squares_of(", "static double squares_of("),
        ("/* Clones are not exported: those of two libraries in one program would be one. */\n\n", ""),
    ],
    "autograd/op.h": [
        ("    OpPlan plan; /* for planned tapes */\n", "    OpPlan plan;\n"),
        ("    Halves halves;      /* the value, when a plan stores it in 16 bits; else no bits */\n", ""),
    ],
    "autograd/tape.h": [
        (" * A new image size is a new tape. op.h has nodes and ops, node.h reads values, and\n"
         " * tape_plan.h has tapes that need less memory. */",
         " * A new image size is a new tape. */"),
        (" * allocates value and grad, runs forward. On a planned tape the last two come with the\n"
         " * plan, so a shape rule may read shapes and parameters only. */",
         " * allocates value and grad, runs forward. */"),
    ],
    "autograd/node.h": [
        ("/* The node's value as a tensor, read in place. A plan must keep it: see tape_plan.h. */",
         "/* The node's value as a tensor, read in place. */"),
    ],
    "autograd/op_table.h": [
        (""" *
 * From that line come the declaration of ag_NAME, its definition, a row of the op table
 * and with it one gradient-check test: there is no way to add an op without its check. A
 * folder declares and defines its ops with
 *
 *     #define OPS_FILE "autograd/ops.def"
 *     #include "autograd/op_declare.inc"      in its ops.h, after the parameter structs
 *     #include "autograd/op_define.inc"       in its ops.c
 *
 * and its table is in the list of tests/test_every_op.c. An element-wise op consists of
 * two formulas: see elementwise.h. */
""", """ *
 * In this file those lines are written out already. An op of your own is an Op and a
 * function that calls tape_record. */
"""),
        ("/* How an op is declared, with what the file of an op includes. An op is a file with a\n"
         " * `const Op op_NAME`, and one line in the `ops.def` of its folder:\n",
         "/* How an op is declared. In the library it is a file with a `const Op op_NAME`, and one\n"
         " * line in the `ops.def` of its folder:\n"),
        ("/* The ops of one folder. */", "/* A list of ops. */"),
    ],
    "autograd/ops.h": [
        ("#define OPS_FILE \"autograd/ops.def\"\n#include \"autograd/op_declare.inc\"\n"
         "#undef OPS_FILE\n", ""),
    ],
    "nn/ops.h": [
        ("#define OPS_FILE \"nn/ops.def\"\n#include \"autograd/op_declare.inc\"\n"
         "#undef OPS_FILE\n", ""),
        (" *     conv2d_relu relu(conv2d): the same bits, with one pass over memory fewer\n", ""),
        (""" *     upsample_conv2d
 *                 weight (o, c, 3, 3), bias (1, o, 1, 1) or NULL -> (n, o, 2 h, 2 w):
 *                 conv2d with pad 1, mirrored, of upsample by 2, without that image
""", ""),
        (" *     scale_shift, instance_norm, instance_norm_relu\n", " *     scale_shift, instance_norm\n"),
        ("/* The layers of a convolutional network: one file each, one line each in ops.def.\n",
         "/* The layers of a convolutional network.\n"),
    ],
    "losses/ops.h": [
        ("#define OPS_FILE \"losses/ops.def\"\n#include \"autograd/op_declare.inc\"\n"
         "#undef OPS_FILE\n", ""),
        ("""/* The ops that losses are made of. Most programs need the named conventions built from
 * them: content.h, style.h, tv.h.
 *
 *     Node *g = ag_gram(features, (Gram){.divisor = h * w});
 *     Node *loss = ag_squared_distance(g, target, (SquaredDistance){.factor = 0.25});
 *
 * Every sum is added in double, whatever `real` is. */
""", """/* Two ops that losses are made of.
 *
 *     Node *g = ag_gram(features, (Gram){.divisor = h * w});
 *     Node *loss = ag_sum(ag_square(ag_sub(g, target))); */
"""),
    ],
    "optim/optimizer.h": [
        (" * A program may change x between two steps (clamp an image to its range, say). L-BFGS\n"
         " * then builds its curvature from a step that was not quite taken: clamp rarely. */",
         " * A program may change x between two steps (clamp an image to its range, say). */"),
        (" * finite; L-BFGS has further reasons, see Lbfgs. After a stop the step may be tried\n"
         " * again, for instance after optimizer_restart. */",
         " * finite. After a stop the step may be tried again, for instance after\n"
         " * optimizer_restart. */"),
        ("/* Resets the state of the method to that of a new optimiser: velocity, moments, curvature\n"
         " * pairs, temperature and random numbers. The learning rate stays. */",
         "/* Resets the state of the method to that of a new optimiser: velocity and moments. The\n"
         " * learning rate stays. */"),
    ],
    "tensor/kernels/ref/ref.h": [
        ("""/* The textbook loops, to be read, quoted and called: every formula of
 * tensor/kernels/kernels.h written as it is, one loop per index, on one thread.
 *
 *     kernels = &kernels_ref;            everything on top now runs on these loops
 *     ref_conv2d_forward(&d, x, w, b, y, NULL);
 *
 * They say what the fast kernels must compute, to the bit, and are slow: a 256-channel
 * layer takes seconds instead of milliseconds. Arguments as in the table `Kernels`. */
""", """/* The textbook loops: every formula written as it is, one loop per index, on one thread.
 *
 *     C = op(A) op(B), or C += op(A) op(B)         ref_gemm
 *     G = F F^T / divisor, F of (c, m)             ref_gram_forward
 *     dF += (dG + dG^T) F / divisor                ref_gram_backward
 *
 * Backward of pooling ADDS to dx when `add`, else it writes all of dx. `winner` is the
 * position of the largest x in its window, u kernel + v. */
"""),
    ],
    "tensor/kernels/kernels.h": [
        (" * Sums run over k from 0 up, starting from C (or 0), but for kernels_fast. */",
         " * Sums run over k from 0 up, starting from C (or 0). */"),
        ("""/* The loops that take most of the time, as a table of functions.
 *
 * A kernel is a plain function over arrays: no tape, no nodes. `Kernels` is the contract;
 * every file of kernels fills one table:
 *
 *     kernels_ref    the textbook: triple loop product, seven-loop convolution
 *     kernels_gemm   the same sums in a cache-friendly order: im2col and a blocked gemm
 *     kernels_fast   fused multiply-adds (fast/gemm.h), Winograd for 3x3 convolutions
 *                    (fast/winograd.h), and sums of shifted lines for images with few
 *                    channels (fast/narrow.h)
 *
 * `kernels` is the table in use, and a program may switch at any time:
 *
 *     kernels = &kernels_ref;
 *
 * The first two add the same products in the same order, so both give the same bits on
 * every machine. kernels_fast does not: its sums are cut into parts and rounded less
 * often, Winograd's are other sums altogether. It keeps to error bounds, which those
 * headers state and tests measure; its last bits depend on the processor's vector
 * instructions. Pooling has the same bits in all three, and in every table the number of
 * threads does not change a bit.
 *
 * Letters as in the lessons: x input, w weight, b bias, y output; dx is the gradient of
 * the loss with respect to x. `backward` kernels ADD to dx, dw, db; those that also take
 * `add` write every element of dx instead when it is false, as if dx had been zero. */
""", ""),
    ],
    "autograd/tape_struct.h": [
        ("    const TapeRun *run;          /* NULL: the passes of tape.c */\n"
         "    struct PlannedTape *planned; /* the data of a planned tape; or NULL */\n"
         "    bool sealed;                 /* no node can be recorded any more */\n"
         "    size_t virtual_bytes;        /* what the real tape of a sketch would hold */\n", ""),
        ("/* How a planned tape runs (tape_plan.c). */\n", ""),
        ("/* The fields of a tape, for tape.c and the files that build on it. */\n", ""),
    ],
    "autograd/tape_backward.h": [
        ("/* The parts of tape_backward_from, for other ways to run a backward pass. */",
         "/* The parts of tape_backward_from. */"),
    ],
    "autograd/tape_nodes.c": [
        ("    CHECK(!tape->sealed, \"%s: the tape is planned, nothing can be recorded any more\",\n"
         "          node.op->name);\n", ""),
        (" + tape->virtual_bytes;", ";"),
    ],
    "autograd/tape.c": [
        ("    if (tape->run) return y; /* memory and values come with the plan */\n", ""),
        ("    if (tape->run) {\n        tape->run->forward(tape);\n        return;\n    }\n", ""),
        ("    if (tape->run) {\n        tape->run->backward(tape, y, seed);\n"
         "        return;\n    }\n", ""),
        (" * unless y's op initialises it: it fills it, or works in place on the memory of dy. */",
         " * unless y's op fills it. */"),
        ("    if (x->grad == y->grad) return;\n", ""),
        ("    tape_backward_from(tape, loss, (const real[]){1});\n",
         "    const real one = 1;\n    tape_backward_from(tape, loss, &one);\n"),
    ],
    "autograd/node.c": [
        ("    CHECK(node->value, \"node %d (%s) has no value %s\", node->id, node->op->name,\n"
         "          tape_is_sketch(node->tape) ? \"on a sketch\" : \"before tape_plan\");\n"
         "    check_kept(node);\n", ""),
        ("    if (tape_is_sketch(node->tape)) {\n        check_kept(node);\n"
         "        return tensor_alloc(arena, node->shape);\n    }\n", ""),
        ("    CHECK(!tape_planned(node->tape) || node->inputs == 0,\n"
         "          \"the gradient of node %d (%s) is overwritten by the plan; only those of \"\n"
         "          \"variables stay\",\n          node->id, node->op->name);\n", ""),
    ],
    "autograd/op_memory.c": [
        ("    if (!y->tape->run) y->saved = arena_alloc(y->tape->arena, bytes);\n",
         "    y->saved = arena_alloc(y->tape->arena, bytes);\n"),
    ],
    "autograd/matmul.c": [
        ("""/* C = A B, or C += A B when `add`, plane by plane. The kernel splits a large product
 * among the threads, and then there is no parallel region around it, be it of one thread:
 * OpenMP would start new threads for each plane. Of many small ones, each thread computes
 * whole planes. */
""", "/* C = A B, or C += A B when `add`, plane by plane. */\n"),
        ("""    const double one = (double)d.m * d.n * d.k;
    const int threads = threads_for(one) > 1 ? 1 : threads_for((double)planes * one);
    if (threads == 1) {
        for (ptrdiff_t p = 0; p < planes; p++)
            kernels->gemm(&d, a.data + p * next_a, b.data + p * next_b, c + p * next_c);
        return;
    }
""", ""),
    ],
    "losses/gram.c": [
        ("""/* Positions `start` to `start + count - 1` of image n, whose features are in halves: they
 * are widened to one narrow matrix, and so is their gradient. */
static void backward_slice(const Node *y, int n, size_t start, size_t count, bool add,
                           real *wide) {
    const Gram *p = y->params;
    const Node *f = y->in[0];
    const size_t c = (size_t)f->shape.c, m = (size_t)f->shape.h * (size_t)f->shape.w;
    const size_t first = (size_t)n * c * m + start;
    real *gradient = wide + c * count;
#pragma omp parallel for num_threads(threads_over(c *count)) schedule(static)
    for (size_t i = 0; i < c; i++)
        halves_widen(f->halves, first + i * m, count, wide + i * count);
    kernels->gram_backward(1, f->shape.c, count, p->divisor, wide,
                           y->grad + (size_t)n * c * c, gradient, false);
#pragma omp parallel for num_threads(threads_over(c *count)) schedule(static)
    for (size_t i = 0; i < c; i++)
        for (size_t k = 0; k < count; k++)
            f->grad[first + i * m + k] =
                (add ? f->grad[first + i * m + k] : 0) + gradient[i * count + k];
}

static void backward_halves(const Node *y, bool add) {
    const Shape f = y->in[0]->shape;
    const size_t m = (size_t)f.h * (size_t)f.w, c = (size_t)f.c;
    const size_t length = c < SLICE / LEAST ? SLICE / c : LEAST;
    real *wide = workspace_take(2 * c * length * sizeof *wide);
    for (int n = 0; n < f.n; n++)
        for (size_t start = 0; start < m; start += length)
            backward_slice(y, n, start, m - start < length ? m - start : length, add,
                           wide);
    workspace_give(wide);
}

""", ""),
        ("""    if (f->halves.bits)
        backward_halves(y, add);
    else
        kernels->gram_backward(f->shape.n, f->shape.c, m, p->divisor, f->value, y->grad,
                               f->grad, add);
""", """    kernels->gram_backward(f->shape.n, f->shape.c, m, p->divisor, f->value, y->grad,
                           f->grad, add);
"""),
    ],
    "autograd/concat.c": [
        ("    return ag_concat(3, (Node *[]){a, b, a});\n",
         "    Node *const in[] = {a, b, a};\n    return ag_concat(3, in);\n"),
    ],
    "autograd/crop.c": [
        ("    memcpy(box->value, (const real[]){1, 2, 3, 4}, 4 * sizeof(real));\n",
         "    const real numbers[4] = {1, 2, 3, 4};\n"
         "    memcpy(box->value, numbers, sizeof numbers);\n"),
    ],
    "autograd/slice.c": [
        ("    int *side = (int *[]){&y->shape.n, &y->shape.c, &y->shape.h, &y->shape.w}[p->axis];\n",
         "    int *const sides[] = {&y->shape.n, &y->shape.c, &y->shape.h, &y->shape.w};\n"
         "    int *side = sides[p->axis];\n"),
    ],
    "autograd/sum_axis.c": [
        ("axes_removed(y->params, ", "axes_removed((const Axes *)y->params, "),
    ],
    "autograd/mean_axis.c": [
        ("axes_removed(y->params, ", "axes_removed((const Axes *)y->params, "),
    ],
    "nn/max_pool.c": [
        ("y->in[0]->value, y->value, y->saved);", "y->in[0]->value, y->value, (uint8_t *)y->saved);"),
        ("y->grad, y->saved, x->grad, add);", "y->grad, (const uint8_t *)y->saved, x->grad, add);"),
    ],
    "nn/linear.c": [
        ("    kernels->gemm(&(GemmDims){.transpose_b = true,\n",
         "    const GemmDims from_x = {.transpose_b = true,\n"),
        ("                              .ldc = s.o},\n"
         "                  y->in[0]->value, y->in[1]->value, y->value);\n",
         "                              .ldc = s.o};\n"
         "    kernels->gemm(&from_x, y->in[0]->value, y->in[1]->value, y->value);\n"),
    ],
    "autograd/tape_print.h": [
        (" * with `grad` where a gradient is kept. The last line adds up. Where there is a plan,\n"
         " * also which bytes of its block each value and gradient shares with others. */",
         " * with `grad` where a gradient is kept. The last line adds up. */"),
    ],
    "autograd/tape_print.c": [
        ("    const Plan *plan = tape_planned(tape);\n", ""),
        ("    if (plan) fprintf(out, \"  %20s  %20s\", \"value in the block\", \"grad in the block\");\n",
         ""),
        ("        print_places(plan, id, out);\n", "        fputc('\\n', out);\n"),
        ("    if (plan) fprintf(out, \"planned into one block of %zu bytes\\n\", plan->bytes);\n", ""),
    ],
    "optim/method.h": [
        ("""
    /* Adds the method's own pieces. */
    void (*state)(Optimizer *o, StateList *list);

    /* Whether their values are possible; NULL: all values are. */
    bool (*state_check)(const Optimizer *o, Error *err);
""", ""),
        ("/* The common part of all optimisers; for the files of optim/ only.\n",
         "/* The common part of all optimisers.\n"),
    ],
    "optim/vector.h": [
        ("/* Sums and products of long vectors, on all processors, with one answer: sums are those\n"
         " * of tensor/kernels/sums.h, whose order is fixed by the length alone. */",
         "/* Loops over long vectors. */"),
    ],
    "optim/gd.c": [("{step, restart, state, NULL}", "{step, restart}")],
    "optim/adam.c": [("{step, restart, state, NULL}", "{step, restart}")],
}
