/* Paints assets/mosaic.png: white and coloured rectangles between black lines, our second
 * style image.
 *
 *     build/float/assets/make_mosaic assets/mosaic.png
 *
 * The canvas is cut in two, and the parts again, across their longer side, until they are
 * small. Every cut becomes a black line. Paint is laid on in strokes along the longer
 * side of each field, a little uneven, a little thicker at the edges, and cracks with
 * age. The canvas is three times as large as the image, which smooths the edges. */
#include <math.h>
#include <stdio.h>

#include "assets/art.h"
#include "tensor/rng.h"

enum { WIDTH = 512, HEIGHT = 384, FINE = 3, MAX = 256 };

/* In pixels. Lines belong half to each side: the field is the region inside all four. */
typedef struct Field {
    double left, top, right, bottom;
    double line[4]; /* half the width of the lines at the left, top, right and bottom */
    Vec colour;
    double seed; /* which strokes */
} Field;

static Field fields[MAX];
static int count;

static const Vec ivory = {0.93, 0.91, 0.84}, pearl = {0.83, 0.85, 0.86},
                 red = {0.80, 0.11, 0.08}, blue = {0.07, 0.17, 0.52},
                 yellow = {0.95, 0.76, 0.09}, ink = {0.055, 0.05, 0.06};

/* As from a pack of cards, so that no colour is missing. */
static Vec next_colour(void) {
    static const Vec *const pack[] = {&ivory, &red,  &ivory, &yellow, &blue,   &ivory,
                                      &pearl, &blue, &red,   &ivory,  &yellow, &ivory,
                                      &red,   &ink,  &pearl, &yellow, &ivory,  &blue};
    static int next;
    return *pack[next++ % (int)(sizeof pack / sizeof *pack)];
}

static void cut(Field f, int depth, Rng *rng) {
    const double w = f.right - f.left, h = f.bottom - f.top, longer = fmax(w, h);
    const double small = 44 + 70 * rng_uniform(rng);
    if (depth > 1 && (longer < small || count + 1 == MAX)) {
        f.colour = next_colour();
        f.seed = 200 * rng_uniform(rng);
        fields[count++] = f;
        return;
    }
    const double at = 0.28 + 0.44 * rng_uniform(rng);
    const double thick = (depth < 3 ? 4.2 : 2.4) + 1.6 * rng_uniform(rng);
    Field a = f, b = f;
    if (w > h) {
        a.right = b.left = f.left + at * w;
        a.line[2] = b.line[0] = thick;
    } else {
        a.bottom = b.top = f.top + at * h;
        a.line[3] = b.line[1] = thick;
    }
    cut(a, depth + 1, rng);
    cut(b, depth + 1, rng);
}

/* A hand, not a ruler, drew the lines. */
static double tremble(double along, double seed) {
    return 1.1 * (art_noise(along / 23, seed).value - 0.5) +
           0.6 * (art_noise(along / 5, seed).value - 0.5);
}

/* The distance of a position from the lines around it, in pixels; below 0 on a line. */
static double inside(const Field *f, double x, double y) {
    const double left = x - f->left - f->line[0] - tremble(y, f->left);
    const double top = y - f->top - f->line[1] - tremble(x, f->top);
    const double right = f->right - x - f->line[2] + tremble(y, f->right);
    const double bottom = f->bottom - y - f->line[3] + tremble(x, f->bottom);
    return fmin(fmin(left, right), fmin(top, bottom));
}

/* Light and dark of the strokes, which run along u. */
static double strokes(double u, double v, double seed) {
    return art_fbm(u / 46 + seed, v / 2.4 + seed, 3) - 0.5;
}

static Vec paint(const Field *f, double x, double y) {
    const double depth = inside(f, x, y);
    const int wide = f->right - f->left > f->bottom - f->top;
    const double bristle = wide ? strokes(x, y, f->seed) : strokes(y, x, f->seed);
    if (depth < 0) return art_scale(ink, 1 + 0.9 * art_noise(x / 3, y / 3).value);
    const double cloud = art_fbm(x / 60 + f->seed, y / 60, 3) - 0.5;
    const double rim = 1 - art_step(0, 3.5, depth);
    Vec c = art_scale(f->colour, 1 + 0.30 * bristle + 0.16 * cloud - 0.10 * rim);
    const double crack = fabs(art_fbm(x / 17 + 31, y / 17, 2) - 0.37);
    return crack < 0.006 ? art_scale(c, 0.86) : c;
}

static Vec colour_at(double x, double y) {
    for (int i = 0; i < count; i++) {
        const Field *f = &fields[i];
        if (x >= f->left && x < f->right && y >= f->top && y < f->bottom)
            return paint(f, x, y);
    }
    return ink;
}

static Vec pixel(int x, int y) {
    Vec sum = {0, 0, 0};
    for (int j = 0; j < FINE; j++)
        for (int i = 0; i < FINE; i++)
            sum = art_add(sum, colour_at(x + (i + 0.5) / FINE, y + (j + 0.5) / FINE));
    return art_scale(sum, 1.0 / (FINE * FINE));
}

int main(int argc, char **argv) {
    if (argc != 2) return fprintf(stderr, "usage: %s picture.png\n", argv[0]), 2;
    static Vec image[WIDTH * HEIGHT];
    art_init(5);
    Rng rng = rng_seed(19);
    cut((Field){.right = WIDTH, .bottom = HEIGHT}, 0, &rng);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            image[y * WIDTH + x] = pixel(x, y);
    return art_write(argv[1], image, WIDTH, HEIGHT);
}
