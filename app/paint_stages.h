/* The painting itself, from the first stage to the saved image: progress, the curve of the
 * losses, images on the way, and how it ended. */
#ifndef APP_PAINT_STAGES_H
#define APP_PAINT_STAGES_H

#include "app/paint_shared.h"

/* Paints all stages of the session's recipe, one after the other, each from the result of
 * the one before, and saves the result of the last one as the options say. `images` are
 * those of the first stage. Whatever ends the run, what there is by then is saved. When a
 * later stage cannot be set up, because a file was removed meanwhile, say, that is the
 * result of the stage before. Returns the exit status; what went wrong is on stderr.
 * `shared` is what runs before have left; NULL: this is the only one. */
int paint_stages(const Session *session, const Images *images,
                 const PaintOptions *options, PaintShared *shared);

#endif
