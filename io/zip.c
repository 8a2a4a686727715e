#include "io/zip.h"

#include <stdlib.h>
#include <string.h>

#include "io/deflate.h"
#include "io/number.h"

#define END_SIGNATURE 0x06054B50
#define END_SIZE 22
#define END64_SIGNATURE 0x06064B50
#define END64_SIZE 56
#define LOCATOR_SIGNATURE 0x07064B50
#define LOCATOR_SIZE 20
#define CENTRAL_SIGNATURE 0x02014B50
#define CENTRAL_SIZE 46
#define LOCAL_SIGNATURE 0x04034B50
#define LOCAL_SIZE 30
#define EXTRA_ZIP64 1

#define FLAG_ENCRYPTED 0x0001
#define FLAG_SIZES_LATER 0x0008 /* sizes and CRC follow the data as well */
#define FLAGS_KNOWN 0x080E      /* the same, DEFLATE's level, names in UTF-8 */
#define MAX_NAME 1024

#define U16(at) ((uint32_t)bytes_load(at, 2))
#define U32(at) ((uint32_t)bytes_load(at, 4))
#define U64(at) bytes_load(at, 8)
#define AGAIN "; copy or save the file again"

/* The directory: its position, its number of entries, and data for errors. */
typedef struct Directory {
    FileBytes file;
    const char *where;
    Error *err;
    uint64_t start, size, count;
} Directory;

static bool damaged(const Directory *d, const char *what) {
    return error_set(d->err, "%s: damaged zip archive: %s" AGAIN, d->where, what);
}

static bool entry_damaged(const Directory *d, const ZipEntry *entry, const char *what) {
    return error_set(d->err, "%s: entry %s %s" AGAIN, d->where, NAME(entry->name), what);
}

/* The end record is the last one whose comment reaches exactly to the end of the file. */
static const unsigned char *find_end(FileBytes file) {
    for (size_t comment = 0; comment <= 0xFFFF && comment + END_SIZE <= file.size;
         comment++) {
        const unsigned char *at = file.data + (file.size - END_SIZE - comment);
        if (U32(at) == END_SIGNATURE && U16(at + 20) == comment) return at;
    }
    return NULL;
}

/* A 32-bit field of the old record is equal to the 64-bit one, or has all bits set. */
static bool defers(uint64_t old, uint64_t ones, uint64_t value) {
    return old == ones || old == value;
}

/* Replaces the sizes by those of the Zip64 record, which ends where its locator starts.
 */
static bool read_end64(Directory *d, uint64_t locator, uint64_t *end) {
    const unsigned char *base = d->file.data;
    uint64_t start = U64(base + locator + 8);
    if (U32(base + locator + 4) != 0 || U32(base + locator + 16) > 1)
        return damaged(d, "it has several parts");
    if (locator < END64_SIZE || start > locator - END64_SIZE)
        return damaged(d, "its Zip64 record lies outside");
    const unsigned char *at = base + start;
    if (U32(at) != END64_SIGNATURE || U64(at + 4) != locator - start - 12)
        return damaged(d, "its Zip64 record is broken");
    if (U32(at + 16) != 0 || U32(at + 20) != 0 || U64(at + 24) != U64(at + 32))
        return damaged(d, "it has several parts");
    uint64_t count = U64(at + 32), size = U64(at + 40), place = U64(at + 48);
    if (!defers(d->count, 0xFFFF, count) || !defers(d->size, 0xFFFFFFFF, size) ||
        !defers(d->start, 0xFFFFFFFF, place))
        return damaged(d, "its two end records disagree");
    d->count = count, d->size = size, d->start = place;
    *end = start;
    return true;
}

static bool read_end(Directory *d) {
    const unsigned char *base = d->file.data, *at = find_end(d->file);
    if (!at) return error_set(d->err, "%s: not a complete zip archive" AGAIN, d->where);
    if (U16(at + 4) != 0 || U16(at + 6) != 0 || U16(at + 8) != U16(at + 10))
        return damaged(d, "it has several parts");
    d->count = U16(at + 10), d->size = U32(at + 12), d->start = U32(at + 16);
    uint64_t end = (uint64_t)(at - base);
    if (end >= LOCATOR_SIZE && U32(at - LOCATOR_SIZE) == LOCATOR_SIGNATURE &&
        !read_end64(d, end - LOCATOR_SIZE, &end))
        return false;
    if (d->start > end || d->size != end - d->start)
        return damaged(d, "its directory does not end where the end record starts");
    if (d->count > ZIP_MAX_ENTRIES)
        return error_set(d->err,
                         "%s: %llu entries, at most %d are read; split the file" OR_RAISE(
                             ZIP_MAX_ENTRIES),
                         d->where, (unsigned long long)d->count, ZIP_MAX_ENTRIES);
    if (d->count > d->size / CENTRAL_SIZE)
        return damaged(d, "its directory is too short for its entries");
    return true;
}

