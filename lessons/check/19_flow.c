/* Grades exercise 19: warps of wide and tall images and of single rows, with flows that lead
 * beyond every edge; gradients against differences, and where there was something before;
 * the equations of Horn and Schunck against differences of the energy; masks; the temporal
 * loss. */
#include "lessons/check/flows.h"
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"
#include "lessons/check/warps.h"

/* ---- warp ---- */

static size_t pixels_of(const WarpImage *t) {
    return (size_t)(t->h * t->w);
}

/* Flows of some pixels, never to the middle of a pixel. The corners lead out. */
static real *random_flow(Rng *rng, int count, double size) {
    real *u = grade_random(rng, (size_t)count);
    for (int k = 0; k < count; k++)
        u[k] = (real)(size * (double)u[k] + 0.3);
    u[0] = (real)-2.3;
    u[count - 1] = (real)1.7;
    return u;
}

static WarpImage random_warp(int h, int w, Rng *rng) {
    const size_t size = (size_t)(h * w);
    return (WarpImage){.h = h,
                       .w = w,
                       .x = grade_random(rng, size),
                       .u = random_flow(rng, h * w, 1.3),
                       .v = random_flow(rng, h * w, 1.1),
                       .dy = grade_random(rng, size)};
}

static void grade_y(Grade *g, const char *what, const WarpImage *t) {
    real *y = grade_room(pixels_of(t));
    GradeHints hints = {.rows = t->h, .columns = t->w, .values = warp_values};
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

static GradeHints dx_hints(const WarpImage *t) {
    GradeHints hints = {
        .rows = t->h, .columns = t->w, .before = t->before_x, .values = warp_values};
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
                        .values = warp_values};
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
    grade_pulls(g, "dx of one row", "du of one row", "dv of one row: 0", &t);
}

/* ---- euler_lagrange ---- */

static FlowEquations random_equations(int h, int w, double smoothness, Rng *rng) {
    const size_t size = (size_t)(h * w);
    return (FlowEquations){.h = h,
                           .w = w,
                           .smoothness = smoothness,
                           .a = grade_random(rng, size),
                           .b = grade_random(rng, size),
                           .c = grade_random(rng, size),
                           .u = grade_random(rng, size),
                           .v = grade_random(rng, size)};
}

static GradeHints equation_hints(const FlowEquations *t, bool of_v) {
    GradeHints hints = {.rows = t->h, .columns = t->w, .values = equation_values};
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

/* Smooth flows with some noise: some pixels fail by little in every way. */
static FlowBothWays random_flows(int h, int w, double speed, double rough, double off,
                                 Rng *rng) {
    const int size = h * w;
    real *u = grade_random(rng, (size_t)size), *v = grade_random(rng, (size_t)size);
    real *back_u = grade_random(rng, (size_t)size),
         *back_v = grade_random(rng, (size_t)size);
    for (int k = 0; k < size; k++) {
        u[k] = (real)(speed + rough * (double)u[k] + 0.02 * (k % w));
        v[k] = (real)(-0.6 * speed + rough * (double)v[k] + 0.03 * (k / w));
        back_u[k] = (real)(off * (double)back_u[k] - (double)u[k]);
        back_v[k] = (real)(1.4 * off * (double)back_v[k] - (double)v[k]);
    }
    return (FlowBothWays){h, w, u, v, back_u, back_v};
}

static void grade_mask(Grade *g, const char *what, const FlowBothWays *f) {
    const size_t n = (size_t)(f->h * f->w);
    real *t = grade_room(n);
    trusted(f->h, f->w, f->u, f->v, f->back_u, f->back_v, t);
    const GradeHints hints = {.values = trusted_values};
    grade_formula(g, what, n, t, trusted_pixels, f, trusted_whys, &hints);
}

static void grade_trusted(Grade *g) {
    Rng rng = grade_rng(25);
    FlowBothWays f = random_flows(30, 40, 2.5, 0.12, 0.5, &rng);
    grade_mask(g, "t of 30 x 40", &f);
    f = random_flows(50, 20, -1.8, 0.1, 0.6, &rng);
    grade_mask(g, "t of 50 x 20", &f);
    f = random_flows(20, 25, 0.2, 0.03, 0.4, &rng);
    grade_mask(g, "t of slow flows", &f);
    f = random_flows(24, 24, 7, 0.3, 1, &rng);
    grade_mask(g, "t of fast flows", &f);
    f = random_flows(5, 6, 0, 0, 0, &rng);
    f.u = f.v = f.back_u = f.back_v = grade_zeros(30);
    grade_mask(g, "t where nothing moves: 1", &f);
}

/* ---- temporal_loss ---- */

static FramePair random_frames(int channels, int positions, Rng *rng) {
    const size_t size = (size_t)(channels * positions);
    real *t = grade_random(rng, (size_t)positions);
    for (int k = 0; k < positions; k++)
        t[k] = (real)(1 / (1 + (double)(t[k] * t[k])));
    return (FramePair){.channels = channels,
                       .positions = positions,
                       .t = t,
                       .x = grade_random(rng, size),
                       .b = grade_random(rng, size)};
}

static double yours(const FramePair *p) {
    return temporal_loss(p->channels, p->positions, p->t, p->x, p->b);
}

static void grade_means(Grade *g, const char *what, int channels, int positions,
                        Rng *rng) {
    FramePair pairs[TEMPORAL_PAIRS];
    real *loss = grade_room(TEMPORAL_PAIRS);
    for (int k = 0; k < TEMPORAL_PAIRS; k++) {
        pairs[k] = random_frames(channels, positions, rng);
        loss[k] = (real)yours(&pairs[k]);
    }
    const GradeHints hints = {
        .channels = channels, .positions = positions, .values = temporal_values};
    grade_formula(g, what, TEMPORAL_PAIRS, loss, temporal_means, pairs, temporal_whys,
                  &hints);
}

static void grade_loss(Grade *g) {
    Rng rng = grade_rng(26);
    grade_means(g, "losses of frames of 3 channels", 3, 10, &rng);
    grade_means(g, "losses of frames of one channel", 1, 7, &rng);
    FramePair p = random_frames(4, 5, &rng);
    p.b = p.x;
    grade_number(g, "loss of equal frames", yours(&p), 0, NULL);
}

static double frame_loss(void *context) {
    return temporal_right(context);
}

static real *frame_pull(const FramePair *p) {
    real *dx = start_from(p->before, (size_t)(p->channels * p->positions));
    temporal_loss_backward(p->channels, p->positions, p->t, p->x, p->b, dx);
    return dx;
}

static GradeHints frame_hints(const FramePair *p) {
    return (GradeHints){.channels = p->channels,
                        .positions = p->positions,
                        .rows = p->channels,
                        .columns = p->positions,
                        .before = p->before,
                        .values = temporal_values};
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
