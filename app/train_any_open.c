#include "app/train_any_open.h"

#include <stdio.h>
#include <string.h>

#include "io/assets.h"

static bool check_options(const TrainAnyOptions *o, Error *err) {
    const TrainShared *shared = &o->squares.shared;
    if (shared->files == 0)
        return error_set(err, "%s: names no photographs", shared->resumed->path);
    return train_squares_check(&o->squares, err);
}

static bool files_ready(const TrainRun *run, const TrainAnyOptions *o, Error *err) {
    Files files = {0};
    for (int i = 0; i < o->styles.count; i++)
        files_read_all(&files, "--styles", o->styles.text[i]);
    return train_squares_files(run, &files, err);
}

static bool fits(const TrainRun *run, const TrainAny *t, Network *network, Error *err) {
    size_t bytes = 0;
    return any_training_forecast(t->decoder, network, t->squares.settings, &bytes, err) &&
           train_squares_fit(run, bytes, err);
}

static bool open_photographs(TrainRun *run, TrainAny *t, Error *err) {
    const TrainShared *s = run->shared;
    if (!train_inputs(run, err)) return false;
    t->photos = train_squares_crops(run, s->photographs, s->files, err);
    return t->photos;
}

/* The paintings, or the photographs and the program's own pictures. */
static bool open_styles(TrainRun *run, TrainAny *t, Error *err) {
    static const char *const own[] = {"painting.png", "mosaic.png"};
    const char *path[PHOTOGRAPHS_MOST + 2];
    const TrainAnyOptions *o = run->options;
    const TextList *styles = &o->styles;
    const TrainShared *s = run->shared;
    int count = styles->count ? styles->count : s->files;
    memcpy(path, styles->count ? styles->text : s->photographs,
           (size_t)count * sizeof *path);
    for (int i = 0; styles->count == 0 && i < 2; i++)
        if (!(path[count++] = assets_path(run->arena, own[i], err))) return false;
    for (int i = 0; s->checkpoint.file && i < styles->count; i++)
        if (!run_input(&run->inputs, "paintings", 0, path[i], err)) return false;
    t->styles = train_squares_crops(run, path, count, err);
    return t->styles;
}

bool train_any_open(TrainRun *run, Error *err) {
    const NetworkOptions wanted = {.net = "paintnet", .pad = PADDING_REFLECT};
    const TrainAnyOptions *o = run->options;
    TrainAny *t = run->training = ARENA_NEW(run->arena, TrainAny, 1);
    *t = (TrainAny){.squares = train_squares(&o->squares, DECODER_STEP),
                    .decoder = decoder_new(run->arena)};
    decoder_set_light(t->decoder, o->light);
    const StyleSettings *s = &t->squares.settings;
    if (!check_options(o, err) || !files_ready(run, o, err)) return false;
    Network *network = train_squares_network(run, wanted, err);
    if (!network || !fits(run, t, network, err) || !open_photographs(run, t, err) ||
        !open_styles(run, t, err))
        return false;
    train_squares_note(run, t->photos, "photographs");
    train_squares_note(run, t->styles, "paintings");
    t->training =
        any_training_new(run->arena, t->decoder, network, t->photos, t->styles, *s, err);
    if (!t->training || !train_squares_trace(run, err)) return false;
    t->squares.updates = any_training_updates(t->training);
    printf("%d photographs, %d paintings, %d of each an update, squares of %d to %d "
           "pixels, %d updates\n",
           crops_count(t->photos), crops_count(t->styles), s->batch, s->first, s->last,
           s->steps);
    fflush(stdout);
    return true;
}
