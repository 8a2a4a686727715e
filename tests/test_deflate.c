/* Packing in pieces: zlib unpacks the same bytes, whatever their number and the threads. */
#include <string.h>

#include "io/deflate.h"
#include "tensor/rng.h"
#include "tensor/threads.h"
#include "tests/arena.h"

enum { PIECE = 128 << 10 };

/* Noise, which only becomes longer, or words, which repeat. */
static unsigned char *bytes_of(size_t size, bool noise) {
    Rng rng = rng_seed(size);
    unsigned char *data = arena_alloc(arena, size + 1);
    for (size_t i = 0; i < size; i++)
        data[i] = noise || i < 64 || rng_below(&rng, 8) == 0
                      ? (unsigned char)rng_below(&rng, 256)
                      : data[i - 64];
    return data;
}

static void unpack(const unsigned char *packed, size_t packed_size, int format,
                   const unsigned char *expected, size_t size) {
    unsigned char *out = arena_alloc(arena, size + 1);
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)packed,
                  .avail_in = (uInt)packed_size,
                  .next_out = out,
                  .avail_out = (uInt)size + 1};
    inflate_begin(&z, format);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END); /* with zlib's checksum */
    assert_int_equal(z.avail_in, 0);
    assert_int_equal(z.avail_out, 1);
    inflateEnd(&z);
    assert_memory_equal(out, expected, size);
}

static void what_is_packed_is_unpacked_again(void **state) {
    (void)state;
    static const size_t sizes[] = {0,     1,         999,           PIECE - 1,
                                   PIECE, PIECE + 1, 3 * PIECE + 77};
    for (size_t t = 0; t < 2 * sizeof sizes / sizeof *sizes; t++) {
        const size_t size = sizes[t / 2], room = deflate_room(size);
        const unsigned char *data = bytes_of(size, t % 2);
        unsigned char *out = arena_alloc(arena, room);
        size_t packed = deflate_bytes(data, size, DEFLATE_ZLIB, out);
        assert_in_range(packed, 1, room);
        unpack(out, packed, DEFLATE_ZLIB, data, size);
        packed = deflate_bytes(data, size, DEFLATE_RAW, out);
        assert_in_range(packed, 1, room);
        unpack(out, packed, DEFLATE_RAW, data, size);
    }
}

static void the_number_of_threads_does_not_change_a_byte(void **state) {
    (void)state;
    enum { SIZE = 5 * PIECE };
    const int before = threads_count();
    const unsigned char *data = bytes_of(SIZE, false);
    unsigned char *out[2];
    size_t packed[2];
    for (int threads = 1; threads <= 3; threads++) {
        const int i = threads > 1;
        threads_set(threads);
        out[i] = arena_alloc(arena, deflate_room(SIZE));
        packed[i] = deflate_bytes(data, SIZE, DEFLATE_ZLIB, out[i]);
        assert_int_equal(packed[i], packed[0]);
        assert_memory_equal(out[i], out[0], packed[0]);
    }
    threads_set(before);
}

/* A word that stands before a piece is found from within it. */
static void a_piece_repeats_what_stands_before_it(void **state) {
    (void)state;
    enum { WORD = 1000 };
    unsigned char *data = bytes_of(PIECE + WORD, true);
    unsigned char *out = arena_alloc(arena, deflate_room(PIECE + WORD));
    const size_t without = deflate_bytes(data, PIECE + WORD, DEFLATE_RAW, out);
    memcpy(data + PIECE, data + PIECE - WORD, WORD);
    const size_t with = deflate_bytes(data, PIECE + WORD, DEFLATE_RAW, out);
    assert_true(with + WORD / 2 < without);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_packed_is_unpacked_again),
        TEST(the_number_of_threads_does_not_change_a_byte),
        TEST(a_piece_repeats_what_stands_before_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
