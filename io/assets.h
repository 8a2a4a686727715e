/* Finds the files that come with the program: images and a trained network.
 *
 *     const char *path = assets_path(arena, "scene.png", &err);
 *
 * Searched in this order: the folder $STYLEGRAD_ASSETS; assets/ in the current folder;
 * assets/ beside or up to four folders above the program, which is its place in a
 * checkout; share/stylegrad/ up to three folders above the program, or above the shared
 * library that has this function, where `make install` puts it.
 */
#ifndef IO_ASSETS_H
#define IO_ASSETS_H

#include "tensor/arena.h"
#include "tensor/error.h"

/* The path of the file of this name, in the arena, or NULL when it is in none of these
 * folders. */
const char *assets_path(Arena *arena, const char *name, Error *err);

/* The same for recipes, the files of recipes/, by the name of the file:
 * $STYLEGRAD_RECIPES, recipes/ in the current folder or above the program,
 * share/stylegrad/recipes/. */
const char *assets_recipe(Arena *arena, const char *name, Error *err);

/* The folder of the whole project, in which `inside` ("docs/en") can be read: the current
 * folder, or one beside or above the program. NULL when there is none. */
const char *assets_root(Arena *arena, const char *inside, Error *err);

#endif
