/* A run of `paint` while it goes on: what its stages, its checkpoints and its end share.
 */
#ifndef APP_PAINTING_H
#define APP_PAINTING_H

#include "app/checkpoints.h"
#include "app/manifest.h"
#include "app/paint_shared.h"
#include "app/timelapse.h"
#include "app/trace.h"
#include "app/verdict.h"

/* The whole run. */
typedef struct Painting {
    const PaintOptions *options;
    const Session *session;
    const Recipe *recipe; /* of all stages */
    PaintShared *shared;  /* with the runs of other photographs; or NULL */
    PaintStep last;       /* the latest one, counted over all stages */
    Verdict verdict;      /* on the latest stage */
    Trace *trace;
    Manifest *manifest;            /* or NULL */
    const CheckpointFile *resumed; /* where it continues; NULL: a new run */
    int first_stage;
    Timelapse *film;      /* or NULL */
    bool film_failed;     /* it has been said why */
    bool preview;         /* the terminal shows sketches */
    int checked;          /* steps whose slope was compared */
    double largest_error; /* of these, see SlopeResult */
    CheckpointPlan checkpoints;
    const char *settings; /* what a checkpoint says of the run */
    const char *failure;  /* why the run ends early without a request; or NULL */
    Error err;            /* what has failed */
} Painting;

/* One stage while it is painted; the watcher's context. Its memory is freed when it has
 * ended. */
typedef struct Stage {
    Painting *run;
    int number;
    Recipe recipe;
    Images images;
    PaintStep before; /* all that earlier stages did */
    PaintRun *painting;
} Stage;

/* What stays of a stage that has ended, in the session's arena. */
typedef struct PaintedStage {
    int stage;
    Recipe recipe; /* of that stage */
    Tensor image;  /* as the optimiser left it, RGB: the next stage begins with it */
    Tensor result; /* in the colours that are wanted: what is saved */
    PaintEnd end;
} PaintedStage;

/* A step of a stage, counted over all stages. */
PaintStep painting_step(const Stage *stage, PaintStep step);

/* Whether the run ended early by a signal, a failure or --stop-after, not by what the
 * recipe says: a rerun must be told. */
bool painting_stopped(const Painting *run);

#endif
