#include "io/pickle.h"

#include <stdio.h>
#include <string.h>

#include "io/number.h"

#define DEPTH_MOST 65536 /* values on the stack; torch.save needs some 2000 */
#define NAME_MOST 1024   /* bytes of a global's name */

/* The machine that a pickle is a program for: a stack, with NULL for each mark, and a
 * memory of values that are used again. */
typedef struct Machine {
    Arena *arena;
    const unsigned char *start, *at, *end;
    const unsigned char *instruction; /* the one being read */
    const char *const *globals;
    const char *where;
    Error *err;
    Pickle *stack;   /* a list */
    Pickle *memo;    /* a list; NULL where nothing is */
    Pickle *outside; /* a list */
    int steps;
} Machine;

static bool refuse(const Machine *m, const char *what) {
    return error_set(m->err,
                     "%s: instruction 0x%02x at byte %zu of its pickle %s; save the "
                     "state_dict again with torch.save",
                     m->where, *m->instruction, (size_t)(m->instruction - m->start),
                     what);
}

/* Takes `count` bytes of the program, or gives NULL. */
static const unsigned char *take(Machine *m, uint64_t count) {
    if (count > (uint64_t)(m->end - m->at)) return refuse(m, "is cut off"), NULL;
    const unsigned char *bytes = m->at;
    m->at += count;
    return bytes;
}

static void append(Machine *m, Pickle *list, Pickle *item) {
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 8;
        Pickle **items = ARENA_NEW(m->arena, Pickle *, room);
        if (list->count) memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = item;
}

static bool push(Machine *m, Pickle *value) {
    if (m->stack->count == DEPTH_MOST) return refuse(m, "piles up too many values");
    append(m, m->stack, value);
    return true;
}

static Pickle *value_of(Machine *m, PickleKind kind) {
    Pickle *value = ARENA_NEW(m->arena, Pickle, 1);
    value->kind = kind;
    return value;
}

/* Whether the topmost `count` places of the stack hold values and no mark. */
static bool has(Machine *m, size_t count) {
    const Pickle *stack = m->stack;
    for (size_t i = 1; i <= count; i++)
        if (i > stack->count || !stack->items[stack->count - i])
            return refuse(m, "finds too few values");
    return true;
}

/* Takes the topmost value, or gives NULL. */
static Pickle *pop(Machine *m) {
    return has(m, 1) ? m->stack->items[--m->stack->count] : NULL;
}

/* Moves the topmost `count` values to the end of a list. */
static bool move(Machine *m, size_t count, Pickle *list) {
    Pickle *stack = m->stack;
    for (size_t i = 0; i < count; i++)
        append(m, list, stack->items[stack->count - count + i]);
    stack->count -= count;
    return true;
}

/* How many values lie above the last mark; false when there is no mark. */
static bool above_mark(Machine *m, size_t *count) {
    const Pickle *stack = m->stack;
    size_t at = stack->count;
    while (at > 0 && stack->items[at - 1])
        at--;
    *count = stack->count - at;
    return at > 0 || refuse(m, "finds no mark");
}

static bool protocol(Machine *m, int unused) {
    (void)unused;
    const unsigned char *version = take(m, 1);
    if (!version || *version == 2) return version;
    return error_set(m->err,
                     "%s: a pickle of protocol %d, known is 2; save the state_dict with "
                     "torch.save as it comes",
                     m->where, *version);
}

static bool mark(Machine *m, int unused) {
    (void)unused;
    return push(m, NULL);
}

static bool push_empty(Machine *m, int kind) {
    return push(m, value_of(m, (PickleKind)kind));
}

static bool push_bool(Machine *m, int truth) {
    Pickle *value = value_of(m, PICKLE_BOOL);
    value->integer = truth;
    return push(m, value);
}

/* Two bytes and less are never negative, more are in two's complement. */
static bool push_bytes(Machine *m, int width) {
    const unsigned char *bytes = take(m, (uint64_t)width);
    if (!bytes) return false;
    Pickle *value = value_of(m, PICKLE_INT);
    uint64_t bits = width ? bytes_load(bytes, width) : 0;
    if (width > 2 && width < 8 && bytes[width - 1] & 0x80)
        bits |= UINT64_MAX << (8 * width);
    memcpy(&value->integer, &bits, sizeof bits);
    return push(m, value);
}

