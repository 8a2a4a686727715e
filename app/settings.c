#include "app/settings.h"

#include <string.h>

#include "io/json_build.h"
#include "tensor/text.h"
#include "tensor/version.h"

static const char *const layer_fields[] = {"content-layers", "style-layers", NULL};
const char *const settings_loss_fields[] = {"content-layers",
                                            "style-layers",
                                            "content-form",
                                            "style-form",
                                            "tv-form",
                                            "tv-space",
                                            "input",
                                            "pixel-scale",
                                            "pixel-mean",
                                            "pixel-deviation",
                                            "content-weight",
                                            "style-weight",
                                            "tv-weight",
                                            "features",
                                            "size-of",
                                            "style-scale",
                                            NULL};

/* An object that is being filled. */
typedef struct Filling {
    JsonBuild *build;
    json_t *object;
} Filling;

static void add(Filling *f, const char *name, json_t *value) {
    json_put(f->build, f->object, name, value);
}

/* JSON has no bytes that are not UTF-8; a file's name may. */
static json_t *string_of(const char *text) {
    char plain[512];
    size_t length = 0;
    json_t *string = json_string(text);
    for (; !string && text[length] && length + 1 < sizeof plain; length++)
        plain[length] = text[length];
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)plain[i] >= 0x80) plain[i] = '?';
    plain[length] = 0;
    return string ? string : json_string(plain);
}

static void say(Filling *f, const char *name, const char *text) {
    add(f, name, string_of(text));
}

static void count(Filling *f, const char *name, int number) {
    add(f, name, json_integer(number));
}

/* What surrounds the features. */
static const char *padding_of(const Session *s) {
    static const char *const modes[] = {"zeros", "reflect", "replicate"};
    if (s->recipe.net.pad == PADDING_REPLICATE_FIRST)
        return padding_name(PADDING_REPLICATE_FIRST);
    for (int i = 0; i < network_count(s->network); i++)
        if (network_layer(s->network, i)->kind == LAYER_CONV &&
            network_layer(s->network, i)->pad > 0)
            return modes[network_layer(s->network, i)->mode];
    return modes[0];
}

static void say_network(Filling *f, const Session *s) {
    say(f, "stylegrad", STYLEGRAD_VERSION " (" REAL_NAME ")");
    say(f, "net", network_name(s->network));
    say(f, "weights", s->weights);
    if (!session_is_random(s)) say(f, "weights-sha256", s->hash.text);
    say(f, "preprocess", preprocess_name((int)network_preprocessing(s->network)));
    say(f, "pool", pooling_name(s->recipe.net.pool == POOL_AVG ? POOL_AVG : POOL_MAX));
    say(f, "pad", padding_of(s));
}

static void say_image(Filling *f, const char *file, Tensor picture) {
    say(f, "file", file);
    count(f, "width", picture.shape.w);
    count(f, "height", picture.shape.h);
}

static void say_style(Filling *f, const Scene *scene, const Options *options, int i) {
    const Style *style = &scene->style[i];
    say_image(f, options->operand[1 + i], style->image);
    add(f, "blend", json_real(style->blend));
    if (options->masks.path[i]) say(f, "mask", options->masks.path[i]);
    if (options->parts.path[i]) say(f, "style-mask", options->parts.path[i]);
}

/* An object within another one. */
static Filling part_of(Filling *f, const char *name) {
    json_t *part = json_object();
    add(f, name, part);
    return (Filling){f->build, part};
}

static void say_images(Filling *f, const Session *s, const Scene *scene,
                       const Options *options, const char *image, const Tensor *x) {
    count(f, "size", s->recipe.size.pixels);
    if (options->style_size) count(f, "style-size", options->style_size);
    Filling part = part_of(f, "content");
    say_image(&part, options->operand[0], scene->content);
    for (int i = 0; i < scene->styles; i++) {
        char name[16];
        snprintf(name, sizeof name, i ? "style-%d" : "style", i + 1);
        part = part_of(f, name);
        say_style(&part, scene, options, i);
    }
    if (!x) return;
    part = part_of(f, "image");
    say_image(&part, image, *x);
}

static void say_fields(Filling *f, const Recipe *recipe, const char *const *names) {
    char text[SETTING_TEXT_MOST];
    for (; *names; names++) {
        setting_print(setting_find(recipe_fields, *names), recipe, text);
        if (*text) say(f, *names, text);
    }
}

static void say_losses(Filling *f, const Session *s, const Options *options) {
    say(f, "recipe", options->recipe_name ? options->recipe_name : "none");
    say_fields(f, &s->recipe, settings_loss_fields);
    add(f, "features-factor", json_real(s->factor));
    say(f, "colors", colors_name((int)options->colors));
}

json_t *settings_object(const Session *s, const Scene *scene, const Options *options,
                        SettingsOf of, const char *image, const Tensor *x) {
    JsonBuild build = {0};
    Filling f = {&build, json_built(&build, json_object())};
    say_network(&f, s);
    say_images(&f, s, scene, options, image, x);
    if (of == SETTINGS_LAYERS) say_fields(&f, &s->recipe, layer_fields);
    if (of == SETTINGS_LOSSES) say_losses(&f, s, options);
    if (!build.failed) return f.object;
    json_decref(f.object);
    return NULL;
}

/* "content  file c.npy, width 28, height 24" */
static void print_value(json_t *value, FILE *out) {
    const char *name, *comma = "";
    json_t *part;
    if (json_is_string(value)) fputs(SHOWN(json_string_value(value)), out);
    if (json_is_integer(value))
        fprintf(out, "%lld", (long long)json_integer_value(value));
    if (json_is_real(value)) fprintf(out, "%.17g", json_real_value(value));
    json_object_foreach(value, name, part) {
        fprintf(out, "%s%s ", comma, name);
        print_value(part, out);
        comma = ", ";
    }
}

bool settings_failed(Error *err) {
    return error_set(err, "there is no memory left to say the settings in; make the "
                          "images smaller with --size");
}

bool settings_print(json_t *object, Error *err) {
    const char *name;
    json_t *value;
    if (!object) return settings_failed(err);
    json_object_foreach(object, name, value) {
        printf("%-16s ", name);
        print_value(value, stdout);
        printf("\n");
    }
    json_decref(object);
    return true;
}
