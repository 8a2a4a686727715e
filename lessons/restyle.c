#include "lessons/restyle.h"

#include <math.h>
#include <stdlib.h>

#include "losses/ops.h"
#include "losses/style.h"
#include "losses/total.h"
#include "nn/ops.h"

enum { ALL = 1 << 30 };

Tensor features(Restyling *s, Tensor image) {
    Tape *tape = tape_new();
    Node *f;
    lesson_record(s->lesson, s->net, tape_constant(tape, image),
                  &(const char *){"relu3_1"}, 1, &f);
    Tensor kept = tape_keep(s->arena, f);
    tape_free(tape);
    return kept;
}

/* The same numbers at other positions, in another order for each channel. */
Tensor shuffled(Restyling *s, Tensor f) {
    Tensor out = tensor_clone(s->arena, f);
    const int pixels = f.shape.h * f.shape.w;
    Rng rng = rng_seed(3);
    for (int c = 0; c < f.shape.c; c++)
        for (int k = pixels - 1; k > 0; k--) {
            real *row = out.data + c * pixels;
            const int other = (int)rng_below(&rng, (uint32_t)k + 1);
            const real kept = row[k];
            row[k] = row[other];
            row[other] = kept;
        }
    return out;
}

static Tensor gram_of(Restyling *s, Tensor f) {
    Tape *tape = tape_new();
    Node *x = tape_constant(tape, f);
    Tensor kept = tape_keep(s->arena, ag_gram(x, gram_params(GRAM_HW, x)));
    tape_free(tape);
    return kept;
}

/* |a - b| / |b|, of the elements whose row and column are `first` to `last` apart. */
static double apart(Tensor a, Tensor b, int first, int last) {
    const int n = b.shape.w;
    double difference = 0;
    double size = 0;
    for (int e = 0; e < (int)shape_size(b.shape); e++) {
        const int beside = abs(e / n - e % n);
        if (beside < first || beside > last) continue;
        const double d = (double)(a.data[e] - b.data[e]);
        difference += d * d;
        size += (double)b.data[e] * (double)b.data[e];
    }
    return sqrt(difference / size);
}

double far_from(Tensor a, Tensor b) {
    return apart(a, b, 0, ALL);
}

Distances distances(Restyling *s, Tensor f, Tensor of_painting) {
    const ChannelMoments a = channel_moments(s->arena, f);
    const ChannelMoments b = channel_moments(s->arena, of_painting);
    const Tensor g = gram_of(s, f);
    const Tensor of_b = gram_of(s, of_painting);
    return (Distances){.means = apart(a.m, b.m, 0, ALL),
                       .deviations = apart(a.d, b.d, 0, ALL),
                       .gram = apart(g, of_b, 0, ALL),
                       .diagonal = apart(g, of_b, 0, 0),
                       .rest = apart(g, of_b, 1, ALL)};
}

/* (1 - alpha) f + alpha AdaIN(f, style) */
Tensor restyle(Restyling *s, Tensor f, ChannelMoments style, double alpha) {
    Tape *tape = tape_new();
    Node *x = tape_constant(tape, f);
    Node *styled =
        ag_instance_norm(x, tape_constant(tape, style.d), tape_constant(tape, style.m),
                         (InstanceNorm){ADAIN_EPSILON});
    Node *both[] = {x, styled};
    const double weights[] = {1 - alpha, alpha};
    Tensor kept = tape_keep(s->arena, ag_weighted_sum(2, both, weights));
    tape_free(tape);
    return kept;
}

/* The moments of two styles, mixed. */
ChannelMoments half_of_each(Restyling *s, ChannelMoments a, ChannelMoments b) {
    Tape *tape = tape_new();
    const double half[] = {0.5, 0.5};
    Node *m[] = {tape_constant(tape, a.m), tape_constant(tape, b.m)};
    Node *d[] = {tape_constant(tape, a.d), tape_constant(tape, b.d)};
    const ChannelMoments mixed = {tape_keep(s->arena, ag_weighted_sum(2, m, half)),
                                  tape_keep(s->arena, ag_weighted_sum(2, d, half))};
    tape_free(tape);
    return mixed;
}
