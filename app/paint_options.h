/* What `paint` can be told; `rerun` is told the same by a manifest, and `eval` accepts it
 * to no effect. */
#ifndef APP_PAINT_OPTIONS_H
#define APP_PAINT_OPTIONS_H

#include "app/checkpoints.h"
#include "app/scene_options.h"

#define PAINT_OUT "out.png" /* when -o is not said */

typedef struct PaintOptions {
    Options scene;
    PathList styles; /* --style; the operands of `scene` have them, too */
    const char *out; /* a file, or a folder for many photographs */
    int type;        /* of the files in it: see many_type */
    const char *trace, *plot, *manifest; /* NULL: none */
    const char *init;                    /* of the first image, as it was said; or NULL */
    const char *init_with;               /* what is mixed into it; NULL: the usual */
    double init_blend;                   /* how much, from 0 to 1 */
    int save_every;                      /* steps; 0: never */
    int check_every; /* steps between two checks of the slope; 0: none */
    int stop_after;  /* steps after which it ends as by Ctrl-C; 0: never */
    bool plan;
    const char *timelapse; /* the film of the steps; NULL: none */
    int timelapse_every;   /* steps between two frames; 0: as many as look well */
    bool preview;          /* sketches on the terminal */
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
