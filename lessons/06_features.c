/* 06 What does each layer see?
 *
 * A layer makes features F = max(0, W * x + b) of the layer before (documents 000, 2.1;
 * 002, 2.1; 003, 3.1). One number of F sees a square of the picture, its receptive field:
 *
 *     field += (kernel - 1) step,  then step *= stride      both 1 for the picture
 *
 * "Normalised" (002, 2) are the weights: divide all that makes channel c by its mean a_c,
 * multiply all that reads it by a_c. As max(0, z / a) = max(0, z) / a, nobody notices.
 *
 *     make lesson-06        or: 06_features [PICTURE] [--size N] [--weights FILE]
 *
 * You will see feature maps, what one feature sees, and how means become 1. */
#include <math.h>

#include "io/image.h"
#include "lessons/lesson.h"

enum { LAYERS = 4, MAPS = 6 /* shown of each */ };
static const char *const layers[] = {"relu1_1", "relu2_1", "relu2_2", "relu3_1"};

static void show_fields(Lesson *l, Network *net, Node *x, Node *const *f);
static Tensor window(Lesson *l, Tensor t, const Layer *seen, int i, int j);
static Series show_maps(Lesson *l, const char *name, const Node *f, Tensor *maps);
static void normalise(Lesson *l, Node *here, Node *reader);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "06_features", 128);
    Tensor picture = lesson_picture(l, 0, "scene.png"), maps[LAYERS + 1][MAPS];
    Network *net = lesson_network(l);
    Tensor tiny = image_resize(lesson_arena(l), picture, 12, 16); /* a check is quick */
    Tape *tape = tape_new(), *small = tape_new();
    Node *x = tape_variable(tape, picture), *f[LAYERS], *y;
    Series series[LAYERS + 1];
    lesson_record(l, net, x, layers, LAYERS, f);
    lesson_record(l, net, tape_variable(small, tiny), &layers[3], 1, &y);
    lesson_gradcheck(l, "F = max(0, W * x + b) by x", small, y);
    show_fields(l, net, x, f);
    for (int k = 0; k < LAYERS; k++)
        series[k] = show_maps(l, layers[k], f[k], maps[k]);
    lesson_show_sheet(l, "maps.png", LAYERS * MAPS, maps[0], MAPS);
    normalise(l, f[2], f[3]);
    series[LAYERS] = show_maps(l, "relu2_2, normalised", f[2], maps[LAYERS]);
    lesson_plot(l, "means.svg",
                &(Plot){"Some channels shout, some whisper", "share of the channels",
                        "mean activation", false, true, LAYERS + 1, series});
    tape_free(small);
    tape_free(tape);
    return lesson_end(l);
}

/* One place in each layer: what it can see, and below it d F / d green there. */
static void show_fields(Lesson *l, Network *net, Node *x, Node *const *f) {
    Tensor sheet[2][LAYERS], gradient = {x->shape, x->grad};
    Error err;
    for (int k = 0, index; k < LAYERS; k++) {
        if (!network_layer_find(net, layers[k], &index, &err)) lesson_fail(l, &err);
        const Layer *layer = network_layer(net, index);
        const int i = f[k]->shape.h / 2, j = f[k]->shape.w * 3 / 4;
        Tensor seed = tensor_alloc(lesson_arena(l), f[k]->shape);
        for (int c = 0; c < seed.shape.c; c++)
            *tensor_at(seed, 0, c, i, j) = 1;
        tape_backward_from(x->tape, f[k], seed.data);
        sheet[0][k] = window(l, node_tensor(x), layer, i, j);
        sheet[1][k] = window(l, lesson_heat(l, gradient, 1), layer, i, j);
        lesson_print(l, "%s: field %2d x %d\n", layers[k], layer->field, layer->field);
    }
    lesson_show_sheet(l, "fields.png", 2 * LAYERS, sheet[0], LAYERS);
}

/* The pixels that feature (i, j) of a layer sees, enlarged; black beyond the edge. */
static Tensor window(Lesson *l, Tensor t, const Layer *seen, int i, int j) {
    Tensor out = tensor_alloc(lesson_arena(l), (Shape){1, 3, seen->field, seen->field});
    const int s = seen->field;
    for (int k = 0; k < 3 * s * s; k++) {
        const int y = seen->first + i * seen->step + k / s % s;
        const int x = seen->first + j * seen->step + k % s;
        if (y >= 0 && y < t.shape.h && x >= 0 && x < t.shape.w)
            out.data[k] = *tensor_at(t, 0, k / s / s, y, x);
    }
    return lesson_enlarge(l, out, (Shape){1, 3, 120, 120});
}

static double *means(Lesson *l, const Node *f) {
    const int m = f->shape.h * f->shape.w;
    double *mean = ARENA_NEW(lesson_arena(l), double, 3 * (size_t)f->shape.c);
    for (int i = 0; i < f->shape.c * m; i++)
        mean[i / m] += (double)f->value[i] / m;
    return mean;
}

/* The loudest maps; and, in the room behind the means, these from the largest down. */
static Series show_maps(Lesson *l, const char *name, const Node *f, Tensor *maps) {
    const int n = f->shape.c;
    double *mean = means(l, f), *share = mean + n;
    for (int k = 0, best = 0; k < n; k++, best = 0) {
        for (int c = 0; c < n; c++)
            if (mean[c] > mean[best]) best = c;
        share[k] = (k + 1.0) / n;
        share[n + k] = mean[best];
        if (k < MAPS) maps[k] = lesson_grey(l, node_tensor(f), best);
        if (k < MAPS) maps[k] = lesson_enlarge(l, maps[k], tape_node(f->tape, 0)->shape);
        mean[best] = -1;
    }
    lesson_print(l, "%s: means to %.2f, median %.2f\n", name, share[n], share[n + n / 2]);
    return (Series){name, (size_t)n, share, share + n};
}

/* A node knows its inputs: features, weight, bias. A channel that is silent stays so. */
static void normalise(Lesson *l, Node *here, Node *reader) {
    Node *w = here->in[1], *b = here->in[2], *next = reader->in[1];
    const size_t n = shape_size(b->shape), fan = shape_size(w->shape) / n;
    double *a = means(l, here), change = 0;
    Tensor before = tape_keep(lesson_arena(l), reader);
    for (size_t c = 0; c < n; c++)
        b->value[c] /= (real)(a[c] = a[c] > 0 ? a[c] : 1);
    for (size_t i = 0; i < n * fan; i++)
        w->value[i] /= (real)a[i / fan];
    for (size_t i = 0; i < shape_size(next->shape); i++)
        next->value[i] *= (real)a[i / 9 % n];
    tape_forward(here->tape);
    for (size_t i = 0; i < shape_size(before.shape); i++)
        change = fmax(change, fabs((double)(reader->value[i] - before.data[i])));
    lesson_print(l, "rescaled: relu3_1 %s\n", change < 1e-9 ? "as it was" : "CHANGED");
}

/* Exercises
 * 1. VGG-19: two, two, four, four convolutions, a pooling after each. Field of conv5_1?
 * 2. Shift the picture by 1, 2, 4 pixels. By how much do the maps of relu3_1 shift?
 * 3. Could one normalise through the sigmoid 1 / (1 + exp(-z)) in place of max(0, z)? */
