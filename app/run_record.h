/* What a manifest or a checkpoint says of the run that it comes from, as JSON: program,
 * settings, the SHA-256 of every file that was read, where the outputs go. The other way
 * round is in run_read.h. */
#ifndef APP_RUN_RECORD_H
#define APP_RUN_RECORD_H

#include "app/options.h"
#include "io/json_build.h"
#include "io/sha256.h"
#include "tensor/arena.h"

#define RUN_INPUTS_MOST 96

/* A file that was read. */
typedef struct RunInput {
    const char *use; /* "content", "style", "weights", "teacher": what it is for */
    int style;       /* to which style it belongs, from 1; or 0 */
    const char *path;
    Sha256 hash;
} RunInput;

typedef struct RunInputs {
    int count;
    RunInput item[RUN_INPUTS_MOST];
} RunInputs;

/* Adds a file of that hash. Fails when JSON cannot hold its name. */
bool run_input_known(RunInputs *inputs, const char *use, int style, const char *path,
                     const Sha256 *hash, Error *err);

/* Adds a file or a folder and hashes it; a path of NULL adds nothing. */
bool run_input(RunInputs *inputs, const char *use, int style, const char *path,
               Error *err);

/* Version, compiler, variant, kernels, vectors and number of threads: an object. */
json_t *run_program(JsonBuild *build);

/* What was said of these options, as a command line would say it: an object. `names` ends
 * with NULL, `said` is the command's own struct. What is the same in `usual` is left out;
 * NULL: nothing is. */
json_t *run_options(JsonBuild *build, const Command *command, const char *const *names,
                    void *said, void *usual);

/* The files that were read: an array. */
json_t *run_inputs(JsonBuild *build, const RunInputs *inputs);

/* The options that name an output, or say when one is written: an object. */
json_t *run_outputs(JsonBuild *build, const Command *command, const char *const *names,
                    void *said);

/* What a checkpoint of this command says: all of `run`, which is freed, with the
 * command's name and its outputs. A text in the arena, or NULL. */
const char *run_text(Arena *arena, JsonBuild *build, json_t *run, const Command *command,
                     const char *const *outputs, void *said, Error *err);

#endif
