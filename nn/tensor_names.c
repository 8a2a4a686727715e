#include "nn/tensor_names.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NAME 600 /* bytes; a longer name is no layer's */

/* ---- Plain names ---- */

static bool is_number(const char *word, size_t length) {
    size_t digits = 0;
    while (digits < length && isdigit((unsigned char)word[digits]))
        digits++;
    return length > 0 && digits == length;
}

static bool is(const char *word, size_t length, const char *text) {
    return strlen(text) == length && memcmp(word, text, length) == 0;
}

/* The number of bytes at the start of a name that are a wrapper's, with the dot: module.
 * or slice2. or blocks.1. before another number. */
static size_t wrapper(const char *name) {
    static const char *const words[] = {"module", "_orig_mod", "_fsdp_wrapped_module",
                                        "_checkpoint_wrapped_module"};
    size_t length = strcspn(name, ".");
    if (!name[length]) return 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is(name, length, words[i])) return length + 1;
    if (length > 5 && strncmp(name, "slice", 5) == 0 && is_number(name + 5, length - 5))
        return length + 1;
    if (!is(name, length, "blocks") && !is(name, length, "slices")) return 0;
    const char *first = name + length + 1, *second = first + strcspn(first, ".");
    if (!*second || !is_number(first, (size_t)(second - first))) return 0;
    second++;
    return is_number(second, strcspn(second, ".")) ? (size_t)(second - name) : 0;
}

/* A name that is too long becomes "", which is no layer's. */
static const char *plain_name(Arena *arena, const char *name) {
    char plain[MAX_NAME];
    size_t used = 0, length = strlen(name);
    if (length >= sizeof plain) return "";
    while (*name) {
        size_t skipped = wrapper(name);
        size_t word = skipped ? 0 : strcspn(name, ".") + 1;
        if (word > strlen(name)) word--;
        memcpy(plain + used, name, word);
        used += word;
        name += skipped + word;
    }
    plain[used] = 0;
    return arena_string(arena, plain);
}

typedef struct NameRow {
    const char *name;
    size_t item;
} NameRow;

static int by_name(const void *a, const void *b) {
    const NameRow *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x->item > y->item) - (x->item < y->item);
}

TensorNames tensor_names(Arena *arena, const NamedTensors *list) {
    TensorNames names = {.list = list};
    NameRow *rows = ARENA_NEW(arena, NameRow, list->count);
    names.plain = ARENA_NEW(arena, const char *, list->count);
    names.sorted = ARENA_NEW(arena, size_t, list->count);
    for (size_t i = 0; i < list->count; i++) {
        names.plain[i] = plain_name(arena, list->items[i].name);
        rows[i] = (NameRow){names.plain[i], i};
    }
    qsort(rows, list->count, sizeof *rows, by_name);
    for (size_t i = 0; i < list->count; i++)
        names.sorted[i] = rows[i].item;
    return names;
}

/* The first tensor of the file that has this plain name, or NULL. */
static const NamedTensor *find(const TensorNames *names, const char *name) {
    size_t low = 0, high = names->list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(names->plain[names->sorted[middle]], name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found =
        low < names->list->count && strcmp(names->plain[names->sorted[low]], name) == 0;
    return found ? &names->list->items[names->sorted[low]] : NULL;
}

/* ---- The tensors of a network ---- */

static const NamedTensor *find_part(const TensorNames *names, const char *prefix,
                                    const char *stem, const char *what) {
    char name[MAX_NAME + 128];
    snprintf(name, sizeof name, "%s%s.%s", prefix, stem, what);
    return stem[0] ? find(names, name) : NULL;
}

const NamedTensor *tensor_of_layer(const TensorNames *names, const Network *network,
                                   const Spelling *spelling, int index,
                                   const char *what) {
    LayerStem stem = layer_stem(network, index, spelling->naming, spelling->normed);
    return find_part(names, spelling->prefix, stem.text, what);
}

/* Whether a batch normalisation follows a convolution. */
static bool is_normed(const TensorNames *names, const Network *network,
                      const Spelling *spelling, int index) {
    LayerStem stem = layer_norm_stem(network, index, spelling->naming, spelling->normed);
    const char *prefix = spelling->prefix;
    return find_part(names, prefix, stem.text, "running_mean") ||
           find_part(names, prefix, stem.text, "weight");
}

static int explained(const TensorNames *names, const Network *network,
                     const Spelling *spelling) {
    int found = 0;
    for (int i = network_next_weighted(network, 0); i < network->count;
         i = network_next_weighted(network, i + 1)) {
        const NamedTensor *item = tensor_of_layer(names, network, spelling, i, "weight");
        Shape shape = layer_weight_shape(&network->layers[i]);
        if (!item || !shape_equal(item->tensor.shape, shape) ||
            is_normed(names, network, spelling, i) != spelling->normed)
            break;
        found++;
    }
    return found;
}

/* The part of a name before an ending, such as "features.0.weight"; false if the name
 * does not end so. */
static bool prefix_of(Arena *arena, const char *name, const char *ending,
                      const char **out) {
    size_t length = strlen(name), most = strlen(ending);
    if (length < most || strcmp(name + length - most, ending) != 0) return false;
    if (length > most && !strchr("./", name[length - most - 1])) return false;
    char *prefix = arena_string(arena, name);
    prefix[length - most] = 0;
    *out = prefix;
    return true;
}

int tensor_spelling(Arena *arena, const TensorNames *names, const Network *network,
                    bool normed, Spelling *out) {
    const int first = network_next_conv(network, 0);
    int most = -1;
    *out = (Spelling){NAMING_CAFFE, normed, ""};
    for (Naming naming = 0; naming < NAMINGS; naming++) {
        char ending[80];
        LayerStem stem = layer_stem(network, first, naming, normed);
        if (!stem.text[0]) continue;
        snprintf(ending, sizeof ending, "%s.weight", stem.text);
        for (size_t i = 0; i < names->list->count; i++) {
            Spelling spelling = {.naming = naming, .normed = normed};
            if (!prefix_of(arena, names->plain[i], ending, &spelling.prefix)) continue;
            int found = explained(names, network, &spelling);
            if (found <= most || (found == 0 && spelling.prefix[0])) continue;
            most = found;
            *out = spelling;
        }
    }
    return most < 0 ? 0 : most;
}

int tensor_siblings(const TensorNames *names, const Network *network,
                    const Spelling *spelling) {
    int count = 0;
    LayerStem stem = layer_stem(network, network_next_conv(network, 0), spelling->naming,
                                spelling->normed);
    size_t length = strlen(spelling->prefix), letters = strcspn(stem.text, "0123456789");
    for (size_t i = 0; i < names->list->count; i++) {
        const char *name = names->plain[i], *rest = name + length;
        if (names->list->items[i].rank != 4 ||
            strncmp(name, spelling->prefix, length) != 0 ||
            strncmp(rest, stem.text, letters) != 0 ||
            !isdigit((unsigned char)rest[letters]))
            continue;
        count++;
    }
    return count;
}
