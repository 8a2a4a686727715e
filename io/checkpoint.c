#include "io/checkpoint.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"
#include "io/json_build.h"
#include "io/limits.h"
#include "io/number.h"
#include "io/safetensors_header.h"
#include "io/sha256.h"
#include "tensor/real.h"
#include "tensor/text.h"

#define TEXT_KEY "stylegrad"
#define HASH_KEY "sha256"

static const char *const dtypes[STATE_KINDS] = {
    [STATE_REAL] = sizeof(real) == sizeof(float) ? "F32" : "F64",
    [STATE_DOUBLE] = "F64",
    [STATE_INT] = "I32",
    [STATE_UINT64] = "U64",
};

static size_t piece_bytes(const StatePiece *piece) {
    return piece->count * state_width(piece->kind);
}

/* ---- Bytes of a file are little-endian on every machine. ---- */

static void store_elements(size_t width, const void *from, size_t count,
                           unsigned char *to) {
    const unsigned char *at = from;
    for (size_t i = 0; i < count; i++, at += width, to += width) {
        uint32_t narrow;
        uint64_t wide;
        memcpy(width == 4 ? (void *)&narrow : &wide, at, width);
        bytes_store(to, (int)width, width == 4 ? narrow : wide);
    }
}

static void load_elements(size_t width, const unsigned char *from, size_t count,
                          void *to) {
    unsigned char *at = to;
    for (size_t i = 0; i < count; i++, at += width, from += width) {
        const uint64_t wide = bytes_load(from, (int)width);
        const uint32_t narrow = (uint32_t)wide;
        memcpy(at, width == 4 ? (const void *)&narrow : &wide, width);
    }
}

/* ---- Writing ---- */

typedef bool TakeBytes(void *context, const unsigned char *bytes, size_t size);

/* All pieces as bytes of the file, a part at a time. */
static bool each_part(const StateList *list, TakeBytes *take, void *context) {
    enum { PART = 1024 }; /* elements */
    unsigned char bytes[PART * sizeof(uint64_t)];
    for (int p = 0; p < list->count; p++) {
        const StatePiece *piece = &list->piece[p];
        const size_t width = state_width(piece->kind);
        const unsigned char *data = piece->data;
        for (size_t at = 0; at < piece->count; at += PART) {
            const size_t left = piece->count - at, count = left < PART ? left : PART;
            store_elements(width, data + at * width, count, bytes);
            if (!take(context, bytes, count * width)) return false;
        }
    }
    return true;
}

static bool add_to_hash(void *context, const unsigned char *bytes, size_t size) {
    sha256_add(context, bytes, size);
    return true;
}

static bool add_to_stream(void *context, const unsigned char *bytes, size_t size) {
    return fwrite(bytes, 1, size, context) == size;
}

static Sha256 hash_of(const StateList *list, Arena *arena) {
    Sha256Stream *stream = sha256_begin(arena);
    each_part(list, add_to_hash, stream);
    return sha256_end(stream);
}

/* The header as text, to be freed, or NULL. */
static char *header_text(const char *text, const StateList *list, const char *hash,
                         Error *err) {
    JsonBuild build = {0};
    json_int_t at = 0;
    json_t *header = json_built(&build, json_object());
    json_put(&build, header, "__metadata__",
             json_pack("{s:s, s:s}", TEXT_KEY, text, HASH_KEY, hash));
    for (int i = 0; i < list->count; i++) {
        const StatePiece *piece = &list->piece[i];
        const json_int_t end = at + (json_int_t)piece_bytes(piece);
        json_put(&build, header, piece->name,
                 json_pack("{s:s, s:[I], s:[I, I]}", "dtype", dtypes[piece->kind],
                           "shape", (json_int_t)piece->count, "data_offsets", at, end));
        at = end;
    }
    char *all = json_text(&build, header, JSON_COMPACT, err);
    json_decref(header);
    return all;
}

/* The header ends at a multiple of 8 bytes, with spaces before its end. A failure stays
 * in the stream. */
static void write_stream(FILE *out, const char *header, const StateList *list) {
    const size_t length = strlen(header), padded = (length + 7) / 8 * 8;
    unsigned char size[8];
    bytes_store(size, 8, padded);
    fwrite(size, 1, 8, out);
    fprintf(out, "%-*s", (int)padded, header);
    each_part(list, add_to_stream, out);
}

char *checkpoint_previous(Arena *arena, const char *path) {
    return text_format(arena, "%s" CHECKPOINT_PREVIOUS, path);
}

static bool write_file(const char *path, const char *previous, const char *header,
                       const StateList *list, Error *err) {
    FileOutput output;
    if (!file_begin(&output, path, err)) return false;
    write_stream(output.stream, header, list);
    return file_commit_previous(&output, previous, err);
}

