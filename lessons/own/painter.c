#include "lessons/own/painter.h"

#include <math.h>
#include <string.h>

#include "lessons/own/methods.h"
#include "lessons/own/timed.h"
#include "optim/optimizer.h"
#include "optim/vector.h"
#include "tensor/check.h"

/* Losses have very different sizes, so each is divided by a size of its own: half of the
 * sum of squares of the photograph's features, the style loss of the photograph, and its
 * total variation. J begins near beta + gamma. */
enum { CONTENT, STYLE, TV, TERMS };
enum { STYLES = 8, PAIRS = 8 };

struct Painter {
    const Pieces *use;
    Arena *arena;
    OwnNetwork *net;
    PainterReport report;
    int n, h, w;
    real *x;                       /* the image */
    real *seen;                    /* the image of the last forward pass */
    bool any;                      /* there was one */
    real *gradient[TERMS], *total; /* dL/dx of each term, and dJ/dx */
    double loss[TERMS], weight[TERMS], strength[TERMS];
    int content, style_count, style[STYLES]; /* layers */
    real *photograph;                        /* its features at the content layer */
    real *painting[STYLES]; /* Gram matrices of the painting, times M / M' */
    real *gram[STYLES];     /* room for those of the image */
    double share[STYLES];   /* of the style layers */
    double scale[TERMS];    /* sizes of the terms */
    int step;
    /* For the gradient check: each colour of the image times 1 + gain. */
    real gain[3];
};

static size_t layer_positions(const OwnLayer *l) {
    return (size_t)l->size.h * (size_t)l->size.w;
}

/* ---- The three terms of J, as exercise 13 wants them ---- */

static void see(Painter *p, const real *x) {
    const size_t bytes = (size_t)p->n * sizeof *x;
    if (p->any && memcmp(p->seen, x, bytes) == 0) return;
    own_network_forward(p->net, x);
    memcpy(p->seen, x, bytes);
    p->any = true;
}

static double content_value(Painter *p) {
    const OwnLayer *l = &p->net->layer[p->content];
    double loss;
    TIMED(&p->report.times, PIECE_CONTENT,
          loss = p->use->content_loss(l->size.o, (int)layer_positions(l), l->y,
                                      p->photograph));
    return loss;
}

static double content_term(void *context, int n, const real *x, real *gradient) {
    Painter *p = context;
    const OwnLayer *l = &p->net->layer[p->content];
    memset(gradient, 0, (size_t)n * sizeof *gradient);
    see(p, x);
    own_network_clear(p->net);
    TIMED(&p->report.times, PIECE_CONTENT,
          p->use->content_loss_backward(l->size.o, (int)layer_positions(l), l->y,
                                        p->photograph, 1, l->dy));
    own_network_backward(p->net, p->content, gradient);
    return p->loss[CONTENT] = content_value(p);
}

static double style_value(Painter *p) {
    double sum = 0;
    for (int i = 0; i < p->style_count; i++) {
        const OwnLayer *l = &p->net->layer[p->style[i]];
        double loss;
        TIMED(&p->report.times, PIECE_STYLE,
              loss = p->use->style_loss(l->size.o, (int)layer_positions(l), l->y,
                                        p->painting[i], p->gram[i]));
        sum += p->share[i] * loss;
    }
    return sum;
}

static double style_term(void *context, int n, const real *x, real *gradient) {
    Painter *p = context;
    memset(gradient, 0, (size_t)n * sizeof *gradient);
    see(p, x);
    own_network_clear(p->net);
    for (int i = 0; i < p->style_count; i++) {
        const OwnLayer *l = &p->net->layer[p->style[i]];
        TIMED(&p->report.times, PIECE_STYLE,
              p->use->style_loss_backward(l->size.o, (int)layer_positions(l), l->y,
                                          p->painting[i], p->gram[i], l->dy));
        const size_t size = (size_t)l->size.o * layer_positions(l);
        vector_scale(size, p->share[i], l->dy, l->dy);
    }
    own_network_backward(p->net, p->style[p->style_count - 1], gradient);
    return p->loss[STYLE] = style_value(p);
}

static double tv_value(Painter *p, const real *x) {
    double sum = 0;
    for (int c = 0; c < 3; c++)
        TIMED(&p->report.times, PIECE_TV,
              sum += p->use->tv_squares(p->h, p->w, x + c * p->h * p->w));
    return sum;
}

static double tv_term(void *context, int n, const real *x, real *gradient) {
    Painter *p = context;
    memset(gradient, 0, (size_t)n * sizeof *gradient);
    for (int c = 0; c < 3; c++) {
        const int first = c * p->h * p->w;
        TIMED(&p->report.times, PIECE_TV,
              p->use->tv_squares_backward(p->h, p->w, x + first, gradient + first));
    }
    return p->loss[TV] = tv_value(p, x);
}

static double timed_term(void *context, int n, const real *x, real *gradient,
                         Term *term) {
    Painter *p = context;
    double loss;
    TIMED(&p->report.times, PIECE_GIVEN, loss = term(context, n, x, gradient));
    return loss;
}

static double content_of_loop(void *context, int n, const real *x, real *gradient) {
    return timed_term(context, n, x, gradient, content_term);
}

static double style_of_loop(void *context, int n, const real *x, real *gradient) {
    return timed_term(context, n, x, gradient, style_term);
}

static double total(Painter *p) {
    double j;
    TIMED(&p->report.times, PIECE_TOTAL,
          j = p->use->total_loss(TERMS, p->loss, p->weight));
    return j;
}

