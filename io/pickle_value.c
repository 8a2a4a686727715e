/* Dicts in pickles: a dict, or a call of OrderedDict without arguments or, from Python
 * 2, with a list of pairs, or a call of defaultdict with the factory of its values; and
 * the items that were added afterwards. */
#include <string.h>

#include "io/pickle_value.h"

static bool sequence(const Pickle *value) {
    return value->kind == PICKLE_TUPLE || value->kind == PICKLE_LIST;
}

/* The list of pairs that an OrderedDict was made from, or NULL. */
static const Pickle *pairs(const Pickle *dict) {
    if (!pickle_is_call(dict, "collections.OrderedDict", 1)) return NULL;
    return dict->other->items[0];
}

bool pickle_is_dict(const Pickle *value) {
    if (value->kind == PICKLE_DICT) return true;
    if (pickle_is_call(value, "collections.defaultdict", 0)) return true;
    if (!pickle_is_call(value, "collections.OrderedDict", 0)) return false;
    return value->other->count == 0 ||
           (value->other->count == 1 && value->other->items[0]->kind == PICKLE_LIST);
}

size_t pickle_entries(const Pickle *dict) {
    return (pairs(dict) ? pairs(dict)->count : 0) + dict->count / 2;
}

bool pickle_entry(const Pickle *dict, size_t i, const Pickle **key,
                  const Pickle **value) {
    const Pickle *first = pairs(dict);
    Pickle *const *pair;
    if (first && i < first->count) {
        if (!sequence(first->items[i]) || first->items[i]->count != 2) return false;
        pair = first->items[i]->items;
    } else {
        pair = dict->items + 2 * (i - (first ? first->count : 0));
    }
    *key = pair[0];
    *value = pair[1];
    return true;
}

const Pickle *pickle_get(const Pickle *dict, const char *key) {
    if (!pickle_is_dict(dict)) return NULL;
    for (size_t i = pickle_entries(dict); i-- > 0;) {
        const Pickle *name, *value;
        if (pickle_entry(dict, i, &name, &value) && name->kind == PICKLE_TEXT &&
            strcmp(name->text, key) == 0)
            return value;
    }
    return NULL;
}

bool pickle_is_call(const Pickle *value, const char *name, size_t arguments) {
    return value->kind == PICKLE_CALL && strcmp(value->text, name) == 0 &&
           value->other->count >= arguments;
}
