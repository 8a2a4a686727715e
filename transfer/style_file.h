/* A style in a file: the weights of a generator (nn/generator.h), and how it was trained.
 *
 *     Network *style;
 *     StyleInfo info;
 *     if (!style_file_read(arena, "my.style", &style, &info, &err)) ...
 *     printf("paints as %s\n", info.painting);
 *
 * The file is in the safetensors format (io/safetensors.h), with 16-bit numbers: 555 kB.
 * Its metadata say: format "stylegrad-style", version "1", network "johnson-16-32-64-3",
 * and what StyleInfo has. */
#ifndef TRANSFER_STYLE_FILE_H
#define TRANSFER_STYLE_FILE_H

#include "io/sha256.h"
#include "nn/network.h"

/* What a style was trained from, and how. What was not said is NULL or 0. */
typedef struct StyleInfo {
    const char *painting;      /* its name, for people */
    const char *features;      /* the network of features that compared pictures */
    long updates;              /* steps of the optimiser */
    int batch;                 /* photographs in each */
    int crop_first, crop_last; /* sides of their crops at the start and end, pixels */
    double content_weight;     /* of the losses */
    double style_weight;       /* ... */
    double tv_weight;          /* ... */
    double stability_weight;   /* ... */
    unsigned long long random_seed; /* of weights and crops */
    Sha256 hash;                    /* of the file, set by style_file_read */
} StyleInfo;

/* Writes the weights of a generator that has all of them. Fails as file_write does, and
 * when a weight is not finite or 65504 or more. */
bool style_file_write(const char *path, const Network *generator, const StyleInfo *info,
                      Error *err);

/* The generator with its weights, in the arena; `info` may be NULL. False, with a sentence
 * that ends in what to do, when the file is missing, cut short, no style but something
 * else, of another version, or has weights that do not fit or are not finite. */
bool style_file_read(Arena *arena, const char *path, Network **generator, StyleInfo *info,
                     Error *err);

#endif
