/* A loss of one's own: the mean distance of two images with a soft corner,
 *
 *     L = 1/n sum sqrt(d^2 + c^2) - c,     d = x - y     (pseudo-Huber)
 *
 * recorded from ops, with its gradient compared with numeric differences, minimised by
 * Adam, and the loss curve drawn by gnuplot.
 *
 *     cc own_loss.c $(pkg-config --cflags --libs stylegrad-double) -o own_loss */
#include <stylegrad/stylegrad.h>

enum { STEPS = 60 };

static const double corner = 0.1;

/* Each op records a node, which the tape frees. */
static Node *soft_distance(Node *x, Node *y) {
    Node *squares = ag_square(ag_sub(x, y));
    Node *roots = ag_sqrt(ag_shift(squares, (Shift){corner * corner}));
    return ag_mean(ag_shift(roots, (Shift){-corner}));
}

int main(void) {
    Arena *arena = arena_new();
    Tensor image = tensor_alloc(arena, (Shape){1, 3, 16, 16});
    Tensor goal = tensor_alloc(arena, image.shape);
    Rng rng = rng_seed(1);
    tensor_fill_uniform(image, &rng, 0, 1);
    tensor_fill_uniform(goal, &rng, 0, 1);

    Tape *tape = tape_new();
    Node *distance = soft_distance(tape_variable(tape, image), tape_constant(tape, goal));

    const GradCheck check = gradcheck(tape, distance, 1e-5);
    gradcheck_print(&check, stdout);
    if (!gradcheck_passed(&check, 1e-6)) return 1;

    Adam settings = ADAM_DEFAULTS;
    settings.lr = 0.02;
    Parameters pixels = parameters_of(arena, distance);
    Optimizer *adam =
        adam_new(arena, parameters_objective(arena, &pixels, distance), settings);
    double step[STEPS], loss[STEPS];
    for (int i = 0; i < STEPS; i++) {
        step[i] = i;
        loss[i] = optimizer_step(adam).loss;
    }
    printf("the loss fell from %.4f to %.4f\n", loss[0], loss[STEPS - 1]);

    const Series curve = {"Adam", STEPS, step, loss};
    const Plot plot = {.title = "A loss of my own",
                       .x_label = "step",
                       .y_label = "loss",
                       .series_count = 1,
                       .series = &curve};
    Error err;
    const bool drawn = plot_write("own_loss.png", &plot, &err);
    if (!drawn) fprintf(stderr, "own_loss: %s\n", err.text);
    tape_free(tape);
    arena_free(arena);
    return !drawn;
}
