/* stylegrad eval: the loss of one picture, term by term, and its gradient. This is how
 * somebody's own program is compared with ours. */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "app/commands.h"
#include "app/forecast.h"
#include "app/out_of_memory.h"
#include "app/session.h"
#include "io/npy.h"
#include "transfer/input.h"
#include "transfer/problem.h"

static void print_layers(const char *term, const LayerList *layers,
                         const double *values) {
    for (int i = 0; i < layers->count; i++)
        printf("  %-8s %-12s %.17g\n", term, layers->item[i].name, values[i]);
}

static void print_text(const Recipe *r, const Terms *t) {
    printf("total    %.17g\n", t->total);
    printf("content  %.17g  x %g\n", t->content, r->content_weight);
    print_layers("content", &r->content_layers, t->content_layer);
    printf("style    %.17g  x %g\n", t->style, r->style_weight);
    print_layers("style", &r->style_layers, t->style_layer);
    printf("tv       %.17g  x %g\n", t->tv, r->tv_weight);
}

static json_t *layers_object(const LayerList *layers, const double *values) {
    json_t *object = json_object();
    for (int i = 0; i < layers->count; i++)
        json_object_set_new(object, layers->item[i].name, json_real(values[i]));
    return object;
}

static void print_json(const Recipe *r, const Terms *t) {
    json_t *all =
        json_pack("{s:f, s:f, s:f, s:f, s:o, s:o}", "total", t->total, "content",
                  t->content, "style", t->style, "tv", t->tv, "content_layers",
                  layers_object(&r->content_layers, t->content_layer), "style_layers",
                  layers_object(&r->style_layers, t->style_layer));
    json_dumpf(all, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    printf("\n");
    json_decref(all);
}

static bool read_image(const Session *s, const char *path, Tensor *out, Error *err) {
    if (!path) {
        *out = s->scene.content;
        return true;
    }
    return input_picture_sized(s->arena, path, s->scene.content.shape, out, err);
}

static bool measure(Session *s, const Options *options, Error *err) {
    Tensor x;
    Problem problem;
    if (!read_image(s, options->image, &x, err) ||
        !problem_init_scene(&problem, s->arena, &s->recipe, s->network, &s->scene, x,
                            err))
        return false;
    problem_backward(&problem);
    Terms terms = problem_terms(&problem);
    Tensor gradient = tape_keep_grad(s->arena, problem.variable);
    problem_free(&problem);
    if (!isfinite(terms.total) || !tensor_finite(gradient))
        return error_set(err, "the loss or its gradient is not a finite number; are the "
                              "weights of this network, are the pictures in [0,1]?");
    if (options->grad && !npy_write(options->grad, gradient, 4, err)) return false;
    fputs(s->notes, stderr);
    (options->json ? print_json : print_text)(&s->recipe, &terms);
    return true;
}

/* The memory of a run without an optimiser. */
static bool fits(Session *s, const Options *options, Error *err) {
    const Recipe whole = s->recipe;
    s->recipe.method = METHOD_GD;
    s->recipe.momentum = s->recipe.average = 0;
    s->recipe.rate = 1;
    const bool good = forecast_fits(s, options, err);
    s->recipe = whole;
    return good;
}

static int eval(const Options *options) {
    Error err;
    Session s;
    if (!session_open_sizes(&s, options, &err)) return session_complain("eval", &err);
    if (!fits(&s, options, &err)) {
        session_close(&s);
        return session_complain("eval", &err);
    }
    if (!session_open_pictures(&s, options, &err)) return session_complain("eval", &err);
    s.recipe.space = SPACE_UNIT; /* the gradient is with respect to RGB in [0, 1] */
    bool ok = measure(&s, options, &err);
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
    .summary = "print every loss term of a picture, and save its gradient",
    .details =
        "content, style and tv carry the layers' weights; total = content-weight content "
        "+\n"
        "style-weight style + tv-weight tv. A .npy tensor (3,h,w) or (1,3,h,w), RGB in "
        "[0,1],\n"
        "is used exactly as it is. The other options of paint are accepted and change "
        "nothing,\n"
        "so that its command line can be reused.\n\n"
        "example: stylegrad-double eval c.npy s.npy --image x.npy --net vgg19 --weights "
        "vgg19.safetensors\n"
        "  --content-layers relu3_3 --style-layers relu1_1:0.5,relu2_1:0.5 --style-form "
        "gatys\n"
        "  --content-form half-sum --tv-weight 1e-3 --json --grad g.npy\n",
    .explain = explain,
    .mask = FOR_EVAL | LIKE_PAINT,
    .less_memory = OPTIONS_OF_MEMORY,
    .run = eval,
};
