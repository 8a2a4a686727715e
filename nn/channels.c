#include "nn/channels.h"

#include "tensor/check.h"

void channels_shape(Node *y) {
    const Shape x = y->in[0]->shape;
    for (int i = 1; i < y->inputs; i++) {
        const Shape s = y->in[i]->shape;
        CHECK((s.n == 1 || s.n == x.n) && s.c == x.c && s.h == 1 && s.w == 1,
              "%s: a %s of %s for %s; it is (1,%d,1,1) or (%d,%d,1,1)", y->op->name,
              i == 1 ? "scale" : "shift", SHAPE(s), SHAPE(x), x.c, x.n, x.c);
    }
    y->shape = x;
}

Channels channels_of(const Node *y) {
    const Shape s = y->shape;
    return (Channels){(size_t)s.n, (size_t)s.c, (size_t)s.h * (size_t)s.w};
}

size_t channels_at(const Node *y, int i, size_t n, size_t c) {
    const Shape s = y->in[i]->shape;
    return (s.n == 1 ? 0 : n * (size_t)s.c) + c;
}
