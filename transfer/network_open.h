/* Opens a network from a file of weights: reads the file, finds out which network it is
 * of, and loads it.
 *
 *     NetworkOptions options = {.pool = POOL_AVG};
 *     NetworkInfo info;
 *     Network *vgg = network_open(arena, "vgg19.pth", &options, &info, &err);
 *     if (!vgg) ...
 *     printf("%s, sha256 %s\n", network_name(vgg), info.hash.text); */
#ifndef TRANSFER_NETWORK_OPEN_H
#define TRANSFER_NETWORK_OPEN_H

#include "io/sha256.h"
#include "io/weight_file.h"
#include "nn/network.h"

/* Zeros: everything as the file says. */
typedef struct NetworkOptions {
    const char *net;       /* NULL: the one that the weights are of */
    Pooling pool;          /* what poolings compute */
    Padding pad;           /* how convolutions continue beyond the edge */
    Preprocess preprocess; /* PREPROCESS_AUTO: as the file's metadata say, or else as
                              network_preprocess infers from the weights */
    const char *advice;    /* what helps when the weights are of no network that is known,
                              to end the message with; NULL: 'stylegrad weights FILE' */
} NetworkOptions;

/* What is known of the file. */
typedef struct NetworkInfo {
    Sha256 hash; /* of the file */
} NetworkInfo;

/* The network with its weights, in the arena; of the file itself nothing stays. `info`
 * may be NULL. NULL when the file cannot be read, when it is not of a network that is
 * known, or when its weights are not those of options->net. */
Network *network_open(Arena *arena, const char *path, const NetworkOptions *options,
                      NetworkInfo *info, Error *err);

/* The same in two parts, for programs that also look at the tensors. The first reads the
 * file and names the way to a missing one. The second loads a network that reads the
 * weights in place, so the file must outlive it; options->net is not NULL. */
bool network_file_read(Arena *arena, const char *path, WeightFile *file, Error *err);
Network *network_of_file(Arena *arena, const char *path, const WeightFile *file,
                         const NetworkOptions *options, Error *err);

#endif
