/* Paints assets/painting.png: a night over a valley in oil, our style image.
 *
 *     build/float/assets/make_painting assets/painting.png
 *
 * A motif says which colour belongs where and which way the brush runs there: whirls
 * around the stars, waves in the sky, slopes on the hills. The brush then goes over the
 * canvas in five passes, from a broad brush to a fine one, thousands of strokes in all.
 * A stroke follows the flow from a random position; its bristles leave streaks, run dry
 * towards the end, and pile up paint, whose thickness is lit from the upper left. The
 * canvas is three times as large as the image, which smooths the edges. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "assets/art.h"
#include "tensor/rng.h"

enum { WIDTH = 512, HEIGHT = 384, FINE = 3, W = WIDTH * FINE, H = HEIGHT * FINE };

typedef struct Star {
    double x, y, radius; /* in image widths */
    double turn;         /* +1 or -1: which way the paint runs around it */
} Star;

static const Star stars[] = {
    {0.76, 0.15, 0.075, 1},  {0.36, 0.22, 0.060, -1}, {0.54, 0.33, 0.040, 1},
    {0.15, 0.12, 0.042, 1},  {0.57, 0.08, 0.026, -1}, {0.91, 0.36, 0.034, -1},
    {0.20, 0.36, 0.026, -1}, {0.95, 0.07, 0.022, 1},  {0.37, 0.06, 0.020, 1},
};
enum { STARS = sizeof stars / sizeof stars[0] };

static const Vec midnight = {0.05, 0.08, 0.24}, cobalt = {0.11, 0.25, 0.58},
                 azure = {0.32, 0.56, 0.78}, teal = {0.10, 0.38, 0.44},
                 cream = {0.98, 0.93, 0.74}, ochre = {0.90, 0.66, 0.18},
                 vermilion = {0.84, 0.27, 0.12}, umber = {0.13, 0.11, 0.12},
                 moss = {0.24, 0.36, 0.20};

static Vec canvas[W * H];      /* colour of the paint */
static float thickness[W * H]; /* of the paint, in canvas pixels */

static double hill(double x, int which) {
    double base[] = {0.515, 0.575, 0.655}, swing[] = {0.10, 0.09, 0.08};
    return base[which] - swing[which] * (art_fbm(x * 2.2 + 5.3 * which, which, 3) - 0.45);
}

/* 0 in the sky, 1, 2, 3 on the hills from far to near. */
static int ground(double x, double y) {
    int which = 0;
    while (which < 3 && y > hill(x, which))
        which++;
    return which;
}

/* A cypress: half its width at height y, 0 outside. */
static double cypress(double y, double foot, double top, double width) {
    double up = (foot - y) / (foot - top);
    if (up < 0 || up > 1) return 0;
    return width * sqrt(up + 0.08) * (1 - up) *
           (1.5 + 0.5 * art_noise(y * 40, foot).value);
}

static bool in_cypress(double x, double y) {
    double sway = 0.02 * (art_noise(y * 7, 2).value - 0.5);
    return fabs(x - 0.105 - sway) < cypress(y, 0.76, 0.23, 0.055) ||
           fabs(x - 0.175 - sway) < cypress(y, 0.76, 0.42, 0.035);
}

/* Direction of the brush. Each star adds a whirl that fades with distance. */
static Vec flow(double x, double y) {
    if (in_cypress(x, y))
        return art_unit((Vec){0.5 * (art_noise(x * 30, y * 9).value - 0.5), -1, 0});
    int which = ground(x, y);
    if (which > 0) {
        double slope = (hill(x + 0.01, which - 1) - hill(x - 0.01, which - 1)) / 0.02;
        double wave = art_noise(x * 7, y * 12 + which).value - 0.5;
        return art_unit((Vec){1, slope + 0.9 * wave, 0});
    }
    ArtNoise swell = art_noise(x * 4.2 + 0.7, y * 5.5);
    Vec d = {0.75 + 0.5 * swell.dy, -0.12 - 0.6 * swell.dx, 0};
    for (int i = 0; i < STARS; i++) {
        double dx = x - stars[i].x, dy = y - stars[i].y,
               r = sqrt(dx * dx + dy * dy) + 1e-9;
        double pull = 4.5 * art_fade(art_power(r / (1.7 * stars[i].radius), 1));
        d.x -= stars[i].turn * pull * dy / r;
        d.y += stars[i].turn * pull * dx / r;
    }
    return art_unit(art_add(d, (Vec){1e-9, 0, 0}));
}

