/* Photographs for training, in batches of small squares.
 *
 *     const char *paths[] = {"photographs.tar", "cat.jpg"};
 *     Photos *photos = photos_open(arena, paths, 2, &err);
 *     Tensor batch = tensor_alloc(arena, (Shape){24, 3, 64, 64});
 *     photos_batch(photos, PHOTOS_TRAIN, &rng, batch, &err);
 *
 * Memory holds the bytes of the files; images are decoded when a batch is drawn, on all
 * threads. One photograph in PHOTOS_HELD is not used for training: it measures the error
 * on images that the network has not seen. */
#ifndef TRAIN_PHOTOS_H
#define TRAIN_PHOTOS_H

#include "tensor/error.h"
#include "tensor/rng.h"
#include "tensor/tensor.h"

#define PHOTOS_HELD 50

typedef enum PhotosPart { PHOTOS_TRAIN, PHOTOS_TEST } PhotosPart;

typedef struct Photos Photos;

/* Opens archives, folders and single images: see photo_files.h. Fails when a file cannot
 * be read, or when there are fewer than PHOTOS_HELD photographs. */
Photos *photos_open(Arena *arena, const char *const *paths, int count, Error *err);

int photos_count(const Photos *photos);

/* Fills the batch (n, 3, side, side) with RGB in [0, 1]: n photographs drawn at random
 * from a part, each a random square of its middle size: an image is first reduced to
 * between side and twice the side, or enlarged to the side, and is mirrored half of the
 * time. The same rng gives the same batch on any number of threads. */
bool photos_batch(const Photos *photos, PhotosPart part, Rng *rng, Tensor batch,
                  Error *err);

#endif
