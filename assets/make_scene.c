/* Renders assets/scene.png: a tower by a mountain lake, our content picture.
 *
 *     build/float/assets/make_scene assets/scene.png
 *
 * The valley is a function height(x, z) of fractal noise, in metres; the camera stands
 * 6 m above the water and looks along z. From every pixel nine rays walk until they
 * meet the ground, a tree or the tower. What they meet is lit by a low sun, shaded by a
 * second walk towards it, and fades into the haze with distance. The lake is a mirror:
 * the ray is reflected on a rippled plane and walks on. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "assets/art.h"
#include "tensor/rng.h"

enum { WIDTH = 512, HEIGHT = 384, SAMPLES = 3, CELLS = 128 };
#define CELL 6.0          /* metres: the side of the square in which one tree may stand */
#define FAR 3000.0        /* metres: how far a ray walks */
#define TREE_TALLEST 11.0 /* metres */

enum Thing { SKY, GROUND, TREE, WALL, ROOF };
typedef struct Hit {
    enum Thing thing;
    double t; /* metres along the ray */
    Vec p;
} Hit;
typedef struct Tree {
    double x, y, z, tall; /* foot and height in metres; tall = 0: no tree */
} Tree;

static Tree trees[CELLS][CELLS];
static Vec sun, light; /* the sun we see; the light comes a little more from the side */
static const Vec tower = {20, 3.2, 78}, camera = {0, 6, 0};
static const Vec sunlight = {2.1, 1.55, 0.95}, skylight = {0.30, 0.40, 0.58};

/* Mountains: fractal noise in which steep places get less of the finer octaves, as if
 * rain had carried them down. */
static double mountains(double x, double z, int octaves) {
    double sum = 0, weight = 0.5, sx = 0, sz = 0;
    for (int k = 0; k < octaves; k++, weight *= 0.49) {
        Noise n = art_noise(x, z);
        sx += n.dx;
        sz += n.dy;
        sum += weight * n.value / (1 + sx * sx + sz * sz);
        double turned = 1.6 * x - 1.2 * z;
        z = 1.2 * x + 1.6 * z;
        x = turned;
    }
    return sum;
}

static double bump(double x, double z, double width) {
    return 1 / art_power(1 + (x * x + z * z) / (width * width), 1);
}

static double ground(double x, double z, int octaves) {
    double shore = 150 + 40 * (art_noise(x / 90 + 7, 3).value - 0.5);
    double range = art_step(shore - 40, 900, z);
    double h = -4 + 6 * art_step(shore - 25, shore + 25, z);
    h += 330 * range * mountains(x / 260 + 11.3, z / 260 + 4.1, octaves);
    h += 16 * art_step(16, 60, -x - 0.16 * z + 14 * art_noise(z / 30, 9).value);
    h += 9 * bump(x - tower.x - 8, (z - tower.z) / 1.3, 15);
    return h + 0.5 * (art_fbm(x / 6, z / 6, octaves - 3) - 0.5);
}

static void plant_trees(void) {
    Rng rng = rng_seed(5);
    for (int j = 0; j < CELLS; j++) {
        for (int i = 0; i < CELLS; i++) {
            double x = (i - CELLS / 2 + 0.3 + 0.4 * rng_uniform(&rng)) * CELL;
            double z = (j + 0.3 + 0.4 * rng_uniform(&rng)) * CELL;
            double y = ground(x, z, 6), wood = art_fbm(x / 70 + 3, z / 70, 3);
            double tall = TREE_TALLEST * (0.55 + 0.45 * rng_uniform(&rng));
            bool house = bump(x - tower.x, z - tower.z, 9) > 0.3;
            bool grows = y > 0.9 && y < 75 && z > 30 && wood > 0.36 && !house;
            trees[j][i] = (Tree){x, y - 0.3, z, grows ? tall : 0};
        }
    }
}

/* Distance to the tree of the point's own square: a cone with six storeys of twigs. */
static double tree_distance(Vec p) {
    int i = (int)floor(p.x / CELL) + CELLS / 2, j = (int)floor(p.z / CELL);
    if (i < 0 || j < 0 || i >= CELLS || j >= CELLS || trees[j][i].tall == 0) return 2;
    Tree tree = trees[j][i];
    double up = (p.y - tree.y) / tree.tall, dx = p.x - tree.x, dz = p.z - tree.z;
    if (up > 1) return fmin(2, (up - 1) * tree.tall + 0.05);
    double storey = up * 7 - floor(up * 7);
    double twigs = art_noise(dx * 3 + tree.x, dz * 3 + p.y * 2.5).value;
    double radius = 0.17 * tree.tall * (1 - up) * (1.05 - 0.35 * storey) + 0.35 * twigs;
    return 0.6 * (sqrt(dx * dx + dz * dz) - radius * art_step(0.02, 0.1, up));
}

static double box(double x, double y, double z, double a, double b, double c) {
    return fmax(fabs(x) - a, fmax(fabs(y) - b, fabs(z) - c));
}

