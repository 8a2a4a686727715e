/* What a stylizer holds: for the files that implement stylize.h. */
#ifndef TRANSFER_STYLIZE_STRUCT_H
#define TRANSFER_STYLIZE_STRUCT_H

#include "autograd/tape.h"
#include "nn/network.h"
#include "tensor/arena.h"

struct Stylizer {
    Arena *arena;
    Network *style;
    Tape *tape;        /* of the latest size and layer; or NULL */
    Arena *own;        /* of the tape's photograph */
    Tensor photo;      /* what the tape reads */
    Node *out;         /* what it computes: */
    const char *layer; /* a layer of the folded network; NULL: the style's picture */
};

/* Frees the tape. */
void stylizer_drop(struct Stylizer *stylizer);

#endif
