/* stylegrad paint: two pictures in, one out. */
#include "transfer/paint.h"

#include <string.h>

#include "app/commands.h"
#include "app/files.h"
#include "app/forecast.h"
#include "app/manifest.h"
#include "app/out_of_memory.h"
#include "app/progress.h"
#include "app/save.h"
#include "app/session.h"
#include "app/trace.h"
#include "app/verdict.h"
#include "io/file.h"
#include "io/image.h"
#include "io/interrupt.h"
#include "tensor/text.h"
#include "transfer/colors.h"
#include "transfer/input.h"
#include "transfer/output.h"
#include "transfer/start.h"

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

/* The picture in its colours, RGB in [0, 1] but for what is out of range. */
static Tensor picture_of(const Run *run, Arena *arena, const Problem *problem) {
    Tensor picture = problem_picture(problem, arena);
    return run->options->colors == COLORS_LUMINANCE
               ? colors_recombine(arena, picture, run->session->photograph)
               : picture;
}

/* What is saved, and under which name it is known: a SaveWriter. */
typedef struct View {
    const Run *run;
    const Problem *problem;
} View;

static bool write_view(void *context, const char *path, Error *err) {
    const View *view = context;
    Arena *arena = arena_new();
    bool ok = output_picture(path, picture_of(view->run, arena, view->problem), err);
    arena_free(arena);
    return ok;
}

/* The picture of a step, for --save-every. */
static bool save_numbered(Run *run, const Problem *problem, int step) {
    Arena *arena = arena_new();
    View view = {run, problem};
    bool ok = write_view(&view, files_numbered(arena, run->out, step), &run->err);
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
    int every = run->options->save_every;
    trace_add(run->trace, step);
    if (every && step->step % every == 0 && !save_numbered(run, problem, step->step))
        run->failed = true;
    return !interrupt_signal() && !run->failed && step->step != run->options->stop_after;
}

/* The first picture of the run, as --init, --init-with and --init-blend say. */
static bool first_picture(const Session *s, const Options *options, Tensor *out,
                          Error *err) {
    Tensor file = {0};
    const Start other = s->recipe.start.from == START_NOISE ? START_CONTENT : START_NOISE;
    const Start with = options->init_with < 0 ? other : (Start)options->init_with;
    if (s->recipe.start.from == START_FILE &&
        !input_picture_sized(s->arena, options->init, s->scene.content.shape, &file, err))
        return false;
    *out = start_picture(s->arena, &s->recipe, s->network, &s->scene, file, with,
                         options->init_blend);
    return true;
}

/* The largest number that --save-every can reach. */
static bool series_ready(const Options *options, const char *out, Error *err) {
    if (!options->save_every) return true;
    Arena *arena = arena_new();
    const int most = recipe_steps(&options->recipe);
    bool good = file_write_check(files_numbered(arena, out, most), err);
    arena_free(arena);
    return good;
}

/* No file is written that is also read, or written twice. */
static bool files_differ(const Options *options, const char *out, Error *err) {
    Arena *arena = arena_new();
    Files files = {0};
    files_read_options(&files, arena, options);
    files_write(&files, "-o", out);
    files_write(&files, "--trace", options->trace);
    files_write(&files, "--manifest", options->manifest);
    if (options->save_every)
        files_write_series(&files, out, options->save_every,
                           recipe_steps(&options->recipe));
    bool good = files_write_plot(&files, arena, "--plot", options->plot, err) &&
                files_check(&files, err);
    arena_free(arena);
    return good;
}

/* Everything that can be wrong with the outputs, before any work is done. */
static bool outputs_ready(const Options *options, const char *out, Error *err) {
    return output_check(out, err) && trace_check(options->trace, options->plot, err) &&
           (!options->manifest || file_write_check(options->manifest, err)) &&
           series_ready(options, out, err) && files_differ(options, out, err);
}

/* By whoever is at the keyboard, or by a picture that could not be saved: not by what the
 * recipe says, so that a rerun must be told. */
