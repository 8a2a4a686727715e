/* Features with other moments, and how far they are from a painting's: lesson 18. */
#ifndef LESSONS_RESTYLE_H
#define LESSONS_RESTYLE_H

#include "lessons/adain_by_hand.h"
#include "lessons/lesson.h"

typedef struct Restyling {
    Lesson *lesson;
    Arena *arena;
    Network *net;
    Tensor photo;
    Tensor painting;
    Tensor mosaic; /* the decoder does not learn from it */
    Tensor w;      /* the decoder's weights */
} Restyling;

/* How far features are from those of the painting: |a - b| / |b|. */
typedef struct Distances {
    double means, deviations, gram, diagonal, rest;
} Distances;

/* Features of relu3_1. */
Tensor features(Restyling *s, Tensor image);

/* The same numbers at other positions, in another order for each channel. */
Tensor shuffled(Restyling *s, Tensor f);

/* Of all elements of two tensors: |a - b| / |b|. */
double far_from(Tensor a, Tensor b);
Distances distances(Restyling *s, Tensor f, Tensor of_painting);

/* (1 - alpha) f + alpha AdaIN(f, style) */
Tensor restyle(Restyling *s, Tensor f, ChannelMoments style, double alpha);

/* The moments of two styles, mixed. */
ChannelMoments half_of_each(Restyling *s, ChannelMoments a, ChannelMoments b);

#endif
