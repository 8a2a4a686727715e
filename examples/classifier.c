/* A network of one's own: two layers that tell three spirals of points apart, trained with
 * Adam.
 *
 *     cc classifier.c $(pkg-config --cflags --libs stylegrad) -o classifier */
#include <math.h>
#include <stylegrad/stylegrad.h>

enum { CLASSES = 3, EACH = 60, POINTS = CLASSES * EACH, HIDDEN = 32, STEPS = 300 };

/* Point i of class k lies on spiral k, a little beside it. */
static void make_points(Tensor points, int label[POINTS], Rng *rng) {
    for (int i = 0; i < POINTS; i++) {
        const int k = i % CLASSES;
        const double along = (double)(i / CLASSES) / EACH;
        const double angle = 4 * along + 2.1 * k + 0.1 * rng_normal(rng);
        label[i] = k;
        *tensor_at(points, i, 0, 0, 0) = (real)(along * cos(angle));
        *tensor_at(points, i, 1, 0, 0) = (real)(along * sin(angle));
    }
}

/* A layer with random weights: variables, for they are to be trained. */
static Node *layer(Arena *arena, Node *x, int inputs, int outputs, Rng *rng) {
    Tensor w = tensor_alloc(arena, (Shape){1, 1, outputs, inputs});
    tensor_fill_normal(w, rng, 0, sqrt(2.0 / inputs));
    Tensor b = tensor_alloc(arena, (Shape){1, outputs, 1, 1});
    Tape *tape = x->tape;
    return ag_linear(x, tape_variable(tape, w), tape_variable(tape, b));
}

static int count_right(const Node *scores, const int label[POINTS]) {
    int right = 0;
    for (int i = 0; i < POINTS; i++) {
        const real *s = scores->value + (size_t)i * CLASSES;
        int best = 0;
        for (int k = 1; k < CLASSES; k++)
            if (s[k] > s[best]) best = k;
        right += best == label[i];
    }
    return right;
}

int main(void) {
    Arena *arena = arena_new();
    Rng rng = rng_seed(1);
    Tensor points = tensor_alloc(arena, (Shape){POINTS, 2, 1, 1});
    int label[POINTS];
    make_points(points, label, &rng);

    Tape *tape = tape_new();
    Node *x = tape_constant(tape, points);
    Node *scores =
        layer(arena, ag_relu(layer(arena, x, 2, HIDDEN, &rng)), HIDDEN, CLASSES, &rng);
    Node *loss = ag_cross_entropy(scores, (CrossEntropy){label});

    Parameters parameters = parameters_of(arena, loss);
    Adam settings = ADAM_DEFAULTS;
    settings.lr = 0.02;
    Optimizer *adam =
        adam_new(arena, parameters_objective(arena, &parameters, loss), settings);
    for (int i = 0; i <= STEPS; i++) {
        const Step step = optimizer_step(adam);
        if (i % 100 == 0) printf("step %3d: loss %.4f\n", i, step.loss);
    }
    tape_forward(tape);
    const int right = count_right(scores, label);
    printf("%d of %d points are in the right class\n", right, POINTS);
    tape_free(tape);
    arena_free(arena);
    return right < 9 * POINTS / 10;
}
