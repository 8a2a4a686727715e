/* stylegrad paint: two pictures in, one out. */
#include "transfer/paint.h"

#include <signal.h>
#include <string.h>

#include "app/commands.h"
#include "app/manifest.h"
#include "app/progress.h"
#include "app/session.h"
#include "app/trace.h"
#include "io/image.h"
#include "transfer/input.h"
#include "transfer/start.h"

static volatile sig_atomic_t interrupted;

/* The first Ctrl-C ends the run after the step; a second one ends the program. */
static void on_interrupt(int number) {
    interrupted = 1;
    signal(number, SIG_DFL);
}

/* What the watcher carries from step to step. */
typedef struct Run {
    const Options *options;
    const Recipe *recipe; /* of all stages */
    PaintStep before;     /* all that earlier stages did */
    const char *out;
    PaintStep last; /* the present one, counted over all stages */
    Trace *trace;
    Error err; /* of a save that failed */
    bool failed;
} Run;

/* "out.png" and 40 give "out-00040.png". */
static void numbered(char *name, size_t room, const char *out, int step) {
    const char *dot = strrchr(out, '.');
    snprintf(name, room, "%.*s-%05d%s", (int)(dot - out), out, step, dot);
}

static bool save(const Problem *problem, const char *path, Error *err) {
    Arena *arena = arena_new();
    bool ok = image_write(path, problem_picture(problem, arena), err);
    arena_free(arena);
    return ok;
}

static bool watch(void *context, const Problem *problem, const PaintStep *of_stage) {
    Run *run = context;
    PaintStep now = *of_stage, *step = &now;
    now.step += run->before.step;
    now.evaluations += run->before.evaluations;
    now.seconds += run->before.seconds;
    run->last = now;
    progress_print(run->recipe, step);
    char name[4096];
    int every = run->options->save_every;
    trace_add(run->trace, step);
    if (every && step->step % every == 0) {
        numbered(name, sizeof name, run->out, step->step);
        if (!save(problem, name, &run->err)) run->failed = true;
    }
    return !interrupted && !run->failed;
}

/* The first picture of the run, as --init says. */
static bool first_picture(const Session *s, const char *file, Tensor *out, Error *err) {
    Shape shape = s->content.shape;
    *out = tensor_clone(s->arena, s->content);
    switch (s->recipe.start) {
    case START_CONTENT:
        return true;
    case START_NOISE:
        *out = start_noise(s->arena, &s->recipe, s->network, s->content);
        return true;
    case START_STYLE:
        *out = image_resize(s->arena, s->style, shape.h, shape.w);
        return true;
    case START_FILE:
        break;
    }
    return input_picture_sized(s->arena, file, shape, out, err);
}

/* Everything that can be wrong with the outputs, before any work is done. */
static bool outputs_ready(const Options *options, const char *out, Error *err) {
    return image_write_check(out, err) &&
           trace_check(options->trace, options->plot, err) &&
           (!options->manifest || file_write_check(options->manifest, err));
}

/* Saves what there is, whatever ended the run, and says how it went. */
static int finish(const Run *run, const Problem *problem, const PaintEnd *end) {
    Error err;
    progress_end();
    fprintf(stderr, "%s after %d of %d steps: total %.6g\n", end->why, run->last.step,
            recipe_steps(run->recipe), end->terms.total);
    if (!save(problem, run->out, &err)) return session_complain("paint", &err);
    fprintf(stderr, "saved %s\n", run->out);
    if (!trace_write(run->trace, &err)) return session_complain("paint", &err);
    if (run->failed) return session_complain("paint", &run->err);
    if (end->diverged) {
        error_set(&err, "the loss became infinite; try a smaller --lr or --optim adam");
        return session_complain("paint", &err);
    }
    if (interrupted) return 130;
    const char *manifest = run->options->manifest;
    if (manifest && !manifest_write(manifest, run->options, run->out, &err))
        return session_complain("paint", &err);
    return 0;
}

/* The first problem is set up: from here on the run leaves something. */
static bool begin(const Session *s, Run *run, Error *err) {
    run->trace =
        trace_new(s->arena, run->recipe, run->options->trace, run->options->plot, err);
    if (!run->trace) return false;
    fputs(s->notes, stderr);
    signal(SIGINT, on_interrupt);
    return true;
}

/* Paints one stage; everything that only it needs is in the arena. `picture` is where the
 * last stage ended, and then where this one did. */
static bool paint_stage(Session *s, Run *run, int stage, Arena *arena, Tensor *picture,
                        Problem *problem, PaintEnd *end, Error *err) {
    Tensor first;
    s->recipe = recipe_stage(run->recipe, stage);
    if (stage > 0 && !session_read_pictures(s, run->options, arena, err)) return false;
    const Shape size = s->content.shape;
    if (!recipe_choose_rate(&s->recipe, s->network, size, err)) return false;
    if (stage > 0)
        first = image_resize(arena, *picture, size.h, size.w);
    else if (!first_picture(s, run->options->init, &first, err))
        return false;
    if (!problem_init(problem, arena, &s->recipe, s->network, s->content, s->style, first,
                      err) ||
        (stage == 0 && !begin(s, run, err)))
        return false;
    run->before = run->last;
    *end = paint_run(problem, arena, watch, run);
    *picture = problem_picture(problem, s->arena);
    return true;
}

/* All stages, one after the other, and the result into its file. */
static int paint_stages(Session *s, Run *run) {
    Error err;
    Tensor picture = {0};
    PaintEnd end = {0};
    int status = -1;
    for (int i = 0, last = recipe_stages(run->recipe) - 1; i <= last && status < 0; i++) {
        Problem problem = {0};
        Arena *arena = arena_new();
        if (!paint_stage(s, run, i, arena, &picture, &problem, &end, &err)) {
            status = session_complain("paint", &err);
            if (run->trace && !trace_write(run->trace, &err))
                session_complain("paint", &err);
        } else if (i == last || end.diverged || interrupted || run->failed)
            status = finish(run, &problem, &end);
        problem_free(&problem);
        arena_free(arena);
    }
    return status;
}

static int paint(const Options *options) {
    Error err;
    Session s;
    Run run = {.options = options, .out = options->out ? options->out : "out.png"};
    if (!outputs_ready(options, run.out, &err) || !session_open(&s, options, &err))
        return session_complain("paint", &err);
    const Recipe all = s.recipe;
    run.recipe = &all;
    const int status = paint_stages(&s, &run);
    session_close(&s);
    return status;
}

const Command command_paint = {
    .name = "paint",
    .operands = "CONTENT STYLE",
    .operands_least = 2,
    .operands_most = 2,
    .summary = "paint the CONTENT picture in the manner of the STYLE picture",
    .details =
        "Pictures are JPEG, PNG, BMP or PNM; a .npy tensor (3,h,w) is used as it is.\n"
        "Ctrl-C ends the run and saves the picture so far.\n\n"
        "examples:\n"
        "  stylegrad paint photo.jpg painting.jpg -o out.png --net vgg19 --weights "
        "vgg19.safetensors\n"
        "  stylegrad paint photo.jpg painting.jpg --recipe c2-starry --weights "
        "squeezenet1_1.safetensors\n",
    .mask = FOR_PAINT,
    .run = paint,
};
