/* Weight files: eight bytes with the length of a header, a header in JSON, and raw data.
 *
 *     NamedTensors weights;
 *     if (!safetensors_read(arena, "vgg19.safetensors", &weights, &err)) ...
 *     const NamedTensor *w = named_find(&weights, "conv1_1.weight");
 *
 * The header maps each name to {"dtype": "F32", "shape": [64, 3, 3, 3],
 * "data_offsets": [0, 6912]}, counted from the end of the header, and may map
 * __metadata__ to an object of strings, which is checked and ignored.
 *
 * The reader checks every length and offset against the size of the file before it uses
 * it. It refuses: a header that is longer than the file or than 16 MiB, does not start
 * with '{', is not JSON, or names a key twice; more than 4096 tensors; shapes whose
 * bytes are not those between the offsets; offsets that leave a hole, overlap, or do not
 * end with the file.
 *
 * A tensor that cannot be a weight is listed with its problem (tensor/named.h), for the
 * file may hold more than a network needs: kinds other than F16, BF16, F32 and F64; more
 * than four dimensions or an empty one; NaN or infinity among the numbers, because one
 * such weight makes a network paint black images without an error. */
#ifndef IO_SAFETENSORS_H
#define IO_SAFETENSORS_H

#include "io/file.h"
#include "io/limits.h"
#include "tensor/named.h"

/* Lists all tensors, in the order of the header, rounded to `real`. Files of up to 2 GiB.
 */
bool safetensors_read(Arena *arena, const char *path, NamedTensors *out, Error *err);

/* The same from memory; `where` is what errors call the bytes. */
bool safetensors_read_bytes(Arena *arena, FileBytes file, const char *where,
                            NamedTensors *out, Error *err);

/* What the metadata of the file say under this key; *out is NULL when nothing. `where` is
 * what errors call the bytes. */
bool safetensors_metadata(Arena *arena, FileBytes file, const char *where,
                          const char *key, const char **out, Error *err);

/* Writes F32, or F16 for half the size and 3 digits. The names must differ; the header is
 * padded with spaces so that the numbers start at a multiple of 8 bytes. Refuses numbers
 * that are not finite, also after rounding (the largest F16 is 65504), because the
 * reader would refuse them. */
bool safetensors_write(const char *path, const NamedTensors *list, Error *err);
bool safetensors_write_half(const char *path, const NamedTensors *list, Error *err);

/* One line of the metadata of a file. */
typedef struct SafetensorsText {
    const char *key, *text; /* UTF-8 */
} SafetensorsText;

/* The same as F16, with `count` lines of metadata, which safetensors_metadata finds. */
bool safetensors_write_described(const char *path, const NamedTensors *list, int count,
                                 const SafetensorsText *texts, Error *err);

#endif
