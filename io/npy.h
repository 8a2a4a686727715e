/* Reads and writes one array in NumPy's file format, to exchange results with Python.
 *
 *     npy_write("out/gram.npy", gram, 2, &err);      // numpy.load("out/gram.npy")
 *
 *     NamedTensor expected;
 *     if (!npy_read(arena, "tests/golden/gram.npy", &expected, &err)) ...
 *
 * The file is a header, {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), } in
 * Python's spelling, and then the numbers. The header is parsed, never evaluated: an
 * array of Python objects, which NumPy would unpickle, is refused. Versions 1, 2 and 3;
 * numbers <f4 <f8 <f2 |u1 <u2 <i4 <i8; both memory orders; up to four dimensions, none of
 * them empty; the data must fill the file exactly. Integers are read, and marked as no
 * weights (tensor/named.h). */
#ifndef IO_NPY_H
#define IO_NPY_H

#include "io/file.h"
#include "io/number.h"
#include "tensor/named.h"

/* Reads the array of a file. It gets the file's name without folder and ".npy". */
bool npy_read(Arena *arena, const char *path, NamedTensor *out, Error *err);

/* The same, and the kind of the file's numbers. */
bool npy_read_kind(Arena *arena, const char *path, NamedTensor *out, NumberKind *kind,
                   Error *err);

/* Writes t with its last `rank` dimensions (0 to 4; the others must be 1) as numbers of
 * type `real`: <f4, or <f8 in the double build, so that nothing is rounded. */
bool npy_write(const char *path, Tensor t, int rank, Error *err);

/* The same from and to memory, `rank` as in npy_write. `where` is what errors call the
 * bytes; the name of the array is not changed. The written bytes live in the arena. */
bool npy_read_bytes(Arena *arena, FileBytes file, const char *where, NamedTensor *out,
                    Error *err);
FileBytes npy_write_bytes(Arena *arena, Tensor t, int rank);

#endif
