#include "assets/scene.h"

#include <math.h>

#include "assets/valley.h"

static Vec sun, light; /* the sun we see; the light comes a little more from the side */
static const Vec sunlight = {2.7, 1.95, 1.15}, skylight = {0.30, 0.40, 0.58};

static Vec sky(Vec d) {
    double up = fmax(d.y, 0), near = fmax(art_dot(d, sun), 0);
    Vec colour = art_mix((Vec){0.92, 0.66, 0.46}, (Vec){0.07, 0.25, 0.58},
                         1 - art_power(1 - fmin(up * 1.1, 1), 2));
    colour = art_add(colour, art_scale((Vec){0.75, 0.42, 0.16}, art_power(near, 4)));
    double x = d.x / (up + 0.16) * 1.5, z = d.z / (up + 0.16) * 1.5;
    double warp = art_fbm(x + 9, z * 1.4, 4);
    double thick = art_fbm(x + 1.3 * warp, z * 1.4 + warp, 7);
    double behind = art_fbm(x + 0.25 + 1.3 * warp, z * 1.4 + 0.15 + warp, 5);
    double cover = art_step(0.43, 0.64, thick) * art_step(0.02, 0.2, up);
    double lit = fmin(fmax(0.55 + 3.2 * (thick - behind), 0), 1);
    Vec cloud = art_mix((Vec){0.50, 0.50, 0.64}, (Vec){1.75, 1.42, 1.12}, lit);
    colour = art_mix(colour, cloud, 0.9 * cover);
    double disc = art_step(0.9993, 0.9998, near) + 0.55 * art_power(near, 8);
    return art_add(colour, art_scale((Vec){1.6, 1.35, 0.9}, disc * (1 - 0.6 * cover)));
}

static Vec stone_or_window(Vec p, Vec n) {
    double y = p.y - valley_tower.y, x = p.x - valley_tower.x, row = floor(y / 0.55);
    double stone =
        art_noise(floor(x * 1.1 + 0.5 * (row - 2 * floor(row / 2))), row).value;
    Vec colour = art_scale((Vec){0.56, 0.50, 0.42}, 0.82 + 0.36 * stone);
    bool tall = fabs(x + 0.4) < 0.42 && (fabs(y - 10.8) < 0.8 || fabs(y - 6) < 0.8);
    double across = x - 8.9 - 3 * floor((x - 8.9) / 3 + 0.5);
    bool wide = fabs(across) < 0.62 && fabs(y - 2.9) < 0.85 && x > 4 && x < 13.5;
    if ((tall || wide) && n.z < -0.3) return (Vec){2.6, 1.25, 0.3};
    return colour;
}

static Vec ground_colour(Vec p, Vec n) {
    double patch = art_fbm(p.x / 9, p.z / 9, 5), fine = art_fbm(p.x * 1.5, p.z * 1.5, 3);
    Vec grass = art_mix((Vec){0.11, 0.18, 0.04}, (Vec){0.38, 0.33, 0.09}, patch);
    Vec rock = art_mix((Vec){0.22, 0.19, 0.17}, (Vec){0.42, 0.37, 0.33}, patch);
    Vec colour = art_mix(rock, grass, art_step(0.60, 0.82, n.y + 0.12 * patch));
    colour = art_mix(colour, rock, art_step(70, 120, p.y + 40 * (patch - 0.5)));
    double snow = art_step(105, 150, p.y + 60 * (patch - 0.5)) * art_step(0.5, 0.72, n.y);
    colour = art_mix(colour, (Vec){0.86, 0.88, 0.95}, snow);
    colour = art_mix((Vec){0.24, 0.20, 0.14}, colour, art_step(0.15, 0.9, p.y));
    return art_scale(colour, 0.6 + 0.8 * fine);
}

/* Most trees are dark firs; some are larches in autumn. */
static Vec tree_colour(Vec p) {
    double kind = art_noise(p.x / 10 + 40, p.z / 10).value;
    double twig = art_noise(p.x * 3, p.y * 3 + p.z).value;
    Vec colour = art_mix((Vec){0.045, 0.10, 0.045}, (Vec){0.50, 0.27, 0.05},
                         art_step(0.58, 0.72, kind));
    return art_scale(colour, 0.6 + 0.8 * twig);
}

