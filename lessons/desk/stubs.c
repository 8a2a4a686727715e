/* The functions of exercises 01 to 12 and 14 to 19, in the process of the submission. */
#include <string.h>

#include "lessons/check/functions.h"
#include "lessons/check/given.h"
#include "lessons/desk/remote.h"

/* ---- 01 ---- */

void planes(int h, int w, const unsigned char *bytes, real *x) {
    REMOTE("planes", INT(h), INT(w), INPUT(bytes, 3 * h * w), NUMBERS(x, 3 * h * w));
}

void blur(int h, int w, const real *x, real *y) {
    REMOTE("blur", INT(h), INT(w), INPUT(x, h * w), NUMBERS(y, h * w));
}

/* ---- 02, 03 ---- */

void walk_back(int n, const char *kind, const int *a, const int *b, const real *value,
               real *grad) {
    REMOTE("walk_back", INT(n), INPUT(kind, n), INPUT(a, n), INPUT(b, n), INPUT(value, n),
           NUMBERS(grad, n));
}

double relative_error(double a, double b) {
    return REMOTE("relative_error", DOUBLE(a), DOUBLE(b));
}

typedef struct Loss {
    double (*loss)(void *context);
    void *context;
    size_t n;
    real *x;
} Loss;

/* The loss is computed from x, wherever that is in its context. */
static double loss_here(void *context, int k, const real *x, real *gradient) {
    const Loss *t = context;
    (void)k, (void)gradient;
    memcpy(t->x, x, t->n * sizeof *x);
    return t->loss(t->context);
}

void numeric_gradient(size_t n, real *x, double (*loss)(void *context), void *context,
                      double h, real *gradient) {
    Loss here = {loss, context, n, x};
    REMOTE_BACK("numeric_gradient",
                (&(CallBack){loss_here, &here, .functions = 1, .n = n}), INT((int)n),
                NUMBERS(x, n), DOUBLE(h), NUMBERS(gradient, n));
}

/* ---- 04, 05, 06 ---- */

void conv2d(const Sizes *d, const real *x, const real *weight, const real *bias,
            real *y) {
    REMOTE("conv2d", INPUT(d, 1), INPUT(x, d->c * d->h * d->w),
           INPUT(weight, d->o * d->c * d->k * d->k), INPUT(bias, d->o),
           NUMBERS(y, d->o * d->h * d->w));
}

void conv2d_backward(const Sizes *d, const real *dy, const real *weight, real *dx) {
    REMOTE("conv2d_backward", INPUT(d, 1), INPUT(dy, d->o * d->h * d->w),
           INPUT(weight, d->o * d->c * d->k * d->k), NUMBERS(dx, d->c * d->h * d->w));
}

void max_pool_backward(int h, int w, const real *x, const real *dp, real *dx) {
    REMOTE("max_pool_backward", INT(h), INT(w), INPUT(x, h * w),
           INPUT(dp, (h / 2) * (w / 2)), NUMBERS(dx, h * w));
}

void avg_pool_backward(int h, int w, const real *dp, real *dx) {
    REMOTE("avg_pool_backward", INT(h), INT(w), INPUT(dp, (h / 2) * (w / 2)),
           NUMBERS(dx, h * w));
}

int receptive_field(int layers, const int *kernel, const int *stride) {
    /* An int, unless the other process returns something else. */
    const double field = REMOTE("receptive_field", INT(layers), INPUT(kernel, layers),
                                INPUT(stride, layers));
    return field > -1e9 && field < 1e9 ? (int)field : -1;
}

void normalise(int outputs, int inputs, int taps, const real *before, const real *mean,
               real *w, real *b) {
    REMOTE("normalise", INT(outputs), INT(inputs), INT(taps), INPUT(before, inputs),
           INPUT(mean, outputs), NUMBERS(w, outputs * inputs * taps),
           NUMBERS(b, outputs));
}

/* ---- 07, 08, 09 ---- */

