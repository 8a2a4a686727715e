/* zlib whose memory is taken as all other, see no_memory.h: what it packs and unpacks is
 * never called damaged because memory is short. */
#ifndef IO_DEFLATE_H
#define IO_DEFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <zlib.h>

#define DEFLATE_ZLIB MAX_WBITS /* with zlib's header and checksum; for rows of PNG */
#define DEFLATE_RAW -MAX_WBITS /* without, as in zip */

/* Begins to unpack; z->next_in and avail_in may be set. Ended by inflateEnd. */
void inflate_begin(z_stream *z, int format);

/* Bytes for what `size` bytes become at most. */
size_t deflate_room(size_t size);

/* Packs `size` bytes, at most UINT_MAX, into `out`, which has deflate_room(size) bytes.
 * Returns the packed size. All threads pack, each its piece after piece, and the bytes are
 * the same for any number of them. */
size_t deflate_bytes(const void *data, size_t size, int format, unsigned char *out);

#endif
