#include "transfer/trained_file.h"

#include <stdlib.h>
#include <string.h>

#include "io/file_kind.h"
#include "io/safetensors.h"
#include "nn/network.h"
#include "tensor/check.h"
#include "tensor/text.h"

enum { OWN_FIELDS = 3, FIELDS_MOST = 32 };

/* ---- Writing ---- */

static const char *field_text(Arena *arena, const TrainedField *field, const void *info) {
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

bool trained_file_write(const char *path, const TrainedFormat *format,
                        const NamedTensors *list, const void *info, Error *err) {
    Arena *arena = arena_new();
    SafetensorsText text[OWN_FIELDS + FIELDS_MOST] = {{"format", format->format},
                                                      {"version", format->version}};
    int count = 2;
    CHECK(format->fields <= FIELDS_MOST, "a file of %d fields", format->fields);
    if (format->network) text[count++] = (SafetensorsText){"network", format->network};
    for (int i = 0; i < format->fields; i++) {
        const TrainedField *field = &format->field[i];
        text[count] = (SafetensorsText){field->key, field_text(arena, field, info)};
        count += text[count].text != NULL;
    }
    const bool good = safetensors_write_described(path, list, count, text, err);
    arena_free(arena);
    return good;
}

/* ---- Reading ---- */

/* What the metadata say, or NULL. */
static const char *said(const TrainedFile *file, Arena *arena, const char *key) {
    const char *text;
    Error unused;
    return safetensors_metadata(arena, file->bytes, file->path, key, &text, &unused)
               ? text
               : NULL;
}

const char *trained_file_said(const TrainedFile *file, const char *key) {
    return said(file, file->scratch, key);
}

/* Refuses what is no safetensors file, by its kind. */
static bool check_kind(const TrainedFile *file, Error *err) {
    if (file->bytes.size > 8 && file->bytes.data[8] == '{') return true;
    const FileKind *kind = file_kind(&file->bytes);
    const bool known = kind->group != FILE_UNKNOWN;
    return error_set(err, "%s: no %s%s%s%s; %s", file->path, file->format->what,
                     known ? " (" : "", known ? kind->name : "", known ? ")" : "",
                     file->format->make_one);
}

static bool reads(const TrainedFormat *f, const char *version) {
    return version && (strcmp(version, f->version) == 0 ||
                       (f->older && strcmp(version, f->older) == 0));
}

/* Refuses other weights, and those of other versions. */
static bool check_format(const TrainedFile *file, Error *err) {
    const TrainedFormat *f = file->format;
    const char *format = trained_file_said(file, "format");
    const char *version = trained_file_said(file, "version");
    const char *network = trained_file_said(file, "network");
    const char *other = network_recognise(&file->list);
    if (!format || strcmp(format, f->format) != 0)
        return error_set(err, "%s: no %s but %s%s; %s", file->path, f->what,
                         other ? "the weights of " : "another file of weights",
                         other ? other : "", f->make_one);
    if (!reads(f, version))
        return error_set(err,
                         "%s: a %s of version %.20s, this program reads version %s%s%s; "
                         "use a newer stylegrad, or train the %s again",
                         file->path, f->short_what, version ? version : "(none)",
                         f->older ? f->older : "", f->older ? " and " : "", f->version,
                         f->short_what);
    return !f->network || (network && strcmp(network, f->network) == 0) ||
           error_set(err,
                     "%s: a %s for the network %.40s, this program has %s; use a newer "
                     "stylegrad, or train the %s again",
                     file->path, f->short_what, network ? network : "(none)", f->network,
                     f->short_what);
}

bool trained_file_open(TrainedFile *file, const char *path, const TrainedFormat *format,
                       Error *err) {
    *file = (TrainedFile){.scratch = arena_new(), .format = format, .path = path};
    return file_read(file->scratch, path, MAX_WEIGHTS_FILE, &file->bytes, err) &&
           check_kind(file, err) &&
           safetensors_read_bytes(file->scratch, file->bytes, path, &file->list, err) &&
           check_format(file, err);
}

void trained_file_close(TrainedFile *file) {
    arena_free(file->scratch);
}

/* A text that is no number counts as 0: nothing but people reads it. */
static void field_set(const TrainedField *field, const char *text, void *info) {
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

void trained_file_describe(const TrainedFile *file, Arena *arena, void *info) {
    for (int i = 0; i < file->format->fields; i++) {
        const TrainedField *field = &file->format->field[i];
        const char *text = said(file, arena, field->key);
        if (text) field_set(field, text, info);
    }
}

Sha256 trained_file_hash(const TrainedFile *file) {
    return sha256_bytes(file->bytes.data, file->bytes.size);
}