/* Fields that do not fit in 32 bits have all bits set, and are stored with 64 bits each
 * in an extra block, in this order. A field that is NULL or has not all bits set is not
 * in the block. */
static bool read_extra(const unsigned char *extra, size_t length, uint64_t *fields[],
                       int count) {
    bool wanted = false;
    for (int i = 0; i < count; i++)
        wanted = wanted || *fields[i] == 0xFFFFFFFF;
    for (size_t at = 0; wanted && at + 4 <= length;) {
        size_t block = U16(extra + at + 2), next = at + 4 + block;
        if (next > length) return false;
        if (U16(extra + at) == EXTRA_ZIP64) {
            size_t from = at + 4;
            for (int i = 0; i < count; i++) {
                if (*fields[i] != 0xFFFFFFFF) continue;
                if (from + 8 > next) return false;
                *fields[i] = U64(extra + from);
                from += 8;
            }
            return true;
        }
        at = next;
    }
    return !wanted;
}

static bool check_method(const Directory *d, const ZipEntry *entry, unsigned flags) {
    if (flags & FLAG_ENCRYPTED)
        return error_set(d->err, "%s: entry %s is encrypted; save it without a password",
                         d->where, NAME(entry->name));
    if (flags & ~(unsigned)FLAGS_KNOWN)
        return entry_damaged(d, entry, "has unknown flags");
    if (entry->method != 0 && entry->method != 8)
        return error_set(d->err,
                         "%s: entry %s is packed with method %d, known are stored "
                         "(0) and deflated (8); save it with numpy.savez",
                         d->where, NAME(entry->name), entry->method);
    if (entry->method == 0 && entry->size != entry->packed_size)
        return entry_damaged(d, entry, "is stored with two sizes");
    uint64_t least = entry->size / ZIP_MAX_RATIO + (entry->size % ZIP_MAX_RATIO > 0);
    if (entry->method == 8 && entry->packed_size < least)
        return entry_damaged(d, entry, "promises more than DEFLATE can unpack");
    return true;
}

/* Checks that the local header agrees with the directory (sizes may be in a record after
 * the data), and finds where the data starts. */
static bool check_local(const Directory *d, ZipEntry *entry, unsigned flags) {
    if (d->start < LOCAL_SIZE || entry->start > d->start - LOCAL_SIZE)
        return entry_damaged(d, entry, "lies outside the archive");
    const unsigned char *at = d->file.data + entry->start;
    uint64_t room = d->start - entry->start - LOCAL_SIZE;
    size_t name = U16(at + 26), extra = U16(at + 28);
    if (U32(at) != LOCAL_SIGNATURE || name + extra > room)
        return entry_damaged(d, entry, "has no local header");
    uint64_t packed = U32(at + 18), size = U32(at + 22), *sizes[] = {&size, &packed};
    uint32_t crc = U32(at + 14);
    if (U16(at + 6) != flags || (int)U16(at + 8) != entry->method ||
        name != strlen(entry->name) || memcmp(at + LOCAL_SIZE, entry->name, name) != 0 ||
        !read_extra(at + LOCAL_SIZE + name, extra, sizes, 2))
        return entry_damaged(d, entry, "is described in two ways");
    bool later = flags & FLAG_SIZES_LATER && !packed && !size && !crc;
    if (!later &&
        (crc != entry->crc || size != entry->size || packed != entry->packed_size))
        return entry_damaged(d, entry, "is described in two ways");
    if (entry->packed_size > room - name - extra)
        return entry_damaged(d, entry, "reaches into the directory");
    entry->packed = at + LOCAL_SIZE + name + extra;
    return true;
}

/* Reads one directory entry at `*at` and moves it to the next. */
static bool read_entry(Arena *arena, const Directory *d, uint64_t *at, ZipEntry *entry) {
    const unsigned char *p = d->file.data + *at;
    uint64_t room = d->start + d->size - *at;
    if (room < CENTRAL_SIZE || U32(p) != CENTRAL_SIGNATURE)
        return damaged(d, "its directory is broken");
    size_t name = U16(p + 28), extra = U16(p + 30), comment = U16(p + 32);
    if (name + extra + comment > room - CENTRAL_SIZE || name > MAX_NAME)
        return damaged(d, "its directory is broken");
    unsigned flags = U16(p + 8);
    char *text = arena_alloc(arena, name + 1);
    memcpy(text, p + CENTRAL_SIZE, name);
    *entry = (ZipEntry){.name = text,
                        .method = (int)U16(p + 10),
                        .crc = U32(p + 16),
                        .packed_size = U32(p + 20),
                        .size = U32(p + 24),
                        .start = U32(p + 42)};
    uint64_t *fields[] = {&entry->size, &entry->packed_size, &entry->start};
    if (strlen(text) != name || name == 0 || U16(p + 34) != 0 ||
        !read_extra(p + CENTRAL_SIZE + name, extra, fields, 3))
        return damaged(d, "its directory is broken");
    *at += CENTRAL_SIZE + name + extra + comment;
    return check_method(d, entry, flags) && check_local(d, entry, flags);
}

