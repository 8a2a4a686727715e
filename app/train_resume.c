#include "app/train_resume.h"

#include <string.h>

#include "app/resume.h"
#include "app/session.h"
#include "app/train_run.h"
#include "tensor/text.h"

/* What may be said anew besides the outputs; the rest is settled. The rates of all steps
 * depend on --steps. */
static const char *const anew[] = {"resume", "threads", "trust-inputs", "memory-limit"};
enum { ANEW = sizeof anew / sizeof *anew };

/* Both lists in one. */
static bool check_line(const TrainKind *kind, const CommandLine *line, Error *err) {
    const char *allowed[ANEW + RUN_OUTPUTS_MOST + 1] = {0};
    int count = 0;
    memcpy(allowed, anew, sizeof anew);
    while (count < RUN_OUTPUTS_MOST && kind->outputs[count]) {
        allowed[ANEW + count] = kind->outputs[count];
        count++;
    }
    return resume_check_line(line, allowed, err);
}

typedef struct Placing {
    const TrainKind *kind;
    void *options;
} Placing;

/* Puts one file into its place; the files of one use are in their order. */
static bool place_input(void *context, const char *use, int style, const char *path) {
    const Placing *p = context;
    TrainShared *shared = p->options;
    (void)style;
    if (strcmp(use, "photographs") != 0) return p->kind->place(p->options, use, path);
    if (shared->files == PHOTOGRAPHS_MOST) return false;
    shared->photographs[shared->files++] = path;
    return true;
}

/* Reads what may be said anew into the options. */
static bool read_said(const TrainKind *kind, const CommandLine *line, void *options,
                      Error *err) {
    TrainShared *shared = options;
    return options_read_rows(line, kind->rows, options, err) &&
           options_read_rows(line, checkpoint_options, &shared->checkpoint, err) &&
           options_read_rows(line, thread_options, &shared->threads, err) &&
           options_read_rows(line, memory_options, &shared->memory_limit, err);
}

/* What the checkpoint says, and over it what the command line does. */
static bool read_run(const TrainKind *kind, const CommandLine *line, RunReading *r,
                     void *options, Error *err) {
    TrainShared *shared = options;
    Placing placing = {kind, options};
    if (!run_load(r, kind->command, err) ||
        !run_read_options(r, kind->command, kind->settings, options, err) ||
        !run_read_inputs(r, place_input, &placing, err) ||
        !run_read_outputs(r, kind->command, kind->outputs, options, err) ||
        !resume_check_outputs(line, r, err) || !read_said(kind, line, options, err))
        return false;
    if (!shared->checkpoint.file) shared->checkpoint.file = r->path;
    return true;
}

static void *options_of(const TrainKind *kind, Arena *arena) {
    return memcpy(arena_alloc(arena, kind->options_size), kind->defaults,
                  kind->options_size);
}

static int continue_run(const CommandLine *line, RunReading reading,
                        const CheckpointFile *file, const void *context) {
    Error err;
    const TrainKind *kind = context;
    TrainShared *shared = options_of(kind, reading.arena);
    shared->resumed = file;
    const int status = read_run(kind, line, &reading, shared, &err)
                           ? train_run(kind, shared)
                           : session_complain(kind->command->name, &err);
    run_close(&reading);
    return status;
}

int train_resumed(const TrainKind *kind, const CommandLine *line) {
    Error err;
    Arena *arena = arena_new();
    TrainShared *said = options_of(kind, arena);
    const int status = !check_line(kind, line, &err) || !read_said(kind, line, said, &err)
                           ? options_refuse(line, &err)
                           : resume_from(line, &said->checkpoint, continue_run, kind);
    arena_free(arena);
    return status;
}
