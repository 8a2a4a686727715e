#include "io/safetensors.h"

#include <math.h>

#include "io/limits.h"
#include "io/number.h"
#include "io/safetensors_header.h"

/* Whether all elements are finite as `real`; else the entry has a problem. */
static bool read_numbers(Arena *arena, const unsigned char *at, const char *where,
                         SafetensorsEntry *entry, Tensor out) {
    const size_t count = shape_size(out.shape);
    for (size_t i = 0; i < count; i++, at += entry->width) {
        const double x = number_load(entry->kind, at);
        out.data[i] = (real)x;
        if (isfinite((double)out.data[i])) continue;
        entry->problem =
            safetensors_problem(arena, where, entry->name,
                                "holds %s at element %zu"
                                "; get the file again",
                                isnan(x)   ? "NaN"
                                : isinf(x) ? "infinity"
                                           : "a number too large for " REAL_NAME,
                                i);
        return false;
    }
    return true;
}

/* A tensor in `arena`, with its elements unless it has a problem. */
static NamedTensor read_tensor(Arena *arena, FileBytes data, const char *where,
                               SafetensorsEntry *entry) {
    NamedTensor item = {.name = arena_string(arena, entry->name),
                        .rank = entry->rank,
                        .tensor = {.shape = entry->shape}};
    if (!entry->problem) {
        Tensor t = tensor_alloc(arena, entry->shape);
        if (read_numbers(arena, data.data + entry->begin, where, entry, t))
            item.tensor = t;
    }
    if (entry->problem) item.problem = arena_string(arena, entry->problem);
    return item;
}

bool safetensors_read_bytes(Arena *arena, FileBytes file, const char *where,
                            NamedTensors *out, Error *err) {
    Arena *scratch = arena_new();
    SafetensorsHeader header;
    const bool good = safetensors_header_read(scratch, file, where, &header, err);
    if (good) {
        *out = (NamedTensors){header.count, ARENA_NEW(arena, NamedTensor, header.count)};
        for (size_t i = 0; i < header.count; i++)
            out->items[i] = read_tensor(arena, header.data, where, &header.entry[i]);
    }
    arena_free(scratch);
    return good;
}

bool safetensors_metadata(Arena *arena, FileBytes file, const char *where,
                          const char *key, const char **out, Error *err) {
    Arena *scratch = arena_new();
    SafetensorsHeader header;
    const bool good = safetensors_header_read(scratch, file, where, &header, err);
    const char *text = good ? safetensors_header_text(&header, key) : NULL;
    *out = text ? arena_string(arena, text) : NULL;
    arena_free(scratch);
    return good;
}

bool safetensors_read(Arena *arena, const char *path, NamedTensors *out, Error *err) {
    Arena *scratch = arena_new();
    FileBytes file;
    bool good = file_read(scratch, path, MAX_WEIGHTS_FILE, &file, err) &&
                safetensors_read_bytes(arena, file, path, out, err);
    arena_free(scratch);
    return good;
}
