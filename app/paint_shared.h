/* What the runs of many photographs have in common, made once: the network and the targets
 * of the styles. */
#ifndef APP_PAINT_SHARED_H
#define APP_PAINT_SHARED_H

#include "app/paint_options.h"
#include "app/session.h"
#include "transfer/problem.h"
#include "transfer/targets.h"

/* The targets of all styles in one size. */
typedef struct PaintSharedStyles {
    int pixels; /* the size of the stage; 0: unused */
    StyleTargets style[STYLES_MOST];
} PaintSharedStyles;

/* The problem of the last stage, its tape, of the run before. */
typedef struct PaintSharedProblem {
    Arena *arena; /* NULL: there is none */
    Problem problem;
} PaintSharedProblem;

typedef struct PaintShared {
    Arena *arena;
    Session *network; /* NULL: it depends on the photograph, and each run opens its own */
    PaintSharedStyles styles[STAGES_MOST];
    PaintSharedProblem last;
    const char *notes; /* what has been said already */
} PaintShared;

/* Lets the scene of a stage use the targets of the runs before; not where the styles depend
 * on the photograph. */
void paint_shared_styles(PaintShared *shared, const PaintOptions *options,
                         const Recipe *stage, Scene *scene);

/* Sets a problem up in the arena, as problem_init_scene does, or in place of the one of the
 * run before when both have the same size. `stays`: it is that of a last stage, and the next
 * run may take it. Then paint_shared_done ends it, and frees it if it is not kept. */
bool paint_shared_problem(PaintShared *shared, Problem *problem, Arena *arena,
                          const Recipe *recipe, Network *network, const Scene *scene,
                          Tensor image, bool stays, Error *err);
void paint_shared_done(PaintShared *shared, Problem *problem);

/* Frees what is kept of the run before, which takes as much memory as its tape; false when
 * there is nothing. NULL is fine. */
bool paint_shared_release(PaintShared *shared);

/* Whether these notes are others than those of the run before. */
bool paint_shared_news(PaintShared *shared, const char *notes);

#endif
