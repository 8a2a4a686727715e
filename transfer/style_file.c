#include "transfer/style_file.h"

#include "nn/generator.h"
#include "transfer/trained_file.h"

#define PLACE(member) offsetof(StyleInfo, member)

static const TrainedField fields[] = {
    {"painting", FIELD_TEXT, PLACE(painting)},
    {"features", FIELD_TEXT, PLACE(features)},
    {"updates", FIELD_LONG, PLACE(updates)},
    {"batch", FIELD_INT, PLACE(batch)},
    {"crop_first", FIELD_INT, PLACE(crop_first)},
    {"crop_last", FIELD_INT, PLACE(crop_last)},
    {"content_weight", FIELD_REAL, PLACE(content_weight)},
    {"style_weight", FIELD_REAL, PLACE(style_weight)},
    {"tv_weight", FIELD_REAL, PLACE(tv_weight)},
    {"stability_weight", FIELD_REAL, PLACE(stability_weight)},
    {"seed", FIELD_SEED, PLACE(random_seed)},
};

static const TrainedFormat format = {
    .format = "stylegrad-style",
    .version = "1",
    .network = "johnson-16-32-64-3",
    .what = "style",
    .short_what = "style",
    .make_one = "'stylegrad train-style PAINTING -o FILE' makes a style",
    .field = fields,
    .fields = sizeof fields / sizeof *fields};

bool style_file_write(const char *path, const Network *generator, const StyleInfo *info,
                      Error *err) {
    Arena *arena = arena_new();
    const NamedTensors list = network_weights(generator, arena);
    const bool good = trained_file_write(path, &format, &list, info, err);
    arena_free(arena);
    return good;
}

static bool load(const TrainedFile *file, Arena *arena, Network **generator, Error *err) {
    static const char *const picture = "picture";
    Network *network = generator_new(arena);
    if (!network_load(network, &file->list, file->path, &picture, 1, err)) return false;
    network_copy_weights(network);
    *generator = network;
    return true;
}

bool style_file_read(Arena *arena, const char *path, Network **generator, StyleInfo *info,
                     Error *err) {
    TrainedFile file;
    const bool good = trained_file_open(&file, path, &format, err) &&
                      load(&file, arena, generator, err);
    if (good && info) {
        *info = (StyleInfo){.hash = trained_file_hash(&file)};
        trained_file_describe(&file, arena, info);
    }
    trained_file_close(&file);
    return good;
}
