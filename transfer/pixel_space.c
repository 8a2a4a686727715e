#include "transfer/pixel_space.h"

#include <string.h>

const Normalize pixel_space_unit = {{0, 0, 0}, {1, 1, 1}};

/* (scale x - mean) / deviation as (x - mean / scale) / (deviation / scale). */
static Normalize of_pixels(const OwnPixels *p) {
    Normalize n;
    for (int c = 0; c < 3; c++) {
        n.mean[c] = p->mean[c] / p->scale;
        n.deviation[c] = p->deviation[c] / p->scale;
    }
    return n;
}

Normalize pixel_space_input(const Recipe *recipe, const Network *network) {
    return recipe->net.input == INPUT_PIXELS ? of_pixels(&recipe->pixels.own)
                                             : network_normalize(network);
}

Normalize pixel_space_of(const Recipe *recipe, const Network *network, Space space) {
    switch (space) {
    case SPACE_INPUT:
        return pixel_space_input(recipe, network);
    case SPACE_PIXELS:
        return of_pixels(&recipe->pixels.own);
    case SPACE_UNIT:
        break;
    }
    return pixel_space_unit;
}

static bool same(Normalize a, Normalize b) {
    return memcmp(&a, &b, sizeof a) == 0;
}

/* to(from^-1(y)) = (y deviation_f + mean_f - mean_t) / deviation_t: subtracts
 * (mean_t - mean_f) / deviation_f and divides by deviation_t / deviation_f. */
static Normalize joined(Normalize from, Normalize to) {
    Normalize n;
    for (int c = 0; c < 3; c++) {
        n.mean[c] = (to.mean[c] - from.mean[c]) / from.deviation[c];
        n.deviation[c] = to.deviation[c] / from.deviation[c];
    }
    return n;
}

Node *pixel_space_convert(Node *x, Normalize from, Normalize to) {
    return same(from, to) ? x : ag_normalize(x, joined(from, to));
}

Tensor pixel_space_converted(Arena *arena, Tensor x, Normalize from, Normalize to) {
    Tape *tape = tape_new();
    Tensor y = tape_keep(arena, pixel_space_convert(tape_constant(tape, x), from, to));
    tape_free(tape);
    return y;
}