static bool push_long(Machine *m, int unused) {
    (void)unused;
    const unsigned char *width = take(m, 1);
    if (!width) return false;
    if (*width > 8) return refuse(m, "makes a number of more than 64 bits");
    return push_bytes(m, *width);
}

static bool push_float(Machine *m, int width) {
    return take(m, (uint64_t)width) && push_empty(m, PICKLE_FLOAT);
}

/* A length of `width` bytes, then the text; a zero inside would hide what follows. */
static bool push_text(Machine *m, int width) {
    const unsigned char *length = take(m, (uint64_t)width), *text;
    if (!length) return false;
    uint64_t size = bytes_load(length, width);
    if (!(text = take(m, size))) return false;
    if (memchr(text, 0, (size_t)size)) return refuse(m, "makes a text with a zero");
    Pickle *value = value_of(m, PICKLE_TEXT);
    char *copy = arena_alloc(m->arena, (size_t)size + 1);
    memcpy(copy, text, (size_t)size);
    value->text = copy;
    return push(m, value);
}

static bool push_tuple(Machine *m, int count) {
    Pickle *tuple = value_of(m, PICKLE_TUPLE);
    return has(m, (size_t)count) && move(m, (size_t)count, tuple) && push(m, tuple);
}

static bool close_tuple(Machine *m, int unused) {
    (void)unused;
    size_t count;
    Pickle *tuple = value_of(m, PICKLE_TUPLE);
    if (!above_mark(m, &count)) return false;
    move(m, count, tuple);
    m->stack->count--;
    return push(m, tuple);
}

/* "module\nname\n" */
static bool push_global(Machine *m, int unused) {
    (void)unused;
    char name[NAME_MOST];
    size_t length = 0;
    for (int lines = 0; lines < 2;) {
        const unsigned char *c = take(m, 1);
        if (!c) return false;
        if (length + 1 == sizeof name || !*c) return refuse(m, "names nothing known");
        name[length++] = *c == '\n' ? '.' : (char)*c;
        lines += *c == '\n';
    }
    name[length - 1] = 0;
    for (const char *const *known = m->globals; *known; known++) {
        if (strcmp(name, *known) != 0) continue;
        Pickle *value = value_of(m, PICKLE_GLOBAL);
        value->text = *known;
        return push(m, value);
    }
    return error_set(m->err,
                     "%s: it wants to call %s, which no state_dict needs; nothing was "
                     "run: save model.state_dict() alone with torch.save",
                     m->where, NAME(name));
}

static bool call(Machine *m, int unused) {
    (void)unused;
    Pickle *arguments = pop(m), *function = arguments ? pop(m) : NULL;
    if (!function) return false;
    if (function->kind != PICKLE_GLOBAL || arguments->kind != PICKLE_TUPLE)
        return refuse(m, "calls what is no function");
    Pickle *value = value_of(m, PICKLE_CALL);
    value->text = function->text;
    value->other = arguments;
    return push(m, value);
}

/* Attributes of an object, such as the _metadata of a state_dict, are of no use here. */
static bool build(Machine *m, int unused) {
    (void)unused;
    Pickle *attributes = pop(m), *object = attributes ? pop(m) : NULL;
    if (!object) return false;
    return object->kind == PICKLE_CALL ? push(m, object) : refuse(m, "fills no object");
}

static bool outside(Machine *m, int unused) {
    (void)unused;
    Pickle *id = pop(m);
    if (!id) return false;
    if (id->kind != PICKLE_TUPLE) return refuse(m, "refers to nothing known");
    Pickle *value = value_of(m, PICKLE_OUTSIDE);
    value->other = id;
    append(m, m->outside, value);
    return push(m, value);
}

