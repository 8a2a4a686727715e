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

#include "lessons/own/painter_types.h"

Painter *painter_new(Arena *arena, const Pieces *use, const Subject *subject);
void painter_run(Painter *p);

/* RGB in [0, 1], in the arena. */
Tensor painter_image(const Painter *p);

/* What the run has left. */
const PainterReport *painter_report(const Painter *p);

#endif
