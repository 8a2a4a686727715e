/* What `paint` can be told; `rerun` is told the same by a manifest, and `eval` accepts it
 * to no effect. */
#ifndef APP_PAINT_OPTIONS_H
#define APP_PAINT_OPTIONS_H

#include "app/checkpoints.h"
#include "app/scene_options.h"
#include "app/stylized.h"

typedef struct PaintOptions {
    Options scene;
    const char *out;
    const char *trace, *plot, *manifest; /* NULL: none */
    const char *init;                    /* of the first image, as it was said; or NULL */
    const char *init_with;               /* what is mixed into it; NULL: the usual */
    double init_blend;                   /* how much, from 0 to 1 */
    StylizedFiles stylized;              /* for a first image that is stylized */
    int save_every;                      /* steps; 0: never */
    int check_every; /* steps between two checks of the slope; 0: none */
    int stop_after;  /* steps after which it ends as by Ctrl-C; 0: never */
    bool plan;
    CheckpointOptions checkpoint;
    const struct CheckpointFile *resumed; /* that file when it is read; or NULL */
} PaintOptions;

/* The table for groups. */
extern const Option paint_options[];

/* What is mixed into the first image: what --init-with says, or else noise, and into noise
 * the content. */
Start paint_mixed_with(const PaintOptions *options, Start from);

/* Takes what --init says, a kind of image or a file, into the recipe. */
void paint_start_from(PaintOptions *options);

#endif
