#include "transfer/network_open.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "io/number.h"
#include "tensor/no_memory.h"
#include "tensor/text.h"

bool network_file_read(Arena *arena, const char *path, WeightFile *file, Error *err) {
    if (access(path, F_OK) == 0 || errno != ENOENT)
        return weight_file_read(arena, path, file, err);
    return error_set(err,
                     "cannot open %s: there is no such file; check the spelling, or load "
                     "VGG-19 and SqueezeNet into weights/ with 'make weights'",
                     path);
}

/* What the weights were made to read: what the caller says, or else what the file does. */
static bool choose_preprocess(const char *path, const WeightFile *file,
                              Preprocess *preprocess, Error *err) {
    const char *said = file->preprocess;
    if (*preprocess != PREPROCESS_AUTO || !said || preprocess_parse(said, preprocess))
        return true;
    return error_set(err,
                     "%s: its metadata ask for the preprocessing \"%s\"; choose one "
                     "with --preprocess",
                     path, NAME(said));
}

Network *network_of_file(Arena *arena, const char *path, const WeightFile *file,
                         const NetworkOptions *options, Error *err) {
    Preprocess preprocess = options->preprocess;
    Network *network = network_new(arena, options->net, options->pool, err);
    if (!network || !choose_preprocess(path, file, &preprocess, err)) return NULL;
    network_padding(network, options->pad);
    network_preprocess(network, preprocess);
    return network_load(network, &file->tensors, path, NULL, 0, err) ? network : NULL;
}

static bool refuse(const char *path, const char *advice, Error *err) {
    const ShownText file = shown_text(path);
    if (advice)
        return error_set(err, "%s: the weights of no network that is known; %s",
                         file.text, advice);
    return error_set(err,
                     "%s: the weights of no network that is known; 'stylegrad weights "
                     "%s' lists what is in it",
                     file.text, file.text);
}

/* Without a name, the network is the one that the file is of. */
static bool choose_net(const char *path, const WeightFile *file, NetworkOptions *options,
                       Error *err) {
    const char *found;
    Error strange;
    if (!network_identify(&file->tensors, &found, &strange))
        return error_set(err, "%s: %s", SHOWN(path), strange.text);
    if (!options->net) options->net = found;
    return options->net || refuse(path, options->advice, err);
}

Network *network_open(Arena *arena, const char *path, const NetworkOptions *options,
                      NetworkInfo *info, Error *err) {
    NetworkOptions chosen = *options;
    WeightFile file;
    Network *network = NULL;
    const MemoryUse before = memory_for(path, NULL);
    Arena *scratch = arena_new();
    if (network_file_read(scratch, path, &file, err) &&
        choose_net(path, &file, &chosen, err))
        network = network_of_file(arena, path, &file, &chosen, err);
    if (network) {
        network_copy_weights(network);
        if (info) memcpy(info->hash.text, file.sha256, sizeof info->hash.text);
    }
    arena_free(scratch);
    memory_for_again(before);
    return network;
}
