/* A zip archive in memory: what .npz files are made of.
 *
 * The reader trusts no number in the file. It follows the central directory at the end
 * of the archive, and every entry must agree with its local header, be inside the
 * archive, not overlap another and promise no more than 1032 times its packed size, the
 * most that DEFLATE can reach. Large archives unpack to at most 100 times their size:
 * weights do not compress so well, zip bombs do. All sizes are checked before the first
 * byte is unpacked:
 *
 *     Zip zip;
 *     FileBytes bytes;
 *     if (!zip_read(arena, file, "a.npz", &zip, &err)) ...
 *     if (!zip_unpack(arena, &zip.entries[0], "a.npz", &bytes, &err)) ...
 *
 * Stored and deflated entries, Zip64; no encryption, no multi-part archives. Names
 * are keys and never paths. */
#ifndef IO_ZIP_H
#define IO_ZIP_H

#include <stdint.h>

#include "io/file.h"
#include "io/limits.h"

#define ZIP_MAX_RATIO 1032 /* DEFLATE packs 258 bytes into 2 bits at best */

typedef struct ZipEntry {
    const char *name;
    uint64_t size, packed_size; /* bytes */
    uint64_t start;             /* of the local header in the archive */
    const unsigned char *packed;
    uint32_t crc;
    int method; /* 0 stored, 8 deflated */
} ZipEntry;

typedef struct Zip {
    size_t count;
    ZipEntry *entries; /* in the order of the directory; names differ */
} Zip;

/* Reads the directory. `where` is what errors call the archive. The entries point into
 * `file`, which must live as long as they do. */
bool zip_read(Arena *arena, FileBytes file, const char *where, Zip *out, Error *err);

/* Unpacks one entry into the arena and checks its CRC. A stored entry is not copied: its
 * bytes are those of the file. */
bool zip_unpack(Arena *arena, const ZipEntry *entry, const char *where, FileBytes *out,
                Error *err);

/* Something to pack: names must differ. */
typedef struct ZipSource {
    const char *name;
    FileBytes bytes;
} ZipSource;

/* Writes an archive of deflated entries. The same entries always give the same file: the
 * date in it is fixed at 1980. Fails, too, if the reader would refuse the size. */
bool zip_write(const char *path, const ZipSource *sources, size_t count, Error *err);

#endif
