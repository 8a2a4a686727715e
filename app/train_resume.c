#include "app/train_resume.h"

#include <string.h>

#include "app/commands.h"
#include "app/resume.h"
#include "app/session.h"
#include "app/train_run.h"

/* What may be said anew; the rest is settled. The rates of all steps depend on --steps. */
static const char *const allowed[] = {
    "resume",  "out",          "trace",        "checkpoint", "checkpoint-every",
    "threads", "trust-inputs", "memory-limit", NULL};

/* Puts one file into its place; the files of one use are in their order. */
static bool place_input(void *context, const char *use, int style, const char *path) {
    TrainOptions *o = context;
    (void)style;
    if (strcmp(use, "teacher") == 0 && o->teachers < DISTILL_TEACHERS)
        o->teacher[o->teachers++] = path;
    else if (strcmp(use, "photographs") == 0 && o->files < PHOTOGRAPHS_MOST)
        o->photographs[o->files++] = path;
    else
        return false;
    return true;
}

/* Reads what may be said anew into the options. */
static bool read_said(const CommandLine *line, TrainOptions *options, Error *err) {
    return options_read_rows(line, train_options, options, err) &&
           options_read_rows(line, checkpoint_options, &options->checkpoint, err) &&
           options_read_rows(line, thread_options, &options->threads, err) &&
           options_read_rows(line, memory_options, &options->memory_limit, err);
}

/* What the checkpoint says, and over it what the command line does. */
static bool read_run(const CommandLine *line, RunReading *r, TrainOptions *options,
                     Error *err) {
    const Command *command = line->command;
    if (!run_load(r, command, err) ||
        !run_read_options(r, command, train_settings, options, err) ||
        !run_read_inputs(r, place_input, options, err) ||
        !run_read_outputs(r, command, train_outputs, options, err) ||
        !resume_check_outputs(line, r, err) || !read_said(line, options, err))
        return false;
    if (options->files == 0) return error_set(err, "%s: names no photographs", r->path);
    if (!options->checkpoint.file) options->checkpoint.file = r->path;
    return true;
}

static int continue_run(const CommandLine *line, RunReading reading,
                        const CheckpointFile *file) {
    Error err;
    TrainOptions options = train_defaults;
    options.resumed = file;
    const int status = read_run(line, &reading, &options, &err)
                           ? train_run(&options)
                           : session_complain("train-features", &err);
    run_close(&reading);
    return status;
}

int train_resumed(const CommandLine *line) {
    Error err;
    TrainOptions said = {0};
    if (!resume_check_line(line, allowed, &err) || !read_said(line, &said, &err))
        return options_refuse(line, &err);
    return resume_from(line, &said.checkpoint, continue_run);
}
