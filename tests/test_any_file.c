/* Decoders in files: what is written is read, and what is no decoder is refused. */
#include "transfer/any_file.h"

#include <stdio.h>
#include <string.h>

#include "io/file.h"
#include "io/safetensors.h"
#include "tests/networks.h"

#define FILE_NAME "build/test_any_file_" REAL_NAME ".safetensors"
#define OTHER "build/test_any_file_other_" REAL_NAME

static const AnyInfo info = {.updates = 20000,
                             .batch = 4,
                             .crop_first = 64,
                             .crop_last = 128,
                             .photographs = 41,
                             .paintings = 277,
                             .content_weight = 1,
                             .style_weight = 12.5,
                             .tv_weight = 1e-3,
                             .random_seed = 18446744073709551615u};

static Decoder *drawn(void) {
    Decoder *decoder = decoder_new(arena);
    decoder_random(decoder, 4);
    decoder_set_light(decoder, 0.75);
    return decoder;
}

static FileBytes written(void) {
    FileBytes file = {0};
    if (!any_file_write(FILE_NAME, drawn(), &info, &err) ||
        !file_read(arena, FILE_NAME, 1 << 21, &file, &err))
        fail_msg("%s", err.text);
    return file;
}

/* F16 has 11 bits: a relative error of at most 2^-11, and 2^-25 near 0. At most 1.3 MB. */
static void a_decoder_is_read_as_it_was_written(void **state) {
    (void)state;
    Decoder *back;
    AnyInfo said;
    assert_true(written().size <= 1300000);
    if (!any_file_read(arena, FILE_NAME, &back, &said, &err)) fail_msg("%s", err.text);
    const NamedTensors first = decoder_weights(drawn(), arena);
    const NamedTensors second = decoder_weights(back, arena);
    for (size_t i = 0; i < first.count; i++)
        for (size_t k = 0; k < shape_size(first.items[i].tensor.shape); k++)
            assert_close(second.items[i].tensor.data[k], first.items[i].tensor.data[k],
                         1.0 / 2048, 1.0 / (1 << 25));
    assert_true(said.updates == 20000 && said.batch == 4 && said.crop_first == 64 &&
                said.crop_last == 128 && said.photographs == 41 &&
                said.paintings == 277 && said.content_weight == 1 &&
                said.style_weight == 12.5 && said.tv_weight == 1e-3 &&
                said.random_seed == 18446744073709551615u && said.light == 0.75);
    assert_true(decoder_light(back) == 0.75);
    const FileBytes file = written();
    assert_string_equal(said.hash.text, sha256_bytes(file.data, file.size).text);
}

static void check_refused(const char *path, const char *words) {
    Decoder *decoder;
    err.text[0] = 0;
    assert_false(any_file_read(arena, path, &decoder, NULL, &err));
    if (!strstr(err.text, words)) fail_msg("\"%s\" is not in: %s", words, err.text);
}

static void check_bytes_refused(const void *data, size_t size, const char *words) {
    FILE *out = fopen(OTHER, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(data, 1, size, out), size);
    fclose(out);
    check_refused(OTHER, words);
}

/* The file with other bytes of the same length somewhere in its header. */
static FileBytes changed(const char *from, const char *to) {
    const FileBytes file = written();
    const size_t length = strlen(from);
    assert_int_equal(strlen(to), length);
    for (size_t i = 0; i + length < 4096; i++)
        if (memcmp(file.data + i, from, length) == 0) {
            memcpy(file.data + i, to, length);
            return file;
        }
    fail_msg("%s is not in the header", from);
    return file;
}

static void check_change_refused(const char *from, const char *to, const char *words) {
    const FileBytes file = changed(from, to);
    check_bytes_refused(file.data, file.size, words);
}

/* There the light was not yet said: even if it were, it would not count. */
static void a_file_of_version_1_has_no_light(void **state) {
    (void)state;
    Decoder *decoder;
    AnyInfo said;
    const FileBytes file = changed("\"version\":\"2\"", "\"version\":\"1\"");
    assert_true(file_write(OTHER, file.data, file.size, &err));
    if (!any_file_read(arena, OTHER, &decoder, &said, &err)) fail_msg("%s", err.text);
    assert_true(decoder_light(decoder) == 0 && said.light == 0 && said.updates == 20000);
}

static void a_wrong_light_is_refused(void **state) {
    (void)state;
    static const char *const wrong[] = {"4.01", "-.75", "0.7x", " nan"};
    for (int i = 0; i < 4; i++) {
        char to[20], words[80];
        snprintf(to, sizeof to, "\"light\":\"%s\"", wrong[i]);
        snprintf(words, sizeof words,
                 "its light is \"%s\", which is no number from 0 to 4; the file is "
                 "damaged",
                 wrong[i]);
        check_change_refused("\"light\":\"0.75\"", to, words);
    }
    check_change_refused("\"light\":", "\"lighx\":", "its light is \"\", which is no");
}

static void what_does_not_fit_is_refused(void **state) {
    (void)state;
    check_change_refused("\"version\":\"2\"", "\"version\":\"3\"",
                         "a decoder of version 3, this program reads version 1 and 2;");
    check_change_refused("stylegrad-any-style", "stylegrad-any-stile",
                         "no decoder of any style but another file of weights");
    check_change_refused("conv3.shift.bias", "conv3.shift.bios",
                         "no tensor conv3.shift.bias");
    check_change_refused("[3,32,3,3]", "[32,3,3,3]", "conv7.weight is (32,3,3,3)");
}

static void a_file_that_is_cut_short_is_refused(void **state) {
    (void)state;
    const FileBytes file = written();
    for (size_t size = 0; size < file.size; size += file.size / 9)
        check_bytes_refused(file.data, size, OTHER);
    check_bytes_refused(file.data, file.size - 1, OTHER);
}

static void other_files_are_refused(void **state) {
    (void)state;
    const NamedTensors list = decoder_weights(drawn(), arena);
    assert_true(safetensors_write(OTHER, &list, &err));
    check_refused(OTHER, "no decoder of any style but another file of weights; "
                         "'stylegrad train-any-style");
    check_bytes_refused("\x89PNG\r\n\x1a\n1234567890", 18,
                        "no decoder of any style (PNG)");
    check_refused("build/no such.safetensors", "cannot open build/no such.safetensors");
    check_refused("build", "build is a folder");
}

/* The last number of the file is NaN in F16. */
static void a_decoder_with_nan_is_refused(void **state) {
    (void)state;
    const FileBytes file = written();
    file.data[file.size - 1] = 0x7E;
    check_bytes_refused(file.data, file.size, "NaN");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_decoder_is_read_as_it_was_written, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_file_of_version_1_has_no_light, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_wrong_light_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(what_does_not_fit_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_that_is_cut_short_is_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(other_files_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_decoder_with_nan_is_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
