/* Which operands of `paint` are photographs, and which are styles.
 *
 *     CONTENT STYLE [STYLE...] -o FILE        one photograph
 *     PHOTO... STYLE           -o DIR         all but the last are photographs
 *     PHOTO... --style FILE                   all of them are, with either -o */
#ifndef APP_PAINT_INPUTS_H
#define APP_PAINT_INPUTS_H

#include "app/paint_options.h"

typedef struct PaintInputs {
    bool many;                 /* -o names a folder */
    const char *const *photos; /* files and folders */
    int count;
    CommandLine one; /* the same command for the first of them, as CONTENT STYLE... */
} PaintInputs;

/* Sorts the operands of the line; texts and lists are those of the line or in the arena.
 * Fails when there are too few or too many, and when several photographs would become one
 * file. */
bool paint_inputs(PaintInputs *inputs, Arena *arena, const CommandLine *line, Error *err);

/* Whether the photograph, where it is only one, is no folder. */
bool paint_inputs_one(const PaintInputs *inputs, Error *err);

#endif
