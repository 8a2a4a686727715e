#include "tensor/kernels/fast/narrow.h"

#include "tensor/kernels/fast/narrow_lines.h"

/* With more the sums of a few rows are larger than the second-level cache. */
#define STRIDED_CHANNELS 64

bool narrow_suits(const ConvDims *d) {
    return d->c <= NARROW_CHANNELS && d->kh <= NARROW_WINDOW && d->kw <= NARROW_WINDOW &&
           d->stride <= 2;
}

static bool strided(const ConvDims *d) {
    return d->stride == 2 && d->c <= STRIDED_CHANNELS && d->kh > 1 && d->kw > 1 &&
           d->kh <= NARROW_WINDOW && d->kw <= NARROW_WINDOW;
}

bool narrow_suits_forward(const ConvDims *d) {
    return narrow_suits(d) || (strided(d) && d->c * d->kh * d->kw <= NARROW_TERMS);
}

bool narrow_suits_backward(const ConvDims *d) {
    return narrow_suits(d) || strided(d);
}

size_t narrow_workspace(const ConvDims *d) {
    const size_t forward = narrow_forward_workspace(d);
    const size_t backward = narrow_backward_workspace(d);
    return forward > backward ? forward : backward;
}
