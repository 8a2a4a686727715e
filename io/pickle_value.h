/* The values that io/pickle.h reads. They may contain themselves, as in Python: code that
 * walks through them must limit its depth. */
#ifndef IO_PICKLE_VALUE_H
#define IO_PICKLE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum PickleKind {
    PICKLE_NONE,
    PICKLE_BOOL,
    PICKLE_INT,
    PICKLE_FLOAT, /* its value is not stored */
    PICKLE_TEXT,
    PICKLE_TUPLE,
    PICKLE_LIST,
    PICKLE_DICT,
    PICKLE_GLOBAL,  /* a name, "torch.FloatStorage"; "" when it is not expected */
    PICKLE_CALL,    /* a name, or "", and what it would have been called with */
    PICKLE_OUTSIDE, /* a persistent id: data outside of the pickle, described by a tuple */
    PICKLE_OTHER,   /* not used here: bytes, a set, a number of more than 64 bits */
} PickleKind;

typedef struct Pickle Pickle;
struct Pickle {
    PickleKind kind;
    int64_t integer;     /* INT, BOOL */
    const char *text;    /* TEXT, GLOBAL, CALL */
    size_t count, room;  /* number of items; capacity */
    Pickle **items;      /* TUPLE, LIST; DICT, CALL: key, value, key, value */
    const Pickle *other; /* CALL: the tuple of arguments; OUTSIDE: the tuple */
};

/* Whether this is a dict, or a collections.OrderedDict or defaultdict, which are pickled
 * as calls; these names must be among the globals. */
bool pickle_is_dict(const Pickle *value);

/* Entries of a dict in the order they were made, and entry i; a key that is there twice
 * counts twice. False when this entry is not a pair. */
size_t pickle_entries(const Pickle *dict);
bool pickle_entry(const Pickle *dict, size_t i, const Pickle **key, const Pickle **value);

/* The value under a text, the last if there are several; NULL when there is none or this
 * is no dict. */
const Pickle *pickle_get(const Pickle *dict, const char *key);

/* Whether this is a call of that name with at least this many arguments; then they are
 * value->other->items. */
bool pickle_is_call(const Pickle *value, const char *name, size_t arguments);

#endif
