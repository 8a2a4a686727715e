/* Grades exercise 19: warps of wide and tall images and of single rows, with flows that lead
 * beyond every edge; gradients against differences, and where there was something before;
 * the equations of Horn and Schunck against differences of the energy; masks; the temporal
 * loss. */
#include <math.h>

#include "lessons/check/flow_inputs.h"
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"

/* ---- warp ---- */

static const char *wrong_y(const WarpImage *t) {
    bool is_right[AS_IT_IS + 1] = {false};
    const size_t n = pixels_of(t);
    for (int how = WHOLE; how < AS_IT_IS; how++) {
        const WarpImage simple = simpler(t, how);
        real *y = grade_room(n), *expected = grade_room(n);
        warp(t->h, t->w, simple.x, simple.u, simple.v, y);
        warp_right(&simple, 0, expected);
        is_right[how] = alike(n, y, expected);
    }
    return wrong_at_first(is_right);
}

static void grade_y(Grade *g, const char *what, const WarpImage *t) {
    real *y = grade_room(pixels_of(t));
    GradeHints hints = {
        .rows = t->h, .columns = t->w, .values = warp_values, .otherwise = wrong_y(t)};
    warp(t->h, t->w, t->x, t->u, t->v, y);
    for (int k = 0; k < WARP_TERMS; k++) {
        real *term = grade_room(pixels_of(t));
        warp_y_term(t, k, term);
        hints.terms[k] = (SumTerm){term, warp_term_names[k], 1};
    }
    grade_formula(g, what, pixels_of(t), y, warp_right, t, warp_whys, &hints);
}

static void grade_warp(Grade *g) {
    Rng rng = grade_rng(22);
    WarpImage t = random_warp(6, 7, &rng);
    grade_y(g, "y of 6 x 7", &t);
    t = random_warp(8, 3, &rng);
    grade_y(g, "y of 8 x 3", &t);
    t = random_warp(5, 6, &rng);
    t.u = grade_zeros(30);
    t.v = t.u;
    grade_y(g, "y where nothing moves: x itself", &t);
    t = random_warp(1, 9, &rng);
    grade_y(g, "y of one row", &t);
    t = random_warp(9, 1, &rng);
    grade_y(g, "y of one column", &t);
}

/* ---- warp_backward ---- */

static real *start_from(const real *before, size_t n) {
    return before ? grade_copy(n, before) : grade_zeros(n);
}

typedef struct WarpPulls {
    real *dx, *du, *dv;
} WarpPulls;

static WarpPulls pulls_of(const WarpImage *t) {
    const size_t n = pixels_of(t);
    const WarpPulls p = {start_from(t->before_x, n), start_from(t->before_u, n),
                         start_from(t->before_v, n)};
    warp_backward(t->h, t->w, t->x, t->u, t->v, t->dy, p.dx, p.du, p.dv);
    return p;
}

/* Of dx, of du, or of dv. */
static const char *wrong_pull(const WarpImage *t, Formula *formula) {
    bool is_right[AS_IT_IS + 1] = {false};
    const size_t n = pixels_of(t);
    for (int how = WHOLE; how < AS_IT_IS; how++) {
        const WarpImage simple = simpler(t, how);
        const WarpPulls p = pulls_of(&simple);
        const real *got = formula == warp_dx ? p.dx : formula == warp_du ? p.du : p.dv;
        real *expected = grade_room(n);
        formula(&simple, 0, expected);
        is_right[how] = alike(n, got, expected);
    }
    return wrong_at_first(is_right);
}

static GradeHints dx_hints(const WarpImage *t) {
    GradeHints hints = {.rows = t->h,
                        .columns = t->w,
                        .before = t->before_x,
                        .values = warp_values,
                        .otherwise = wrong_pull(t, warp_dx)};
    for (int k = 0; k < WARP_TERMS; k++) {
        real *term = grade_room(pixels_of(t));
        warp_dx_term(t, k, term);
        hints.terms[k] = (SumTerm){term, warp_term_names[k], 1};
    }
    return hints;
}

