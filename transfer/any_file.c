#include "transfer/any_file.h"

#include <stdlib.h>
#include <string.h>

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
    {"light", FIELD_REAL, PLACE(light)},
    {"seed", FIELD_SEED, PLACE(random_seed)},
};

static const TrainedFormat format = {
    .format = "stylegrad-any-style",
    .version = "2",
    .older = "1",
    .what = "decoder of any style",
    .short_what = "decoder",
    .make_one = "'stylegrad train-any-style PHOTOS -o FILE' makes one",
    .field = fields,
    .fields = sizeof fields / sizeof *fields};

bool any_file_write(const char *path, const Decoder *decoder, const AnyInfo *info,
                    Error *err) {
    Arena *arena = arena_new();
    const NamedTensors list = decoder_weights(decoder, arena);
    AnyInfo said = *info;
    said.light = decoder_light(decoder);
    const bool good = trained_file_write(path, &format, &list, &said, err);
    arena_free(arena);
    return good;
}

/* The light is no remark: without it the decoder paints another picture. */
static bool read_light(const TrainedFile *file, double *light, Error *err) {
    const char *text = trained_file_said(file, "light");
    char *end = NULL;
    *light = 0;
    if (strcmp(trained_file_said(file, "version"), format.older) == 0) return true;
    if (text) *light = strtod(text, &end);
    return (text && end != text && !*end && *light >= 0 &&
            *light <= DECODER_LIGHT_MOST) ||
           error_set(err,
                     "%s: its light is \"%.20s\", which is no number from 0 to %g; the "
                     "file is damaged, get it again",
                     file->path, text ? text : "", DECODER_LIGHT_MOST);
}

/* The weights, which outlive the file. */
static bool load(const TrainedFile *file, Arena *arena, Decoder **decoder, Error *err) {
    double light;
    Decoder *read = decoder_new(file->scratch);
    if (!read_light(file, &light, err) ||
        !decoder_load(read, &file->list, file->path, err))
        return false;
    decoder_set_light(read, light);
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
        info->light = decoder_light(*decoder);
    }
    trained_file_close(&file);
    return good;
}