static Vec sky_colour(double x, double y) {
    Vec along = flow(x, y);
    double band = art_fbm(x * 3.5 + 0.25 * along.x, y * 6 + 0.25 * along.y, 4);
    Vec colour = art_mix(midnight, cobalt, art_step(0.25, 0.52, band));
    colour = art_mix(colour, azure, art_step(0.50, 0.72, band + 0.25 * y));
    colour = art_mix(colour, (Vec){0.80, 0.80, 0.62}, 0.75 * art_step(0.42, 0.54, y));
    for (int i = 0; i < STARS; i++) {
        double dx = x - stars[i].x, dy = y - stars[i].y;
        double r = sqrt(dx * dx + dy * dy) / stars[i].radius;
        double ring = art_noise(r * 3.4 + 10 * i, i).value;
        Vec halo = art_mix(azure, cream, ring);
        if (r < 1.15)
            halo = art_mix(cream, ochre, art_step(0.35, 0.9, r + 0.3 * (ring - 0.5)));
        if (r < 0.45) halo = i % 3 == 1 ? art_mix(ochre, vermilion, 0.6) : cream;
        colour = art_mix(colour, halo, 1 - art_step(0.7, 2.3, r));
    }
    return colour;
}

static Vec motif(double x, double y) {
    if (in_cypress(x, y))
        return art_mix(umber, moss, 0.9 * art_noise(x * 40, y * 12).value);
    double patch = art_fbm(x * 9, y * 16, 3);
    switch (ground(x, y)) {
    case 0:
        return sky_colour(x, y);
    case 1:
        return art_mix(cobalt, teal, art_step(0.3, 0.6, patch));
    case 2:
        return art_mix(moss, art_mix(teal, ochre, 0.25), art_step(0.35, 0.6, patch));
    default:
        break;
    }
    Vec field = art_mix(moss, ochre, art_step(0.33, 0.5, patch + 0.5 * (y - 0.66)));
    return art_mix(field, vermilion,
                   art_step(0.50, 0.56, art_noise(x * 26, y * 40).value * patch * 1.6));
}

/* The painter never mixes the same colour twice: lighter or darker, warmer or cooler. */
static Vec mix_paint(Vec c, double daring, Rng *rng) {
    double light = 1 + daring * 0.8 * (rng_uniform(rng) - 0.5);
    double warm = daring * 0.22 * (rng_uniform(rng) - 0.5);
    c = (Vec){c.x * light + warm, c.y * light + 0.25 * warm, c.z * light - warm};
    double accent = rng_uniform(rng);
    if (accent < 0.03) return art_mix(c, ochre, 0.6);
    if (accent < 0.07) return art_mix(c, azure, 0.5);
    return c;
}

typedef struct Stroke {
    Vec colour;
    double length, width; /* in canvas pixels */
    double seed;          /* which bristles */
} Stroke;

