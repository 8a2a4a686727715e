#include "assets/valley.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "tensor/rng.h"

/* There is at most one tree in each square of a grid, which is rotated so that no rows
 * are visible. */
#define CELL 6.0          /* metres: side of a square */
enum { CELLS = 256 };     /* squares in a row */
#define TREE_TALLEST 11.0 /* metres */

typedef struct Tree {
    double x, y, z, tall; /* foot and height in metres; tall = 0: no tree */
} Tree;

static Tree trees[CELLS][CELLS];
const Vec valley_tower = {20, 3.2, 78};

/* Mountains: fractal noise in which steep places get less of the finer octaves, as if
 * rain had carried them down. */
static double mountains(double x, double z, int octaves) {
    double sum = 0, weight = 0.5, sx = 0, sz = 0;
    for (int k = 0; k < octaves; k++, weight *= 0.49) {
        ArtNoise n = art_noise(x, z);
        sx += n.dx;
        sz += n.dy;
        sum += weight * n.value / (1 + sx * sx + sz * sz);
        double turned = 1.6 * x - 1.2 * z;
        z = 1.2 * x + 1.6 * z;
        x = turned;
    }
    return sum;
}

static double ground(double x, double z, int octaves) {
    double shore = 150 + 40 * (art_noise(x / 90 + 7, 3).value - 0.5);
    double range = art_step(shore - 40, 900, z);
    double h = -4 + 6 * art_step(shore - 25, shore + 25, z);
    h += 330 * range * mountains(x / 260 + 11.3, z / 260 + 4.1, octaves);
    h += 20 * art_step(4, 46, -x - 0.16 * z + 14 * art_noise(z / 30, 9).value);
    double dx = x - valley_tower.x - 5, dz = (z - valley_tower.z) / 0.9;
    h += 7.4 *
         art_step(27, 9, sqrt(dx * dx + dz * dz) + 5 * art_noise(x / 7, z / 7).value);
    return h + 0.5 * (art_fbm(x / 6, z / 6, octaves - 3) - 0.5);
}

static Tree *tree_near(double x, double z) {
    int i = (int)floor((0.8 * x - 0.6 * z) / CELL) + CELLS / 2;
    int j = (int)floor((0.6 * x + 0.8 * z) / CELL) + CELLS / 4;
    return i < 0 || j < 0 || i >= CELLS || j >= CELLS ? NULL : &trees[j][i];
}

static bool grows(double x, double y, double z) {
    double dx = x - valley_tower.x, dz = z - valley_tower.z;
    bool house = fabs(dx - 4.5) < 10.5 && fabs(dz + 3) < 11;
    bool island = fabs(dx) < 30 && fabs(dz) < 30;
    bool wood = island || art_fbm(x / 70 + 3, z / 70, 3) > 0.36;
    return y > 0.9 && y < 75 && z > 20 && wood && !house;
}

void valley_init(void) {
    Rng rng = rng_seed(6);
    for (int j = 0; j < CELLS; j++) {
        for (int i = 0; i < CELLS; i++) {
            double u = (i - CELLS / 2 + 0.35 + 0.3 * rng_uniform(&rng)) * CELL;
            double v = (j - CELLS / 4 + 0.35 + 0.3 * rng_uniform(&rng)) * CELL;
            double x = 0.8 * u + 0.6 * v, z = 0.8 * v - 0.6 * u, y = ground(x, z, 6);
            double tall = TREE_TALLEST * (0.5 + 0.5 * rng_uniform(&rng));
            trees[j][i] = (Tree){x, y - 0.3, z, grows(x, y, z) ? tall : 0};
        }
    }
}

/* Distance to the tree of the point's own square: a cone with six storeys of twigs. */
static double tree_distance(Vec p) {
    const Tree *at = tree_near(p.x, p.z);
    if (!at || at->tall == 0) return 2;
    Tree tree = *at;
    double up = (p.y - tree.y) / tree.tall, dx = p.x - tree.x, dz = p.z - tree.z;
    double over = fmax(up - 1, 0) * tree.tall;
    up = fmin(up, 1);
    double storey = up * 7 - floor(up * 7);
    double twigs = art_noise(dx * 3 + tree.x, dz * 3 + p.y * 2.5).value;
    double radius = 0.17 * tree.tall * (1 - up) * (1.05 - 0.35 * storey) + 0.35 * twigs;
    radius *= art_step(0.02, 0.1, up) * art_step(1, 0.97, up);
    return fmin(0.6 * (sqrt(dx * dx + dz * dz + over * over) - radius), 1.5);
}

static double box(double x, double y, double z, double a, double b, double c) {
    return fmax(fabs(x) - a, fmax(fabs(y) - b, fabs(z) - c));
}

/* A round tower with a pointed roof, and a house with a gable beside it. */
static double tower_distance(Vec p, enum Thing *thing) {
    double x = p.x - valley_tower.x, y = p.y - valley_tower.y, z = p.z - valley_tower.z;
    double r = sqrt(x * x + z * z), hx = x - 8.5, hz = z - 1;
    double wall = fmax(r - 2.7 + 0.02 * y, fabs(y - 4.5) - 9);
    wall = fmin(wall, box(hx, y - 1, hz, 6, 4, 3.4));
    double cone = fmax(0.8 * (r - 0.55 * (19.6 - y)), 13.2 - y);
    double gable = fmax(fabs(hz) * 0.7 + (y - 8.6) * 0.7, fabs(hx) - 6.4);
    double roof = fmin(cone, fmax(gable, 4.9 - y));
    *thing = roof < wall ? ROOF : WALL;
    return fmin(roof, wall);
}

/* Each step is no longer than what is known to be free. */
Hit valley_walk(Vec p, Vec d, double start, double end) {
    double t = start;
    for (int i = 0; i < 600 && t < end; i++) {
        Vec q = art_add(p, art_scale(d, t));
        if (q.y > 260 && d.y >= 0) break;
        enum Thing thing = GROUND, built;
        double above = q.y - ground(q.x, q.z, t < 200 ? 7 : 6), step = 0.45 * above;
        if (above > TREE_TALLEST + 3) {
            step = 0.45 * (above - TREE_TALLEST);
        } else {
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

Vec valley_normal(Hit hit) {
    double e = 0.02 + 0.0007 * hit.t, here = field(hit, hit.p);
    Vec x = {hit.p.x + e, hit.p.y, hit.p.z}, y = {hit.p.x, hit.p.y + e, hit.p.z};
    Vec z = {hit.p.x, hit.p.y, hit.p.z + e};
    return art_unit(
        (Vec){field(hit, x) - here + 1e-9, field(hit, y) - here, field(hit, z) - here});
}
