#include "io/pickle.h"

#include <stdio.h>
#include <string.h>

#include "io/number.h"
#include "io/pickle_machine.h"

typedef PickleMachine Machine;

#define OLDEST 2 /* protocols: torch.save writes 2 by default, others on request */
#define NEWEST 5

static bool protocol(Machine *m, int unused) {
    (void)unused;
    const unsigned char *version = machine_take(m, 1);
    if (!version || (*version >= OLDEST && *version <= NEWEST)) return version;
    return error_set(m->err,
                     "%s: a pickle of protocol %d, known are %d to %d; save the "
                     "state_dict with torch.save as it comes",
                     m->where, *version, OLDEST, NEWEST);
}

/* A frame states how many bytes follow; they are read as without it. */
static bool frame(Machine *m, int width) {
    const unsigned char *length = machine_take(m, (uint64_t)width);
    return length &&
           (bytes_load(length, width) <= (uint64_t)(m->end - m->at) || machine_cut(m));
}

/* ---- Values ---- */

static bool mark(Machine *m, int unused) {
    (void)unused;
    return machine_push(m, NULL);
}

static bool push_empty(Machine *m, int kind) {
    return machine_push(m, machine_value(m, (PickleKind)kind));
}

static bool push_bool(Machine *m, int truth) {
    Pickle *value = machine_value(m, PICKLE_BOOL);
    value->integer = truth;
    return machine_push(m, value);
}

/* Numbers of one or two bytes are unsigned, longer ones are in two's complement. */
static bool push_bytes(Machine *m, int width) {
    const unsigned char *bytes = machine_take(m, (uint64_t)width);
    if (!bytes) return false;
    Pickle *value = machine_value(m, PICKLE_INT);
    uint64_t bits = width ? bytes_load(bytes, width) : 0;
    if (width > 2 && width < 8 && bytes[width - 1] & 0x80)
        bits |= UINT64_MAX << (8 * width);
    memcpy(&value->integer, &bits, sizeof bits);
    return machine_push(m, value);
}

/* A length of `width` bytes and then a number, which may be longer than any size. */
static bool push_long(Machine *m, int width) {
    const unsigned char *length = machine_take(m, (uint64_t)width);
    if (!length) return false;
    uint64_t size = bytes_load(length, width);
    if (size <= 8) return push_bytes(m, (int)size);
    return machine_take(m, size) && push_empty(m, PICKLE_OTHER);
}

static bool push_float(Machine *m, int width) {
    return machine_take(m, (uint64_t)width) && push_empty(m, PICKLE_FLOAT);
}

/* A length of `width` bytes, then bytes that are not used here. */
static bool push_blob(Machine *m, int width) {
    const unsigned char *length = machine_take(m, (uint64_t)width);
    return length && machine_take(m, bytes_load(length, width)) &&
           push_empty(m, PICKLE_OTHER);
}

/* A length of `width` bytes, then the text. A text with a zero inside, such as the bytes
 * of a date, is no name: C would ignore what follows the zero. */
static bool push_text(Machine *m, int width) {
    const unsigned char *length = machine_take(m, (uint64_t)width), *text;
    if (!length) return false;
    uint64_t size = bytes_load(length, width);
    if (!(text = machine_take(m, size))) return false;
    if (memchr(text, 0, (size_t)size)) return push_empty(m, PICKLE_OTHER);
    Pickle *value = machine_value(m, PICKLE_TEXT);
    char *copy = arena_alloc(m->arena, (size_t)size + 1);
    memcpy(copy, text, (size_t)size);
    value->text = copy;
    return machine_push(m, value);
}

static bool push_tuple(Machine *m, int count) {
    Pickle *tuple = machine_value(m, PICKLE_TUPLE);
    if (!machine_has(m, (size_t)count)) return false;
    machine_move(m, (size_t)count, tuple);
    return machine_push(m, tuple);
}

static bool close_tuple(Machine *m, int unused) {
    (void)unused;
    size_t count;
    Pickle *tuple = machine_value(m, PICKLE_TUPLE);
    if (!machine_above_mark(m, &count)) return false;
    machine_move(m, count, tuple);
    m->stack->count--;
    return machine_push(m, tuple);
}

static bool close_set(Machine *m, int unused) {
    (void)unused;
    size_t count;
    if (!machine_above_mark(m, &count)) return false;
    m->stack->count -= count + 1;
    return push_empty(m, PICKLE_OTHER);
}

/* ---- Names and calls, which are not executed ---- */

static bool name_global(Machine *m, const char *name) {
    Pickle *value = machine_value(m, PICKLE_GLOBAL);
    value->text = "";
    for (const char *const *known = m->globals; *known; known++)
        if (strcmp(name, *known) == 0) value->text = *known;
    if (!*value->text && !m->foreign) m->foreign = arena_string(m->arena, name);
    return machine_push(m, value);
}

