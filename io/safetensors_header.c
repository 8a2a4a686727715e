#include "io/safetensors_header.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json_read.h"
#include "io/limits.h"

#define MAX_VALUES (16 * SAFETENSORS_MAX_TENSORS) /* a tensor has 11: name, sides, ... */
#define MAX_SIDES 64 /* dimensions; PyTorch and NumPy end there or before */
#define AGAIN "; get the file again"
#define RESUME                                                                           \
    "; if its download stopped early, 'curl -L -C - -o FILE ADDRESS' goes on where it "  \
    "ended"

typedef SafetensorsEntry Entry;

/* What all steps of reading share. */
typedef struct Reader {
    Arena *arena;
    FileBytes data; /* what follows the header */
    const char *where;
    Error *err;
} Reader;

static bool refuse(const Reader *r, const char *what) {
    return error_set(r->err, "%s: %s" AGAIN, r->where, what);
}

static bool refuse_tensor(const Reader *r, const char *name, const char *what) {
    return error_set(r->err, "%s: tensor %s %s" AGAIN, r->where, NAME(name), what);
}

/* A whole number from 0 up; jansson refuses those beyond 63 bits when it parses. */
static bool read_count(const json_t *json, uint64_t *out) {
    if (!json_is_integer(json) || json_integer_value(json) < 0) return false;
    *out = (uint64_t)json_integer_value(json);
    return true;
}

const char *safetensors_problem(Arena *arena, const char *where, const char *name,
                                const char *format, ...) {
    char text[sizeof(Error)];
    Error sentence;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    error_set(&sentence, "%s: tensor %s %s", where, NAME(name), text);
    return arena_string(arena, sentence.text);
}

static bool read_kind(const Reader *r, const json_t *info, Entry *entry) {
    static const struct {
        const char *text;
        bool read;
        NumberKind kind;
        size_t width;
    } kinds[] = {
        {"F32", true, NUMBER_F32, 4},     {"F16", true, NUMBER_F16, 2},
        {"BF16", true, NUMBER_BF16, 2},   {"F64", true, NUMBER_F64, 8},
        {"BOOL", false, NUMBER_U8, 1},    {"U8", false, NUMBER_U8, 1},
        {"I8", false, NUMBER_U8, 1},      {"U16", false, NUMBER_U8, 2},
        {"I16", false, NUMBER_U8, 2},     {"U32", false, NUMBER_U8, 4},
        {"I32", false, NUMBER_U8, 4},     {"U64", false, NUMBER_U8, 8},
        {"I64", false, NUMBER_U8, 8},     {"C64", false, NUMBER_U8, 8},
        {"F8_E4M3", false, NUMBER_U8, 1}, {"F8_E5M2", false, NUMBER_U8, 1},
    };
    const char *text = json_string_value(json_object_get(info, "dtype"));
    if (!text) return refuse_tensor(r, entry->name, "has no \"dtype\"");
    entry->dtype = arena_string(r->arena, text);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(text, kinds[i].text) != 0) continue;
        entry->kind = kinds[i].kind, entry->width = kinds[i].width;
        if (kinds[i].read) return true;
    }
    entry->problem = safetensors_problem(
        r->arena, r->where, entry->name,
        "holds %s, known are F32, F64, F16 and BF16; save the file as F32", NAME(text));
    return true;
}

/* Bytes of a tensor of these sides, UINT64_MAX when there is no such number. */
static uint64_t bytes_of(const uint64_t *sides, size_t rank, size_t width) {
    uint64_t bytes = width;
    for (size_t i = 0; i < rank; i++)
        if (sides[i] == 0) return 0;
    for (size_t i = 0; i < rank; i++)
        bytes = bytes > UINT64_MAX / sides[i] ? UINT64_MAX : bytes * sides[i];
    return bytes;
}

static bool read_sides(const Reader *r, const json_t *info, const Entry *entry,
                       uint64_t *sides, size_t *rank) {
    const json_t *shape = json_object_get(info, "shape");
    if (!json_is_array(shape)) return refuse_tensor(r, entry->name, "has no \"shape\"");
    *rank = json_array_size(shape);
    if (*rank > MAX_SIDES)
        return refuse_tensor(r, entry->name, "has more dimensions than tensors have");
    for (size_t i = 0; i < *rank; i++)
        if (!read_count(json_array_get(shape, i), &sides[i]))
            return refuse_tensor(r, entry->name,
                                 "has a \"shape\" that is no list of sizes");
    return true;
}

