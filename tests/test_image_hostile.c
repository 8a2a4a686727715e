/* Files that are cut, damaged or malicious: each is read, or refused with a reason,
 * within bounds of memory and time. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "io/file.h"
#include "io/image.h"
#include "io/image_decode.h"
#include "tests/png.h"

static Error err;

/* Reads an image from these bytes; what it holds is dropped. A block of their own lets
 * the sanitizer see every read beyond them. */
static bool read_bytes(const unsigned char *data, size_t size) {
    FileBytes file = {malloc(size), size};
    memcpy(file.data, data, size);
    Arena *scratch = arena_new();
    Tensor image;
    bool ok = image_read_bytes(scratch, "x.jpg", &file, &image, &err);
    if (ok) assert_true(tensor_finite(image));
    if (!ok) assert_ptr_equal(strstr(err.text, "x.jpg: "), err.text);
    if (!ok) assert_non_null(strchr(err.text, ';')); /* what to do next */
    arena_free(scratch);
    free(file.data);
    return ok;
}

static void assert_refused(const void *data, size_t size, const char *words) {
    assert_false(read_bytes(data, size));
    if (!strstr(err.text, words)) fail_msg("no \"%s\" in: %s", words, err.text);
}
#define REFUSED(text, words) assert_refused(text, sizeof text - 1, words)

static FileBytes golden(const char *name) {
    char full[128];
    FileBytes file;
    snprintf(full, sizeof full, "tests/golden/%s", name);
    if (!file_read(arena, full, 1 << 20, &file, &err)) fail_msg("%s", err.text);
    return file;
}

static void what_is_no_image_is_refused_by_name(void **state) {
    (void)state;
    REFUSED("Dear photographer,\n",
            "is not an image this program can read (text); 'head");
    REFUSED("GIF89a............", "(GIF); convert it");
    REFUSED("RIFF\x10\0\0\0WEBPVP8 ", "(WebP); convert it");
    REFUSED("\0\0\0\x18"
            "ftypheic....",
            "(HEIC); convert it");
    REFUSED("P", "(unknown type); check that it is the right file");
    Tensor image;
    assert_false(image_read(arena, "tests/golden/none.jpg", &image, &err));
    assert_non_null(strstr(err.text, "none.jpg: No such file or directory; check the "));
    assert_false(image_read(arena, "tests/golden", &image, &err));
    assert_non_null(strstr(err.text, "tests/golden is a folder; name a file in it"));
    assert_false(image_read(arena, "/dev/null", &image, &err));
    assert_non_null(strstr(err.text, "/dev/null is empty"));
}

static void a_file_cut_at_any_length_is_refused(void **state) {
    (void)state;
    const char *names[] = {"read_rgb.png",  "read_interlaced.png",   "corners.jpg",
                           "photo_420.jpg", "photo_progressive.jpg", "read_rgb.bmp",
                           "read_grey.bmp"};
    for (int i = 0; i < 7; i++) {
        FileBytes file = golden(names[i]);
        assert_true(read_bytes(file.data, file.size));
        for (size_t size = 1; size < file.size; size++)
            if (read_bytes(file.data, size))
                fail_msg("%s is read when cut to %zu bytes", names[i], size);
    }
    static const char pnm[] = "P6 # two\n2 1 255\nRGBrgb";
    assert_true(read_bytes((const unsigned char *)pnm, sizeof pnm - 1));
    for (size_t size = 1; size < sizeof pnm - 1; size++)
        assert_false(read_bytes((const unsigned char *)pnm, size));
}

/* Checksums cover every byte of a chunk and its type, the length decides where the
 * checksum is looked for, and the signature is compared. */
static void no_flipped_bit_of_a_png_goes_unnoticed(void **state) {
    (void)state;
    FileBytes file = golden("read_rgb.png");
    for (size_t i = 0; i < 8 * file.size; i++) {
        file.data[i / 8] ^= (unsigned char)(1 << i % 8);
        assert_false(read_bytes(file.data, file.size));
        file.data[i / 8] ^= (unsigned char)(1 << i % 8);
    }
}

