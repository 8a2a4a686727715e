#include "app/forecast_time.h"

#include <math.h>
#include <stdlib.h>

#include "app/bench.h"
#include "io/image.h"
#include "tensor/clock.h"
#include "transfer/paint.h"
#include "transfer/recipe_usual.h"
#include "transfer/tile_grid.h"

#define COPY_SIDE 256     /* pixels: the larger copy's longer side, when it can */
#define COPY_SECONDS 0.08 /* that an evaluation of it takes at least, when it can */
#define COPY_RATIO 0.625  /* of the smaller one */
#define ROUNDS 5          /* of forward and backward, the median of which counts */
#define MOVE_MOST ((size_t)1 << 20) /* numbers: far more than caches hold */
#define MOVE_HISTORY 8

static bool note(void *context, const Problem *problem, const PaintStep *step) {
    (void)problem;
    Speed *speed = context;
    speed->probed = step->step;
    speed->evaluations[step->step] = step->evaluations;
    return true;
}

static double pixels_of(Shape s) {
    return (double)s.h * s.w;
}

static void time_rounds(Problem *problem, double *forward, double *backward) {
    double f[ROUNDS], b[ROUNDS];
    problem_backward(problem); /* the first walk brings memory in */
    for (int i = 0; i < ROUNDS; i++) {
        const double start = seconds_now();
        problem_forward(problem);
        const double middle = seconds_now();
        problem_backward(problem);
        f[i] = middle - start;
        b[i] = seconds_now() - middle;
    }
    *forward = spread_of(f, ROUNDS).median;
    *backward = spread_of(b, ROUNDS).median;
}

/* A few true steps: every optimiser but one with a line search takes one evaluation. */
static void probe(Problem *problem, Arena *arena, Recipe *r, Speed *speed) {
    if (r->optimizer.method != METHOD_LBFGS || !r->optimizer.lbfgs.strong_wolfe) return;
    if (r->run.steps > PROBE_STEPS) r->run.steps = PROBE_STEPS;
    r->run.until = 0;
    paint_run(problem, arena, note, speed);
}

double speed_evaluations(const Speed *s, int steps) {
    if (s->probed == 0) return steps;
    if (steps <= s->probed) return s->evaluations[steps];
    const int half = s->probed / 2;
    const double later =
        (s->evaluations[s->probed] - s->evaluations[half]) / (s->probed - half);
    return s->evaluations[s->probed] + (steps - s->probed) * later;
}

/* What is measured, in small copies. */
typedef struct MeasuredTimes {
    Network *network;
    const Recipe *stage;
    const Scene *scene;
} MeasuredTimes;

/* Measures copy i, whose longer side has `side` pixels. */
static bool measure_copy(const MeasuredTimes *m, Speed *speed, int i, int side,
                         Error *err) {
    Arena *arena = arena_new();
    Problem problem;
    Recipe r = *m->stage;
    Scene scene = scene_resized(arena, m->scene, side);
    r.run.tile = 0;
    const double start = seconds_now();
    bool good =
        recipe_choose_rate(&r, m->network, scene.content.shape, err) &&
        problem_init_scene(&problem, arena, &r, m->network, &scene, scene.content, err);
    if (good) {
        speed->copy[i].init = seconds_now() - start;
        speed->copy[i].pixels = pixels_of(scene.content.shape);
        time_rounds(&problem, &speed->copy[i].forward, &speed->copy[i].backward);
        if (i == 0) probe(&problem, arena, &r, speed);
        problem_free(&problem);
    }
    arena_free(arena);
    return good;
}

/* Per number and pair. Adam and its like take the same with any history. */
static double move_of(const Recipe *r, Shape image) {
    size_t size = shape_size(image);
    if (size > MOVE_MOST) size = MOVE_MOST;
    const int history = r->optimizer.method == METHOD_LBFGS ? MOVE_HISTORY : 0;
    return bench_method(r, size, history ? history : 1) / (double)size / (history + 1);
}

/* Both copies, the larger one with `side` pixels on its longer side. */
static bool measure_copies(const MeasuredTimes *m, Speed *out, int side, int whole,
                           Error *err) {
    out->probed = 0;
    return (measure_copy(m, out, 0, (int)(side * COPY_RATIO + 0.5), err) ||
            (side == whole && measure_copy(m, out, 0, side - 1, err))) &&
           measure_copy(m, out, 1, side, err);
}

/* What is too small for the network works in a larger copy; and what is over in a moment
 * says little about images that caches do not hold. */
bool speed_measure(Network *network, const Recipe *stage, const Scene *scene, Speed *out,
                   Error *err) {
    const MeasuredTimes measured = {network, stage, scene};
    const int whole = image_longest(scene->content.shape);
    *out = (Speed){.move = move_of(stage, scene->content.shape)};
    for (int side = COPY_SIDE;; side *= 2) {
        const int large = side < whole ? side : whole;
        const bool good = measure_copies(&measured, out, large, whole, err);
        const double seconds = out->copy[1].forward + out->copy[1].backward;
        if (large == whole || (good && seconds > COPY_SECONDS)) return good;
    }
}

/* A straight line through both copies, which never falls. */
static double at(const Speed *s, double a, double b, double pixels) {
    const double rise = fmax(b - a, 0) / (s->copy[1].pixels - s->copy[0].pixels);
    return fmax(b + rise * (pixels - s->copy[1].pixels), 0);
}

static double forward_at(const Speed *s, double pixels) {
    return at(s, s->copy[0].forward, s->copy[1].forward, pixels);
}

static double backward_at(const Speed *s, double pixels) {
    return at(s, s->copy[0].backward, s->copy[1].backward, pixels);
}

/* The tiles of an image, and the pixels that are computed for each. */
static bool tiles_of(const Network *network, const Recipe *r, Shape image, int *count,
                     double *pixels, Error *err) {
    const LayerList *lists[] = {&r->content.layers, &r->style.layers};
    int index[2 * LAYERS_MOST], layers = 0;
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < lists[k]->count; i++)
            if (!network_layer_find(network, lists[k]->item[i].name, &index[layers++],
                                    err))
                return false;
    const TileGrid t = tile_grid_of(network, index, layers, image, r->run.tile);
    const Box window = tile_grid_window(&t, 0);
    *count = t.count;
    *pixels = (double)window.h * window.w;
    return true;
}

/* Pairs that L-BFGS has on average during a run. */
static double mean_pairs(const Recipe *r) {
    double sum = 0;
    if (r->optimizer.method != METHOD_LBFGS) return 0;
    for (int i = 0; i < r->run.steps; i++)
        sum += i < r->optimizer.lbfgs.history ? i : r->optimizer.lbfgs.history;
    return sum / r->run.steps;
}

bool speed_stage(const Speed *speed, const Network *network, const Recipe *r,
                 const Scene *scene, double *seconds, Error *err) {
    const Shape image = scene->content.shape;
    double pixels = pixels_of(image), forward = forward_at(speed, pixels),
           backward = backward_at(speed, pixels),
           init = at(speed, speed->copy[0].init, speed->copy[1].init, pixels);
    if (r->run.tile) {
        int tiles;
        if (!tiles_of(network, r, image, &tiles, &pixels, err)) return false;
        forward = tiles * forward_at(speed, pixels);
        backward = forward + tiles * backward_at(speed, pixels);
        init = (2 + scene->styles) * forward;
    }
    const double move = speed->move * (mean_pairs(r) + 1) * (double)shape_size(image);
    *seconds = init + speed_evaluations(speed, r->run.steps) * (forward + backward) +
               r->run.steps * move + forward;
    return true;
}
