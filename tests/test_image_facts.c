/* The data beside the pixels: the orientation of the camera, the meaning of four
 * channels in a JPEG, the number of its scans. */
#include "io/exif.h"
#include "io/image.h"
#include "io/image_decode.h"
#include "tests/jpeg.h"
#include "tests/png.h"

static Error err;

/* "Exif", 0, 0, and a TIFF file with one entry: orientation, type, count 1, value. */
static size_t make_exif(unsigned char out[64], bool little, int type, unsigned value) {
    static const int bytes[] = {[1] = 1, [3] = 2, [4] = 4};
    const unsigned fields[][2] = {{42, 2},
                                  {8, 4},
                                  {1, 2},
                                  {0x0112, 2},
                                  {(unsigned)type, 2},
                                  {1, 4},
                                  {value, (unsigned)bytes[type]}};
    memset(out, 0, 64);
    memcpy(out, "Exif\0\0", 6);
    memcpy(out + 6, little ? "II" : "MM", 2);
    size_t at = 8;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        for (unsigned k = 0; k < fields[i][1]; k++) {
            const unsigned shift = 8 * (little ? k : fields[i][1] - 1 - k);
            out[at++] = (unsigned char)(fields[i][0] >> shift);
        }
    return 6 + 8 + 2 + 12 + 4;
}

static void orientation_is_read_in_every_type_and_byte_order(void **state) {
    (void)state;
    unsigned char exif[64];
    for (int little = 0; little < 2; little++)
        for (unsigned value = 0; value < 10; value++) {
            const int right = value >= 1 && value <= 8 ? (int)value : 1;
            for (int type = 1; type <= 4; type += type == 1 ? 2 : 1) {
                const size_t size = make_exif(exif, little, type, value);
                assert_int_equal(exif_orientation(exif, size), right);
                assert_int_equal(exif_orientation(exif + 6, size - 6), right);
                for (size_t cut = 0; cut < 6 + 8 + 2 + 12; cut++)
                    assert_int_equal(exif_orientation(exif, cut), 1);
            }
        }
    make_exif(exif, true, 3, 6);
    exif[6] = 'X';
    assert_int_equal(exif_orientation(exif, 32), 1);
}

static Tensor read_back(FileBytes file) {
    Tensor out;
    if (!image_read_bytes(arena, "x", &file, &out, &err)) fail_msg("%s", err.text);
    return out;
}

/* Two pixels, black and white, turned by 6: one column, the left one on top. */
static void assert_turned(FileBytes png) {
    static const uint8_t pixels[2] = {0, 255};
    Tensor t = read_back(png_end(png, pixels, 2, 1));
    assert_int_equal(t.shape.h, 2);
    assert_int_equal(t.shape.w, 1);
    assert_true(t.data[0] == 0 && t.data[1] == 1);
}

/* As text: "\nexif\n", the number of bytes, and lines of digits. */
static size_t make_text(char *out, const unsigned char *exif, size_t size) {
    int used = sprintf(out, "\nexif\n%8zu\n", size);
    for (size_t i = 0; i < size; i++)
        used += sprintf(out + used, "%02x%s", exif[i], i % 36 == 35 ? "\n" : "");
    return (size_t)used;
}

static void a_png_is_turned_by_its_chunk_or_its_text(void **state) {
    (void)state;
    static const char key[] = "Raw profile type exif";
    unsigned char exif[64], chunk[600] = {0};
    char text[400];
    const size_t size = make_exif(exif, false, 3, 6),
                 length = make_text(text, exif, size);
    FileBytes png = png_begin(2, 1, 8, 0);
    png_chunk(&png, "eXIf", exif + 6, size - 6);
    assert_turned(png);
    png = png_begin(2, 1, 8, 0);
    memcpy(chunk, key, sizeof key);
    memcpy(chunk + sizeof key, text, length);
    png_chunk(&png, "tEXt", chunk, sizeof key + length);
    assert_turned(png);
    png = png_begin(2, 1, 8, 0);
    chunk[sizeof key] = 0; /* the method */
    const size_t packed = png_pack(chunk + sizeof key + 1, 500, text, length);
    png_chunk(&png, "zTXt", chunk, sizeof key + 1 + packed);
    assert_turned(png);
}