static size_t get_32(const unsigned char *p) {
    return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
}

static void repair_checksums(FileBytes file) {
    for (size_t at = 8; at + 12 <= file.size;) {
        size_t length = get_32(file.data + at);
        if (length > file.size - at - 12) return;
        put_32(file.data + at + 8 + length,
               crc32(0, file.data + at + 4, (uInt)length + 4));
        at += 12 + length;
    }
}

/* Every byte with each bit flipped, and as 00 and FF, with checksums that fit, so that
 * the decoder meets it. At most 16384 x 16384 / 2 pixels can be announced by such a
 * change, but then too little data follows; 16384 x 19 x 48 bytes and some are left. */
static void damage_bytes(const char *name, bool png) {
    FileBytes sound = golden(name);
    FileBytes file = {arena_alloc(arena, sound.size), sound.size};
    int accepted = 0;
    for (size_t i = 0; i < sound.size; i++) {
        for (int change = 0; change < 10; change++) {
            memcpy(file.data, sound.data, sound.size);
            if (change < 8) file.data[i] ^= (unsigned char)(1 << change);
            if (change >= 8) file.data[i] = change == 8 ? 0 : 0xFF;
            if (png) repair_checksums(file);
            accepted += read_bytes(file.data, file.size);
            assert_true(stb_peak() < (size_t)17 << 20);
        }
    }
    assert_true(accepted > 0); /* else the decoder has seen nothing */
}

static void a_damaged_file_is_refused_or_read_within_the_budget(void **state) {
    (void)state;
    damage_bytes("read_rgb.png", true);
    damage_bytes("read_palette_alpha.png", true);
    damage_bytes("read_interlaced.png", true);
    damage_bytes("read_rgb16.png", true);
    damage_bytes("corners.jpg", false);
    damage_bytes("photo_420.jpg", false);
    damage_bytes("photo_progressive.jpg", false);
    damage_bytes("photo_grey.jpg", false);
    damage_bytes("read_rgb.bmp", false);
}

/* A grey PNG that announces w x h and holds `size` zero bytes of rows. */
static FileBytes make_png(size_t w, size_t h, size_t size) {
    uLongf packed = compressBound(size);
    unsigned char *rows = calloc(size, 1), *data = malloc(packed);
    assert_int_equal(compress2(data, &packed, rows, size, 9), Z_OK);
    unsigned char *start = arena_alloc(arena, packed + 100), header[13] = {0};
    put_32(header, w);
    put_32(header + 4, h);
    header[8] = 8;
    memcpy(start, "\x89PNG\r\n\x1a\n", 8);
    unsigned char *at = put_chunk(start + 8, "IHDR", header, 13);
    at = put_chunk(at, "IDAT", data, packed);
    at = put_chunk(at, "IEND", "", 0);
    free(rows);
    free(data);
    return (FileBytes){start, (size_t)(at - start)};
}

static void assert_png_refused(size_t w, size_t h, size_t size, const char *words) {
    FileBytes png = make_png(w, h, size);
    assert_refused(png.data, png.size, words);
}

static void a_size_beyond_the_limits_is_refused(void **state) {
    (void)state;
    FileBytes fits = make_png(16384, 1, 16385);
    assert_true(read_bytes(fits.data, fits.size));
    assert_png_refused(20000, 1, 20001,
                       "has 20000 x 1 pixels, and a side may have 16384");
    assert_png_refused(1, 20000, 40000, "has 1 x 20000 pixels");
    assert_png_refused(0, 5, 10, "0 x 5 pixels");
    assert_png_refused(5, 0, 10, "5 x 0 pixels");
    assert_png_refused(0xFFFFFFFF, 0xFFFFFFFF, 10, "4294967295 x 4294967295 pixels");
    assert_png_refused(9000, 9000, 9001 * 9000, "an image 67108864; make it smaller");
    REFUSED("P6 100000 100000 255\nabc", "its end is missing");
    REFUSED("P3 0 1 255\n1", "announces an image of 0 x 1");
    REFUSED("P3 99999999999999999999 1 255\n1", "its size cannot be read");
    REFUSED("P3 1 1 0\n1 1 1", "largest value");
    REFUSED("P2 1 1 4\n5", "a value is above its largest value");
    REFUSED("P4 8 1\n1", "a PNM of bits");
}