/* A round tower with a pointed roof, and a house with a gable beside it. */
static double tower_distance(Vec p, enum Thing *thing) {
    double x = p.x - tower.x, y = p.y - tower.y, z = p.z - tower.z;
    double r = sqrt(x * x + z * z), hx = x - 8.5, hz = z - 1;
    double wall = fmax(r - 2.7 + 0.02 * y, fabs(y - 4.5) - 9);
    wall = fmin(wall, box(hx, y - 1, hz, 6, 4, 3.4));
    double cone = fmax(0.8 * (r - 0.55 * (19.6 - y)), 13.2 - y);
    double gable = fmax(fabs(hz) * 0.7 + (y - 8.6) * 0.7, fabs(hx) - 6.4);
    double roof = fmin(cone, fmax(gable, 4.9 - y));
    *thing = roof < wall ? ROOF : WALL;
    return fmin(roof, wall);
}

/* Walks from p along d; each step is no longer than what is known to be free. */
static Hit walk(Vec p, Vec d, double start, double end) {
    double t = start;
    for (int i = 0; i < 600 && t < end; i++) {
        Vec q = art_add(p, art_scale(d, t));
        if (q.y > 260 && d.y >= 0) break;
        enum Thing thing = GROUND, built;
        double above = q.y - ground(q.x, q.z, t < 200 ? 7 : 6), step = 0.45 * above;
        if (above < TREE_TALLEST && q.z < CELLS * CELL) {
            double tree = tree_distance(q);
            if (tree < step) step = tree, thing = TREE;
        }
        double house = tower_distance(q, &built);
        if (house < step) step = house, thing = built;
        if (step < 0.0006 * t) return (Hit){thing, t, q};
        t += fmax(step, 0.0004 * t);
    }
    return (Hit){SKY, end, p};
}

static double field(Hit hit, Vec p) {
    enum Thing built;
    if (hit.thing == TREE) return tree_distance(p);
    if (hit.thing == GROUND) return p.y - ground(p.x, p.z, 10);
    return tower_distance(p, &built);
}

/* The direction in which the distance grows fastest. */
static Vec normal(Hit hit) {
    double e = 0.02 + 0.0007 * hit.t, here = field(hit, hit.p);
    Vec x = {hit.p.x + e, hit.p.y, hit.p.z}, y = {hit.p.x, hit.p.y + e, hit.p.z};
    Vec z = {hit.p.x, hit.p.y, hit.p.z + e};
    return art_unit(
        (Vec){field(hit, x) - here + 1e-9, field(hit, y) - here, field(hit, z) - here});
}

static Vec sky(Vec d) {
    double up = fmax(d.y, 0), near = fmax(art_dot(d, sun), 0);
    Vec colour = art_mix((Vec){0.80, 0.72, 0.62}, (Vec){0.20, 0.38, 0.68},
                         1 - art_power(1 - fmin(up * 1.1, 1), 2));
    colour = art_add(colour, art_scale((Vec){0.75, 0.42, 0.16}, art_power(near, 4)));
    double x = d.x / (up + 0.16) * 1.5, z = d.z / (up + 0.16) * 1.5;
    double warp = art_fbm(x + 9, z * 1.4, 4);
    double thick = art_fbm(x + 1.3 * warp, z * 1.4 + warp, 7);
    double behind = art_fbm(x + 0.25 + 1.3 * warp, z * 1.4 + 0.15 + warp, 5);
    double cover = art_step(0.46, 0.68, thick) * art_step(0.02, 0.2, up);
    double lit = fmin(fmax(0.55 + 3.2 * (thick - behind), 0), 1);
    Vec cloud = art_mix((Vec){0.52, 0.52, 0.62}, (Vec){1.15, 1.0, 0.84}, lit);
    colour = art_mix(colour, cloud, 0.9 * cover);
    double disc = art_step(0.9990, 0.9996, near) + 0.55 * art_power(near, 8);
    return art_add(colour, art_scale((Vec){1.6, 1.35, 0.9}, disc * (1 - 0.6 * cover)));
}

static Vec stone_or_window(Vec p, Vec n) {
    double y = p.y - tower.y, x = p.x - tower.x, row = floor(y / 0.55);
    double stone =
        art_noise(floor(x * 1.1 + 0.5 * (row - 2 * floor(row / 2))), row).value;
    Vec colour = art_scale((Vec){0.56, 0.50, 0.42}, 0.75 + 0.5 * stone);
    bool tall = fabs(x + 0.4) < 0.42 && (fabs(y - 10.8) < 0.8 || fabs(y - 6) < 0.8);
    double across = x - 8.9 - 3 * floor((x - 8.9) / 3 + 0.5);
    bool wide = fabs(across) < 0.62 && fabs(y - 2.9) < 0.85 && x > 4 && x < 13.5;
    if ((tall || wide) && n.z < -0.3) return (Vec){3.4, 1.9, 0.6};
    return colour;
}

