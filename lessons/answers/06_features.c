/* Answer 06: how far a layer sees, and weights that are normalised.
 *
 * Layer i, from the image up, has a kernel of kernel[i] and a stride of stride[i]. A
 * chain of them sees a square of the image; neighbouring pixels are 1 apart, and a
 * pixel sees itself:
 *
 *     field += (kernel - 1) step,  then step *= stride
 *
 * A convolution computes max(0, sum_it w[o,i,t] x[i,t] + b[o]) for each output channel o,
 * from `inputs` channels i with `taps` weights t each. Channel i of its input now comes
 * divided by before[i]. Change the weights so that output channel o comes divided by
 * mean[o] and is otherwise what it was. */
#include "lessons/exercises/exercise.h"

int receptive_field(int layers, const int *kernel, const int *stride);
void normalise(int outputs, int inputs, int taps, const real *before, const real *mean,
               real *w, real *b);

/* The side of the square, in pixels. */
int receptive_field(int layers, const int *kernel, const int *stride) {
    int field = 1, step = 1;
    for (int i = 0; i < layers; i++) {
        field += (kernel[i] - 1) * step;
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