/* The light that comes back along a ray, before any mirror. */
static Vec colour_along(Vec p, Vec d, double start) {
    Hit hit = valley_walk(p, d, start, VALLEY_FAR);
    if (hit.thing == SKY) return sky(d);
    Vec n = valley_normal(hit), base = {0, 0, 0};
    if (hit.thing == TREE) base = tree_colour(hit.p);
    if (hit.thing == GROUND) base = ground_colour(hit.p, n);
    if (hit.thing == WALL) base = stone_or_window(hit.p, n);
    if (hit.thing == ROOF) {
        double tile = art_noise(hit.p.x * 2, hit.p.y * 4).value;
        base = art_scale((Vec){0.52, 0.17, 0.10}, 0.7 + 0.6 * tile);
    }
    double facing = fmax(art_dot(n, light), 0);
    if (facing > 0 && valley_walk(hit.p, light, 0.3 + 0.002 * hit.t, 500).thing != SKY)
        facing *= 0.12;
    Vec in = art_add(art_scale(sunlight, facing), art_scale(skylight, 0.6 + 0.4 * n.y));
    Vec colour = {base.x * in.x, base.y * in.y, base.z * in.z};
    if (base.x > 1) colour = base; /* a lit window */
    double clear = art_fade(hit.t / 900 * art_fade(fmax(hit.p.y, 0) / 300));
    double glow = art_power(fmax(art_dot(d, sun), 0), 3);
    Vec haze = art_mix((Vec){0.42, 0.50, 0.66}, (Vec){1.05, 0.70, 0.42}, glow);
    return art_mix(haze, colour, clear);
}

static Vec lake(Vec eye, Vec d, double t) {
    Vec p = art_add(eye, art_scale(d, t));
    double calm =
        0.045 * art_fade(t / 90) * art_step(0.3, 0.65, art_fbm(p.x / 25, p.z / 40, 3));
    ArtNoise a = art_noise(p.x * 0.7, p.z * 1.1), b = art_noise(p.x * 2 + 7, p.z * 2.6);
    Vec n = art_unit((Vec){calm * (a.dx + b.dx), 1, 1.4 * calm * (a.dy + b.dy)});
    Vec r = art_add(d, art_scale(n, -2 * art_dot(d, n)));
    r.y = fmax(r.y, 0.01);
    Vec mirror = colour_along(p, art_unit(r), 0.05);
    double glancing = art_power(1 - fmin(fmax(-art_dot(d, n), 0), 1), 2);
    return art_mix((Vec){0.05, 0.12, 0.15}, mirror, 0.25 + 0.65 * glancing);
}

/* Bright values bend towards 1 instead of being cut; the gamma of screens, about 1/2; and
 * a little more contrast in the middle. */
static double develop(double v) {
    v = fmax(v, 0);
    v = fmin(sqrt(v * (1 + v * 0.12) / (1 + 0.62 * v)), 1);
    return v + 0.6 * (v * v * (3 - 2 * v) - v);
}

/* Focal length in pixels: 440 for a picture of 512 columns. */
static double focal(const Camera *camera) {
    return 440 * (camera->width / 512.0);
}

/* From the eye through a point of the picture. */
static Vec ray(const Camera *camera, double px, double py) {
    const double c = camera->turn.x, s = camera->turn.z, f = focal(camera);
    const Vec d = art_unit((Vec){(px - camera->width / 2) / f,
                                 (SCENE_HORIZON * camera->height - py) / f, 1});
    return (Vec){c * d.x + s * d.z, d.y, c * d.z - s * d.x};
}

/* How far it is to the water. */
static double to_water(const Camera *camera, Vec d) {
    return d.y < 0 ? -camera->at.y / d.y : VALLEY_FAR;
}

Vec scene_pixel(const Camera *camera, int x, int y) {
    const int samples = camera->samples;
    Vec sum = {0, 0, 0};
    for (int s = 0; s < samples * samples; s++) {
        double px = x + (s % samples + 0.5) / samples;
        double py = y + (double)(s / samples * 2 + 1) / (2 * samples);
        Vec d = ray(camera, px, py);
        double water = to_water(camera, d);
        Hit hit = valley_walk(camera->at, d, 1, fmin(water, VALLEY_FAR));
        Vec c = hit.thing == SKY && water < VALLEY_FAR
                    ? lake(camera->at, d, water)
                    : colour_along(camera->at, d, hit.t * 0.98);
        sum = art_add(sum, (Vec){develop(c.x), develop(c.y), develop(c.z)});
    }
    return art_scale(sum, 1.0 / (samples * samples));
}

bool scene_moves(const Camera *camera, int x, int y, const Camera *to, double *u,
                 double *v) {
    const double c = to->turn.x, s = to->turn.z, f = focal(to);
    const Vec d = ray(camera, x + 0.5, y + 0.5);
    const double water = to_water(camera, d);
    const Hit hit = valley_walk(camera->at, d, 1, fmin(water, VALLEY_FAR));
    if (hit.thing == SKY && water < VALLEY_FAR) return false;
    Vec p = d; /* the sky is infinitely far away */
    if (hit.thing != SKY) p = art_add(hit.p, art_scale(to->at, -1));
    p = (Vec){c * p.x - s * p.z, p.y, c * p.z + s * p.x};
    if (p.z <= 0) return false;
    *u = to->width / 2 + f * p.x / p.z - (x + 0.5);
    *v = SCENE_HORIZON * to->height - f * p.y / p.z - (y + 0.5);
    return true;
}

void scene_init(void) {
    art_init(7);
    sun = art_unit((Vec){-0.20, 0.285, 1});
    light = art_unit((Vec){-1.0, 0.52, -0.25});
    valley_init();
}
