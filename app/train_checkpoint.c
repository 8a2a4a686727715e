#include "app/train_checkpoint.h"

#include <math.h>
#include <stdio.h>

#include "app/commands.h"
#include "app/session.h"

bool train_describe(TrainRun *run, Error *err) {
    TrainOptions said = *run->options;
    JsonBuild build = {0};
    if (!said.checkpoint.file) return true;
    json_t *all = run_program(&build);
    json_put(&build, all, "options",
             run_options(&build, &command_train_features, train_settings, &said, NULL));
    json_put(&build, all, "inputs", run_inputs(&build, &run->inputs));
    run->settings = run_text(run->arena, &build, all, &command_train_features,
                             train_outputs, &said, err);
    return run->settings;
}

/* All that the run remembers. */
static StateList state_of(TrainRun *run) {
    StateList list = {0};
    state_add(&list, "seconds", STATE_DOUBLE, &run->seconds, 1);
    table_state(run->trace, &list);
    training_state(run->training, &list);
    return list;
}

void train_save(TrainRun *run, bool stopped) {
    Error err;
    const int step = training_steps(run->training);
    const bool last = stopped || step == run->options->steps;
    if (!run->checkpoints.path) return;
    if (!last && !checkpoints_due(&run->checkpoints, step, run->seconds)) return;
    const StateList list = state_of(run);
    if (!checkpoints_save(&run->checkpoints, step, run->seconds, run->settings, &list,
                          &err))
        session_complain("train-features", &err);
}

/* A row for every report that was due. */
static bool counts_are_possible(const TrainRun *run, Error *err) {
    const int rows = table_rows(run->trace), due = training_reports(run->training);
    if (rows != due)
        return error_set(err, "%d rows of a trace, which has %d after %d steps", rows,
                         due, training_steps(run->training));
    return (isfinite(run->seconds) && run->seconds >= 0) ||
           error_set(err, "%g seconds of training", run->seconds);
}

bool train_restore(TrainRun *run, Error *err) {
    const CheckpointFile *file = run->options->resumed;
    Error why;
    if (!table_resume(run->trace, checkpoint_count(file, TABLE_ROWS), &why))
        return error_set(err, "%s: has %s", file->path, why.text);
    const StateList list = state_of(run);
    if (!checkpoint_restore(file, &list, err)) return false;
    if (!training_state_check(run->training, &why) || !counts_are_possible(run, &why))
        return error_set(err, "%s: has %s", file->path, why.text);
    table_resumed(run->trace);
    const int step = training_steps(run->training);
    checkpoints_resumed(&run->checkpoints, file->path, step, run->seconds);
    fprintf(stderr, "continues after step %d of %d\n", step, run->options->steps);
    return true;
}
