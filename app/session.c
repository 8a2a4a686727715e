#include "app/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/assets.h"
#include "io/number.h"
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

/* Adds a piece to the notes. */
static void note(Session *s, const char *piece) {
    s->notes = text_format(s->arena, "%s%s", s->notes, piece);
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
        note(s, text_format(s->arena, "%s holds %s\n", SHOWN(path), net));
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
    note(s, text_format(s->arena, "content from %s, style from",
                        s->recipe.content_layers.item[0].name));
    for (int i = 0; i < s->recipe.style_layers.count; i++)
        note(s, text_format(s->arena, " %s", s->recipe.style_layers.item[i].name));
    note(s, "\n");
    return true;
}

/* Reads a file of weights, and keeps of it what the network needs. */
static bool file_weights(Session *s, const Options *options, const char *path,
                         Error *err) {
    WeightFile file;
    Arena *scratch = arena_new();
    bool good = weight_file_read(scratch, path, &file, err);
    good = good && choose_network(s, options, path, &file, err) && make_network(s, err) &&
           session_preprocess(s->network, options, path, &file, err) &&
           network_load(s->network, &file.tensors, path, NULL, 0, err);
    if (good) {
        network_copy_weights(s->network);
        memcpy(s->hash.text, file.sha256, sizeof s->hash.text);
    }
    arena_free(scratch);
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
        note(s, text_format(s->arena, "no --weights: %s with random weights, seed 1\n",
                            s->recipe.net));
    return make_network(s, err) &&
           random_weights(s, options, s->weights + strlen(RANDOM), err);
}

/* The longer side of style pictures in the present stage, when they have a size of their
 * own. */
static int style_side(const Session *s, const Options *options) {
    const Stages *stages = &options->recipe.stages;
    const int largest =
        stages->count ? stages->item[stages->count - 1].size : options->recipe.size;
    const double side = (double)options->style_size * s->recipe.size / largest;
    return side < PICTURE_SIDE_LEAST ? PICTURE_SIDE_LEAST : (int)(side + 0.5);
}

static bool read_style(Session *s, const Options *options, int i, Arena *arena,
                       Error *err) {
    const Recipe *r = &s->recipe;
    Style *style = &s->scene.style[i];
    const char *path = options->operand[1 + i], *mask = options->masks.path[i],
               *part = options->parts.path[i];
    return (options->style_size
                ? input_picture(arena, path, style_side(s, options), &style->picture, err)
                : input_picture_of(arena, path, (int)(r->size * r->style_scale + 0.5),
                                   r->size_of, &style->picture, err)) &&
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
    if (!input_picture_of(arena, options->operand[0], r->size, r->size_of,
                          &s->scene.content, err))
        return false;
    for (int i = 0; i < s->scene.styles; i++)
        if (!read_style(s, options, i, arena, err)) return false;
    share_out(&s->scene, &options->blend);
    s->photograph = s->scene.content;
    colors_prepare(arena, &s->scene, options->colors);
    return true;
}

/* Features of the size that the recipe's weights were chosen for. */
static bool prepare_features(Session *s, Error *err) {
    if (!features_prepare(&s->recipe, s->network, &s->scene, &s->factor, err))
        return false;
    if (s->factor != 1)
        note(s, text_format(s->arena,
                            "features times %.3g: recipe %s is for weights of another "
                            "kind (--features any takes them as they are)\n",
                            s->factor, SHOWN(s->recipe.name)));
    return true;
}

static bool open_all(Session *s, const Options *options, Error *err) {
    return open_network(s, options, err) &&
           (!options->operand[1] || choose_layers(s, options, err)) &&
           session_read_pictures(s, options, s->arena, err) && prepare_features(s, err);
}

static void start(Session *session, const Options *options) {
    if (options->threads) threads_set(options->threads);
    *session = (Session){.arena = arena_new(), .recipe = options->recipe, .notes = ""};
}

bool session_open(Session *session, const Options *options, Error *err) {
    start(session, options);
    if (open_all(session, options, err)) return true;
    session_close(session);
    return false;
}

bool session_open_network(Session *session, const Options *options, Error *err) {
    start(session, options);
    if (open_network(session, options, err)) return true;
    session_close(session);
    return false;
}

void session_close(Session *session) {
    arena_free(session->arena);
    session->arena = NULL;
}
