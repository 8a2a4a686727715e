#include "app/paint_stages.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "app/checkpoints.h"
#include "app/files.h"
#include "app/manifest.h"
#include "app/progress.h"
#include "app/save.h"
#include "app/trace.h"
#include "app/verdict.h"
#include "io/image.h"
#include "io/interrupt.h"
#include "tensor/text.h"
#include "transfer/input.h"
#include "transfer/output.h"
#include "transfer/start.h"

/* The whole run. */
typedef struct Run {
    const PaintOptions *options;
    const Session *session;
    const Recipe *recipe; /* of all stages */
    const char *out;
    PaintStep last;  /* the latest one, counted over all stages */
    Verdict verdict; /* on the latest stage */
    Trace *trace;
    Manifest *manifest;            /* or NULL */
    const CheckpointFile *resumed; /* where it continues; NULL: a new run */
    int first_stage;
    Checkpoints checkpoints;
    const char *settings; /* what a checkpoint says of the run */
    const char *failure;  /* why the run ends early though nobody asked for it; or NULL */
    Error err;            /* what has failed */
} Run;

/* One stage while it is painted; the watcher's context. Its memory is freed when it has
 * ended. */
typedef struct Stage {
    Run *run;
    int number;
    Recipe recipe;
    Images images;
    PaintStep before; /* all that earlier stages did */
    PaintRun *painting;
} Stage;

/* What stays of a stage that has ended, in the session's arena. */
typedef struct Painted {
    int stage;
    Recipe recipe; /* of that stage */
    Tensor image;  /* as the optimiser left it, RGB: the next stage begins with it */
    Tensor result; /* in the colours that are wanted: what is saved */
    PaintEnd end;
} Painted;

/* The image in the colours that are wanted, RGB in [0, 1] but for what is out of range.
 */
static Tensor in_colors(const Stage *stage, Arena *arena, Tensor image) {
    return stage->run->options->scene.colors == COLORS_LUMINANCE
               ? colors_recombine(arena, image, stage->images.photograph)
               : image;
}

/* The image of a step, for --save-every. */
static bool save_numbered(const Stage *stage, const Problem *problem, int step,
                          Error *err) {
    Arena *arena = arena_new();
    const char *path = files_numbered(arena, stage->run->out, step);
    const Tensor image = in_colors(stage, arena, problem_picture(problem, arena));
    bool ok = output_picture(path, image, err);
    arena_free(arena);
    return ok;
}

/* A step of a stage, counted over all stages. */
static PaintStep of_all_stages(const Stage *stage, PaintStep step) {
    step.step += stage->before.step;
    step.evaluations += stage->before.evaluations;
    step.seconds += stage->before.seconds;
    return step;
}

/* All that the run remembers. */
static StateList state_of(Stage *stage) {
    StateList list = {0};
    state_add(&list, "stage", STATE_INT, &stage->number, 1);
    state_add(&list, "steps before", STATE_INT, &stage->before.step, 1);
    state_add(&list, "evaluations before", STATE_INT, &stage->before.evaluations, 1);
    state_add(&list, "seconds before", STATE_DOUBLE, &stage->before.seconds, 1);
    verdict_state(&stage->run->verdict, &list);
    trace_state(stage->run->trace, &list);
    paint_state(stage->painting, &list);
    return list;
}

/* When one is due, when the run is stopped, and at its end: it may be prolonged. */
static void save_checkpoint(Stage *stage, bool goes_on) {
    Run *run = stage->run;
    const PaintStep *now = &run->last;
    const bool last = !goes_on || now->step == recipe_steps(run->recipe);
    if (!run->checkpoints.path) return;
    if (!last && !checkpoints_due(&run->checkpoints, now->step, now->seconds)) return;
    const StateList list = state_of(stage);
    checkpoints_save(&run->checkpoints, "paint", now->step, now->seconds, run->settings,
                     &list);
}

