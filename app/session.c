#include "app/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/stages.h"
#include "io/assets.h"
#include "tensor/text.h"
#include "tensor/threads.h"
#include "transfer/feature_scale.h"
#include "transfer/network_open.h"
#include "transfer/recipe_usual.h"

#define RANDOM "random:"
#define OWN_NETWORK "paintnet" /* comes with its weights */

int session_complain(const char *command, const Error *err) {
    fprintf(stderr, "stylegrad %s: %s\n", command, err->text);
    return 1;
}

bool session_is_random(const Session *s) {
    return strncmp(s->weights, RANDOM, strlen(RANDOM)) == 0;
}

static bool random_weights(Session *s, const Options *options, Error *err) {
    const char *text = s->weights + strlen(RANDOM);
    char *end;
    s->network = network_new(s->arena, s->recipe.net.name, s->recipe.net.pool, err);
    if (!s->network) return false;
    network_padding(s->network, s->recipe.net.pad);
    errno = 0;
    unsigned long long seed = strtoull(text, &end, 10);
    if (end == text || *end || errno || *text == '-')
        return error_set(err, "--weights " RANDOM "%s: wants a whole number", text);
    network_preprocess(s->network, options->preprocess);
    network_random(s->network, seed);
    return true;
}

/* Without --net, the network is the one that the file is of. */
static bool file_weights(Session *s, const Options *options, Error *err) {
    NetworkInfo info;
    const NetworkOptions wanted = {.net = options->net,
                                   .pool = s->recipe.net.pool,
                                   .pad = s->recipe.net.pad,
                                   .preprocess = options->preprocess};
    s->network = network_open(s->arena, s->weights, &wanted, &info, err);
    if (!s->network) return false;
    s->hash = info.hash;
    const char *net = network_name(s->network);
    if (strcmp(net, s->recipe.net.name) != 0)
        notes_add(&s->notes, "%s holds %s\n", SHOWN(s->weights), net);
    s->recipe.net.name = net;
    return true;
}

/* Without --weights, paintnet has those that come with the program; what was trained by
 * others is random. */
static bool open_network(Session *s, const Options *options, Error *err) {
    s->weights = options->weights;
    if (!s->weights && strcmp(s->recipe.net.name, OWN_NETWORK) == 0) {
        s->weights = assets_path(s->arena, OWN_NETWORK ".safetensors", err);
        return s->weights && file_weights(s, options, err);
    }
    if (!s->weights) {
        s->weights = RANDOM "1";
        notes_add(&s->notes, "no --weights: %s with random weights, seed 1\n",
                  s->recipe.net.name);
    }
    return session_is_random(s) ? random_weights(s, options, err)
                                : file_weights(s, options, err);
}

/* Fills in the layers, and notes which ones were chosen, except where the layers of
 * another system are asked for. */
static bool choose_layers(Session *s, const Options *options, Error *err) {
    bool chosen = s->recipe.content.layers.count && s->recipe.style.layers.count;
    if (!recipe_complete(&s->recipe, s->network, err)) return false;
    if (chosen || options->no_layers) return true;
    notes_add(&s->notes, "content from %s, style from",
              s->recipe.content.layers.item[0].name);
    for (int i = 0; i < s->recipe.style.layers.count; i++)
        notes_add(&s->notes, " %s", s->recipe.style.layers.item[i].name);
    notes_add(&s->notes, "\n");
    return true;
}

/* Features of the size that the recipe's weights were chosen for. A network that is shared
 * is scaled once. */
static bool scale_features(Session *s, const Scene *scene, Error *err) {
    Session *owner = s->of ? s->of : s;
    if (!owner->scaled &&
        !feature_scale_apply(&s->recipe, s->network, scene, &owner->factor, err))
        return false;
    owner->scaled = true;
    s->factor = owner->factor;
    if (s->factor != 1)
        notes_add(&s->notes,
                  "features times %.3g: recipe %s is for weights of another kind "
                  "(--features any takes them as they are)\n",
                  s->factor, SHOWN(s->recipe.name));
    return true;
}

/* Tensors are read with the sizes, and never again. */
static void note_ranges(const Options *options, const Scene *scene) {
    images_note_range(options->operand[0], scene->content);
    for (int i = 0; i < scene->styles; i++)
        images_note_range(options->operand[1 + i], scene->style[i].image);
}

static bool open_sizes(Session *s, Images *images, const Options *options, Error *err) {
    if (options->operand[1] && !choose_layers(s, options, err)) return false;
    if (!stages_leave_out(&s->recipe, s->network, options, &s->notes, err)) return false;
    if (!images_sizes(s->arena, options, &s->recipe, images, err)) return false;
    note_ranges(options, &images->scene);
    return true;
}

static void start(Session *session, const Options *options) {
    if (options->threads) threads_set(options->threads);
    Arena *arena = arena_new();
    *session =
        (Session){.arena = arena, .recipe = options->recipe, .notes = notes_new(arena)};
}

/* What is opened stays open only when all went well. */
static bool keep(Session *session, bool good) {
    if (!good) session_close(session);
    return good;
}

bool session_open_sizes(Session *s, Images *images, const Options *options, Error *err) {
    start(s, options);
    return keep(s, open_network(s, options, err) && open_sizes(s, images, options, err));
}

bool session_share_sizes(Session *s, Session *of, Images *images, const Options *options,
                         Error *err) {
    start(s, options);
    s->of = of;
    s->network = of->network;
    s->weights = of->weights;
    s->hash = of->hash;
    s->recipe.net.name = of->recipe.net.name;
    notes_add(&s->notes, "%s", of->notes.text);
    return keep(s, open_sizes(s, images, options, err));
}

bool session_open_images(Session *s, Images *images, const Options *options, Error *err) {
    const bool all_read = images->unread == 0;
    return keep(s,
                (all_read || images_read(s->arena, options, &s->recipe, images, err)) &&
                    scale_features(s, &images->scene, err));
}

bool session_open(Session *s, Images *images, const Options *options, Error *err) {
    return session_open_sizes(s, images, options, err) &&
           session_open_images(s, images, options, err);
}

bool session_open_network(Session *s, const Options *options, Error *err) {
    start(s, options);
    return keep(s, open_network(s, options, err));
}

void session_close(Session *session) {
    arena_free(session->arena);
    session->arena = NULL;
}
