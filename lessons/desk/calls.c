#include "lessons/desk/calls.h"

#include <stdlib.h>
#include <string.h>

#include "lessons/check/functions.h"
#include "lessons/desk/back.h"

/* A function that returns a number, and one that does not. */
#define GIVES(name, ...)                                                                 \
    static double call_##name(Function *f, const Value *a) {                             \
        return (double)((__typeof__(name) *)f)(__VA_ARGS__);                             \
    }
#define FILLS(name, ...)                                                                 \
    static double call_##name(Function *f, const Value *a) {                             \
        ((__typeof__(name) *)f)(__VA_ARGS__);                                            \
        return 0;                                                                        \
    }
/* Argument k as an int, a double, a real, and an array. */
#define I(k) ((int)a[k].integer)
#define D(k) (a[k].number)
#define R(k) ((real)a[k].number)
#define P(k) (a[k].data)

FILLS(planes, I(0), I(1), P(2), P(3))
FILLS(blur, I(0), I(1), P(2), P(3))
FILLS(walk_back, I(0), P(1), P(2), P(3), P(4), P(5))
GIVES(relative_error, D(0), D(1))
FILLS(numeric_gradient, (size_t)I(0), P(1), back_loss, back_context(&a[1]), D(2), P(3))
FILLS(conv2d, P(0), P(1), P(2), P(3), P(4))
FILLS(conv2d_backward, P(0), P(1), P(2), P(3))
FILLS(max_pool_backward, I(0), I(1), P(2), P(3), P(4))
FILLS(avg_pool_backward, I(0), I(1), P(2), P(3))
GIVES(receptive_field, I(0), P(1), P(2))
FILLS(normalise, I(0), I(1), I(2), P(3), P(4), P(5), P(6))
GIVES(content_loss, I(0), I(1), P(2), P(3))
FILLS(content_loss_backward, I(0), I(1), P(2), P(3), D(4), P(5))
FILLS(gram, I(0), I(1), P(2), P(3))
FILLS(gram_backward, I(0), I(1), P(2), P(3), P(4))
GIVES(tv_squares, I(0), I(1), P(2))
FILLS(tv_squares_backward, I(0), I(1), P(2), P(3))
GIVES(tv_abs, I(0), I(1), P(2))
FILLS(tv_abs_backward, I(0), I(1), P(2), P(3))
GIVES(total_loss, I(0), P(1), P(2))
GIVES(cosine, I(0), P(1), P(2))
FILLS(momentum_step, I(0), R(1), R(2), P(3), P(4), P(5))
FILLS(adam_step, P(0), I(1), I(2), P(3), P(4), P(5), P(6))
FILLS(lbfgs_direction, I(0), I(1), P(2), P(3), P(4), P(5), P(6))
GIVES(unit_of, I(0), D(1), D(2), D(3))
GIVES(value_in, D(0), D(1), D(2))
GIVES(weight_in, D(0), D(1), D(2))
GIVES(cross_entropy, I(0), I(1), P(2), P(3))
FILLS(cross_entropy_backward, I(0), I(1), P(2), P(3), P(4))
GIVES(cosine_rate, D(0), I(1), I(2))
GIVES(d_loss, I(0), P(1), P(2))
FILLS(d_loss_backward, I(0), P(1), P(2), P(3), P(4))
GIVES(g_loss_written, I(0), P(1))
FILLS(g_loss_written_backward, I(0), P(1), P(2))
GIVES(g_loss_used, I(0), P(1))
FILLS(g_loss_used_backward, I(0), P(1), P(2))
FILLS(instance_norm, I(0), I(1), D(2), P(3), P(4))
FILLS(instance_norm_backward, I(0), I(1), D(2), P(3), P(4), P(5))
FILLS(upsample, I(0), I(1), P(2), P(3))
FILLS(upsample_backward, I(0), I(1), P(2), P(3))
FILLS(moments, I(0), I(1), D(2), P(3), P(4), P(5))
FILLS(moments_backward, I(0), I(1), D(2), P(3), P(4), P(5), P(6))
FILLS(adain, I(0), I(1), D(2), D(3), P(4), P(5), P(6), P(7))
FILLS(adain_backward, I(0), I(1), D(2), D(3), P(4), P(5), P(6), P(7))
FILLS(warp, I(0), I(1), P(2), P(3), P(4), P(5))
FILLS(warp_backward, I(0), I(1), P(2), P(3), P(4), P(5), P(6), P(7), P(8))
FILLS(euler_lagrange, I(0), I(1), D(2), P(3), P(4), P(5), P(6), P(7), P(8), P(9))
FILLS(trusted, I(0), I(1), P(2), P(3), P(4), P(5), P(6))
GIVES(temporal_loss, I(0), I(1), P(2), P(3), P(4))
FILLS(temporal_loss_backward, I(0), I(1), P(2), P(3), P(4), P(5))

