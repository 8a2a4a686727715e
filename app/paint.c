/* stylegrad paint: two pictures in, one out. */
#include "transfer/paint.h"

#include <signal.h>
#include <string.h>

#include "app/commands.h"
#include "app/forecast.h"
#include "app/manifest.h"
#include "app/out_of_memory.h"
#include "app/progress.h"
#include "app/session.h"
#include "app/trace.h"
#include "app/verdict.h"
#include "io/file.h"
#include "io/image.h"
#include "transfer/colors.h"
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
    const Session *session;
    const Recipe *recipe; /* of all stages */
    int stage;
    PaintStep before; /* all that earlier stages did */
    const char *out;
    PaintStep last;  /* the present one, counted over all stages */
    Verdict verdict; /* on this stage */
    Trace *trace;
    Manifest *manifest; /* or NULL */
    Error err;          /* of a save that failed */
    bool failed;
} Run;

/* "out.png" and 40 give "out-00040.png". */
static void numbered(char *name, size_t room, const char *out, int step) {
    const char *dot = strrchr(out, '.');
    snprintf(name, room, "%.*s-%05d%s", (int)(dot - out), out, step, dot);
}

/* The picture in its colours, RGB in [0, 1] but for what is out of range. */
static Tensor picture_of(const Run *run, Arena *arena, const Problem *problem) {
    Tensor picture = problem_picture(problem, arena);
    return run->options->colors == COLORS_LUMINANCE
               ? colors_recombine(arena, picture, run->session->photograph)
               : picture;
}

static bool save(const Run *run, const Problem *problem, const char *path, Error *err) {
    Arena *arena = arena_new();
    bool ok = image_write(path, picture_of(run, arena, problem), err);
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
    verdict_add(&run->verdict, now.step, now.terms.total);
    progress_print(run->recipe, step);
    char name[4096];
    int every = run->options->save_every;
    trace_add(run->trace, step);
    if (every && step->step % every == 0) {
        numbered(name, sizeof name, run->out, step->step);
        if (!save(run, problem, name, &run->err)) run->failed = true;
    }
    return !interrupted && !run->failed && step->step != run->options->stop_after;
}

/* The first picture of the run, as --init, --init-with and --init-blend say. */
static bool first_picture(const Session *s, const Options *options, Tensor *out,
                          Error *err) {
    Tensor file = {0};
    const Start other = s->recipe.start == START_NOISE ? START_CONTENT : START_NOISE;
    const Start with = options->init_with < 0 ? other : (Start)options->init_with;
    if (s->recipe.start == START_FILE &&
        !input_picture_sized(s->arena, options->init, s->scene.content.shape, &file, err))
        return false;
    *out = start_picture(s->arena, &s->recipe, s->network, &s->scene, file, with,
                         options->init_blend);
    return true;
}

/* Everything that can be wrong with the outputs, before any work is done. */
static bool outputs_ready(const Options *options, const char *out, Error *err) {
    return image_write_check(out, err) &&
           trace_check(options->trace, options->plot, err) &&
           (!options->manifest || file_write_check(options->manifest, err));
}

static bool was_stopped(const Run *run) {
    return interrupted ||
           (run->options->stop_after > 0 && run->last.step >= run->options->stop_after);
}

static bool write_manifest(const Run *run, const PaintEnd *end, Error *err) {
    if (!run->manifest) return true;
    const ManifestEnd result = {.out = run->out,
                                .why = end->why,
                                .steps = run->last.step,
                                .stopped = was_stopped(run),
                                .total = end->terms.total};
    return manifest_write(run->manifest, run->options->manifest, run->recipe, &result,
                          err);
}

static bool worth_saving(const Run *run, const Problem *problem, const PaintEnd *end,
                         Error *err) {
    Arena *arena = arena_new();
    const bool keeps = verdict_keeps(&run->verdict, problem->recipe, end, run->last.step,
                                     problem_picture(problem, arena), err);
    arena_free(arena);
    return keeps;
}

/* Saves what there is, whatever ended the run, and says how it went. */
static int finish(const Run *run, const Problem *problem, const PaintEnd *end) {
    Error err;
    progress_end();
    fprintf(stderr, "%s after %d of %d steps: total %.6g\n", end->why, run->last.step,
            recipe_steps(run->recipe), end->terms.total);
    verdict_print(&run->verdict, problem->recipe, end, run->last.step);
    if (!worth_saving(run, problem, end, &err)) {
        const int status = session_complain("paint", &err);
        if (!trace_write(run->trace, &err)) session_complain("paint", &err);
        return status;
    }
    if (!save(run, problem, run->out, &err)) return session_complain("paint", &err);
    fprintf(stderr, "saved %s", run->out);
    if (run->stage + 1 < recipe_stages(run->recipe))
        fprintf(stderr, " in the size of stage %d of %d", run->stage + 1,
                recipe_stages(run->recipe));
    fprintf(stderr, "\n");
    if (!write_manifest(run, end, &err)) return session_complain("paint", &err);
    if (!trace_write(run->trace, &err)) return session_complain("paint", &err);
    if (run->failed) return session_complain("paint", &run->err);
    if (end->diverged) {
        error_set(&err, "loss or gradient became infinite; try smaller weights, a "
                        "smaller --lr or --optim adam");
        return session_complain("paint", &err);
    }
    return interrupted ? 130 : 0;
}