static void note(Painter *p, double j) {
    if (p->step < PAINTER_STEPS) p->report.total[p->step++] = j;
}

/* The last term of a step: J is known now. */
static double tv_of_loop(void *context, int n, const real *x, real *gradient) {
    const double loss = timed_term(context, n, x, gradient, tv_term);
    note(context, total(context));
    return loss;
}

static Term *const terms[TERMS] = {content_of_loop, style_of_loop, tv_of_loop};

/* J and its gradient, in p->total, at the present image. Each call is one step of a
 * method, but for `silent` ones. */
static double evaluate(Painter *p, bool silent) {
    const int step = p->step;
    for (int t = 0; t < TERMS; t++)
        terms[t](p, p->n, p->x, p->gradient[t]);
    if (silent) p->step = step;
    memset(p->total, 0, (size_t)p->n * sizeof *p->total);
    TIMED(&p->report.times, PIECE_TOTAL,
          p->use->total_gradient(TERMS, p->n, p->gradient, p->weight, p->total));
    return total(p);
}

static double evaluate_step(void *context) {
    Painter *p = context;
    double j;
    TIMED(&p->report.times, PIECE_GIVEN, j = evaluate(p, false));
    return j;
}

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

/* The numbers of a file, from 0 to 255, as a tensor. */
static real *read_planes(Painter *p, Tensor image) {
    const int h = image.shape.h, w = image.shape.w;
    unsigned char *bytes = arena_alloc(p->arena, (size_t)h * (size_t)w * 3);
    for (int i = 0; i < h * w; i++)
        for (int c = 0; c < 3; c++) {
            const double v = (double)image.data[c * h * w + i];
            bytes[3 * i + c] = (unsigned char)lround(255 * fmin(fmax(v, 0), 1));
        }
    real *x = ARENA_NEW(p->arena, real, (size_t)h * (size_t)w * 3);
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
        const size_t m = layer_positions(l);
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
        const double ratio = (double)layer_positions(&p->net->layer[p->style[i]]) /
                             (double)layer_positions(l);
        p->painting[i] = ARENA_NEW(p->arena, real, n * n);
        p->gram[i] = ARENA_NEW(p->arena, real, n * n);
        TIMED(&p->report.times, PIECE_GRAM,
              p->use->gram((int)n, (int)layer_positions(l), l->y, p->painting[i]));
        vector_scale(n * n, ratio, p->painting[i], p->painting[i]);
    }
}

/* Every layer has the same part in the style loss of the photograph. */
static void find_shares(Painter *p) {
    double share[STYLES];
    for (int i = 0; i < p->style_count; i++) {
        p->share[i] = 1;
        share[i] = 1 / style_value(p);
        p->share[i] = 0;
    }
    memcpy(p->share, share, sizeof share);
}

static void see_photograph(Painter *p) {
    const OwnLayer *l = &p->net->layer[p->content];
    const size_t size = (size_t)l->size.o * layer_positions(l);
    see(p, p->x);
    p->photograph = ARENA_NEW(p->arena, real, size);
    vector_copy(size, l->y, p->photograph);
    p->scale[CONTENT] = vector_dot(size, l->y, l->y) / 2;
    find_shares(p);
    p->scale[STYLE] = style_value(p);
    p->scale[TV] = tv_value(p, p->x);
}

/* J for the colours of the image times 1 + gain. */
static double gained(void *context) {
    Painter *p = context;
    real *kept = p->x;
    real *x = ARENA_NEW(p->arena, real, (size_t)p->n);
    for (int e = 0; e < p->n; e++)
        x[e] = kept[e] * (1 + p->gain[e / (p->h * p->w)]);
    p->x = x;
    const double j = evaluate(p, true);
    p->x = kept;
    return j;
}

/* The slopes of J along the three gains, from the gradient and from differences. */
static void check_gradient(Painter *p) {
    const size_t plane = (size_t)p->h * (size_t)p->w;
    real numeric[3];
    double slope[3];
    evaluate(p, true);
    for (int c = 0; c < 3; c++)
        slope[c] =
            vector_dot(plane, p->total + (size_t)c * plane, p->x + (size_t)c * plane);
    TIMED(&p->report.times, PIECE_CHECK,
          p->use->numeric_gradient(3, p->gain, gained, p, 1e-6, numeric));
    for (int c = 0; c < 3; c++) {
        double error;
        TIMED(&p->report.times, PIECE_CHECK,
              error = p->use->relative_error(slope[c], (double)numeric[c]));
        p->report.gradient_error = fmax(p->report.gradient_error, error);
    }
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

static Objective objective(Painter *p) {
    return (Objective){(size_t)p->n, p->x, p->total, evaluate_step, p};
}

/* The loop of exercise 13: gradient descent within [0, 1], slower at the end. */
static void run_loop(Painter *p, double rate) {
    const Transfer t = {.n = p->n,
                        .count = TERMS,
                        .terms = terms,
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
    evaluate(p, true);
    const double rate = 0.03 / vector_max_abs((size_t)p->n, p->total);
    const Descent d = {p->use, &p->report.times, p->arena, objective(p)};
    run_loop(p, rate);
    descend_momentum(&d, STEPS_MOMENTUM, rate / 2, 0.8);
    descend_adam(&d, STEPS_ADAM, 0.02);
    descend_lbfgs(&d, STEPS_LBFGS);
    evaluate(p, true);
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
