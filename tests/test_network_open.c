/* A network opened from a file of weights. */
#include <string.h>

#include "io/assets.h"
#include "io/npz.h"
#include "io/safetensors.h"
#include "tests/app.h"
#include "tests/arena.h"
#include "transfer/network_open.h"

static Error err;

/* A file of one tensor of that name and shape, all ones. */
static const char *put_weights(const char *file, const char *name, Shape shape) {
    NamedTensor item = {.name = name, .rank = 4, .tensor = tensor_alloc(arena, shape)};
    tensor_fill(item.tensor, 1);
    const NamedTensors list = {.count = 1, .items = &item};
    if (!npz_write(in_folder(file), &list, &err)) fail_msg("%s", err.text);
    return in_folder(file);
}

/* VGG-19's first convolution: 64 filters of 3 x 3 x 3 and their biases. */
static const char *put_vgg(void) {
    NamedTensor items[2] = {{.name = "conv1_1.weight", .rank = 4},
                            {.name = "conv1_1.bias", .rank = 1}};
    items[0].tensor = tensor_alloc(arena, (Shape){64, 3, 3, 3});
    items[1].tensor = tensor_alloc(arena, (Shape){1, 1, 1, 64});
    for (size_t i = 0; i < shape_size(items[0].tensor.shape); i++)
        items[0].tensor.data[i] = (real)i;
    const NamedTensors list = {.count = 2, .items = items};
    if (!npz_write(in_folder("vgg.npz"), &list, &err)) fail_msg("%s", err.text);
    return in_folder("vgg.npz");
}

/* Nothing of the file is needed any more: sanitizers see every read of freed memory. */
static void an_opened_network_keeps_its_own_weights(void **state) {
    (void)state;
    const char *path = put_vgg();
    NetworkInfo info;
    const NetworkOptions options = {.net = "vgg19", .preprocess = PREPROCESS_CAFFE_RGB};
    Network *network = network_open(arena, path, &options, &info, &err);
    if (!network) fail_msg("%s", err.text);
    assert_string_equal(network_name(network), "vgg19");
    assert_string_equal(network_deepest(network), "relu1_1");
    assert_int_equal(network_preprocessing(network), PREPROCESS_CAFFE_RGB);
    const NamedTensors weights = network_weights(network, arena);
    assert_int_equal(weights.count, 2);
    for (size_t i = 0; i < (size_t)64 * 27; i++)
        assert_close(weights.items[0].tensor.data[i], (double)i, 0, 0);
    Sha256 hash;
    assert_true(sha256_file(path, &hash, &err));
    assert_string_equal(info.hash.text, hash.text);
}

/* Our own network: the file says which it is, and its first filters what it reads. */
static void without_options_all_is_as_the_file_says(void **state) {
    (void)state;
    const char *path = assets_path(arena, "paintnet.safetensors", &err);
    if (!path) fail_msg("%s", err.text);
    Network *network =
        network_open(arena, path, &(NetworkOptions){.net = NULL}, NULL, &err);
    if (!network) fail_msg("%s", err.text);
    assert_string_equal(network_name(network), "paintnet");
    assert_true(network_has(network, "relu4_1"));
    assert_int_equal(network_preprocessing(network), PREPROCESS_TORCH);
}

/* A file that says "caffe" in its metadata is believed, unless the caller says more. */
static void the_metadata_of_a_file_decide_unless_the_caller_does(void **state) {
    (void)state;
    static const char header[] =
        "{\"__metadata__\":{\"preprocess\":\"caffe\"},"
        "\"conv1_1.weight\":{\"dtype\":\"F32\",\"shape\":[64,3,3,3],"
        "\"data_offsets\":[0,6912]},"
        "\"conv1_1.bias\":{\"dtype\":\"F32\",\"shape\":[64],"
        "\"data_offsets\":[6912,7168]}}";
    const unsigned char length[8] = {(sizeof header - 1) % 256,
                                     (sizeof header - 1) / 256};
    static const char zeros[7168];
    FILE *file = fopen(in_folder("said.safetensors"), "wb");
    assert_non_null(file);
    fwrite(length, 1, 8, file);
    fwrite(header, 1, sizeof header - 1, file);
    fwrite(zeros, 1, sizeof zeros, file);
    assert_int_equal(fclose(file), 0);
    const NetworkOptions said = {.net = "vgg19"},
                         more = {.net = "vgg19", .preprocess = PREPROCESS_NONE};
    Network *network =
        network_open(arena, in_folder("said.safetensors"), &said, NULL, &err);
    if (!network) fail_msg("%s", err.text);
    assert_int_equal(network_preprocessing(network), PREPROCESS_CAFFE);
    network = network_open(arena, in_folder("said.safetensors"), &more, NULL, &err);
    if (!network) fail_msg("%s", err.text);
    assert_int_equal(network_preprocessing(network), PREPROCESS_NONE);
}

static void refused(const char *path, const NetworkOptions *options, const char *words) {
    assert_null(network_open(arena, path, options, NULL, &err));
    if (!strstr(err.text, words)) fail_msg("no \"%s\" in: %s", words, err.text);
}

static void what_cannot_be_opened_is_refused_with_advice(void **state) {
    (void)state;
    const NetworkOptions any = {.net = NULL}, advised = {.advice = "try another one"};
    const char *strange = put_weights("strange.npz", "a", (Shape){1, 1, 2, 2});
    refused(in_folder("none.pth"), &any, "none.pth: there is no such file; check");
    refused(strange, &any, "strange.npz: the weights of no network that is known; 's");
    refused(strange, &any, "strange.npz' lists what is in it");
    refused(strange, &advised, "of no network that is known; try another one");
    refused(put_vgg(), &(NetworkOptions){.net = "paintnet"},
            "weight is (64,3,3,3), paintnet needs (32,3,3,3)");
    refused(put_vgg(), &(NetworkOptions){.net = "vgg99"}, "vgg99");
}

static int make_temporary(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_opened_network_keeps_its_own_weights),
        TEST(without_options_all_is_as_the_file_says),
        TEST(the_metadata_of_a_file_decide_unless_the_caller_does),
        TEST(what_cannot_be_opened_is_refused_with_advice),
    };
    return cmocka_run_group_tests(tests, make_temporary, remove_folder);
}
