/* The weights that a network accepts, those it refuses and the messages, and random
 * weights.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "nn/network.h"
#include "tests/weight_lists.h"

static NamedTensor *item(const NamedTensors *list, const char *name) {
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].name, name) == 0) return &list->items[i];
    fail_msg("no %s", name);
    return NULL;
}

static void rename_item(const NamedTensors *list, const char *name) {
    item(list, name)->name = "something.else";
}

static void refused(const char *network, const NamedTensors *list, const char *layer,
                    const char *sentence) {
    Network *fresh = new (network);
    assert_false(network_load(fresh, list, "x.safetensors", &layer, 1, &err));
    assert_string_equal(err.text, sentence);
    assert_null(network_deepest(fresh));
}

static void a_whole_file_is_taken_to_the_end(void **state) {
    (void)state;
    static const struct {
        const char *network;
        int convolutions;
        const char *deepest;
    } all[] = {{"vgg16", 13, "pool5"},
               {"squeezenet1_1", 26, "relu10"},
               {"squeezenet1_0", 26, "relu10"},
               {"vgg19_small16x", 14, "relu5_1"}};
    for (int i = 0; i < 4; i++) {
        Network *network = new (all[i].network);
        NamedTensors list = list_of(all[i].network, all[i].convolutions, false);
        assert_true(network_load(network, &list, "x", NULL, 0, &err));
        assert_string_equal(network_deepest(network), all[i].deepest);
    }
}

static void only_what_is_asked_is_taken(void **state) {
    (void)state;
    Network *network = new ("squeezenet1_1");
    NamedTensors list = list_of("squeezenet1_1", 26, false);
    const char *layers[] = {"fire2/squeeze1x1", "relu1"};
    assert_true(network_load(network, &list, "x", layers, 2, &err));
    assert_string_equal(network_deepest(network), "fire2/relu_squeeze1x1");
    assert_true(network_has(network, "pool1"));
    assert_true(network_has(network, "features.0"));
    assert_false(network_has(network, "fire2/expand1x1"));
    assert_false(network_has(network, "fire2"));
    assert_false(network_has(network, "nothing"));
}

static void a_file_that_ends_early_is_fine_above_its_end(void **state) {
    (void)state;
    NamedTensors list = list_of("vgg19", 8, false);
    Network *vgg = new ("vgg19");
    const char *layer = "pool3";
    assert_true(network_load(vgg, &list, "x", &layer, 1, &err));
    assert_true(network_load(vgg, &list, "x", NULL, 0, &err));
    assert_string_equal(network_deepest(vgg), "pool3");
    refused("vgg19", &list, "block4_conv2",
            "x.safetensors ends at conv3_4, but layer relu4_2 was asked for; choose "
            "layers up to pool3 or use a complete file");
    Tape *tape = tape_new();
    Node *x = tape_example_variable(tape, (Shape){1, 3, 8, 8}), *y;
    layer = "relu4_1";
    assert_false(network_record(vgg, tape, x, &layer, 1, &y, &err));
    assert_string_equal(err.text, "vgg19 has no weights for layer relu4_1, only up to "
                                  "pool3; name other layers or use a complete file");
    tape_free(tape);
}

static void a_wrong_shape_is_refused_with_both_shapes(void **state) {
    (void)state;
    NamedTensors list = list_of("vgg19", 16, false);
    item(&list, "conv2_1.weight")->tensor.shape.n = 64;
    refused("vgg19", &list, "relu3_1",
            "x.safetensors: layer conv2_1: weight is (64,64,3,3), vgg19 needs "
            "(128,64,3,3); is it the file of another network, or damaged?");
    list = list_of("vgg19", 16, false);
    item(&list, "conv1_2.bias")->tensor.shape.w = 65;
    refused("vgg19", &list, "relu3_1",
            "x.safetensors: layer conv1_2: bias is (65), vgg19 needs (64); is it the "
            "file of another network, or damaged?");
    list = list_of("squeezenet1_1", 26, false);
    item(&list, "fire2.squeeze1x1.weight")->rank = 2;
    item(&list, "fire2.squeeze1x1.weight")->tensor.shape = (Shape){1, 1, 16, 64};
    refused("squeezenet1_1", &list, "fire2",
            "x.safetensors: layer fire2/squeeze1x1: weight is (16,64), squeezenet1_1 "
            "needs (16,64,1,1); is it the file of another network, or damaged?");
}

static void the_file_of_another_network_is_recognised(void **state) {
    (void)state;
    NamedTensors list = list_of("squeezenet1_1", 26, false);
    refused("vgg19", &list, "relu1_1",
            "x.safetensors: no tensor conv1_1.weight, so these are not the weights of "
            "vgg19; it holds 52 tensors, the first is conv1.weight (64,3,3,3); it looks "
            "like squeezenet1_1: choose that network or another file");
    list = list_of("vgg16", 13, false);
    refused("vgg19", &list, "relu4_1",
            "x.safetensors: tensor conv3_4.weight is missing although conv4_1.weight is "
            "there; it looks like vgg16: choose that network or another file");
    list = list_of("vgg19", 16, false);
    refused(
        "vgg16", &list, "relu3_3",
        "x.safetensors: it looks like vgg19, not vgg16: choose that network or another "
        "file");
    list = list_of("vgg19_small16x", 14, false);
    refused("vgg19", &list, "relu4_1",
            "x.safetensors: layer conv1_1: weight is (16,3,3,3), vgg19 needs (64,3,3,3); "
            "it looks like vgg19_small16x: choose that network or another file");
}

static void a_file_of_something_else_is_described(void **state) {
    (void)state;
    NamedTensors list = {0, ARENA_NEW(arena, NamedTensor, 1)};
    refused("vgg16", &list, "relu1_1",
            "x.safetensors: no tensor conv1_1.weight, so these are not the weights of "
            "vgg16; it holds 0 tensors; is it the file of another network, or damaged?");
    append(&list, "encoder", "scale", 0, SCALAR, ARENA_NEW(arena, real, 1));
    refused("vgg16", &list, "relu1_1",
            "x.safetensors: no tensor conv1_1.weight, so these are not the weights of "
            "vgg16; it holds 1 tensor, the first is encoder.scale (); is it the file "
            "of another network, or damaged?");
}

static void a_gap_is_refused(void **state) {
    (void)state;
    NamedTensors list = list_of("vgg19", 8, false);
    rename_item(&list, "conv2_2.weight");
    refused("vgg19", &list, "relu3_1",
            "x.safetensors: tensor conv2_2.weight is missing although conv2_2.bias is "
            "there; is it the file of another network, or damaged?");
    Network *vgg = new ("vgg19");
    assert_false(network_load(vgg, &list, "x", NULL, 0, &err));
    list = list_of("vgg19", 8, false);
    rename_item(&list, "conv3_4.bias");
    refused("vgg19", &list, "relu3_4",
            "x.safetensors: tensor conv3_4.bias is missing although conv3_4.weight is "
            "there; is it the file of another network, or damaged?");
    assert_false(network_load(vgg, &list, "x", NULL, 0, &err));
}

static void numbers_that_are_none_are_refused(void **state) {
    (void)state;
    static const real bad[] = {(real)NAN, (real)-INFINITY};
    for (int i = 0; i < 2; i++) {
        NamedTensors list = list_of("vgg16", 2, false);
        NamedTensor *bias = item(&list, "conv1_2.bias");
        bias->tensor.data = ARENA_NEW(arena, real, 64);
        bias->tensor.data[63] = bad[i];
        refused("vgg16", &list, "conv1_2",
                "x.safetensors: layer conv1_2: bias holds NaN or infinite numbers; the "
                "file is damaged, get it again");
    }
}

static void an_unknown_layer_is_refused_before_loading(void **state) {
    (void)state;
    NamedTensors list = list_of("squeezenet1_1", 26, false);
    Network *network = new ("squeezenet1_1");
    const char *layers[] = {"fire2", "conv1_1"};
    assert_false(network_load(network, &list, "x", layers, 2, &err));
    assert_non_null(strstr(err.text, "squeezenet1_1 has no layer \"conv1_1\""));
}

static void a_refused_file_leaves_the_network_as_it_was(void **state) {
    (void)state;
    Network *vgg = new ("vgg16");
    NamedTensors good = list_of("vgg16", 4, false), bad = list_of("vgg16", 4, false);
    good.items[0].tensor.data = ARENA_NEW(arena, real, 64 * 3 * 9);
    assert_true(network_load(vgg, &good, "x", NULL, 0, &err));
    item(&bad, "conv2_2.bias")->rank = 2;
    assert_false(network_load(vgg, &bad, "x", NULL, 0, &err));
    assert_string_equal(network_deepest(vgg), "pool2");
    NamedTensors now = network_weights(vgg, arena);
    assert_ptr_equal(now.items[0].tensor.data, good.items[0].tensor.data);
}

static void torchvision_files_bring_their_preprocessing(void **state) {
    (void)state;
    Network *vgg = new ("vgg16");
    NamedTensors list = list_of("vgg16", 13, true);
    assert_string_equal(list.items[24].name, "features.28.weight");
    assert_close(network_normalize(vgg).mean[0] * 255, 123.68, 1e-15, 0);
    assert_close(network_normalize(vgg).deviation[2], 1 / 255.0, 1e-15, 0);
    assert_true(network_load(vgg, &list, "x", NULL, 0, &err));
    assert_string_equal(network_deepest(vgg), "pool5");
    assert_close(network_normalize(vgg).mean[0], 0.485, 0, 0);
    assert_close(network_normalize(vgg).deviation[2], 0.225, 0, 0);
    assert_string_equal(network_weights(vgg, arena).items[24].name, "features.28.weight");
    refused("vgg19", &list, "relu4_1",
            "x.safetensors: tensor features.16.weight is missing although "
            "features.19.weight is there; it looks like vgg16: choose that network or "
            "another file");
}

static void copied_weights_outlive_their_list(void **state) {
    (void)state;
    Network *vgg = new ("vgg16");
    NamedTensors list = list_of("vgg16", 2, false);
    real *data = list.items[0].tensor.data = ARENA_NEW(arena, real, 64 * 27);
    data[5] = 3;
    assert_true(network_load(vgg, &list, "x", NULL, 0, &err));
    network_copy_weights(vgg);
    data[5] = 4;
    NamedTensors now = network_weights(vgg, arena);
    assert_int_equal(now.count, 4);
    assert_close(now.items[0].tensor.data[5], 3, 0, 0);
    assert_true(shape_equal(now.items[3].tensor.shape, (Shape){1, 1, 1, 64}));
    assert_string_equal(network_deepest(vgg), "pool1");
}

/* torchvision calls the parts of fire2 features.3.squeeze, .expand1x1 and .expand3x3, and
 * conv10 classifier.1. */
