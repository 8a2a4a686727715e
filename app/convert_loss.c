/* stylegrad convert-loss: one pair of images in every published convention, and the
 * weights of one system in the units of another. */
#include <math.h>
#include <string.h>

#include "app/commands.h"
#include "app/not_finite.h"
#include "app/settings.h"
#include "autograd/ops.h"
#include "autograd/tape_plan.h"
#include "tensor/text.h"
#include "transfer/convert.h"
#include "transfer/input.h"
#include "transfer/problem.h"
#include "transfer/recipe_file.h"

#define HALFWAY "(halfway between CONTENT and STYLE)"

/* What the command can be told. */
typedef struct ConvertOptions {
    Options scene;
    const char *image;     /* NULL: halfway between content and style */
    const char *from, *to; /* systems; both NULL: all forms */
} ConvertOptions;

/* The image that is measured: --image, or halfway between the two. */
static bool open_state(const Session *s, const Scene *scene,
                       const ConvertOptions *options, Tensor *x, Error *err) {
    const char *path = options->image ? options->image : options->scene.operand[1];
    if (!input_image_sized(s->arena, path, scene->content.shape, x, err)) return false;
    for (size_t i = 0; !options->image && i < shape_size(x->shape); i++)
        x->data[i] = (x->data[i] + scene->content.data[i]) / 2;
    return true;
}

/* ---- All forms ---- */

static bool record(const Session *s, Tape *tape, Tensor picture, const LayerList *layers,
                   Node **features, Error *err) {
    const char *names[LAYERS_MOST];
    layers_names(layers, names);
    Node *input =
        ag_normalize(tape_constant(tape, picture), network_normalize(s->network));
    return network_record(s->network, tape, input, names, layers->count, features, err);
}

/* One loss in all forms. All that are no numbers are printed as such; the first of them
 * is what *err is about. */
typedef struct Printing {
    bool good;
    Error *err;
} Printing;

static void print_forms(Printing *p, const char *term, const char *layer,
                        const LossForm *forms, int count, Node *const *losses) {
    for (int i = 0; i < count; i++) {
        const double value = (double)node_scalar(losses[i]);
        printf("  %-13s %14.6g  %s\n", forms[i].name, value, forms[i].used_by);
        p->good = p->good && finite_loss(term, forms[i].name, layer, value, p->err);
    }
}

/* All losses of one layer; printed when the tape has been planned. */
typedef struct AllForms {
    Node *content[LAYERS_MOST][CONTENT_FORMS], *style[LAYERS_MOST][STYLE_FORMS],
        *tv[2][TV_FORMS]; /* of pixels from 0 to 1, and from 0 to 255 */
} AllForms;

static void record_layer(Node *f, Node *p, Node **out) {
    for (int i = 0; i < CONTENT_FORMS; i++)
        out[i] = ag_content_loss(f, p, (ContentForm)i);
}

static void record_gram(Node *f, Node *painting, Shape picture, Node **out) {
    const double positions = (double)painting->shape.h * painting->shape.w;
    for (int i = 0; i < STYLE_FORMS; i++) {
        Node *a = ag_style_summary(painting, (StyleForm)i, positions);
        out[i] = ag_style_loss(f, a, (StyleForm)i, picture);
    }
}

static bool record_all(const Session *s, const Scene *scene, Tape *tape, Tensor x,
                       AllForms *out, Error *err) {
    const LayerList *content = &s->recipe.content.layers,
                    *style = &s->recipe.style.layers;
    Node *f[LAYERS_MOST], *p[LAYERS_MOST], *g[LAYERS_MOST], *a[LAYERS_MOST];
    if (!record(s, tape, x, content, f, err) ||
        !record(s, tape, scene->content, content, p, err) ||
        !record(s, tape, x, style, g, err) ||
        !record(s, tape, scene->style[0].image, style, a, err))
        return false;
    for (int k = 0; k < content->count; k++)
        record_layer(f[k], p[k], out->content[k]);
    for (int k = 0; k < style->count; k++)
        record_gram(g[k], a[k], x.shape, out->style[k]);
    Node *pixels = tape_constant(tape, x), *bytes = ag_scale(pixels, (Scale){255});
    for (int i = 0; i < TV_FORMS; i++) {
        out->tv[0][i] = ag_tv_loss(pixels, (TvForm)i);
        out->tv[1][i] = ag_tv_loss(bytes, (TvForm)i);
    }
    return true;
}

