/* stylegrad eval: the loss of one image, term by term, and its gradient. This is how
 * somebody's own program is compared with ours. */
#include <string.h>

#include "app/commands.h"
#include "app/files.h"
#include "app/forecast.h"
#include "app/not_finite.h"
#include "app/out_of_memory.h"
#include "app/paint_options.h"
#include "app/save.h"
#include "app/settings.h"
#include "io/file.h"
#include "io/json_build.h"
#include "io/npy.h"
#include "transfer/input.h"
#include "transfer/problem.h"

/* What the command can be told. */
typedef struct EvalOptions {
    PaintOptions paint; /* of which only the scene matters */
    const char *image;  /* NULL: the content */
    const char *grad;   /* NULL: it is not saved */
    bool json;
} EvalOptions;

static void print_layers(const char *term, const LayerList *layers,
                         const double *values) {
    for (int i = 0; i < layers->count; i++)
        printf("  %-8s %-12s %.17g\n", term, layers->item[i].name, values[i]);
}

static bool print_text(json_t *settings, const Recipe *r, const Terms *t, Error *err) {
    if (!settings_print(settings, err)) return false;
    printf("\n");
    printf("total    %.17g\n", t->total);
    printf("content  %.17g  x %g\n", t->content, r->content.weight);
    print_layers("content", &r->content.layers, t->content_layer);
    printf("style    %.17g  x %g\n", t->style, r->style.weight);
    print_layers("style", &r->style.layers, t->style_layer);
    printf("tv       %.17g  x %g\n", t->tv, r->tv.weight);
    return true;
}

static json_t *layers_object(JsonBuild *build, const LayerList *layers,
                             const double *values) {
    json_t *object = json_built(build, json_object());
    for (int i = 0; i < layers->count; i++)
        json_put(build, object, layers->item[i].name, json_real(values[i]));
    return object;
}

static bool print_json(json_t *settings, const Recipe *r, const Terms *t, Error *err) {
    if (!settings) return settings_failed(err);
    JsonBuild build = {0};
    json_t *all =
        json_built(&build, json_pack("{s:f, s:f, s:f, s:f}", "total", t->total, "content",
                                     t->content, "style", t->style, "tv", t->tv));
    json_put(&build, all, "content_layers",
             layers_object(&build, &r->content.layers, t->content_layer));
    json_put(&build, all, "style_layers",
             layers_object(&build, &r->style.layers, t->style_layer));
    json_put(&build, all, "settings", settings);
    const bool good =
        json_print(&build, all, JSON_INDENT(2) | JSON_REAL_PRECISION(17), stdout, err);
    json_decref(all);
    return good;
}

static bool read_image(const Session *s, const char *path, Tensor content, Tensor *out,
                       Error *err) {
    if (!path) {
        *out = content;
        return true;
    }
    if (!input_image_sized(s->arena, path, content.shape, out, err)) return false;
    images_note_range(path, *out);
    return true;
}

static bool write_gradient(void *context, const char *path, Error *err) {
    const Tensor *gradient = context;
    return npy_write(path, *gradient, 4, err);
}

static bool save_gradient(Arena *arena, const char *path, Tensor gradient, Error *err) {
    Saved saved;
    return save_result(arena, path, write_gradient, &gradient, &saved, err);
}

static bool measure(const Session *s, const Scene *scene, const EvalOptions *options,
                    Error *err) {
    Tensor x;
    Problem problem;
    Recipe recipe = s->recipe;
    recipe.pixels.space = SPACE_UNIT; /* the gradient is by RGB in [0, 1] */
    if (!read_image(s, options->image, scene->content, &x, err) ||
        !problem_init_scene(&problem, s->arena, &recipe, s->network, scene, x, err))
        return false;
    problem_backward(&problem);
    Terms terms = problem_terms(&problem);
    Tensor gradient = tape_keep_grad(s->arena, problem.variable);
    problem_free(&problem);
    if (!finite_terms(&recipe, &terms, err)) return false;
    if (!tensor_finite(gradient))
        return error_set(err, "the loss is finite, its gradient is not: derivatives on "
                              "the way are too large for " REAL_NAME "; choose smaller "
                              "weights or another form");
    if (options->grad && !save_gradient(s->arena, options->grad, gradient, err))
        return false;
    fputs(s->notes.text, stderr);
    json_t *settings = settings_object(
        s, scene, &options->paint.scene, SETTINGS_LOSSES,
        options->image ? options->image : options->paint.scene.operand[0], &x);
    return (options->json ? print_json : print_text)(settings, &recipe, &terms, err);
}

/* Before any work: the gradient can be written, and over nothing that is read. */
static bool outputs_ready(const EvalOptions *options, Error *err) {
    if (!options->grad) return true;
    Arena *arena = arena_new();
    Files files = {0};
    files_read_options(&files, arena, &options->paint.scene);
    files_read(&files, "--image", options->image);
    files_write(&files, "--grad", options->grad);
    bool good = file_write_check(options->grad, err) && files_check(&files, err);
    arena_free(arena);
    return good;
}

