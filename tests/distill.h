/* A small distillation: photographs in a file, a teacher with random weights. */
#ifndef TESTS_DISTILL_H
#define TESTS_DISTILL_H

#include <stdlib.h>
#include <unistd.h>

#include "io/image.h"
#include "tests/networks.h"
#include "train/distill.h"

#define SIDE 16
#define PHOTOGRAPHS 100

static char file[] = "/tmp/stylegrad-distill-XXXXXX.png";

/* An image 40 wide and 24 high whose red rises along x and whose green rises along y:
 * values tell where a square was taken from. */
static inline int write_photograph(void **state) {
    (void)state;
    Arena *scratch = arena_new();
    Error problem;
    Tensor image = tensor_alloc(scratch, (Shape){1, 3, 24, 40});
    Rng rng = rng_seed(1);
    for (int i = 0; i < 24; i++)
        for (int j = 0; j < 40; j++) {
            *tensor_at(image, 0, 0, i, j) = (real)(j * 5) / 255;
            *tensor_at(image, 0, 1, i, j) = (real)(i * 5) / 255;
            *tensor_at(image, 0, 2, i, j) = (real)rng_uniform(&rng);
        }
    int handle = mkstemps(file, 4);
    if (handle < 0) return -1;
    close(handle);
    bool good = image_write(file, image, &problem);
    arena_free(scratch);
    return good ? 0 : -1;
}

static inline int remove_photograph(void **state) {
    (void)state;
    return unlink(file);
}

static inline Photos *photographs(void) {
    const char *paths[PHOTOGRAPHS];
    for (int i = 0; i < PHOTOGRAPHS; i++)
        paths[i] = file;
    Photos *photos = photos_open(arena, paths, PHOTOGRAPHS, &err);
    assert_non_null(photos);
    return photos;
}

static inline Distill *small_distill_painting(Network **student, int painted) {
    const DistillSettings settings = {
        .painted = painted,
        .batch = 2,
        .side = SIDE,
        .seed = 4,
        .layers = 3,
        .layer = {{"relu1_1", "relu1_1"}, {"relu2_1", "relu2_1"}, {"relu3_3", "relu3_1"}},
    };
    Network *teacher = new ("vgg19_small16x");
    network_random(teacher, 5);
    *student = new ("paintnet");
    Distill *d = distill_new(arena, &teacher, 1, *student, photographs(), settings, &err);
    assert_non_null(d);
    assert_true(distill_batch(d, PHOTOS_TRAIN, &err));
    return d;
}

#endif
