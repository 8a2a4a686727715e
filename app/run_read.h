/* The other way round than run_record.h: from the JSON of a manifest or a checkpoint to
 * options.
 *
 * Such a file may be anybody's. It says settings, and which files by their hashes. Files
 * elsewhere than beside it or in the current folder are read only when the user allows
 * it, and outputs go nowhere else without the user's word. */
#ifndef APP_RUN_READ_H
#define APP_RUN_READ_H

#include <jansson.h>

#include "app/options.h"
#include "tensor/arena.h"

#define RUN_OUTPUTS_MOST 8 /* options of one command that say where outputs go */

typedef struct RunReading {
    const char *path;
    const char *text; /* NULL: it is in the file itself; else the text of a checkpoint */
    Arena *arena;
    bool trusted;    /* inputs may lie anywhere */
    json_t *root;    /* owns the strings of what is read */
    int far_outputs; /* the options whose outputs are elsewhere than beside the file */
    const char *far[RUN_OUTPUTS_MOST]; /* or in the current folder; they are not set */
} RunReading;

/* Reads the file, whose `path` is set, and takes the kernels that it names. Fails when it
 * is no manifest, the checkpoint of another command, or of another kind of program;
 * run_close in any case. */
bool run_load(RunReading *reading, const Command *command, Error *err);
void run_close(RunReading *reading);

/* A text of an object; fails when it is not there. */
bool run_string(const RunReading *reading, const json_t *object, const char *key,
                const char **out, Error *err);

/* Sets those options of the command's own struct that are said. Others than those with
 * these names, which end with NULL, are refused. */
bool run_read_options(const RunReading *reading, const Command *command,
                      const char *const *names, void *own, Error *err);

/* Puts one file into its place; false when there is none for such a file. */
typedef bool RunPlace(void *context, const char *use, int style, const char *path);

/* Finds and hashes every input, and places it. One that has changed or may not be read is
 * refused. */
bool run_read_inputs(const RunReading *reading, RunPlace *place, void *context,
                     Error *err);

/* Sets the options that say where the outputs go. A stranger's file does not choose a
 * place outside of the two folders: see far_outputs. */
bool run_read_outputs(RunReading *reading, const Command *command,
                      const char *const *names, void *own, Error *err);

#endif
