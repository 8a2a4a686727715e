/* Recognises the network that weights belong to. */
#include <stdio.h>
#include <string.h>

#include "nn/network.h"
#include "nn/tensor_names.h"

/* A network, and the number of its convolutions in the list. */
typedef struct Match {
    const NetworkTable *table;
    Spelling spelling;
    int found;
} Match;

/* Finds a network among the names; how many of the convolutions there are its own. */
static Match match_of(Arena *arena, const TensorNames *names, const NetworkTable *table,
                      bool normed, int *siblings) {
    Match match = {.table = table};
    const Network *network = network_of_table(arena, table);
    match.found = tensor_spelling(arena, names, network, normed, &match.spelling);
    *siblings = tensor_siblings(names, network, &match.spelling);
    return match;
}

/* The best match among the networks that are read. At least half of the convolutions in
 * the file must match: a file may have deeper layers, or lack some and be refused for
 * that. */
static Match best_known(Arena *arena, const TensorNames *names,
                        const NetworkTable *favourite) {
    Match best = {0};
    for (int i = 0; network_table(i); i++) {
        int siblings;
        Match match = match_of(arena, names, network_table(i), false, &siblings);
        bool tie = match.table == favourite && match.found == best.found;
        if (match.found > 0 && 2 * match.found >= siblings &&
            (match.found > best.found || tie))
            best = match;
    }
    return best;
}

/* Replaces the best match by a similar network that matches all convolutions in the
 * file, and more of them: a VGG-19 with a gap is no VGG-11. */
static void consider(Arena *arena, const TensorNames *names, const NetworkTable *table,
                     bool normed, Match *best) {
    int siblings;
    Match match = match_of(arena, names, table, normed, &siblings);
    if (match.found > best->found && match.found == siblings) *best = match;
}

/* The best match among the similar networks that are not read. */
static Match best_stranger(Arena *arena, const TensorNames *names) {
    Match best = {0};
    for (int i = 0; network_table(i); i++)
        consider(arena, names, network_table(i), true, &best);
    for (int i = 0; network_relative(i); i++)
        for (int normed = 0; normed < 2; normed++)
            consider(arena, names, network_relative(i), normed, &best);
    return best;
}

/* Finds the network, or a similar one that is refused; never both. VGG-13 begins like
 * VGG-19, and is recognised by layers that continue where VGG-19's would end. Other
 * tensors in the file do not count if there is a network that is read. */
static void judge(const NamedTensors *list, const NetworkTable *favourite,
                  const NetworkTable **known, const NetworkTable **stranger,
                  bool *normed) {
    Arena *arena = arena_new();
    TensorNames names = tensor_names(arena, list);
    Match read = best_known(arena, &names, favourite);
    Match other = best_stranger(arena, &names);
    bool strange =
        other.found > read.found &&
        (!read.table || strcmp(read.spelling.prefix, other.spelling.prefix) == 0);
    *known = strange ? NULL : read.table;
    *stranger = strange ? other.table : NULL;
    *normed = other.spelling.normed;
    arena_free(arena);
}

const NetworkTable *network_guess(const NamedTensors *list,
                                  const NetworkTable *favourite) {
    const NetworkTable *known, *stranger;
    bool normed;
    judge(list, favourite, &known, &stranger, &normed);
    return known;
}

/* Whether there are kernels of pictures in TensorFlow's order: (3,3,3,64) reads RGB. */
static bool has_turned_axes(const NamedTensors *list) {
    for (size_t i = 0; i < list->count; i++) {
        const Shape s = list->items[i].tensor.shape;
        if (list->items[i].rank == 4 && s.n == s.c && s.h == 3 && s.w >= 16) return true;
    }
    return false;
}

/* At least half of the layers, so that a damaged style is not taken for something else. */
bool network_is_style(const NamedTensors *list) {
    Arena *arena = arena_new();
    const TensorNames names = tensor_names(arena, list);
    const Network *generator = network_of_table(arena, &network_generator);
    Spelling unused;
    int count = 0;
    for (int i = 0; i < generator->count; i++)
        count += layer_has_weights(&generator->layers[i]);
    const int found = tensor_spelling(arena, &names, generator, false, &unused);
    arena_free(arena);
    return 2 * found >= count;
}

bool network_identify(const NamedTensors *list, const char **name, Error *err) {
    const NetworkTable *known, *stranger;
    bool normed;
    if (network_is_style(list))
        return error_set(err, "a style, which paints by itself and compares nothing; "
                              "paint with it by 'stylegrad stylize STYLE PHOTO'");
    judge(list, NULL, &known, &stranger, &normed);
    *name = known ? known->name : NULL;
    if (!known && !stranger && has_turned_axes(list))
        return error_set(err, "kernels in TensorFlow's order, (height, width, in, out); "
                              "save w.transpose(3, 2, 0, 1) of each");
    if (!stranger) return true;
    if (normed)
        return error_set(err,
                         "a %s with batch normalisation, which is not read: no recipe's "
                         "numbers are meant for the size of its features; use the "
                         "weights of vgg19 or vgg16 without it",
                         stranger->name);
    return error_set(err,
                     "a %s, which is not read: recipes name layers that it does not "
                     "have; use the weights of vgg19 or vgg16",
                     stranger->name);
}

const char *network_recognise(const NamedTensors *list) {
    const NetworkTable *table = network_guess(list, NULL);
    return table ? table->name : NULL;
}
