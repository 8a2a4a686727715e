/* Optical flow in the file format of the Middlebury benchmark, .flo: the float 202021.25,
 * whose bytes read "PIEH", the width, the height, and then (u, v) of each pixel, row by
 * row; all numbers have 32 bits, the lowest byte first. A number above 1e9 means that the
 * flow of a pixel is unknown.
 *
 *     Tensor flow;
 *     if (!flo_read(arena, "flow10.flo", &flow, &err)) ...
 *
 * A flow is (1,2,h,w): channel 0 to the right, channel 1 down, in pixels. */
#ifndef IO_FLO_H
#define IO_FLO_H

#include "io/file.h"
#include "tensor/tensor.h"

/* Fails when the file is missing, no .flo, of a size beyond the limits of images, longer
 * or shorter than its size says, or when it holds NaN. */
bool flo_read(Arena *arena, const char *path, Tensor *flow, Error *err);

/* The same from memory. `where` is what errors call the bytes. */
bool flo_read_bytes(Arena *arena, FileBytes file, const char *where, Tensor *flow,
                    Error *err);

/* Writes a flow; see file_write. */
bool flo_write(const char *path, Tensor flow, Error *err);

#endif