/* "module\nname\n" */
static bool push_global(Machine *m, int unused) {
    (void)unused;
    char name[PICKLE_MAX_NAME];
    size_t length = 0;
    for (int lines = 0; lines < 2;) {
        const unsigned char *c = machine_take(m, 1);
        if (!c) return false;
        if (length + 1 == sizeof name || !*c)
            return machine_refuse(m, "names nothing known");
        name[length++] = *c == '\n' ? '.' : (char)*c;
        lines += *c == '\n';
    }
    name[length - 1] = 0;
    return name_global(m, name);
}

/* Module and name are two texts on the stack. */
static bool take_global(Machine *m, int unused) {
    (void)unused;
    char text[PICKLE_MAX_NAME];
    const Pickle *name = machine_pop(m), *module = name ? machine_pop(m) : NULL;
    if (!module) return false;
    if (name->kind != PICKLE_TEXT || module->kind != PICKLE_TEXT)
        return machine_refuse(m, "names nothing known");
    int length = snprintf(text, sizeof text, "%s.%s", module->text, name->text);
    if (length < 0 || (size_t)length >= sizeof text)
        return machine_refuse(m, "names nothing known");
    return name_global(m, text);
}

/* The result of an unknown call may be called again, like a method. */
static bool push_call(Machine *m, const Pickle *function, const Pickle *arguments) {
    bool callable = function->kind == PICKLE_GLOBAL || function->kind == PICKLE_CALL ||
                    function->kind == PICKLE_OTHER;
    if (!callable || arguments->kind != PICKLE_TUPLE)
        return machine_refuse(m, "calls what is no function");
    Pickle *value = machine_value(m, PICKLE_CALL);
    value->text = function->kind == PICKLE_GLOBAL ? function->text : "";
    value->other = arguments;
    return machine_push(m, value);
}

/* A function, or a class, and the tuple of its arguments; `named` takes a dict of named
 * ones from above. */
static bool call(Machine *m, int named) {
    if (named && !machine_pop(m)) return false;
    const Pickle *arguments = machine_pop(m);
    const Pickle *function = arguments ? machine_pop(m) : NULL;
    return function && push_call(m, function, arguments);
}

/* A class and its arguments above the mark: old classes of Python 2. */
static bool call_marked(Machine *m, int unused) {
    (void)unused;
    const Pickle *arguments = NULL;
    if (!close_tuple(m, 0) || !(arguments = machine_pop(m))) return false;
    if (arguments->count == 0) return machine_refuse(m, "calls what is no function");
    return push_call(m, arguments->items[0], arguments);
}

/* Attributes of an object, such as the _metadata of a state_dict, are not used here. */
static bool build(Machine *m, int unused) {
    (void)unused;
    Pickle *attributes = machine_pop(m), *object = attributes ? machine_pop(m) : NULL;
    if (!object) return false;
    return object->kind == PICKLE_CALL || object->kind == PICKLE_OTHER
               ? machine_push(m, object)
               : machine_refuse(m, "fills no object");
}

static bool outside(Machine *m, int unused) {
    (void)unused;
    Pickle *id = machine_pop(m);
    if (!id) return false;
    if (id->kind != PICKLE_TUPLE) return machine_refuse(m, "refers to nothing known");
    Pickle *value = machine_value(m, PICKLE_OUTSIDE);
    value->other = id;
    machine_append(m, m->outside, value);
    return machine_push(m, value);
}

/* ---- Containers ---- */

/* Adds the topmost `count` values to the container below them. For an unknown object,
 * whose methods Python would call, the values are dropped. */
static bool add(Machine *m, size_t count, bool marked, bool dict) {
    const Pickle *stack = m->stack;
    size_t below = count + marked;
    Pickle *into = stack->count > below ? stack->items[stack->count - below - 1] : NULL;
    if (!into) return machine_refuse(m, "finds nothing to add to");
    bool fits = dict ? pickle_is_dict(into) : into->kind == PICKLE_LIST;
    bool unknown = into->kind == PICKLE_OTHER || into->kind == PICKLE_CALL;
    if ((!fits && !unknown) || (dict && count % 2))
        return machine_refuse(m, "adds what does not fit");
    if (fits)
        machine_move(m, count, into);
    else
        m->stack->count -= count;
    m->stack->count -= marked;
    return true;
}

static bool add_some(Machine *m, int dict) {
    size_t count;
    return machine_above_mark(m, &count) && add(m, count, true, dict);
}

static bool add_one(Machine *m, int dict) {
    size_t count = dict ? 2 : 1;
    return machine_has(m, count) && add(m, count, false, dict);
}

/* ---- Stack and memory ---- */

static bool drop(Machine *m, int unused) {
    (void)unused;
    if (m->stack->count == 0) return machine_refuse(m, "finds too few values");
    m->stack->count--;
    return true;
}

static bool drop_to_mark(Machine *m, int unused) {
    (void)unused;
    size_t count;
    if (!machine_above_mark(m, &count)) return false;
    m->stack->count -= count + 1;
    return true;
}

static bool duplicate(Machine *m, int unused) {
    (void)unused;
    return machine_has(m, 1) && machine_push(m, m->stack->items[m->stack->count - 1]);
}

