/* Lesson 06: what does each layer see?
 *
 * A layer computes features F = max(0, W * x + b) of the layer before it (documents 000,
 * 2.1; 002, 2.1; 003, 3.1). One element of F sees a square of the image, its receptive
 * field:
 *
 *     field += (kernel - 1) step,  then step *= stride      both start at 1
 *
 * Document 002 (section 2) calls its network "normalised". Its weights are rescaled:
 * divide the filter of channel c by the channel's mean activation a_c, and multiply the
 * weights that read channel c by a_c. Because max(0, z / a) = max(0, z) / a for a > 0,
 * later layers do not change.
 *
 *     make lesson-06        or   build/double/lessons/06_features photo.jpg --size 128
 *
 * You will see feature maps, the receptive field of one feature in each layer, and how
 * all mean activations of a layer become 1. */
#include <math.h>

#include "io/image.h"
#include "lessons/lesson.h"

enum { LAYERS = 4, MAPS = 6 /* feature maps shown of each layer */ };
static const char *const layers[LAYERS] = {"relu1_1", "relu2_1", "relu2_2", "relu3_1"};

static void check_gradient(Lesson *l, Network *net, Tensor image);
static void show_fields(Lesson *l, Network *net, Node *x, Node *const *f);
static Tensor window(Lesson *l, Tensor t, const Layer *layer, int i, int j);
static Series show_maps(Lesson *l, const char *name, const Node *f, Tensor *maps);
static void normalise(Lesson *l, Node *f, Node *reader);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "06_features", 128);
    Tensor image = lesson_image(l, 0, "scene.png");
    Network *net = lesson_network(l);
    check_gradient(l, net, image);

    Tape *tape = tape_new();
    Node *x = tape_variable(tape, image);
    Node *f[LAYERS];
    lesson_record(l, net, x, layers, LAYERS, f);
    show_fields(l, net, x, f);

    Tensor maps[LAYERS][MAPS];
    Tensor normalised_maps[MAPS];
    Series series[LAYERS + 1];
    lesson_print(l, "\nmean activation, of the channels   largest   median\n");
    for (int k = 0; k < LAYERS; k++)
        series[k] = show_maps(l, layers[k], f[k], maps[k]);
    lesson_show_sheet(l, "maps.png", LAYERS * MAPS, maps[0], MAPS);

    normalise(l, f[2], f[3]);
    series[LAYERS] = show_maps(l, "relu2_2, normalised", f[2], normalised_maps);
    const Plot means = {.title = "Mean activation of the channels, largest first",
                        .x_label = "share of the channels",
                        .y_label = "mean activation",
                        .log_y = true,
                        .series_count = LAYERS + 1,
                        .series = series};
    lesson_plot(l, "means.svg", &means);
    tape_free(tape);
    return lesson_end(l);
}

/* A small copy of the image makes the check quick. */
static void check_gradient(Lesson *l, Network *net, Tensor image) {
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, image_resize(lesson_arena(l), image, 12, 16));
    Node *f;
    lesson_record(l, net, x, &layers[3], 1, &f);
    lesson_gradcheck(l, "F = max(0, W * x + b) by x", tape, f);
    tape_free(tape);
}

/* For one position in each layer: the pixels that it sees, and below them the gradient of
 * its features by the green values of these pixels. */
static void show_fields(Lesson *l, Network *net, Node *x, Node *const *f) {
    const Tensor gradient = {x->shape, x->grad};
    Tensor seen[2][LAYERS]; /* pixels, gradients */
    Error err;
    for (int k = 0; k < LAYERS; k++) {
        int index;
        if (!network_layer_find(net, layers[k], &index, &err)) lesson_fail(l, &err);
        const Layer *layer = network_layer(net, index);
        const int i = f[k]->shape.h / 2;
        const int j = f[k]->shape.w * 3 / 4;

        /* The backward pass starts with 1 in every channel of this position. */
        Tensor seed = tensor_alloc(lesson_arena(l), f[k]->shape);
        for (int c = 0; c < seed.shape.c; c++)
            *tensor_at(seed, 0, c, i, j) = 1;
        tape_backward_from(x->tape, f[k], seed.data);

        seen[0][k] = window(l, node_tensor(x), layer, i, j);
        seen[1][k] = window(l, lesson_heat(l, gradient, 1), layer, i, j);
        lesson_print(l, "one feature of %s sees %2d x %d pixels\n", layers[k],
                     layer->field, layer->field);
    }
    lesson_show_sheet(l, "fields.png", 2 * LAYERS, seen[0], LAYERS);
}