static FileBytes golden(const char *name) {
    FileBytes file;
    if (!file_read(arena, name, 1 << 20, &file, &err)) fail_msg("%s", err.text);
    return file;
}

static void a_jpeg_is_turned_by_a_long_number(void **state) {
    (void)state;
    unsigned char segment[70] = {0xFF, 0xE1, 0, 0};
    for (int little = 0; little < 2; little++) {
        const size_t size = make_exif(segment + 4, little, 4, 6);
        segment[3] = (unsigned char)(size + 2);
        FileBytes photo = golden("tests/golden/photo.jpg");
        Tensor plain = read_back(photo);
        Tensor t = read_back(jpeg_insert(photo, segment, size + 4));
        assert_int_equal(t.shape.h, plain.shape.w);
        assert_int_equal(t.shape.w, plain.shape.h);
        /* The first row is seen at the right. */
        assert_true(*tensor_at(t, 0, 0, 0, t.shape.w - 1) == plain.data[0]);
    }
}

/* Stored are 255 - ink, so light is c k / 255. Pillow reads the same file as 100 50 25,
 * rounded down: 100.4, 50.2, 25.1. */
static void four_channels_without_a_marker_are_cmyk(void **state) {
    (void)state;
    const uint8_t stored[4] = {200, 100, 50, 128};
    Tensor t = read_back(jpeg_of_four(stored));
    assert_true(shape_equal(t.shape, (Shape){1, 3, 16, 16}));
    for (int i = 0; i < 3 * 256; i++)
        assert_close(255 * (double)t.data[i], stored[i / 256] * 128 / 255.0, 0, 1);
}

/* A profile for inks is no profile of the RGB that the decoder makes of them. */
static void a_profile_of_cmyk_is_left_alone(void **state) {
    (void)state;
    static const char part[] = "\xFF\xE2\0\x14ICC_PROFILE\0\1\1CMYK";
    const uint8_t stored[4] = {200, 100, 50, 128};
    Tensor plain = read_back(jpeg_of_four(stored));
    Tensor t = read_back(jpeg_insert(jpeg_of_four(stored), part, sizeof part - 1));
    assert_same_bits(t.data, plain.data, 3 * 256);
}

static void refused(FileBytes file, const char *words) {
    Tensor out;
    assert_false(image_read_bytes(arena, "x", &file, &out, &err));
    if (!strstr(err.text, words)) fail_msg("no \"%s\" in: %s", words, err.text);
}

/* 100 scans are read; more, or twenty times 8192 x 8192 pixels in all, are refused before
 * the decoder starts: 8000 x 8000 pixels may have 1342177280 / 64000000 = 20. The scan
 * itself takes no part of a second for them. */
static void progressive_scans_are_counted(void **state) {
    (void)state;
    FileBytes photo = golden("tests/golden/photo_progressive.jpg");
    read_back(jpeg_with_scans(photo, 100));
    refused(jpeg_with_scans(photo, 101), "too many progressive scans");
    FileBytes large = jpeg_with_scans(photo, 21);
    static const unsigned char comment[4] = {0xFF, 0xFE, 0xFF, 0xFF};
    unsigned char filling[65537] = {0};
    memcpy(filling, comment, sizeof comment);
    large = jpeg_insert(large, filling, sizeof filling); /* data for its size */
    for (size_t i = 65539; i + 9 < large.size; i++)
        if (large.data[i] == 0xFF && large.data[i + 1] == 0xC2) {
            large.data[i + 5] = large.data[i + 7] = 8000 >> 8;
            large.data[i + 6] = large.data[i + 8] = 8000 & 0xFF;
        }
    refused(large, "too many progressive scans for its size");
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orientation_is_read_in_every_type_and_byte_order),
        WITH_ARENA(a_png_is_turned_by_its_chunk_or_its_text),
        WITH_ARENA(a_jpeg_is_turned_by_a_long_number),
        WITH_ARENA(four_channels_without_a_marker_are_cmyk),
        WITH_ARENA(a_profile_of_cmyk_is_left_alone),
        WITH_ARENA(progressive_scans_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
