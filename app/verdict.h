/* What the numbers of a run say about it, beyond "all steps are done": that the loss
 * rose, or never moved, or ended far above what it had reached, or that nothing is left of
 * the image.
 *
 *     Verdict verdict;
 *     verdict_begin(&verdict, image);                  before a stage
 *     verdict_add(&verdict, step, total);                after each of its steps
 *     verdict_print(&verdict, recipe, &end, step);       after its last */
#ifndef APP_VERDICT_H
#define APP_VERDICT_H

#include "tensor/state.h"
#include "transfer/paint.h"

typedef struct Verdict {
    int steps; /* of this stage */
    int moved; /* the last step that changed the total, counted as the user does */
    double first, last; /* totals */
    double lowest;      /* total, and its step */
    int lowest_step;
    double growth; /* the largest total / total of the step before, and its step */
    int growth_step;
    double at_limits; /* part of the first image's numbers that are at most 0 or at
                           least 1 */
} Verdict;

/* `image` is RGB in [0, 1]. */
void verdict_begin(Verdict *verdict, Tensor image);
void verdict_add(Verdict *verdict, int step, double total);

/* Adds what the verdict remembers to the list of a checkpoint; and whether the pieces,
 * copied from a file, can be those of a run of `steps` steps. */
void verdict_state(Verdict *verdict, StateList *list);
bool verdict_state_check(const Verdict *verdict, int steps, Error *err);

/* One line on stderr when the loss rose, never fell, or ended at more than twice the
 * lowest, with what helps; else none. `last` is the last step, counted over all stages. */
void verdict_print(const Verdict *verdict, const Recipe *recipe, const PaintEnd *end,
                   int last);

/* Whether the image may replace a file. Fails with what to do when the run could not
 * take its first step, `steps` being those of all stages, or when every number of the
 * image has run to its limits. */
bool verdict_keeps(const Verdict *verdict, const Recipe *recipe, const PaintEnd *end,
                   int steps, Tensor image, Error *err);

#endif
