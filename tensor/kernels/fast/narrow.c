#include "tensor/kernels/fast/narrow.h"

#include "tensor/kernels/fast/narrow_lines.h"

bool narrow_suits(const ConvDims *d) {
    return d->c <= NARROW_CHANNELS && d->kh <= NARROW_WINDOW && d->kw <= NARROW_WINDOW &&
           d->stride <= 2;
}

size_t narrow_workspace(const ConvDims *d) {
    const size_t forward = narrow_forward_workspace(d);
    const size_t backward = narrow_backward_workspace(d);
    return forward > backward ? forward : backward;
}