static void squeezenet_is_taken_under_torchvision_names(void **state) {
    (void)state;
    static const char *const stems[] = {"features.3",  "features.4", "features.6",
                                        "features.7",  "features.9", "features.10",
                                        "features.11", "features.12"};
    static const char *const parts[] = {"squeeze", "expand1x1", "expand3x3"};
    NamedTensors list = list_of("squeezenet1_1", 26, false);
    for (size_t i = 0; i < list.count; i++) {
        char name[64];
        size_t conv = i / 2;
        if (conv == 0 || conv == 25)
            snprintf(name, sizeof name, "%s", conv ? "classifier.1" : "features.0");
        else
            snprintf(name, sizeof name, "%s.%s", stems[(conv - 1) / 3],
                     parts[(conv - 1) % 3]);
        strcat(name, i % 2 ? ".bias" : ".weight");
        list.items[i].name = arena_string(arena, name);
    }
    Network *network = new ("squeezenet1_1");
    if (!network_load(network, &list, "x", NULL, 0, &err)) fail_msg("%s", err.text);
    assert_string_equal(network_deepest(network), "relu10");
}

/* Records down to `layer` with random weights and lists them. */
static NamedTensors drawn(const char *name, uint64_t seed, const char *layer) {
    Network *network = new (name);
    network_random(network, seed);
    assert_true(network_has(network, layer));
    Tape *tape = tape_new();
    Node *x = tape_example_constant(tape, (Shape){1, 3, 8, 8}), *y;
    assert_true(network_record(network, tape, x, &layer, 1, &y, &err));
    tape_free(tape);
    return network_weights(network, arena);
}