static GradeHints flow_hints(const WarpImage *t, bool down) {
    GradeHints hints = {.rows = t->h,
                        .columns = t->w,
                        .before = down ? t->before_v : t->before_u,
                        .values = warp_values,
                        .otherwise = wrong_pull(t, down ? warp_dv : warp_du)};
    for (int k = 0; k < WARP_TERMS; k++) {
        real *term = grade_room(pixels_of(t));
        warp_flow_term(t, down, k, term);
        hints.terms[k] = (SumTerm){term, warp_term_names[k], 1};
    }
    return hints;
}

static double warp_loss(void *context) {
    return warp_sum(context);
}

static void grade_differences(Grade *g, Rng *rng) {
    WarpImage t = random_warp(6, 7, rng);
    real *x = grade_copy(42, t.x), *u = grade_copy(42, t.u), *v = grade_copy(42, t.v);
    t.x = x, t.u = u, t.v = v;
    const WarpPulls p = pulls_of(&t);
    GradeHints hints = dx_hints(&t);
    hints = grade_mistakes(42, warp_dx, &t, warp_dx_whys, &hints);
    grade_gradient(g, "dx of 6 x 7, against differences", 42, x, warp_loss, &t, p.dx,
                   &hints);
    hints = flow_hints(&t, false);
    hints = grade_mistakes(42, warp_du, &t, warp_flow_whys, &hints);
    grade_gradient(g, "du of 6 x 7, against differences", 42, u, warp_loss, &t, p.du,
                   &hints);
    hints = flow_hints(&t, true);
    hints = grade_mistakes(42, warp_dv, &t, warp_flow_whys, &hints);
    grade_gradient(g, "dv of 6 x 7, against differences", 42, v, warp_loss, &t, p.dv,
                   &hints);
}

static void grade_pulls(Grade *g, const char *of_x, const char *of_u, const char *of_v,
                        const WarpImage *t) {
    const size_t n = pixels_of(t);
    const WarpPulls p = pulls_of(t);
    GradeHints hints = dx_hints(t);
    grade_formula(g, of_x, n, p.dx, warp_dx, t, warp_dx_whys, &hints);
    hints = flow_hints(t, false);
    grade_formula(g, of_u, n, p.du, warp_du, t, warp_flow_whys, &hints);
    hints = flow_hints(t, true);
    grade_formula(g, of_v, n, p.dv, warp_dv, t, warp_flow_whys, &hints);
}

static void grade_warp_back(Grade *g) {
    Rng rng = grade_rng(23);
    grade_differences(g, &rng);
    WarpImage t = random_warp(8, 3, &rng);
    t.before_x = grade_random(&rng, 24);
    t.before_u = grade_random(&rng, 24);
    t.before_v = grade_random(&rng, 24);
    grade_pulls(g, "dx of 8 x 3, where there was something before",
                "du of 8 x 3, where there was something before",
                "dv of 8 x 3, where there was something before", &t);
    t = random_warp(1, 9, &rng);
    t.before_v = grade_random(&rng, 9);
    grade_pulls(g, "dx of one row", "du of one row", "dv of one row: nothing is added",
                &t);
}

/* ---- euler_lagrange ---- */

/* Without smoothness there is the product only, and without a, b and c the sum only. */
static bool part_is_right(const FlowEquations *part, bool of_v) {
    const size_t n = (size_t)(part->h * part->w);
    real *left_u = grade_room(n), *left_v = grade_room(n), *expected = grade_room(n);
    euler_lagrange(part->h, part->w, part->smoothness, part->a, part->b, part->c, part->u,
                   part->v, left_u, left_v);
    if (of_v)
        equations_of_v(part, 0, expected);
    else
        equations_of_u(part, 0, expected);
    return alike(n, of_v ? left_v : left_u, expected);
}

static const char *wrong_part(const FlowEquations *t, bool of_v) {
    FlowEquations product = *t, sum = *t;
    product.smoothness = 0;
    sum.a = sum.b = sum.c = grade_zeros((size_t)(t->h * t->w));
    const bool product_right = part_is_right(&product, of_v);
    const bool sum_right = part_is_right(&sum, of_v);
    if (product_right && !sum_right)
        return "the product with a u + b v + c is right; the sum over the neighbours, or "
               "smoothness, is wrong";
    if (sum_right && !product_right)
        return "the sum over the neighbours is right; the product with a u + b v + c is "
               "wrong";
    return NULL;
}

