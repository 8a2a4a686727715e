#include "assets/art.h"

#include <math.h>
#include <stdio.h>

#include "io/image.h"
#include "tensor/rng.h"

enum { PERIOD = 256 };
static double lattice[PERIOD][PERIOD];

void art_init(unsigned seed) {
    Rng rng = rng_seed(seed);
    for (int y = 0; y < PERIOD; y++)
        for (int x = 0; x < PERIOD; x++)
            lattice[y][x] = rng_uniform(&rng);
}

ArtNoise art_noise(double x, double y) {
    double fx = floor(x), fy = floor(y), u = x - fx, v = y - fy;
    int i = (int)((long)fx & (PERIOD - 1)), j = (int)((long)fy & (PERIOD - 1));
    int i1 = (i + 1) & (PERIOD - 1), j1 = (j + 1) & (PERIOD - 1);
    double a = lattice[j][i], b = lattice[j][i1], c = lattice[j1][i], d = lattice[j1][i1];
    double su = u * u * u * (u * (u * 6 - 15) + 10), du = 30 * u * u * (u - 1) * (u - 1);
    double sv = v * v * v * (v * (v * 6 - 15) + 10), dv = 30 * v * v * (v - 1) * (v - 1);
    double twist = a - b - c + d;
    return (ArtNoise){.value = a + (b - a) * su + (c - a) * sv + twist * su * sv,
                      .dx = du * (b - a + twist * sv),
                      .dy = dv * (c - a + twist * su)};
}

double art_fbm(double x, double y, int octaves) {
    double sum = 0, weight = 0.5;
    for (int k = 0; k < octaves; k++, weight /= 2) {
        sum += weight * art_noise(x, y).value;
        double turned = 1.6 * x - 1.2 * y;
        y = 1.2 * x + 1.6 * y + 17.3;
        x = turned + 5.7;
    }
    return sum;
}

double art_step(double a, double b, double x) {
    double t = fmin(fmax((x - a) / (b - a), 0), 1);
    return t * t * (3 - 2 * t);
}

double art_fade(double x) {
    return 1 / (1 + x * (1 + x * (0.5 + x / 6)));
}

double art_power(double x, int doublings) {
    for (int i = 0; i < doublings; i++)
        x *= x;
    return x;
}

Vec art_add(Vec a, Vec b) {
    return (Vec){a.x + b.x, a.y + b.y, a.z + b.z};
}

Vec art_scale(Vec a, double s) {
    return (Vec){a.x * s, a.y * s, a.z * s};
}

double art_dot(Vec a, Vec b) {
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

Vec art_unit(Vec a) {
    return art_scale(a, 1 / sqrt(art_dot(a, a)));
}

Vec art_mix(Vec a, Vec b, double t) {
    return art_add(art_scale(a, 1 - t), art_scale(b, t));
}

int art_write(const char *path, const Vec *colours, int width, int height) {
    Arena *arena = arena_new();
    Tensor image = tensor_alloc(arena, (Shape){1, 3, height, width});
    size_t plane = (size_t)width * (size_t)height;
    for (size_t i = 0; i < plane; i++) {
        image.data[i] = (real)colours[i].x;
        image.data[plane + i] = (real)colours[i].y;
        image.data[2 * plane + i] = (real)colours[i].z;
    }
    Error err;
    bool ok = image_write(path, image, &err);
    if (!ok) fprintf(stderr, "%s\n", err.text);
    arena_free(arena);
    return ok ? 0 : 1;
}
