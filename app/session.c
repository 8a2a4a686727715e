#include "app/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/stages.h"
#include "io/assets.h"
#include "io/number.h"
#include "tensor/no_memory.h"
#include "tensor/text.h"
#include "tensor/threads.h"
#include "transfer/features.h"
#include "transfer/input.h"
#include "transfer/masks.h"

#define RANDOM "random:"
#define OWN_NETWORK "paintnet" /* comes with its weights */

int session_complain(const char *command, const Error *err) {
    fprintf(stderr, "stylegrad %s: %s\n", command, err->text);
    return 1;
}

void session_note(Session *s, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *note = text_format_list(s->arena, format, arguments);
    va_end(arguments);
    s->notes = text_format(s->arena, "%s%s", s->notes, note);
}

static bool random_weights(Session *s, const Options *options, const char *text,
                           Error *err) {
    char *end;
    errno = 0;
    unsigned long long seed = strtoull(text, &end, 10);
    if (end == text || *end || errno || *text == '-')
        return error_set(err, "--weights " RANDOM "%s: wants a whole number", text);
    network_preprocess(s->network, options->preprocess);
    network_random(s->network, seed);
    return true;
}

bool session_preprocess(Network *network, const Options *options, const char *path,
                        const WeightFile *file, Error *err) {
    Preprocess preprocess = options->preprocess;
    const char *said = file->preprocess;
    if (!preprocess && said && !preprocess_parse(said, &preprocess))
        return error_set(err,
                         "%s: its metadata ask for the preprocessing \"%s\"; choose one "
                         "with --preprocess",
                         path, NAME(said));
    network_preprocess(network, preprocess);
    return true;
}

/* Without --net, the network is the one that the file is of. */
static bool choose_network(Session *s, const Options *options, const char *path,
                           const WeightFile *file, Error *err) {
    const char *net;
    Error strange;
    if (!network_identify(&file->tensors, &net, &strange))
        return error_set(err, "%s: %s", SHOWN(path), strange.text);
    if (options->net) return true;
    if (!net)
        return error_set(err,
                         "%s: the weights of no network that is known; 'stylegrad "
                         "weights %s' lists what is in it",
                         SHOWN(path), SHOWN(path));
    if (strcmp(net, s->recipe.net) != 0)
        session_note(s, "%s holds %s\n", SHOWN(path), net);
    s->recipe.net = net;
    return true;
}

static bool make_network(Session *s, Error *err) {
    s->network = network_new(s->arena, s->recipe.net, s->recipe.pool, err);
    if (s->network) network_padding(s->network, s->recipe.pad);
    return s->network;
}

/* Fills in the layers, and says so when the usual ones are out of reach; not to who asks
 * about the layers of another system. */
static bool choose_layers(Session *s, const Options *options, Error *err) {
    bool chosen = s->recipe.content_layers.count && s->recipe.style_layers.count;
    if (!recipe_complete(&s->recipe, s->network, err)) return false;
    if (chosen || options->from) return true;
    session_note(s, "content from %s, style from", s->recipe.content_layers.item[0].name);
    for (int i = 0; i < s->recipe.style_layers.count; i++)
        session_note(s, " %s", s->recipe.style_layers.item[i].name);
    session_note(s, "\n");
    return true;
}

bool session_read_weights(Arena *arena, const char *path, WeightFile *out, Error *err) {
    if (access(path, F_OK) == 0 || errno != ENOENT)
        return weight_file_read(arena, path, out, err);
    return error_set(err,
                     "cannot open %s: there is no such file; check the spelling, or load "
                     "VGG-19 and SqueezeNet into weights/ with 'make weights'",
                     path);
}

/* Reads a file of weights, and keeps of it what the network needs. */
static bool file_weights(Session *s, const Options *options, const char *path,
                         Error *err) {
    WeightFile file;
    const MemoryUse before = memory_for(path, NULL);
    Arena *scratch = arena_new();
    bool good = session_read_weights(scratch, path, &file, err);
    good = good && choose_network(s, options, path, &file, err) && make_network(s, err) &&
           session_preprocess(s->network, options, path, &file, err) &&
           network_load(s->network, &file.tensors, path, NULL, 0, err);
    if (good) {
        network_copy_weights(s->network);
        memcpy(s->hash.text, file.sha256, sizeof s->hash.text);
    }
    arena_free(scratch);
    memory_for_again(before);
    return good;
}

bool session_is_random(const Session *s) {
    return strncmp(s->weights, RANDOM, strlen(RANDOM)) == 0;
}

/* Without --weights, paintnet has those that come with the program; what was trained by
 * others is random. */
static bool open_network(Session *s, const Options *options, Error *err) {
    const char *weights = options->weights;
    if (!weights && strcmp(s->recipe.net, OWN_NETWORK) == 0) {
        weights = assets_path(s->arena, OWN_NETWORK ".safetensors", err);
        s->weights = weights;
        return weights && file_weights(s, options, weights, err);
    }
    s->weights = weights ? weights : RANDOM "1";
    if (!session_is_random(s)) return file_weights(s, options, weights, err);
    if (!weights)
        session_note(s, "no --weights: %s with random weights, seed 1\n", s->recipe.net);
    return make_network(s, err) &&
           random_weights(s, options, s->weights + strlen(RANDOM), err);
}

StyleSize session_style_size(const Recipe *stage, const Options *options) {
    if (!options->style_size)
        return (StyleSize){(int)(stage->size * stage->style_scale + 0.5), stage->size_of};
    const double side =
        (double)options->style_size * stage->size / recipe_final_size(&options->recipe);
    return (StyleSize){side < PICTURE_SIDE_LEAST ? PICTURE_SIDE_LEAST : (int)(side + 0.5),
                       SIDE_LONGER};
}

