/* A file of trained weights in any supported format, detected by its first bytes and not
 * by its name.
 *
 *     WeightFile file;
 *     if (!weight_file_read(arena, "vgg19-dcbb9e9d.pth", &file, &err)) ...
 *     printf("%s, sha256 %s\n", file.format, file.sha256);
 *
 *     .safetensors   io/safetensors.h
 *     .pth, .pt      io/torch.h
 *     .npz           io/npz.h
 *
 * Other formats of weights, and the results of failed downloads, are refused by name,
 * with the command that helps (io/weight_kind.h). A tensor of these files that cannot be
 * a weight is listed with its problem (tensor/named.h). */
#ifndef IO_WEIGHT_FILE_H
#define IO_WEIGHT_FILE_H

#include "io/file.h"
#include "tensor/named.h"

/* What a file of weights holds. */
typedef struct WeightFile {
    const char *format;     /* "safetensors", "PyTorch (zip)", ... */
    size_t size;            /* bytes of the file */
    char sha256[65];        /* of the file, in hexadecimal */
    const char *known;      /* the name under which this file is published, or NULL */
    const char *preprocess; /* the preprocessing that the weights expect: the metadata
                             * "preprocess", or what is known of a published file; or NULL */
    NamedTensors tensors;   /* under the names that the file gives them */
} WeightFile;

/* Reads the whole file, up to 2 GiB. */
bool weight_file_read(Arena *arena, const char *path, WeightFile *out, Error *err);

#endif
