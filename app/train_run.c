#include "app/train_run.h"

#include <stdio.h>

#include "app/save.h"
#include "app/session.h"
#include "app/train_checkpoint.h"
#include "app/train_open.h"
#include "io/interrupt.h"
#include "io/safetensors.h"
#include "tensor/clock.h"
#include "tensor/threads.h"

static bool report(TrainRun *run, Error *err) {
    const DistillSettings settings = train_distillation(run->options);
    TrainingReport now;
    if (!training_report(run->training, &now, err)) return false;
    printf("step %5d  loss %.4f  unseen %.4f  (", now.step, now.loss, now.test);
    for (int l = 0; l < settings.layers; l++)
        printf("%s%s %.3f", l ? ", " : "", settings.layer[l].learns, now.layer[l]);
    printf(")  %.0f s\n", run->seconds);
    fflush(stdout);
    table_add(run->trace, (double[]){now.step, now.loss, now.test, run->seconds});
    return true;
}

/* Until the last step or a signal. The report of a run that is stopped comes after the
 * checkpoint, because a run that is not stopped does not make it. */
static bool train(TrainRun *run, Error *err) {
    const double start = seconds_now() - run->seconds;
    while (training_steps(run->training) < run->options->steps) {
        if (!training_step(run->training, err)) return false;
        const bool due = training_reports_now(run->training);
        run->seconds = seconds_now() - start;
        if (due && !report(run, err)) return false;
        const bool stopped = interrupt_signal() != 0;
        train_save(run, stopped);
        if (stopped) return due || report(run, err);
    }
    return true;
}

/* The student's weights as a SaveWriter. */
static bool write_weights(void *context, const char *path, Error *err) {
    const TrainRun *run = context;
    NamedTensors weights = network_weights(run->student, run->arena);
    return run->options->half ? safetensors_write_half(path, &weights, err)
                              : safetensors_write(path, &weights, err);
}

/* Says so unless all is as it was asked for. */
static bool save(TrainRun *run, bool good, Error *err) {
    Saved saved;
    if (!distill_normalize(run->distill, err) ||
        !save_result(run->arena, run->options->out, write_weights, run, &saved, err))
        return false;
    if (good && !interrupt_signal() && !saved.in_place) return true;
    save_report(&saved, stderr);
    fprintf(stderr, " after %d of %d steps\n", training_steps(run->training),
            run->options->steps);
    return true;
}

/* What is lost, and what there is of it. */
static int complain(const TrainRun *run, const Error *why) {
    Error err = *why;
    checkpoints_mention(&run->checkpoints, &err);
    return session_complain("train-features", &err);
}

static bool open_run(TrainRun *run, Error *err) {
    if (!train_open(run, err) || !train_describe(run, err) ||
        (run->options->resumed && !train_restore(run, err)))
        return false;
    checkpoints_note(&run->options->checkpoint, "train-features");
    interrupt_wait();
    return true;
}

/* The weights so far are kept also when the training cannot go on, for a photograph that
 * cannot be read, say; but not when they give no finite loss. */
static int finish(TrainRun *run, bool good, const Error *why) {
    Error err;
    int status = good ? 0 : complain(run, why);
    if (training_steps(run->training) > 0 && training_is_finite(run->training) &&
        !save(run, good, &err))
        status = complain(run, &err);
    if (!table_close(run->trace, &err)) status = session_complain("train-features", &err);
    if (run->checkpoints.failed) status = 1; /* it has been said why */
    return status == 0 && interrupt_signal() ? 128 + interrupt_signal() : status;
}

int train_run(const TrainOptions *options) {
    Error err;
    TrainRun run = {
        .arena = arena_new(),
        .options = options,
        .checkpoints = {.path = options->checkpoint.file,
                        .every = options->checkpoint.every},
    };
    int status;
    if (options->threads) threads_set(options->threads);
    if (open_run(&run, &err)) {
        const bool good = train(&run, &err);
        status = finish(&run, good, &err);
    } else {
        table_abandon(run.trace);
        status = session_complain("train-features", &err);
    }
    distill_free(run.distill);
    arena_free(run.arena);
    return status;
}
