/* A film, painted by optimisation. The first frame is painted as a photograph is, in all
 * sizes of its recipe. Each further frame begins with the painting before, moved by the
 * flow to where things are now, and has one loss more: it should stay like that where the
 * flow can be trusted (losses/temporal.c). So few steps are enough, and what does not
 * change in the film does not change in the painting.
 *
 *     Film film = {.recipe = &recipe, .network = network, .scene = scene, ...};
 *     film_paint_first(&film, arena, frame, watcher, context, &painted, &err);
 *     ...
 *     FilmStep step = film_step(arena, before, now, painted, &flow_usual);
 *     film_paint_next(&film, arena, now, &step, watcher, context, &painted, &err);
 *     ...
 *     film_end(&film);
 *
 * Flow, reliability and the painting before are also what blends the frames of a network
 * that paints in one pass: film_blend. */
#ifndef TRANSFER_FILM_H
#define TRANSFER_FILM_H

#include "flow/flow.h"
#include "transfer/paint.h"
#include "transfer/problem.h"

/* What the further frames have in common, made with the first of them. */
typedef struct FilmKept {
    Arena *arena;    /* of what follows; NULL: nothing is kept */
    Recipe recipe;   /* of one size, with the steps of a further frame */
    Problem problem; /* its tape is used by one frame after the other */
} FilmKept;

/* How frames are painted. */
typedef struct Film {
    const Recipe *recipe; /* of the first frame, with its stages; complete */
    Network *network;
    Scene scene;            /* the styles in the size of the frames */
    int steps;              /* of the optimiser for each further frame */
    double temporal_weight; /* see Temporal */
    FilmKept kept;          /* zeros at first */
} Film;

/* From one frame to the next. */
typedef struct FilmStep {
    Tensor flow;   /* (1,2,h,w), from this frame to the one before */
    Tensor sure;   /* (1,1,h,w), its reliability */
    Tensor before; /* the painting before, moved by the flow */
    double share;  /* of the pixels that are reliable */
} FilmStep;

/* Where less than this is reliable a new scene begins. */
#define FILM_CUT 0.25

/* The flow between two frames, and what it makes of the painting of the first. */
FilmStep film_step(Arena *arena, Tensor frame_before, Tensor frame,
                   Tensor painting_before, const FlowSettings *settings);

/* Paints a frame on its own. False when it cannot be set up or leaves the finite numbers.
 * The painting is in the arena; what a watcher has ended is of no use. */
bool film_paint_first(Film *film, Arena *arena, Tensor frame, PaintWatcher *watcher,
                      void *context, Tensor *painting, Error *err);

/* Paints a frame that follows another. The styles of the scene have `kept` targets, or
 * live as long as the film. */
bool film_paint_next(Film *film, Arena *arena, Tensor frame, const FilmStep *step,
                     PaintWatcher *watcher, void *context, Tensor *painting, Error *err);

/* Frees what is kept for further frames. */
void film_end(Film *film);

/* (1 - share c) painting + share c before: a frame that was painted in one pass becomes
 * more like the one before, where its reliability c allows. In place. */
void film_blend(Tensor painting, const FilmStep *step, double share);

/* What image_write and image_read make of an image: bytes, and no more digits. In place. */
void film_round(Tensor image);

#endif
