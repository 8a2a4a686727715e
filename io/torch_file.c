#include "io/torch_file.h"

#include <stdlib.h>
#include <string.h>

#include "io/zip.h"

#define AGAIN "; get the file again"
#define MAX_MENTIONS                                                                     \
    65536 /* references of tensors to storages, those of the optimiser included */
#define OTHER_ORDER "its numbers are in big-endian order; save it on another machine"

/* The types of storages, on CPUs and GPUs. For types that cannot be weights only the
 * width is needed, to find what follows them in a file from before 1.6. */
#define TYPE(name, read, kind, width)                                                    \
    {"torch." name "Storage", read, kind, width}, {                                      \
        "torch.cuda." name "Storage", read, kind, width                                  \
    }
#define READ(name, kind, width) TYPE(name, true, kind, width)
#define SKIPPED(name, width) TYPE(name, false, NUMBER_U8, width)

static const struct {
    const char *name;
    bool read;
    NumberKind kind;
    size_t width;
} storages[] = {
    READ("Float", NUMBER_F32, 4), READ("Double", NUMBER_F64, 8),
    READ("Half", NUMBER_F16, 2),  READ("BFloat16", NUMBER_BF16, 2),
    READ("Long", NUMBER_I64, 8),  READ("Int", NUMBER_I32, 4),
    READ("Byte", NUMBER_U8, 1),   SKIPPED("Bool", 1),
    SKIPPED("Char", 1),           SKIPPED("Short", 2),
    SKIPPED("ComplexFloat", 8),   SKIPPED("ComplexDouble", 16),
    SKIPPED("QInt8", 1),          SKIPPED("QUInt8", 1),
    SKIPPED("QInt32", 4),         SKIPPED("QUInt4x2", 1),
    SKIPPED("QUInt2x4", 1),
};
enum { STORAGES = sizeof storages / sizeof *storages };

/* The functions that make tensors and dicts. */
static const char *const functions[] = {TORCH_FUNCTIONS, "collections.OrderedDict",
                                        "collections.defaultdict"};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static bool read_pickle(Arena *arena, FileBytes bytes, const char *where,
                        PickleResult *out, Error *err) {
    const char *names[STORAGES + FUNCTIONS + 1] = {NULL};
    for (int i = 0; i < FUNCTIONS; i++)
        names[i] = functions[i];
    for (int i = 0; i < STORAGES; i++)
        names[FUNCTIONS + i] = storages[i].name;
    return pickle_read(arena, bytes, names, where, out, err);
}

bool torch_storage_id(const Pickle *value, TorchStorage *out) {
    if (value->kind != PICKLE_OUTSIDE || value->other->count < 5) return false;
    Pickle *const *id = value->other->items;
    bool view = value->other->count > 5 && id[5]->kind != PICKLE_NONE;
    if (id[0]->kind != PICKLE_TEXT || strcmp(id[0]->text, "storage") != 0 ||
        id[1]->kind != PICKLE_GLOBAL || id[2]->kind != PICKLE_TEXT ||
        id[4]->kind != PICKLE_INT || id[4]->integer < 0 || view)
        return false;
    *out = (TorchStorage){.key = id[2]->text, .count = (uint64_t)id[4]->integer};
    for (int i = 0; i < STORAGES; i++) {
        if (strcmp(storages[i].name, id[1]->text) != 0) continue;
        out->type = storages[i].name, out->read = storages[i].read;
        out->kind = storages[i].kind, out->width = storages[i].width;
        return true;
    }
    return false;
}

bool torch_storage(const TorchFile *file, const Pickle *value, const char *where,
                   TorchStorage *out, Error *err) {
    if (!torch_storage_id(value, out))
        return error_set(err, "%s: a tensor lies in a storage of no known kind" AGAIN,
                         where);
    for (size_t i = 0; i < file->count; i++) {
        const TorchStorage *found = &file->storages[i];
        if (strcmp(found->key, out->key) != 0) continue;
        if (found->count / out->width != out->count || found->count % out->width)
            return error_set(
                err, "%s: storage %s has %llu bytes, not %llu numbers of %zu" AGAIN,
                where, NAME(out->key), (unsigned long long)found->count,
                (unsigned long long)out->count, out->width);
        out->data = found->data;
        return true;
    }
    return error_set(err, "%s: storage %s is not in the file" AGAIN, where,
                     NAME(out->key));
}

