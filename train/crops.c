#include "train/crops.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "io/image.h"
#include "io/image_decode.h"
#include "tensor/threads.h"

/* A photograph with 8 bits a value, planes one after the other. */
typedef struct Kept {
    int h, w;
    uint8_t *value;
} Kept;

struct Crops {
    int count;
    Kept *photo;
};

static int shorter_of(int h, int w) {
    return h < w ? h : w;
}

static Tensor reduced(Arena *arena, Tensor image) {
    const int h = image.shape.h, w = image.shape.w, shorter = shorter_of(h, w);
    if (shorter <= CROPS_SIDE) return image;
    const double scale = (double)CROPS_SIDE / shorter;
    return image_resize(arena, image, (int)(h * scale + 0.5), (int)(w * scale + 0.5));
}

static bool decode(Arena *scratch, const PhotoFile *file, Tensor *image, Error *err) {
    if (!image_read_bytes(scratch, file->name, &file->bytes, image, err)) return false;
    if (shorter_of(image->shape.h, image->shape.w) < CROPS_LEAST)
        return error_set(err,
                         "%s: %d x %d pixels are too few to learn from; give photographs "
                         "of at least %d x %d",
                         file->name, image->shape.w, image->shape.h, CROPS_LEAST,
                         CROPS_LEAST);
    *image = reduced(scratch, *image);
    return true;
}

static void keep(Tensor image, Kept *kept) {
    for (size_t i = 0; i < shape_size(image.shape); i++)
        kept->value[i] = (uint8_t)(255 * image.data[i] + (real)0.5);
}

/* Threads take turns at the arena. */
static bool keep_file(Arena *arena, const PhotoFile *file, Kept *kept, Error *err) {
    Tensor image;
    Arena *scratch = arena_new();
    const bool good = decode(scratch, file, &image, err);
    if (good) {
        *kept = (Kept){.h = image.shape.h, .w = image.shape.w};
#pragma omp critical
        kept->value = ARENA_NEW(arena, uint8_t, shape_size(image.shape));
        keep(image, kept);
    }
    arena_free(scratch);
    return good;
}

/* The first file that fails is the one that is reported, on any number of threads. */
static bool keep_all(Arena *arena, const PhotoFiles *files, Crops *crops, Error *err) {
    int failed = crops->count;
#pragma omp parallel for schedule(dynamic) num_threads(threads_count())
    for (int i = 0; i < crops->count; i++) {
        Error problem;
        const int file = (int)((int64_t)i * files->count / crops->count);
        if (keep_file(arena, &files->file[file], &crops->photo[i], &problem)) continue;
#pragma omp critical
        if (i < failed) {
            failed = i;
            *err = problem;
        }
    }
    return failed == crops->count;
}

Crops *crops_new(Arena *arena, const PhotoFiles *files, Error *err) {
    Crops *crops = ARENA_NEW(arena, Crops, 1);
    crops->count = files->count < CROPS_MOST ? files->count : CROPS_MOST;
    if (crops->count == 0) {
        error_set(err, "there is no photograph to learn from; name some .jpg or .png "
                       "files, a folder or a .tar of them");
        return NULL;
    }
    crops->photo = ARENA_NEW(arena, Kept, (size_t)crops->count);
    return keep_all(arena, files, crops, err) ? crops : NULL;
}

int crops_count(const Crops *crops) {
    return crops->count;
}

int crops_enlarged(const Crops *crops, int side) {
    int count = 0;
    for (int i = 0; i < crops->count; i++)
        count += shorter_of(crops->photo[i].h, crops->photo[i].w) < side;
    return count;
}

/* Part of a photograph as a tensor of RGB in [0, 1]. */
static Tensor part(Arena *arena, const Kept *photo, int top, int left, int h, int w) {
    Tensor out = tensor_alloc(arena, (Shape){1, 3, h, w});
    real *to = out.data;
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < h; i++) {
            const uint8_t *from =
                photo->value + ((ptrdiff_t)c * photo->h + top + i) * photo->w + left;
            for (int j = 0; j < w; j++)
                *to++ = (real)from[j] / 255;
        }
    return out;
}

Tensor crops_photo(const Crops *crops, Arena *arena, int i) {
    const Kept *photo = &crops->photo[i];
    return part(arena, photo, 0, 0, photo->h, photo->w);
}

/* One square of a photograph, before it is resized. */
typedef struct Cut {
    int photo, side, top, left;
    bool mirrored;
} Cut;

/* side = least (most / least)^u, so that all scales are alike. */
static Cut choose(const Crops *crops, Rng *rng, int least) {
    Cut s = {.photo = (int)rng_below(rng, (uint32_t)crops->count)};
    const Kept *photo = &crops->photo[s.photo];
    const int most = shorter_of(photo->h, photo->w);
    const double scale = rng_uniform(rng);
    s.side = most <= least ? most : (int)(least * pow((double)most / least, scale) + 0.5);
    s.top = (int)rng_below(rng, (uint32_t)(photo->h - s.side + 1));
    s.left = (int)rng_below(rng, (uint32_t)(photo->w - s.side + 1));
    s.mirrored = rng_below(rng, 2) == 1;
    return s;
}

static void mirror(int rows, int w, real *x) {
    for (int i = 0; i < rows; i++, x += w)
        for (int j = 0; j < w / 2; j++) {
            const real left = x[j];
            x[j] = x[w - 1 - j];
            x[w - 1 - j] = left;
        }
}

static void cut(const Crops *crops, const Cut *s, int side, real *out) {
    Arena *arena = arena_new();
    Tensor image =
        part(arena, &crops->photo[s->photo], s->top, s->left, s->side, s->side);
    if (s->side != side) image = image_resize(arena, image, side, side);
    if (s->mirrored) mirror(3 * side, side, image.data);
    memcpy(out, image.data, shape_size(image.shape) * sizeof *out);
    arena_free(arena);
}

void crops_draw(const Crops *crops, Rng *rng, Tensor batch) {
    const int n = batch.shape.n, side = batch.shape.w;
    const size_t size = 3 * (size_t)side * (size_t)side;
    Arena *arena = arena_new();
    Cut *square = ARENA_NEW(arena, Cut, (size_t)n);
    for (int i = 0; i < n; i++)
        square[i] = choose(crops, rng, side);
#pragma omp parallel for schedule(dynamic) num_threads(threads_count())
    for (int i = 0; i < n; i++)
        cut(crops, &square[i], side, batch.data + (size_t)i * size);
    arena_free(arena);
}