static void random_weights_depend_on_seed_and_place_only(void **state) {
    (void)state;
    NamedTensors shallow = drawn("vgg19", 7, "conv1_2"),
                 deep = drawn("vgg19", 7, "conv2_1");
    NamedTensors other = drawn("vgg19", 8, "conv1_1");
    assert_int_equal(shallow.count, 4);
    assert_int_equal(deep.count, 6);
    for (size_t i = 0; i < shallow.count; i++) {
        size_t size = shape_size(shallow.items[i].tensor.shape);
        assert_string_equal(shallow.items[i].name, deep.items[i].name);
        assert_same_bits(shallow.items[i].tensor.data, deep.items[i].tensor.data, size);
    }
    assert_true(other.items[0].tensor.data[0] != deep.items[0].tensor.data[0]);
    /* Divided by their deviations, the first numbers of two layers would be equal if both
     * drew from the same start. */
    double first = (double)deep.items[0].tensor.data[0] / sqrt(2.0 / 27);
    double second = (double)deep.items[2].tensor.data[0] / sqrt(2.0 / 576);
    assert_true(fabs(first - second) > 1e-3);
}

/* conv1_2 has 36864 numbers of variance 2 / (64 * 9): the sample variance of n normal
 * numbers strays by sqrt(2 / n) = 0.7 % of it, the mean by its deviation / sqrt(n). Four
 * times that is allowed. */