/* Indices of the memo count up from 0 or 1: there are never more than instructions. */
static bool put(Machine *m, int width) {
    const unsigned char *bytes = machine_take(m, (uint64_t)width);
    if (!bytes || !machine_has(m, 1)) return false;
    uint64_t place = bytes_load(bytes, width);
    if (place > (uint64_t)m->steps) return machine_refuse(m, "counts too far");
    while (m->memo->count <= place)
        machine_append(m, m->memo, NULL);
    m->memo->items[place] = m->stack->items[m->stack->count - 1];
    return true;
}

static bool put_next(Machine *m, int unused) {
    (void)unused;
    if (!machine_has(m, 1)) return false;
    machine_append(m, m->memo, m->stack->items[m->stack->count - 1]);
    return true;
}

static bool get(Machine *m, int width) {
    const unsigned char *bytes = machine_take(m, (uint64_t)width);
    if (!bytes) return false;
    uint64_t place = bytes_load(bytes, width);
    if (place >= m->memo->count || !m->memo->items[place])
        return machine_refuse(m, "asks for a value that was never kept");
    return machine_push(m, m->memo->items[place]);
}

static const struct {
    unsigned char code;
    bool (*run)(Machine *m, int argument);
    int argument;
} instructions[] = {
    {0x80, protocol, 0},
    {0x95, frame, 8},
    {'(', mark, 0},
    {'N', push_empty, PICKLE_NONE},
    {')', push_empty, PICKLE_TUPLE},
    {']', push_empty, PICKLE_LIST},
    {'}', push_empty, PICKLE_DICT},
    {0x8F, push_empty, PICKLE_OTHER}, /* a set */
    {0x88, push_bool, true},
    {0x89, push_bool, false},
    {'K', push_bytes, 1},
    {'M', push_bytes, 2},
    {'J', push_bytes, 4},
    {0x8A, push_long, 1},
    {0x8B, push_long, 4},
    {'G', push_float, 8},
    {'X', push_text, 4},
    {'T', push_text, 4},
    {'U', push_text, 1},
    {0x8C, push_text, 1},
    {0x8D, push_text, 8},
    {'B', push_blob, 4},
    {'C', push_blob, 1},
    {0x8E, push_blob, 8},
    {0x96, push_blob, 8},
    {0x85, push_tuple, 1},
    {0x86, push_tuple, 2},
    {0x87, push_tuple, 3},
    {'t', close_tuple, 0},
    {0x91, close_set, 0},
    {'c', push_global, 0},
    {0x93, take_global, 0},
    {'R', call, false},
    {0x81, call, false},
    {0x92, call, true},
    {'o', call_marked, 0},
    {'b', build, 0},
    {'Q', outside, 0},
    {'a', add_one, false},
    {'e', add_some, false},
    {0x90, add_some, false},
    {'s', add_one, true},
    {'u', add_some, true},
    {'0', drop, 0},
    {'1', drop_to_mark, 0},
    {'2', duplicate, 0},
    {'q', put, 1},
    {'r', put, 4},
    {0x94, put_next, 0},
    {'h', get, 1},
    {'j', get, 4},
};

static bool run(Machine *m) {
    for (size_t i = 0; i < sizeof instructions / sizeof *instructions; i++)
        if (instructions[i].code == *m->instruction)
            return instructions[i].run(m, instructions[i].argument);
    return machine_refuse(m, "is none that a state_dict needs");
}

bool pickle_read(Arena *arena, FileBytes bytes, const char *const *globals,
                 const char *where, PickleResult *out, Error *err) {
    size_t size = bytes.size < PICKLE_MAX_BYTES ? bytes.size : PICKLE_MAX_BYTES;
    Machine m = {.arena = arena, .start = bytes.data, .at = bytes.data};
    m.end = bytes.data + size;
    m.globals = globals, m.where = where, m.err = err;
    m.stack = machine_value(&m, PICKLE_LIST), m.memo = machine_value(&m, PICKLE_LIST);
    m.outside = machine_value(&m, PICKLE_LIST);
    for (;; m.steps++) {
        if (m.steps == PICKLE_MAX_STEPS)
            return error_set(err,
                             "%s: its pickle has more than %d instructions; save less "
                             "of it" OR_RAISE(PICKLE_MAX_STEPS),
                             where, PICKLE_MAX_STEPS);
        if (m.at == m.end && size < bytes.size)
            return error_set(err,
                             "%s: its pickle is larger than %zu bytes; save less of "
                             "it" OR_RAISE(PICKLE_MAX_BYTES),
                             where, PICKLE_MAX_BYTES);
        if (m.at == m.end)
            return error_set(err, "%s: its pickle has no end; get the file again", where);
        m.instruction = m.at++;
        if (*m.instruction == '.') break;
        if (!run(&m)) return false;
    }
    if (m.stack->count != 1 || !m.stack->items[0])
        return machine_refuse(&m, "ends too early");
    *out = (PickleResult){.root = m.stack->items[0],
                          .outside = m.outside,
                          .foreign = m.foreign,
                          .used = (size_t)(m.at - m.start)};
    return true;
}
