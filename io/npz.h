/* Several named arrays in one file, as numpy.savez writes them: a zip archive of .npy
 * files.
 *
 *     NamedTensors golden;
 *     if (!npz_read(arena, "tests/golden/conv.npz", &golden, &err)) ...
 *     const NamedTensor *x = named_find(&golden, "x");
 *
 * What io/zip.h and io/npy.h refuse is refused here with the path and the array's name.
 */
#ifndef IO_NPZ_H
#define IO_NPZ_H

#include "io/file.h"
#include "tensor/named.h"

/* Reads all arrays, in the order of the archive. Files of up to 2 GiB, packed or not. */
bool npz_read(Arena *arena, const char *path, NamedTensors *out, Error *err);

/* The same from memory; `where` is what errors call the bytes. */
bool npz_read_bytes(Arena *arena, FileBytes file, const char *where, NamedTensors *out,
                    Error *err);

/* The same, with `where`, for a file that may hold more than is needed: an array that
 * cannot be read, of texts, bools, Python objects or five dimensions, is listed with its
 * problem (tensor/named.h). */
bool npz_list_bytes(Arena *arena, FileBytes file, const char *where, NamedTensors *out,
                    Error *err);

/* Writes deflated arrays of type `real`; the names must differ. numpy.load reads it. */
bool npz_write(const char *path, const NamedTensors *list, Error *err);

#endif
