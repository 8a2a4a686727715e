/* The landscape that make_scene.c renders: mountains, a lake, woods, a tower and a house.
 *
 * Metres; x to the right, y up, z away from us; the lake is the plane y = 0 and is not
 * part of the shapes. Nothing is stored as triangles: a function returns the distance of
 * a point from the nearest surface, and a ray walks as far as it says is free.
 *
 *     valley_init();
 *     Hit hit = valley_walk(camera, direction, 1, VALLEY_FAR);
 *     if (hit.thing != SKY) shade(hit.p, valley_normal(hit)); */
#ifndef ASSETS_VALLEY_H
#define ASSETS_VALLEY_H

#include "assets/art.h"

#define VALLEY_FAR 3000.0 /* metres: how far a ray walks */

enum Thing { SKY, GROUND, TREE, WALL, ROOF };

typedef struct Hit {
    enum Thing thing;
    double t; /* metres along the ray */
    Vec p;    /* where */
} Hit;

/* The middle of the tower's floor. */
extern const Vec valley_tower;

/* Plants the trees; art_init comes first. */
void valley_init(void);

/* What a ray from p along d meets between `start` and `end` metres; SKY when nothing. */
Hit valley_walk(Vec p, Vec d, double start, double end);

/* The direction away from the surface, of length 1: where the distance grows fastest. */
Vec valley_normal(Hit hit);

#endif
