/* The functions that the exercises ask for: the graders call them, and lessons/desk sends
 * each call to the process of a submission. Those of exercise 13 are declared where they are
 * called, because its total_loss has other parameters than that of exercise 11. */
#ifndef LESSONS_CHECK_FUNCTIONS_H
#define LESSONS_CHECK_FUNCTIONS_H

#include <stddef.h>

#include "lessons/check/types.h"

void planes(int h, int w, const unsigned char *bytes, real *x);
void blur(int h, int w, const real *x, real *y);
void walk_back(int n, const char *kind, const int *a, const int *b, const real *value,
               real *grad);
double relative_error(double a, double b);
void numeric_gradient(size_t n, real *x, double (*loss)(void *context), void *context,
                      double h, real *gradient);
void conv2d(const Sizes *d, const real *x, const real *weight, const real *bias, real *y);
void conv2d_backward(const Sizes *d, const real *dy, const real *weight, real *dx);
void max_pool_backward(int h, int w, const real *x, const real *dp, real *dx);
void avg_pool_backward(int h, int w, const real *dp, real *dx);
int receptive_field(int layers, const int *kernel, const int *stride);
void normalise(int outputs, int inputs, int taps, const real *before, const real *mean,
               real *w, real *b);
double content_loss(int channels, int positions, const real *f, const real *p);
void content_loss_backward(int channels, int positions, const real *f, const real *p,
                           double dj, real *df);
void gram(int n, int m, const real *f, real *g);
void gram_backward(int n, int m, const real *f, const real *dg, real *df);
double style_loss(int N, int M, const real *f, const real *a, real *g);
void style_loss_backward(int N, int M, const real *f, const real *a, real *g, real *df);
double tv_squares(int h, int w, const real *x);
void tv_squares_backward(int h, int w, const real *x, real *dx);
double tv_abs(int h, int w, const real *x);
void tv_abs_backward(int h, int w, const real *x, real *dx);
double total_loss(int count, const double *loss, const double *weight);
void total_gradient(int count, int n, real *const *gradient, const double *weight,
                    real *total);
double cosine(int n, const real *u, const real *v);
void momentum_step(int n, real lr, real mu, const real *g, real *v, real *x);
void adam_step(const AdamSettings *a, int t, int n, const real *g, real *m, real *v,
               real *x);
void lbfgs_direction(int n, int pairs, const real *s, const real *y, const real *g,
                     real *a, real *d);
double unit_of(int form, double n, double m, double p);
double value_in(double value, double unit_from, double unit_to);
double weight_in(double weight, double unit_from, double unit_to);
double cross_entropy(int n, int classes, const real *z, const int *label);
void cross_entropy_backward(int n, int classes, const real *z, const int *label,
                            real *dz);
double cosine_rate(double rate, int step, int steps);
double d_loss(int n, const real *real_s, const real *fake_s);
void d_loss_backward(int n, const real *real_s, const real *fake_s, real *d_real,
                     real *d_fake);
double g_loss_written(int n, const real *fake_s);
void g_loss_written_backward(int n, const real *fake_s, real *d_fake);
double g_loss_used(int n, const real *fake_s);
void g_loss_used_backward(int n, const real *fake_s, real *d_fake);
void instance_norm(int channels, int positions, double epsilon, const real *x, real *z);
void instance_norm_backward(int channels, int positions, double epsilon, const real *x,
                            const real *dz, real *dx);
void upsample(int h, int w, const real *x, real *y);
void upsample_backward(int h, int w, const real *dy, real *dx);
void moments(int channels, int positions, double epsilon, const real *x, real *mean,
             real *deviation);
void moments_backward(int channels, int positions, double epsilon, const real *x,
                      const real *d_mean, const real *d_deviation, real *dx);
void adain(int channels, int positions, double epsilon, double alpha, const real *x,
           const real *mean, const real *deviation, real *y);
void adain_backward(int channels, int positions, double epsilon, double alpha,
                    const real *x, const real *deviation, const real *dy, real *dx);
void warp(int h, int w, const real *x, const real *u, const real *v, real *y);
void warp_backward(int h, int w, const real *x, const real *u, const real *v,
                   const real *dy, real *dx, real *du, real *dv);
void euler_lagrange(int h, int w, double smoothness, const real *a, const real *b,
                    const real *c, const real *u, const real *v, real *left_u,
                    real *left_v);
void trusted(int h, int w, const real *u, const real *v, const real *back_u,
             const real *back_v, real *t);
double temporal_loss(int channels, int positions, const real *t, const real *x,
                     const real *b);
void temporal_loss_backward(int channels, int positions, const real *t, const real *x,
                            const real *b, real *dx);

#endif
