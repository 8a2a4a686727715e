#include "transfer/targets.h"

#include <string.h>

/* Computes them where they stay for the next run. */
static bool keep(StyleTargets *kept, Targets *targets, const LossesSetup *setup,
                 int number, TargetsOfStyle *compute, Error *err) {
    LossesSetup lasting = *setup;
    lasting.arena = kept->arena;
    if (!compute(targets, &lasting, number, err)) return false;
    memcpy(kept->layer, targets->style[number], sizeof kept->layer);
    kept->known = true;
    return true;
}

bool targets_of_styles(Targets *targets, const LossesSetup *setup,
                       TargetsOfStyle *compute, Error *err) {
    for (int i = 0; i < setup->scene->styles; i++) {
        StyleTargets *kept = setup->scene->style[i].kept;
        if (kept && kept->known)
            memcpy(targets->style[i], kept->layer, sizeof kept->layer);
        else if (!(kept ? keep(kept, targets, setup, i, compute, err)
                        : compute(targets, setup, i, err)))
            return false;
    }
    return true;
}
