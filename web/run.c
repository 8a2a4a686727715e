/* A run: its stages, one step after the other, and what the page shows of it. */
#include "io/image.h"
#include "tensor/no_memory.h"
#include "transfer/feature_scale.h"
#include "transfer/paint.h"
#include "transfer/pyramid.h"
#include "transfer/recipe_usual.h"
#include "transfer/start.h"
#include "web/play.h"

/* What stays for all stages. */
static struct {
    Arena *arena; /* NULL: there is no run */
    Recipe recipe;
    Network *network;
    int stage, before; /* from 0; steps of the stages before it */
    const char *why;   /* how it ended, or "" */
    bool given;        /* begins with PLAY_FIRST */
    Tensor result;     /* of the stage before this one */
} run;

/* One stage. */
static struct {
    Arena *arena;
    Recipe recipe;
    Scene scene;
    Tensor photograph; /* in its own colours */
    Problem problem;
    PaintRun *painting;
    PaintEnd end;
} stage;

static double numbers[PLAY_NUMBERS], layers[2 * LAYERS_MOST];

/* Of the stages before this one and of `steps` of it: each step times its pixels, but for the
 * proportions of the picture. */
static double work(int until, int steps) {
    double sum = 0;
    for (int i = 0; i <= until && i < recipe_stages(&run.recipe); i++) {
        const Recipe r = recipe_stage(&run.recipe, i);
        sum += (double)(i < until ? r.run.steps : steps) * r.size.pixels * r.size.pixels;
    }
    return sum;
}

static void note_terms(const Terms *t) {
    const Shape size = stage.problem.variable->shape;
    const Recipe *r = &stage.recipe;
    const PaintStep now = paint_now(stage.painting);
    numbers[PLAY_STEP] = run.before + now.step;
    numbers[PLAY_STEPS] = recipe_steps(&run.recipe);
    numbers[PLAY_EVALUATIONS] = now.evaluations;
    numbers[PLAY_WIDTH] = size.w;
    numbers[PLAY_HEIGHT] = size.h;
    numbers[PLAY_STAGE] = run.stage;
    numbers[PLAY_STAGES] = recipe_stages(&run.recipe);
    numbers[PLAY_TOTAL] = t->total;
    numbers[PLAY_CONTENT] = t->content;
    numbers[PLAY_STYLE] = t->style;
    numbers[PLAY_TV] = t->tv;
    numbers[PLAY_RATE] = now.rate;
    numbers[PLAY_WORK] = work(run.stage, now.step);
    numbers[PLAY_WORKS] = work(recipe_stages(&run.recipe), 0);
    for (int i = 0; i < r->content.layers.count; i++)
        layers[i] = t->content_layer[i];
    for (int i = 0; i < r->style.layers.count; i++)
        layers[r->content.layers.count + i] = t->style_layer[i];
}

static void end_stage(void) {
    if (stage.arena) problem_free(&stage.problem);
    arena_free(stage.arena);
    stage.arena = NULL;
    stage.painting = NULL;
}

void PLAY_EXPORT(play_run_end)(void) {
    end_stage();
    arena_free(run.arena);
    run.arena = NULL;
    run.result = (Tensor){0};
    run.why = "";
}

static bool read_scene(const Recipe *r, Arena *arena) {
    Tensor photograph, painting;
    if (!play_picture_sized(arena, PLAY_PHOTOGRAPH, r->size.pixels, r->size.of,
                            &photograph) ||
        !play_picture_sized(arena, PLAY_PAINTING, recipe_style_pixels(r), r->size.of,
                            &painting))
        return false;
    stage.scene = scene_of(photograph, painting);
    stage.photograph = photograph;
    colors_prepare(arena, &stage.scene, play_settings.colors);
    return true;
}

static bool is_possible(int number) {
    Shape photograph, painting;
    const Recipe r = recipe_stage(&run.recipe, number);
    return play_picture_shape(PLAY_PHOTOGRAPH, r.size.pixels, r.size.of, &photograph) &&
           play_picture_shape(PLAY_PAINTING, recipe_style_pixels(&r), r.size.of,
                              &painting) &&
           layers_fit(&r.content.layers, run.network, photograph) &&
           layers_fit(&r.style.layers, run.network, photograph) &&
           layers_fit(&r.style.layers, run.network, painting);
}

/* The smallest stages may be too small for these pictures. */
static void leave_out_stages(void) {
    const int count = recipe_stages(&run.recipe);
    int first = 0;
    while (first < count - 1 && !is_possible(first))
        first++;
    recipe_leave_out(&run.recipe, first);
}

