#include "io/image.h"
#include "tensor/largest.h"

Tensor image_heat(Arena *arena, Tensor t, int channel) {
    const Shape s = {1, 3, t.shape.h, t.shape.w};
    const size_t size = (size_t)s.h * (size_t)s.w;
    const real *x = tensor_at(t, 0, channel, 0, 0);
    Tensor heat = tensor_alloc(arena, s);
    const double most = largest_difference(size, x, NULL);
    for (size_t i = 0; i < size; i++) {
        const real v = (real)(most > 0 ? (double)x[i] / most : 0);
        heat.data[i] = v < 0 ? 1 + v : 1;
        heat.data[size + i] = v < 0 ? 1 + v : 1 - v;
        heat.data[2 * size + i] = v < 0 ? 1 : 1 - v;
    }
    return heat;
}
