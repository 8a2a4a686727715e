#include "app/paint_checkpoint.h"

#include <limits.h>
#include <stdio.h>

#include "app/progress.h"
#include "app/table.h"

/* All that the run remembers. */
static StateList state_of(Stage *stage) {
    StateList list = {0};
    state_add(&list, "stage", STATE_INT, &stage->number, 1);
    state_add(&list, "steps before", STATE_INT, &stage->before.step, 1);
    state_add(&list, "evaluations before", STATE_INT, &stage->before.evaluations, 1);
    state_add(&list, "seconds before", STATE_DOUBLE, &stage->before.seconds, 1);
    verdict_state(&stage->run->verdict, &list);
    trace_state(stage->run->trace, &list);
    paint_state(stage->painting, &list);
    return list;
}

void painting_save(Stage *stage, bool goes_on) {
    Painting *run = stage->run;
    const PaintStep *now = &run->last;
    const bool last = !goes_on || now->step == recipe_steps(run->recipe);
    if (!run->checkpoints.path) return;
    if (!last && !checkpoints_due(&run->checkpoints, now->step, now->seconds)) return;
    const StateList list = state_of(stage);
    Error err;
    if (checkpoints_save(&run->checkpoints, now->step, now->seconds, run->settings, &list,
                         &err))
        return;
    progress_end();
    session_complain("paint", &err);
}

bool painting_find_stage(Painting *run, Error *err) {
    const CheckpointFile *file = run->resumed;
    int *stage = &run->first_stage;
    if (!checkpoint_take(file, (StatePiece){"stage", STATE_INT, 1, stage}, err))
        return false;
    return (*stage >= 0 && *stage < recipe_stages(run->recipe)) ||
           error_set(err, "%s: was saved in stage %d of %d", file->path, *stage + 1,
                     recipe_stages(run->recipe));
}

bool painting_resumed(const Stage *stage) {
    return stage->run->resumed && stage->number == stage->run->first_stage;
}

/* Whether the counts of a checkpoint are those of a run like this. */
static bool counts_are_possible(const Stage *stage, Error *err) {
    const int steps = recipe_steps(stage->run->recipe);
    const PaintStep *before = &stage->before;
    if (before->step >= 0 && before->step <= steps && before->evaluations >= 0 &&
        before->evaluations <= INT_MAX / 2)
        return true;
    return error_set(err, "%d steps and %d evaluations in stages before", before->step,
                     before->evaluations);
}

bool painting_restore(Stage *stage, Error *err) {
    Painting *run = stage->run;
    const CheckpointFile *file = run->resumed;
    Error why;
    if (!trace_resume(run->trace, checkpoint_count(file, TABLE_ROWS), &why))
        return error_set(err, "%s: has %s", file->path, why.text);
    const StateList list = state_of(stage);
    if (!checkpoint_restore(file, &list, err)) return false;
    if (!counts_are_possible(stage, &why) || !paint_resume(stage->painting, &why) ||
        !verdict_state_check(&run->verdict, recipe_steps(run->recipe), &why) ||
        !trace_resumed(run->trace, &why))
        return error_set(err, "%s: has %s", file->path, why.text);
    run->last = painting_step(stage, paint_now(stage->painting));
    checkpoints_resumed(&run->checkpoints, file->path, run->last.step, run->last.seconds);
    fprintf(stderr, "continues after step %d of %d\n", run->last.step,
            recipe_steps(run->recipe));
    return true;
}