static GradeHints equation_hints(const FlowEquations *t, bool of_v) {
    GradeHints hints = {.rows = t->h,
                        .columns = t->w,
                        .values = equation_values,
                        .otherwise = wrong_part(t, of_v)};
    for (int k = 0; k < EQUATION_TERMS; k++) {
        real *term = grade_room((size_t)(t->h * t->w));
        equation_term(t, of_v, k, term);
        hints.terms[k] = (SumTerm){term, equation_term_names[k], 1};
    }
    return hints;
}

static double half_energy(void *context) {
    return equations_energy(context);
}

static void grade_half_gradient(Grade *g, Rng *rng) {
    FlowEquations t = random_equations(6, 7, 1.7, rng);
    real *u = grade_copy(42, t.u), *v = grade_copy(42, t.v);
    real *left_u = grade_room(42), *left_v = grade_room(42);
    t.u = u, t.v = v;
    euler_lagrange(t.h, t.w, t.smoothness, t.a, t.b, t.c, u, v, left_u, left_v);
    GradeHints hints = equation_hints(&t, false);
    hints = grade_mistakes(42, equations_of_u, &t, equation_whys, &hints);
    grade_gradient(g, "left_u of 6 x 7, against differences of E / 2", 42, u, half_energy,
                   &t, left_u, &hints);
    hints = equation_hints(&t, true);
    hints = grade_mistakes(42, equations_of_v, &t, equation_whys, &hints);
    grade_gradient(g, "left_v of 6 x 7, against differences of E / 2", 42, v, half_energy,
                   &t, left_v, &hints);
}

static void grade_left(Grade *g, const char *of_u, const char *of_v,
                       const FlowEquations *t) {
    const size_t n = (size_t)(t->h * t->w);
    real *left_u = grade_room(n), *left_v = grade_room(n);
    euler_lagrange(t->h, t->w, t->smoothness, t->a, t->b, t->c, t->u, t->v, left_u,
                   left_v);
    GradeHints hints = equation_hints(t, false);
    grade_formula(g, of_u, n, left_u, equations_of_u, t, equation_whys, &hints);
    hints = equation_hints(t, true);
    grade_formula(g, of_v, n, left_v, equations_of_v, t, equation_whys, &hints);
}

static void grade_equations(Grade *g) {
    Rng rng = grade_rng(24);
    grade_half_gradient(g, &rng);
    FlowEquations t = random_equations(8, 3, 0.4, &rng);
    grade_left(g, "left_u of 8 x 3", "left_v of 8 x 3", &t);
    t = random_equations(1, 9, 2.5, &rng);
    grade_left(g, "left_u of one row", "left_v of one row", &t);
}

/* ---- trusted ---- */

static void grade_mask(Grade *g, const char *what, const FlowBothWays *f) {
    const size_t n = (size_t)(f->h * f->w);
    real *t = grade_room(n);
    trusted(f->h, f->w, f->u, f->v, f->back_u, f->back_v, t);
    const GradeHints hints = {.values = trusted_values,
                              .otherwise = trusted_otherwise(f, t)};
    grade_formula(g, what, n, t, trusted_pixels, f, trusted_whys, &hints);
}

static void grade_trusted(Grade *g) {
    Rng rng = grade_rng(25);
    FlowBothWays f = random_flows(30, 40, 2.5, 0.8, 1.2, &rng);
    grade_mask(g, "t of 30 x 40", &f);
    f = random_flows(50, 20, -1.8, 0.6, 1.1, &rng);
    grade_mask(g, "t of 50 x 20", &f);
    f = random_flows(30, 35, 0.2, 0.15, 0.8, &rng);
    grade_mask(g, "t of slow flows", &f);
    f = random_flows(36, 36, 7, 2, 2, &rng);
    grade_mask(g, "t of fast flows", &f);
    f = random_flows(5, 6, 0, 0, 0, &rng);
    f.u = f.v = f.back_u = f.back_v = grade_zeros(30);
    grade_mask(g, "t where nothing moves: 1", &f);
}

/* ---- temporal_loss ---- */

static double yours(const FramePair *p) {
    return temporal_loss(p->channels, p->positions, p->t, p->x, p->b);
}

static const char *look_at(bool right) {
    return right
               ? "it is right where t is 1 everywhere: look at t"
               : "it is wrong where t is 1 everywhere, too: look at x - b and at what is "
                 "divided";
}

