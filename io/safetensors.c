#include "io/safetensors.h"

#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/number.h"

#define MAX_FILE ((size_t)2 << 30)
#define MAX_HEADER ((uint64_t)16 << 20)
#define MAX_VALUES (16 * SAFETENSORS_MAX_TENSORS) /* a tensor has 11: name, sides, ... */
#define MAX_SIDES 64 /* dimensions; PyTorch and NumPy end there or before */
#define AGAIN "; get the file again"

/* One tensor as the header describes it. */
typedef struct Entry {
    const char *name;
    NumberKind kind;
    size_t width; /* bytes of one element; 0 when its kind is unknown */
    int rank;
    Shape shape;
    uint64_t begin, end; /* bytes, from the end of the header */
    const char *problem; /* why it cannot be a weight; NULL when it can */
} Entry;

/* The state of one reader. */
typedef struct SafetensorsReader {
    Arena *arena;
    FileBytes data; /* what follows the header */
    const char *where;
    Error *err;
} SafetensorsReader;

static bool refuse(const SafetensorsReader *r, const char *what) {
    return error_set(r->err, "%s: %s" AGAIN, r->where, what);
}

static bool refuse_tensor(const SafetensorsReader *r, const char *name,
                          const char *what) {
    return error_set(r->err, "%s: tensor %s %s" AGAIN, r->where, NAME(name), what);
}

/* An integer >= 0; jansson refuses integers beyond 63 bits when it parses. */
static bool read_count(const json_t *json, uint64_t *out) {
    if (!json_is_integer(json) || json_integer_value(json) < 0) return false;
    *out = (uint64_t)json_integer_value(json);
    return true;
}

/* Stores why this tensor is refused, for when it is needed. */
__attribute__((format(printf, 3, 4))) static bool
problem(const SafetensorsReader *r, Entry *entry, const char *format, ...) {
    char text[sizeof(Error)];
    Error sentence;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    error_set(&sentence, "%s: tensor %s %s", r->where, NAME(entry->name), text);
    if (!entry->problem) entry->problem = arena_string(r->arena, sentence.text);
    return true;
}

static bool read_kind(const SafetensorsReader *r, const json_t *info, Entry *entry) {
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
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(text, kinds[i].text) != 0) continue;
        entry->kind = kinds[i].kind, entry->width = kinds[i].width;
        if (kinds[i].read) return true;
    }
    return problem(r, entry,
                   "holds %s, known are F32, F64, F16 and BF16; save the file as F32",
                   NAME(text));
}

/* Bytes of a tensor of this shape; UINT64_MAX when that overflows. */
static uint64_t bytes_of(const uint64_t *sides, size_t rank, size_t width) {
    uint64_t bytes = width;
    for (size_t i = 0; i < rank; i++)
        if (sides[i] == 0) return 0;
    for (size_t i = 0; i < rank; i++)
        bytes = bytes > UINT64_MAX / sides[i] ? UINT64_MAX : bytes * sides[i];
    return bytes;
}

