/* stylegrad train-features: makes a feature network of our own, by distillation. */
#include <string.h>

#include "app/commands.h"
#include "app/resume.h"
#include "app/session.h"
#include "app/train_resume.h"
#include "app/train_run.h"

/* The files of --teacher A,B. */
static bool split_teachers(TrainOptions *options, Arena *arena, Error *err) {
    char *rest = arena_string(arena, options->teacher_list ? options->teacher_list : "");
    for (char *path; (path = strtok_r(rest, ",", &rest));) {
        if (options->teachers == DISTILL_TEACHERS)
            return error_set(err, "--teacher: at most %d files", DISTILL_TEACHERS);
        options->teacher[options->teachers++] = path;
    }
    return true;
}

static int train_new(const CommandLine *line, Arena *arena) {
    Error err;
    TrainOptions options = train_defaults;
    if (!options_read(line, &options, &err)) return options_refuse(line, &err);
    options.files = line->operands;
    memcpy(options.photographs, line->operand,
           (size_t)line->operands * sizeof *line->operand);
    return split_teachers(&options, arena, &err)
               ? train_run(&options)
               : session_complain("train-features", &err);
}

static int run(const CommandLine *line) {
    if (resume_wanted(line)) return train_resumed(line);
    Arena *arena = arena_new();
    const int status = train_new(line, arena);
    arena_free(arena);
    return status;
}

static const OptionGroup groups[] = {
    {.rows = train_options},
    {.rows = checkpoint_options, .offset = offsetof(TrainOptions, checkpoint)},
    {.rows = thread_options, .offset = offsetof(TrainOptions, threads)},
    {.rows = memory_options, .offset = offsetof(TrainOptions, memory_limit)},
    {0},
};

const Command command_train_features = {
    .name = "train-features",
    .operands = "PHOTOGRAPHS...",
    .operands_least = 1,
    .operands_most = PHOTOGRAPHS_MOST,
    .summary = "train our own small feature network, with a large one as teacher",
    .details =
        "PHOTOGRAPHS are .tar archives of images, or single images. The network is\n"
        "paintnet; it learns to explain VGG-19's layers relu1_1 to relu4_1 (see "
        "train/distill.h).\n"
        "Each layer is taught by the first teacher that has it: the whole VGG-19, or\n"
        "parts and relatives of it one after the other.\n"
        "'unseen' is the same loss on photographs that are never learned from: 1 is "
        "nothing\n"
        "explained, 0 everything, summed over the layers.\n"
        "Ctrl-C, SIGTERM and SIGHUP end the training and save the weights so far;\n"
        "--checkpoint saves what 'train-features --resume FILE' needs to go on.\n"
        "docs/en/paintnet.md shows a long training.\n\n"
        "examples:\n"
        "  stylegrad train-features photographs.tar --teacher vgg19.safetensors\n"
        "    --steps 6000 --half -o paintnet.safetensors --trace loss.csv\n"
        "    --checkpoint train.checkpoint\n"
        "  stylegrad train-features --resume train.checkpoint\n",
    .groups = groups,
    .less_memory = OPTIONS_OF_TRAINING,
    .run = run,
};
