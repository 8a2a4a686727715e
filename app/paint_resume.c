#include "app/paint_resume.h"

#include "app/manifest_read.h"
#include "app/paint_run.h"
#include "app/resume.h"
#include "app/session.h"
#include "io/checkpoint.h"

/* What may be said anew; the rest is settled. */
static const char *const allowed[] = {
    "resume",      "out",        "trace",           "plot",
    "manifest",    "save-every", "checkpoint",      "checkpoint-every",
    "threads",     "steps",      "trust-inputs",    "memory-limit",
    "check-every", "timelapse",  "timelapse-every", "preview",
    NULL};

/* Reads what may be said anew into the options. */
static bool read_said(const CommandLine *line, PaintOptions *options, Error *err) {
    Options *scene = &options->scene;
    return options_read_rows(line, paint_options, options, err) &&
           options_read_rows(line, checkpoint_options, &options->checkpoint, err) &&
           options_read_rows(line, thread_options, &scene->threads, err) &&
           options_read_rows(line, memory_options, &scene->memory_limit, err) &&
           options_read_rows(line, recipe_fields, &scene->recipe, err);
}

/* A schedule keeps its steps. In stages each stage has its share of the steps, so another
 * number would change what is done already. */
static bool prolong(const CommandLine *line, int before, Recipe *recipe, Error *err) {
    if (!options_said(line, "steps")) return true;
    if (recipe->size.stages.count > 1)
        return error_set(err, "--steps: cannot be changed in a run in stages");
    int *pairs = &recipe->optimizer.lbfgs.history; /* L-BFGS had no more than steps */
    if (*pairs > before) *pairs = before;
    if (recipe->size.stages.count == 1)
        recipe->size.stages.item[0].steps = recipe->run.steps;
    return true;
}

/* Lays what the command line says over what the checkpoint does. */
static bool lay_over(const CommandLine *line, ManifestReading *r, Error *err) {
    PaintOptions *options = &r->options;
    const int before = options->scene.recipe.run.steps;
    if (!read_said(line, options, err) ||
        !prolong(line, before, &options->scene.recipe, err) ||
        !resume_check_outputs(line, &r->run, err))
        return false;
    if (!options->checkpoint.file) options->checkpoint.file = r->run.path;
    return true;
}

static int continue_run(const CommandLine *line, RunReading reading,
                        const CheckpointFile *file, const void *context) {
    Error err;
    (void)context;
    ManifestReading r = {.run = reading, .options = {.out = "out.png"}};
    const bool good =
        manifest_load(&r, &err) && manifest_read(&r, &err) && lay_over(line, &r, &err);
    r.options.resumed = file;
    const int status = good ? paint(&r.options) : session_complain("paint", &err);
    manifest_close(&r);
    return status;
}

int paint_resumed(const CommandLine *line) {
    Error err;
    PaintOptions said = {0};
    if (!resume_check_line(line, allowed, &err) || !read_said(line, &said, &err))
        return options_refuse(line, &err);
    return resume_from(line, &said.checkpoint, continue_run, NULL);
}
