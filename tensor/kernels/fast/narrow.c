#include "tensor/kernels/fast/narrow.h"

#include "tensor/kernels/fast/narrow_lines.h"

bool narrow_suits(const ConvDims *d) {
    return d->c <= NARROW_CHANNELS && d->kh <= NARROW_WINDOW && d->kw <= NARROW_WINDOW &&
           d->stride <= 2;
}

size_t narrow_scratch(const ConvDims *d) {
    const size_t forward = narrow_forward_scratch(d);
    const size_t backward = narrow_backward_scratch(d);
    return forward > backward ? forward : backward;
}
