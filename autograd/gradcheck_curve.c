#include <stdlib.h>

#include "autograd/gradcheck.h"
#include "autograd/op.h"
#include "autograd/probe.h"
#include "autograd/tape_nodes.h"

/* Elements of all variables of the tape. */
static size_t count_elements(const Tape *tape) {
    size_t count = 0;
    for (int id = 0; id < tape_size(tape); id++)
        if (tape_node(tape, id)->op == &op_variable)
            count += shape_size(tape_node(tape, id)->shape);
    return count;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* One point of the curve; `errors` has room for one number per element. */
static GradPoint measure_point(Tape *tape, Node *y, double step, double *errors) {
    GradPoint point = {.step = step};
    Probe *probe = probe_new(tape, y, step);
    for (int id = 0; id < tape_size(tape); id++) {
        Node *x = tape_node(tape, id);
        if (x->op != &op_variable) continue;
        Sample *samples;
        size_t count = probe_measure(probe, x, 0, &samples);
        for (size_t k = 0; k < count; k++) {
            if (samples[k].kink) point.kinks++;
            if (samples[k].compared) errors[point.checked++] = samples[k].error;
        }
    }
    probe_free(probe);
    qsort(errors, point.checked, sizeof *errors, by_size);
    if (point.checked > 0) {
        point.median = errors[point.checked / 2];
        point.worst = errors[point.checked - 1];
    }
    return point;
}

void gradcheck_curve(Tape *tape, Node *y, int count, const double *steps,
                     GradPoint *points) {
    Arena *arena = arena_new();
    double *errors = ARENA_NEW(arena, double, count_elements(tape));
    for (int k = 0; k < count; k++)
        points[k] = measure_point(tape, y, steps[k], errors);
    arena_free(arena);
}
