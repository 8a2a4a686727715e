#include "io/exif.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define HEADER 8 /* bytes: the byte order twice, 42, the offset of the directory */
#define ENTRY 12 /* bytes: tag, type, count, value */
#define ORIENTATION 0x0112

enum { TYPE_BYTE = 1, TYPE_SHORT = 3, TYPE_LONG = 4 };

static uint32_t number(const unsigned char *p, int bytes, bool little) {
    uint32_t value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | p[little ? bytes - 1 - i : i];
    return value;
}

/* The standard requires SHORT; some programs write LONG or BYTE. The value is in the
 * first bytes of the four in either byte order. */
static int value_of(const unsigned char *entry, bool little) {
    const uint32_t type = number(entry + 2, 2, little);
    const int bytes = type == TYPE_BYTE ? 1 : type == TYPE_LONG ? 4 : 2;
    const uint32_t value = number(entry + 8, bytes, little);
    return value >= 1 && value <= 8 ? (int)value : 1;
}

/* A small TIFF file: a header, and there a directory of entries. */
int exif_orientation(const unsigned char *data, size_t size) {
    if (size >= 6 && !memcmp(data, "Exif\0", 6)) data += 6, size -= 6;
    if (size < HEADER + 2) return 1;
    const bool little = data[0] == 'I';
    if (memcmp(data, little ? "II*\0" : "MM\0*", 4) != 0) return 1;
    size_t place = number(data + 4, 4, little);
    if (place > size - 2) return 1;
    uint32_t entries = number(data + place, 2, little);
    for (place += 2; entries > 0 && size - place >= ENTRY; entries--, place += ENTRY)
        if (number(data + place, 2, little) == ORIENTATION)
            return value_of(data + place, little);
    return 1;
}
