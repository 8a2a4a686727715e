#include "transfer/any_file.h"

#include <stdlib.h>
#include <string.h>

#include "io/file.h"
#include "io/file_kind.h"
#include "io/safetensors.h"
#include "tensor/text.h"

#define FORMAT "stylegrad-any-style"
#define VERSION "1"
#define MAKE_ONE "'stylegrad train-any-style PHOTOS -o FILE' makes one"

/* ---- Writing ---- */

bool any_file_write(const char *path, const Decoder *decoder, const AnyInfo *info,
                    Error *err) {
    Arena *arena = arena_new();
    const NamedTensors list = decoder_weights(decoder, arena);
#define NUMBER(format, member) text_format(arena, format, info->member)
    const SafetensorsText text[] = {{"format", FORMAT},
                                    {"version", VERSION},
                                    {"updates", NUMBER("%ld", updates)},
                                    {"batch", NUMBER("%d", batch)},
                                    {"crop_first", NUMBER("%d", crop_first)},
                                    {"crop_last", NUMBER("%d", crop_last)},
                                    {"photographs", NUMBER("%d", photographs)},
                                    {"paintings", NUMBER("%d", paintings)},
                                    {"content_weight", NUMBER("%.17g", content_weight)},
                                    {"style_weight", NUMBER("%.17g", style_weight)},
                                    {"tv_weight", NUMBER("%.17g", tv_weight)},
                                    {"seed", NUMBER("%llu", random_seed)}};
#undef NUMBER
    const bool good =
        safetensors_write_described(path, &list, sizeof text / sizeof *text, text, err);
    arena_free(arena);
    return good;
}

/* ---- Reading ---- */

typedef struct AnyReader {
    Arena *scratch;
    FileBytes file;
    const char *path;
    NamedTensors list;
} AnyReader;

/* What the metadata say, or "". */
static const char *said(const AnyReader *r, const char *key) {
    const char *text;
    Error unused;
    return safetensors_metadata(r->scratch, r->file, r->path, key, &text, &unused) && text
               ? text
               : "";
}

static bool check_kind(const AnyReader *r, Error *err) {
    if (r->file.size > 8 && r->file.data[8] == '{') return true;
    const FileKind *kind = file_kind(&r->file);
    const bool known = kind->group != FILE_UNKNOWN;
    return error_set(err, "%s: no decoder of any style%s%s%s; " MAKE_ONE, r->path,
                     known ? " (" : "", known ? kind->name : "", known ? ")" : "");
}

static bool check_format(const AnyReader *r, Error *err) {
    if (strcmp(said(r, "format"), FORMAT) != 0)
        return error_set(
            err, "%s: no decoder of any style but another file of weights; " MAKE_ONE,
            r->path);
    return strcmp(said(r, "version"), VERSION) == 0 ||
           error_set(err,
                     "%s: a decoder of version %.20s, this program reads version " VERSION
                     "; use a newer stylegrad, or train it again",
                     r->path, said(r, "version"));
}

/* The weights, which outlive the file. */
static bool load(const AnyReader *r, Arena *arena, Decoder **decoder, Error *err) {
    Decoder *read = decoder_new(r->scratch);
    if (!decoder_load(read, &r->list, r->path, err)) return false;
    *decoder = decoder_copy(arena, read);
    return true;
}

/* A text that is no number counts as 0: nothing but people reads it. */
static AnyInfo describe(const AnyReader *r) {
    return (AnyInfo){.updates = strtol(said(r, "updates"), NULL, 10),
                     .batch = atoi(said(r, "batch")),
                     .crop_first = atoi(said(r, "crop_first")),
                     .crop_last = atoi(said(r, "crop_last")),
                     .photographs = atoi(said(r, "photographs")),
                     .paintings = atoi(said(r, "paintings")),
                     .content_weight = strtod(said(r, "content_weight"), NULL),
                     .style_weight = strtod(said(r, "style_weight"), NULL),
                     .tv_weight = strtod(said(r, "tv_weight"), NULL),
                     .random_seed = strtoull(said(r, "seed"), NULL, 10),
                     .hash = sha256_bytes(r->file.data, r->file.size)};
}

bool any_file_read(Arena *arena, const char *path, Decoder **decoder, AnyInfo *info,
                   Error *err) {
    AnyReader r = {.scratch = arena_new(), .path = path};
    const bool good = file_read(r.scratch, path, MAX_WEIGHTS_FILE, &r.file, err) &&
                      check_kind(&r, err) &&
                      safetensors_read_bytes(r.scratch, r.file, path, &r.list, err) &&
                      check_format(&r, err) && load(&r, arena, decoder, err);
    if (good && info) *info = describe(&r);
    arena_free(r.scratch);
    return good;
}