static bool watch(void *context, const Problem *problem, const PaintStep *of_stage) {
    Stage *stage = context;
    Run *run = stage->run;
    PaintStep now = of_all_stages(stage, *of_stage), *step = &now;
    run->last = now;
    verdict_add(&run->verdict, now.step, now.terms.total);
    progress_print(run->recipe, step);
    int every = run->options->save_every;
    trace_add(run->trace, step);
    if (every && step->step % every == 0 &&
        !save_numbered(stage, problem, step->step, &run->err))
        run->failure = "stopped: a picture of --save-every could not be saved";
    const bool goes_on =
        !interrupt_signal() && !run->failure && step->step != run->options->stop_after;
    save_checkpoint(stage, goes_on);
    return goes_on;
}

/* The first picture of the run, as --init, --init-with and --init-blend say. */
static bool first_picture(const Stage *stage, Arena *arena, Tensor *out, Error *err) {
    const Recipe *r = &stage->recipe;
    const PaintOptions *options = stage->run->options;
    const Scene *scene = &stage->images.scene;
    Tensor file = {0};
    if (r->start.from == START_FILE &&
        !input_picture_sized(arena, options->init, scene->content.shape, &file, err))
        return false;
    *out = start_picture(arena, r, stage->run->session->network, scene, file,
                         paint_mixed_with(options, r->start.from), options->init_blend);
    return true;
}

/* By whoever is at the keyboard, or by something that has failed: not by what the recipe
 * says, so that a rerun must be told. */
static bool was_stopped(const Run *run) {
    return interrupt_signal() || run->failure ||
           (run->options->stop_after > 0 && run->last.step >= run->options->stop_after);
}

static const char *why_of(const Run *run, const PaintEnd *end) {
    if (run->failure) return run->failure;
    /* A request during the last step stops nothing. */
    const bool whole = run->last.step == recipe_steps(run->recipe) && !end->diverged;
    return was_stopped(run) && whole ? "all steps are done" : end->why;
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
                           Error *err) {
    if (!run->options->manifest) return true;
    Saved saved;
    Record record = {run,
                     {.out = picture,
                      .why = why_of(run, end),
                      .steps = run->last.step,
                      .stopped = was_stopped(run),
                      .total = end->terms.total}};
    return save_result(run->session->arena, run->options->manifest, write_record, &record,
                       &saved, err);
}

static void say_end(const Run *run, const Painted *painted) {
    progress_end();
    fprintf(stderr, "%s after %d of %d steps: total %.6g\n", why_of(run, &painted->end),
            run->last.step, recipe_steps(run->recipe), painted->end.terms.total);
    verdict_print(&run->verdict, &painted->recipe, &painted->end, run->last.step);
}

static void say_saved(const Run *run, const Painted *painted, const Saved *saved) {
    const int stages = recipe_stages(run->recipe);
    save_report(saved, stderr);
    if (painted->stage + 1 < stages)
        fprintf(stderr, " in the size of stage %d of %d", painted->stage + 1, stages);
    fprintf(stderr, "\n");
}

/* The result as a SaveWriter. */
static bool write_result(void *context, const char *path, Error *err) {
    const Painted *painted = context;
    return output_picture(path, painted->result, err);
}

/* Saves what there is, whatever ended the run, and says how it went. What fails does not
 * keep the rest from being saved. */
static int finish(const Run *run, Painted *painted) {
    Error err;
    Saved saved = {0};
    const PaintEnd *end = &painted->end;
    int status = 0;
    say_end(run, painted);
    const bool kept = verdict_keeps(&run->verdict, &painted->recipe, end, run->last.step,
                                    painted->image, &err);
    if (kept &&
        save_result(run->session->arena, run->out, write_result, painted, &saved, &err))
        say_saved(run, painted, &saved);
    else
        status = session_complain("paint", &err);
    if (saved.path && !write_manifest(run, end, saved.path, &err))
        status = session_complain("paint", &err);
    if (!trace_write(run->trace, &err)) {
        session_complain("paint", &err);
        if (!interrupt_signal()) status = 1; /* else the signal may have ended gnuplot */
    }
    if (run->failure) status = session_complain("paint", &run->err);
    if (run->checkpoints.failed) status = 1; /* it has been said why */
    if (end->diverged && kept) { /* else it has been said why there is nothing to keep */
        error_set(&err, "loss or gradient became infinite; try smaller weights, a "
                        "smaller --lr or --optim adam");
        status = session_complain("paint", &err);
    }
    return status == 0 && interrupt_signal() ? 128 + interrupt_signal() : status;
}

