/* Grades exercise 06: fields of several chains of layers, and weights of layers of several
 * sizes. */
#include "lessons/check/grade.h"

#include <math.h>
#include <string.h>

#include "lessons/check/slips.h"

int receptive_field(int layers, const int *kernel, const int *stride);
void normalise(int outputs, int inputs, int taps, const real *before, const real *mean,
               real *w, real *b);

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

static const char *const field_whys[] = {
    "",
    "the step of a layer counts from the next one on: first let the field grow, then the "
    "step",
    "after a stride, neighbours are further apart: (kernel - 1) times the step",
    "kernel - 1 of the places in a kernel are new, not all of them",
    "a pixel sees itself: the field begins with 1",
    "the step begins with 1: neighbouring pixels are 1 apart",
    "strides multiply: step *= stride, not +=",
    "step is set to the stride of the layer; strides multiply: step *= stride",
    "the first layer is left out: i begins at 0",
    "the last layer is left out: i < layers",
    "the layers are gone through from the last to the first: begin at the image",
    "all layers get the kernel of the first: kernel[i]",
    "all layers get the stride of the first: stride[i]",
    "the field is set, not added to: field += (kernel - 1) step",
    "kernel + 1 where kernel - 1 belongs",
    "what a layer adds is taken off",
    "what a layer sees is multiplied with the field: it is added",
    "this is the step, not the field",
    "kernel - 1 is divided by the step: multiply",
    "(kernel - 1) + step stands where (kernel - 1) times step belongs",
    "kernel - 2 where kernel - 1 belongs",
    "kernel and stride are exchanged",
    "step is divided by the stride: multiply",
    "step is multiplied by the kernel: by the stride",
    NULL};

static const char *const field_values[] = {"the step of the first layer",
                                           "(kernel - 1) step", "the stride of a layer",
                                           "the field at the end", NULL};
enum { FIRST_STEP, MORE, STRIDE, FIELD };

/* Whole numbers, as C divides them; 0 where there is none. */
static int whole(int mistake, int value, int x) {
    const double with = slip(mistake, value, x);
    return fabs(with) < 1e9 ? (int)with : 0;
}

