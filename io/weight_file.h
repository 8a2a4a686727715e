/* A file of trained weights in any of the formats that are read, told by its first bytes
 * and not by its name.
 *
 *     WeightFile file;
 *     if (!weight_file_read(arena, "vgg19-dcbb9e9d.pth", &file, &err)) ...
 *     printf("%s, sha256 %s\n", file.format, file.sha256);
 *
 *     .safetensors   io/safetensors.h
 *     .pth, .pt      io/torch.h
 *     .npz           io/npz.h
 *
 * A Keras .h5 is refused with the name of the script that converts it. */
#ifndef IO_WEIGHT_FILE_H
#define IO_WEIGHT_FILE_H

#include "io/file.h"
#include "tensor/named.h"

typedef struct WeightFile {
    const char *format;     /* "safetensors", "PyTorch (zip)", ... */
    size_t size;            /* bytes of the file */
    char sha256[65];        /* of the file, in hexadecimal */
    const char *known;      /* under which name the world knows this very file, or NULL */
    const char *preprocess; /* what the weights were made to read: as the file's metadata
                               say under "preprocess", or as is known of it; or NULL */
    NamedTensors tensors;   /* without a module. or model. that all names share */
} WeightFile;

/* Reads the whole file, up to 2 GiB. */
bool weight_file_read(Arena *arena, const char *path, WeightFile *out, Error *err);

#endif
