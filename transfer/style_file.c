#include "transfer/style_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/file.h"
#include "io/file_kind.h"
#include "io/safetensors.h"
#include "nn/generator.h"
#include "tensor/check.h"
#include "tensor/text.h"

#define FORMAT "stylegrad-style"
#define VERSION "1"
#define NETWORK "johnson-16-32-64-3"
#define MAKE_ONE "'stylegrad train-style PAINTING -o FILE' makes a style"

/* ---- What the metadata say of StyleInfo ---- */

typedef enum FieldKind {
    FIELD_TEXT,
    FIELD_LONG,
    FIELD_INT,
    FIELD_SEED,
    FIELD_REAL
} FieldKind;

typedef struct Field {
    const char *key;
    FieldKind kind;
    size_t place; /* in StyleInfo */
} Field;

#define PLACE(member) offsetof(StyleInfo, member)

static const Field fields[] = {
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

#define FIELDS (sizeof fields / sizeof *fields)

static const char *field_text(Arena *arena, const Field *field, const StyleInfo *info) {
    const void *at = (const char *)info + field->place;
    switch (field->kind) {
    case FIELD_TEXT:
        return *(const char *const *)at
                   ? text_format(arena, "%s", SHOWN(*(const char *const *)at))
                   : NULL;
    case FIELD_LONG:
        return text_format(arena, "%ld", *(const long *)at);
    case FIELD_INT:
        return text_format(arena, "%d", *(const int *)at);
    case FIELD_SEED:
        return text_format(arena, "%llu", *(const unsigned long long *)at);
    case FIELD_REAL:
        return text_format(arena, "%.17g", *(const double *)at);
    }
    return NULL;
}

/* A text that is no number counts as 0: nothing but people reads it. */
static void field_set(const Field *field, const char *text, StyleInfo *info) {
    void *at = (char *)info + field->place;
    switch (field->kind) {
    case FIELD_TEXT:
        *(const char **)at = text;
        return;
    case FIELD_LONG:
        *(long *)at = strtol(text, NULL, 10);
        return;
    case FIELD_INT:
        *(int *)at = atoi(text);
        return;
    case FIELD_SEED:
        *(unsigned long long *)at = strtoull(text, NULL, 10);
        return;
    case FIELD_REAL:
        *(double *)at = strtod(text, NULL);
        return;
    }
}

/* ---- Writing ---- */

bool style_file_write(const char *path, const Network *generator, const StyleInfo *info,
                      Error *err) {
    Arena *arena = arena_new();
    const NamedTensors list = network_weights(generator, arena);
    SafetensorsText text[FIELDS + 3] = {
        {"format", FORMAT}, {"version", VERSION}, {"network", NETWORK}};
    int count = 3;
    for (size_t i = 0; i < FIELDS; i++) {
        text[count] =
            (SafetensorsText){fields[i].key, field_text(arena, &fields[i], info)};
        count += text[count].text != NULL;
    }
    const bool good = safetensors_write_described(path, &list, count, text, err);
    arena_free(arena);
    return good;
}

/* ---- Reading ---- */

typedef struct StyleReader {
    Arena *scratch;
    FileBytes file;
    const char *path;
    NamedTensors list;
} StyleReader;

static const char *said(StyleReader *r, Arena *arena, const char *key) {
    const char *text;
    Error unused;
    return safetensors_metadata(arena, r->file, r->path, key, &text, &unused) ? text
                                                                              : NULL;
}

/* Refuses what is no safetensors file, by its kind. */
static bool check_kind(const StyleReader *r, Error *err) {
    if (r->file.size > 8 && r->file.data[8] == '{') return true;
    const FileKind *kind = file_kind(&r->file);
    const bool known = kind->group != FILE_UNKNOWN;
    return error_set(err, "%s: no style%s%s%s; " MAKE_ONE, r->path, known ? " (" : "",
                     known ? kind->name : "", known ? ")" : "");
}

/* Refuses other weights, and styles of other versions. */
static bool check_format(StyleReader *r, Error *err) {
    const char *format = said(r, r->scratch, "format");
    const char *version = said(r, r->scratch, "version");
    const char *network = said(r, r->scratch, "network");
    const char *other = network_recognise(&r->list);
    if (!format || strcmp(format, FORMAT) != 0)
        return error_set(err, "%s: no style but %s%s; " MAKE_ONE, r->path,
                         other ? "the weights of " : "another file of weights",
                         other ? other : "");
    if (!version || strcmp(version, VERSION) != 0)
        return error_set(
            err,
            "%s: a style of version %.20s, this program reads version " VERSION
            "; use a newer stylegrad, or train the style again",
            r->path, version ? version : "(none)");
    return (network && strcmp(network, NETWORK) == 0) ||
           error_set(err,
                     "%s: a style for the network %.40s, this program has " NETWORK
                     "; use a newer stylegrad, or train the style again",
                     r->path, network ? network : "(none)");
}

static bool load(StyleReader *r, Arena *arena, Network **generator, Error *err) {
    static const char *const picture = "picture";
    Network *network = generator_new(arena);
    if (!network_load(network, &r->list, r->path, &picture, 1, err)) return false;
    network_copy_weights(network);
    *generator = network;
    return true;
}

static void describe(StyleReader *r, Arena *arena, StyleInfo *info) {
    *info = (StyleInfo){.hash = sha256_bytes(r->file.data, r->file.size)};
    for (size_t i = 0; i < FIELDS; i++) {
        const char *text = said(r, arena, fields[i].key);
        if (text) field_set(&fields[i], text, info);
    }
}

bool style_file_read(Arena *arena, const char *path, Network **generator, StyleInfo *info,
                     Error *err) {
    StyleReader r = {.scratch = arena_new(), .path = path};
    const bool good = file_read(r.scratch, path, MAX_WEIGHTS_FILE, &r.file, err) &&
                      check_kind(&r, err) &&
                      safetensors_read_bytes(r.scratch, r.file, path, &r.list, err) &&
                      check_format(&r, err) && load(&r, arena, generator, err);
    if (good && info) describe(&r, arena, info);
    arena_free(r.scratch);
    return good;
}
