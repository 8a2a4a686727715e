/* The decoder of any style (nn/decoder.h) in a file, and how it was trained.
 *
 *     Decoder *decoder;
 *     if (!any_file_read(arena, "anystyle.safetensors", &decoder, &info, &err)) ...
 *
 * The file is in the safetensors format (io/safetensors.h), with 16-bit numbers: 1.2 MB.
 * Its metadata say: format "stylegrad-any-style", version "2", and what AnyInfo has. Version
 * "1" had no light: it is read, and has a light of 0. */
#ifndef TRANSFER_ANY_FILE_H
#define TRANSFER_ANY_FILE_H

#include "io/sha256.h"
#include "nn/decoder.h"

/* How it was trained; what was not said is 0. */
typedef struct AnyInfo {
    long updates;              /* steps of the optimiser */
    int batch;                 /* photographs in each */
    int crop_first, crop_last; /* sides of their squares at the start and end, pixels */
    int photographs;           /* in all */
    int paintings;             /* in all */
    double content_weight;     /* of the losses */
    double style_weight;       /* ... */
    double tv_weight;          /* ... */
    double light;              /* the decoder's: any_file_write takes it from there */
    unsigned long long random_seed; /* of weights and squares */
    Sha256 hash;                    /* of the file, set by any_file_read */
} AnyInfo;

/* Fails as file_write does, and when a weight is not finite or 65504 or more. */
bool any_file_write(const char *path, const Decoder *decoder, const AnyInfo *info,
                    Error *err);

/* The decoder with its weights, in the arena; `info` may be NULL. False, with a sentence
 * that ends in what to do, when the file is missing, cut short, of another kind or
 * version, or has weights that do not fit or are not finite. */
bool any_file_read(Arena *arena, const char *path, Decoder **decoder, AnyInfo *info,
                   Error *err);

#endif
