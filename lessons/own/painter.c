#include "lessons/own/painter.h"

#include <math.h>
#include <string.h>

#include "lessons/own/methods.h"
#include "lessons/own/painter_struct.h"
#include "optim/optimizer.h"
#include "optim/slope_check.h"
#include "optim/vector.h"
#include "tensor/check.h"

/* ---- Before the first step ---- */

/* J = sum of weight_t loss_t on a tape of scalars: the gradients at the losses are the
 * weights with which the terms are added. */
static void find_weights(Painter *p) {
    /* 0 to 2 losses, 3 to 5 factors, 6 to 8 products, 9 and 10 sums. */
    static const char kind[] = "xxxxxx***++";
    static const int a[] = {0, 0, 0, 0, 0, 0, 0, 1, 2, 6, 9};
    static const int b[] = {0, 0, 0, 0, 0, 0, 3, 4, 5, 7, 8};
    enum { LINES = sizeof kind - 1 };
    real value[LINES], grad[LINES] = {0};
    for (int t = 0; t < TERMS; t++) {
        value[t] = 1;
        value[TERMS + t] = (real)(p->strength[t] / p->scale[t]);
    }
    for (int i = 2 * TERMS; i < LINES; i++)
        value[i] = kind[i] == '*' ? value[a[i]] * value[b[i]] : value[a[i]] + value[b[i]];
    TIMED(&p->report.times, PIECE_TAPE,
          p->use->walk_back(LINES, kind, a, b, value, grad));
    for (int t = 0; t < TERMS; t++)
        p->weight[t] = (double)grad[t];
}

static int byte_of(real v) {
    return (int)lround(255 * fmin(fmax((double)v, 0), 1));
}

static void round_to_bytes(Tensor image, real *x) {
    for (size_t e = 0; e < shape_size(image.shape); e++)
        x[e] = (real)byte_of(image.data[e]) / 255;
}

/* The numbers of a file, from 0 to 255, as a tensor. */
static real *read_planes(Painter *p, Tensor image) {
    const int h = image.shape.h, w = image.shape.w;
    real *x = ARENA_NEW(p->arena, real, shape_size(image.shape));
    if (!p->use->planes) {
        TIMED(&p->report.times, PIECE_IMAGE, round_to_bytes(image, x));
        return x;
    }
    unsigned char *bytes = arena_alloc(p->arena, shape_size(image.shape));
    for (int i = 0; i < h * w; i++)
        for (int c = 0; c < 3; c++)
            bytes[3 * i + c] = (unsigned char)byte_of(image.data[c * h * w + i]);
    TIMED(&p->report.times, PIECE_IMAGE, p->use->planes(h, w, bytes, x));
    return x;
}

static double **new_means(Arena *arena, const OwnNetwork *net) {
    double **mean = ARENA_NEW(arena, double *, (size_t)net->count);
    for (int i = 0; i < net->count; i++)
        mean[i] = ARENA_NEW(arena, double, (size_t)net->layer[i].size.o);
    return mean;
}

/* Adds the means of the channels to `mean`, each times `share`. */
static void add_means(const OwnNetwork *net, double share, double **mean) {
    for (int i = 0; i < net->count; i++) {
        const OwnLayer *l = &net->layer[i];
        const size_t m = painter_positions(l);
        for (int o = 0; o < l->size.o; o++)
            for (size_t k = 0; k < m; k++)
                mean[i][o] += share * (double)l->y[(size_t)o * m + k] / (double)m;
    }
}

/* A channel that is 0 on both images keeps its size. */
static void mend_means(const OwnNetwork *net, double **mean) {
    for (int i = 0; i < net->count; i++)
        for (int o = 0; o < net->layer[i].size.o; o++)
            if (mean[i][o] < 1e-3) mean[i][o] = 1;
}

/* The network of the painting may have other sizes: its Gram matrices are taken times
 * M / M', as if it had as many positions. */
