#include "app/paint_finish.h"

#include "app/not_finite.h"
#include "app/progress.h"
#include "app/save.h"
#include "io/interrupt.h"
#include "transfer/output.h"

static const char *why_of(const Painting *run, const PaintEnd *end) {
    if (run->failure) return run->failure;
    /* A request during the last step stops nothing. */
    const bool whole = run->last.step == recipe_steps(run->recipe) && !end->diverged;
    return painting_stopped(run) && whole ? "all steps are done" : end->why;
}

/* The manifest as a SaveWriter. */
typedef struct Record {
    const Painting *run;
    ManifestEnd end;
} Record;

static bool write_record(void *context, const char *path, Error *err) {
    const Record *record = context;
    return manifest_write(record->run->manifest, path, record->run->recipe, &record->end,
                          err);
}

static bool write_manifest(const Painting *run, const PaintEnd *end, const char *picture,
                           Error *err) {
    if (!run->options->manifest) return true;
    Saved saved;
    Record record = {run,
                     {.out = picture,
                      .why = why_of(run, end),
                      .steps = run->last.step,
                      .stopped = painting_stopped(run),
                      .total = end->terms.total}};
    return save_result(run->session->arena, run->options->manifest, write_record, &record,
                       &saved, err);
}

static void say_end(const Painting *run, const PaintedStage *painted) {
    progress_end();
    fprintf(stderr, "%s after %d of %d steps: total %.6g\n", why_of(run, &painted->end),
            run->last.step, recipe_steps(run->recipe), painted->end.terms.total);
    if (run->checked)
        fprintf(stderr,
                "the gradient was compared along %d step%s: the largest difference is "
                "%.2g %%\n",
                run->checked, run->checked == 1 ? "" : "s", 100 * run->largest_error);
    if (painted->end.diverged) {
        char what[300];
        not_finite_say(&painted->recipe, &painted->end.lost, what, sizeof what);
        fprintf(stderr, "step %d: %s\n", run->last.step + 1, what);
    }
    verdict_print(&run->verdict, &painted->recipe, &painted->end, run->last.step);
}

static void say_saved(const Painting *run, const PaintedStage *painted,
                      const Saved *saved) {
    const int stages = recipe_stages(run->recipe);
    save_report(saved, stderr);
    if (painted->stage + 1 < stages)
        fprintf(stderr, " in the size of stage %d of %d", painted->stage + 1, stages);
    fprintf(stderr, "\n");
}

/* The result as a SaveWriter. */
static bool write_result(void *context, const char *path, Error *err) {
    const PaintedStage *painted = context;
    return output_image(path, painted->result, err);
}

int painting_finish(const Painting *run, PaintedStage *painted) {
    Error err;
    Saved saved = {0};
    const PaintEnd *end = &painted->end;
    int status = 0;
    say_end(run, painted);
    const bool kept = verdict_keeps(&run->verdict, &painted->recipe, end, run->last.step,
                                    painted->image, &err);
    if (kept && save_result(run->session->arena, run->options->out, write_result, painted,
                            &saved, &err)) {
        say_saved(run, painted, &saved);
    } else {
        if (kept && !saved.path) checkpoints_mention(&run->checkpoints, &err);
        status = session_complain("paint", &err);
    }
    if (saved.path && !write_manifest(run, end, saved.path, &err))
        status = session_complain("paint", &err);
    if (!timelapse_end(run->film, painted->result, &err))
        status = session_complain("paint", &err);
    if (run->film_failed) status = 1; /* it has been said why */
    if (!trace_write(run->trace, &err)) {
        session_complain("paint", &err);
        if (!interrupt_signal()) status = 1; /* else the signal may have ended gnuplot */
    }
    if (run->failure) status = session_complain("paint", &run->err);
    if (run->checkpoints.failed) status = 1; /* it has been said why */
    if (end->diverged && kept) { /* else it has been said why there is nothing to keep */
        error_set(&err, "loss or gradient became infinite; try smaller weights, a "
                        "smaller --lr or --optim adam");
        status = session_complain("paint", &err);
    }
    return status == 0 && interrupt_signal() ? 128 + interrupt_signal() : status;
}

int painting_fail(const Painting *run, const Error *err) {
    trace_abandon(run->trace);
    timelapse_abandon(run->film);
    return session_complain("paint", err);
}
