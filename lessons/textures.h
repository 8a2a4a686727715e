/* What the network of lesson 15 learns from, and how its first layer is looked at.
 *
 *     Textures batch = textures_alloc(arena, 32);
 *     textures_draw(batch, &rng);              // 32 new patches, each with its class
 *     textures_show(l, "patches.png", batch);  // a column for each class
 *
 * Class 0 to 7 are stripes, rotated in steps of 22.5 degrees, 8 is checks, 9 is dots.
 * Position, width and two colours are random, so only the pattern shows the class. */
#ifndef LESSONS_TEXTURES_H
#define LESSONS_TEXTURES_H

#include "lessons/lesson.h"

enum { TEXTURE_CLASSES = 10, TEXTURE_SIDE = 16 };

typedef struct Textures {
    Tensor x;   /* (n,3,TEXTURE_SIDE,TEXTURE_SIDE), around 0 */
    int *label; /* n of them, below TEXTURE_CLASSES */
} Textures;

Textures textures_alloc(Arena *arena, int n);

/* Draws new patches over the old ones. */
void textures_draw(Textures t, Rng *rng);

/* Four patches of each class; t must have as many. */
void textures_show(Lesson *l, const char *file, Textures t);

/* Runs the tape again and says of 100 patches how many have the largest of their z
 * (n,TEXTURE_CLASSES,1,1) at their own class. */
double textures_right(Textures t, Node *z);

/* The filters (n,3,k,k), six in a row, and under each what it finds in a photograph:
 * relu(conv(photograph - 1/2) + bias). */
void filters_show(Lesson *l, const char *file, Tensor filters, Tensor bias);

#endif
