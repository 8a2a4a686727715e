#include "app/train_squares.h"

#include <stdio.h>

#include "app/memory.h"
#include "app/memory_limit.h"
#include "app/session.h"
#include "io/assets.h"
#include "io/image.h"

TrainSquares train_squares(const SquaresOptions *options, int unit) {
    TrainSquares t = {.options = options, .settings = options->training};
    t.settings.steps = options->shared.steps;
    t.settings.first = options->training.first / unit * unit;
    t.settings.last = options->training.last / unit * unit;
    return t;
}

/* ---- Before the first update ---- */

bool train_squares_check(const SquaresOptions *options, Error *err) {
    const StyleSettings *s = &options->training;
    if (s->last < s->first)
        return error_set(err,
                         "--last-size %d is smaller than the %d of --size: squares grow "
                         "during the training; choose a larger one",
                         s->last, s->first);
    if (s->weights.style > 0 && s->weights.content > 0) return true;
    return error_set(err,
                     "--style-weight and --content-weight must be above 0: without the "
                     "one there is nothing to learn, without the other no photograph");
}

bool train_squares_files(const TrainRun *run, Files *files, Error *err) {
    const SquaresOptions *o = run->options;
    files_read(files, "--weights", o->network);
    files_write(files, "--preview", o->preview);
    train_files(run, files);
    return (!o->preview || image_write_check(o->preview, err)) &&
           train_files_check(run, files, err);
}

Network *train_squares_network(TrainRun *run, NetworkOptions wanted, Error *err) {
    const SquaresOptions *o = run->options;
    NetworkInfo info;
    const char *path =
        o->network ? o->network : assets_path(run->arena, "paintnet.safetensors", err);
    Network *network = path ? network_open(run->arena, path, &wanted, &info, err) : NULL;
    if (network && run->shared->checkpoint.file &&
        !run_input_known(&run->inputs, "weights", 0, path, &info.hash, err))
        return NULL;
    return network;
}

/* The threads' workspaces took a tenth more. */
bool train_squares_fit(const TrainRun *run, size_t bytes, Error *err) {
    char what[80];
    const TrainSquares *t = run->training;
    const StyleSettings *s = &t->settings;
    const size_t now = memory_now();
    snprintf(what, sizeof what, "%d squares of %d x %d pixels an update", s->batch,
             s->last, s->last);
    const MemoryNeed need = {now, now + bytes + bytes / 8, what,
                             TRAIN_SQUARES_LESS_MEMORY " needs less"};
    return memory_limit_allows(run->shared->memory_limit, &need, err);
}

const Crops *train_squares_crops(TrainRun *run, const char *const *paths, int count,
                                 Error *err) {
    PhotoFiles files;
    return photo_files_read(run->arena, paths, count, &files, err)
               ? crops_new(run->arena, &files, err)
               : NULL;
}

void train_squares_note(const TrainRun *run, const Crops *crops, const char *what) {
    const TrainSquares *t = run->training;
    const int side = t->settings.last, small = crops_enlarged(crops, side);
    if (small)
        fprintf(stderr,
                "%d of %d %s have a side below %d pixels and are enlarged, so they are "
                "blurred\n",
                small, crops_count(crops), what, side);
}

bool train_squares_trace(TrainRun *run, Error *err) {
    static const char *const with[] = {"step",  "side", "total",     "content",
                                       "style", "tv",   "stability", "seconds"};
    static const char *const without[] = {"step",  "side", "total",  "content",
                                          "style", "tv",   "seconds"};
    const TrainSquares *t = run->training;
    run->trace =
        table_open(run->arena, run->shared->trace, t->stability ? with : without,
                   t->stability ? 8 : 7, run->shared->checkpoint.file != NULL, err);
    return run->trace;
}

/* ---- Functions of a TrainKind ---- */

void train_squares_step(TrainRun *run) {
    TrainSquares *t = run->training;
    if (t->begun) return;
    t->begun = true;
    t->from = t->updates->done;
    t->seconds = run->seconds;
}

int train_squares_steps(const TrainRun *run) {
    const TrainSquares *t = run->training;
    return t->updates->done;
}

bool train_squares_report(TrainRun *run, Error *err) {
    (void)err;
    const TrainSquares *t = run->training;
    const int done = t->updates->done, side = t->updates->side;
    const double seconds = run->seconds - t->seconds;
    const int left = (int)(updates_left(&t->settings, t->from, done, seconds) + 0.5);
    const StyleTerms m = updates_terms(t->updates);
    printf("update %5d of %d  %d px  loss %.4f  content %.4f  style %.4f  tv %.4f  ",
           done, t->settings.steps, side, m.total, m.content, m.style, m.tv);
    if (t->stability) printf("stability %.5f  ", m.stability);
    printf("%.0f s, %d:%02d left\n", run->seconds, left / 60, left % 60);
    fflush(stdout);
    if (t->stability)
        table_add(run->trace, (double[]){done, side, m.total, m.content, m.style, m.tv,
                                         m.stability, run->seconds});
    else
        table_add(run->trace, (double[]){done, side, m.total, m.content, m.style, m.tv,
                                         run->seconds});
    return true;
}

void train_squares_show(TrainRun *run, PreviewWriter *write) {
    Error err;
    TrainSquares *t = run->training;
    const SquaresOptions *o = t->options;
    const int done = t->updates->done;
    if (!o->preview || (done % o->preview_every && done != t->settings.steps)) return;
    if (write(run, o->preview, &err)) return;
    if (!t->preview_failed) session_complain(run->kind->command->name, &err);
    t->preview_failed = true;
}

bool train_squares_is_finite(const TrainRun *run) {
    const TrainSquares *t = run->training;
    return !t->updates->diverged;
}

void train_squares_state(TrainRun *run, StateList *list) {
    const TrainSquares *t = run->training;
    updates_state(t->updates, list);
}

bool train_squares_state_check(const TrainRun *run, Error *err) {
    const TrainSquares *t = run->training;
    return updates_state_check(t->updates, err);
}
