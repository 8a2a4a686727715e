/* A list of tensors with names: what a weight file holds and what a network asks for.
 *
 * Files (io/) fill such a list, networks (nn/) look names up in it, and neither knows the
 * other. A name is looked up by its exact spelling. */
#ifndef TENSOR_NAMED_H
#define TENSOR_NAMED_H

#include "tensor/tensor.h"

typedef struct NamedTensor {
    const char *name; /* lives as long as the tensor */
    int rank;         /* number of dimensions in the file, 0 to 4 */
    Tensor tensor;    /* shape with leading ones, as everywhere */
} NamedTensor;

typedef struct NamedTensors {
    size_t count;
    NamedTensor *items;
} NamedTensors;

/* The tensor of that name, or NULL. */
const NamedTensor *named_find(const NamedTensors *list, const char *name);

#endif