/* Of the same frames, all trusted. */
static const char *wrong_weights(const FramePair *p) {
    FramePair all = *p;
    real *one = grade_room((size_t)p->positions);
    for (int k = 0; k < p->positions; k++)
        one[k] = 1;
    all.t = one;
    const double right = temporal_right(&all);
    return look_at(fabs(yours(&all) - right) <= 1e-6 * right);
}

static void grade_means(Grade *g, const char *what, int channels, int positions,
                        Rng *rng) {
    FramePair pairs[TEMPORAL_PAIRS];
    real *loss = grade_room(TEMPORAL_PAIRS);
    for (int k = 0; k < TEMPORAL_PAIRS; k++) {
        pairs[k] = random_frames(channels, positions, rng);
        loss[k] = (real)yours(&pairs[k]);
    }
    const GradeHints hints = {.channels = channels,
                              .positions = positions,
                              .values = temporal_values,
                              .otherwise = wrong_weights(&pairs[0])};
    grade_formula(g, what, TEMPORAL_PAIRS, loss, temporal_means, pairs, temporal_whys,
                  &hints);
}

static void grade_loss(Grade *g) {
    Rng rng = grade_rng(26);
    grade_means(g, "losses of frames of 3 channels", 3, 10, &rng);
    grade_means(g, "losses of frames of one channel", 1, 7, &rng);
    FramePair p = random_frames(2, 3, &rng);
    p.t = grade_copy(3, (const real[]){0, 1, (real)0.5});
    p.x = grade_copy(6, (const real[]){9, 1, 4, 8, 3, 3});
    p.b = grade_copy(6, (const real[]){2, 1, 2, 5, 1, 3});
    /* (0 + 0 + 2^2 / 2 + 0 + 2^2 + 0) / 6 */
    grade_number(g, "loss of small frames", yours(&p), 1, NULL);
}

static double frame_loss(void *context) {
    return temporal_right(context);
}

static real *frame_pull(const FramePair *p) {
    real *dx = start_from(p->before, (size_t)(p->channels * p->positions));
    temporal_loss_backward(p->channels, p->positions, p->t, p->x, p->b, dx);
    return dx;
}

static const char *wrong_pull_weights(const FramePair *p) {
    FramePair all = *p;
    const size_t n = (size_t)(p->channels * p->positions);
    real *one = grade_room((size_t)p->positions), *expected = grade_room(n);
    for (int k = 0; k < p->positions; k++)
        one[k] = 1;
    all.t = one;
    all.before = NULL;
    temporal_dx(&all, 0, expected);
    return look_at(alike(n, frame_pull(&all), expected));
}

static GradeHints frame_hints(const FramePair *p) {
    return (GradeHints){.channels = p->channels,
                        .positions = p->positions,
                        .rows = p->channels,
                        .columns = p->positions,
                        .before = p->before,
                        .values = temporal_values,
                        .otherwise = wrong_pull_weights(p)};
}

static void grade_loss_back(Grade *g) {
    Rng rng = grade_rng(27);
    FramePair p = random_frames(3, 10, &rng);
    real *x = grade_copy(30, p.x);
    p.x = x;
    GradeHints hints = frame_hints(&p);
    hints = grade_mistakes(30, temporal_dx, &p, temporal_dx_whys, &hints);
    grade_gradient(g, "dx of 3 channels, against differences", 30, x, frame_loss, &p,
                   frame_pull(&p), &hints);
    p.before = grade_random(&rng, 30);
    hints = frame_hints(&p);
    grade_formula(g, "dx of 3 channels, where there was something before", 30,
                  frame_pull(&p), temporal_dx, &p, temporal_dx_whys, &hints);
    p = random_frames(1, 7, &rng);
    hints = frame_hints(&p);
    grade_formula(g, "dx of one channel", 7, frame_pull(&p), temporal_dx, &p,
                  temporal_dx_whys, &hints);
}

static const Part parts[] = {{"warp", 5, grade_warp},
                             {"warp_backward", 9, grade_warp_back},
                             {"euler_lagrange", 6, grade_equations},
                             {"trusted", 5, grade_trusted},
                             {"temporal_loss", 3, grade_loss},
                             {"temporal_loss_backward", 3, grade_loss_back},
                             {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "19_flow", parts);
}
