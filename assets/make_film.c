/* Films the scene of scene.h with a moving camera: numbered frames in a folder, and the
 * true flow of each frame to the one before it.
 *
 *     build/float/assets/make_film FOLDER [FRAMES [WIDTH [HEIGHT]]]
 *
 * writes FOLDER/frame-0001.png, frame-0002.png, ... and from the second on
 * FOLDER/flow-0002.flo. In the flow the lake is unknown, 1e10: its mirror images move in
 * their own way. The camera goes to the right and forwards and turns towards the tower;
 * 25 frames are a second. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "assets/scene.h"
#include "io/file.h"
#include "io/flo.h"
#include "io/image.h"

enum { FRAMES = 24, WIDTH = 320, HEIGHT = 180, SAMPLES = 2 };
static const real unknown = (real)1e10;

/* Where it stands in frame 0, 1, ... */
static Camera camera_of(int frame, int width, int height) {
    const double second = frame / 25.0, half = 0.012 * second;
    const double c = (1 - half * half) / (1 + half * half);
    return (Camera){.at = {1.6 * second, 6, 2.4 * second},
                    .turn = {c, 0, 2 * half / (1 + half * half)},
                    .width = width,
                    .height = height,
                    .samples = SAMPLES};
}

static bool write_frame(const char *folder, int frame, const Camera *camera, Error *err) {
    Arena *arena = arena_new();
    const Shape shape = {1, 3, camera->height, camera->width};
    const size_t plane = (size_t)shape.h * (size_t)shape.w;
    const Tensor image = tensor_alloc(arena, shape);
    char path[PATH_MAX];
#pragma omp parallel for schedule(dynamic)
    for (int y = 0; y < shape.h; y++)
        for (int x = 0; x < shape.w; x++) {
            const Vec colour = scene_pixel(camera, x, y);
            real *at = image.data + (size_t)y * (size_t)shape.w + (size_t)x;
            at[0] = (real)colour.x;
            at[plane] = (real)colour.y;
            at[2 * plane] = (real)colour.z;
        }
    snprintf(path, sizeof path, "%s/frame-%04d.png", folder, frame + 1);
    const bool good = image_write(path, image, err);
    arena_free(arena);
    return good;
}

static bool write_flow(const char *folder, int frame, const Camera *camera,
                       const Camera *before, Error *err) {
    Arena *arena = arena_new();
    const Shape shape = {1, 2, camera->height, camera->width};
    const Tensor flow = tensor_alloc(arena, shape);
    char path[PATH_MAX];
#pragma omp parallel for schedule(dynamic)
    for (int y = 0; y < shape.h; y++)
        for (int x = 0; x < shape.w; x++) {
            double u, v;
            const bool known = scene_moves(camera, x, y, before, &u, &v);
            *tensor_at(flow, 0, 0, y, x) = known ? (real)u : unknown;
            *tensor_at(flow, 0, 1, y, x) = known ? (real)v : unknown;
        }
    snprintf(path, sizeof path, "%s/flow-%04d.flo", folder, frame + 1);
    const bool good = flo_write(path, flow, err);
    arena_free(arena);
    return good;
}

static int number(int argc, char **argv, int index, int usual) {
    return index < argc ? atoi(argv[index]) : usual;
}

int main(int argc, char **argv) {
    const int frames = number(argc, argv, 2, FRAMES);
    const int width = number(argc, argv, 3, WIDTH),
              height = number(argc, argv, 4, HEIGHT);
    Error err;
    if (argc < 2 || argc > 5 || frames < 1 || width < 16 || width > 4096 || height < 16 ||
        height > 4096)
        return fprintf(stderr, "usage: %s FOLDER [FRAMES [WIDTH [HEIGHT]]]\n", argv[0]),
               2;
    bool good = file_make_folder(argv[1], &err);
    scene_init();
    for (int k = 0; good && k < frames; k++) {
        const Camera now = camera_of(k, width, height);
        const Camera before = camera_of(k - 1, width, height);
        good = write_frame(argv[1], k, &now, &err) &&
               (k == 0 || write_flow(argv[1], k, &now, &before, &err));
    }
    if (!good) fprintf(stderr, "%s\n", err.text);
    return good ? 0 : 1;
}
