/* stylegrad train-features: makes a feature network of our own, by distillation. */
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/resume.h"
#include "app/session.h"
#include "app/train_features_open.h"
#include "app/train_resume.h"
#include "app/train_run.h"
#include "io/safetensors.h"

static bool place(void *options, const char *use, const char *path) {
    TrainOptions *o = options;
    if (strcmp(use, "teacher") != 0 || o->teachers == DISTILL_TEACHERS) return false;
    o->teacher[o->teachers++] = path;
    return true;
}

static void close_training(TrainRun *run) {
    TrainFeatures *t = run->training;
    if (t) distill_free(t->distill);
}

static bool step(TrainRun *run, Error *err) {
    TrainFeatures *t = run->training;
    return training_step(t->training, err);
}

static int steps(const TrainRun *run) {
    const TrainFeatures *t = run->training;
    return training_steps(t->training);
}

static bool report(TrainRun *run, Error *err) {
    TrainFeatures *t = run->training;
    const DistillSettings settings = train_distillation(t->options);
    TrainingReport now;
    if (!training_report(t->training, &now, err)) return false;
    printf("step %5d  loss %.4f  unseen %.4f  (", now.step, now.loss, now.test);
    for (int l = 0; l < settings.layers; l++)
        printf("%s%s %.3f", l ? ", " : "", settings.layer[l].learns, now.layer[l]);
    printf(")  %.0f s\n", run->seconds);
    fflush(stdout);
    table_add(run->trace, (double[]){now.step, now.loss, now.test, run->seconds});
    return true;
}

static bool is_finite(const TrainRun *run) {
    const TrainFeatures *t = run->training;
    return training_is_finite(t->training);
}

static void state(TrainRun *run, StateList *list) {
    TrainFeatures *t = run->training;
    training_state(t->training, list);
}

static bool state_check(const TrainRun *run, Error *err) {
    const TrainFeatures *t = run->training;
    return training_state_check(t->training, err);
}

static bool complete(TrainRun *run, Error *err) {
    TrainFeatures *t = run->training;
    return distill_normalize(t->distill, err);
}

static bool write_weights(void *context, const char *path, Error *err) {
    const TrainRun *run = context;
    const TrainFeatures *t = run->training;
    NamedTensors weights = network_weights(t->student, run->arena);
    return t->options->half ? safetensors_write_half(path, &weights, err)
                            : safetensors_write(path, &weights, err);
}

static const TrainKind features = {.command = &command_train_features,
                                   .rows = train_options,
                                   .defaults = &train_defaults,
                                   .options_size = sizeof train_defaults,
                                   .settings = train_settings,
                                   .outputs = train_outputs,
                                   .place = place,
                                   .open = train_features_open,
                                   .close = close_training,
                                   .step = step,
                                   .steps = steps,
                                   .report = report,
                                   .is_finite = is_finite,
                                   .state = state,
                                   .state_check = state_check,
                                   .complete = complete,
                                   .write = write_weights};

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
    options.shared.files = line->operands;
    memcpy(options.shared.photographs, line->operand,
           (size_t)line->operands * sizeof *line->operand);
    return split_teachers(&options, arena, &err)
               ? train_run(&features, &options)
               : session_complain("train-features", &err);
}

static int run(const CommandLine *line) {
    if (resume_wanted(line)) return train_resumed(&features, line);
    Arena *arena = arena_new();
    const int status = train_new(line, arena);
    arena_free(arena);
    return status;
}

static const OptionGroup groups[] = {
    {.rows = train_options},
    {.rows = checkpoint_options, .offset = offsetof(TrainOptions, shared.checkpoint)},
    {.rows = thread_options, .offset = offsetof(TrainOptions, shared.threads)},
    {.rows = memory_options, .offset = offsetof(TrainOptions, shared.memory_limit)},
    {0},
};

const Command command_train_features = {
    .name = "train-features",
    .operands = "PHOTOGRAPHS...",
    .operands_least = 1,
    .operands_most = PHOTOGRAPHS_MOST,
    .summary = "train our own small feature network, with a large one as teacher",
    .details =
        "PHOTOGRAPHS are .tar archives of images, folders of them, or single images. "
        "The\n"
        "network is paintnet; it learns to explain VGG-19's layers relu1_1 to relu4_1 "
        "(see "
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