static double call_style_loss(Function *f, const Value *a) {
    back_gram_sizes(I(0), I(1));
    return ((__typeof__(style_loss) *)f)(I(0), I(1), P(2), P(3), P(4));
}

static double call_style_loss_backward(Function *f, const Value *a) {
    back_gram_sizes(I(0), I(1));
    ((__typeof__(style_loss_backward) *)f)(I(0), I(1), P(2), P(3), P(4), P(5));
    return 0;
}

static double call_total_gradient(Function *f, const Value *a) {
    real *gradient[ARGUMENTS] = {NULL};
    for (int t = 0; t < I(0) && 4 + t < ARGUMENTS; t++)
        gradient[t] = P(4 + t);
    ((__typeof__(total_gradient) *)f)(I(0), I(1), gradient, P(2), P(3));
    return 0;
}

/* ---- Exercise 13 ---- */

static Transfer transfer_of(const Value *a) {
    return (Transfer){.n = I(0),
                      .count = I(1),
                      .terms = back_terms,
                      .weights = P(2),
                      .context = back_context(&a[10]),
                      .steps = I(3),
                      .drop_step = I(4),
                      .clamp_steps = I(5),
                      .rate = D(6),
                      .drop_rate = D(7),
                      .low = D(8),
                      .high = D(9)};
}

static double call_total_of_terms(Function *f, const Value *a) {
    const Transfer t = transfer_of(a);
    return ((double (*)(const Transfer *, const real *, real *, real *))f)(&t, P(10),
                                                                           P(11), P(12));
}

static double call_transfer(Function *f, const Value *a) {
    const Transfer t = transfer_of(a);
    ((void (*)(const Transfer *, real *, real *, real *))f)(&t, P(10), P(11), P(12));
    return 0;
}

/* ---- The table ---- */

#define ROW(name, arguments)                                                             \
    { #name, #name, arguments, call_##name }

static const Callable callables[] = {
    ROW(planes, 4),
    ROW(blur, 4),
    ROW(walk_back, 6),
    ROW(relative_error, 2),
    ROW(numeric_gradient, 4),
    ROW(conv2d, 5),
    ROW(conv2d_backward, 4),
    ROW(max_pool_backward, 5),
    ROW(avg_pool_backward, 4),
    ROW(receptive_field, 3),
    ROW(normalise, 7),
    ROW(content_loss, 4),
    ROW(content_loss_backward, 6),
    ROW(gram, 4),
    ROW(gram_backward, 5),
    ROW(style_loss, 5),
    ROW(style_loss_backward, 6),
    ROW(tv_squares, 3),
    ROW(tv_squares_backward, 4),
    ROW(tv_abs, 3),
    ROW(tv_abs_backward, 4),
    ROW(total_loss, 3),
    ROW(total_gradient, 4),
    ROW(cosine, 3),
    ROW(momentum_step, 6),
    ROW(adam_step, 7),
    ROW(lbfgs_direction, 7),
    ROW(unit_of, 4),
    ROW(value_in, 3),
    ROW(weight_in, 3),
    ROW(cross_entropy, 4),
    ROW(cross_entropy_backward, 5),
    ROW(cosine_rate, 3),
    ROW(d_loss, 3),
    ROW(d_loss_backward, 5),
    ROW(g_loss_written, 2),
    ROW(g_loss_written_backward, 3),
    ROW(g_loss_used, 2),
    ROW(g_loss_used_backward, 3),
    ROW(instance_norm, 5),
    ROW(instance_norm_backward, 6),
    ROW(upsample, 4),
    ROW(upsample_backward, 4),
    ROW(moments, 6),
    ROW(moments_backward, 7),
    ROW(adain, 8),
    ROW(adain_backward, 8),
    ROW(warp, 6),
    ROW(warp_backward, 9),
    ROW(euler_lagrange, 10),
    ROW(trusted, 7),
    ROW(temporal_loss, 5),
    ROW(temporal_loss_backward, 6),
    ROW(transfer, 13),
    {"total_of_terms", "total_loss", 13, call_total_of_terms},
};

const Callable *callable(const char *name) {
    for (size_t k = 0; k < sizeof callables / sizeof *callables; k++)
        if (strcmp(callables[k].name, name) == 0) return &callables[k];
    return NULL;
}