static void fields(const void *context, int mistake, real *field) {
    (void)context;
    for (int c = 0; c < CHAINS; c++) {
        const struct Chain *t = &chains[c];
        int size = mistake == 4 ? 0 : 1;
        int step = mistake == 5 ? 0 : whole(mistake, FIRST_STEP, 1);
        for (int k = mistake == 8; k < t->layers - (mistake == 9); k++) {
            const int i = mistake == 10 ? t->layers - 1 - k : k;
            int kernel = t->kernel[mistake == 11 ? 0 : i];
            int stride = whole(mistake, STRIDE, t->stride[mistake == 12 ? 0 : i]);
            if (mistake == 21) kernel = t->stride[i], stride = t->kernel[i];
            if (mistake == 1) step *= stride;
            int more = (kernel - 1) * step;
            more = whole(mistake, MORE, more);
            if (mistake == 2) more = kernel - 1;
            if (mistake == 3) more = kernel * step;
            if (mistake == 14) more = (kernel + 1) * step;
            if (mistake == 15) more = -more;
            if (mistake == 18) more = step ? (kernel - 1) / step : 0;
            if (mistake == 19) more = kernel - 1 + step;
            if (mistake == 20) more = (kernel - 2) * step;
            size = mistake == 13 ? more : mistake == 16 ? size * more : size + more;
            if (mistake == 6)
                step += stride;
            else if (mistake == 7)
                step = stride;
            else if (mistake == 22)
                step /= stride;
            else if (mistake == 23)
                step *= kernel;
            else if (mistake != 1)
                step *= stride;
        }
        field[c] = (real)(mistake == 17 ? step : whole(mistake, FIELD, size));
    }
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

typedef struct Layer {
    int outputs, inputs, taps;
    const real *before, *mean, *w, *b;
} Layer;

static const char *const weight_whys[] = {
    "",
    "its input has become smaller: multiply by before[i]",
    "its input has become smaller: multiply by before[i], do not divide",
    "divide by mean[o]",
    "divide by mean[o], do not multiply",
    "upside down: before[i] / mean[o], not mean[o] / before[i]",
    "before[] belongs to the input i, not to the output",
    "mean[] belongs to the output o, not to the input",
    "w is gone through as (inputs, outputs, taps); it is (outputs, inputs, taps)",
    "only the first tap of each is changed: all t do",
    "every input gets before[0]: before[i]",
    "every output gets mean[0]: mean[o]",
    "what w was is lost: *= and not =",
    "the sign is turned",
    "the first output is left out: o begins at 0",
    "the first input is left out: i begins at 0",
    "the first tap is left out: t begins at 0",
    "the last output is left out: o < outputs",
    "the last input is left out: i < inputs",
    "the last tap is left out: t < taps",
    "the weights are not changed",
    "o / inputs stands where o inputs belongs in the index of w",
    "the index of w divides by taps: multiply",
    "o stands where taps belongs in the index of w",
    "t ends at o: t < taps",
    "divided by w[o]: by mean[o]",
    NULL};

static const char *const weight_values[] = {"before[i] / mean[o]", NULL};
enum { QUOTIENT };

static int at_most(int a, int n) {
    return a < n ? a : n - 1;
}

/* Where an index is wrong, it matters what has been changed already. */
static void one_by_one(const Layer *t, int mistake, real *w) {
    memcpy(w, t->w, (size_t)(t->outputs * t->inputs * t->taps) * sizeof *w);
    for (int o = 0; o < t->outputs; o++)
        for (int i = 0; i < t->inputs; i++)
            for (int tap = 0; tap < (mistake == 24 ? o : t->taps); tap++) {
                const int row = mistake == 21 ? o / t->inputs + i : o * t->inputs + i;
                const int start = mistake == 22   ? row / t->taps
                                  : mistake == 23 ? row * o
                                                  : row * t->taps;
                const int at = start + tap;
                if (at < t->outputs * t->inputs * t->taps)
                    w[at] *= t->before[i] / (mistake == 25 ? w : t->mean)[o];
            }
}

static void weights(const void *context, int mistake, real *w) {
    const Layer *t = context;
    if (mistake >= 21 && mistake <= 25) {
        one_by_one(t, mistake, w);
        return;
    }
    for (int e = 0; e < t->outputs * t->inputs * t->taps; e++) {
        int o = e / t->taps / t->inputs, i = e / t->taps % t->inputs;
        const int tap = e % t->taps;
        if (mistake == 8) i = e / t->taps / t->outputs, o = e / t->taps % t->outputs;
        const double b = (double)t->before[mistake == 10  ? 0
                                           : mistake == 6 ? at_most(o, t->inputs)
                                                          : i];
        const double m = (double)t->mean[mistake == 11  ? 0
                                         : mistake == 7 ? at_most(i, t->outputs)
                                                        : o];
        double factor = slip(mistake, QUOTIENT, b / m);
        if (mistake == 1) factor = 1 / m;
        if (mistake == 2) factor = 1 / (b * m);
        if (mistake == 3) factor = b;
        if (mistake == 4) factor = b * m;
        if (mistake == 5) factor = m / b;
        if (mistake == 13) factor = -factor;
        if (mistake == 9 && tap) factor = 1;
        if (mistake == 12) factor /= (double)t->w[e];
        if ((mistake == 14 && o == 0) || (mistake == 15 && i == 0) ||
            (mistake == 16 && tap == 0) || (mistake == 17 && o == t->outputs - 1) ||
            (mistake == 18 && i == t->inputs - 1) ||
            (mistake == 19 && tap == t->taps - 1) || mistake == 20)
            factor = 1;
        w[e] = (real)((double)t->w[e] * factor);
    }
}

static const char *const bias_whys[] = {
    "",
    "the bias has to be divided, too",
    "divide the bias by mean[o], do not multiply",
    "the bias reads no input: before[] is not its business",
    "every output gets mean[0]: mean[o]",
    "the bias is divided once for each input: it stands inside of the loop over i",
    "the bias is divided once for each weight: it stands inside of the loop over t",
    "the first output is left out: o begins at 0",
    "the last output is left out: o < outputs",
    "what b was is lost: /= and not =",
    "divided by w[o]: by mean[o]",
    NULL};
static const char *const bias_values[] = {"mean[o]", NULL};

static void biases(const void *context, int mistake, real *b) {
    const Layer *t = context;
    for (int o = 0; o < t->outputs; o++) {
        const double m = (double)t->mean[mistake == 4 ? 0 : o];
        double factor = 1 / slip(mistake, 0, m);
        const int times = mistake == 5   ? t->inputs
                          : mistake == 6 ? t->inputs * t->taps
                                         : 1;
        for (int k = 1; k < times; k++)
            factor /= m;
        if (mistake == 2) factor = m;
        if (mistake == 3) factor *= (double)t->before[at_most(o, t->inputs)];
        if (mistake == 9) factor = m / (double)t->b[o];
        if (mistake == 10) /* w[o], changed already, is of output 0 */
            factor = (double)(t->mean[0] / t->before[o / t->taps] / t->w[o]);
        if (mistake == 1 || (mistake == 7 && o == 0) ||
            (mistake == 8 && o == t->outputs - 1))
            factor = 1;
        b[o] = (real)((double)t->b[o] * factor);
    }
}

static real *uniform(Rng *rng, size_t n, double low, double high) {
    real *x = grade_room(n);
    for (size_t i = 0; i < n; i++)
        x[i] = (real)(low + (high - low) * rng_uniform(rng));
    return x;
}

static void grade_layer(Grade *g, const char *what_w, const char *what_b, int outputs,
                        int inputs, int taps, Rng *rng) {
    const size_t all = (size_t)(outputs * inputs * taps), out = (size_t)outputs;
    const Layer t = {outputs,
                     inputs,
                     taps,
                     uniform(rng, (size_t)inputs, 0.5, 3),
                     uniform(rng, out, 0.5, 3),
                     uniform(rng, all, -1, 1),
                     uniform(rng, out, 1, 2)};
    real *w = grade_copy(all, t.w), *b = grade_copy(out, t.b);
    normalise(outputs, inputs, taps, t.before, t.mean, w, b);
    grade_formula(g, what_w, all, w, weights, &t, weight_whys,
                  &(GradeHints){.rows = outputs,
                                .columns = inputs * taps,
                                .values = weight_values});
    grade_formula(g, what_b, out, b, biases, &t, bias_whys,
                  &(GradeHints){.values = bias_values});
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