/* The memory of a run without an optimiser. */
static bool fits(const Session *s, const Images *sizes, const EvalOptions *options,
                 Error *err) {
    Recipe still = s->recipe;
    still.optimizer.method = METHOD_GD;
    still.optimizer.gd.momentum = still.run.average = 0;
    still.optimizer.schedule.lr = 1;
    return forecast_fits(s, &still, sizes, &options->paint.scene, err);
}

static const Option own_options[] = {
    {"image", &option_text, offsetof(EvalOptions, image), .takes = "X",
     .help = "the image to measure (CONTENT)"},
    {"grad", &option_text, offsetof(EvalOptions, grad), .takes = "FILE.npy",
     .help = "save d total / d image, RGB in [0,1]"},
    {"json", &setting_flag, offsetof(EvalOptions, json), .help = "print one JSON object"},
    {0},
};

static const char *const of_network[] = {"pool", "pad", "size", NULL};

static const OptionGroup groups[] = {
    {.rows = own_options},
    {.rows = network_options, .offset = offsetof(EvalOptions, paint.scene)},
    {.rows = thread_options, .offset = offsetof(EvalOptions, paint.scene.threads)},
    {.rows = memory_options, .offset = offsetof(EvalOptions, paint.scene.memory_limit)},
    {.rows = style_options, .offset = offsetof(EvalOptions, paint.scene)},
    {.rows = recipe_memory_fields, .offset = offsetof(EvalOptions, paint.scene.recipe)},
    {.heading = "The recipe (none, see below), and what differs from it:",
     .rows = recipe_options,
     .offset = offsetof(EvalOptions, paint.scene)},
    {.rows = recipe_fields,
     .offset = offsetof(EvalOptions, paint.scene.recipe),
     .only = of_network},
    {.rows = recipe_fields,
     .offset = offsetof(EvalOptions, paint.scene.recipe),
     .only = settings_loss_fields},
    {.rows = paint_options, .offset = offsetof(EvalOptions, paint), .quiet = true},
    {.rows = recipe_fields,
     .offset = offsetof(EvalOptions, paint.scene.recipe),
     .quiet = true},
    {0},
};

static int eval(const CommandLine *line) {
    Error err;
    Session s;
    Images images;
    EvalOptions own = {0};
    const EvalOptions *options = &own;
    if (!scene_options_read(line, NULL, true, &own, &own.paint.scene, &err) ||
        !scene_options_check(&own.paint.scene, &err))
        return options_refuse(line, &err);
    if (!outputs_ready(options, &err) ||
        !session_open_sizes(&s, &images, &options->paint.scene, &err))
        return session_complain("eval", &err);
    if (!fits(&s, &images, options, &err)) {
        session_close(&s);
        return session_complain("eval", &err);
    }
    if (!session_open_images(&s, &images, &options->paint.scene, &err))
        return session_complain("eval", &err);
    bool ok = measure(&s, &images.scene, options, &err);
    session_close(&s);
    return ok ? 0 : session_complain("eval", &err);
}

static void explain_form(FILE *out, const char *option, const LossForm *forms,
                         int count) {
    fprintf(out, "\n--%s\n", option);
    for (int i = 0; i < count; i++)
        fprintf(out, "  %-10s  %s (%s)\n", forms[i].name, forms[i].formula,
                forms[i].used_by);
}

static void explain(FILE *out) {
    explain_form(out, "content-form", content_forms, CONTENT_FORMS);
    explain_form(out, "style-form", style_forms, STYLE_FORMS);
    explain_form(out, "tv-form", tv_forms, TV_FORMS);
}

const Command command_eval = {
    .name = "eval",
    .operands = "CONTENT STYLE [STYLE...]",
    .operands_least = 2,
    .operands_most = 1 + STYLES_MOST,
    .summary = "print every loss term of an image, and save its gradient",
    .details =
        "content, style and tv carry the layers' weights; total = content-weight content "
        "+\n"
        "style-weight style + tv-weight tv. A .npy tensor (3,h,w) or (1,3,h,w), RGB in "
        "[0,1],\n"
        "is used exactly as it is; whole numbers are divided by 255 (uint8) or 65535 "
        "(uint16).\n\n"
        "Without --recipe the network is measured as it was published, with Gatys' "
        "losses:\n"
        "  --pool default --pad default --features any --size 512 --tv-space unit\n"
        "  --content-form half-sum --style-form gatys --tv-form squares\n"
        "  --content-weight 1 --style-weight 1 --tv-weight 0\n"
        "With --recipe all is as the recipe says; what paint computes by itself is "
        "--recipe paint.\n"
        "The other options of paint are accepted and change nothing, so that its command "
        "line\ncan be reused. All settings are printed above the result.\n\n"
        "example: stylegrad-double eval c.npy s.npy --image x.npy --net vgg19 --weights "
        "vgg19.safetensors\n"
        "  --content-layers relu3_3 --style-layers relu1_1:0.5,relu2_1:0.5 --style-form "
        "gatys\n"
        "  --content-form half-sum --tv-weight 1e-3 --json --grad g.npy\n",
    .explain = explain,
    .groups = groups,
    .less_memory = OPTIONS_OF_MEMORY,
    .run = eval,
};
