/* A tower by a mountain lake, seen by a camera: what make_scene.c and make_film.c render.
 *
 * From every pixel some rays walk through the valley (valley.h) until they meet the
 * ground, a tree or the tower. What they meet is lit by a low sun, shaded by a second walk
 * towards it, and fades into the haze with distance. The lake is a mirror: the ray is
 * reflected on a rippled plane and walks on. */
#ifndef ASSETS_SCENE_H
#define ASSETS_SCENE_H

#include <stdbool.h>

#include "assets/art.h"

/* The horizon of a level camera, as a part of the picture's height. */
#define SCENE_HORIZON 0.585

typedef struct Camera {
    Vec at;                     /* metres, see valley.h */
    Vec turn;                   /* x, z: cosine and sine of the turn to the right */
    int width, height, samples; /* pixels; samples x samples rays for each of them */
} Camera;

/* Builds the valley. */
void scene_init(void);

/* The colour of a pixel, in [0, 1]. */
Vec scene_pixel(const Camera *camera, int x, int y);

/* By how many pixels what is seen in a pixel lies elsewhere for another camera. False for
 * the lake, whose mirror images move in their own way, and for what is behind `to`. */
bool scene_moves(const Camera *camera, int x, int y, const Camera *to, double *u,
                 double *v);

#endif
