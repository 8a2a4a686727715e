#include "transfer/any_file.h"

#include "transfer/trained_file.h"

#define PLACE(member) offsetof(AnyInfo, member)

static const TrainedField fields[] = {
    {"updates", FIELD_LONG, PLACE(updates)},
    {"batch", FIELD_INT, PLACE(batch)},
    {"crop_first", FIELD_INT, PLACE(crop_first)},
    {"crop_last", FIELD_INT, PLACE(crop_last)},
    {"photographs", FIELD_INT, PLACE(photographs)},
    {"paintings", FIELD_INT, PLACE(paintings)},
    {"content_weight", FIELD_REAL, PLACE(content_weight)},
    {"style_weight", FIELD_REAL, PLACE(style_weight)},
    {"tv_weight", FIELD_REAL, PLACE(tv_weight)},
    {"seed", FIELD_SEED, PLACE(random_seed)},
};

static const TrainedFormat format = {
    .format = "stylegrad-any-style",
    .version = "1",
    .what = "decoder of any style",
    .short_what = "decoder",
    .make_one = "'stylegrad train-any-style PHOTOS -o FILE' makes one",
    .field = fields,
    .fields = sizeof fields / sizeof *fields};

bool any_file_write(const char *path, const Decoder *decoder, const AnyInfo *info,
                    Error *err) {
    Arena *arena = arena_new();
    const NamedTensors list = decoder_weights(decoder, arena);
    const bool good = trained_file_write(path, &format, &list, info, err);
    arena_free(arena);
    return good;
}

/* The weights, which outlive the file. */
static bool load(const TrainedFile *file, Arena *arena, Decoder **decoder, Error *err) {
    Decoder *read = decoder_new(file->scratch);
    if (!decoder_load(read, &file->list, file->path, err)) return false;
    *decoder = decoder_copy(arena, read);
    return true;
}

bool any_file_read(Arena *arena, const char *path, Decoder **decoder, AnyInfo *info,
                   Error *err) {
    TrainedFile file;
    const bool good =
        trained_file_open(&file, path, &format, err) && load(&file, arena, decoder, err);
    if (good && info) {
        *info = (AnyInfo){.hash = trained_file_hash(&file)};
        trained_file_describe(&file, arena, info);
    }
    trained_file_close(&file);
    return good;
}
