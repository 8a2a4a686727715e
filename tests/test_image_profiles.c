/* Colours that a PNG states by chunks, and profiles that a JPEG has in parts. */
#include "tests/colours.h"

/* Primaries of BT.709, which are those of sRGB, and a curve: H.273 table 3. */
static void the_curves_of_cicp_are_followed(void **state) {
    (void)state;
    static const double same[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    static const struct {
        const char *code;
        double gamma;
    } powers[] = {{"\1\4\0\1", 2.2}, {"\1\10\0\1", 1}};
    for (int i = 0; i < 2; i++) {
        FileBytes png = png_begin(PATCHES, 1, 8, 2);
        png_chunk(&png, "cICP", powers[i].code, 4);
        assert_patches(read_patches(png), same, powers[i].gamma, 1);
    }
    FileBytes png = png_begin(PATCHES, 1, 8, 2);
    png_chunk(&png, "cICP", "\1\1\0\1", 4);
    Tensor t = read_patches(png);
    for (int i = 0; i < PATCHES; i++)
        for (int c = 0; c < 3; c++) {
            const double v = patches[i][c] / 255.0;
            const double light = v < 0.081 ? v / 4.5 : pow((v + 0.099) / 1.099, 1 / 0.45);
            assert_close(*tensor_at(t, 0, c, 0, i), to_number(light), 0, LEVEL);
        }
}

static void unknown_codes_of_cicp_are_refused(void **state) {
    (void)state;
    static const char *const codes[] = {"\2\15\0\1", "\1\2\0\1", "\1\15\1\1",
                                        "\1\15\0\0"};
    for (int i = 0; i < 4; i++) {
        FileBytes png = png_begin(PATCHES, 1, 8, 2);
        png_chunk(&png, "cICP", codes[i], 4);
        refused(png_end(png, patches, 3 * PATCHES, 1),
                "its cICP has a code that is not known");
    }
    FileBytes png = png_begin(PATCHES, 1, 8, 2);
    png_chunk(&png, "cICP", "\11\22\0\1", 4);
    refused(png_end(png, patches, 3 * PATCHES, 1), "HDR");
}

/* Chunks of another length than the specification gives them say nothing. */
static void chunks_of_a_wrong_length_are_ignored(void **state) {
    (void)state;
    FileBytes png = png_begin(PATCHES, 1, 8, 2);
    png_chunk(&png, "cHRM", (char[31]){1}, 31);
    png_chunk(&png, "gAMA", "\0\1\2\3\4", 5);
    png_chunk(&png, "gAMA", "\0\0\0\0", 4);
    png_chunk(&png, "cICP", "\1\4\0", 3);
    assert_untouched(read_patches(png));
}

/* The first profile counts, be it good or bad. */
static void a_second_profile_is_ignored(void **state) {
    (void)state;
    FileBytes png = png_begin(PATCHES, 1, 8, 2);
    put_profile(&png, rgb_profile(&p3_corners, 0));
    png_chunk(&png, "iCCP", "name\0\0garbage", 13);
    assert_patches(read_patches(png), from_p3, 0, 1);
    static const struct {
        const char *bytes;
        size_t size;
    } bad[] = {{"name", 4}, {"name\0", 5}, {"name\0\1garbage", 13}};
    for (int i = 0; i < 3; i++) {
        png = png_begin(PATCHES, 1, 8, 2);
        png_chunk(&png, "iCCP", bad[i].bytes, bad[i].size);
        put_profile(&png, rgb_profile(&p3_corners, 0));
        refused(png_end(png, patches, 3 * PATCHES, 1), "its colour profile is damaged");
    }
}

/* A JPEG with these segments after its first marker. */
static FileBytes jpeg_with(const void *segments, size_t size) {
    FileBytes jpeg, out;
    if (!file_read(arena, "tests/golden/photo.jpg", 1 << 20, &jpeg, &err))
        fail_msg("%s", err.text);
    out = (FileBytes){arena_alloc(arena, jpeg.size + size), jpeg.size + size};
    memcpy(out.data, jpeg.data, 2);
    memcpy(out.data + 2, segments, size);
    memcpy(out.data + 2 + size, jpeg.data + 2, jpeg.size - 2);
    return out;
}

/* APP2 with one part of the profile. */
static size_t put_part(unsigned char *at, int number, int parts, const void *data,
                       size_t size) {
    const size_t length = 16 + size;
    at[0] = 0xFF, at[1] = 0xE2;
    at[2] = (unsigned char)(length >> 8), at[3] = (unsigned char)length;
    memcpy(at + 4, "ICC_PROFILE", 12);
    at[16] = (unsigned char)number, at[17] = (unsigned char)parts;
    memcpy(at + 18, data, size);
    return 18 + size;
}

/* In two parts, the second one first. */
static void a_jpeg_has_its_profile_in_parts(void **state) {
    (void)state;
    FileBytes icc = rgb_profile(&p3_corners, 0);
    unsigned char segments[4096];
    const size_t half = icc.size / 2;
    size_t used = put_part(segments, 2, 2, icc.data + half, icc.size - half);
    const size_t second = used;
    used += put_part(segments + used, 1, 2, icc.data, half);
    Tensor plain = read_back(jpeg_with("", 0)), t = read_back(jpeg_with(segments, used));
    const size_t plane = (size_t)plain.shape.h * (size_t)plain.shape.w;
    for (size_t i = 0; i < plane; i++) {
        double from[3], to[3];
        for (size_t c = 0; c < 3; c++)
            from[c] = (double)plain.data[c * plane + i];
        expected(from_p3, 0, from, to);
        for (size_t c = 0; c < 3; c++)
            assert_close(t.data[c * plane + i], to[c], 0, LEVEL);
    }
    refused(jpeg_with(segments, second), "a part of its colour profile is missing");
}

/* Parts are counted from 1, there are as many as each says, and one that comes twice
 * counts once. */
static void parts_of_a_profile_are_counted(void **state) {
    (void)state;
    FileBytes icc = rgb_profile(&p3_corners, 0);
    unsigned char segments[8192];
    static const int wrong[][2] = {{0, 1}, {2, 1}, {1, 0}};
    for (int i = 0; i < 3; i++) {
        const size_t used =
            put_part(segments, wrong[i][0], wrong[i][1], icc.data, icc.size);
        refused(jpeg_with(segments, used), "its colour profile is damaged");
    }
    size_t used = put_part(segments, 1, 3, icc.data, 100);
    used += put_part(segments + used, 2, 2, icc.data, 100);
    refused(jpeg_with(segments, used), "its colour profile is damaged");
    refused(jpeg_with(segments, put_part(segments, 1, 1, "", 0)),
            "its colour profile is damaged");
    used = put_part(segments, 1, 1, icc.data, icc.size);
    Tensor once = read_back(jpeg_with(segments, used));
    used += put_part(segments + used, 1, 1, "another", 7);
    Tensor twice = read_back(jpeg_with(segments, used));
    assert_same_bits(once.data, twice.data, shape_size(once.shape));
}

/* Other programs put other things into segments of the same number. */
static void segments_of_others_are_ignored(void **state) {
    (void)state;
    static const char others[] = "\xff\xe2\0\4MP"
                                 "\xff\xe2\0\x14MPF\0..............."
                                 "\xff\xe1\0\4Ex"
                                 "\xff\xe1\0\x0a"
                                 "http://x"
                                 "\xff\xee\0\7Adobe";
    Tensor plain = read_back(jpeg_with("", 0)),
           t = read_back(jpeg_with(others, sizeof others - 1));
    assert_same_bits(plain.data, t.data, shape_size(plain.shape));
}

/* SOF0 of 16 x 16 pixels before that of the photograph, and one that is cut off. */
static void a_jpeg_has_one_frame(void **state) {
    (void)state;
    static const char two[] = "\xff\xc0\0\x0b\x08\0\x10\0\x10\1\1\x11\0",
                      cut[] = "\xff\xc0\0\4\x08\0";
    const FileBytes files[] = {jpeg_with(two, sizeof two - 1),
                               jpeg_with(cut, sizeof cut - 1)};
    static const char *const words[] = {"it holds two pictures in one",
                                        "its header is too short"};
    for (int i = 0; i < 2; i++) {
        Tensor out;
        assert_false(image_read_bytes(arena, "x.jpg", &files[i], &out, &err));
        if (!strstr(err.text, words[i])) fail_msg("no \"%s\" in: %s", words[i], err.text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_ARENA(the_curves_of_cicp_are_followed),
        WITH_ARENA(unknown_codes_of_cicp_are_refused),
        WITH_ARENA(chunks_of_a_wrong_length_are_ignored),
        WITH_ARENA(a_second_profile_is_ignored),
        WITH_ARENA(a_jpeg_has_its_profile_in_parts),
        WITH_ARENA(parts_of_a_profile_are_counted),
        WITH_ARENA(segments_of_others_are_ignored),
        WITH_ARENA(a_jpeg_has_one_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
