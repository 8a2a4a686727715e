/* A style transfer in which every formula is a function of a table of pieces.
 *
 *     Painter *painter = painter_new(arena, &own, &subject);
 *     painter_run(painter);                          four methods, one after the other
 *     image_write("painting.png", painter_image(painter), &err);
 *
 * The network is read from the same weights as everywhere; its convolutions, poolings,
 * losses and steps are the pieces'. What stays here is what no exercise asks for: the
 * order of the layers, the ReLU, the pooled maxima, and memory. */
#ifndef LESSONS_OWN_PAINTER_H
#define LESSONS_OWN_PAINTER_H

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

Painter *painter_new(Arena *arena, const Pieces *use, const Subject *subject);
void painter_run(Painter *p);

/* RGB in [0, 1], in the arena. */
Tensor painter_image(const Painter *p);

/* What the run has left: J before each step; the seconds that each piece took in all; the
 * largest relative error of the gradient check; and the cosine of the gradients of
 * content and style loss at the end. */
typedef struct PainterReport {
    double total[PAINTER_STEPS];
    PieceTimes times;
    double gradient_error, cosine;
} PainterReport;
const PainterReport *painter_report(const Painter *p);

#endif
