/* The command line as one table: each option's name, what it takes, where the value goes,
 * which subcommands know it, and its help. Parsing and --help both read that table. */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include "transfer/colors.h"
#include "transfer/recipe.h"
#include "transfer/scene.h"

enum {
    FOR_PAINT = 1,
    FOR_EVAL = 2,
    FOR_FEATURES = 4,
    FOR_GRADCHECK = 8,
    FOR_RECIPES = 16,
    FOR_BENCH = 64,
    FOR_TRAIN = 128,
    FOR_WEIGHTS = 256,
    FOR_RERUN = 512,
    FOR_ERRATA = 1024,
    FOR_CONVERT = 2048,
    FOR_PICTURES = FOR_PAINT | FOR_EVAL, /* what reads content and styles */
    LIKE_PAINT = 32 /* also accepts what else paint accepts, to no effect */
};

#define OPERANDS_MOST 64
#define OPTIONS_MOST 96

/* One path for each style, in their order; NULL: none. */
typedef struct PathList {
    int count;
    const char *path[STYLES_MOST];
} PathList;

/* One number for each style; count 0: not said. */
typedef struct Blend {
    int count;
    double share[STYLES_MOST];
} Blend;

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
    const char *less_memory;    /* options with which it takes less; or NULL */
    int (*run)(const struct Options *options);
} Command;

/* Everything a command line can say. Strings point into argv. */
typedef struct Options {
    const char *operand[OPERANDS_MOST];
    int operands;
    Recipe recipe;           /* the named recipe with the options laid over it */
    const char *recipe_name; /* NULL: none, see recipe_plain() */
    const char *net, *weights, *init, *out, *image, *grad, *trace, *plot, *folder,
        *picture, *teacher, *manifest, *from, *to;
    PathList masks, parts; /* of the content, of the styles */
    Blend blend;
    Colors colors;
    int style_size;    /* longer side of the style pictures; 0: as the content */
    int pyramid;       /* levels; 0: as the recipe says */
    int init_with;     /* a Start; -1: the usual one */
    double init_blend; /* from 0 to 1 */
    int stop_after;    /* ends as Ctrl-C would, after so many steps; 0: never */
    Preprocess preprocess;
    LayerList layers;
    double step, train_rate;
    int threads, save_every, side, rounds, batch, train_steps;
    int painted;         /* -1: the usual number */
    size_t memory_limit; /* bytes; 0: what the machine has */
    int kernels;         /* number of the table in the row of --kernels */
    bool json, train, help, half, plan, trust;
} Options;

/* Reads argv[2...] for a command. Fails with a sentence on the first thing it cannot use.
 */
bool options_parse(Options *options, const Command *command, int argc, char **argv,
                   Error *err);

/* Sets one option of a command from its text, as the command line would. Fails when
 * the command has no such option. */
bool options_set(Options *options, const Command *command, const char *name,
                 const char *text, Error *err);

/* The first picture that is a tensor, which is never resized; NULL: all are pictures. */
const char *options_tensor(const Options *options);

/* Whether lists are as long as that of the operands. */
bool options_check_lists(const Options *options, Error *err);

/* The whole help of one command. */
void options_help(const Command *command, FILE *out);

#endif