static bool read_offsets(const Reader *r, const json_t *info, Entry *entry) {
    const json_t *offsets = json_object_get(info, "data_offsets");
    if (json_array_size(offsets) != 2 ||
        !read_count(json_array_get(offsets, 0), &entry->begin) ||
        !read_count(json_array_get(offsets, 1), &entry->end))
        return refuse_tensor(r, entry->name, "has no pair of \"data_offsets\"");
    if (entry->begin > entry->end || entry->end > r->data.size)
        return error_set(r->err, "%s: tensor %s lies outside the file" RESUME, r->where,
                         NAME(entry->name));
    return true;
}

/* The shape fills the place between the offsets, whatever the numbers are. */
static bool read_place(const Reader *r, const json_t *info, Entry *entry) {
    uint64_t sides[MAX_SIDES];
    size_t rank = 0;
    if (!read_sides(r, info, entry, sides, &rank) || !read_offsets(r, info, entry))
        return false;
    uint64_t bytes = bytes_of(sides, rank, entry->width);
    if (bytes == UINT64_MAX)
        return refuse_tensor(r, entry->name, "has more elements than memory holds");
    if (entry->width && entry->end - entry->begin != bytes)
        return error_set(
            r->err, "%s: tensor %s has %llu bytes, its shape asks for %llu" AGAIN,
            r->where, NAME(entry->name), (unsigned long long)(entry->end - entry->begin),
            (unsigned long long)bytes);
    const char *wrong = NULL;
    if (rank > NUMBER_SIDES)
        wrong = safetensors_problem(r->arena, r->where, entry->name,
                                    "has %zu dimensions, at most %d are read; reshape it",
                                    rank, NUMBER_SIDES);
    else if ((wrong = sides_to_shape(sides, (int)rank, &entry->shape)))
        wrong = safetensors_problem(r->arena, r->where, entry->name, "%s" AGAIN, wrong);
    else
        entry->rank = (int)rank;
    if (!entry->problem) entry->problem = wrong;
    return true;
}

static bool read_entry(const Reader *r, const char *name, const json_t *info,
                       Entry *out) {
    out->name = arena_string(r->arena, name);
    out->shape = SCALAR;
    if (!json_is_object(info)) return refuse_tensor(r, name, "is described by no object");
    if (!read_kind(r, info, out) || !read_place(r, info, out)) return false;
    return json_object_size(info) == 3 ||
           refuse_tensor(r, name, "has unknown properties");
}

static bool check_metadata(const Reader *r, const json_t *metadata) {
    const char *key;
    const json_t *value;
    if (!json_is_object(metadata)) return refuse(r, "__metadata__ is no object");
    json_object_foreach((json_t *)(uintptr_t)metadata, key, value) if (
        !json_is_string(value)) return refuse(r, "__metadata__ holds more than strings");
    return true;
}

static bool read_entries(const Reader *r, json_t *header, Entry *entries) {
    const char *name;
    json_t *info;
    json_object_foreach(header, name, info) {
        bool good = strcmp(name, "__metadata__") == 0
                        ? check_metadata(r, info)
                        : read_entry(r, name, info, entries++);
        if (!good) return false;
    }
    return true;
}

static int by_place(const void *a, const void *b) {
    const Entry *x = *(const Entry *const *)a, *y = *(const Entry *const *)b;
    if (x->begin != y->begin) return x->begin > y->begin ? 1 : -1;
    return (x->end > y->end) - (x->end < y->end);
}

/* In the order of the data, each tensor starts where the one before it ends. An empty one
 * ends where it starts. */
static bool check_places(const Reader *r, const Entry *entries, size_t count) {
    const Entry **order = ARENA_NEW(r->arena, const Entry *, count);
    uint64_t at = 0;
    for (size_t i = 0; i < count; i++)
        order[i] = &entries[i];
    qsort(order, count, sizeof *order, by_place);
    for (size_t i = 0; i < count; at = order[i++]->end) {
        if (order[i]->begin < at)
            return refuse_tensor(r, order[i]->name, "overlaps another one");
        if (order[i]->begin > at)
            return refuse_tensor(r, order[i]->name, "follows a hole in the file");
    }
    return at == r->data.size || refuse(r, "holds bytes that belong to no tensor");
}