static bool print_all(const Session *s, const AllForms *l, Error *err) {
    Printing p = {true, err};
    const LayerList *content = &s->recipe.content.layers,
                    *style = &s->recipe.style.layers;
    for (int k = 0; k < content->count; k++) {
        printf("content at %s\n", content->item[k].name);
        print_forms(&p, "content", content->item[k].name, content_forms, CONTENT_FORMS,
                    l->content[k]);
    }
    for (int k = 0; k < style->count; k++) {
        printf("style at %s\n", style->item[k].name);
        print_forms(&p, "style", style->item[k].name, style_forms, STYLE_FORMS,
                    l->style[k]);
    }
    for (int scale = 0; scale < 2; scale++) {
        printf("total variation of pixels from 0 to %s\n", scale ? "255" : "1");
        print_forms(&p, "tv", NULL, tv_forms, TV_FORMS, l->tv[scale]);
    }
    return p.good;
}

static bool all_forms(const Session *s, const Scene *scene, Tensor x, Error *err) {
    AllForms *losses = ARENA_NEW(s->arena, AllForms, 1);
    Tape *tape = tape_new_planned();
    bool good = record_all(s, scene, tape, x, losses, err);
    if (good) {
        tape_plan(tape, NULL, 0, NULL);
        good = print_all(s, losses, err);
    }
    tape_free(tape);
    return good;
}

/* ---- One system in the units of another ---- */

/* Short names of systems that everybody knows by a longer one. */
static const char *recipe_of(const char *name) {
    static const char *const longer[][2] = {{"neural-style", "ns"},
                                            {"neural-style-pt", "pt"},
                                            {"neural-style-tf", "cy"},
                                            {"fast-neural-style", "fn-slow"},
                                            {"cs231n", "c2-starry"}};
    for (size_t i = 0; i < sizeof longer / sizeof *longer; i++)
        if (strcmp(name, longer[i][0]) == 0) return longer[i][1];
    return name;
}

/* Of a system's layers those that the network has, with their weights. */
static bool keep_known(LayerList *layers, const char *system, const Network *network) {
    int known = 0, kept = 0;
    for (int i = 0; i < layers->count; i++)
        known += network_has(network, layers->item[i].name);
    for (int i = 0; known && i < layers->count; i++)
        if (network_has(network, layers->item[i].name))
            layers->item[kept++] = layers->item[i];
        else
            fprintf(stderr, "%s of %s is left out: the network does not have it\n",
                    SHOWN(layers->item[i].name), SHOWN(system));
    if (known) layers->count = known;
    return known > 0;
}

/* The layers that the user named; or else the system's own, as far as the network has
 * them; or else as many of the network's as the system has, from the first to the last,
 * with the system's weights in their order. */
static void choose_layers(LayerList *layers, const LayerList *named, bool user,
                          const char *system, const Network *network) {
    if (!user && keep_known(layers, system, network)) return;
    LayerList chosen = *named;
    const int count = layers->count < named->count ? layers->count : named->count;
    for (int i = 0; !user && i < count; i++) {
        const int at = count > 1 ? i * (named->count - 1) / (count - 1) : 0;
        chosen.item[i] = named->item[at];
        chosen.item[i].weight = layers->item[i].weight;
    }
    if (!user && count) chosen.count = count;
    *layers = chosen;
}

static bool open_system(const Session *s, const ConvertOptions *options, const char *name,
                        Recipe *out, Error *err) {
    if (!recipe_read(recipe_of(name), out, err)) return false;
    choose_layers(&out->content.layers, &s->recipe.content.layers,
                  options->scene.recipe.content.layers.count > 0, out->name, s->network);
    choose_layers(&out->style.layers, &s->recipe.style.layers,
                  options->scene.recipe.style.layers.count > 0, out->name, s->network);
    out->net.input = INPUT_WEIGHTS; /* the same features for both */
    out->pixels.space = SPACE_UNIT; /* and the gradient by the same pixels */
    return true;
}