/* 400 bytes that announce 8000 x 8000 pixels: deflate makes at most 1032 bytes of one, so
 * they cannot hold them. The same with the size in the frame header of a JPEG. */
static void a_large_size_in_a_small_file_is_refused_before_decoding(void **state) {
    (void)state;
    size_t zeros = 300000; /* about 300 bytes when packed */
    FileBytes png = make_png(8000, 8000, zeros);
    assert_true(png.size < 400);
    assert_refused(png.data, png.size, "too little data for its size");
    FileBytes jpeg = golden("photo.jpg");
    for (size_t i = 0; i + 9 < jpeg.size; i++)
        if (jpeg.data[i] == 0xFF && jpeg.data[i + 1] == 0xC0)
            memset(jpeg.data + i + 5, 0x1F, 4); /* 7967 x 7967 */
    assert_refused(jpeg.data, jpeg.size, "too little data for its size");
}

/* 50 KB that unpack to 50 MB, in an image of 10 x 10: more than its budget. */
static void data_that_unpacks_beyond_the_image_stays_within_the_budget(void **state) {
    (void)state;
    FileBytes png = make_png(10, 10, 50 << 20);
    ImageFacts facts = {.w = 10, .h = 10};
    read_bytes(png.data, png.size);
    assert_true(stb_peak() > 0);
    assert_true(stb_peak() <= stb_budget(&facts, png.size));
    assert_true(stb_budget(&facts, png.size) < (size_t)2 << 20);
}

/* The budget stands for a machine without memory: whichever request is refused first, the
 * decode ends with a reason and nothing is kept (the sanitizer looks for leaks). */
static void a_decode_may_run_out_of_memory_at_any_point(void **state) {
    (void)state;
    const char *names[] = {"read_interlaced.png",   "read_palette_alpha.png",
                           "read_rgb16.png",        "photo_420.jpg",
                           "photo_progressive.jpg", "read_grey.bmp"};
    for (int i = 0; i < 6; i++) {
        FileBytes file = golden(names[i]);
        bool wide = strstr(names[i], "16") != NULL;
        DecodedImage picture;
        size_t needed = 0, failures = 0;
        assert_null(stb_decode(&file, wide, (size_t)1 << 20, &picture));
        needed = stb_peak();
        stb_free();
        for (size_t budget = 0; budget < needed; budget += 1 + needed / 3000) {
            const char *problem = stb_decode(&file, wide, budget, &picture);
            assert_true(stb_peak() <= budget);
            if (problem) failures++;
            stb_free();
        }
        assert_true(failures > 10);
        assert_null(stb_decode(&file, wide, needed, &picture));
        stb_free();
    }
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_ARENA(what_is_no_image_is_refused_by_name),
        WITH_ARENA(a_file_cut_at_any_length_is_refused),
        WITH_ARENA(no_flipped_bit_of_a_png_goes_unnoticed),
        WITH_ARENA(a_damaged_file_is_refused_or_read_within_the_budget),
        WITH_ARENA(a_size_beyond_the_limits_is_refused),
        WITH_ARENA(a_large_size_in_a_small_file_is_refused_before_decoding),
        WITH_ARENA(data_that_unpacks_beyond_the_image_stays_within_the_budget),
        WITH_ARENA(a_decode_may_run_out_of_memory_at_any_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
