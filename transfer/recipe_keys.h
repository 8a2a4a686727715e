/* The keys of a recipe file: name, kind of value, and offset in Recipe. For recipe_file.c
 * only. */
#ifndef TRANSFER_RECIPE_KEYS_H
#define TRANSFER_RECIPE_KEYS_H

#include "transfer/recipe.h"

typedef enum RecipeKind {
    KEY_SOURCE, /* the rest of the line */
    KEY_LIKE,   /* another recipe to begin with */
    KEY_NET,    /* the name of a network */
    KEY_CHOICE, /* one of the names in `takes`, in the enum's order */
    KEY_FORM,   /* one of a family of losses */
    KEY_LAYERS, /* name:weight,name:weight */
    KEY_NUMBER, /* least .. most */
    KEY_COUNT,  /* a whole number, least .. most */
    KEY_SEED,   /* a whole number of 64 bits */
    KEY_FLAG,   /* yes or no */
    KEY_COLOUR, /* three numbers, for red, green and blue */
    KEY_RANGE,  /* two numbers, the lower one first */
    KEY_NOISE,  /* unit, uniform LOW HIGH, normal DEVIATION */
    KEY_STAGES  /* size:steps,size:steps */
} RecipeKind;

typedef struct RecipeKey {
    const char *name;
    RecipeKind kind;
    size_t offset;      /* of the value in Recipe */
    double least, most; /* numbers and counts */
    const char *takes;  /* what to write, for messages */
} RecipeKey;

enum { RECIPE_KEYS_MOST = 64 };

extern const RecipeKey recipe_keys[];
extern const int recipe_key_count;

/* Reads the text of a value into the recipe; fails with the end of a sentence that begins
 * with the key. */
bool recipe_key_set(Recipe *recipe, const RecipeKey *key, const char *text, Error *err);

/* The longest text of a value: a list of layers. */
enum { RECIPE_TEXT_MOST = LAYERS_MOST * (LAYER_NAME_MOST + 32) };

/* The other way round: writes the text that recipe_key_set reads to the same value, bit
 * for bit. False when nothing has to be said, because the value is that of
 * recipe_defaults or the key has none. */
bool recipe_key_print(const Recipe *recipe, const RecipeKey *key,
                      char text[RECIPE_TEXT_MOST]);

/* The same whatever the value is; false when the key has none. */
bool recipe_key_text(const Recipe *recipe, const RecipeKey *key,
                     char text[RECIPE_TEXT_MOST]);

#endif
