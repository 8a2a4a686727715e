/* The live ranges become rectangles of time and memory, which are packed into one block:
 * best fit, the largest first, each into the tightest gap that is free during all its
 * steps. */
#include "autograd/plan_pack.h"

#include <stdlib.h>

static int larger_first(const void *a, const void *b) {
    const Span *x = *(Span *const *)a, *y = *(Span *const *)b;
    if (x->bytes != y->bytes) return x->bytes < y->bytes ? 1 : -1;
    return x < y ? -1 : x > y;
}

/* The start of the tightest gap for this span between those that are live at the same
 * time; `placed` is sorted by start. */
static size_t find_gap(const Span *span, Span *const *placed, int count) {
    size_t end = 0, tightest = SIZE_MAX, at = 0;
    for (int i = 0; i < count; i++) {
        const Span *other = placed[i];
        if (other->last < span->first || span->last < other->first) continue;
        size_t gap = other->at > end ? other->at - end : 0;
        if (gap >= span->bytes && gap < tightest) {
            tightest = gap;
            at = end;
        }
        if (other->at + other->bytes > end) end = other->at + other->bytes;
    }
    return tightest < SIZE_MAX ? at : end;
}

void plan_pack(Plan *plan, Arena *scratch) {
    size_t count = (size_t)plan->count;
    Span **order = ARENA_NEW(scratch, Span *, count);
    Span **placed = ARENA_NEW(scratch, Span *, count);
    plan->bytes = 0;
    for (size_t i = 0; i < count; i++)
        order[i] = &plan->span[i];
    qsort(order, count, sizeof *order, larger_first);
    for (int i = 0; i < plan->count; i++) {
        Span *span = order[i];
        span->at = find_gap(span, placed, i);
        plan->visits += i;
        int place = i;
        for (; place > 0 && placed[place - 1]->at > span->at; place--)
            placed[place] = placed[place - 1];
        placed[place] = span;
        if (span->at + span->bytes > plan->bytes) plan->bytes = span->at + span->bytes;
    }
}
