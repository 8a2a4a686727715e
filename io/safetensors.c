#include "io/safetensors.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/number.h"

#define FILE_MOST ((size_t)2 << 30)
#define HEADER_MOST ((uint64_t)16 << 20)
#define VALUES_MOST (16 * SAFETENSORS_MOST) /* a tensor has 11: name, sides, ... */
#define AGAIN "; get the file again"

/* One tensor as the header describes it. */
typedef struct Entry {
    const char *name;
    NumberKind kind;
    int rank;
    Shape shape;
    uint64_t begin, end; /* bytes, from the end of the header */
} Entry;

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

static bool read_kind(const Reader *r, const json_t *info, Entry *entry) {
    static const struct {
        const char *text;
        NumberKind kind;
    } kinds[] = {{"F32", NUMBER_F32},
                 {"F16", NUMBER_F16},
                 {"BF16", NUMBER_BF16},
                 {"F64", NUMBER_F64}};
    const char *text = json_string_value(json_object_get(info, "dtype"));
    if (!text) return refuse_tensor(r, entry->name, "has no \"dtype\"");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(text, kinds[i].text) == 0) return entry->kind = kinds[i].kind, true;
    return error_set(r->err,
                     "%s: tensor %s holds %s, known are F32, F64, F16 and BF16; "
                     "save the file as F32",
                     r->where, NAME(entry->name), NAME(text));
}

static bool read_shape(const Reader *r, const json_t *info, Entry *entry) {
    const json_t *shape = json_object_get(info, "shape");
    uint64_t sides[NUMBER_SIDES];
    if (!json_is_array(shape)) return refuse_tensor(r, entry->name, "has no \"shape\"");
    if (json_array_size(shape) > NUMBER_SIDES)
        return error_set(r->err,
                         "%s: tensor %s has %zu dimensions, at most %d are read; "
                         "reshape it",
                         r->where, NAME(entry->name), json_array_size(shape),
                         NUMBER_SIDES);
    entry->rank = (int)json_array_size(shape);
    for (int i = 0; i < entry->rank; i++)
        if (!read_count(json_array_get(shape, (size_t)i), &sides[i]))
            return refuse_tensor(r, entry->name,
                                 "has a \"shape\" that is no list of sizes");
    const char *problem = sides_to_shape(sides, entry->rank, &entry->shape);
    return !problem || refuse_tensor(r, entry->name, problem);
}

static bool read_offsets(const Reader *r, const json_t *info, Entry *entry) {
    const json_t *offsets = json_object_get(info, "data_offsets");
    if (json_array_size(offsets) != 2 ||
        !read_count(json_array_get(offsets, 0), &entry->begin) ||
        !read_count(json_array_get(offsets, 1), &entry->end))
        return refuse_tensor(r, entry->name, "has no pair of \"data_offsets\"");
    if (entry->begin > entry->end || entry->end > r->data.size)
        return refuse_tensor(r, entry->name, "lies outside the file");
    size_t bytes = shape_size(entry->shape) * number_size(entry->kind);
    if (entry->end - entry->begin != bytes)
        return error_set(r->err,
                         "%s: tensor %s has %llu bytes, its shape asks for %zu" AGAIN,
                         r->where, NAME(entry->name),
                         (unsigned long long)(entry->end - entry->begin), bytes);
    return true;
}

static bool read_entry(const Reader *r, const char *name, const json_t *info,
                       Entry *out) {
    out->name = arena_string(r->arena, name);
    if (!json_is_object(info)) return refuse_tensor(r, name, "is described by no object");
    if (!read_kind(r, info, out) || !read_shape(r, info, out) ||
        !read_offsets(r, info, out))
        return false;
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
    return (x->begin > y->begin) - (x->begin < y->begin);
}

/* In the order of the data, each tensor starts where the one before it ends. */
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

static bool read_numbers(const Reader *r, const Entry *entry, Tensor out) {
    size_t count = shape_size(out.shape), each = number_size(entry->kind);
    const unsigned char *at = r->data.data + entry->begin;
    for (size_t i = 0; i < count; i++, at += each) {
        double x = number_load(entry->kind, at);
        out.data[i] = (real)x;
        if (isfinite((double)out.data[i])) continue;
        return error_set(r->err, "%s: tensor %s holds %s at element %zu" AGAIN, r->where,
                         NAME(entry->name),
                         isnan(x)   ? "NaN"
                         : isinf(x) ? "infinity"
                                    : "a number too large for " REAL_NAME,
                         i);
    }
    return true;
}

/* From the parsed header to tensors. Everything is checked before the first is allocated;
 * names and descriptions are kept in the arena of `scratch`, tensors in `arena`. */
static bool read_tensors(const Reader *scratch, Arena *arena, json_t *header,
                         NamedTensors *out) {
    if (!json_is_object(header)) return refuse(scratch, "the header is no object");
    size_t count = json_object_size(header) - !!json_object_get(header, "__metadata__");
    if (count > SAFETENSORS_MOST)
        return error_set(scratch->err,
                         "%s: %zu tensors, at most %d are read; split the file",
                         scratch->where, count, SAFETENSORS_MOST);
    Entry *entries = ARENA_NEW(scratch->arena, Entry, count);
    if (!read_entries(scratch, header, entries)) return false;
    if (!check_places(scratch, entries, count)) return false;
    NamedTensors list = {count, ARENA_NEW(arena, NamedTensor, count)};
    for (size_t i = 0; i < count; i++) {
        Tensor t = tensor_alloc(arena, entries[i].shape);
        if (!read_numbers(scratch, &entries[i], t)) return false;
        list.items[i] =
            (NamedTensor){arena_string(arena, entries[i].name), entries[i].rank, t};
    }
    *out = list;
    return true;
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
    if (length > HEADER_MOST)
        return error_set(r->err,
                         "%s: states a header of %llu bytes, at most %llu are read; "
                         "check that it is a safetensors file",
                         r->where, (unsigned long long)length,
                         (unsigned long long)HEADER_MOST),
               NULL;
    if (length > file.size - 8) return refuse(r, "cut off in its header"), NULL;
    const char *text = (const char *)file.data + 8;
    if (length == 0 || *text != '{')
        return refuse(r, "the header does not start with '{'"), NULL;
    if (count_values(text, (size_t)length) > VALUES_MOST)
        return error_set(r->err,
                         "%s: a header with more values than %d tensors need; split the "
                         "file",
                         r->where, SAFETENSORS_MOST),
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
    Reader r = {.arena = arena_new(), .where = where, .err = err};
    json_t *header = read_header(file, &r);
    bool good = header && read_tensors(&r, arena, header, out);
    json_decref(header);
    arena_free(r.arena);
    return good;
}

const char *safetensors_metadata(Arena *arena, FileBytes file, const char *key) {
    Error unused;
    Reader r = {.where = "", .err = &unused};
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
    bool good = file_read(scratch, path, FILE_MOST, &file, err) &&
                safetensors_read_bytes(arena, file, path, out, err);
    arena_free(scratch);
    return good;
}