bool checkpoint_write(const char *path, const char *text, const StateList *list,
                      Error *err) {
    Arena *arena = arena_new();
    Error why;
    char *header = header_text(text, list, hash_of(list, arena).text, &why);
    const bool good =
        header ? write_file(path, checkpoint_previous(arena, path), header, list, err)
               : error_set(err, "%s: %s", path, why.text);
    free(header);
    arena_free(arena);
    return good;
}

bool checkpoint_write_check(const char *path, Error *err) {
    struct stat about;
    Arena *arena = arena_new();
    bool good = file_write_check(path, err) &&
                file_write_check(checkpoint_previous(arena, path), err);
    if (good && stat(path, &about) == 0 && !S_ISREG(about.st_mode))
        good = error_set(err,
                         "%s: is no regular file, a checkpoint must be one; choose "
                         "another --checkpoint",
                         path);
    arena_free(arena);
    return good;
}

/* ---- Reading ---- */

bool checkpoint_is_one(const char *path) {
    static const char start[] = "{\"__metadata__\":{\"" TEXT_KEY "\":";
    char found[8 + sizeof start - 1];
    FILE *file = fopen(path, "rb");
    const bool whole = file && fread(found, sizeof found, 1, file) == 1;
    if (file) fclose(file);
    return whole && memcmp(found + 8, start, sizeof start - 1) == 0;
}

/* The file, its header and its text. */
static bool open_file(Arena *arena, CheckpointFile *out, Error *err) {
    SafetensorsHeader *header = ARENA_NEW(arena, SafetensorsHeader, 1);
    FileBytes file;
    if (!file_read(arena, out->path, MAX_CHECKPOINT_FILE, &file, err) ||
        !safetensors_header_read(arena, file, out->path, header, err))
        return false;
    out->header = header;
    out->text = safetensors_header_text(header, TEXT_KEY);
    const char *hash = safetensors_header_text(header, HASH_KEY);
    if (!out->text || !hash)
        return error_set(err,
                         "%s: holds tensors, but is no checkpoint; '--checkpoint' "
                         "writes one",
                         out->path);
    return strcmp(sha256_bytes(header->data.data, header->data.size).text, hash) == 0 ||
           error_set(err, "%s: its bytes are not those that were written; it is damaged",
                     out->path);
}

bool checkpoint_read(Arena *arena, const char *path, CheckpointFile *out, Error *err) {
    Error why;
    *out = (CheckpointFile){.path = path};
    if (open_file(arena, out, &why)) return true;
    const char *previous = checkpoint_previous(arena, path);
    if (access(previous, R_OK) == 0)
        return error_set(err, "%s; the checkpoint before it is %s", why.text, previous);
    *err = why;
    return false;
}

static const SafetensorsEntry *find_entry(const SafetensorsHeader *header,
                                          const char *name) {
    for (size_t i = 0; i < header->count; i++)
        if (strcmp(header->entry[i].name, name) == 0) return &header->entry[i];
    return NULL;
}

/* Whether this piece can be read from the file. */
static bool fits(const CheckpointFile *file, const StatePiece *piece, Error *err) {
    const SafetensorsEntry *entry = find_entry(file->header, piece->name);
    if (!entry)
        return error_set(err, "%s: has no \"%s\", which this run needs", file->path,
                         piece->name);
    if (strcmp(entry->dtype, dtypes[piece->kind]) != 0)
        return error_set(err, "%s: has \"%s\" as %s, this program computes in %s; use %s",
                         file->path, piece->name, NAME(entry->dtype), dtypes[piece->kind],
                         sizeof(real) == sizeof(float) ? "stylegrad-double"
                                                       : "stylegrad");
    return entry->end - entry->begin == piece_bytes(piece) ||
           error_set(err, "%s: has %llu bytes of \"%s\", this run needs %zu", file->path,
                     (unsigned long long)(entry->end - entry->begin), piece->name,
                     piece_bytes(piece));
}

static void copy_piece(const CheckpointFile *file, const StatePiece *piece) {
    const SafetensorsEntry *entry = find_entry(file->header, piece->name);
    load_elements(state_width(piece->kind), file->header->data.data + entry->begin,
                  piece->count, piece->data);
}

size_t checkpoint_count(const CheckpointFile *file, const char *name) {
    const SafetensorsEntry *entry = find_entry(file->header, name);
    return entry && entry->width ? (size_t)(entry->end - entry->begin) / entry->width : 0;
}

bool checkpoint_take(const CheckpointFile *file, StatePiece piece, Error *err) {
    if (!fits(file, &piece, err)) return false;
    copy_piece(file, &piece);
    return true;
}

bool checkpoint_restore(const CheckpointFile *file, const StateList *list, Error *err) {
    if (file->header->count != (size_t)list->count)
        return error_set(err, "%s: has %zu arrays, this run needs %d", file->path,
                         file->header->count, list->count);
    for (int i = 0; i < list->count; i++)
        if (!fits(file, &list->piece[i], err)) return false;
    for (int i = 0; i < list->count; i++)
        copy_piece(file, &list->piece[i]);
    return true;
}