static void print_row(const char *what, double from, const char *from_form, double to,
                      const char *to_form) {
    printf("%-12s %12.6g  %-13s %12.6g  %s\n", what, from, from_form, to, to_form);
}

static void print_layers(const LayerList *from, const LayerList *to) {
    for (int i = 0; i < from->count; i++) {
        char name[LAYER_NAME_MOST + 4];
        snprintf(name, sizeof name, "  %s", from->item[i].name);
        print_row(name, from->item[i].weight, "", to->item[i].weight, "");
    }
}

static void print_weights(const Recipe *from, const Recipe *to, const Conversion *c) {
    const Recipe *r = &c->recipe;
    printf("%s %g/%g/%g is, in the units of %s, %.6g/%.6g/%.6g:\n\n", SHOWN(from->name),
           from->content.weight, from->style.weight, from->tv.weight, SHOWN(to->name),
           r->content.weight, r->style.weight, r->tv.weight);
    printf("%-12s %12s  %-13s %12s\n", "weights", SHOWN(from->name), "", SHOWN(to->name));
    print_row("content", from->content.weight, content_forms[from->content.form].name,
              r->content.weight, content_forms[r->content.form].name);
    print_layers(&from->content.layers, &r->content.layers);
    print_row("style", from->style.weight, style_forms[from->style.form].name,
              r->style.weight, style_forms[r->style.form].name);
    print_layers(&from->style.layers, &r->style.layers);
    if (from->tv.weight > 0)
        print_row("tv", from->tv.weight, tv_forms[from->tv.form].name, r->tv.weight,
                  tv_forms[r->tv.form].name);
    if (c->tv_kept)
        printf("%s has no such tv: form and pixels are those of %s\n", SHOWN(to->name),
               SHOWN(from->name));
    if (r->content.weight > 0 && to->content.weight > 0 && to->style.weight > 0)
        printf(
            "published with style weight %g: the style of %s is %.3g times as strong\n",
            to->style.weight, SHOWN(from->name), r->style.weight / to->style.weight);
}

/* The total of a recipe at x, and its gradient by RGB in [0, 1]. */
static bool measure(const Session *s, const Scene *scene, const Recipe *recipe, Tensor x,
                    double *total, Tensor *gradient, Error *err) {
    Problem problem;
    if (!problem_init(&problem, s->arena, recipe, s->network, scene->content,
                      scene->style[0].image, x, err))
        return false;
    problem_backward(&problem);
    const Terms terms = problem_terms(&problem);
    *total = terms.total;
    *gradient = tape_keep_grad(s->arena, problem.variable);
    problem_free(&problem);
    return finite_terms(recipe, &terms, err);
}

static double cosine(Tensor a, Tensor b) {
    double ab = 0, aa = 0, bb = 0;
    for (size_t i = 0; i < shape_size(a.shape); i++) {
        const double p = (double)a.data[i], q = (double)b.data[i];
        ab += p * q, aa += p * p, bb += q * q;
    }
    return ab / sqrt(aa * bb);
}

static bool translate(const Session *s, const Scene *scene, const ConvertOptions *options,
                      Tensor x, Error *err) {
    Recipe from, to;
    Conversion c;
    double totals[2];
    Tensor gradients[2];
    if (!open_system(s, options, options->from, &from, err) ||
        !recipe_read(recipe_of(options->to), &to, err))
        return false;
    to.net.input = INPUT_WEIGHTS;
    to.pixels.space = SPACE_UNIT;
    if (!convert_recipe(&from, &to, s->network, x.shape, &c, err) ||
        !measure(s, scene, &from, x, &totals[0], &gradients[0], err) ||
        !measure(s, scene, &c.recipe, x, &totals[1], &gradients[1], err))
        return false;
    print_weights(&from, &to, &c);
    printf("\n%-12s %12.6g  %-13s %12.6g\n", "total", totals[0], "", totals[1]);
    const double angle = cosine(gradients[0], gradients[1]);
    if (totals[0] == 0)
        printf("the image has no loss in either system: there is no ratio\n");
    else if (!isfinite(angle))
        printf("their ratio is %.6g, as it has to be: %.6g; there is no gradient here\n",
               totals[1] / totals[0], c.factor);
    else
        printf("their ratio is %.6g, as it has to be: %.6g; the gradients' cosine is "
               "%.9f\n",
               totals[1] / totals[0], c.factor, angle);
    return true;
}

