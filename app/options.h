/* The command line as one table: each option's name, what it takes, where the value goes,
 * which subcommands know it, and its help. Parsing and --help both read that table. */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include "transfer/recipe.h"

enum {
    FOR_PAINT = 1,
    FOR_EVAL = 2,
    FOR_FEATURES = 4,
    FOR_GRADCHECK = 8,
    FOR_RECIPES = 16,
    FOR_BENCH = 64,
    FOR_TRAIN = 128,
    FOR_WEIGHTS = 256,
    FOR_ERRATA = 512,
    FOR_CONVERT = 1024,
    FOR_RERUN = 2048,
    LIKE_PAINT = 32 /* also accepts what else paint accepts, to no effect */
};

#define OPERANDS_MOST 64

struct Options;

/* One subcommand, for parsing and for its --help. */
typedef struct Command {
    const char *name;
    const char *operands; /* "CONTENT STYLE", for the usage line */
    int operands_least, operands_most;
    const char *summary;        /* one line */
    const char *details;        /* what --help says below the options; may be "" */
    void (*explain)(FILE *out); /* prints what --help says last; or NULL */
    int mask;                   /* FOR_... */
    int (*run)(const struct Options *options);
} Command;

/* Everything a command line can say. Strings point into argv. */
typedef struct Options {
    const char *operand[OPERANDS_MOST];
    int operands;
    Recipe recipe; /* the named recipe with the options laid over it */
    const char *recipe_name, *net, *weights, *init, *out, *image, *grad, *trace, *plot,
        *folder, *picture, *teacher, *from, *to;
    Preprocess preprocess;
    LayerList layers;
    double step, train_rate;
    int threads, save_every, side, rounds, batch, train_steps;
    int painted; /* -1: the usual number */
    int kernels; /* number of the table in the row of --kernels */
    bool json, train, help, half;
    const char *manifest;
    int argc; /* the command line as it was */
    char **argv;
} Options;

/* Reads argv[2...] for a command. Fails with a sentence on the first thing it cannot use.
 */
bool options_parse(Options *options, const Command *command, int argc, char **argv,
                   Error *err);

/* The arguments that say what is computed, after the command's name: options and their
 * values, then operands, without those that name outputs. In the arena, ended by NULL. */
const char **options_replay(Arena *arena, const Options *options, const Command *command);

/* The whole help of one command. */
void options_help(const Command *command, FILE *out);

#endif