static bool read_sides(const SafetensorsReader *r, const json_t *info, const Entry *entry,
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

static bool read_offsets(const SafetensorsReader *r, const json_t *info, Entry *entry) {
    const json_t *offsets = json_object_get(info, "data_offsets");
    if (json_array_size(offsets) != 2 ||
        !read_count(json_array_get(offsets, 0), &entry->begin) ||
        !read_count(json_array_get(offsets, 1), &entry->end))
        return refuse_tensor(r, entry->name, "has no pair of \"data_offsets\"");
    if (entry->begin > entry->end || entry->end > r->data.size)
        return refuse_tensor(r, entry->name, "lies outside the file");
    return true;
}

/* The shape must fill the range between the offsets, also for unknown kinds. */
static bool read_place(const SafetensorsReader *r, const json_t *info, Entry *entry) {
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
    if (rank > NUMBER_SIDES)
        return problem(r, entry, "has %zu dimensions, at most %d are read; reshape it",
                       rank, NUMBER_SIDES);
    const char *wrong = sides_to_shape(sides, (int)rank, &entry->shape);
    if (wrong) return problem(r, entry, "%s" AGAIN, wrong);
    entry->rank = (int)rank;
    return true;
}

static bool read_entry(const SafetensorsReader *r, const char *name, const json_t *info,
                       Entry *out) {
    out->name = arena_string(r->arena, name);
    out->shape = SCALAR;
    if (!json_is_object(info)) return refuse_tensor(r, name, "is described by no object");
    if (!read_kind(r, info, out) || !read_place(r, info, out)) return false;
    return json_object_size(info) == 3 ||
           refuse_tensor(r, name, "has unknown properties");
}

static bool check_metadata(const SafetensorsReader *r, const json_t *metadata) {
    const char *key;
    const json_t *value;
    if (!json_is_object(metadata)) return refuse(r, "__metadata__ is no object");
    json_object_foreach((json_t *)(uintptr_t)metadata, key, value) if (
        !json_is_string(value)) return refuse(r, "__metadata__ holds more than strings");
    return true;
}

static bool read_entries(const SafetensorsReader *r, json_t *header, Entry *entries) {
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
static bool check_places(const SafetensorsReader *r, const Entry *entries, size_t count) {
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

static void read_numbers(const SafetensorsReader *r, Entry *entry, Tensor out) {
    size_t count = shape_size(out.shape);
    const unsigned char *at = r->data.data + entry->begin;
    for (size_t i = 0; i < count; i++, at += entry->width) {
        double x = number_load(entry->kind, at);
        out.data[i] = (real)x;
        if (isfinite((double)out.data[i])) continue;
        problem(r, entry, "holds %s at element %zu" AGAIN,
                isnan(x)   ? "NaN"
                : isinf(x) ? "infinity"
                           : "a number too large for " REAL_NAME,
                i);
        return;
    }
}

/* A tensor in `arena`, with its elements unless it has a problem. */
static NamedTensor read_tensor(const SafetensorsReader *r, Arena *arena, Entry *entry) {
    NamedTensor item = {.name = arena_string(arena, entry->name),
                        .rank = entry->rank,
                        .tensor = {.shape = entry->shape}};
    if (!entry->problem) {
        Tensor t = tensor_alloc(arena, entry->shape);
        read_numbers(r, entry, t);
        if (!entry->problem) item.tensor = t;
    }
    if (entry->problem) item.problem = arena_string(arena, entry->problem);
    return item;
}

/* From the parsed header to tensors. Everything is checked before the first is allocated;
 * names and descriptions are kept in the arena of `scratch`, tensors in `arena`. */
static bool read_tensors(const SafetensorsReader *scratch, Arena *arena, json_t *header,
                         NamedTensors *out) {
    if (!json_is_object(header)) return refuse(scratch, "the header is no object");
    size_t count = json_object_size(header) - !!json_object_get(header, "__metadata__");
    if (count > SAFETENSORS_MAX_TENSORS)
        return error_set(scratch->err,
                         "%s: %zu tensors, at most %d are read; split the file",
                         scratch->where, count, SAFETENSORS_MAX_TENSORS);
    Entry *entries = ARENA_NEW(scratch->arena, Entry, count);
    if (!read_entries(scratch, header, entries)) return false;
    if (!check_places(scratch, entries, count)) return false;
    NamedTensors list = {count, ARENA_NEW(arena, NamedTensor, count)};
    for (size_t i = 0; i < count; i++)
        list.items[i] = read_tensor(scratch, arena, &entries[i]);
    *out = list;
    return true;
}

/* An upper bound of the values in JSON: the characters outside of texts that open or
 * separate them. The parser allocates about a hundred bytes for each value, and a value
 * may take only two bytes of the file. */
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
static json_t *read_header(FileBytes file, SafetensorsReader *r) {
    uint64_t length = file.size < 8 ? 0 : bytes_load(file.data, 8);
    if (file.size < 8) return refuse(r, "too short for a safetensors file"), NULL;
    if (length > MAX_HEADER)
        return error_set(r->err,
                         "%s: states a header of %llu bytes, at most %llu are read; "
                         "check that it is a safetensors file",
                         r->where, (unsigned long long)length,
                         (unsigned long long)MAX_HEADER),
               NULL;
    if (length > file.size - 8) return refuse(r, "cut off in its header"), NULL;
    const char *text = (const char *)file.data + 8;
    if (length == 0 || *text != '{')
        return refuse(r, "the header does not start with '{'"), NULL;
    if (count_values(text, (size_t)length) > MAX_VALUES)
        return error_set(r->err,
                         "%s: a header with more values than %d tensors need; split the "
                         "file",
                         r->where, SAFETENSORS_MAX_TENSORS),
               NULL;
    r->data = (FileBytes){file.data + 8 + length, file.size - 8 - (size_t)length};
    json_error_t problem;
    json_t *json = json_loadb(text, (size_t)length, JSON_REJECT_DUPLICATES, &problem);
    if (!json)
        error_set(r->err, "%s: the header is not JSON: %s at byte %d" AGAIN, r->where,
                  NAME(problem.text), problem.position);
    return json;
}

bool safetensors_read_bytes(Arena *arena, FileBytes file, const char *where,
                            NamedTensors *out, Error *err) {
    SafetensorsReader r = {.arena = arena_new(), .where = where, .err = err};
    json_t *header = read_header(file, &r);
    bool good = header && read_tensors(&r, arena, header, out);
    json_decref(header);
    arena_free(r.arena);
    return good;
}

const char *safetensors_metadata(Arena *arena, FileBytes file, const char *key) {
    Error unused;
    SafetensorsReader r = {.where = "", .err = &unused};
    json_t *header = read_header(file, &r);
    const char *text =
        json_string_value(json_object_get(json_object_get(header, "__metadata__"), key));
    const char *copy = text ? arena_string(arena, text) : NULL;
    json_decref(header);
    return copy;
}

bool safetensors_read(Arena *arena, const char *path, NamedTensors *out, Error *err) {
    Arena *scratch = arena_new();
    FileBytes file;
    bool good = file_read(scratch, path, MAX_FILE, &file, err) &&
                safetensors_read_bytes(arena, file, path, out, err);
    arena_free(scratch);
    return good;
}