/* The pixels that feature (i, j) of a layer sees, enlarged. Beyond the edge of the image
 * they are black. */
static Tensor window(Lesson *l, Tensor t, const Layer *layer, int i, int j) {
    const int side = layer->field;
    const int top = layer->first + i * layer->step;
    const int left = layer->first + j * layer->step;
    Tensor out = tensor_alloc(lesson_arena(l), (Shape){1, 3, side, side});
    for (int c = 0; c < 3; c++)
        for (int u = 0; u < side; u++)
            for (int v = 0; v < side; v++) {
                const int y = top + u;
                const int x = left + v;
                if (y < 0 || y >= t.shape.h || x < 0 || x >= t.shape.w) continue;
                *tensor_at(out, 0, c, u, v) = *tensor_at(t, 0, c, y, x);
            }
    return lesson_enlarge(l, out, (Shape){1, 3, 120, 120});
}

/* The mean activation of each channel. */
static double *channel_means(Lesson *l, const Node *f) {
    const int positions = f->shape.h * f->shape.w;
    double *mean = ARENA_NEW(lesson_arena(l), double, (size_t)f->shape.c);
    for (int i = 0; i < f->shape.c * positions; i++)
        mean[i / positions] += (double)f->value[i] / positions;
    return mean;
}

/* Which channel has the largest mean among those not taken yet? */
static int largest(const double *mean, const bool *taken, int channels) {
    int best = -1;
    for (int c = 0; c < channels; c++) {
        if (taken[c]) continue;
        if (best < 0 || mean[c] > mean[best]) best = c;
    }
    return best;
}

/* The maps with the largest means; and all means, from the largest down, as a curve. */
static Series show_maps(Lesson *l, const char *name, const Node *f, Tensor *maps) {
    const int channels = f->shape.c;
    const size_t n = (size_t)channels;
    const Shape image = tape_node(f->tape, 0)->shape;
    const double *mean = channel_means(l, f);
    bool *taken = ARENA_NEW(lesson_arena(l), bool, n);
    double *share = ARENA_NEW(lesson_arena(l), double, n);
    double *sorted = ARENA_NEW(lesson_arena(l), double, n);
    for (int k = 0; k < channels; k++) {
        const int c = largest(mean, taken, channels);
        taken[c] = true;
        share[k] = (k + 1.0) / channels;
        sorted[k] = mean[c];
        if (k < MAPS)
            maps[k] = lesson_enlarge(l, lesson_grey(l, node_tensor(f), c), image);
    }
    lesson_print(l, "%-32s %9.3f %8.3f\n", name, sorted[0], sorted[n / 2]);
    return (Series){name, n, share, sorted};
}

/* Divides what makes each channel of f by the channel's mean, and multiplies what reads
 * it. A convolution's inputs are in[0] features, in[1] weight (out, in, 3, 3), in[2]
 * bias. */
static void normalise(Lesson *l, Node *f, Node *reader) {
    Node *w = f->in[1];
    Node *b = f->in[2];
    Node *next_w = reader->in[1];
    const size_t channels = shape_size(b->shape);
    const size_t filter = shape_size(w->shape) / channels; /* elements of one filter */
    const size_t kernel = 3 * 3;
    const Tensor before = tape_keep(lesson_arena(l), reader);

    double *a = channel_means(l, f);
    for (size_t c = 0; c < channels; c++)
        if (a[c] <= 0) a[c] = 1; /* a channel that is always 0 stays so */

    for (size_t c = 0; c < channels; c++)
        b->value[c] /= (real)a[c];
    for (size_t i = 0; i < channels * filter; i++)
        w->value[i] /= (real)a[i / filter];
    for (size_t i = 0; i < shape_size(next_w->shape); i++)
        next_w->value[i] *= (real)a[i / kernel % channels];

    tape_forward(f->tape);
    double change = 0;
    for (size_t i = 0; i < shape_size(before.shape); i++)
        change = fmax(change, fabs((double)(reader->value[i] - before.data[i])));
    lesson_print(l, "relu2_2 is rescaled, and relu3_1 is %s\n",
                 change < 1e-9 ? "as it was" : "CHANGED");
}

/* Exercises
 * 1. VGG-19 has 2, 2, 4 and 4 convolutions of 3 x 3, and a pooling after each group. What
 *    is the receptive field of conv5_1?
 * 2. Shift the image by 1, 2 and 4 pixels. How far do the maps of relu3_1 shift?
 * 3. Can one normalise through the sigmoid 1 / (1 + exp(-z)) instead of max(0, z)? */
