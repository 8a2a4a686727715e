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
 * Other files that weights come in, and what a download leaves instead of them, are
 * refused by name with the command that helps (io/weight_kind.h). A tensor of these files
 * that cannot be a weight is listed with its problem (tensor/named.h). */
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
    NamedTensors tensors;   /* under the names that the file gives them */
} WeightFile;

/* Reads the whole file, up to 2 GiB. */
bool weight_file_read(Arena *arena, const char *path, WeightFile *out, Error *err);

#endif
