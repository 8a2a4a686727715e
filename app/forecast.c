#include "app/forecast.h"

#include "app/forecast_memory.h"
#include "app/forecast_time.h"
#include "app/memory.h"
#include "app/memory_limit.h"
#include "app/out_of_memory.h"
#include "tensor/threads.h"

#define MIB (1024.0 * 1024.0)
#define ADVICE OPTIONS_OF_MEMORY " needs less, and 'paint --plan' says how much"

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

/* What the process has, or will have when the pictures of the first stage are read. */
typedef struct Base {
    size_t now, bytes, used; /* of the process; with pictures; of the session's arena */
} Base;

/* The pictures of a stage and its memory. Random weights are drawn when they are first
 * asked for, so the session grows meanwhile. */
static bool plan_memory(Session *s, const Options *options, const Recipe *all, int stage,
                        const Base *base, Row *row, Error *err) {
    Arena *arena = arena_new_sketch();
    const Scene first = s->scene;
    s->recipe = recipe_stage(all, stage);
    bool good = (stage == 0 || session_read_pictures(s, options, arena, err)) &&
                forecast_memory(s, &row->memory, err);
    row->shape = s->scene.content.shape;
    row->steps = s->recipe.steps;
    if (good)
        row->peak = base->bytes + (arena_used(s->arena) - base->used) +
                    arena_used(arena) + stage_memory_sum(&row->memory);
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

/* On the scene of the last stage, or on one that is not much larger than the copies which
 * are measured. */
static bool measure(Session *s, const Options *options, const Recipe *all, Speed *speed,
                    Error *err) {
    enum { ENOUGH = 2048 };
    Arena *arena = arena_new();
    bool good = false;
    s->recipe = recipe_stage(all, recipe_stages(all) - 1);
    s->sizes_only = false;
    for (int whole = s->recipe.size, side = ENOUGH; !good; side *= 2) {
        s->recipe.size = side < whole ? side : whole;
        good = session_read_pictures(s, options, arena, err);
        if (side >= whole) break;
    }
    good = good && speed_measure(s, speed, err);
    s->sizes_only = true;
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

/* The memory of all stages. */
static bool plan_all(Session *s, const Options *options, const Recipe *all, Base *base,
                     Row row[STAGES_MOST], Error *err) {
    const size_t now = memory_now(), peak = memory_peak();
    *base = (Base){now, now + s->unread, arena_used(s->arena)};
    for (int i = 0; i < recipe_stages(all); i++)
        if (!plan_memory(s, options, all, i, base, &row[i], err)) return false;
    for (int i = 0; i < recipe_stages(all); i++)
        if (row[i].peak < peak) row[i].peak = peak;
    return true;
}

bool forecast_fits(Session *s, const Options *options, Error *err) {
    const Recipe all = s->recipe;
    const size_t unread = s->unread;
    Base base;
    Row row[STAGES_MOST];
    if (!plan_all(s, options, &all, &base, row, err)) return false;
    s->recipe = all;
    s->unread = unread;
    const Row *most = &row[0];
    for (int i = 1; i < recipe_stages(&all); i++)
        if (row[i].peak > most->peak) most = &row[i];
    char what[64];
    snprintf(what, sizeof what, "%d x %d pixels", most->shape.w, most->shape.h);
    const MemoryNeed need = {base.now, most->peak, what, ADVICE};
    return memory_limit_allows(options->memory_limit, &need, err);
}

bool forecast_print(Session *s, const Options *options, FILE *out, Error *err) {
    const Recipe all = s->recipe;
    const int count = recipe_stages(&all);
    Base base;
    Row row[STAGES_MOST];
    Speed speed;
    if (!plan_all(s, options, &all, &base, row, err) ||
        !measure(s, options, &all, &speed, err))
        return false;
    for (int i = 0; i < count; i++)
        if (!plan_time(s, options, &all, i, &speed, &row[i], err)) return false;
    fputs(s->notes, stderr);
    print_rows(row, count, out);
    print_sum(row, count, base.bytes, &speed, out);
    return true;
}
