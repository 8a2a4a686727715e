#include <string.h>

#include "io/deflate.h"
#include "io/number.h"
#include "io/zip.h"
#include "tensor/check.h"

#define CENTRAL_SIZE 46
#define LOCAL_SIZE 30
#define END_SIZE 22
#define VERSION 20 /* 2.0: DEFLATE */
#define METHOD 8
#define FLAGS 0x0800 /* names are UTF-8 */
#define DATE 0x0021  /* 1980-01-01 */

/* The fields of the two headers of an entry. */
typedef struct Packed {
    size_t start, packed_size, size;
    unsigned long crc;
} Packed;

/* The 26 bytes that the local header and the directory entry share, from `version needed`
 * to the length of the extra fields. */
static void store_common(unsigned char *at, const ZipSource *source, const Packed *p) {
    bytes_store(at, 2, VERSION);
    bytes_store(at + 2, 2, FLAGS);
    bytes_store(at + 4, 2, METHOD);
    bytes_store(at + 8, 2, DATE);
    bytes_store(at + 10, 4, p->crc);
    bytes_store(at + 14, 4, p->packed_size);
    bytes_store(at + 18, 4, p->size);
    bytes_store(at + 22, 2, strlen(source->name));
}

/* Appends local header, name and packed data at `file`. */
static Packed store_local(FileBytes *file, const ZipSource *source) {
    size_t name = strlen(source->name);
    unsigned char *at = file->data + file->size;
    Packed p = {.start = file->size, .size = source->bytes.size};
    p.crc = crc32_z(0, source->bytes.data, p.size);
    p.packed_size =
        deflate_bytes(source->bytes.data, p.size, DEFLATE_RAW, at + LOCAL_SIZE + name);
    bytes_store(at, 4, 0x04034B50);
    store_common(at + 4, source, &p);
    memcpy(at + LOCAL_SIZE, source->name, name);
    file->size += LOCAL_SIZE + name + p.packed_size;
    return p;
}

static void store_central(FileBytes *file, const ZipSource *source, const Packed *p) {
    size_t name = strlen(source->name);
    unsigned char *at = file->data + file->size;
    bytes_store(at, 4, 0x02014B50);
    bytes_store(at + 4, 2, VERSION);
    store_common(at + 6, source, p);
    bytes_store(at + 42, 4, p->start);
    memcpy(at + CENTRAL_SIZE, source->name, name);
    file->size += CENTRAL_SIZE + name;
}

static void store_end(FileBytes *file, size_t count, size_t directory) {
    unsigned char *at = file->data + file->size;
    bytes_store(at, 4, 0x06054B50);
    bytes_store(at + 8, 2, count);
    bytes_store(at + 10, 2, count);
    bytes_store(at + 12, 4, file->size - directory);
    bytes_store(at + 16, 4, directory);
    file->size += END_SIZE;
}

/* An upper bound of the archive's bytes; 0 when the reader would refuse the archive. */
static size_t room_for(const ZipSource *sources, size_t count) {
    size_t room = END_SIZE, unpacked = 0;
    for (size_t i = 0; i < count; i++) {
        size_t name = strlen(sources[i].name), size = sources[i].bytes.size;
        CHECK(name > 0 && name <= 1024, "a name of %zu bytes", name);
        for (size_t j = 0; j < i; j++)
            CHECK(strcmp(sources[i].name, sources[j].name) != 0, "%s is there twice",
                  sources[i].name);
        if (size > ZIP_MAX_UNPACKED - unpacked) return 0;
        unpacked += size;
        room += LOCAL_SIZE + CENTRAL_SIZE + 2 * name + deflate_room(size);
    }
    return count <= ZIP_MAX_ENTRIES ? room : 0;
}

bool zip_write(const char *path, const ZipSource *sources, size_t count, Error *err) {
    size_t room = room_for(sources, count);
    if (!room)
        return error_set(err,
                         "%s: not written, more than %d arrays or %llu bytes; write "
                         "several files",
                         path, ZIP_MAX_ENTRIES, (unsigned long long)ZIP_MAX_UNPACKED);
    Arena *scratch = arena_new();
    FileBytes file = {.data = arena_alloc(scratch, room)};
    Packed *packed = ARENA_NEW(scratch, Packed, count);
    for (size_t i = 0; i < count; i++)
        packed[i] = store_local(&file, &sources[i]);
    size_t directory = file.size;
    for (size_t i = 0; i < count; i++)
        store_central(&file, &sources[i], &packed[i]);
    store_end(&file, count, directory);
    bool good = file_write(path, file.data, file.size, err);
    arena_free(scratch);
    return good;
}
