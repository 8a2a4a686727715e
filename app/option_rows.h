/* The table of all options: for the parser and for --help. */
#ifndef APP_OPTION_ROWS_H
#define APP_OPTION_ROWS_H

#include "app/options.h"

typedef enum Kind {
    TEXT,
    FLAG,
    COUNT,
    SIDE,
    BATCH,
    THREADS,
    NUMBER,
    SEED,
    CHOICE,
    LAYERS,
    PART,  /* a number from 0 to 1 */
    FILES, /* once for each style, in their order */
    BLEND, /* a number for each style */
    MEMORY /* bytes, see memory_limit.h */
} Kind;

typedef struct Row {
    const char *name;
    int letter; /* short form, or 0 */
    Kind kind;
    const char *takes; /* placeholder; for a CHOICE its names in the enum's order */
    size_t offset;     /* of the value in Options */
    double least;      /* smallest number */
    int mask;          /* FOR_... */
    const char *help;
} Row;

extern const Row option_rows[];
extern const int option_count;

#endif
