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
        o->squares.network = path;
    else
        return false;
    return true;
}

static void close_training(TrainRun *run) {
    TrainStyle *t = run->training;
    if (t) style_training_free(t->training);
}

static bool step(TrainRun *run, Error *err) {
    TrainStyle *t = run->training;
    train_squares_step(run);
    return style_training_step(t->training, err);
}

static bool write_preview(TrainRun *run, const char *path, Error *err) {
    TrainStyle *t = run->training;
    Arena *arena = arena_new();
    const Tensor picture =
        style_training_paint(t->training, arena, crops_photo(t->crops, arena, 0), err);
    const bool good = picture.data && image_write(path, picture, err);
    arena_free(arena);
    return good;
}

static void show(TrainRun *run) {
    train_squares_show(run, write_preview);
}

static bool write_style(void *context, const char *path, Error *err) {
    const TrainRun *run = context;
    const TrainStyleOptions *o = run->options;
    const TrainStyle *t = run->training;
    const StyleSettings *s = &t->squares.settings;
    const StyleInfo info = {.painting = file_name(o->painting),
                            .features = network_name(t->network),
                            .updates = train_squares_steps(run),
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
    const int done = train_squares_steps(run), missing = UPDATES_NEEDED - done;
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
                                .steps = train_squares_steps,
                                .report = train_squares_report,
                                .show = show,
                                .is_finite = train_squares_is_finite,
                                .state = train_squares_state,
                                .state_check = train_squares_state_check,
                                .write = write_style,
                                .advise = advise};

static int run(const CommandLine *line) {
    Error err;
    TrainStyleOptions options = train_style_defaults;
    if (resume_wanted(line)) return train_resumed(&style, line);
    if (!options_read(line, &options, &err)) return options_refuse(line, &err);
    options.painting = line->operand[0];
    options.squares.shared.files = line->operands - 1;
    memcpy(options.squares.shared.photographs, line->operand + 1,
           (size_t)options.squares.shared.files * sizeof *line->operand);
    return train_run(&style, &options);
}

static const OptionGroup groups[] = {
    {.rows = train_style_options},
    {.rows = checkpoint_options,
     .offset = offsetof(TrainStyleOptions, squares.shared.checkpoint)},
    {.rows = thread_options,
     .offset = offsetof(TrainStyleOptions, squares.shared.threads)},
    {.rows = memory_options,
     .offset = offsetof(TrainStyleOptions, squares.shared.memory_limit)},
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
    .less_memory = TRAIN_SQUARES_LESS_MEMORY,
    .run = run,
};