/* One line of bristles across the brush at (x, y); `done` goes from 0 to 1. */
static void touch(const Stroke *s, double x, double y, Vec d, double done) {
    double taper = sqrt(fmin(1, done * 6 + 0.25)) * sqrt(fmin(1, (1 - done) * 3 + 0.1));
    double half = 0.5 * s->width * taper;
    for (double v = -half; v <= half; v += 0.5) {
        int px = (int)floor(x - d.y * v), py = (int)floor(y + d.x * v);
        if (px < 0 || py < 0 || px >= W || py >= H) continue;
        double across = v / half;
        double bristle = art_fbm(v / 2.6 + s->seed, done * s->length / 70 + s->seed, 3);
        double load = 1.25 - 0.75 * done - 0.5 * art_power(across, 1);
        if (bristle + 0.55 * load < 0.38) continue; /* run dry: the layer below shows */
        double shade = 0.78 + 0.44 * bristle;
        canvas[py * W + px] = art_scale(s->colour, shade);
        double ridge = art_power(across, 2) * 0.8 + 0.7 * bristle;
        double paint = s->width * 0.10 * (0.5 + ridge) * (1.1 - 0.6 * done);
        float *under = &thickness[py * W + px];
        *under = (float)(0.25 * (double)*under + paint);
    }
}

static void paint_stroke(Stroke s, double x, double y) {
    Vec before = flow(x / W, y / W);
    for (double gone = 0; gone < s.length; gone += 0.6) {
        Vec d = flow(x / W, y / W);
        if (art_dot(d, before) < 0.7) return; /* no sharp turns at the edge of things */
        touch(&s, x, y, d, gone / s.length);
        x += 0.6 * d.x;
        y += 0.6 * d.y;
        before = d;
    }
}

static void paint_pass(int strokes, double width, double length, double daring,
                       Rng *rng) {
    for (int i = 0; i < strokes; i++) {
        double x = (rng_uniform(rng) * 1.1 - 0.05) * W,
               y = (rng_uniform(rng) * 1.1 - 0.05) * H;
        Vec d = flow(x / W, y / W);
        double reach = length * (0.6 + 0.8 * rng_uniform(rng));
        double mx = x + 0.4 * reach * d.x, my = y + 0.4 * reach * d.y;
        Vec colour = mix_paint(motif(mx / W, my / W), daring, rng);
        double wide = width * (0.7 + 0.6 * rng_uniform(rng));
        paint_stroke((Stroke){colour, reach, wide, 200 * rng_uniform(rng)}, x, y);
    }
}

/* The slope of the paint towards the upper left, as light and shadow. */
static double relief(int x, int y) {
    int x0 = x > 0 ? x - 1 : x, y0 = y > 0 ? y - 1 : y;
    int x1 = x < W - 1 ? x + 1 : x, y1 = y < H - 1 ? y + 1 : y;
    double dx = (double)(thickness[y * W + x1] - thickness[y * W + x0]);
    double dy = (double)(thickness[y1 * W + x] - thickness[y0 * W + x]);
    double slope = 0.5 * dx + 0.7 * dy;
    return slope / sqrt(1 + slope * slope);
}

static Vec pixel(int x, int y) {
    Vec sum = {0, 0, 0};
    for (int j = 0; j < FINE; j++) {
        for (int i = 0; i < FINE; i++) {
            int cx = x * FINE + i, cy = y * FINE + j;
            double r = relief(cx, cy);
            Vec lit = art_scale(canvas[cy * W + cx], 1 + 0.22 * r);
            double gloss = 0.10 * fmax(r, 0) * fmax(r, 0);
            sum = art_add(sum, art_add(lit, (Vec){gloss, gloss, gloss}));
        }
    }
    return art_scale(sum, 1.0 / (FINE * FINE));
}

int main(int argc, char **argv) {
    if (argc != 2) return fprintf(stderr, "usage: %s picture.png\n", argv[0]), 2;
    static Vec image[WIDTH * HEIGHT];
    art_init(11);
    Rng rng = rng_seed(3);
    for (int i = 0; i < W * H; i++)
        canvas[i] = art_scale(umber, 1.6);
    paint_pass(1500, 66, 420, 0.30, &rng);
    paint_pass(3000, 38, 260, 0.40, &rng);
    paint_pass(5000, 24, 170, 0.45, &rng);
    paint_pass(4500, 15, 120, 0.50, &rng);
    paint_pass(2500, 9, 70, 0.60, &rng);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            image[y * WIDTH + x] = pixel(x, y);
    return art_write(argv[1], image, WIDTH, HEIGHT);
}
