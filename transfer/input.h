/* Reads an image: a photograph, which is scaled to the given size, or a tensor in a .npy
 * file, which is never resized.
 *
 * Its numbers are RGB in [0, 1]. uint8 is divided by 255, uint16 by 65535; other whole
 * numbers are refused. Floats are used without any change. They may be slightly outside
 * [0, 1], as in an optimised image. Two kinds of floats are refused:
 *
 *     a number below -8 or above 9           most likely 0 to 255
 *     more than half outside [-1/4, 5/4]     most likely prepared for a network */
#ifndef TRANSFER_INPUT_H
#define TRANSFER_INPUT_H

#include "tensor/error.h"
#include "tensor/tensor.h"
#include "transfer/recipe.h"

/* Whether the name ends in .npy. */
bool input_is_tensor(const char *path);

/* What the numbers of an image look like when it is not [0, 1], in a few words with what
 * to save instead: all of them within [-1, 1] or [0, 2], and more than a tenth of them
 * outside of [0, 1]. Else NULL. */
const char *input_other_range(Tensor image);

/* Reads RGB in [0, 1], (1,3,h,w). A photograph is scaled so that its longer side is
 * `longer_side` pixels (0: kept), and refused when a side has fewer than
 * MIN_IMAGE_SIDE. A .npy tensor, (3,h,w) or (1,3,h,w), is never resized. */
bool input_image(Arena *arena, const char *path, int longer_side, Tensor *out,
                 Error *err);

/* The same, with `size` pixels on the side that `of` names; a side that would have more
 * than MAX_IMAGE_SIDE is refused. */
bool input_image_of(Arena *arena, const char *path, int size, SizeOf of, Tensor *out,
                    Error *err);

/* The shape that input_image_of, with `size` and `of`, gives a photograph of shape
 * `from`, whatever its limits, and whether it is within the lower one. */
Shape input_fit(Shape from, int size, SizeOf of);
bool input_large_enough(Shape shape);

/* The same shape, for `size` pixels on the side that `of` names, in *fit; fails when it is
 * beyond the limits. `path` is what the message calls the image. */
bool input_fit_check(Shape from, int size, SizeOf of, const char *path, Shape *fit,
                     Error *err);

/* The shape of an image as it is in its file, and as input_image_of would give it with
 * `size` and `of`. */
bool input_shape(const char *path, Shape *out, Error *err);
bool input_shape_of(const char *path, int size, SizeOf of, Shape *out, Error *err);

/* Reads an image and scales it to exactly this size, whatever its proportions; a .npy
 * tensor must have it already. */
bool input_image_sized(Arena *arena, const char *path, Shape size, Tensor *out,
                       Error *err);

#endif