double content_loss(int channels, int positions, const real *f, const real *p) {
    return REMOTE("content_loss", INT(channels), INT(positions),
                  INPUT(f, channels * positions), INPUT(p, channels * positions));
}

void content_loss_backward(int channels, int positions, const real *f, const real *p,
                           double dj, real *df) {
    REMOTE("content_loss_backward", INT(channels), INT(positions),
           INPUT(f, channels * positions), INPUT(p, channels * positions), DOUBLE(dj),
           NUMBERS(df, channels * positions));
}

void gram(int n, int m, const real *f, real *g) {
    REMOTE("gram", INT(n), INT(m), INPUT(f, n * m), NUMBERS(g, n * n));
}

void gram_backward(int n, int m, const real *f, const real *dg, real *df) {
    REMOTE("gram_backward", INT(n), INT(m), INPUT(f, n * m), INPUT(dg, n * n),
           NUMBERS(df, n * m));
}

/* Both call gram(), which they are given. */
typedef struct GramSizes {
    int n, m;
} GramSizes;

static double gram_here(void *context, int k, const real *f, real *g) {
    const GramSizes *sizes = context;
    (void)k;
    given_gram(sizes->n, sizes->m, f, g);
    return 0;
}

static CallBack gives_gram(GramSizes *sizes) {
    const int most = sizes->n > sizes->m ? sizes->n : sizes->m;
    return (CallBack){gram_here, sizes, .functions = 1,
                      .n = (size_t)sizes->n * (size_t)most};
}

double style_loss(int N, int M, const real *f, const real *a, real *g) {
    const CallBack back = gives_gram(&(GramSizes){N, M});
    return REMOTE_BACK("style_loss", &back, INT(N), INT(M), INPUT(f, N * M),
                       INPUT(a, N * N), NUMBERS(g, N * N));
}

void style_loss_backward(int N, int M, const real *f, const real *a, real *g, real *df) {
    const CallBack back = gives_gram(&(GramSizes){N, M});
    REMOTE_BACK("style_loss_backward", &back, INT(N), INT(M), INPUT(f, N * M),
                INPUT(a, N * N), NUMBERS(g, N * N), NUMBERS(df, N * M));
}

/* ---- 10, 11 ---- */

double tv_squares(int h, int w, const real *x) {
    return REMOTE("tv_squares", INT(h), INT(w), INPUT(x, h * w));
}

void tv_squares_backward(int h, int w, const real *x, real *dx) {
    REMOTE("tv_squares_backward", INT(h), INT(w), INPUT(x, h * w), NUMBERS(dx, h * w));
}

double tv_abs(int h, int w, const real *x) {
    return REMOTE("tv_abs", INT(h), INT(w), INPUT(x, h * w));
}

void tv_abs_backward(int h, int w, const real *x, real *dx) {
    REMOTE("tv_abs_backward", INT(h), INT(w), INPUT(x, h * w), NUMBERS(dx, h * w));
}

double total_loss(int count, const double *loss, const double *weight) {
    return REMOTE("total_loss", INT(count), INPUT(loss, count), INPUT(weight, count));
}

void total_gradient(int count, int n, real *const *gradient, const double *weight,
                    real *total) {
    enum { MOST = 8 };
    static const real none[1];
    Value arguments[MOST + 5] = {INT(count), INT(n), INPUT(weight, count),
                                 NUMBERS(total, n)};
    for (int t = 0; t < count && t < MOST; t++)
        arguments[4 + t] = (Value)INPUT(gradient ? gradient[t] : none, n);
    remote_call("total_gradient", NULL, arguments);
}

double cosine(int n, const real *u, const real *v) {
    return REMOTE("cosine", INT(n), INPUT(u, n), INPUT(v, n));
}

/* ---- 12 ---- */

void momentum_step(int n, real lr, real mu, const real *g, real *v, real *x) {
    REMOTE("momentum_step", INT(n), DOUBLE(lr), DOUBLE(mu), INPUT(g, n), NUMBERS(v, n),
           NUMBERS(x, n));
}

