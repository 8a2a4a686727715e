#include "train/clip.h"

#include <math.h>

#define NEWEST 0.02 /* its part in the usual length, which is that of some fifty */

static double length_of(const real *gradient, size_t size) {
    double sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += (double)gradient[i] * (double)gradient[i];
    return sqrt(sum);
}

void clip_gradient(Clip *clip, real *gradient, size_t size) {
    if (clip->most == 0) return;
    const double length = length_of(gradient, size);
    if (!isfinite(length)) return;
    const double most = clip->usual > 0 ? clip->most * clip->usual : length;
    const double by = length > most ? most / length : 1;
    for (size_t i = 0; by < 1 && i < size; i++)
        gradient[i] *= (real)by;
    clip->usual =
        clip->usual > 0 ? (1 - NEWEST) * clip->usual + NEWEST * length * by : length;
}

void clip_state(Clip *clip, StateList *list) {
    state_add(list, "usual length of a gradient", STATE_DOUBLE, &clip->usual, 1);
}
