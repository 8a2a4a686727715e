/* expects: kernel - 1 */
#include "lessons/exercises/exercise.h"

int receptive_field(int layers, const int *kernel, const int *stride);
void normalise(int outputs, int inputs, int taps, const real *before, const real *mean,
               real *w, real *b);

/* The side of the square, in pixels. */
int receptive_field(int layers, const int *kernel, const int *stride) {
    int field = 1, step = 1;
    for (int i = 0; i < layers; i++) {
        field += kernel[i] * step;
        step *= stride[i];
    }
    return field;
}

/* w (outputs, inputs, taps), b (outputs): both are changed. */
void normalise(int outputs, int inputs, int taps, const real *before, const real *mean,
               real *w, real *b) {
    for (int o = 0; o < outputs; o++) {
        for (int i = 0; i < inputs; i++)
            for (int t = 0; t < taps; t++)
                w[(o * inputs + i) * taps + t] *= before[i] / mean[o];
        b[o] /= mean[o];
    }
}
