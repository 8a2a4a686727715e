#include "app/train_checkpoint.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/session.h"
#include "train/reports.h"

bool train_describe(TrainRun *run, Error *err) {
    const TrainKind *kind = run->kind;
    JsonBuild build = {0};
    if (!run->shared->checkpoint.file) return true;
    void *said = memcpy(arena_alloc(run->arena, kind->options_size), run->options,
                        kind->options_size);
    json_t *all = run_program(&build);
    json_put(&build, all, "options",
             run_options(&build, kind->command, kind->settings, said, NULL));
    json_put(&build, all, "inputs", run_inputs(&build, &run->inputs));
    run->settings =
        run_text(run->arena, &build, all, kind->command, kind->outputs, said, err);
    return run->settings;
}

/* All that the run remembers. */
static StateList state_of(TrainRun *run) {
    StateList list = {0};
    state_add(&list, "seconds", STATE_DOUBLE, &run->seconds, 1);
    table_state(run->trace, &list);
    run->kind->state(run, &list);
    return list;
}

void train_save(TrainRun *run, bool stopped) {
    Error err;
    const int step = run->kind->steps(run);
    const bool last = stopped || step == run->shared->steps;
    if (!run->checkpoints.path) return;
    if (!last && !checkpoints_due(&run->checkpoints, step, run->seconds)) return;
    const StateList list = state_of(run);
    if (!checkpoints_save(&run->checkpoints, step, run->seconds, run->settings, &list,
                          &err))
        session_complain(run->kind->command->name, &err);
}

/* A row for every report that was due. */
static bool counts_are_possible(const TrainRun *run, Error *err) {
    const int steps = run->kind->steps(run), rows = table_rows(run->trace);
    const int due = reports_until(steps, run->shared->steps, TRAIN_REPORT);
    if (rows != due)
        return error_set(err, "%d rows of a trace, which has %d after %d steps", rows,
                         due, steps);
    return (isfinite(run->seconds) && run->seconds >= 0) ||
           error_set(err, "%g seconds of training", run->seconds);
}

bool train_restore(TrainRun *run, Error *err) {
    const CheckpointFile *file = run->shared->resumed;
    Error why;
    if (!table_resume(run->trace, checkpoint_count(file, TABLE_ROWS), &why))
        return error_set(err, "%s: has %s", file->path, why.text);
    const StateList list = state_of(run);
    if (!checkpoint_restore(file, &list, err)) return false;
    if (!run->kind->state_check(run, &why) || !counts_are_possible(run, &why))
        return error_set(err, "%s: has %s", file->path, why.text);
    table_resumed(run->trace);
    const int step = run->kind->steps(run);
    checkpoints_resumed(&run->checkpoints, file->path, step, run->seconds);
    fprintf(stderr, "continues after step %d of %d\n", step, run->shared->steps);
    return true;
}
