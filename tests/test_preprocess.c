/* The preprocessing of weights: inferred from their names and filters, or set. */
#include "io/safetensors.h"
#include "tests/weight_lists.h"

/* Keras calls conv2_1 block2_conv1; torchvision's features saved alone call it 5; a BGR
 * network reads channel c of its file as 2 - c. */
static void keras_and_sequential_names_are_understood(void **state) {
    (void)state;
    static const struct {
        const char *stems[3];
        Preprocess preprocess;
    } ways[] = {{{"block1_conv1", "block1_conv2", "block2_conv1"}, PREPROCESS_CAFFE},
                {{"0", "2", "5"}, PREPROCESS_TORCH}};
    for (int way = 0; way < 2; way++) {
        Network *vgg = new ("vgg16");
        NamedTensors list = list_of("vgg16", 3, false);
        for (size_t i = 0; i < list.count; i++) {
            char name[64];
            snprintf(name, sizeof name, "%s.%s", ways[way].stems[i / 2],
                     i % 2 ? "bias" : "weight");
            list.items[i].name = arena_string(arena, name);
        }
        real *data = list.items[0].tensor.data = ARENA_NEW(arena, real, 64 * 27);
        for (int i = 0; i < 64 * 27; i++)
            data[i] = (real)i;
        assert_true(network_load(vgg, &list, "x", NULL, 0, &err));
        assert_string_equal(network_deepest(vgg), "relu2_1");
        assert_int_equal(network_preprocessing(vgg), ways[way].preprocess);
        bool bgr = ways[way].preprocess == PREPROCESS_CAFFE;
        assert_close(network_normalize(vgg).mean[2] * 255, bgr ? 103.939 : 0.406 * 255,
                     1e-15, 0);
        NamedTensors now = network_weights(vgg, arena);
        const real *first = now.items[0].tensor.data;
        assert_string_equal(now.items[0].name, bgr ? "conv1_1.weight" : "0.weight");
        /* filter 3, channel 0, window 4 is number 3 27 + 4, channel 2 is 18 further */
        assert_close(first[3 * 27 + 4], 3 * 27 + 4 + (bgr ? 18 : 0), 0, 0);
        assert_close(data[3 * 27 + 4], 3 * 27 + 4, 0, 0);
    }
}

static void the_user_has_the_last_word_on_preprocessing(void **state) {
    (void)state;
    Network *vgg = new ("vgg16");
    NamedTensors list = list_of("vgg16", 13, true);
    network_preprocess(vgg, PREPROCESS_CAFFE_RGB);
    assert_true(network_load(vgg, &list, "x", NULL, 0, &err));
    assert_close(network_normalize(vgg).deviation[0], 1 / 255.0, 1e-15, 0);
    Preprocess parsed;
    for (Preprocess p = PREPROCESS_AUTO; p <= PREPROCESS_NONE; p++)
        assert_true(preprocess_parse(preprocess_name((int)p), &parsed) && parsed == p);
    assert_false(preprocess_parse("tf", &parsed));
}

/* Oxford's filters under the names of torchvision, in both orders of the channels, and
 * scaled one by one, as Gatys normalised them. */
static void oxfords_filters_are_known_under_any_name(void **state) {
    (void)state;
    const char *path = test_shared("weights/vgg19_conv1_1-conv3_4.safetensors");
    if (!path) skip();
    NamedTensors real_one;
    if (!safetensors_read(arena, path, &real_one, &err)) fail_msg("%s", err.text);
    const real *oxford = named_find(&real_one, "conv1_1.weight")->tensor.data;
    for (int way = 0; way < 4; way++) {
        NamedTensors list = list_of("vgg19", 16, way < 3);
        real *data = list.items[0].tensor.data = ARENA_NEW(arena, real, 64 * 27);
        for (int i = 0; i < 64 * 27; i++) {
            int c = way == 1 ? 2 - i / 9 % 3 : i / 9 % 3;
            data[i] = oxford[i / 27 * 27 + c * 9 + i % 9] * (real)(1 + 0.1 * (i / 27));
            if (way == 2) data[i] = oxford[64 * 27 - 1 - i];
        }
        Network *vgg = new ("vgg19");
        assert_true(network_load(vgg, &list, "x", NULL, 0, &err));
        static const Preprocess wanted[] = {PREPROCESS_CAFFE_RGB, PREPROCESS_CAFFE,
                                            PREPROCESS_TORCH, PREPROCESS_CAFFE_RGB};
        assert_int_equal(network_preprocessing(vgg), wanted[way]);
    }
}

/* The real ones, every filter's window turned by 180 degrees, in both orders of the
 * channels; upright they are taken. */
static void oxfords_filters_are_known_when_theano_turned_them(void **state) {
    (void)state;
    const char *path = test_shared("weights/vgg19_conv1_1-conv3_4.safetensors");
    if (!path) skip();
    NamedTensors real_one;
    if (!safetensors_read(arena, path, &real_one, &err)) fail_msg("%s", err.text);
    const real *oxford = named_find(&real_one, "conv1_1.weight")->tensor.data;
    for (int way = 0; way < 4; way++) {
        NamedTensors list = list_of("vgg19", 8, true);
        real *data = list.items[0].tensor.data = ARENA_NEW(arena, real, 64 * 27);
        for (int i = 0; i < 64 * 27; i++) {
            int c = way & 1 ? 2 - i / 9 % 3 : i / 9 % 3, k = way & 2 ? 8 - i % 9 : i % 9;
            data[i] = oxford[i / 27 * 27 + c * 9 + k];
        }
        bool taken = network_load(new ("vgg19"), &list, "x", NULL, 0, &err);
        assert_int_equal(taken, !(way & 2));
        if (!taken) assert_non_null(strstr(err.text, "Theano's, turned by 180 degrees"));
    }
}

static void a_list_is_recognised(void **state) {
    (void)state;
    NamedTensors sixteen = list_of("vgg16", 13, true),
                 squeezed = list_of("squeezenet1_0", 26, false), none = {0, NULL};
    assert_string_equal(network_recognise(&sixteen), "vgg16");
    assert_string_equal(network_recognise(&squeezed), "squeezenet1_0");
    assert_null(network_recognise(&none));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(keras_and_sequential_names_are_understood),
        TEST(the_user_has_the_last_word_on_preprocessing),
        TEST(oxfords_filters_are_known_under_any_name),
        TEST(oxfords_filters_are_known_when_theano_turned_them),
        TEST(a_list_is_recognised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