void adam_step(const AdamSettings *a, int t, int n, const real *g, real *m, real *v,
               real *x) {
    REMOTE("adam_step", INPUT(a, 1), INT(t), INT(n), INPUT(g, n), NUMBERS(m, n),
           NUMBERS(v, n), NUMBERS(x, n));
}

void lbfgs_direction(int n, int pairs, const real *s, const real *y, const real *g,
                     real *a, real *d) {
    REMOTE("lbfgs_direction", INT(n), INT(pairs), INPUT(s, pairs * n),
           INPUT(y, pairs * n), INPUT(g, n), NUMBERS(a, pairs), NUMBERS(d, n));
}

/* ---- 14, 15 ---- */

double unit_of(int form, double n, double m, double p) {
    return REMOTE("unit_of", INT(form), DOUBLE(n), DOUBLE(m), DOUBLE(p));
}

double value_in(double value, double unit_from, double unit_to) {
    return REMOTE("value_in", DOUBLE(value), DOUBLE(unit_from), DOUBLE(unit_to));
}

double weight_in(double weight, double unit_from, double unit_to) {
    return REMOTE("weight_in", DOUBLE(weight), DOUBLE(unit_from), DOUBLE(unit_to));
}

double cross_entropy(int n, int classes, const real *z, const int *label) {
    return REMOTE("cross_entropy", INT(n), INT(classes), INPUT(z, n * classes),
                  INPUT(label, n));
}

void cross_entropy_backward(int n, int classes, const real *z, const int *label,
                            real *dz) {
    REMOTE("cross_entropy_backward", INT(n), INT(classes), INPUT(z, n * classes),
           INPUT(label, n), NUMBERS(dz, n * classes));
}

double cosine_rate(double rate, int step, int steps) {
    return REMOTE("cosine_rate", DOUBLE(rate), INT(step), INT(steps));
}

/* ---- 16 ---- */

double d_loss(int n, const real *real_s, const real *fake_s) {
    return REMOTE("d_loss", INT(n), INPUT(real_s, n), INPUT(fake_s, n));
}

void d_loss_backward(int n, const real *real_s, const real *fake_s, real *d_real,
                     real *d_fake) {
    REMOTE("d_loss_backward", INT(n), INPUT(real_s, n), INPUT(fake_s, n),
           NUMBERS(d_real, n), NUMBERS(d_fake, n));
}

double g_loss_written(int n, const real *fake_s) {
    return REMOTE("g_loss_written", INT(n), INPUT(fake_s, n));
}

void g_loss_written_backward(int n, const real *fake_s, real *d_fake) {
    REMOTE("g_loss_written_backward", INT(n), INPUT(fake_s, n), NUMBERS(d_fake, n));
}

double g_loss_used(int n, const real *fake_s) {
    return REMOTE("g_loss_used", INT(n), INPUT(fake_s, n));
}

void g_loss_used_backward(int n, const real *fake_s, real *d_fake) {
    REMOTE("g_loss_used_backward", INT(n), INPUT(fake_s, n), NUMBERS(d_fake, n));
}

/* ---- 17 ---- */

void instance_norm(int channels, int positions, double epsilon, const real *x, real *z) {
    REMOTE("instance_norm", INT(channels), INT(positions), DOUBLE(epsilon),
           INPUT(x, channels * positions), NUMBERS(z, channels * positions));
}

void instance_norm_backward(int channels, int positions, double epsilon, const real *x,
                            const real *dz, real *dx) {
    REMOTE("instance_norm_backward", INT(channels), INT(positions), DOUBLE(epsilon),
           INPUT(x, channels * positions), INPUT(dz, channels * positions),
           NUMBERS(dx, channels * positions));
}

void upsample(int h, int w, const real *x, real *y) {
    REMOTE("upsample", INT(h), INT(w), INPUT(x, h * w), NUMBERS(y, 4 * h * w));
}

