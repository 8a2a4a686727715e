#include "flow/sweep.h"

#include "flow/flow_simd.h"
#include "tensor/threads.h"

static Board board_alloc(Arena *arena, int h, size_t stride) {
    return (Board){{ARENA_NEW(arena, real, (size_t)h * stride),
                    ARENA_NEW(arena, real, (size_t)h * stride)}};
}

System system_alloc(Arena *arena, int h, int w, double smoothness) {
    /* One square beyond each end. */
    const size_t stride = (size_t)w / 2 + 3;
    return (System){.h = h,
                    .w = w,
                    .stride = stride,
                    .smoothness = smoothness,
                    .a = board_alloc(arena, h, stride),
                    .b = board_alloc(arena, h, stride),
                    .c = board_alloc(arena, h, stride),
                    .part = board_alloc(arena, h, stride),
                    .u = board_alloc(arena, h, stride),
                    .v = board_alloc(arena, h, stride)};
}

/* The neighbours of row i of one colour are in the other colour. Beyond the left and the
 * right edge lies a square of that colour; it gets the value of the pixel at the edge. */
static FlowNeighbours neighbours(const System *system, Board board, int colour, int i) {
    const size_t row = (size_t)i * system->stride + 1;
    const int first = (i + colour) & 1, w = system->w;
    real *own = board.square[colour], *other = board.square[1 - colour];
    if (first == 0) other[row - 1] = own[row];
    if (((w - 1) & 1) == first)
        other[row + (size_t)(w >> 1)] = own[row + (size_t)((w - 1) >> 1)];
    const real *left = other + row + first - 1;
    return (FlowNeighbours){
        .own = own + row,
        .left = left,
        .right = left + 1,
        .above = i > 0 ? other + row - system->stride : own + row,
        .below = i + 1 < system->h ? other + row + system->stride : own + row,
    };
}

static void sweep_row(const FlowCode *code, const System *system, int colour, int i,
                      real relaxation) {
    const size_t row = (size_t)i * system->stride + 1;
    const int first = (i + colour) & 1, count = (system->w - first + 1) / 2;
    const FlowRow at = {.u = neighbours(system, system->u, colour, i),
                        .v = neighbours(system, system->v, colour, i),
                        .a = system->a.square[colour] + row,
                        .b = system->b.square[colour] + row,
                        .c = system->c.square[colour] + row,
                        .part = system->part.square[colour] + row};
    code->sweep(count, &at, relaxation);
}

void system_sweep(const System *system, int sweeps, double relaxation) {
    const FlowCode *code = flow_code_best();
    const size_t size = (size_t)system->h * (size_t)system->w;
#pragma omp parallel num_threads(threads_over(size))
    for (int half = 0; half < 2 * sweeps; half++) {
#pragma omp for
        for (int i = 0; i < system->h; i++)
            sweep_row(code, system, half & 1, i, (real)relaxation);
    }
}

void system_take(const System *system, Board board, Plane from) {
    for (int i = 0; i < from.h; i++)
        for (int j = 0; j < from.w; j++)
            *system_at(system, board, i, j) =
                from.data[(size_t)i * (size_t)from.w + (size_t)j];
}

void system_give(const System *system, Board board, Plane to) {
    for (int i = 0; i < to.h; i++)
        for (int j = 0; j < to.w; j++)
            to.data[(size_t)i * (size_t)to.w + (size_t)j] =
                *system_at(system, board, i, j);
}
