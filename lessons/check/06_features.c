/* Grades exercise 06: fields of several chains of layers, and weights of layers of several
 * sizes. */
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"
#include "lessons/check/normalise.h"

#include <math.h>

#include "lessons/check/slips.h"

/* ---- receptive_field ---- */

enum { LAYERS = 7, CHAINS = 8 };

/* Without layers a pixel sees itself. Up to conv3_1 of VGG: 3, 5, 6, then 2 apart: 10, 14,
 * 16, then 4 apart: 24. The others have kernels and strides that are all different. */
static const struct Chain {
    int layers, kernel[LAYERS], stride[LAYERS];
} chains[CHAINS] = {{0, {0}, {0}},
                    {1, {3}, {1}},
                    {2, {5, 3}, {1, 1}},
                    {7, {3, 3, 2, 3, 3, 2, 3}, {1, 1, 2, 1, 1, 2, 1}},
                    {3, {7, 3, 5}, {2, 3, 4}},
                    {4, {1, 2, 3, 4}, {5, 1, 2, 3}},
                    {3, {4, 9, 2}, {3, 2, 1}},
                    {5, {2, 3, 4, 5, 6}, {2, 1, 3, 1, 2}}};

enum {
    RIGHT,
    STEP_FIRST,
    NO_STEP,
    WHOLE_KERNEL,
    FIELD_FROM_0,
    STEP_FROM_0,
    STRIDES_ADDED,
    STEP_IS_STRIDE,
    FIRST_OUT,
    LAST_OUT,
    BACKWARDS,
    FIRST_KERNEL,
    FIRST_STRIDE,
    FIELD_SET,
    KERNEL_PLUS_1,
    TAKEN_OFF,
    MULTIPLIED,
    ONLY_STEP,
    OVER_STEP,
    STEP_ADDED,
    KERNEL_MINUS_2,
    EXCHANGED,
    OVER_STRIDE,
    TIMES_KERNEL
};

static const char *const field_whys[] = {
    [RIGHT] = "",
    [STEP_FIRST] = "the step of a layer counts from the next one on: first let the field "
                   "grow, then the step",
    [NO_STEP] =
        "after a stride, neighbours are further apart: (kernel - 1) times the step",
    [WHOLE_KERNEL] = "kernel - 1 of the places in a kernel are new, not all of them",
    [FIELD_FROM_0] = "a pixel sees itself: the field begins with 1",
    [STEP_FROM_0] = "the step begins with 1: neighbouring pixels are 1 apart",
    [STRIDES_ADDED] = "strides multiply: step *= stride, not +=",
    [STEP_IS_STRIDE] =
        "step is set to the stride of the layer; strides multiply: step *= stride",
    [FIRST_OUT] = "the first layer is left out: i begins at 0",
    [LAST_OUT] = "the last layer is left out: i < layers",
    [BACKWARDS] =
        "the layers are gone through from the last to the first: begin at the image",
    [FIRST_KERNEL] = "all layers get the kernel of the first: kernel[i]",
    [FIRST_STRIDE] = "all layers get the stride of the first: stride[i]",
    [FIELD_SET] = "the field is set, not added to: field += (kernel - 1) step",
    [KERNEL_PLUS_1] = "kernel + 1 where kernel - 1 belongs",
    [TAKEN_OFF] = "what a layer adds is taken off",
    [MULTIPLIED] = "what a layer sees is multiplied with the field: it is added",
    [ONLY_STEP] = "this is the step, not the field",
    [OVER_STEP] = "kernel - 1 is divided by the step: multiply",
    [STEP_ADDED] = "(kernel - 1) + step stands where (kernel - 1) times step belongs",
    [KERNEL_MINUS_2] = "kernel - 2 where kernel - 1 belongs",
    [EXCHANGED] = "kernel and stride are exchanged",
    [OVER_STRIDE] = "step is divided by the stride: multiply",
    [TIMES_KERNEL] = "step is multiplied by the kernel: by the stride",
    NULL};

enum { FIRST_STEP, MORE, STRIDE, FIELD };
static const char *const field_values[] = {[FIRST_STEP] = "the step of the first layer",
                                           [MORE] = "(kernel - 1) step",
                                           [STRIDE] = "the stride of a layer",
                                           [FIELD] = "the field at the end",
                                           NULL};

/* Whole numbers, as C divides them; 0 where there is none. */
static int whole(int mistake, int value, int x) {
    const double with = slip(mistake, value, x);
    return fabs(with) < 1e9 ? (int)with : 0;
}

/* What a layer adds to the field. */
static int added(int mistake, int kernel, int step) {
    const int right = (kernel - 1) * step;
    switch (mistake) {
    case NO_STEP:
        return kernel - 1;
    case WHOLE_KERNEL:
        return kernel * step;
    case KERNEL_PLUS_1:
        return (kernel + 1) * step;
    case TAKEN_OFF:
        return -right;
    case OVER_STEP:
        return step ? (kernel - 1) / step : 0;
    case STEP_ADDED:
        return kernel - 1 + step;
    case KERNEL_MINUS_2:
        return (kernel - 2) * step;
    default:
        return whole(mistake, MORE, right);
    }
}