/* ---- Since PyTorch 1.6: a zip archive, vgg19/data.pkl, vgg19/data/0, ... ---- */

/* The part of a name after the archive's own folder, or NULL. */
static const char *inner(const char *name) {
    const char *slash = strchr(name, '/');
    return slash ? slash + 1 : NULL;
}

static const ZipEntry *entry_of(const Zip *zip, const char *name) {
    for (size_t i = 0; i < zip->count; i++) {
        const char *part = inner(zip->entries[i].name);
        if (part && strcmp(part, name) == 0) return &zip->entries[i];
    }
    return NULL;
}

static bool check_order(Arena *arena, const Zip *zip, const char *where, Error *err) {
    const ZipEntry *entry = entry_of(zip, "byteorder");
    FileBytes text;
    if (!entry) return true;
    if (!zip_unpack(arena, entry, where, &text, err)) return false;
    if (text.size == 6 && memcmp(text.data, "little", 6) == 0) return true;
    return error_set(err, "%s: " OTHER_ORDER, where);
}

/* torch.save does not compress. Entries that unpack to more than all tensors may have
 * are a zip bomb, and are not unpacked. The pickle has its own limit. */
static bool check_sizes(const Zip *zip, FileBytes file, const char *where, Error *err) {
    const ZipEntry *pickle = entry_of(zip, "data.pkl");
    uint64_t left = TORCH_MAX_GROWTH * (uint64_t)file.size;
    for (size_t i = 0; i < zip->count; i++) {
        const ZipEntry *entry = &zip->entries[i];
        if (entry == pickle) continue;
        if (entry->size > left)
            return error_set(err,
                             "%s: unpacks to more than twice its size; save it again "
                             "with torch.save" OR_RAISE(TORCH_MAX_GROWTH),
                             where);
        left -= entry->size;
    }
    return true;
}

static bool unpack_storages(Arena *arena, const Zip *zip, const char *where,
                            TorchFile *out, Error *err) {
    out->storages = ARENA_NEW(arena, TorchStorage, zip->count);
    for (size_t i = 0; i < zip->count; i++) {
        const char *part = inner(zip->entries[i].name);
        FileBytes bytes;
        if (!part || strncmp(part, "data/", 5) != 0) continue;
        if (!zip_unpack(arena, &zip->entries[i], where, &bytes, err)) return false;
        out->storages[out->count++] =
            (TorchStorage){.key = part + 5, .count = bytes.size, .data = bytes.data};
    }
    return true;
}

static bool open_zip(Arena *arena, FileBytes file, const char *where, TorchFile *out,
                     Error *err) {
    Zip zip;
    FileBytes pickle;
    PickleResult result;
    if (!zip_read(arena, file, where, &zip, err)) return false;
    const ZipEntry *entry = entry_of(&zip, "data.pkl");
    if (!entry)
        return error_set(
            err, "%s: a zip archive without data.pkl; save it with torch.save", where);
    if (entry->size > PICKLE_MAX_BYTES)
        return error_set(
            err,
            "%s: its pickle is larger than %zu bytes; save less of it" OR_RAISE(
                PICKLE_MAX_BYTES),
            where, PICKLE_MAX_BYTES);
    if (!check_sizes(&zip, file, where, err) || !check_order(arena, &zip, where, err) ||
        !zip_unpack(arena, entry, where, &pickle, err) ||
        !read_pickle(arena, pickle, where, &result, err))
        return false;
    out->root = result.root;
    out->foreign = result.foreign;
    return unpack_storages(arena, &zip, where, out, err);
}

/* ---- Before: five pickles and then the storages, each after its 64-bit count ---- */

/* The first pickle is a magic number. Since protocol 4 it is in a frame. Returns its
 * length; 0 when the file begins otherwise. */
static size_t legacy_start(FileBytes file) {
    static const unsigned char number[] = {0x8A, 10,   0x6C, 0xFC, 0x9C, 0x46, 0xF9,
                                           0x20, 0x6A, 0xA8, 0x50, 0x19, '.'};
    size_t before = 2;
    if (file.size < 3 || file.data[0] != 0x80 || file.data[1] < 2) return 0;
    if (file.data[2] == 0x95) before += 9;
    if (file.size < before + sizeof number ||
        memcmp(file.data + before, number, sizeof number) != 0)
        return 0;
    return before + sizeof number;
}