/* Adds the topmost `count` values to the container below them. */
static bool add(Machine *m, size_t count, bool marked, bool dict) {
    const Pickle *stack = m->stack;
    size_t below = count + marked;
    Pickle *into = stack->count > below ? stack->items[stack->count - below - 1] : NULL;
    if (!into) return refuse(m, "finds nothing to add to");
    bool fits = dict ? pickle_is_dict(into) : into->kind == PICKLE_LIST;
    if (!fits || (dict && count % 2)) return refuse(m, "adds what does not fit");
    move(m, count, into);
    m->stack->count -= marked;
    return true;
}

static bool add_some(Machine *m, int dict) {
    size_t count;
    return above_mark(m, &count) && add(m, count, true, dict);
}

static bool add_one(Machine *m, int dict) {
    size_t count = dict ? 2 : 1;
    return has(m, count) && add(m, count, false, dict);
}

/* Places in the memory are counted up, from 0 or 1: never more than there are steps. */
static bool put(Machine *m, int width) {
    const unsigned char *bytes = take(m, (uint64_t)width);
    if (!bytes || !has(m, 1)) return false;
    uint64_t place = bytes_load(bytes, width);
    if (place > (uint64_t)m->steps) return refuse(m, "counts too far");
    while (m->memo->count <= place)
        append(m, m->memo, NULL);
    m->memo->items[place] = m->stack->items[m->stack->count - 1];
    return true;
}

static bool get(Machine *m, int width) {
    const unsigned char *bytes = take(m, (uint64_t)width);
    if (!bytes) return false;
    uint64_t place = bytes_load(bytes, width);
    if (place >= m->memo->count || !m->memo->items[place])
        return refuse(m, "asks for a value that was never kept");
    return push(m, m->memo->items[place]);
}

static const struct {
    unsigned char code;
    bool (*run)(Machine *m, int argument);
    int argument;
} instructions[] = {
    {0x80, protocol, 0},
    {'(', mark, 0},
    {'N', push_empty, PICKLE_NONE},
    {')', push_empty, PICKLE_TUPLE},
    {']', push_empty, PICKLE_LIST},
    {'}', push_empty, PICKLE_DICT},
    {0x88, push_bool, true},
    {0x89, push_bool, false},
    {'K', push_bytes, 1},
    {'M', push_bytes, 2},
    {'J', push_bytes, 4},
    {0x8A, push_long, 0},
    {'G', push_float, 8},
    {'X', push_text, 4},
    {'T', push_text, 4},
    {'U', push_text, 1},
    {0x85, push_tuple, 1},
    {0x86, push_tuple, 2},
    {0x87, push_tuple, 3},
    {'t', close_tuple, 0},
    {'c', push_global, 0},
    {'R', call, 0},
    {'b', build, 0},
    {'Q', outside, 0},
    {'a', add_one, false},
    {'e', add_some, false},
    {'s', add_one, true},
    {'u', add_some, true},
    {'q', put, 1},
    {'r', put, 4},
    {'h', get, 1},
    {'j', get, 4},
};

static bool run(Machine *m) {
    for (size_t i = 0; i < sizeof instructions / sizeof *instructions; i++)
        if (instructions[i].code == *m->instruction)
            return instructions[i].run(m, instructions[i].argument);
    return refuse(m, "is none that a state_dict needs");
}

bool pickle_read(Arena *arena, FileBytes bytes, const char *const *globals,
                 const char *where, PickleResult *out, Error *err) {
    size_t size = bytes.size < PICKLE_MOST ? bytes.size : PICKLE_MOST;
    Machine m = {.arena = arena, .start = bytes.data, .at = bytes.data};
    m.end = bytes.data + size;
    m.globals = globals, m.where = where, m.err = err;
    m.stack = value_of(&m, PICKLE_LIST), m.memo = value_of(&m, PICKLE_LIST);
    m.outside = value_of(&m, PICKLE_LIST);
    for (;; m.steps++) {
        if (m.at == m.end || m.steps == PICKLE_STEPS_MOST)
            return error_set(err, "%s: its pickle has no end; get the file again", where);
        m.instruction = m.at++;
        if (*m.instruction == '.') break;
        if (!run(&m)) return false;
    }
    if (m.stack->count != 1 || !m.stack->items[0]) return refuse(&m, "ends too early");
    *out = (PickleResult){m.stack->items[0], m.outside, (size_t)(m.at - m.start)};
    return true;
}
