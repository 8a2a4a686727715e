/* Reads the pickles that torch.save writes, without executing anything.
 *
 * A pickle is a program for a small stack machine, and one of its instructions calls any
 * Python function with any arguments: reading a downloaded file with Python's own reader
 * executes its program. This reader interprets the instructions, and for a call it only
 * records the name of the function and the arguments. The text of names that the caller
 * does not expect is dropped: their values are opaque objects that can be skipped, such
 * as the options of a training program.
 *
 *     static const char *const globals[] = {"collections.OrderedDict", NULL};
 *     PickleResult result;
 *     if (!pickle_read(arena, bytes, globals, "a.pth", &result, &err)) ...
 *     const Pickle *epoch = pickle_get(result.root, "epoch");
 *
 * The memory used is proportional to the size of the pickle. */
#ifndef IO_PICKLE_H
#define IO_PICKLE_H

#include "io/file.h"
#include "io/limits.h"
#include "io/pickle_value.h"

typedef struct PickleResult {
    Pickle *root;        /* the value that was pickled */
    Pickle *outside;     /* a list of all OUTSIDE values, in order */
    const char *foreign; /* the first name in it that is none of the globals, or NULL */
    size_t used;         /* bytes of the pickle; more may follow */
} PickleResult;

/* Reads one pickle of protocol 2 to 5 from the start of `bytes`. `globals` are the names
 * whose text is kept, NULL at the end. Fails with the instruction and its position when
 * it is not supported. */
bool pickle_read(Arena *arena, FileBytes bytes, const char *const *globals,
                 const char *where, PickleResult *out, Error *err);

#endif
