/* The dictionary at the start of an .npy file, parsed.
 *
 * Only the three keys that NumPy writes, each once, in any order, with literals of
 * these types: a string, True or False, a tuple of integers. */
#ifndef IO_NPY_HEADER_H
#define IO_NPY_HEADER_H

#include "io/number.h"
#include "tensor/error.h"

typedef struct NpyHeader {
    NumberKind kind;
    bool fortran; /* column-major */
    int rank;
    uint64_t sides[NUMBER_SIDES];
} NpyHeader;

/* Parses `length` characters of header; `where` is what errors call the file. */
bool npy_header_read(const char *text, size_t length, const char *where, NpyHeader *out,
                     Error *err);

#endif
