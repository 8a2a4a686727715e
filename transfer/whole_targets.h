/* The targets of a run, each image at once.
 *
 *     Targets targets;
 *     if (!whole_targets(&targets, &setup, &err)) ... */
#ifndef TRANSFER_WHOLE_TARGETS_H
#define TRANSFER_WHOLE_TARGETS_H

#include "transfer/losses.h"
#include "transfer/targets.h"

/* Into the arena of the setup; zeros for a sketch. Fails when a layer is unknown, when
 * its weights are missing, or when an image is too small for it. */
bool whole_targets(Targets *targets, const LossesSetup *setup, Error *err);

/* Those of the photograph only. */
bool whole_content_targets(Targets *targets, const LossesSetup *setup, Error *err);

#endif