/* What a checkpoint says, in the arena; NULL on failure. */
static const char *settings_of(const Run *run, Error *err) {
    char *text = manifest_text(run->manifest, run->recipe, err);
    const char *copy = text ? arena_string(run->session->arena, text) : NULL;
    free(text);
    return copy;
}

/* The first problem is set up: from here on the run leaves something. */
static bool begin(Run *run, Error *err) {
    const Session *s = run->session;
    const PaintOptions *options = run->options;
    run->checkpoints.path = options->checkpoint;
    run->trace = trace_new(s->arena, run->recipe, options->trace, options->plot,
                           options->checkpoint, err);
    if (!run->trace ||
        !checkpoints_every(&run->checkpoints, options->checkpoint_every, err))
        return false;
    if ((options->manifest || options->checkpoint) &&
        !(run->manifest = manifest_new(s->arena, options, s, err)))
        return false;
    if (options->checkpoint && !(run->settings = settings_of(run, err))) return false;
    fputs(s->notes.text, stderr);
    interrupt_wait();
    return true;
}

/* Whether this is the stage in which a checkpoint was saved. */
static bool is_resumed(const Stage *stage) {
    return stage->run->resumed && stage->number == stage->run->first_stage;
}

/* Sets a stage up in the arena: the first with the images of the session, the others with
 * images of their own and the result of the one before. */
static bool open_stage(Stage *stage, const Images *images, const Painted *before,
                       Arena *arena, Problem *problem, Error *err) {
    const Run *run = stage->run;
    Network *network = run->session->network;
    Tensor first;
    stage->images = *images;
    if (stage->number > 0 &&
        !images_read(arena, &run->options->scene, &stage->recipe, &stage->images, err))
        return false;
    const Shape size = stage->images.scene.content.shape;
    if (!recipe_choose_rate(&stage->recipe, network, size, err)) return false;
    if (is_resumed(stage)) /* any image of this size: the checkpoint has the pixels */
        first = tensor_clone(arena, stage->images.scene.content);
    else if (stage->number > 0)
        first = image_resize(arena, before->image, size.h, size.w);
    else if (!first_picture(stage, run->session->arena, &first, err))
        return false;
    return problem_init_scene(problem, arena, &stage->recipe, network,
                              &stage->images.scene, first, err);
}

static void announce(const Stage *stage) {
    const Run *run = stage->run;
    const Shape size = stage->images.scene.content.shape;
    if (recipe_stages(run->recipe) == 1) return;
    progress_stage(run->recipe, stage->number, size, stage->before.step);
    if (!is_resumed(stage))
        trace_stage(run->trace, stage->before.step + 1, image_longest(size));
}

/* What stays, copied out of the arena of the stage. */
static Painted keep(const Stage *stage, const Problem *problem, const PaintEnd *end) {
    Arena *arena = stage->run->session->arena;
    Painted painted = {.stage = stage->number, .recipe = stage->recipe, .end = *end};
    painted.image = problem_picture(problem, arena);
    painted.result = in_colors(stage, arena, painted.image);
    painted.end.why = arena_string(arena, end->why);
    return painted;
}

/* Whether the counts of a checkpoint are those of a run like this. */
static bool counts_are_possible(const Stage *stage, Error *err) {
    const int steps = recipe_steps(stage->run->recipe);
    const PaintStep *before = &stage->before;
    if (before->step >= 0 && before->step <= steps && before->evaluations >= 0 &&
        before->evaluations <= INT_MAX / 2)
        return true;
    return error_set(err, "%d steps and %d evaluations in stages before", before->step,
                     before->evaluations);
}

