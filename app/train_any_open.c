#include "app/train_any_open.h"

#include <stdio.h>
#include <string.h>

#include "app/memory.h"
#include "app/memory_limit.h"
#include "io/assets.h"
#include "io/image.h"
#include "transfer/network_open.h"

#define LESS_MEMORY "a smaller --batch or --last-size"

static bool check_options(const TrainAnyOptions *o, Error *err) {
    const StyleSettings *s = &o->training;
    if (o->shared.files == 0)
        return error_set(err, "%s: names no photographs", o->shared.resumed->path);
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

/* Before any work: all can be written, and over nothing that is read. */
static bool outputs_ready(const TrainRun *run, const TrainAnyOptions *o, Error *err) {
    Files files = {0};
    for (int i = 0; i < o->styles.count; i++)
        files_read(&files, "--styles", o->styles.path[i]);
    files_write(&files, "--preview", o->preview);
    train_files(run, &files);
    return (!o->preview || image_write_check(o->preview, err)) &&
           train_files_check(run, &files, err);
}

static Network *open_network(TrainRun *run, const TrainAnyOptions *o, Error *err) {
    const NetworkOptions wanted = {.net = "paintnet", .pad = PADDING_REFLECT};
    NetworkInfo info;
    const char *path =
        o->network ? o->network : assets_path(run->arena, "paintnet.safetensors", err);
    Network *network = path ? network_open(run->arena, path, &wanted, &info, err) : NULL;
    if (network && run->shared->checkpoint.file &&
        !run_input_known(&run->inputs, "weights", 0, path, &info.hash, err))
        return NULL;
    return network;
}

/* The paintings, or the photographs and the program's own pictures. */
static bool open_styles(TrainRun *run, TrainAny *t, Error *err) {
    static const char *const own[] = {"painting.png", "mosaic.png"};
    const char *path[PHOTOGRAPHS_MOST + 2];
    PhotoFiles files;
    const TrainAnyStyles *styles = &t->options->styles;
    const TrainShared *s = run->shared;
    int count = styles->count ? styles->count : s->files;
    memcpy(path, styles->count ? styles->path : s->photographs,
           (size_t)count * sizeof *path);
    for (int i = 0; styles->count == 0 && i < 2; i++)
        if (!(path[count++] = assets_path(run->arena, own[i], err))) return false;
    for (int i = 0; s->checkpoint.file && i < styles->count; i++)
        if (!run_input(&run->inputs, "paintings", 0, path[i], err)) return false;
    return photo_files_read(run->arena, path, count, &files, err) &&
           (t->styles = crops_new(run->arena, &files, err));
}

static bool open_photographs(TrainRun *run, TrainAny *t, Error *err) {
    PhotoFiles files;
    const TrainShared *s = run->shared;
    return train_inputs(run, err) &&
           photo_files_read(run->arena, s->photographs, s->files, &files, err) &&
           (t->photos = crops_new(run->arena, &files, err));
}

static void note_enlarged(const Crops *crops, const char *what, int side) {
    const int small = crops_enlarged(crops, side);
    if (small)
        fprintf(stderr,
                "%d of %d %s have a side below %d pixels and are enlarged, so they are "
                "blurred\n",
                small, crops_count(crops), what, side);
}

/* Whether there is room for the largest step; the threads' workspaces took a tenth. */
static bool fits(const TrainRun *run, const TrainAny *t, Network *network, Error *err) {
    char what[80];
    size_t bytes = 0;
    const StyleSettings *s = &t->settings;
    const bool good = any_training_forecast(network, *s, &bytes, err);
    snprintf(what, sizeof what, "%d squares of %d x %d pixels an update", s->batch,
             s->last, s->last);
    const size_t now = memory_now();
    const MemoryNeed need = {now, now + bytes + bytes / 8, what,
                             LESS_MEMORY " needs less"};
    return good && memory_limit_allows(run->shared->memory_limit, &need, err);
}

static bool open_trace(TrainRun *run, Error *err) {
    static const char *const columns[] = {"step",  "side", "total",  "content",
                                          "style", "tv",   "seconds"};
    run->trace = table_open(run->arena, run->shared->trace, columns, 7,
                            run->shared->checkpoint.file != NULL, err);
    return run->trace;
}

bool train_any_open(TrainRun *run, Error *err) {
    const TrainAnyOptions *o = run->options;
    TrainAny *t = run->training = ARENA_NEW(run->arena, TrainAny, 1);
    *t = (TrainAny){.options = o, .settings = o->training};
    t->settings.steps = o->shared.steps;
    t->settings.first = o->training.first / DECODER_STEP * DECODER_STEP;
    t->settings.last = o->training.last / DECODER_STEP * DECODER_STEP;
    if (!check_options(o, err) || !outputs_ready(run, o, err)) return false;
    Network *network = open_network(run, o, err);
    if (!network || !fits(run, t, network, err) || !open_photographs(run, t, err) ||
        !open_styles(run, t, err))
        return false;
    note_enlarged(t->photos, "photographs", t->settings.last);
    note_enlarged(t->styles, "paintings", t->settings.last);
    t->decoder = decoder_new(run->arena);
    t->training = any_training_new(run->arena, t->decoder, network, t->photos, t->styles,
                                   t->settings, err);
    if (!t->training || !open_trace(run, err)) return false;
    printf("%d photographs, %d paintings, %d of each an update, squares of %d to %d "
           "pixels, %d updates\n",
           crops_count(t->photos), crops_count(t->styles), t->settings.batch,
           t->settings.first, t->settings.last, t->settings.steps);
    fflush(stdout);
    return true;
}