/* The field after a layer. */
static int grown(int mistake, int field, int more) {
    if (mistake == FIELD_SET) return more;
    if (mistake == MULTIPLIED) return field * more;
    return field + more;
}

/* The step after a layer. */
static int next_step(int mistake, int step, int kernel, int stride) {
    switch (mistake) {
    case STRIDES_ADDED:
        return step + stride;
    case STEP_IS_STRIDE:
        return stride;
    case OVER_STRIDE:
        return step / stride;
    case TIMES_KERNEL:
        return step * kernel;
    default:
        return step * stride;
    }
}

static int field_of(const struct Chain *t, int mistake) {
    const int end = t->layers - (mistake == LAST_OUT);
    int field = mistake == FIELD_FROM_0 ? 0 : 1;
    int step = mistake == STEP_FROM_0 ? 0 : whole(mistake, FIRST_STEP, 1);
    for (int k = mistake == FIRST_OUT; k < end; k++) {
        const int i = mistake == BACKWARDS ? t->layers - 1 - k : k;
        int kernel = t->kernel[mistake == FIRST_KERNEL ? 0 : i];
        int stride = whole(mistake, STRIDE, t->stride[mistake == FIRST_STRIDE ? 0 : i]);
        if (mistake == EXCHANGED) {
            kernel = t->stride[i];
            stride = t->kernel[i];
        }
        const int next = next_step(mistake, step, kernel, stride);
        const int more = added(mistake, kernel, mistake == STEP_FIRST ? next : step);
        field = grown(mistake, field, more);
        step = next;
    }
    return mistake == ONLY_STEP ? step : whole(mistake, FIELD, field);
}

static void fields(const void *context, int mistake, real *field) {
    (void)context;
    for (int c = 0; c < CHAINS; c++)
        field[c] = (real)field_of(&chains[c], mistake);
}

static void grade_field(Grade *g) {
    static const char *const whats[] = {"fields of eight chains of layers",
                                        "the same, called again"};
    real *got = grade_room(CHAINS);
    for (int call = 0; call < 2; call++) {
        for (int c = 0; c < CHAINS; c++) {
            const size_t layers = (size_t)chains[c].layers;
            got[c] = (real)receptive_field(chains[c].layers,
                                           grade_ints(layers, chains[c].kernel),
                                           grade_ints(layers, chains[c].stride));
        }
        grade_formula(g, whats[call], CHAINS, got, fields, NULL, field_whys,
                      &(GradeHints){.values = field_values});
    }
}

/* ---- normalise ---- */

static real *uniform(Rng *rng, size_t n, double low, double high) {
    real *x = grade_room(n);
    for (size_t i = 0; i < n; i++)
        x[i] = (real)(low + (high - low) * rng_uniform(rng));
    return x;
}

static void grade_layer(Grade *g, const char *what_w, const char *what_b, int outputs,
                        int inputs, int taps, Rng *rng) {
    const size_t all = (size_t)(outputs * inputs * taps), out = (size_t)outputs;
    const NormaliseLayer t = {outputs,
                              inputs,
                              taps,
                              uniform(rng, (size_t)inputs, 0.5, 3),
                              uniform(rng, out, 0.5, 3),
                              uniform(rng, all, -1, 1),
                              uniform(rng, out, 1, 2)};
    real *w = grade_copy(all, t.w), *b = grade_copy(out, t.b);
    normalise(outputs, inputs, taps, t.before, t.mean, w, b);
    grade_formula(g, what_w, all, w, normalise_weights, &t, normalise_weight_whys,
                  &(GradeHints){.rows = outputs,
                                .columns = inputs * taps,
                                .values = normalise_weight_values});
    grade_formula(g, what_b, out, b, normalise_biases, &t, normalise_bias_whys,
                  &(GradeHints){.values = normalise_bias_values});
}

static void grade_normalise(Grade *g) {
    Rng rng = grade_rng(6);
    grade_layer(g, "weights of 4 outputs, 3 inputs, 5 taps",
                "biases of 4 outputs, 3 inputs, 5 taps", 4, 3, 5, &rng);
    grade_layer(g, "weights of 3 outputs, 6 inputs, 2 taps",
                "biases of 3 outputs, 6 inputs, 2 taps", 3, 6, 2, &rng);
    grade_layer(g, "weights of one output, one input, one tap",
                "bias of one output, one input, one tap", 1, 1, 1, &rng);
}

static const Part parts[] = {{"receptive_field", 2, grade_field},
                             {"normalise", 6, grade_normalise},
                             {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "06_features", parts);
}
