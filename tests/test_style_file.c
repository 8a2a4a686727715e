/* Styles in files: what is written is read, and what is no style is refused. */
#include "transfer/style_file.h"

#include <stdio.h>
#include <string.h>

#include "io/file.h"
#include "io/safetensors.h"
#include "nn/generator.h"
#include "tests/networks.h"

#define STYLE "build/test_style_file_" REAL_NAME ".style"
#define OTHER "build/test_style_file_other_" REAL_NAME

/* A generator whose weights are drawn. */
static Network *drawn(void) {
    Network *generator = generator_new(arena);
    network_random(generator, 4);
    Tape *tape = tape_new();
    Node *picture, *photo = tape_constant(tape, tensor_alloc(arena, (Shape){1, 3, 8, 8}));
    assert_true(generator_record(generator, tape, photo, &picture, &err));
    tape_free(tape);
    return generator;
}

static const StyleInfo info = {.painting = "a \"mosaic\"",
                               .features = "paintnet",
                               .updates = 4000,
                               .batch = 4,
                               .crop_first = 128,
                               .crop_last = 256,
                               .content_weight = 1,
                               .style_weight = 12.5,
                               .tv_weight = 0.1,
                               .stability_weight = 1e-3,
                               .random_seed = 18446744073709551615u};

static FileBytes written(void) {
    FileBytes file = {0};
    if (!style_file_write(STYLE, drawn(), &info, &err) ||
        !file_read(arena, STYLE, 1 << 20, &file, &err))
        fail_msg("%s", err.text);
    return file;
}

/* F16 has 11 bits: a relative error of at most 2^-11, and 2^-25 near 0. */
static void a_style_is_read_as_it_was_written(void **state) {
    (void)state;
    Network *back;
    StyleInfo said;
    const FileBytes file = written();
    assert_true(file.size <= 600000);
    if (!style_file_read(arena, STYLE, &back, &said, &err)) fail_msg("%s", err.text);
    const NamedTensors first = network_weights(drawn(), arena);
    const NamedTensors second = network_weights(back, arena);
    assert_int_equal(second.count, first.count);
    for (size_t i = 0; i < first.count; i++) {
        assert_string_equal(second.items[i].name, first.items[i].name);
        for (size_t k = 0; k < shape_size(first.items[i].tensor.shape); k++)
            assert_close(second.items[i].tensor.data[k], first.items[i].tensor.data[k],
                         0x1p-11, 0x1p-25);
    }
    assert_string_equal(said.painting, info.painting);
    assert_string_equal(said.features, "paintnet");
    assert_int_equal(said.updates, 4000);
    assert_int_equal(said.batch, 4);
    assert_int_equal(said.crop_first, 128);
    assert_int_equal(said.crop_last, 256);
    assert_true(said.content_weight == 1 && said.style_weight == 12.5);
    assert_true(said.tv_weight == 0.1 && said.stability_weight == 1e-3);
    assert_true(said.random_seed == info.random_seed);
    assert_string_equal(said.hash.text, sha256_bytes(file.data, file.size).text);
}

static void check_refused(const char *path, const char *words) {
    Network *unused;
    assert_false(style_file_read(arena, path, &unused, NULL, &err));
    if (!strstr(err.text, words)) fail_msg("%s\nhas no: %s", err.text, words);
    assert_non_null(strstr(err.text, "; "));
    assert_null(strchr(err.text, '\n'));
}

static void check_bytes_refused(const void *data, size_t size, const char *words) {
    assert_true(file_write(OTHER, data, size, &err));
    check_refused(OTHER, words);
}

static void a_style_that_is_cut_short_is_refused(void **state) {
    (void)state;
    const FileBytes file = written();
    check_bytes_refused(file.data, file.size - 1, "lies outside the file");
    check_bytes_refused(file.data, 2000, "cut off in its header");
    check_bytes_refused(file.data, 5, "no style");
    for (size_t size = 1; size < file.size; size += 4001) {
        Network *unused;
        assert_true(file_write(OTHER, file.data, size, &err));
        assert_false(style_file_read(arena, OTHER, &unused, NULL, &err));
    }
}

