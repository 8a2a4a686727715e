/* The size that an image gets before it is painted, and whether it is one. */
#include <limits.h>
#include <stdint.h>
#include <stdio.h>

#include "transfer/input.h"

bool input_large_enough(Shape s) {
    return s.h >= MIN_IMAGE_SIDE && s.w >= MIN_IMAGE_SIDE;
}

/* The side that is to have the given size. */
static int side_of(Shape s, SizeOf of) {
    switch (of) {
    case SIDE_LONGER:
        return s.h > s.w ? s.h : s.w;
    case SIDE_SHORTER:
        return s.h < s.w ? s.h : s.w;
    case SIDE_HEIGHT:
        return s.h;
    case SIDE_WIDTH:
        break;
    }
    return s.w;
}

/* A side of `length` pixels when that of `of` pixels gets `size`, rounded. */
static int scaled(int length, int size, int of) {
    const int64_t side = (2 * (int64_t)length * size + of) / (2 * (int64_t)of);
    return side < 1 ? 1 : side > INT_MAX ? INT_MAX : (int)side;
}

Shape input_fit(Shape from, int size, SizeOf of) {
    const int side = side_of(from, of);
    if (size == 0) return from;
    return (Shape){from.n, from.c, scaled(from.h, size, side),
                   scaled(from.w, size, side)};
}

/* Refuses what input_fit made too small, with the size that would do. */
static bool refuse_small(Shape from, Shape fit, SizeOf of, const char *path, Error *err) {
    int size = MIN_IMAGE_SIDE;
    while (size <= MAX_IMAGE_SIDE && !input_large_enough(input_fit(from, size, of)))
        size++;
    char advice[64] = "crop it, for it is too narrow";
    if (size <= MAX_IMAGE_SIDE)
        snprintf(advice, sizeof advice, "use --size %d (a style, --style-size) or more",
                 size);
    return error_set(err,
                     "%s: is %d x %d pixels after scaling; each side needs at least "
                     "%d; %s",
                     path, fit.w, fit.h, MIN_IMAGE_SIDE, advice);
}

bool input_fit_check(Shape from, int size, SizeOf of, const char *path, Shape *fit,
                     Error *err) {
    *fit = input_fit(from, size, of);
    if (fit->h > MAX_IMAGE_SIDE || fit->w > MAX_IMAGE_SIDE)
        return error_set(err, "%s: would be %d x %d pixels; choose a smaller --size",
                         path, fit->w, fit->h);
    return size == 0 || input_large_enough(*fit) ||
           refuse_small(from, *fit, of, path, err);
}
