/* The live ranges become rectangles of time and memory, which are packed into one block:
 * best fit, the largest first, each into the tightest gap that is free during all its
 * steps. A value that is stored in halves is a rectangle with a lower one after it. */
#include "autograd/plan_pack.h"

#include <stdlib.h>

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

static bool narrows(const Span *span) {
    return span->narrow < span->last;
}

/* Of equal length: in the order of the plan. */
static int larger_first(const void *a, const void *b) {
    const Span *x = *(Span *const *)a, *y = *(Span *const *)b;
    if (x->bytes != y->bytes) return x->bytes < y->bytes ? 1 : -1;
    return x < y ? -1 : x > y;
}

/* Of equal length: those that stay as they are, then those that become smaller. */
static int larger_first_narrow_last(const void *a, const void *b) {
    const Span *x = *(Span *const *)a, *y = *(Span *const *)b;
    if (x->bytes == y->bytes && narrows(x) != narrows(y)) return narrows(x) ? 1 : -1;
    return larger_first(a, b);
}

/* Bytes of another span that are in the way of this one, which is not narrowed. */
static size_t bytes_beside(const Span *other, const Span *span) {
    return span_bytes(other, span->first > other->first ? span->first : other->first);
}

/* Whether two spans take the same byte in the same step. */
static bool clash(const Span *a, const Span *b) {
    const int first = a->first > b->first ? a->first : b->first;
    const int last = a->last < b->last ? a->last : b->last;
    /* Spans only become smaller: the first common step is the worst. */
    return first <= last && a->at < b->at + span_bytes(b, first) &&
           b->at < a->at + span_bytes(a, first);
}

static bool fits(Span *span, size_t at, Span *const *placed, int count) {
    span->at = at;
    for (int i = 0; i < count; i++)
        if (clash(span, placed[i])) return false;
    return true;
}

/* The lowest start where a span fits that becomes smaller: at 0 or right after another. */
static size_t find_lowest(Span *span, Span *const *placed, int count) {
    size_t lowest = 0;
    if (fits(span, 0, placed, count)) return 0;
    for (int i = 0; i < count; i++)
        lowest = larger(lowest, placed[i]->at + placed[i]->bytes);
    for (int i = 0; i < count; i++) {
        const Span *other = placed[i];
        const size_t top = other->at + bytes_beside(other, span);
        if (top < lowest && fits(span, top, placed, count)) lowest = top;
    }
    return lowest;
}

/* The start of the tightest gap for this span between those that are live at the same
 * time; `placed` is sorted by start. */
static size_t find_gap(Span *span, Span *const *placed, int count) {
    size_t end = 0, tightest = SIZE_MAX, at = 0;
    for (int i = 0; i < count; i++) {
        const Span *other = placed[i];
        if (other->last < span->first || span->last < other->first) continue;
        const size_t top = other->at + bytes_beside(other, span);
        size_t gap = other->at > end ? other->at - end : 0;
        if (gap >= span->bytes && gap < tightest) {
            tightest = gap;
            at = end;
        }
        end = larger(end, top);
    }
    return tightest < SIZE_MAX ? at : end;
}

typedef int (*Order)(const void *, const void *);

static void pack(Plan *plan, Span **order, Span **placed, Order compare) {
    plan->bytes = 0;
    for (int i = 0; i < plan->count; i++)
        order[i] = &plan->span[i];
    qsort(order, (size_t)plan->count, sizeof(Span *), compare);
    for (int i = 0; i < plan->count; i++) {
        Span *span = order[i];
        span->at = (narrows(span) ? find_lowest : find_gap)(span, placed, i);
        plan->visits += i;
        int place = i;
        for (; place > 0 && placed[place - 1]->at > span->at; place--)
            placed[place] = placed[place - 1];
        placed[place] = span;
        plan->bytes = larger(plan->bytes, span->at + span->bytes);
    }
}

static bool any_narrows(const Plan *plan) {
    for (int i = 0; i < plan->count; i++)
        if (narrows(&plan->span[i])) return true;
    return false;
}

/* With spans that become smaller, either order may be the better one. */
void plan_pack(Plan *plan, Arena *scratch) {
    const size_t count = (size_t)plan->count;
    Span **order = ARENA_NEW(scratch, Span *, count);
    Span **placed = ARENA_NEW(scratch, Span *, count);
    pack(plan, order, placed, larger_first);
    if (!any_narrows(plan)) return;
    const size_t bytes = plan->bytes;
    pack(plan, order, placed, larger_first_narrow_last);
    if (plan->bytes > bytes) pack(plan, order, placed, larger_first);
}
