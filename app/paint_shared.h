/* What the runs of many photographs have in common, made once: the network and the targets
 * of the styles. */
#ifndef APP_PAINT_SHARED_H
#define APP_PAINT_SHARED_H

#include "app/paint_options.h"
#include "app/session.h"
#include "transfer/targets.h"

/* The targets of all styles in one size. */
typedef struct PaintSharedStyles {
    int pixels; /* the size of the stage; 0: unused */
    StyleTargets style[STYLES_MOST];
} PaintSharedStyles;

typedef struct PaintShared {
    Arena *arena;
    Session *network; /* NULL: it depends on the photograph, and each run opens its own */
    PaintSharedStyles styles[STAGES_MOST];
    const char *notes; /* what has been said already */
} PaintShared;

/* Lets the scene of a stage use the targets of the runs before; not where the styles depend
 * on the photograph. */
void paint_shared_styles(PaintShared *shared, const PaintOptions *options,
                         const Recipe *stage, Scene *scene);

/* Whether these notes are others than those of the run before. */
bool paint_shared_news(PaintShared *shared, const char *notes);

#endif
