#include "app/resume.h"

#include <string.h>

#include "app/manifest_read.h"
#include "app/paint_run.h"
#include "app/session.h"
#include "io/checkpoint.h"

/* What may be said anew; the rest is settled. */
static const char *const allowed[] = {
    "resume",      "out",        "trace",        "plot",
    "manifest",    "save-every", "checkpoint",   "checkpoint-every",
    "threads",     "steps",      "trust-inputs", "memory-limit",
    "check-every", NULL};

bool resume_wanted(const CommandLine *line) {
    return options_said(line, "resume");
}

static bool is_allowed(const char *name) {
    int i = 0;
    while (allowed[i] && strcmp(allowed[i], name) != 0)
        i++;
    return allowed[i];
}

static bool check_line(const CommandLine *line, Error *err) {
    if (line->operands > 0)
        return error_set(err,
                         "--resume takes its images from the checkpoint; leave out %s",
                         line->operand[0]);
    for (int i = 0; i < line->count; i++)
        if (!is_allowed(line->said[i].option->name))
            return error_set(err,
                             "--%s: a run that is continued keeps the settings of its "
                             "checkpoint; leave it out",
                             line->said[i].option->name);
    return true;
}

/* Steps of the run from now on. A schedule keeps its steps; in stages each has its share,
 * which would change what is done already. */
static bool prolong(const CommandLine *line, Recipe *recipe, Error *err) {
    Recipe said = *recipe;
    if (!options_said(line, "steps")) return true;
    if (!options_read_rows(line, recipe_fields, &said, err)) return false;
    if (recipe->size.stages.count > 1)
        return error_set(err, "--steps: cannot be changed in a run in stages");
    int *pairs = &recipe->optimizer.lbfgs.history; /* L-BFGS had no more than steps */
    if (*pairs > recipe->run.steps) *pairs = recipe->run.steps;
    recipe->run.steps = said.run.steps;
    if (recipe->size.stages.count == 1)
        recipe->size.stages.item[0].steps = said.run.steps;
    return true;
}

/* Lays what the command line says over what the checkpoint does. */
static bool lay_over(const CommandLine *line, const ManifestReading *r,
                     PaintOptions *options, Error *err) {
    if (!options_read_rows(line, paint_options, options, err) ||
        !options_read_rows(line, checkpoint_options, options, err) ||
        !options_read_rows(line, thread_options, &options->scene.threads, err) ||
        !options_read_rows(line, memory_options, &options->scene.memory_limit, err) ||
        !prolong(line, &options->scene.recipe, err))
        return false;
    for (int i = 0; i < r->far_outputs; i++)
        if (!options_said(line, r->far[i]))
            return error_set(err,
                             "%s: its --%s is in another folder than the checkpoint and "
                             "the current one; say --%s",
                             r->path, r->far[i], r->far[i]);
    if (!options->checkpoint) options->checkpoint = r->path;
    return true;
}

static int continue_run(const CommandLine *line, ManifestReading *r,
                        const CheckpointFile *file) {
    Error err;
    r->options.out = "out.png";
    if (!manifest_load(r, &err) || !manifest_read(r, &err) ||
        !lay_over(line, r, &r->options, &err))
        return session_complain("paint", &err);
    r->options.resumed = file;
    return paint(&r->options);
}

int resume(const CommandLine *line) {
    Error err;
    CheckpointFile file;
    PaintOptions said = {0};
    if (!check_line(line, &err) ||
        !options_read_rows(line, checkpoint_options, &said, &err))
        return options_refuse(line, &err);
    Arena *arena = arena_new();
    if (!checkpoint_read(arena, said.resume, &file, &err)) {
        arena_free(arena);
        return session_complain("paint", &err);
    }
    ManifestReading r = {
        .path = said.resume, .text = file.text, .arena = arena, .trusted = said.trust};
    const int status = continue_run(line, &r, &file);
    manifest_close(&r);
    arena_free(arena);
    return status;
}