/* Values in JSON, by what opens and separates them outside of texts. The parser takes a
 * hundred bytes for each, and one may be written in two. */
static size_t count_values(const char *text, size_t length) {
    size_t count = 0;
    bool inside = false;
    for (size_t i = 0; i < length; i++) {
        const char c = text[i];
        if (inside && c == '\\') i++;
        if (c == '"') inside = !inside;
        count += !inside && (c == ',' || c == '{' || c == '[');
    }
    return count;
}

/* Finds the header in the file and parses it; NULL after filling err. */
static json_t *read_header(FileBytes file, Reader *r) {
    uint64_t length = file.size < 8 ? 0 : bytes_load(file.data, 8);
    if (file.size < 8) return refuse(r, "too short for a safetensors file"), NULL;
    if (length > SAFETENSORS_MAX_HEADER)
        return error_set(
                   r->err,
                   "%s: states a header of %llu bytes, at most %llu are read; "
                   "check that it is a safetensors file" OR_RAISE(SAFETENSORS_MAX_HEADER),
                   r->where, (unsigned long long)length,
                   (unsigned long long)SAFETENSORS_MAX_HEADER),
               NULL;
    if (length > file.size - 8)
        return error_set(r->err, "%s: cut off in its header" RESUME, r->where), NULL;
    const char *text = (const char *)file.data + 8;
    if (length == 0 || *text != '{')
        return refuse(r, "the header does not start with '{'"), NULL;
    if (count_values(text, (size_t)length) > MAX_VALUES)
        return error_set(r->err,
                         "%s: a header with more values than %d tensors need; split the "
                         "file" OR_RAISE(SAFETENSORS_MAX_TENSORS),
                         r->where, SAFETENSORS_MAX_TENSORS),
               NULL;
    r->data = (FileBytes){file.data + 8 + length, file.size - 8 - (size_t)length};
    json_error_t problem;
    json_t *json = json_read(text, (size_t)length, &problem);
    if (!json)
        error_set(r->err, "%s: the header is not JSON: %s at byte %d" AGAIN, r->where,
                  NAME(problem.text), problem.position);
    return json;
}

/* Copies the texts of __metadata__ into the arena. */
static void read_texts(const Reader *r, const json_t *header, SafetensorsHeader *out) {
    json_t *metadata = json_object_get(header, "__metadata__"), *value;
    const char *key;
    const size_t count = json_object_size(metadata);
    out->key = ARENA_NEW(r->arena, const char *, count);
    out->text = ARENA_NEW(r->arena, const char *, count);
    json_object_foreach(metadata, key, value) {
        out->key[out->texts] = arena_string(r->arena, key);
        out->text[out->texts++] = arena_string(r->arena, json_string_value(value));
    }
}

static bool read_all(const Reader *r, json_t *header, SafetensorsHeader *out) {
    if (!json_is_object(header)) return refuse(r, "the header is no object");
    out->data = r->data;
    out->count = json_object_size(header) - !!json_object_get(header, "__metadata__");
    if (out->count > SAFETENSORS_MAX_TENSORS)
        return error_set(r->err,
                         "%s: %zu tensors, at most %d are read; split the file" OR_RAISE(
                             SAFETENSORS_MAX_TENSORS),
                         r->where, out->count, SAFETENSORS_MAX_TENSORS);
    out->entry = ARENA_NEW(r->arena, Entry, out->count);
    if (!read_entries(r, header, out->entry) || !check_places(r, out->entry, out->count))
        return false;
    read_texts(r, header, out);
    return true;
}

bool safetensors_header_read(Arena *arena, FileBytes file, const char *where,
                             SafetensorsHeader *out, Error *err) {
    Reader r = {.arena = arena, .where = where, .err = err};
    *out = (SafetensorsHeader){0};
    json_t *header = read_header(file, &r);
    const bool good = header && read_all(&r, header, out);
    json_decref(header);
    return good;
}

const char *safetensors_header_text(const SafetensorsHeader *header, const char *key) {
    for (size_t i = 0; i < header->texts; i++)
        if (strcmp(header->key[i], key) == 0) return header->text[i];
    return NULL;
}
