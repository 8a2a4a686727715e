/* What the tests of paint from outside share: images and masks in a folder, and whether a
 * run is refused or done. */
#ifndef TESTS_APP_PAINT_H
#define TESTS_APP_PAINT_H

#include "tests/app.h"

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    put_image("a.png", 24, 32);
    put_image("b.png", 20, 24);
    put_image("c.png", 28, 24);
    put_image("large.png", 96, 128);
    return 0;
}

/* A grey image, white in the columns from `from` to `to`. */
static inline const char *put_mask(const char *name, int h, int w, int from, int to) {
    Arena *arena = arena_new();
    Error err;
    Tensor x = tensor_alloc(arena, (Shape){1, 1, h, w});
    for (int i = 0; i < h * w; i++)
        x.data[i] = i % w >= from && i % w < to;
    assert_true(image_write(in_folder(name), x, &err));
    arena_free(arena);
    return in_folder(name);
}

static inline Tensor image(Arena *arena, const char *name) {
    Error err;
    Tensor x;
    if (!image_read(arena, in_folder(name), &x, &err)) fail_msg("%s", err.text);
    return x;
}

static inline void done(Outcome o) {
    if (o.status != 0) {
        print_error("status %d: %s\n", o.status, o.err);
        fail();
    }
}

#endif
