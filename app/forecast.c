#include "app/forecast.h"

#include "app/forecast_memory.h"
#include "app/forecast_time.h"
#include "app/memory.h"
#include "tensor/threads.h"

#define MIB (1024.0 * 1024.0)

/* One stage. */
typedef struct Row {
    Shape shape;
    int steps;
    StageMemory memory;
    size_t peak; /* of the process, bytes */
    double seconds;
} Row;

static void print_time(double seconds, FILE *out) {
    const long whole = (long)(seconds + 0.5);
    if (seconds < 60)
        fprintf(out, "%.1f s", seconds);
    else if (whole < 3600)
        fprintf(out, "%ld:%02ld min", whole / 60, whole % 60);
    else
        fprintf(out, "%ld:%02ld h", whole / 3600, whole / 60 % 60);
}

/* The pictures of a stage and its memory; `base` is what the process had before, when the
 * session had `used` bytes: random weights are drawn when they are first asked for. */
static bool plan_memory(Session *s, const Options *options, const Recipe *all, int stage,
                        size_t base, size_t used, Row *row, Error *err) {
    Arena *arena = arena_new();
    const Scene first = s->scene;
    s->recipe = recipe_stage(all, stage);
    bool good = (stage == 0 || session_read_pictures(s, options, arena, err)) &&
                forecast_memory(s, &row->memory, err);
    row->shape = s->scene.content.shape;
    row->steps = s->recipe.steps;
    if (good)
        row->peak = base + (arena_used(s->arena) - used) + arena_used(arena) +
                    stage_memory_sum(&row->memory);
    s->scene = first;
    arena_free(arena);
    return good;
}

static bool plan_time(Session *s, const Options *options, const Recipe *all, int stage,
                      const Speed *speed, Row *row, Error *err) {
    Arena *arena = arena_new();
    s->recipe = recipe_stage(all, stage);
    bool good = session_read_pictures(s, options, arena, err) &&
                speed_stage(speed, s, &row->seconds, err);
    arena_free(arena);
    return good;
}

/* On the scene of the last stage. */
static bool measure(Session *s, const Options *options, const Recipe *all, Speed *speed,
                    Error *err) {
    Arena *arena = arena_new();
    s->recipe = recipe_stage(all, recipe_stages(all) - 1);
    bool good =
        session_read_pictures(s, options, arena, err) && speed_measure(s, speed, err);
    arena_free(arena);
    return good;
}

static void print_rows(const Row *row, int count, FILE *out) {
    fprintf(out, "%-6s %-12s %6s %11s %8s %8s %10s  %s\n", "stage", "pixels", "steps",
            "tapes MiB", "targets", "kept", "optimiser", "time");
    for (int i = 0; i < count; i++) {
        char pixels[32];
        snprintf(pixels, sizeof pixels, "%d x %d", row[i].shape.w, row[i].shape.h);
        fprintf(out, "%-6d %-12s %6d %11.1f %8.1f %8.1f %10.1f  ", i + 1, pixels,
                row[i].steps, (double)row[i].memory.tapes / MIB,
                (double)row[i].memory.targets / MIB, (double)row[i].memory.kept / MIB,
                (double)row[i].memory.optimizer / MIB);
        print_time(row[i].seconds, out);
        fprintf(out, "\n");
    }
}

static void print_sum(const Row *row, int count, size_t base, const Speed *speed,
                      FILE *out) {
    size_t peak = 0;
    double seconds = 0, evaluations = 0;
    int steps = 0;
    for (int i = 0; i < count; i++) {
        if (row[i].peak > peak) peak = row[i].peak;
        seconds += row[i].seconds;
        steps += row[i].steps;
        evaluations += speed_evaluations(speed, row[i].steps);
    }
    fprintf(out,
            "memory  %.0f MiB at its peak, of which the program, weights and "
            "pictures have %.0f already\n",
            (double)peak / MIB, (double)base / MIB);
    fprintf(out, "time    ");
    print_time(seconds, out);
    fprintf(out,
            " on %d thread%s, %.2f evaluations a step; as long as the machine is as "
            "busy as now\n",
            threads_count(), threads_count() == 1 ? "" : "s", evaluations / steps);
}

bool forecast_print(Session *s, const Options *options, FILE *out, Error *err) {
    const Recipe all = s->recipe;
    const int count = recipe_stages(&all);
    const size_t base = memory_now(), peak = memory_peak(), used = arena_used(s->arena);
    Row row[STAGES_MOST];
    Speed speed;
    for (int i = 0; i < count; i++)
        if (!plan_memory(s, options, &all, i, base, used, &row[i], err)) return false;
    for (int i = 0; i < count; i++)
        if (row[i].peak < peak) row[i].peak = peak;
    if (!measure(s, options, &all, &speed, err)) return false;
    for (int i = 0; i < count; i++)
        if (!plan_time(s, options, &all, i, &speed, &row[i], err)) return false;
    fputs(s->notes, stderr);
    print_rows(row, count, out);
    print_sum(row, count, base, &speed, out);
    return true;
}