static bool was_stopped(const Run *run) {
    return interrupt_signal() || run->failed ||
           (run->options->stop_after > 0 && run->last.step >= run->options->stop_after);
}

static const char *why_of(const Run *run, const PaintEnd *end) {
    return run->failed ? "stopped: a picture of --save-every could not be saved"
                       : end->why;
}

/* The manifest as a SaveWriter. */
typedef struct Record {
    const Run *run;
    ManifestEnd end;
} Record;

static bool write_record(void *context, const char *path, Error *err) {
    const Record *record = context;
    return manifest_write(record->run->manifest, path, record->run->recipe, &record->end,
                          err);
}

static bool write_manifest(const Run *run, const PaintEnd *end, const char *picture,
                           Arena *arena, Error *err) {
    if (!run->manifest) return true;
    Saved saved;
    Record record = {run,
                     {.out = picture,
                      .why = why_of(run, end),
                      .steps = run->last.step,
                      .stopped = was_stopped(run),
                      .total = end->terms.total}};
    return save_result(arena, run->options->manifest, write_record, &record, &saved, err);
}

static bool worth_saving(const Run *run, const Problem *problem, const PaintEnd *end,
                         Error *err) {
    Arena *arena = arena_new();
    const bool keeps = verdict_keeps(&run->verdict, problem->recipe, end, run->last.step,
                                     problem_picture(problem, arena), err);
    arena_free(arena);
    return keeps;
}

static void say_end(const Run *run, const Problem *problem, const PaintEnd *end) {
    progress_end();
    fprintf(stderr, "%s after %d of %d steps: total %.6g\n", why_of(run, end),
            run->last.step, recipe_steps(run->recipe), end->terms.total);
    verdict_print(&run->verdict, problem->recipe, end, run->last.step);
}

static void say_saved(const Run *run, const Saved *saved) {
    save_report(saved, stderr);
    if (run->stage + 1 < recipe_stages(run->recipe))
        fprintf(stderr, " in the size of stage %d of %d", run->stage + 1,
                recipe_stages(run->recipe));
    fprintf(stderr, "\n");
}

/* Saves what there is, whatever ended the run, and says how it went. What fails does not
 * keep the rest from being saved. */
static int finish(const Run *run, const Problem *problem, const PaintEnd *end) {
    Error err;
    Saved saved = {0};
    View view = {run, problem};
    Arena *arena = arena_new();
    int status = 0;
    say_end(run, problem, end);
    const bool kept = worth_saving(run, problem, end, &err);
    if (kept && save_result(arena, run->out, write_view, &view, &saved, &err))
        say_saved(run, &saved);
    else
        status = session_complain("paint", &err);
    if (saved.path && !write_manifest(run, end, saved.path, arena, &err))
        status = session_complain("paint", &err);
    if (!trace_write(run->trace, &err)) {
        session_complain("paint", &err);
        if (!interrupt_signal()) status = 1; /* else the signal may have ended gnuplot */
    }
    if (run->failed) status = session_complain("paint", &run->err);
    if (end->diverged && kept) { /* else it has been said why there is nothing to keep */
        error_set(&err, "loss or gradient became infinite; try smaller weights, a "
                        "smaller --lr or --optim adam");
        status = session_complain("paint", &err);
    }
    arena_free(arena);
    return status == 0 && interrupt_signal() ? 128 + interrupt_signal() : status;
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
    interrupt_wait();
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
            if (!trace_write(run->trace, &err)) session_complain("paint", &err);
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
        options->recipe.size.stages.count > 1 ? options_tensor(options) : NULL;
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
        "Images are JPEG, PNG, BMP or PNM; a .npy tensor (3,h,w), RGB in [0,1] or uint8\n"
        "or uint16, keeps its size. -o FILE.npy writes every digit, not clamped, for\n"
        "'eval --image FILE.npy'.\n"
        "Ctrl-C, SIGTERM and SIGHUP end the run after the step and save the image so "
        "far.\n"
        "No file may be named twice: no output is an input, nor another output.\n"
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