static Vec ground_colour(Vec p, Vec n) {
    double patch = art_fbm(p.x / 9, p.z / 9, 5), fine = art_fbm(p.x * 1.5, p.z * 1.5, 3);
    Vec grass = art_mix((Vec){0.10, 0.15, 0.04}, (Vec){0.32, 0.29, 0.09}, patch);
    Vec rock = art_mix((Vec){0.22, 0.19, 0.17}, (Vec){0.42, 0.37, 0.33}, patch);
    Vec colour = art_mix(rock, grass, art_step(0.60, 0.82, n.y + 0.12 * patch));
    colour = art_mix(colour, rock, art_step(70, 120, p.y + 40 * (patch - 0.5)));
    double snow = art_step(105, 150, p.y + 60 * (patch - 0.5)) * art_step(0.5, 0.72, n.y);
    colour = art_mix(colour, (Vec){0.86, 0.88, 0.95}, snow);
    colour = art_mix((Vec){0.24, 0.20, 0.14}, colour, art_step(0.15, 0.9, p.y));
    return art_scale(colour, 0.6 + 0.8 * fine);
}

/* The light that comes back along a ray, before any mirror. */
static Vec colour_along(Vec p, Vec d, double start) {
    Hit hit = walk(p, d, start, FAR);
    if (hit.thing == SKY) return sky(d);
    Vec n = normal(hit), base = {0.06, 0.11, 0.045};
    if (hit.thing == GROUND) base = ground_colour(hit.p, n);
    if (hit.thing == WALL) base = stone_or_window(hit.p, n);
    if (hit.thing == ROOF) {
        double tile = art_noise(hit.p.x * 2, hit.p.y * 4).value;
        base = art_scale((Vec){0.52, 0.17, 0.10}, 0.7 + 0.6 * tile);
    }
    double facing = fmax(art_dot(n, light), 0);
    if (facing > 0 && walk(hit.p, light, 0.3 + 0.002 * hit.t, 500).thing != SKY)
        facing *= 0.12;
    Vec in = art_add(art_scale(sunlight, facing), art_scale(skylight, 0.6 + 0.4 * n.y));
    Vec colour = {base.x * in.x, base.y * in.y, base.z * in.z};
    if (base.x > 1) colour = base; /* a lit window */
    double clear = art_fade(hit.t / 900 * art_fade(fmax(hit.p.y, 0) / 300));
    double glow = art_power(fmax(art_dot(d, sun), 0), 3);
    Vec haze = art_mix((Vec){0.50, 0.58, 0.70}, (Vec){1.0, 0.74, 0.48}, glow);
    return art_mix(haze, colour, clear);
}

static Vec lake(Vec d, double t) {
    Vec p = art_add(camera, art_scale(d, t));
    double calm =
        0.045 * art_fade(t / 90) * art_step(0.3, 0.65, art_fbm(p.x / 25, p.z / 40, 3));
    Noise a = art_noise(p.x * 0.7, p.z * 1.1), b = art_noise(p.x * 2 + 7, p.z * 2.6);
    Vec n = art_unit((Vec){calm * (a.dx + b.dx), 1, 1.4 * calm * (a.dy + b.dy)});
    Vec r = art_add(d, art_scale(n, -2 * art_dot(d, n)));
    r.y = fmax(r.y, 0.01);
    Vec mirror = colour_along(p, art_unit(r), 0.05);
    double glancing = art_power(1 - fmin(fmax(-art_dot(d, n), 0), 1), 2);
    return art_mix((Vec){0.05, 0.12, 0.15}, mirror, 0.25 + 0.65 * glancing);
}

/* Bright values bend towards 1 instead of being cut; then the gamma of screens, 1/2. */
static double develop(double v) {
    v = fmax(v, 0) * 0.95;
    v = v * (1 + v * 0.12) / (1 + 0.62 * v);
    return fmin(sqrt(v), 1);
}

static Vec pixel(int x, int y) {
    Vec sum = {0, 0, 0};
    for (int s = 0; s < SAMPLES * SAMPLES; s++) {
        double px = x + (s % SAMPLES + 0.5) / SAMPLES;
        double py = y + (double)(s / SAMPLES * 2 + 1) / (2 * SAMPLES);
        Vec d = art_unit((Vec){(px - WIDTH / 2) / 440, (0.585 * HEIGHT - py) / 440, 1});
        double water = d.y < 0 ? -camera.y / d.y : FAR;
        Hit hit = walk(camera, d, 1, fmin(water, FAR));
        Vec c = hit.thing == SKY && water < FAR ? lake(d, water)
                                                : colour_along(camera, d, hit.t * 0.98);
        sum = art_add(sum, (Vec){develop(c.x), develop(c.y), develop(c.z)});
    }
    return art_scale(sum, 1.0 / (SAMPLES * SAMPLES));
}

int main(int argc, char **argv) {
    if (argc != 2) return fprintf(stderr, "usage: %s picture.png\n", argv[0]), 2;
    static Vec picture[WIDTH * HEIGHT];
    art_init(7);
    sun = art_unit((Vec){-0.27, 0.235, 1});
    light = art_unit((Vec){-1.0, 0.52, -0.25});
    plant_trees();
#pragma omp parallel for schedule(dynamic)
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            picture[y * WIDTH + x] = pixel(x, y);
    return art_write(argv[1], picture, WIDTH, HEIGHT);
}
