/* What a run would take, before it starts.
 *
 * Memory is planned, not measured: the tapes of each stage are recorded as sketches
 * (tape.h), whose plan says how many bytes the real ones would have, and the optimiser's
 * vectors are counted. Added to that is what the process already has: the program, the
 * network's weights, the images.
 *
 * Time is measured on a small copy of the same scene, in two sizes. An evaluation takes a
 * fixed time (weights have to be read and transformed, whatever the image's size) and
 * one for each pixel; two sizes tell both. A few steps on the smaller copy show how many
 * evaluations a line search needs. What the optimiser adds is measured on a vector of the
 * image's length. */
#ifndef APP_FORECAST_H
#define APP_FORECAST_H

#include "app/session.h"

/* Whether all stages of a recipe have room in the memory that the system has to give.
 * Fails with the numbers of the largest one. Session and sizes are as session_open_sizes
 * has left them. */
bool forecast_fits(const Session *session, const Recipe *recipe, const Images *sizes,
                   const Options *options, Error *err);

/* Prints a table with a line for each stage of the session's recipe, and what all of them
 * together take. */
bool forecast_print(const Session *session, const Images *sizes, const Options *options,
                    FILE *out, Error *err);

#endif