/* The first problem is set up: from here on the run leaves something. */
static bool begin(const Session *s, Run *run, Error *err) {
    run->trace =
        trace_new(s->arena, run->recipe, run->options->trace, run->options->plot, err);
    if (!run->trace) return false;
    if (run->options->manifest &&
        !(run->manifest = manifest_new(s->arena, run->options, s, err)))
        return false;
    fputs(s->notes, stderr);
    signal(SIGINT, on_interrupt);
    return true;
}

/* Paints one stage; everything that only it needs is in the arena. `picture` is where the
 * last stage ended, and then where this one did. */
static bool paint_stage(Session *s, Run *run, int stage, Arena *arena, Tensor *picture,
                        Problem *problem, PaintEnd *end, Error *err) {
    Tensor first;
    run->stage = stage;
    s->recipe = recipe_stage(run->recipe, stage);
    if (stage > 0 && !session_read_pictures(s, run->options, arena, err)) return false;
    const Shape size = s->scene.content.shape;
    if (!recipe_choose_rate(&s->recipe, s->network, size, err)) return false;
    if (stage > 0)
        first = image_resize(arena, *picture, size.h, size.w);
    else if (!first_picture(s, run->options, &first, err))
        return false;
    if (!problem_init_scene(problem, arena, &s->recipe, s->network, &s->scene, first,
                            err) ||
        (stage == 0 && !begin(s, run, err)))
        return false;
    run->before = run->last;
    if (recipe_stages(run->recipe) > 1) {
        progress_stage(run->recipe, stage, size, run->before.step);
        trace_stage(run->trace, run->before.step + 1, image_longest(size));
    }
    verdict_begin(&run->verdict, problem_picture(problem, arena));
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
        } else if (i == last || end.diverged || was_stopped(run) || run->failed)
            status = finish(run, &problem, &end);
        problem_free(&problem);
        arena_free(arena);
    }
    return status;
}

/* In stages the pictures are read in several sizes, which a .npy tensor does not have. */
static bool stages_ready(const Options *options, Error *err) {
    const char *tensor =
        options->recipe.stages.count > 1 ? options_tensor(options) : NULL;
    return !tensor || error_set(err,
                                "%s: is never resized, and cannot be painted in stages; "
                                "use a picture or --pyramid 1",
                                tensor);
}

static int paint(const Options *options) {
    Error err;
    Session s;
    Run run = {.options = options, .out = options->out ? options->out : "out.png"};
    if (!outputs_ready(options, run.out, &err) || !stages_ready(options, &err) ||
        !session_open_sizes(&s, options, &err))
        return session_complain("paint", &err);
    const Recipe all = s.recipe;
    run.recipe = &all;
    run.session = &s;
    const bool good = options->plan ? forecast_print(&s, options, stdout, &err)
                                    : forecast_fits(&s, options, &err);
    if (!good || options->plan) {
        session_close(&s);
        return good ? 0 : session_complain("paint", &err);
    }
    if (!session_open_pictures(&s, options, &err)) return session_complain("paint", &err);
    const int status = paint_stages(&s, &run);
    session_close(&s);
    return status;
}

const Command command_paint = {
    .name = "paint",
    .operands = "CONTENT STYLE [STYLE...]",
    .operands_least = 2,
    .operands_most = 1 + STYLES_MOST,
    .summary = "paint the CONTENT picture in the manner of the STYLE pictures",
    .details =
        "Pictures are JPEG, PNG, BMP or PNM; a .npy tensor (3,h,w) is used as it is.\n"
        "Ctrl-C ends the run and saves the picture so far.\n"
        "docs/en/paint.md shows what each option does to a picture.\n\n"
        "examples:\n"
        "  stylegrad paint photo.jpg painting.jpg -o out.png --net vgg19 --weights "
        "vgg19.safetensors\n"
        "  stylegrad paint photo.jpg painting.jpg --recipe c2-starry --weights "
        "squeezenet1_1.safetensors\n"
        "  stylegrad paint photo.jpg day.jpg night.jpg --mask left.png --mask right.png\n"
        "  stylegrad paint photo.jpg painting.jpg --size 1024 --pyramid 4 --tile 512 "
        "--plan\n",
    .mask = FOR_PAINT,
    .less_memory = OPTIONS_OF_MEMORY,
    .run = paint,
};
