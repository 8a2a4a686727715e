#include "lessons/norm_by_hand.h"

#include <math.h>

#include "autograd/tape.h"

typedef struct Norm {
    double epsilon;
} Norm;

static void shape(Node *z) {
    z->shape = z->in[0]->shape;
}

static int pixels_of(const Node *z) {
    return z->shape.h * z->shape.w;
}

static double sum_of(int pixels, const real *x) {
    double sum = 0;
    for (int k = 0; k < pixels; k++)
        sum += (double)x[k];
    return sum;
}

/* d = sqrt(mean of (x - m)^2 + epsilon) */
static double deviation_of(int pixels, const real *x, double mean, double epsilon) {
    double sum = 0;
    for (int k = 0; k < pixels; k++) {
        const double away = (double)x[k] - mean;
        sum += away * away;
    }
    return sqrt(sum / pixels + epsilon);
}

static void forward(Node *z) {
    const Norm *norm = z->params;
    const int pixels = pixels_of(z);
    for (int plane = 0; plane < z->shape.n * z->shape.c; plane++) {
        const real *x = z->in[0]->value + plane * pixels;
        real *out = z->value + plane * pixels;
        const double m = sum_of(pixels, x) / pixels;
        const double d = deviation_of(pixels, x, m, norm->epsilon);
        for (int k = 0; k < pixels; k++)
            out[k] = (real)(((double)x[k] - m) / d);
    }
}

/* dx = (dz - mean of dz - z mean of z dz) / d, added to what is there. */
static void backward(Node *z) {
    const Norm *norm = z->params;
    const int pixels = pixels_of(z);
    for (int plane = 0; plane < z->shape.n * z->shape.c; plane++) {
        const real *x = z->in[0]->value + plane * pixels;
        const real *value = z->value + plane * pixels;
        const real *dz = z->grad + plane * pixels;
        real *dx = z->in[0]->grad + plane * pixels;
        const double m = sum_of(pixels, x) / pixels;
        const double d = deviation_of(pixels, x, m, norm->epsilon);
        const double mean_dz = sum_of(pixels, dz) / pixels;
        double with_z = 0;
        for (int k = 0; k < pixels; k++)
            with_z += (double)value[k] * (double)dz[k] / pixels;
        for (int k = 0; k < pixels; k++)
            dx[k] += (real)(((double)dz[k] - mean_dz - (double)value[k] * with_z) / d);
    }
}

static const Op op_norm_by_hand = {.name = "norm_by_hand",
                                   .math = "z = (x - m) / d",
                                   .shape = shape,
                                   .forward = forward,
                                   .backward = backward};

Node *norm_by_hand(Node *x, double epsilon) {
    const Norm norm = {epsilon};
    return tape_record(&op_norm_by_hand, 1, (Node *[]){x}, &norm, sizeof norm);
}
