#include "io/torch_find.h"

#include <stdio.h>
#include <string.h>

#include "io/torch_file.h"

#define MAX_DEPTH 8        /* nested dicts and lists */
#define MAX_VISITS 1000000 /* visits of values, which may be shared */
#define MAX_NAME 512       /* bytes of a name; a longer one is no layer's */

static const char *const makers[] = {TORCH_FUNCTIONS};
enum { MAKERS = sizeof makers / sizeof *makers };

const Pickle *torch_tensor(const Pickle *value) {
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
        if (pickle_is_call(value, "torch._utils._rebuild_tensor_v2", 4) ||
            pickle_is_call(value, "torch._utils._rebuild_tensor", 4))
            return value->other;
        /* a tensor of a subclass: (function, class, arguments, attributes) */
        if (pickle_is_call(value, "torch._tensor._rebuild_from_type_v2", 3)) {
            Pickle *const *part = value->other->items;
            bool dense = part[0]->kind == PICKLE_GLOBAL &&
                         strcmp(part[0]->text, "torch._utils._rebuild_tensor_v2") == 0;
            return dense && part[2]->kind == PICKLE_TUPLE ? part[2] : NULL;
        }
        if (!pickle_is_call(value, "torch._utils._rebuild_parameter", 1) &&
            !pickle_is_call(value, "torch._utils._rebuild_parameter_with_state", 1))
            return NULL;
        value = value->other->items[0];
    }
    return NULL;
}

static bool is_tensor(const Pickle *value) {
    for (int i = 0; i < MAKERS; i++)
        if (pickle_is_call(value, makers[i], 0)) return true;
    return false;
}

/* One search of all values. `items` is NULL while tensors are only counted. */
typedef struct TensorSearch {
    Arena *arena;
    char name[MAX_NAME];
    int visits;
    size_t count;
    TorchPlace *items;
} TensorSearch;

static size_t size_of(const Pickle *value) {
    if (pickle_is_dict(value)) return pickle_entries(value);
    bool list = value->kind == PICKLE_LIST || value->kind == PICKLE_TUPLE;
    return list ? value->count : 0;
}

/* Entry i of a dict with its key, or of a list with its number. False when the key is no
 * text. */
static bool entry_of(const Pickle *all, size_t i, char *key, size_t room,
                     const Pickle **value) {
    const Pickle *name;
    int length;
    if (pickle_is_dict(all)) {
        if (!pickle_entry(all, i, &name, value) || name->kind != PICKLE_TEXT)
            return false;
        length = snprintf(key, room, "%s", name->text);
    } else {
        *value = all->items[i];
        length = snprintf(key, room, "%zu", i);
    }
    return (size_t)length < room;
}

/* Searches a dict or a list, whose name is the first `length` bytes. */
static void search(TensorSearch *s, const Pickle *all, size_t length, int depth) {
    for (size_t i = 0; i < size_of(all) && s->visits < MAX_VISITS; i++) {
        const Pickle *value;
        size_t dot = length > 0;
        s->visits++;
        if (length + dot >= MAX_NAME) return;
        if (dot) s->name[length] = '.';
        char *key = s->name + length + dot;
        if (!entry_of(all, i, key, MAX_NAME - length - dot, &value)) continue;
        if (is_tensor(value)) {
            if (s->items && s->count < TORCH_MAX_TENSORS)
                s->items[s->count] = (TorchPlace){arena_string(s->arena, s->name), value};
            s->count++;
        } else if (depth < MAX_DEPTH) {
            search(s, value, strlen(s->name), depth + 1);
        }
    }
}

static size_t count_below(TensorSearch *s, const Pickle *all) {
    TensorSearch counting = {.visits = s->visits};
    search(&counting, all, 0, 0);
    s->visits = counting.visits;
    return counting.count;
}

/* The only entry with tensors below it, or NULL. */
static const Pickle *only_entry(TensorSearch *s, const Pickle *all) {
    const Pickle *only = NULL;
    for (size_t i = 0; i < size_of(all); i++) {
        const Pickle *value;
        char key[MAX_NAME];
        if (!entry_of(all, i, key, sizeof key, &value)) continue;
        if (is_tensor(value)) return NULL;
        if (!count_below(s, value)) continue;
        if (only) return NULL;
        only = value;
    }
    return only;
}

bool torch_find(Arena *arena, Pickle *root, const char *where, TorchFound *out,
                Error *err) {
    TensorSearch s = {.arena = arena};
    const Pickle *all = root;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
        const Pickle *only = only_entry(&s, all);
        if (!only) break;
        all = only;
    }
    size_t count = count_below(&s, all);
    if (s.visits >= MAX_VISITS)
        return error_set(err,
                         "%s: holds too many values to look through; save "
                         "model.state_dict() alone with torch.save",
                         where);
    if (count > TORCH_MAX_TENSORS)
        return error_set(
            err, "%s: more than %d tensors; split the file" OR_RAISE(TORCH_MAX_TENSORS),
            where, TORCH_MAX_TENSORS);
    s.items = ARENA_NEW(arena, TorchPlace, count);
    s.visits = 0;
    search(&s, all, 0, 0);
    *out = (TorchFound){s.count, s.items};
    return true;
}