bool torch_is_legacy(FileBytes file) {
    return legacy_start(file) > 0;
}

static bool next_pickle(Arena *arena, FileBytes *rest, const char *where,
                        PickleResult *out, Error *err) {
    if (!read_pickle(arena, *rest, where, out, err)) return false;
    rest->data += out->used;
    rest->size -= out->used;
    return true;
}

static int by_key(const void *a, const void *b) {
    return strcmp(((const TorchStorage *)a)->key, ((const TorchStorage *)b)->key);
}

/* The storages in the description of the tensors, sorted by their keys. */
typedef struct Mentions {
    TorchStorage *items;
    size_t count;
} Mentions;

static Mentions mentions_of(Arena *arena, const Pickle *outside) {
    Mentions all = {.items = ARENA_NEW(arena, TorchStorage, outside->count)};
    for (size_t i = 0; i < outside->count; i++)
        all.count += torch_storage_id(outside->items[i], &all.items[all.count]);
    qsort(all.items, all.count, sizeof *all.items, by_key);
    return all;
}

/* The bytes of one number in the storage of that key, which only the description
 * contains; 0 when there is none. */
static size_t width_of(const Mentions *all, const char *key) {
    const TorchStorage wanted = {.key = key};
    const TorchStorage *found =
        bsearch(&wanted, all->items, all->count, sizeof wanted, by_key);
    return found ? found->width : 0;
}

/* Takes one storage from the front of the rest. */
static bool next_storage(FileBytes *rest, const Pickle *key, const Mentions *mentions,
                         TorchStorage *out) {
    size_t width = key->kind == PICKLE_TEXT ? width_of(mentions, key->text) : 0;
    if (!width || rest->size < 8) return false;
    uint64_t count = bytes_load(rest->data, 8);
    if (count > (rest->size - 8) / width) return false;
    *out =
        (TorchStorage){.key = key->text, .count = count * width, .data = rest->data + 8};
    rest->data += 8 + count * width;
    rest->size -= (size_t)(8 + count * width);
    return true;
}

static bool open_legacy(Arena *arena, FileBytes rest, const char *where, TorchFile *out,
                        Error *err) {
    PickleResult protocol, system, root, keys;
    const size_t start = legacy_start(rest);
    rest.data += start;
    rest.size -= start;
    if (!next_pickle(arena, &rest, where, &protocol, err) ||
        !next_pickle(arena, &rest, where, &system, err) ||
        !next_pickle(arena, &rest, where, &root, err) ||
        !next_pickle(arena, &rest, where, &keys, err))
        return false;
    const Pickle *little = pickle_get(system.root, "little_endian");
    if (!little || little->kind != PICKLE_BOOL || !little->integer)
        return error_set(err, "%s: " OTHER_ORDER, where);
    out->root = root.root;
    out->foreign = root.foreign;
    if (keys.root->kind != PICKLE_LIST)
        return error_set(err, "%s: has no list of storages" AGAIN, where);
    if (keys.root->count > TORCH_MAX_TENSORS || root.outside->count > MAX_MENTIONS)
        return error_set(
            err, "%s: more than %d storages; split the file" OR_RAISE(TORCH_MAX_TENSORS),
            where, TORCH_MAX_TENSORS);
    const Mentions mentions = mentions_of(arena, root.outside);
    out->storages = ARENA_NEW(arena, TorchStorage, keys.root->count);
    for (; out->count < keys.root->count; out->count++)
        if (!next_storage(&rest, keys.root->items[out->count], &mentions,
                          &out->storages[out->count]))
            return error_set(err, "%s: cut off or damaged in storage %zu of %zu" AGAIN,
                             where, out->count + 1, keys.root->count);
    return rest.size == 0 || error_set(err, "%s: holds bytes of no storage" AGAIN, where);
}

bool torch_open(Arena *arena, FileBytes file, const char *where, TorchFile *out,
                Error *err) {
    *out = (TorchFile){0};
    if (torch_is_legacy(file)) return open_legacy(arena, file, where, out, err);
    return open_zip(arena, file, where, out, err);
}
