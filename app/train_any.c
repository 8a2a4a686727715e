/* stylegrad train-any-style: a decoder that paints as any painting. */
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/resume.h"
#include "app/session.h"
#include "app/train_any_open.h"
#include "app/train_resume.h"
#include "app/train_run.h"
#include "io/image.h"
#include "transfer/any_file.h"

static bool place(void *options, const char *use, const char *path) {
    TrainAnyOptions *o = options;
    if (strcmp(use, "weights") == 0) {
        o->squares.network = path;
        return true;
    }
    if (strcmp(use, "paintings") != 0 || o->styles.count == OPTION_TEXTS_MOST)
        return false;
    o->styles.text[o->styles.count++] = path;
    return true;
}

static void close_training(TrainRun *run) {
    TrainAny *t = run->training;
    if (t) any_training_free(t->training);
}

static bool step(TrainRun *run, Error *err) {
    TrainAny *t = run->training;
    train_squares_step(run);
    return any_training_step(t->training, err);
}

/* A row of n squares at this height of the sheet. */
static void paste(Tensor sheet, int row, int n, Tensor images, int first) {
    const int side = images.shape.h;
    for (int i = 0; i < n; i++)
        for (int c = 0; c < 3; c++)
            for (int y = 0; y < side; y++)
                memcpy(tensor_at(sheet, 0, c, row * side + y, i * side),
                       tensor_at(images, first + i, c, y, 0),
                       (size_t)side * sizeof(real));
}

static bool write_preview(TrainRun *run, const char *path, Error *err) {
    const TrainAny *t = run->training;
    Arena *arena = arena_new();
    const Tensor images = any_training_images(t->training);
    const Tensor pictures = any_training_pictures(t->training);
    const int n = pictures.shape.n, side = pictures.shape.h;
    Tensor sheet = tensor_alloc(arena, (Shape){1, 3, 3 * side, n * side});
    paste(sheet, 0, n, images, 0);
    paste(sheet, 1, n, images, n);
    paste(sheet, 2, n, pictures, 0);
    const bool good = image_write(path, sheet, err);
    arena_free(arena);
    return good;
}

static void show(TrainRun *run) {
    train_squares_show(run, write_preview);
}

static bool write_decoder(void *context, const char *path, Error *err) {
    const TrainRun *run = context;
    const TrainAny *t = run->training;
    const StyleSettings *s = &t->squares.settings;
    const AnyInfo info = {.updates = train_squares_steps(run),
                          .batch = s->batch,
                          .crop_first = s->first,
                          .crop_last = s->last,
                          .photographs = crops_count(t->photos),
                          .paintings = crops_count(t->styles),
                          .content_weight = s->weights.content,
                          .style_weight = s->weights.style,
                          .tv_weight = s->weights.tv,
                          .random_seed = s->seed};
    return any_file_write(path, t->decoder, &info, err);
}

static const TrainKind any_style = {.command = &command_train_any_style,
                                    .rows = train_any_options,
                                    .defaults = &train_any_defaults,
                                    .options_size = sizeof train_any_defaults,
                                    .settings = train_any_settings,
                                    .outputs = train_any_outputs,
                                    .place = place,
                                    .open = train_any_open,
                                    .close = close_training,
                                    .step = step,
                                    .steps = train_squares_steps,
                                    .report = train_squares_report,
                                    .show = show,
                                    .is_finite = train_squares_is_finite,
                                    .state = train_squares_state,
                                    .state_check = train_squares_state_check,
                                    .write = write_decoder};

static int run(const CommandLine *line) {
    Error err;
    TrainAnyOptions options = train_any_defaults;
    if (resume_wanted(line)) return train_resumed(&any_style, line);
    if (!options_read(line, &options, &err)) return options_refuse(line, &err);
    options.squares.shared.files = line->operands;
    memcpy(options.squares.shared.photographs, line->operand,
           (size_t)line->operands * sizeof *line->operand);
    return train_run(&any_style, &options);
}

static const OptionGroup groups[] = {
    {.rows = train_any_options},
    {.rows = checkpoint_options,
     .offset = offsetof(TrainAnyOptions, squares.shared.checkpoint)},
    {.rows = thread_options, .offset = offsetof(TrainAnyOptions, squares.shared.threads)},
    {.rows = memory_options,
     .offset = offsetof(TrainAnyOptions, squares.shared.memory_limit)},
    {0},
};

const Command command_train_any_style = {
    .name = "train-any-style",
    .operands = "PHOTOS...",
    .operands_least = 1,
    .operands_most = PHOTOGRAPHS_MOST,
    .summary = "train the decoder that paints photographs as any painting",
    .details =
        "PHOTOS are photographs and --styles are paintings: folders, .tar archives or "
        "single\nimages. Hundreds of paintings teach more than tens; photographs may be "
        "fewer.\nThe decoder is a file of 1.2 MB, which 'stylegrad stylize --style' "
        "reads.\ndocs/en/any_style.md says how it is trained, and what it costs.\n"
        "Ctrl-C, SIGTERM and SIGHUP end the training and save the decoder so far;\n"
        "--checkpoint saves what 'train-any-style --resume FILE' needs to go on, to the "
        "same\nbytes.\n\n"
        "examples:\n"
        "  stylegrad train-any-style photos/ --styles paintings/ -o any.safetensors\n"
        "    --preview now.png --checkpoint any.checkpoint\n"
        "  stylegrad stylize --style painting.jpg photo.jpg --decoder any.safetensors\n"
        "  stylegrad train-any-style --resume any.checkpoint\n",
    .groups = groups,
    .less_memory = TRAIN_SQUARES_LESS_MEMORY,
    .run = run,
};
