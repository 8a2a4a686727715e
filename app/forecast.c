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

/* What is forecast, and what it begins with. */
typedef struct Forecast {
    const Session *session;
    const Recipe *recipe; /* of all stages */
    const Images *sizes;  /* of the first stage */
    const Options *options;
    size_t now;   /* bytes of the process */
    size_t bytes; /* of the process when the images of the first stage are read */
    size_t used;  /* of the session's arena */
} Forecast;

static Forecast forecast_of(const Session *s, const Recipe *recipe, const Images *sizes,
                            const Options *options) {
    const size_t now = memory_now();
    return (Forecast){.session = s,
                      .recipe = recipe,
                      .sizes = sizes,
                      .options = options,
                      .now = now,
                      .bytes = now + sizes->unread,
                      .used = arena_used(s->arena)};
}

/* The images of a stage and its memory. Random weights are drawn when they are first
 * asked for, so the session's arena grows meanwhile. */
static bool plan_memory(const Forecast *f, int stage, Row *row, Error *err) {
    const Session *s = f->session;
    const Recipe recipe = recipe_stage(f->recipe, stage);
    Arena *arena = arena_new_sketch();
    Images images = *f->sizes;
    bool good = (stage == 0 || images_sizes(arena, f->options, &recipe, &images, err)) &&
                forecast_memory(s->network, &recipe, &images.scene, &row->memory, err);
    row->shape = images.scene.content.shape;
    row->steps = recipe.run.steps;
    if (good)
        row->peak = f->bytes + (arena_used(s->arena) - f->used) + arena_used(arena) +
                    stage_memory_sum(&row->memory);
    arena_free(arena);
    return good;
}

static bool plan_time(const Forecast *f, int stage, const Speed *speed, Row *row,
                      Error *err) {
    const Recipe recipe = recipe_stage(f->recipe, stage);
    Arena *arena = arena_new();
    Images images;
    bool good = images_sizes(arena, f->options, &recipe, &images, err) &&
                speed_stage(speed, f->session->network, &recipe, &images.scene,
                            &row->seconds, err);
    arena_free(arena);
    return good;
}

/* On the scene of the last stage, or on one that is not much larger than the copies which
 * are measured. */
static bool measure(const Forecast *f, Speed *speed, Error *err) {
    enum { ENOUGH = 2048 };
    Recipe recipe = recipe_stage(f->recipe, recipe_stages(f->recipe) - 1);
    Arena *arena = arena_new();
    Images images;
    bool good = false;
    for (int whole = recipe.size.pixels, side = ENOUGH; !good; side *= 2) {
        recipe.size.pixels = side < whole ? side : whole;
        good = images_read(arena, f->options, &recipe, &images, err);
        if (side >= whole) break;
    }
    good = good && speed_measure(f->session->network, &recipe, &images.scene, speed, err);
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
            "images have %.0f already\n",
            (double)peak / MIB, (double)base / MIB);
    fprintf(out, "time    ");
    print_time(seconds, out);
    fprintf(out,
            " on %d thread%s, %.2f evaluations a step; as long as the machine is as "
            "busy as now\n",
            threads_count(), threads_count() == 1 ? "" : "s", evaluations / steps);
}

/* The memory of all stages. */
static bool plan_all(const Forecast *f, Row row[STAGES_MOST], Error *err) {
    const size_t peak = memory_peak();
    for (int i = 0; i < recipe_stages(f->recipe); i++)
        if (!plan_memory(f, i, &row[i], err)) return false;
    for (int i = 0; i < recipe_stages(f->recipe); i++)
        if (row[i].peak < peak) row[i].peak = peak;
    return true;
}

bool forecast_fits(const Session *s, const Recipe *recipe, const Images *sizes,
                   const Options *options, Error *err) {
    const Forecast f = forecast_of(s, recipe, sizes, options);
    Row row[STAGES_MOST];
    if (!plan_all(&f, row, err)) return false;
    const Row *most = &row[0];
    for (int i = 1; i < recipe_stages(recipe); i++)
        if (row[i].peak > most->peak) most = &row[i];
    char what[64];
    snprintf(what, sizeof what, "%d x %d pixels", most->shape.w, most->shape.h);
    const MemoryNeed need = {f.now, most->peak, what, ADVICE};
    return memory_limit_allows(options->memory_limit, &need, err);
}

bool forecast_print(const Session *s, const Images *sizes, const Options *options,
                    FILE *out, Error *err) {
    const Forecast f = forecast_of(s, &s->recipe, sizes, options);
    const int count = recipe_stages(f.recipe);
    Row row[STAGES_MOST];
    Speed speed;
    if (!plan_all(&f, row, err) || !measure(&f, &speed, err)) return false;
    for (int i = 0; i < count; i++)
        if (!plan_time(&f, i, &speed, &row[i], err)) return false;
    fputs(s->notes.text, stderr);
    print_rows(row, count, out);
    print_sum(row, count, f.bytes, &speed, out);
    return true;
}
