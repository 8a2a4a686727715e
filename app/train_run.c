#include "app/train_run.h"

#include <stdio.h>

#include "app/session.h"
#include "app/train_checkpoint.h"
#include "io/file.h"
#include "io/interrupt.h"
#include "tensor/clock.h"
#include "tensor/threads.h"
#include "train/reports.h"

bool train_inputs(TrainRun *run, Error *err) {
    const TrainShared *s = run->shared;
    for (int i = 0; s->checkpoint.file && i < s->files; i++)
        if (!run_input(&run->inputs, "photographs", 0, s->photographs[i], err))
            return false;
    return true;
}

void train_files(const TrainRun *run, Files *files) {
    const TrainShared *s = run->shared;
    for (int i = 0; i < s->files; i++)
        files_read_all(files, "PHOTOGRAPHS", s->photographs[i]);
    files_write(files, "-o", s->out);
    files_write(files, "--trace", s->trace);
    checkpoints_files(&s->checkpoint, run->arena, files);
}

bool train_files_check(const TrainRun *run, const Files *files, Error *err) {
    const TrainShared *s = run->shared;
    return file_write_check(s->out, err) &&
           (!s->trace || file_write_check(s->trace, err)) &&
           checkpoints_ready(&s->checkpoint, err) && files_check(files, err);
}

/* Until the last step or a signal. The report of a run that is stopped comes after the
 * checkpoint, because a run that is not stopped does not make it. */
static bool train(TrainRun *run, Error *err) {
    const TrainKind *kind = run->kind;
    const int steps = run->shared->steps;
    const double start = seconds_now() - run->seconds;
    while (kind->steps(run) < steps) {
        if (!kind->step(run, err)) return false;
        const bool due = reports_now(kind->steps(run), steps, TRAIN_REPORT);
        run->seconds = seconds_now() - start;
        if (due && !kind->report(run, err)) return false;
        if (kind->show) kind->show(run);
        const bool stopped = interrupt_signal() != 0;
        train_save(run, stopped);
        if (stopped) return due || kind->report(run, err);
    }
    return true;
}

/* Says so unless all is as it was asked for. */
static bool save(TrainRun *run, bool good, Error *err) {
    Saved saved;
    const TrainKind *kind = run->kind;
    if ((kind->complete && !kind->complete(run, err)) ||
        !save_result(run->arena, run->shared->out, kind->write, run, &saved, err))
        return false;
    if (!good || interrupt_signal() || saved.in_place) {
        save_report(&saved, stderr);
        fprintf(stderr, " after %d of %d steps\n", kind->steps(run), run->shared->steps);
    }
    if (kind->advise) kind->advise(run);
    return true;
}

/* What is lost, and what there is of it. */
static int complain(const TrainRun *run, const Error *why) {
    Error err = *why;
    checkpoints_mention(&run->checkpoints, &err);
    return session_complain(run->kind->command->name, &err);
}

static bool open_run(TrainRun *run, Error *err) {
    if (!run->kind->open(run, err) || !train_describe(run, err) ||
        (run->shared->resumed && !train_restore(run, err)))
        return false;
    checkpoints_note(&run->shared->checkpoint, run->kind->command->name);
    interrupt_wait();
    return true;
}

/* What was learned is kept also when the training cannot go on, for a photograph that
 * cannot be read, say; but not when it gives no finite loss. */
static int finish(TrainRun *run, bool good, const Error *why) {
    Error err;
    const TrainKind *kind = run->kind;
    int status = good ? 0 : complain(run, why);
    if (kind->steps(run) > 0 && kind->is_finite(run) && !save(run, good, &err))
        status = complain(run, &err);
    if (!table_close(run->trace, &err))
        status = session_complain(kind->command->name, &err);
    if (run->checkpoints.failed) status = 1; /* it has been said why */
    return status == 0 && interrupt_signal() ? 128 + interrupt_signal() : status;
}

int train_run(const TrainKind *kind, const void *options) {
    Error err;
    const TrainShared *shared = options;
    TrainRun run = {
        .arena = arena_new(),
        .kind = kind,
        .options = options,
        .shared = shared,
        .checkpoints = {.path = shared->checkpoint.file,
                        .every = shared->checkpoint.every},
    };
    int status;
    if (shared->threads) threads_set(shared->threads);
    if (open_run(&run, &err)) {
        const bool good = train(&run, &err);
        status = finish(&run, good, &err);
    } else {
        table_abandon(run.trace);
        status = session_complain(kind->command->name, &err);
    }
    kind->close(&run);
    arena_free(run.arena);
    return status;
}