void session_note_range(const char *path, Tensor picture) {
    const char *looks = input_is_tensor(path) ? input_other_range(picture) : NULL;
    if (looks)
        fprintf(stderr, "%s is used as RGB in [0,1], but its numbers look like %s\n",
                SHOWN(path), looks);
}

/* Below, a picture is read in any case. */
#define LARGE ((size_t)16 << 20) /* bytes */

/* A picture in the size of this stage. Large blocks of memory are not there before they
 * are touched, so one that is not read takes none. */
static bool read_or_size(Session *s, Arena *arena, const char *path, StyleSize fit,
                         Tensor *out, Error *err) {
    Shape shape;
    if (!s->sizes_only || input_is_tensor(path))
        return input_picture_of(arena, path, fit.size, fit.of, out, err);
    if (!input_shape_of(path, fit.size, fit.of, &shape, err)) return false;
    if (shape_size(shape) * sizeof(real) < LARGE)
        return input_picture_of(arena, path, fit.size, fit.of, out, err);
    *out = tensor_alloc(arena, shape);
    s->unread += shape_size(shape) * sizeof(real);
    return true;
}

static bool read_picture(Session *s, Arena *arena, const char *path, StyleSize fit,
                         Tensor *out, Error *err) {
    const MemoryUse before = memory_for(path, NULL);
    const bool good = read_or_size(s, arena, path, fit, out, err);
    memory_for_again(before);
    if (good) session_note_range(path, *out);
    return good;
}

static bool read_style(Session *s, const Options *options, int i, Arena *arena,
                       Error *err) {
    const StyleSize fit = session_style_size(&s->recipe, options);
    Style *style = &s->scene.style[i];
    const char *path = options->operand[1 + i], *mask = options->masks.path[i],
               *part = options->parts.path[i];
    return read_picture(s, arena, path, fit, &style->picture, err) &&
           (!mask ||
            masks_read(arena, mask, s->scene.content.shape, &style->mask, err)) &&
           (!part || masks_read(arena, part, style->picture.shape, &style->part, err));
}

/* The part of the picture that a style is wanted in. */
static double area_of(const Scene *scene, int i) {
    const Tensor mask = scene->style[i].mask;
    const size_t size = mask.data ? shape_size(mask.shape) : 1;
    double sum = mask.data ? 0 : 1;
    for (size_t k = 0; mask.data && k < size; k++)
        sum += (double)mask.data[k];
    return sum / (double)size;
}

/* Shares that add up to 1: as said, or as large as the regions, so that every pixel is
 * pulled at alike. */
static void share_out(Scene *scene, const Blend *said) {
    double sum = 0;
    for (int i = 0; i < scene->styles; i++)
        sum += scene->style[i].blend = said->count ? said->share[i] : area_of(scene, i);
    for (int i = 0; i < scene->styles; i++)
        scene->style[i].blend /= sum;
}

bool session_read_pictures(Session *s, const Options *options, Arena *arena, Error *err) {
    const Recipe *r = &s->recipe;
    s->scene = (Scene){.styles = options->operands - 1};
    s->unread = 0;
    if (!read_picture(s, arena, options->operand[0], (StyleSize){r->size, r->size_of},
                      &s->scene.content, err))
        return false;
    for (int i = 0; i < s->scene.styles; i++)
        if (!read_style(s, options, i, arena, err)) return false;
    share_out(&s->scene, &options->blend);
    s->photograph = s->scene.content;
    if (s->unread == 0)
        colors_prepare(arena, &s->scene, options->colors);
    else if (options->colors != COLORS_STYLE)
        s->unread *= 2; /* each picture has a copy in other colours */
    return true;
}

/* Features of the size that the recipe's weights were chosen for. */
static bool prepare_features(Session *s, Error *err) {
    if (!features_prepare(&s->recipe, s->network, &s->scene, &s->factor, err))
        return false;
    if (s->factor != 1)
        session_note(s,
                     "features times %.3g: recipe %s is for weights of another kind "
                     "(--features any takes them as they are)\n",
                     s->factor, SHOWN(s->recipe.name));
    return true;
}

static bool open_sizes(Session *s, const Options *options, Error *err) {
    return open_network(s, options, err) &&
           (!options->operand[1] || choose_layers(s, options, err)) &&
           stages_leave_out(s, options, err) &&
           session_read_pictures(s, options, s->arena, err);
}

static void start(Session *session, const Options *options) {
    if (options->threads) threads_set(options->threads);
    *session = (Session){.arena = arena_new(), .recipe = options->recipe, .notes = ""};
}

/* What is opened stays open only when all went well. */
static bool keep(Session *session, bool good) {
    if (!good) session_close(session);
    return good;
}

bool session_open_sizes(Session *s, const Options *options, Error *err) {
    start(s, options);
    s->sizes_only = true;
    return keep(s, open_sizes(s, options, err));
}

bool session_open_pictures(Session *s, const Options *options, Error *err) {
    const bool some_unread = s->unread > 0;
    s->sizes_only = false;
    return keep(s, (!some_unread || session_read_pictures(s, options, s->arena, err)) &&
                       prepare_features(s, err));
}

bool session_open(Session *s, const Options *options, Error *err) {
    start(s, options);
    return keep(s, open_sizes(s, options, err)) && session_open_pictures(s, options, err);
}

bool session_open_network(Session *s, const Options *options, Error *err) {
    start(s, options);
    return keep(s, open_network(s, options, err));
}

void session_close(Session *session) {
    arena_free(session->arena);
    session->arena = NULL;
}
