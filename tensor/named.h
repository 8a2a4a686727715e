/* A list of tensors with names: what a weight file holds and what a network asks for.
 *
 * Files (io/) fill such a list, networks (nn/) look names up in it, and neither knows the
 * other. A name is looked up by its exact spelling.
 *
 * A file may hold more than a network needs, and what it needs not may be of any kind: a
 * mask of bools, a counter, a kernel of five dimensions. The reader of the file lists
 * such a tensor with its problem, and the function that needs the tensor refuses it with
 * this message. */
#ifndef TENSOR_NAMED_H
#define TENSOR_NAMED_H

#include "tensor/error.h"
#include "tensor/tensor.h"

/* One tensor, and whether it can be a weight. */
typedef struct NamedTensor {
    const char *name;    /* lives as long as the tensor */
    int rank;            /* number of dimensions in the file, 0 to 4 */
    Tensor tensor;       /* shape with leading ones, as everywhere; data is NULL when the
                            numbers were not read, which is a problem */
    const char *problem; /* the sentence that refuses it as a weight; NULL when it can be
                            one */
} NamedTensor;

/* The list. */
typedef struct NamedTensors {
    size_t count;       /* tensors */
    NamedTensor *items; /* `count` of them */
} NamedTensors;

/* The tensor of that name, or NULL. */
const NamedTensor *named_find(const NamedTensors *list, const char *name);

/* Whether the numbers of all of them were read; if not, *err is the first problem. For
 * readers of files that must be good as a whole. */
bool named_check(const NamedTensors *list, Error *err);

#endif