static int by_start(const void *a, const void *b) {
    const ZipEntry *x = *(ZipEntry *const *)a, *y = *(ZipEntry *const *)b;
    return (x->start > y->start) - (x->start < y->start);
}

static int by_name(const void *a, const void *b) {
    return strcmp((*(ZipEntry *const *)a)->name, (*(ZipEntry *const *)b)->name);
}

/* With overlapping entries, ten megabytes could unpack to terabytes; with two entries of
 * one name, two readers could see different files. */
static bool check_entries(Arena *arena, const Directory *d, Zip *zip) {
    ZipEntry **order = ARENA_NEW(arena, ZipEntry *, zip->count);
    for (size_t i = 0; i < zip->count; i++)
        order[i] = &zip->entries[i];
    qsort(order, zip->count, sizeof *order, by_start);
    for (size_t i = 1; i < zip->count; i++)
        if (order[i - 1]->packed + order[i - 1]->packed_size >
            d->file.data + order[i]->start)
            return entry_damaged(d, order[i], "overlaps another");
    qsort(order, zip->count, sizeof *order, by_name);
    for (size_t i = 1; i < zip->count; i++)
        if (by_name(&order[i - 1], &order[i]) == 0)
            return entry_damaged(d, order[i], "is there twice");
    return true;
}

bool zip_read(Arena *arena, FileBytes file, const char *where, Zip *out, Error *err) {
    Directory d = {.file = file, .where = where, .err = err};
    if (!read_end(&d)) return false;
    Zip zip = {(size_t)d.count, ARENA_NEW(arena, ZipEntry, (size_t)d.count)};
    uint64_t at = d.start, total = 0;
    for (size_t i = 0; i < zip.count; i++) {
        if (!read_entry(arena, &d, &at, &zip.entries[i])) return false;
        if (zip.entries[i].size > ZIP_MAX_UNPACKED - total)
            return error_set(
                err,
                "%s: unpacks to more than %llu bytes; split the file" OR_RAISE(
                    ZIP_MAX_UNPACKED),
                where, (unsigned long long)ZIP_MAX_UNPACKED);
        total += zip.entries[i].size;
    }
    if (total > ZIP_SMALL && total / ZIP_MAX_GROWTH > file.size)
        return error_set(err,
                         "%s: unpacks to %llu bytes, more than %d times its size; save "
                         "it again without packing" OR_RAISE(ZIP_MAX_GROWTH),
                         where, (unsigned long long)total, ZIP_MAX_GROWTH);
    if (at != d.start + d.size) return damaged(&d, "its directory has a rest");
    if (!check_entries(arena, &d, &zip)) return false;
    *out = zip;
    return true;
}

/* True when the entry is one complete DEFLATE stream of exactly the stated sizes. */
static bool inflate_exactly(const ZipEntry *entry, unsigned char *out) {
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)entry->packed,
                  .avail_in = (uInt)entry->packed_size,
                  .next_out = out,
                  .avail_out = (uInt)entry->size};
    inflate_begin(&z, DEFLATE_RAW);
    bool good = inflate(&z, Z_FINISH) == Z_STREAM_END && !z.avail_in && !z.avail_out;
    inflateEnd(&z);
    return good;
}

bool zip_unpack(Arena *arena, const ZipEntry *entry, const char *where, FileBytes *out,
                Error *err) {
    Directory d = {.where = where, .err = err};
    size_t size = (size_t)entry->size;
    unsigned char *data = entry->method == 0 ? (unsigned char *)(uintptr_t)entry->packed
                                             : arena_alloc(arena, size);
    if (entry->method != 0 &&
        (entry->packed_size > UINT32_MAX || !inflate_exactly(entry, data)))
        return entry_damaged(&d, entry, "does not unpack");
    if (crc32_z(0, data, size) != entry->crc)
        return entry_damaged(&d, entry, "fails its CRC check");
    *out = (FileBytes){data, size};
    return true;
}
