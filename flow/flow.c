#include "flow/flow.h"

#include <math.h>
#include <string.h>

#include "flow/warp_step.h"
#include "tensor/check.h"
#include "tensor/threads.h"

/* Sizes at most: 0.6^24 of any picture is a pixel. */
enum { SIZES_MOST = 24 };

const FlowSettings flow_usual = {.smoothness = 533,
                                 .shrink = 0.6,
                                 .coarsest = 30,
                                 .finest = 0,
                                 .warps = 4,
                                 .sweeps = 20,
                                 .relaxation = 1.9};

const FlowSettings flow_quick = {.smoothness = 533,
                                 .shrink = 0.6,
                                 .coarsest = 30,
                                 .finest = 1,
                                 .warps = 2,
                                 .sweeps = 20,
                                 .relaxation = 1.9};

/* The grey picture in all sizes, the finest first. */
typedef struct Pyramid {
    int sizes;
    Plane size[SIZES_MOST];
} Pyramid;

/* Against noise in the finest size; what the next size would alias. */
static const double noise_deviation = 0.7;

static double alias_deviation(double shrink) {
    return 0.6 * sqrt(1 / (shrink * shrink) - 1);
}

static int smaller(int side, double shrink) {
    return (int)(side * shrink + 0.5);
}

static Pyramid pyramid_of(Arena *arena, Tensor picture, const FlowSettings *s) {
    Pyramid p = {.sizes = 1};
    p.size[0] = plane_smoothed(arena, plane_grey(arena, picture), noise_deviation);
    while (p.sizes < SIZES_MOST) {
        const Plane x = p.size[p.sizes - 1];
        const int h = smaller(x.h, s->shrink), w = smaller(x.w, s->shrink);
        if (h < s->coarsest || w < s->coarsest) break;
        const Plane smooth = plane_smoothed(arena, x, alias_deviation(s->shrink));
        p.size[p.sizes++] = plane_resized(arena, smooth, h, w, 1);
    }
    return p;
}

/* The flow in one size, which begins as (u, v). */
static void refine(Arena *arena, Plane from, Plane to, Plane u, Plane v,
                   const FlowSettings *s) {
    const WarpStep step = warp_step_alloc(arena, from.h, from.w, s->smoothness);
    for (int k = 0; k < s->warps; k++) {
        warp_step_linearise(&step, from, to, u, v);
        system_take(&step.system, step.system.u, u);
        system_take(&step.system, step.system.v, v);
        system_sweep(&step.system, s->sweeps, s->relaxation);
        system_give(&step.system, step.system.u, u);
        system_give(&step.system, step.system.v, v);
        warp_step_median(&step, u);
        warp_step_median(&step, v);
    }
}

static Plane enlarged(Arena *arena, Plane u, int h, int w, bool down) {
    const double factor = down ? (double)h / u.h : (double)w / u.w;
    return plane_resized(arena, u, h, w, factor);
}

/* From the coarsest size to the finest that is wanted. */
static void search(const Pyramid *from, const Pyramid *to, const FlowSettings *s,
                   Tensor flow) {
    Arena *arena = arena_new();
    const int last = s->finest < from->sizes ? s->finest : from->sizes - 1;
    Plane u = {0}, v = {0};
    for (int k = from->sizes - 1; k >= last; k--) {
        const int h = from->size[k].h, w = from->size[k].w;
        u = u.data ? enlarged(arena, u, h, w, false) : plane_alloc(arena, h, w);
        v = v.data ? enlarged(arena, v, h, w, true) : plane_alloc(arena, h, w);
        refine(arena, from->size[k], to->size[k], u, v, s);
    }
    const Shape shape = flow.shape;
    const size_t bytes = (size_t)shape.h * (size_t)shape.w * sizeof *flow.data;
    if (last > 0) {
        u = enlarged(arena, u, shape.h, shape.w, false);
        v = enlarged(arena, v, shape.h, shape.w, true);
    }
    memcpy(plane_of(flow, 0).data, u.data, bytes);
    memcpy(plane_of(flow, 1).data, v.data, bytes);
    arena_free(arena);
}

static void check(Tensor from, Tensor to, const FlowSettings *s) {
    CHECK(shape_equal(from.shape, to.shape), "flow: from %s to %s", SHAPE(from.shape),
          SHAPE(to.shape));
    CHECK(s->smoothness > 0 && s->shrink > 0.2 && s->shrink < 0.95 && s->coarsest > 0 &&
              s->finest >= 0 && s->relaxation > 0 && s->relaxation < 2,
          "flow: smoothness %g, shrink %g, coarsest %d, finest %d, relaxation %g",
          s->smoothness, s->shrink, s->coarsest, s->finest, s->relaxation);
}

Tensor flow_estimate(Arena *arena, Tensor from, Tensor to, const FlowSettings *settings) {
    check(from, to, settings);
    const Tensor flow = tensor_alloc(arena, (Shape){1, 2, from.shape.h, from.shape.w});
    Arena *own = arena_new();
    const Pyramid first = pyramid_of(own, from, settings);
    const Pyramid second = pyramid_of(own, to, settings);
    search(&first, &second, settings, flow);
    arena_free(own);
    return flow;
}

/* Up to two threads are best used by one direction each, more of them by the rows of one
 * direction after the other. */
FlowPair flow_both(Arena *arena, Tensor first, Tensor second,
                   const FlowSettings *settings) {
    check(first, second, settings);
    const Shape shape = {1, 2, first.shape.h, first.shape.w};
    const FlowPair pair = {tensor_alloc(arena, shape), tensor_alloc(arena, shape)};
    Arena *own = arena_new();
    const Pyramid one = pyramid_of(own, first, settings);
    const Pyramid two = pyramid_of(own, second, settings);
#pragma omp parallel for num_threads(2) schedule(static, 1) if (threads_count() == 2)
    for (int back = 0; back < 2; back++)
        search(back ? &two : &one, back ? &one : &two, settings,
               back ? pair.backward : pair.forward);
    arena_free(own);
    return pair;
}
