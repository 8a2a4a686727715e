/* stylegrad train-style: a painting becomes a network. */
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/resume.h"
#include "app/session.h"
#include "app/train_resume.h"
#include "app/train_run.h"
#include "app/train_style_open.h"
#include "io/file_place.h"
#include "io/image.h"
#include "transfer/style_file.h"

#define UPDATES_NEEDED 2000 /* half of the usual number: see docs/en/train_style.md */

static bool place(void *options, const char *use, const char *path) {
    TrainStyleOptions *o = options;
    if (strcmp(use, "painting") == 0)
        o->painting = path;
    else if (strcmp(use, "weights") == 0)
        o->network = path;
    else
        return false;
    return true;
}

static void close_training(TrainRun *run) {
    TrainStyle *t = run->training;
    if (t) style_training_free(t->training);
}

static int steps(const TrainRun *run) {
    const TrainStyle *t = run->training;
    return style_training_steps(t->training);
}

static bool step(TrainRun *run, Error *err) {
    TrainStyle *t = run->training;
    if (t->seconds == 0 && t->from == 0) { /* the first one of this run */
        t->from = steps(run);
        t->seconds = run->seconds;
    }
    return style_training_step(t->training, err);
}

static bool report(TrainRun *run, Error *err) {
    (void)err;
    TrainStyle *t = run->training;
    const int done = steps(run), side = style_training_side(&t->settings, done - 1);
    const int left = (int)(style_training_left(&t->settings, t->from, done,
                                               run->seconds - t->seconds) +
                           0.5);
    const StyleTerms m = style_training_terms(t->training);
    printf("update %5d of %d  %d px  loss %.4f  content %.4f  style %.4f  tv %.4f  "
           "stability %.5f  %.0f s, %d:%02d left\n",
           done, t->settings.steps, side, m.total, m.content, m.style, m.tv, m.stability,
           run->seconds, left / 60, left % 60);
    fflush(stdout);
    table_add(run->trace, (double[]){done, side, m.total, m.content, m.style, m.tv,
                                     m.stability, run->seconds});
    return true;
}

static bool write_preview(TrainStyle *t, const char *path, Error *err) {
    Arena *arena = arena_new();
    const Tensor picture =
        style_training_paint(t->training, arena, crops_photo(t->crops, arena, 0), err);
    const bool good = picture.data && image_write(path, picture, err);
    arena_free(arena);
    return good;
}

/* A preview that cannot be written does not end the run; it is said once. */
static void show(TrainRun *run) {
    Error err;
    TrainStyle *t = run->training;
    const TrainStyleOptions *o = t->options;
    const int done = steps(run);
    if (!o->preview || (done % o->preview_every && done != t->settings.steps)) return;
    if (write_preview(t, o->preview, &err)) return;
    if (!t->preview_failed) session_complain("train-style", &err);
    t->preview_failed = true;
}

static bool is_finite(const TrainRun *run) {
    const TrainStyle *t = run->training;
    return style_training_is_finite(t->training);
}

static void state(TrainRun *run, StateList *list) {
    TrainStyle *t = run->training;
    style_training_state(t->training, list);
}

static bool state_check(const TrainRun *run, Error *err) {
    const TrainStyle *t = run->training;
    return style_training_state_check(t->training, err);
}

static bool write_style(void *context, const char *path, Error *err) {
    const TrainRun *run = context;
    const TrainStyle *t = run->training;
    const StyleSettings *s = &t->settings;
    const StyleInfo info = {.painting = file_name(t->options->painting),
                            .features = network_name(t->network),
                            .updates = steps(run),
                            .batch = s->batch,
                            .crop_first = s->first,
                            .crop_last = s->last,
                            .content_weight = s->weights.content,
                            .style_weight = s->weights.style,
                            .tv_weight = s->weights.tv,
                            .stability_weight = s->weights.stability,
                            .random_seed = s->seed};
    return style_file_write(path, t->generator, &info, err);
}

/* Too few updates are the usual reason of a bad style, and are usually taken for too few
 * photographs. */
static void advise(const TrainRun *run) {
    const int done = steps(run), missing = UPDATES_NEEDED - done;
    if (missing > 0)
        printf("%d updates are %d fewer than the %d from which on a style is worth "
               "judging; more photographs would not help, say --steps 4000\n",
               done, missing, UPDATES_NEEDED);
}

static const TrainKind style = {.command = &command_train_style,
                                .rows = train_style_options,
                                .defaults = &train_style_defaults,
                                .options_size = sizeof train_style_defaults,
                                .settings = train_style_settings,
                                .outputs = train_style_outputs,
                                .place = place,
                                .open = train_style_open,
                                .close = close_training,
                                .step = step,
                                .steps = steps,
                                .report = report,
                                .show = show,
                                .is_finite = is_finite,
                                .state = state,
                                .state_check = state_check,
                                .write = write_style,
                                .advise = advise};

static int run(const CommandLine *line) {
    Error err;
    TrainStyleOptions options = train_style_defaults;
    if (resume_wanted(line)) return train_resumed(&style, line);
    if (!options_read(line, &options, &err)) return options_refuse(line, &err);
    options.painting = line->operand[0];
    options.shared.files = line->operands - 1;
    memcpy(options.shared.photographs, line->operand + 1,
           (size_t)options.shared.files * sizeof *line->operand);
    return train_run(&style, &options);
}

static const OptionGroup groups[] = {
    {.rows = train_style_options},
    {.rows = checkpoint_options,
     .offset = offsetof(TrainStyleOptions, shared.checkpoint)},
    {.rows = thread_options, .offset = offsetof(TrainStyleOptions, shared.threads)},
    {.rows = memory_options, .offset = offsetof(TrainStyleOptions, shared.memory_limit)},
    {0},
};

const Command command_train_style = {
    .name = "train-style",
    .operands = "PAINTING [PHOTOS...]",
    .operands_least = 1,
    .operands_most = 1 + PHOTOGRAPHS_MOST,
    .summary = "train a network that paints any photograph like a painting",
    .details =
        "PHOTOS are any photographs: folders, .tar archives or single images; one is\n"
        "enough to begin with, ten are better, and more than a hundred make little\n"
        "difference. Without any, the pictures that come with the program are used.\n"
        "The style is a file of 0.55 MB. 'stylegrad stylize' paints with it, in one "
        "pass.\n"
        "What makes a style good is the number of updates: some hundreds are rough.\n"
        "Ctrl-C, SIGTERM and SIGHUP end the training and save the style so far;\n"
        "--checkpoint saves what 'train-style --resume FILE' needs to go on, to the "
        "same\n"
        "bytes. docs/en/train_style.md has times, pictures, and what to do about a bad "
        "style.\n\n"
        "examples:\n"
        "  stylegrad train-style painting.jpg holidays/ -o my.style --preview now.png\n"
        "  stylegrad stylize my.style photo.jpg -o out.png\n"
        "  stylegrad train-style painting.jpg photo.jpg --steps 300 --size 96\n"
        "    --last-size 128 -o rough.style\n"
        "  stylegrad train-style --resume train.checkpoint\n",
    .groups = groups,
    .less_memory = "a smaller --batch or --last-size",
    .run = run,
};
