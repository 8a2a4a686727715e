#include "train/photos.h"

#include "io/image.h"
#include "io/image_decode.h"
#include "tensor/threads.h"
#include "train/photo_files.h"

struct Photos {
    PhotoFiles files;
};

Photos *photos_open(Arena *arena, const char *const *paths, int count, Error *err) {
    Photos *photos = ARENA_NEW(arena, Photos, 1);
    if (!photo_files_read(arena, paths, count, &photos->files, err)) return NULL;
    if (photos->files.count >= PHOTOS_HELD) return photos;
    error_set(err, "%d photographs are too few to learn from; give %d or more",
              photos->files.count, PHOTOS_HELD);
    return NULL;
}

int photos_count(const Photos *photos) {
    return photos->files.count;
}

/* One draw: everything that is random about one image of a batch. */
typedef struct Draw {
    int photo;
    bool mirrored;
    double size, top, left; /* in [0, 1) */
} Draw;

static Draw draw(const Photos *photos, PhotosPart part, Rng *rng) {
    const uint32_t held =
        (uint32_t)((photos->files.count + PHOTOS_HELD - 1) / PHOTOS_HELD);
    int photo = (int)rng_below(rng, held) * PHOTOS_HELD;
    if (part == PHOTOS_TRAIN) {
        photo = (int)rng_below(rng, (uint32_t)photos->files.count - held);
        photo += photo / (PHOTOS_HELD - 1) + 1; /* passes over 0, 50, 100, ... */
    }
    Draw d = {.photo = photo, .mirrored = rng_below(rng, 2) == 1};
    d.size = rng_uniform(rng), d.top = rng_uniform(rng), d.left = rng_uniform(rng);
    return d;
}

/* The whole photograph with its shorter side between `side` and 2 side. */
static Tensor resized(Arena *arena, Tensor image, int side, double size) {
    const int h = image.shape.h, w = image.shape.w, shorter = h < w ? h : w;
    int most = shorter < 2 * side ? shorter : 2 * side;
    if (most < side) most = side;
    const int target = side + (int)(size * (most - side + 1));
    if (target == shorter) return image;
    const double scale = (double)target / shorter;
    int new_h = (int)(h * scale + 0.5), new_w = (int)(w * scale + 0.5);
    return image_resize(arena, image, new_h < side ? side : new_h,
                        new_w < side ? side : new_w);
}

static void copy_square(Tensor image, const Draw *d, int side, real *out) {
    const int h = image.shape.h, w = image.shape.w;
    const int top = (int)(d->top * (h - side + 1)),
              left = (int)(d->left * (w - side + 1));
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < side; i++)
            for (int j = 0; j < side; j++) {
                int column = left + (d->mirrored ? side - 1 - j : j);
                *out++ = image.data[((ptrdiff_t)c * h + top + i) * w + column];
            }
}

static bool read_photo(const Photos *photos, const Draw *d, int side, real *out,
                       Error *err) {
    Arena *arena = arena_new();
    const PhotoFile *photo = &photos->files.file[d->photo];
    Tensor image;
    const bool good = image_read_bytes(arena, photo->name, &photo->bytes, &image, err);
    if (good) copy_square(resized(arena, image, side, d->size), d, side, out);
    arena_free(arena);
    return good;
}

bool photos_batch(const Photos *photos, PhotosPart part, Rng *rng, Tensor batch,
                  Error *err) {
    const int n = batch.shape.n, side = batch.shape.w;
    const size_t size = 3 * (size_t)side * (size_t)side;
    Arena *arena = arena_new();
    Draw *draws = ARENA_NEW(arena, Draw, (size_t)n);
    bool good = true;
    for (int i = 0; i < n; i++)
        draws[i] = draw(photos, part, rng);
#pragma omp parallel for schedule(dynamic) num_threads(threads_count())
    for (int i = 0; i < n; i++) {
        Error problem;
        if (read_photo(photos, &draws[i], side, batch.data + (size_t)i * size, &problem))
            continue;
#pragma omp critical
        {
            *err = problem;
            good = false;
        }
    }
    arena_free(arena);
    return good;
}