/* Changes these bytes of the header to others, as many. */
static FileBytes changed(const char *from, const char *to) {
    const FileBytes file = written();
    const size_t length = strlen(from);
    assert_int_equal(length, strlen(to));
    for (size_t i = 0; i + length < file.size; i++)
        if (memcmp(file.data + i, from, length) == 0) {
            memcpy(file.data + i, to, length);
            return file;
        }
    fail_msg("the file has no %s", from);
    return file;
}

static void check_change_refused(const char *from, const char *to, const char *words) {
    const FileBytes file = changed(from, to);
    check_bytes_refused(file.data, file.size, words);
}

static void another_version_is_refused(void **state) {
    (void)state;
    check_change_refused("\"version\":\"1\"", "\"version\":\"2\"",
                         "a style of version 2, this program reads version 1; use a "
                         "newer stylegrad");
    check_change_refused("johnson-16-32-64-3", "johnson-32-64-99-5",
                         "a style for the network johnson-32-64-99-5");
    check_change_refused("\"version\"", "\"versiom\"", "a style of version (none)");
    check_change_refused("stylegrad-style", "stylegrad-other", "no style but");
}

static void weights_that_do_not_fit_are_refused(void **state) {
    (void)state;
    check_change_refused("[16,3,9,9]", "[3,16,9,9]", "layer conv1: weight is (3,16,9,9)");
    check_change_refused("norm3.bias", "norm3.bios", "tensor norm3.bias is missing");
    check_change_refused("conv6.bias", "conv6.bios", "tensor conv6.bias is missing");
}

/* The last number of the file is NaN in F16. */
static void a_style_with_nan_is_refused(void **state) {
    (void)state;
    const FileBytes file = written();
    file.data[file.size - 1] = 0x7E;
    check_bytes_refused(file.data, file.size, "tensor conv6.bias holds NaN");
}

/* The first layers of paintnet. */
static NamedTensors paintnet(void) {
    static const char *const relu = "relu2_1";
    Network *network = new ("paintnet");
    network_random(network, 1);
    Tape *tape = tape_new();
    Node *out, *image = tape_constant(tape, tensor_alloc(arena, (Shape){1, 3, 16, 16}));
    assert_true(network_record(network, tape, image, &relu, 1, &out, &err));
    tape_free(tape);
    return network_weights(network, arena);
}

static void other_files_are_refused_by_their_kind(void **state) {
    (void)state;
    const NamedTensors list = paintnet();
    assert_true(safetensors_write(OTHER, &list, &err));
    check_refused(OTHER, "no style but the weights of paintnet; 'stylegrad train-style");
    const NamedTensors strange = {
        1, &(NamedTensor){.name = "x", .rank = 1, .tensor = list.items[1].tensor}};
    assert_true(safetensors_write(OTHER, &strange, &err));
    check_refused(OTHER, "no style but another file of weights; ");
    check_bytes_refused("\x89PNG\r\n\x1a\n1234567890", 18, "no style (PNG); ");
    check_bytes_refused("PK\3\4 and so on", 14, "no style (zip); ");
    check_bytes_refused("nothing known", 13, "no style (text); ");
    check_bytes_refused("\1\2\3\4", 4, "no style; ");
    check_refused("build/no such.style", "cannot open build/no such.style");
    check_refused("build", "build is a folder");
}

static void weights_that_are_not_finite_are_not_written(void **state) {
    (void)state;
    Network *generator = drawn();
    network_weights(generator, arena).items[3].tensor.data[5] = (real)1e9;
    remove(STYLE);
    assert_false(style_file_write(STYLE, generator, &info, &err));
    assert_non_null(strstr(err.text, "below 65504"));
    assert_false(style_file_write("build/no folder/a.style", drawn(), &info, &err));
    FILE *left = fopen(STYLE, "rb");
    assert_null(left);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_style_is_read_as_it_was_written, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_style_that_is_cut_short_is_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(another_version_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(weights_that_do_not_fit_are_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_style_with_nan_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(other_files_are_refused_by_their_kind, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(weights_that_are_not_finite_are_not_written,
                                        setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
