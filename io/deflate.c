#include "io/deflate.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#include "tensor/check.h"
#include "tensor/no_memory.h"

static voidpf take(voidpf context, uInt items, uInt size) {
    (void)context;
    const unsigned long long bytes = (unsigned long long)items * size;
    if (bytes > SIZE_MAX) no_memory(SIZE_MAX);
    return memory_take((size_t)bytes);
}

static void give(voidpf context, voidpf block) {
    (void)context;
    free(block);
}

void inflate_begin(z_stream *z, int format) {
    z->zalloc = take;
    z->zfree = give;
    const int ready = inflateInit2(z, format);
    CHECK(ready == Z_OK, "zlib: %d", ready);
}

size_t deflate_bytes(const void *data, size_t size, int format, unsigned char *out) {
    const size_t room = compressBound((uLong)size);
    CHECK(size <= UINT_MAX && room <= UINT_MAX, "%zu bytes", size);
    z_stream z = {.zalloc = take,
                  .zfree = give,
                  .next_in = (unsigned char *)(uintptr_t)data,
                  .avail_in = (uInt)size,
                  .next_out = out,
                  .avail_out = (uInt)room};
    const int ready = deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, format, 8,
                                   Z_DEFAULT_STRATEGY);
    CHECK(ready == Z_OK, "zlib: %d", ready);
    const int done = deflate(&z, Z_FINISH);
    CHECK(done == Z_STREAM_END, "zlib: %d", done);
    deflateEnd(&z);
    return room - z.avail_out;
}
