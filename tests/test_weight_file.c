/* Which file is what: told by its bytes. */
#include "io/weight_file.h"

#include <stdio.h>
#include <string.h>

#include "io/npz.h"
#include "io/safetensors.h"
#include "tests/arena.h"

#define OUT "build/test_weight_file_" REAL_NAME

static WeightFile read_good(const char *path) {
    WeightFile file;
    Error err;
    if (!weight_file_read(arena, path, &file, &err)) fail_msg("%s", err.text);
    return file;
}

/* The digests are those of sha256sum (coreutils 9.1). */
static void pytorch_files_are_told_and_hashed(void **state) {
    (void)state;
    WeightFile file = read_good("tests/golden/torch_checkpoint.pth");
    assert_string_equal(file.format, "PyTorch (zip)");
    assert_string_equal(
        file.sha256, "6a22908c35e4dc9c4650527ab202466709b508bb0ba0574afcd02e0826860bc3");
    assert_string_equal(file.tensors.items[0].name, "module.0.weight");
    assert_null(file.preprocess);
    assert_null(file.known);
    file = read_good("tests/golden/torch_checkpoint_legacy.pth");
    assert_string_equal(file.format, "PyTorch (before 1.6)");
    assert_string_equal(
        file.sha256, "11a3e863d0258c71b5e3633cfd315545967e6f0f72df1180d1ab7d6870213269");
    assert_string_equal(file.tensors.items[1].name, "module.0.bias");
}

static void npz_is_told_from_pth_though_both_are_zip(void **state) {
    (void)state;
    WeightFile file = read_good("tests/golden/npz_stored.npz");
    assert_string_equal(file.format, "NumPy .npz");
    assert_true(file.tensors.count > 0);
}

static void write_text(const char *path, const char *text, size_t size) {
    Error err;
    if (!file_write(path, text, size, &err)) fail_msg("%s", err.text);
}

static void metadata_say_what_a_file_reads(void **state) {
    (void)state;
    static const char text[] =
        "\x7D\0\0\0\0\0\0\0"
        "{\"__metadata__\":{\"preprocess\":\"caffe\"},"
        "\"model.a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
        "                     \0\0\x80\x3F";
    char path[] = OUT ".safetensors";
    char bytes[sizeof text - 1];
    memcpy(bytes, text, sizeof bytes);
    bytes[0] = (char)(sizeof bytes - 12);
    write_text(path, bytes, sizeof bytes);
    WeightFile file = read_good(path);
    assert_string_equal(file.format, "safetensors");
    assert_string_equal(file.preprocess, "caffe");
    assert_string_equal(file.tensors.items[0].name, "model.a");
    assert_close(file.tensors.items[0].tensor.data[0], 1, 0, 0);
}

static void what_is_no_weight_file_is_refused_with_advice(void **state) {
    (void)state;
    WeightFile file;
    Error err;
    write_text(OUT ".h5", "\x89HDF\r\n\x1a\n and more", 17);
    assert_false(weight_file_read(arena, OUT ".h5", &file, &err));
    assert_non_null(strstr(err.text, "weights/convert_h5.py FILE.h5"));
    assert_false(weight_file_read(arena, "README.md", &file, &err));
    assert_non_null(strstr(err.text, "README.md: no weights that are known"));
    assert_false(weight_file_read(arena, "no/such.pth", &file, &err));
    assert_non_null(strstr(err.text, "no/such.pth"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(pytorch_files_are_told_and_hashed),
        TEST(npz_is_told_from_pth_though_both_are_zip),
        TEST(metadata_say_what_a_file_reads),
        TEST(what_is_no_weight_file_is_refused_with_advice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
