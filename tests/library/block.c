/* A network of one's own from the ops, as a user writes it outside of this repository:
 * a residual block of MobileNet's kind (1 x 1, depthwise 3 x 3 with dilation, 1 x 1, normed
 * and added to its input), then attention over the positions. Its gradient is compared with
 * differences, and all of its leaves are handed to one optimiser. */
#include <math.h>
#include <stylegrad/stylegrad.h>

enum { CHANNELS = 4, WIDE = 8, SIDE = 6, POSITIONS = SIDE * SIDE, STEPS = 60 };

static Arena *arena;
static Rng rng;

static Node *weight(Tape *tape, Shape shape) {
    Tensor w = tensor_alloc(arena, shape);
    tensor_fill_normal(w, &rng, 0, 1 / sqrt((double)(shape.c * shape.h * shape.w)));
    return tape_variable(tape, w);
}

static Node *ones(Tape *tape, int channels) {
    Tensor w = tensor_alloc(arena, (Shape){1, channels, 1, 1});
    tensor_fill(w, 1);
    return tape_variable(tape, w);
}

/* x + project(depthwise(expand(x))) */
static Node *residual(Node *x) {
    Tape *t = x->tape;
    Node *wide =
        ag_conv2d(x, weight(t, (Shape){WIDE, CHANNELS, 1, 1}), NULL, (Conv2d){0});
    wide = ag_instance_norm(wide, ones(t, WIDE), NULL, (InstanceNorm){1e-5});
    wide = ag_tanh(wide);
    wide = ag_conv2d(wide, weight(t, (Shape){WIDE, 1, 3, 3}), NULL,
                     (Conv2d){.groups = WIDE, .dilation = 2, .pad = 2});
    Node *back =
        ag_conv2d(wide, weight(t, (Shape){CHANNELS, WIDE, 1, 1}), NULL, (Conv2d){0});
    return ag_add(x, back);
}

/* softmax(q k' / sqrt(c)) v over the positions, one row each */
static Node *attention(Node *x) {
    Tape *t = x->tape;
    Node *rows = ag_transpose(ag_reshape(x, (Reshape){{1, 1, CHANNELS, POSITIONS}}));
    const Shape square = {1, 1, CHANNELS, CHANNELS};
    Node *q = ag_matmul(rows, weight(t, square), (Matmul){0});
    Node *k = ag_matmul(rows, weight(t, square), (Matmul){0});
    Node *v = ag_matmul(rows, weight(t, square), (Matmul){0});
    Node *scores = ag_matmul(q, k, (Matmul){.transpose_b = true});
    Node *shares = ag_softmax(ag_scale(scores, (Scale){1 / sqrt(CHANNELS)}), (Axis){3});
    return ag_matmul(shares, v, (Matmul){0});
}

int main(void) {
    arena = arena_new();
    rng = rng_seed(7);
    Tensor input = tensor_alloc(arena, (Shape){1, CHANNELS, SIDE, SIDE});
    tensor_fill_normal(input, &rng, 0, 1);
    Tensor goal = tensor_alloc(arena, (Shape){1, 1, POSITIONS, CHANNELS});
    tensor_fill_normal(goal, &rng, 0, 0.3);

    Tape *tape = tape_new();
    Node *y = attention(residual(tape_constant(tape, input)));
    Node *loss = ag_mean(ag_square(ag_sub(y, tape_constant(tape, goal))));
    const GradCheck check = gradcheck(tape, loss, 1e-5);
    gradcheck_print(&check, stdout);

    Parameters weights = parameters_of(arena, loss);
    Adam settings = ADAMW_DEFAULTS;
    settings.lr = 0.02;
    Optimizer *adam =
        adam_new(arena, parameters_objective(arena, &weights, loss), settings);
    double first = 0, last = 0;
    for (int i = 0; i < STEPS; i++) {
        last = optimizer_step(adam).loss;
        if (i == 0) first = last;
    }
    /* 4*8 + 8 + 8*9 + 8*4 + 3*4*4 */
    printf("%zu parameters, loss %.4f to %.4f\n", weights.size, first, last);
    const bool good =
        gradcheck_passed(&check, 1e-6) && weights.size == 192 && last < first / 2;
    tape_free(tape);
    arena_free(arena);
    return !good;
}
