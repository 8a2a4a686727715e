/* Reads the pickles that torch.save writes, and runs nothing.
 *
 * A pickle is a program for a small stack machine, and one of its instructions calls any
 * Python function with any arguments: opening a stranger's weights with Python's own
 * reader is running a stranger's program. This reader knows the machine's instructions,
 * and where the program asks for a call it writes down "a call of this name with these
 * arguments" and leaves it at that. Names that its caller does not expect lose their
 * text: what is made with them is an object that nothing is known about, and that can be
 * passed over, such as the options of a training program.
 *
 *     static const char *const globals[] = {"collections.OrderedDict", NULL};
 *     PickleResult result;
 *     if (!pickle_read(arena, bytes, globals, "a.pth", &result, &err)) ...
 *     const Pickle *epoch = pickle_get(result.root, "epoch");
 *
 * Values may contain themselves, as in Python; code that walks through them must limit
 * its depth. The memory used is proportional to the size of the pickle. */
#ifndef IO_PICKLE_H
#define IO_PICKLE_H

#include <stdint.h>

#include "io/file.h"
#include "io/limits.h"

typedef enum PickleKind {
    PICKLE_NONE,
    PICKLE_BOOL,
    PICKLE_INT,
    PICKLE_FLOAT, /* that it is one; its value is not kept */
    PICKLE_TEXT,
    PICKLE_TUPLE,
    PICKLE_LIST,
    PICKLE_DICT,
    PICKLE_GLOBAL,  /* a name, "torch.FloatStorage"; "" when it is not expected */
    PICKLE_CALL,    /* a name, or "", and what it would have been called with */
    PICKLE_OUTSIDE, /* what the pickler kept elsewhere, described by a tuple */
    PICKLE_OTHER,   /* of no use here: bytes, a set, a number of more than 64 bits */
} PickleKind;

typedef struct Pickle Pickle;
struct Pickle {
    PickleKind kind;
    int64_t integer;     /* INT, BOOL */
    const char *text;    /* TEXT, GLOBAL, CALL */
    size_t count, room;  /* items that are there; that fit */
    Pickle **items;      /* TUPLE, LIST; DICT, CALL: key, value, key, value */
    const Pickle *other; /* CALL: the tuple of arguments; OUTSIDE: the tuple */
};

typedef struct PickleResult {
    Pickle *root;        /* the value that was pickled */
    Pickle *outside;     /* a list of all OUTSIDE values, in order */
    const char *foreign; /* the first name in it that is none of the globals, or NULL */
    size_t used;         /* bytes of the pickle; more may follow */
} PickleResult;

/* Reads one pickle of protocol 2 to 5 from the start of `bytes`. `globals` are the names
 * whose text is kept, NULL at the end. Fails with the instruction and its place when it
 * is none of those that are known. */
bool pickle_read(Arena *arena, FileBytes bytes, const char *const *globals,
                 const char *where, PickleResult *out, Error *err);

/* Whether this is a dict, or a collections.OrderedDict or defaultdict, which are pickled
 * as calls; these names must be among the globals. */
bool pickle_is_dict(const Pickle *value);

/* Entries of a dict in the order they were made, and entry i; a key that is there twice
 * counts twice. False when this entry is no pair. */
size_t pickle_entries(const Pickle *dict);
bool pickle_entry(const Pickle *dict, size_t i, const Pickle **key, const Pickle **value);

/* The value under a text, the last if there are several; NULL when there is none or this
 * is no dict. */
const Pickle *pickle_get(const Pickle *dict, const char *key);

/* Whether this is a call of that name with at least this many arguments; then they are
 * value->other->items. */
bool pickle_is_call(const Pickle *value, const char *name, size_t arguments);

#endif
