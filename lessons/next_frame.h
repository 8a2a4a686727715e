/* How a frame of a film is painted after another one: lesson 19. */
#ifndef LESSONS_NEXT_FRAME_H
#define LESSONS_NEXT_FRAME_H

#include "lessons/pupils.h"
#include "lessons/training.h"

/* What the painting of a frame knows. */
typedef struct NextFrame {
    Studio studio;
    Tensor photo;  /* the frame, as it was filmed */
    Tensor warped; /* the frame before, painted, where the flow points */
    Tensor t;      /* how much each pixel of it is trusted */
} NextFrame;

/* One way to paint it. */
typedef struct Way {
    const char *name;
    Tensor start;
    int steps;
    double weight; /* w of the temporal loss; 0: without */
} Way;

/* The painting; the run has J, without the temporal loss, before each step and at the
 * end. */
Tensor paint_frame(const NextFrame *frame, Way way, Training *run);

/* The root of the mean of t (x - warped)^2 over the trusted pixels, 0 to 255. */
double flicker(const NextFrame *frame, Tensor x);

/* The sum over the colours of t |x - warped|, as a grey image: black is no change. */
Tensor changes_of(const NextFrame *frame, Tensor x);

/* J of some runs, loss.svg. */
void frames_plot(Lesson *l, const Training *runs, int count);

#endif