/* The first image of the run; later stages begin with the result of the one before. */
static bool first_image(Tensor *out) {
    const Shape size = stage.scene.content.shape;
    const Recipe *r = &stage.recipe;
    Tensor given = {0};
    if (run.stage > 0)
        *out = image_resize(stage.arena, run.result, size.h, size.w);
    else if (run.given)
        return play_picture_fitted(stage.arena, PLAY_FIRST, size, out);
    else
        *out = start_image(stage.arena, r, run.network, &stage.scene, given,
                           r->start.from == START_NOISE ? START_CONTENT : START_NOISE, 0);
    return true;
}

static bool begin_stage(void) {
    Tensor first;
    double factor;
    stage.arena = arena_new();
    stage.recipe = recipe_stage(&run.recipe, run.stage);
    stage.problem = (Problem){0};
    stage.end = (PaintEnd){0};
    if (!read_scene(&stage.recipe, stage.arena)) return false;
    const Shape size = stage.scene.content.shape;
    if (run.stage == 0 &&
        !feature_scale_apply(&run.recipe, run.network, &stage.scene, &factor, &play_err))
        return false;
    if (!recipe_choose_rate(&stage.recipe, run.network, size, &play_err) ||
        !first_image(&first) ||
        !problem_init_scene(&stage.problem, stage.arena, &stage.recipe, run.network,
                            &stage.scene, first, &play_err))
        return false;
    stage.painting = paint_begin(&stage.problem, stage.arena);
    const Terms terms = problem_terms(&stage.problem);
    note_terms(&terms);
    return true;
}

static bool open_run(void) {
    if (!play_check()) return false;
    run.network = play_network_new(run.arena, &run.recipe);
    if (!run.network || !recipe_complete(&run.recipe, run.network, &play_err))
        return false;
    if (run.recipe.size.pyramid > 0 && run.recipe.size.stages.count == 0)
        pyramid_fit(&run.recipe, run.recipe.size.pyramid);
    leave_out_stages();
    return begin_stage();
}

bool PLAY_EXPORT(play_run)(bool given) {
    play_run_end();
    run.arena = arena_new();
    run.recipe = play_settings.recipe;
    run.recipe.net.name = "paintnet";
    run.given = given;
    run.stage = run.before = 0;
    const bool good = open_run();
    if (!good) play_run_end();
    return good;
}

/* Ends this stage, and begins the next one if there is any. False: the run is over. */
static bool next_stage(void) {
    paint_end(stage.painting, &stage.end);
    note_terms(&stage.end.terms);
    const bool last = run.stage + 1 == recipe_stages(&run.recipe);
    if (last || stage.end.diverged) {
        run.why = arena_string(run.arena, stage.end.why);
        return false;
    }
    run.result = problem_image(&stage.problem, run.arena);
    run.before += stage.end.steps;
    end_stage();
    run.stage++;
    if (begin_stage()) return true;
    run.why = arena_string(run.arena, play_err.text);
    end_stage();
    return false;
}

bool PLAY_EXPORT(play_step)(void) {
    if (!run.arena || *run.why) return false;
    if (!paint_take_step(stage.painting, &stage.end)) return next_stage();
    const PaintStep now = paint_now(stage.painting);
    note_terms(&now.terms);
    return true;
}

const char *PLAY_EXPORT(play_why)(void) {
    return run.why ? run.why : "";
}

const double *PLAY_EXPORT(play_numbers)(void) {
    return numbers;
}

const double *PLAY_EXPORT(play_layers)(void) {
    return layers;
}

int PLAY_EXPORT(play_layer_count)(bool style) {
    return style ? stage.recipe.style.layers.count : stage.recipe.content.layers.count;
}

const uint8_t *PLAY_EXPORT(play_result)(void) {
    static uint8_t *bytes;
    if (!stage.painting && !run.result.data) return NULL;
    Arena *scratch = arena_new();
    Tensor image = run.result;
    if (stage.painting) image = problem_image(&stage.problem, scratch);
    if (stage.painting && play_settings.colors == COLORS_LUMINANCE)
        image = colors_recombine(scratch, image, stage.photograph);
    bytes =
        memory_resize(bytes, (size_t)4 * (size_t)image.shape.h * (size_t)image.shape.w);
    play_bytes(image, bytes);
    arena_free(scratch);
    return bytes;
}

const real *PLAY_EXPORT(play_gradient)(void) {
    if (!stage.painting) return NULL;
    problem_forward(&stage.problem);
    problem_backward(&stage.problem);
    return stage.problem.variable->grad;
}