static void see_painting(Painter *p, OwnNetwork *net, const real *x) {
    own_network_forward(net, x);
    for (int i = 0; i < p->style_count; i++) {
        const OwnLayer *l = &net->layer[p->style[i]];
        const size_t n = (size_t)l->size.o;
        const double ratio = (double)painter_positions(&p->net->layer[p->style[i]]) /
                             (double)painter_positions(l);
        p->painting[i] = ARENA_NEW(p->arena, real, n * n);
        p->gram[i] = ARENA_NEW(p->arena, real, n * n);
        TIMED(&p->report.times, PIECE_GRAM,
              p->use->gram((int)n, (int)painter_positions(l), l->y, p->painting[i]));
        vector_scale(n * n, ratio, p->painting[i], p->painting[i]);
    }
}

/* Every layer has the same part in the style loss of the photograph. */
static void find_shares(Painter *p) {
    double share[STYLES] = {0};
    for (int i = 0; i < p->style_count; i++) {
        p->share[i] = 1;
        share[i] = 1 / painter_style(p);
        p->share[i] = 0;
    }
    memcpy(p->share, share, sizeof share);
}

static void see_photograph(Painter *p) {
    const OwnLayer *l = &p->net->layer[p->content];
    const size_t size = (size_t)l->size.o * painter_positions(l);
    painter_see(p, p->x);
    p->photograph = ARENA_NEW(p->arena, real, size);
    vector_copy(size, l->y, p->photograph);
    p->scale[CONTENT] = vector_dot(size, l->y, l->y) / 2;
    find_shares(p);
    p->scale[STYLE] = painter_style(p);
    p->scale[TV] = painter_tv(p, p->x);
}

/* J for the colours of the image times 1 + gain. */
static double gained(void *context) {
    Painter *p = context;
    real *kept = p->x;
    real *x = ARENA_NEW(p->arena, real, (size_t)p->n);
    for (int e = 0; e < p->n; e++)
        x[e] = kept[e] * (1 + p->gain[e / (p->h * p->w)]);
    p->x = x;
    const double j = painter_evaluate(p, true);
    p->x = kept;
    return j;
}

/* The slopes of J along the three gains, by the gradient. */
static void find_slopes(Painter *p) {
    const size_t plane = (size_t)p->h * (size_t)p->w;
    for (int c = 0; c < 3; c++)
        p->slope[c] = (real)vector_dot(plane, p->total + (size_t)c * plane,
                                       p->x + (size_t)c * plane);
}

/* The same slopes, by the student's differences. */
static void check_own(Painter *p) {
    real numeric[3];
    p->use->numeric_gradient(3, p->gain, gained, p, 1e-6, numeric);
    for (int c = 0; c < 3; c++) {
        const double error =
            p->use->relative_error((double)p->slope[c], (double)numeric[c]);
        p->report.gradient_error = fmax(p->report.gradient_error, error);
    }
}

/* The same by the library, which compares slopes along a step. */
static void check_steps(Painter *p) {
    const Objective gains = {3, p->gain, p->slope, gained, p};
    static const real nowhere[3];
    SlopeCheck *check = slope_check_new(p->arena, gains);
    for (int c = 0; c < 3; c++) {
        p->gain[c] = (real)2e-6;
        const double error = slope_check(check, nowhere).error;
        p->gain[c] = 0;
        p->report.gradient_error = fmax(p->report.gradient_error, error);
    }
}

static void check_gradient(Painter *p) {
    painter_evaluate(p, true);
    find_slopes(p);
    if (p->use->numeric_gradient)
        TIMED(&p->report.times, PIECE_CHECK, check_own(p));
    else
        TIMED(&p->report.times, PIECE_CHECK, check_steps(p));
}

static real *new_image(Painter *p) {
    return ARENA_NEW(p->arena, real, (size_t)p->n);
}

