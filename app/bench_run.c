#include "app/bench_run.h"

#include "autograd/node.h"
#include "train/parameters.h"

typedef struct Gathered {
    Parameters parameters;
    Node *loss;
} Gathered;

/* What Adam calls: forward and backward have run. */
static double gather(void *context) {
    const Gathered *g = context;
    parameters_gather(&g->parameters, g->loss->tape);
    return (double)node_scalar(g->loss);
}

Optimizer *bench_adam(Arena *arena, Node *loss) {
    Gathered *g = ARENA_NEW(arena, Gathered, 1);
    *g = (Gathered){parameters_of(arena, loss), loss};
    const Parameters *p = &g->parameters;
    return adam_new(arena, (Objective){p->size, p->x, p->gradient, gather, g},
                    ADAM_DEFAULTS);
}
