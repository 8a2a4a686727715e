#include "fuzz/repair.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "io/number.h"
#include "io/sha256.h"

static size_t load_big(const uint8_t *at) {
    return (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
}

static void store_big(uint8_t *at, uint32_t value) {
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* A chunk is its length, four letters, the data and the CRC of letters and data. */
void repair_png(uint8_t *data, size_t size) {
    for (size_t at = 8; size >= 12 && at <= size - 12;) {
        const size_t length = load_big(data + at);
        if (length > size - at - 12) return;
        store_big(data + at + 8 + length,
                  (uint32_t)crc32(0, data + at + 4, (uInt)(length + 4)));
        at += 12 + length;
    }
}

#define LOCAL 30        /* bytes of a local header before the name */
#define CENTRAL 46      /* of an entry of the directory */
#define UNPACKED 262144 /* bytes; of more the CRC is not computed */

/* The CRC of what the packed bytes unpack to, as far as they do. */
static uint32_t unpacked_crc(uint8_t *packed, size_t size) {
    static uint8_t unpacked[UNPACKED];
    z_stream z = {.next_in = packed,
                  .avail_in = (uInt)size,
                  .next_out = unpacked,
                  .avail_out = UNPACKED};
    if (inflateInit2(&z, -MAX_WBITS) != Z_OK) return 0;
    inflate(&z, Z_FINISH);
    inflateEnd(&z);
    return (uint32_t)crc32(0, unpacked, UNPACKED - z.avail_out);
}

/* One entry of the directory, and the local header that it points to. */
static void repair_entry(uint8_t *data, size_t size, uint8_t *entry) {
    const uint64_t method = bytes_load(entry + 10, 2), length = bytes_load(entry + 20, 4);
    const uint64_t start = bytes_load(entry + 42, 4);
    if (start > size || size - start < LOCAL) return;
    uint8_t *local = data + start;
    const uint64_t skipped =
        LOCAL + bytes_load(local + 26, 2) + bytes_load(local + 28, 2);
    if (skipped > size - start || length > size - start - skipped) return;
    uint8_t *packed = local + skipped;
    const uint32_t crc = method == 8 ? unpacked_crc(packed, (size_t)length)
                                     : (uint32_t)crc32(0, packed, (uInt)length);
    bytes_store(entry + 16, 4, crc);
    bytes_store(local + 14, 4, crc);
}

void repair_zip(uint8_t *data, size_t size) {
    for (size_t at = 0; size >= CENTRAL && at <= size - CENTRAL; at++)
        if (memcmp(data + at, "PK\1\2", 4) == 0) repair_entry(data, size, data + at);
}

/* A header has 512 bytes; at 124 the size of the file in octal digits, at 148 the sum of
 * its bytes, in which the eight bytes of the sum itself count as blanks. */
void repair_tar(uint8_t *data, size_t size) {
    for (size_t at = 0; size >= 512 && at <= size - 512;) {
        uint8_t *header = data + at;
        size_t length = 0;
        unsigned sum = 0;
        for (int i = 124; i < 135 && header[i] >= '0' && header[i] <= '7'; i++)
            length = length * 8 + (size_t)(header[i] - '0');
        memset(header + 148, ' ', 8);
        for (int i = 0; i < 512; i++)
            sum += header[i];
        for (int i = 153; i >= 148; i--, sum /= 8)
            header[i] = (uint8_t)('0' + sum % 8);
        header[154] = 0;
        if (length > size) return;
        at += 512 + (length + 511) / 512 * 512;
    }
}

void repair_checkpoint(uint8_t *data, size_t size) {
    static const char key[] = "\"sha256\":\"";
    enum { KEY = sizeof key - 1, DIGITS = 64 };
    const uint64_t header = size < 8 ? size : bytes_load(data, 8);
    if (header > size - 8 || header < KEY + DIGITS) return;
    const Sha256 hash = sha256_bytes(data + 8 + header, size - 8 - (size_t)header);
    for (size_t at = 8; at + KEY + DIGITS <= 8 + header; at++)
        if (memcmp(data + at, key, KEY) == 0) {
            memcpy(data + at + KEY, hash.text, DIGITS);
            return;
        }
}