Painter *painter_new(Arena *arena, const Pieces *use, const Subject *subject) {
    Painter *p = ARENA_NEW(arena, Painter, 1);
    const Shape size = subject->photo.shape, other = subject->style.shape;
    const char *last = subject->style_layers[subject->style_count - 1];
    *p = (Painter){.use = use,
                   .arena = arena,
                   .h = size.h,
                   .w = size.w,
                   .n = 3 * size.h * size.w,
                   .style_count = subject->style_count,
                   .strength = {subject->alpha, subject->beta, subject->gamma}};
    CHECK(p->style_count <= STYLES, "%d style layers", p->style_count);
    p->net = own_network_new(arena, p->use, &p->report.times, subject->network, last,
                             size.h, size.w);
    OwnNetwork *painting = own_network_new(arena, p->use, &p->report.times,
                                           subject->network, last, other.h, other.w);
    p->content = own_network_find(p->net, subject->content_layer);
    for (int i = 0; i < p->style_count; i++)
        p->style[i] = own_network_find(p->net, subject->style_layers[i]);
    p->seen = new_image(p);
    p->total = new_image(p);
    for (int t = 0; t < TERMS; t++)
        p->gradient[t] = new_image(p);
    p->x = read_planes(p, subject->photo);
    const real *style = read_planes(p, subject->style);

    double **mean = new_means(arena, p->net);
    own_network_forward(p->net, p->x);
    add_means(p->net, 0.5, mean);
    own_network_forward(painting, style);
    add_means(painting, 0.5, mean);
    mend_means(p->net, mean);
    own_network_normalise(p->net, mean);
    own_network_normalise(painting, mean);

    see_painting(p, painting, style);
    see_photograph(p);
    find_weights(p);
    check_gradient(p);
    return p;
}

/* ---- The run ---- */

static double evaluate_step(void *context) {
    Painter *p = context;
    double j;
    TIMED(&p->report.times, PIECE_GIVEN, j = painter_evaluate(p, false));
    return j;
}

static Objective objective(Painter *p) {
    return (Objective){(size_t)p->n, p->x, p->total, evaluate_step, p};
}

/* The loop of exercise 13: gradient descent within [0, 1], slower at the end. */
static void run_loop(Painter *p, double rate) {
    const Transfer t = {.n = p->n,
                        .count = TERMS,
                        .terms = painter_terms,
                        .weights = p->weight,
                        .context = p,
                        .steps = STEPS_LOOP,
                        .drop_step = STEPS_LOOP * 2 / 3,
                        .clamp_steps = STEPS_LOOP,
                        .rate = rate,
                        .drop_rate = rate / 2,
                        .low = 0,
                        .high = 1};
    if (p->use->transfer) {
        TIMED(&p->report.times, PIECE_LOOP,
              p->use->transfer(&t, p->x, new_image(p), p->total));
        return;
    }
    Optimizer *descent = gd_new(p->arena, objective(p), (Gd){.lr = rate});
    for (int step = 0; step < t.steps; step++) {
        for (int i = 0; i < p->n; i++)
            p->x[i] = (real)fmin(fmax((double)p->x[i], t.low), t.high);
        if (step == t.drop_step) optimizer_set_rate(descent, t.drop_rate);
        TIMED(&p->report.times, PIECE_LOOP, optimizer_step(descent));
    }
}

void painter_run(Painter *p) {
    painter_evaluate(p, true);
    const double rate = 0.03 / vector_max_abs((size_t)p->n, p->total);
    const Descent d = {p->use, &p->report.times, p->arena, objective(p)};
    run_loop(p, rate);
    descend_momentum(&d, STEPS_MOMENTUM, rate / 2, 0.8);
    descend_adam(&d, STEPS_ADAM, 0.02);
    descend_lbfgs(&d, STEPS_LBFGS);
    painter_evaluate(p, true);
    TIMED(&p->report.times, PIECE_TOTAL,
          p->report.cosine =
              p->use->cosine(p->n, p->gradient[CONTENT], p->gradient[STYLE]));
}

Tensor painter_image(const Painter *p) {
    Tensor image = tensor_alloc(p->arena, (Shape){1, 3, p->h, p->w});
    for (int i = 0; i < p->n; i++)
        image.data[i] = (real)fmin(fmax((double)p->x[i], 0), 1);
    return image;
}

const PainterReport *painter_report(const Painter *p) {
    return &p->report;
}
