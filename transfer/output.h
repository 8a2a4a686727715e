/* Writes the result: an image file, or a .npy file without any rounding. */
#ifndef TRANSFER_OUTPUT_H
#define TRANSFER_OUTPUT_H

#include "tensor/error.h"
#include "tensor/tensor.h"

/* Writes (1,3,h,w), RGB in [0, 1]. A name that ends in .npy gets the numbers as they are,
 * not clamped, of type `real`: what input_image reads back bit for bit. All others go
 * to image_write. */
bool output_image(const char *path, Tensor image, Error *err);

/* Whether output_image could write this path; see image_write_check. */
bool output_check(const char *path, Error *err);

#endif
