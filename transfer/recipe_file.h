/* Recipes as files: one `key value` on a line, # begins a comment. So a user sees exactly
 * what a published system does, copies its file and changes a line:
 *
 *     source  Gatys' layers, less of the painting
 *     like    gatys
 *     style-weight  0.5
 *
 * The recipes that come with the program are the files recipes/NAME.recipe, found as
 * io/assets.h says. docs/en/recipes.md lists the keys.
 *
 *     Recipe recipe;
 *     if (!recipe_read("gatys", &recipe, &err)) ... */
#ifndef TRANSFER_RECIPE_FILE_H
#define TRANSFER_RECIPE_FILE_H

#include "tensor/arena.h"
#include "transfer/recipe.h"

/* What the names of recipe files end in. */
#define RECIPE_SUFFIX ".recipe"

/* Reads a recipe by its name, or, when name_or_path has a dot or a slash, that file.
 * Fails with "FILE:LINE: what is wrong and what to write" when a key is unknown or said
 * twice, when a value is no such thing, when something is missing, or when two lines
 * contradict each other. */
bool recipe_read(const char *name_or_path, Recipe *recipe, Error *err);

/* The file of a name or path (name_or_path), in the arena; NULL when there is none. */
const char *recipe_path(Arena *arena, const char *name_or_path, Error *err);

/* The names of the recipes that come with the program, from A to Z, ended by NULL; in the
 * arena. NULL when their folder is not found. */
const char *const *recipe_names(Arena *arena, Error *err);

#endif
