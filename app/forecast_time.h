/* The time of a stage, from a small copy of its scene: see forecast.h. */
#ifndef APP_FORECAST_TIME_H
#define APP_FORECAST_TIME_H

#include "transfer/recipe.h"
#include "transfer/scene.h"

#define PROBE_STEPS 16 /* that show how many evaluations a step needs */

/* What was measured on two copies. */
typedef struct Speed {
    struct {
        double pixels;                  /* of the content */
        double init, forward, backward; /* seconds */
    } copy[2];
    int probed;                          /* steps of the probe */
    double evaluations[PROBE_STEPS + 1]; /* after 0, 1, 2, ... of its steps */
    double move; /* seconds per step and number of the image, for the optimiser, with
                    one pair of L-BFGS more than it has */
} Speed;

/* Evaluations of a run of `steps` steps: as in the probe, and after its end as in its
 * second half, for the first steps search longest. */
double speed_evaluations(const Speed *speed, int steps);

/* Measures copies of a scene, with the settings of a stage. Takes a few seconds. */
bool speed_measure(Network *network, const Recipe *stage, const Scene *scene, Speed *out,
                   Error *err);

/* Seconds of a stage, of whose images the shapes suffice. */
bool speed_stage(const Speed *speed, const Network *network, const Recipe *stage,
                 const Scene *scene, double *seconds, Error *err);

#endif