static void random_weights_have_the_variance_of_he(void **state) {
    (void)state;
    NamedTensors list = drawn("vgg19", 11, "conv1_2");
    assert_string_equal(list.items[2].name, "conv1_2.weight");
    const real *w = list.items[2].tensor.data;
    size_t n = shape_size(list.items[2].tensor.shape);
    double sum = 0, squares = 0, variance = 2.0 / (64 * 9);
    for (size_t i = 0; i < n; i++) {
        sum += (double)w[i];
        squares += (double)w[i] * (double)w[i];
    }
    assert_int_equal(n, 36864);
    assert_close(squares / (double)n, variance, 4 * sqrt(2 / (double)n), 0);
    assert_close(sum / (double)n, 0, 0, 4 * sqrt(variance / (double)n));
    for (int i = 0; i < 64; i++)
        assert_close(list.items[3].tensor.data[i], 0, 0, 0);
}

static void listed_weights_load_again(void **state) {
    (void)state;
    NamedTensors list = drawn("squeezenet1_1", 5, "fire2");
    assert_string_equal(list.items[2].name, "fire2.squeeze1x1.weight");
    assert_int_equal(list.items[3].rank, 1);
    Network *again = new ("squeezenet1_1");
    assert_true(network_load(again, &list, "x", NULL, 0, &err));
    assert_string_equal(network_deepest(again), "fire2");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_whole_file_is_taken_to_the_end),
        TEST(only_what_is_asked_is_taken),
        TEST(a_file_that_ends_early_is_fine_above_its_end),
        TEST(a_wrong_shape_is_refused_with_both_shapes),
        TEST(the_file_of_another_network_is_recognised),
        TEST(a_file_of_something_else_is_described),
        TEST(a_gap_is_refused),
        TEST(numbers_that_are_none_are_refused),
        TEST(an_unknown_layer_is_refused_before_loading),
        TEST(a_refused_file_leaves_the_network_as_it_was),
        TEST(torchvision_files_bring_their_preprocessing),
        TEST(copied_weights_outlive_their_list),
        TEST(squeezenet_is_taken_under_torchvision_names),
        TEST(random_weights_depend_on_seed_and_place_only),
        TEST(random_weights_have_the_variance_of_he),
        TEST(listed_weights_load_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
