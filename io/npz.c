#include "io/npz.h"

#include <stdio.h>
#include <string.h>

#include "io/limits.h"
#include "io/npy.h"
#include "io/number.h"
#include "io/zip.h"
#include "tensor/text.h"

/* Unpacks and reads one array; "gram.npy" in the archive is called "gram". */
static bool read_array(Arena *arena, const ZipEntry *entry, const char *path,
                       NamedTensor *out, Error *err) {
    size_t length = strlen(entry->name);
    if (length <= 4 || strcmp(entry->name + length - 4, ".npy") != 0)
        return error_set(err, "%s: entry %s is not an .npy file; save with numpy.savez",
                         path, NAME(entry->name));
    char *name = arena_string(arena, entry->name);
    name[length - 4] = 0;
    out->name = name;
    Arena *scratch = arena_new();
    const char *where = text_format(scratch, "%s: array %s", path, NAME(name));
    FileBytes bytes;
    bool good = zip_unpack(scratch, entry, path, &bytes, err) &&
                npy_read_bytes(arena, bytes, where, out, err);
    arena_free(scratch);
    return good;
}

static NamedTensors read_all(Arena *arena, const Zip *zip, const char *path) {
    NamedTensors list = {zip->count, ARENA_NEW(arena, NamedTensor, zip->count)};
    for (size_t i = 0; i < zip->count; i++) {
        Error problem;
        NamedTensor *item = &list.items[i];
        *item = (NamedTensor){.tensor = {.shape = SCALAR}};
        if (read_array(arena, &zip->entries[i], path, item, &problem)) continue;
        if (!item->name) item->name = arena_string(arena, zip->entries[i].name);
        item->problem = arena_string(arena, problem.text);
    }
    return list;
}

bool npz_list_bytes(Arena *arena, FileBytes file, const char *where, NamedTensors *out,
                    Error *err) {
    Arena *scratch = arena_new();
    Zip zip;
    bool good = zip_read(scratch, file, where, &zip, err);
    if (good) *out = read_all(arena, &zip, where);
    arena_free(scratch);
    return good;
}

bool npz_read_bytes(Arena *arena, FileBytes file, const char *where, NamedTensors *out,
                    Error *err) {
    return npz_list_bytes(arena, file, where, out, err) && named_check(out, err);
}

bool npz_read(Arena *arena, const char *path, NamedTensors *out, Error *err) {
    Arena *scratch = arena_new();
    FileBytes file;
    bool good = file_read(scratch, path, MAX_WEIGHTS_FILE, &file, err) &&
                npz_read_bytes(arena, file, path, out, err);
    arena_free(scratch);
    return good;
}

bool npz_write(const char *path, const NamedTensors *list, Error *err) {
    Arena *scratch = arena_new();
    ZipSource *sources = ARENA_NEW(scratch, ZipSource, list->count);
    for (size_t i = 0; i < list->count; i++) {
        const NamedTensor *item = &list->items[i];
        size_t room = strlen(item->name) + sizeof ".npy";
        char *name = arena_alloc(scratch, room);
        snprintf(name, room, "%s.npy", item->name);
        sources[i] =
            (ZipSource){name, npy_write_bytes(scratch, item->tensor, item->rank)};
    }
    bool good = zip_write(path, sources, list->count, err);
    arena_free(scratch);
    return good;
}