/* Puts the stage into the state of the checkpoint. */
static bool restore(Stage *stage, Error *err) {
    Run *run = stage->run;
    const CheckpointFile *file = run->resumed;
    Error why;
    if (!trace_resume(run->trace, checkpoint_count(file, TRACE_ROWS), &why))
        return error_set(err, "%s: has %s", file->path, why.text);
    const StateList list = state_of(stage);
    if (!checkpoint_restore(file, &list, err)) return false;
    if (!counts_are_possible(stage, &why) || !paint_resume(stage->painting, &why) ||
        !verdict_state_check(&run->verdict, recipe_steps(run->recipe), &why) ||
        !trace_resumed(run->trace, &why))
        return error_set(err, "%s: has %s", file->path, why.text);
    run->last = of_all_stages(stage, paint_now(stage->painting));
    run->checkpoints.last_step = run->last.step;
    run->checkpoints.last_seconds = run->last.seconds;
    fprintf(stderr, "continues after step %d of %d\n", run->last.step,
            recipe_steps(run->recipe));
    return true;
}

/* Paints one stage; everything that only it needs is in the arena. `painted` is what the
 * stage before left, and then what this one leaves; on failure it stays as it is. */
static bool paint_stage(Run *run, int number, const Images *images, Arena *arena,
                        Painted *painted, Error *err) {
    Problem problem = {0};
    Stage stage = {.run = run,
                   .number = number,
                   .recipe = recipe_stage(run->recipe, number),
                   .before = run->last};
    bool good = open_stage(&stage, images, painted, arena, &problem, err) &&
                (run->trace || begin(run, err));
    if (good) {
        verdict_begin(&run->verdict, problem_picture(&problem, arena));
        stage.painting = paint_begin(&problem, arena);
        good = !is_resumed(&stage) || restore(&stage, err);
    }
    if (good) {
        announce(&stage);
        const PaintEnd end = paint_continue(stage.painting, watch, &stage);
        *painted = keep(&stage, &problem, &end);
    }
    problem_free(&problem);
    return good;
}

/* The first stage could not be set up, so there is nothing to keep. */
static int fail_at_once(const Run *run, const Error *err) {
    Error second;
    const int status = session_complain("paint", err);
    if (!trace_write(run->trace, &second)) session_complain("paint", &second);
    return status;
}

/* All stages, one after the other, and the result into its file. When a later stage
 * cannot be set up, a file of the scene is gone, say, the result is that of the stage
 * before. */
static int paint_all(Run *run, const Images *images) {
    const int count = recipe_stages(run->recipe);
    Painted painted;
    for (int i = run->first_stage; i < count; i++) {
        Error err;
        Arena *arena = arena_new();
        const bool good = paint_stage(run, i, images, arena, &painted, &err);
        arena_free(arena);
        if (!good && i == run->first_stage) return fail_at_once(run, &err);
        if (!good) {
            run->err = err;
            run->failure =
                text_format(run->session->arena,
                            "stopped: stage %d of %d could not begin", i + 1, count);
        }
        if (painted.end.diverged || was_stopped(run)) break;
    }
    return finish(run, &painted);
}

/* The stage in which the checkpoint was saved. */
static bool find_stage(Run *run, Error *err) {
    const CheckpointFile *file = run->resumed;
    int *stage = &run->first_stage;
    if (!checkpoint_take(file, (StatePiece){"stage", STATE_INT, 1, stage}, err))
        return false;
    return (*stage >= 0 && *stage < recipe_stages(run->recipe)) ||
           error_set(err, "%s: was saved in stage %d of %d", file->path, *stage + 1,
                     recipe_stages(run->recipe));
}

int paint_stages(const Session *session, const Images *images,
                 const PaintOptions *options, const char *out) {
    Run run = {
        .options = options, .session = session, .recipe = &session->recipe, .out = out};
    Error err;
    run.resumed = options->resumed;
    if (run.resumed && !find_stage(&run, &err)) return session_complain("paint", &err);
    return paint_all(&run, images);
}
