/* Which stages a run has: a stage in which an image would be too narrow to be painted is
 * left out, and the later ones take its steps. */
#ifndef APP_STAGES_H
#define APP_STAGES_H

#include "app/notes.h"
#include "app/scene_options.h"

/* Leaves out the first stages of a recipe that the images of the operands are too small
 * for, and notes it, as it does of those that the options left out. The recipe has its
 * layers. Fails when an image cannot be read, or when --pyramid asks for these stages.
 * The last stage stays in any case. */
bool stages_leave_out(Recipe *recipe, const Network *network, const Options *options,
                      Notes *notes, Error *err);

#endif
