#include "io/pickle_machine.h"

#include <string.h>

#include "io/limits.h"

bool machine_refuse(const PickleMachine *m, const char *what) {
    return error_set(m->err,
                     "%s: instruction 0x%02x at byte %zu of its pickle %s; save the "
                     "state_dict again with torch.save",
                     m->where, *m->instruction, (size_t)(m->instruction - m->start),
                     what);
}

bool machine_cut(const PickleMachine *m) {
    return error_set(m->err,
                     "%s: instruction 0x%02x at byte %zu of its pickle is cut off; get "
                     "the file again",
                     m->where, *m->instruction, (size_t)(m->instruction - m->start));
}

const unsigned char *machine_take(PickleMachine *m, uint64_t count) {
    if (count > (uint64_t)(m->end - m->at)) {
        machine_cut(m);
        return NULL;
    }
    const unsigned char *bytes = m->at;
    m->at += count;
    return bytes;
}

void machine_append(PickleMachine *m, Pickle *list, Pickle *item) {
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 8;
        Pickle **items = ARENA_NEW(m->arena, Pickle *, room);
        if (list->count) memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = item;
}

Pickle *machine_value(PickleMachine *m, PickleKind kind) {
    Pickle *value = ARENA_NEW(m->arena, Pickle, 1);
    value->kind = kind;
    return value;
}

bool machine_push(PickleMachine *m, Pickle *value) {
    if (m->stack->count == PICKLE_MAX_DEPTH)
        return machine_refuse(m,
                              "piles up too many values, more than " LIMIT_TEXT(
                                  PICKLE_MAX_DEPTH) ": PICKLE_MAX_DEPTH of io/limits.h");
    machine_append(m, m->stack, value);
    return true;
}

bool machine_has(PickleMachine *m, size_t count) {
    const Pickle *stack = m->stack;
    for (size_t i = 1; i <= count; i++)
        if (i > stack->count || !stack->items[stack->count - i])
            return machine_refuse(m, "finds too few values");
    return true;
}

Pickle *machine_pop(PickleMachine *m) {
    return machine_has(m, 1) ? m->stack->items[--m->stack->count] : NULL;
}

void machine_move(PickleMachine *m, size_t count, Pickle *list) {
    Pickle *stack = m->stack;
    for (size_t i = 0; i < count; i++)
        machine_append(m, list, stack->items[stack->count - count + i]);
    stack->count -= count;
}

bool machine_above_mark(PickleMachine *m, size_t *count) {
    const Pickle *stack = m->stack;
    size_t at = stack->count;
    while (at > 0 && stack->items[at - 1])
        at--;
    *count = stack->count - at;
    return at > 0 || machine_refuse(m, "finds no mark");
}
