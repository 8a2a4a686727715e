/* The picture while it is painted, as a sketch of coloured characters on the terminal:
 * --preview. Each character is two pixels, the upper half block over its background. The
 * sketch is drawn again in place, above the line of progress. */
#ifndef APP_PREVIEW_H
#define APP_PREVIEW_H

#include <stdbool.h>

#include "tensor/tensor.h"

/* Whether stderr is a terminal that can show it; else says on stderr that it is not shown,
 * and the run goes on without. */
bool preview_possible(void);

/* Whether it is time for another one: at most two a second, and at most a hundredth of the
 * time is spent on them. */
bool preview_due(void);

/* Draws the image, RGB, of any size. `began`: seconds_now() before it was computed. */
void preview_draw(Tensor image, double began);

/* Other text follows below: the next sketch begins there. */
void preview_leave(void);

/* Columns of the terminal. */
int preview_columns(void);

#endif
