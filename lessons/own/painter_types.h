/* What a painter is given, and what it reports: the types of painter.h. */
#ifndef LESSONS_OWN_PAINTER_TYPES_H
#define LESSONS_OWN_PAINTER_TYPES_H

#include "lessons/own/network.h"

enum { STEPS_LOOP = 10, STEPS_MOMENTUM = 10, STEPS_ADAM = 20, STEPS_LBFGS = 20 };
enum { PAINTER_STEPS = STEPS_LOOP + STEPS_MOMENTUM + STEPS_ADAM + STEPS_LBFGS };

typedef struct Subject {
    Network *network;    /* with its weights, up to the layers below */
    Tensor photo, style; /* RGB in [0, 1] */
    const char *content_layer;
    const char *const *style_layers; /* from the image up */
    int style_count;
    double alpha, beta, gamma; /* of content, style and total variation, see painter.c */
} Subject;

typedef struct Painter Painter;

/* What the run has left: J before each step; the seconds that each piece took in all; the
 * largest relative error of the gradient check; and the cosine of the gradients of
 * content and style loss at the end. */
typedef struct PainterReport {
    double total[PAINTER_STEPS];
    PieceTimes times;
    double gradient_error, cosine;
} PainterReport;

#endif
