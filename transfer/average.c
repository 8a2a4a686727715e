#include "transfer/average.h"

Average average_new(Arena *arena, double decay, Shape shape) {
    if (decay == 0) return (Average){.rest = 1};
    return (Average){tensor_alloc(arena, shape), decay, 1};
}

void average_add(Average *a, Tensor x) {
    const size_t size = a->decay > 0 ? shape_size(x.shape) : 0;
    const real keep = (real)a->decay, take = (real)(1 - a->decay);
    for (size_t i = 0; i < size; i++)
        a->sum.data[i] = keep * a->sum.data[i] + take * x.data[i];
    a->rest *= a->decay;
}

void average_state(Average *a, StateList *list) {
    if (a->decay == 0) return;
    state_add(list, "average", STATE_REAL, a->sum.data, shape_size(a->sum.shape));
    state_add(list, "average rest", STATE_DOUBLE, &a->rest, 1);
}

void average_take(const Average *a, Tensor x) {
    const size_t size = a->decay > 0 ? shape_size(x.shape) : 0;
    const real part = (real)(1 - a->rest);
    for (size_t i = 0; i < size; i++)
        x.data[i] = a->sum.data[i] / part;
}