/* What the numbers below depend on; the layers of two systems are printed with them. */
static json_t *settings_of(const Session *s, const Scene *scene,
                           const ConvertOptions *options, const Tensor *x) {
    return settings_object(s, scene, &options->scene,
                           options->from ? SETTINGS_NETWORK : SETTINGS_LAYERS,
                           options->image ? options->image : HALFWAY, x);
}

static const Option own_options[] = {
    {"image", &option_text, offsetof(ConvertOptions, image), .takes = "X",
     .help = "the image to measure (halfway between both)"},
    {"from", &option_text, offsetof(ConvertOptions, from), .takes = "SYSTEM",
     .help = "translate its weights ..."},
    {"to", &option_text, offsetof(ConvertOptions, to), .takes = "SYSTEM",
     .help = "... into the units of this one"},
    {0},
};

static const char *const of_recipe[] = {"pool",           "pad",          "size",
                                        "content-layers", "style-layers", NULL};

static const OptionGroup groups[] = {
    {.rows = own_options},
    {.rows = network_options, .offset = offsetof(ConvertOptions, scene)},
    {.rows = recipe_fields,
     .offset = offsetof(ConvertOptions, scene.recipe),
     .only = of_recipe},
    {.rows = thread_options, .offset = offsetof(ConvertOptions, scene.threads)},
    {0},
};

static int run(const CommandLine *line) {
    Error err;
    Session s;
    Images images;
    Tensor x;
    ConvertOptions own = {0};
    const ConvertOptions *options = &own;
    if (!scene_options_read(line, NULL, true, &own, &own.scene, &err) ||
        !scene_options_check(&own.scene, &err))
        return options_refuse(line, &err);
    own.scene.no_layers = options->from != NULL;
    if (!options->from != !options->to) {
        error_set(&err, "wants --from and --to together");
        return session_complain("convert-loss", &err);
    }
    if (!session_open(&s, &images, &options->scene, &err))
        return session_complain("convert-loss", &err);
    const Scene *scene = &images.scene;
    fputs(s.notes.text, stderr);
    bool good = open_state(&s, scene, options, &x, &err) &&
                settings_print(settings_of(&s, scene, options, &x), &err);
    if (good) printf("\n");
    good = good && (options->from ? translate(&s, scene, options, x, &err)
                                  : all_forms(&s, scene, x, &err));
    session_close(&s);
    return good ? 0 : session_complain("convert-loss", &err);
}

const Command command_convert_loss = {
    .name = "convert-loss",
    .operands = "CONTENT STYLE",
    .operands_least = 2,
    .operands_most = 2,
    .summary = "losses in every convention, weights of one system for another",
    .details =
        "Without --from and --to: content, style and total variation of one image, "
        "each "
        "in\nall forms that go under that name. The image is --image, or halfway "
        "between "
        "CONTENT\nand STYLE.\n\n"
        "With them: the weights of one system (a recipe, or a name such as neural-style) "
        "in\nthe units of the other. Weights depend on the layers and the size of the "
        "image; the\nlayers are those of --from that the network has, or, when it has "
        "none of them, its own.\n\n"
        "The network is as it was published, for both systems: by default --pool "
        "default\n--pad default --size 512, whatever the systems do.\n\n"
        "example: stylegrad convert-loss photo.jpg painting.jpg --from neural-style --to "
        "gatys\n",
    .groups = groups,
    .less_memory = "a smaller --size",
    .run = run,
};