void upsample_backward(int h, int w, const real *dy, real *dx) {
    REMOTE("upsample_backward", INT(h), INT(w), INPUT(dy, 4 * h * w), NUMBERS(dx, h * w));
}

/* ---- 18 ---- */

void moments(int channels, int positions, double epsilon, const real *x, real *mean,
             real *deviation) {
    REMOTE("moments", INT(channels), INT(positions), DOUBLE(epsilon),
           INPUT(x, channels * positions), NUMBERS(mean, channels),
           NUMBERS(deviation, channels));
}

void moments_backward(int channels, int positions, double epsilon, const real *x,
                      const real *d_mean, const real *d_deviation, real *dx) {
    REMOTE("moments_backward", INT(channels), INT(positions), DOUBLE(epsilon),
           INPUT(x, channels * positions), INPUT(d_mean, channels),
           INPUT(d_deviation, channels), NUMBERS(dx, channels * positions));
}

void adain(int channels, int positions, double epsilon, double alpha, const real *x,
           const real *mean, const real *deviation, real *y) {
    REMOTE("adain", INT(channels), INT(positions), DOUBLE(epsilon), DOUBLE(alpha),
           INPUT(x, channels * positions), INPUT(mean, channels),
           INPUT(deviation, channels), NUMBERS(y, channels * positions));
}

void adain_backward(int channels, int positions, double epsilon, double alpha,
                    const real *x, const real *deviation, const real *dy, real *dx) {
    REMOTE("adain_backward", INT(channels), INT(positions), DOUBLE(epsilon),
           DOUBLE(alpha), INPUT(x, channels * positions), INPUT(deviation, channels),
           INPUT(dy, channels * positions), NUMBERS(dx, channels * positions));
}

/* ---- 19 ---- */

void warp(int h, int w, const real *x, const real *u, const real *v, real *y) {
    REMOTE("warp", INT(h), INT(w), INPUT(x, h * w), INPUT(u, h * w), INPUT(v, h * w),
           NUMBERS(y, h * w));
}

void warp_backward(int h, int w, const real *x, const real *u, const real *v,
                   const real *dy, real *dx, real *du, real *dv) {
    REMOTE("warp_backward", INT(h), INT(w), INPUT(x, h * w), INPUT(u, h * w),
           INPUT(v, h * w), INPUT(dy, h * w), NUMBERS(dx, h * w), NUMBERS(du, h * w),
           NUMBERS(dv, h * w));
}

void euler_lagrange(int h, int w, double smoothness, const real *a, const real *b,
                    const real *c, const real *u, const real *v, real *left_u,
                    real *left_v) {
    REMOTE("euler_lagrange", INT(h), INT(w), DOUBLE(smoothness), INPUT(a, h * w),
           INPUT(b, h * w), INPUT(c, h * w), INPUT(u, h * w), INPUT(v, h * w),
           NUMBERS(left_u, h * w), NUMBERS(left_v, h * w));
}

void trusted(int h, int w, const real *u, const real *v, const real *back_u,
             const real *back_v, real *t) {
    REMOTE("trusted", INT(h), INT(w), INPUT(u, h * w), INPUT(v, h * w),
           INPUT(back_u, h * w), INPUT(back_v, h * w), NUMBERS(t, h * w));
}

double temporal_loss(int channels, int positions, const real *t, const real *x,
                     const real *b) {
    return REMOTE("temporal_loss", INT(channels), INT(positions), INPUT(t, positions),
                  INPUT(x, channels * positions), INPUT(b, channels * positions));
}

void temporal_loss_backward(int channels, int positions, const real *t, const real *x,
                            const real *b, real *dx) {
    REMOTE("temporal_loss_backward", INT(channels), INT(positions), INPUT(t, positions),
           INPUT(x, channels * positions), INPUT(b, channels * positions),
           NUMBERS(dx, channels * positions));
}
