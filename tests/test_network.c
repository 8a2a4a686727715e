/* Tables, names and sizes. */
#include <string.h>

#include "nn/network.h"
#include "tensor/kernels/kernels.h"
#include "tests/networks.h"

static int place(const Network *network, const char *layer) {
    int index;
    if (!network_layer_find(network, layer, &index, &err)) fail_msg("%s", err.text);
    return index;
}

/* An image of random numbers as a variable on a tape. */
static Node *image(Tape *tape, int h, int w) {
    Rng rng = rng_seed(5);
    Tensor x = tensor_alloc(arena, (Shape){1, 3, h, w});
    tensor_fill_uniform(x, &rng, -1, 1);
    return tape_variable(tape, x);
}

static Node *record_one(Network *network, Tape *tape, Node *x, const char *layer) {
    Node *y;
    if (!network_record(network, tape, x, &layer, 1, &y, &err)) fail_msg("%s", err.text);
    return y;
}

static void an_unknown_network_is_refused_with_the_known_ones(void **state) {
    (void)state;
    assert_null(network_new(arena, "vgg", POOL_MAX, &err));
    assert_string_equal(err.text, "there is no network \"vgg\"; choose vgg19, vgg16, "
                                  "squeezenet1_1, squeezenet1_0, vgg19_small16x or "
                                  "paintnet");
    for (int i = 0; network_known(i); i++)
        assert_string_equal(network_name(new (network_known(i))), network_known(i));
}

static void layers_are_listed_in_order(void **state) {
    (void)state;
    const Network *vgg = new ("vgg19");
    assert_int_equal(network_count(vgg), 37); /* 16 convolutions, 16 ReLUs, 5 poolings */
    assert_string_equal(network_layer(vgg, 0)->name, "conv1_1");
    assert_string_equal(network_layer(vgg, 4)->name, "pool1");
    assert_string_equal(network_layer(vgg, 36)->name, "pool5");
    assert_int_equal(network_count(new ("vgg16")), 31);
    /* conv1 relu1, three poolings, eight fires of seven rows, conv10 relu10 */
    assert_int_equal(network_count(new ("squeezenet1_1")), 2 + 3 + 8 * 7 + 2);
}

static void a_layer_is_found_under_the_names_of_keras_and_torchvision(void **state) {
    (void)state;
    static const char *const same[][3] = {
        /* The seven indices of a Keras, a torchvision and a Caffe user. torchvision's
         * numbers are from its documentation of VGG-19 (features.0 to features.36). */
        {"vgg19", "block1_conv1", "relu1_1"},
        {"vgg19", "block5_conv2", "relu5_2"},
        {"vgg19", "block3_pool", "pool3"},
        {"vgg19", "features.0", "conv1_1"},
        {"vgg19", "features.25", "conv4_4"},
        {"vgg19", "features.28", "conv5_1"},
        {"vgg19", "features.36", "pool5"},
        {"vgg16", "features.15", "relu3_3"},
        {"vgg16", "features.22", "relu4_3"},
        {"squeezenet1_0", "features.5", "fire4"},
        {"squeezenet1_0", "features.6", "pool4"},
        {"squeezenet1_0", "features.7", "fire5"},
        {"squeezenet1_0", "features.11", "pool8"},
        {"squeezenet1_0", "features.12", "fire9"},
        {"squeezenet1_1", "features.1", "relu1"},
        {"squeezenet1_1", "features.3", "fire2"},
        {"squeezenet1_1", "features.4", "fire3"},
        {"squeezenet1_1", "features.5", "pool3"},
        {"squeezenet1_1", "features.6", "fire4"},
        {"squeezenet1_1", "features.7", "fire5"},
        {"squeezenet1_1", "features.12", "fire9"},
        {"squeezenet1_1", "features.3.squeeze", "fire2/squeeze1x1"},
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        const Network *network = new (same[i][0]);
        assert_int_equal(place(network, same[i][1]), place(network, same[i][2]));
    }
}

static void an_unknown_layer_is_refused_with_a_list(void **state) {
    (void)state;
    int index;
    const Network *vgg = new ("vgg16"), *squeezenet = new ("squeezenet1_1");
    assert_false(network_layer_find(vgg, "conv3_4", &index, &err));
    assert_string_equal(
        err.text,
        "vgg16 has no layer \"conv3_4\"; choose from conv1_1 relu1_1 conv1_2 relu1_2 "
        "pool1 conv2_1 relu2_1 conv2_2 relu2_2 pool2 conv3_1 relu3_1 conv3_2 relu3_2 "
        "conv3_3 relu3_3 pool3 conv4_1 relu4_1 conv4_2 relu4_2 conv4_3 relu4_3 pool4 "
        "conv5_1 relu5_1 conv5_2 relu5_2 conv5_3 relu5_3 pool5");
    assert_false(network_layer_find(squeezenet, "fire1", &index, &err));
    assert_string_equal(err.text,
                        "squeezenet1_1 has no layer \"fire1\"; choose from conv1 relu1 "
                        "pool1 fire2 fire3 pool3 fire4 fire5 pool5 fire6 fire7 fire8 "
                        "fire9 conv10 relu10");
    static const char *const wrong[] = {"",
                                        "features.31",
                                        "features.-1",
                                        "features.",
                                        "features.01",
                                        "block1_conv3",
                                        "block6_pool",
                                        "relu1_1 ",
                                        "classifier.0"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(network_layer_find(vgg, wrong[i], &index, &err));
    assert_false(network_layer_find(new ("vgg19_small16x"), "features.0", &index, &err));
    assert_non_null(strstr(err.text, "relu5_1"));
}

/* All layers of a stage have the height and width of the first. */
typedef struct Stage {
    const char *first, *last;
    int c, h, w;
} Stage;

static void stages_hold(Network *network, int h, int w, const Stage *stages, int count) {
    network_random(network, 1);
    Tape *tape = tape_new();
    Node *x = image(tape, h, w);
    int next = 0;
    for (int s = 0; s < count; s++) {
        Shape wanted = {1, stages[s].c, stages[s].h, stages[s].w}, got;
        assert_int_equal(next, place(network, stages[s].first));
        for (; next <= place(network, stages[s].last); next++) {
            const Layer *layer = network_layer(network, next);
            assert_true(network_shape(network, layer->name, x->shape, &got, &err));
            wanted.c = strchr(layer->name, '/') ? got.c : stages[s].c;
            assert_true(shape_equal(got, wanted));
            assert_int_equal(layer->channels, got.c);
        }
    }
    assert_int_equal(next, network_count(network));
    for (int s = 0; s < count && stages[s].c < 256; s++) {
        Node *y = record_one(network, tape, x, stages[s].last);
        assert_true(
            shape_equal(y->shape, (Shape){1, stages[s].c, stages[s].h, stages[s].w}));
    }
    tape_free(tape);
}

/* Sizes from torch.nn (1.13): Conv2d and MaxPool2d with the same arguments on an image
 * of 37 x 53; every pooling of VGG drops an odd row or column here. */
static void vgg_shapes_are_those_of_pytorch(void **state) {
    (void)state;
    static const Stage stages[] = {
        {"conv1_1", "relu1_2", 64, 37, 53},  {"pool1", "pool1", 64, 18, 26},
        {"conv2_1", "relu2_2", 128, 18, 26}, {"pool2", "pool2", 128, 9, 13},
        {"conv3_1", "relu3_4", 256, 9, 13},  {"pool3", "pool3", 256, 4, 6},
        {"conv4_1", "relu4_4", 512, 4, 6},   {"pool4", "pool4", 512, 2, 3},
        {"conv5_1", "relu5_4", 512, 2, 3},   {"pool5", "pool5", 512, 1, 1},
    };
    stages_hold(new ("vgg19"), 37, 53, stages, 10);
}

/* The same with MaxPool2d(3, 2, ceil_mode=True): rounding down would give pool5 1 row. */
static void squeezenet_shapes_are_those_of_pytorch(void **state) {
    (void)state;
    static const Stage stages[] = {
        {"conv1", "relu1", 64, 18, 26},
        {"pool1", "pool1", 64, 9, 13},
        {"fire2/squeeze1x1", "fire3", 128, 9, 13},
        {"pool3", "pool3", 128, 4, 6},
        {"fire4/squeeze1x1", "fire5", 256, 4, 6},
        {"pool5", "pool5", 256, 2, 3},
        {"fire6/squeeze1x1", "fire7", 384, 2, 3},
        {"fire8/squeeze1x1", "fire9", 512, 2, 3},
        {"conv10", "relu10", 1000, 2, 3},
    };
    stages_hold(new ("squeezenet1_1"), 37, 53, stages, 9);
}

/* The smallest sides were found with torch.nn by trying; those of the small VGG follow
 * from reflection, which needs two pixels: 2 x 16 before relu5_1. */
static void an_image_too_small_is_refused_with_the_size_it_needs(void **state) {
    (void)state;
    static const struct {
        const char *network, *layer;
        int side;
    } least[] = {
        {"vgg19", "relu1_2", 1},        {"vgg19", "conv4_2", 8},
        {"vgg19", "relu5_1", 16},       {"vgg19", "pool5", 32},
        {"squeezenet1_1", "relu1", 3},  {"squeezenet1_1", "fire9", 17},
        {"vgg19_small16x", "conv0", 1}, {"vgg19_small16x", "relu5_1", 32},
    };
    Shape shape;
    for (size_t i = 0; i < sizeof least / sizeof *least; i++) {
        const Network *network = new (least[i].network);
        int n = least[i].side;
        Shape good = {1, 3, n, n}, narrow = {1, 3, n, n - 1};
        assert_true(network_shape(network, least[i].layer, good, &shape, &err));
        assert_false(network_shape(network, least[i].layer, narrow, &shape, &err));
    }
    Network *vgg = new ("vgg19");
    network_random(vgg, 1);
    Tape *tape = tape_new();
    Node *x = image(tape, 6, 9), *y[2];
    const char *layers[] = {"relu1_1", "block4_conv2"};
    assert_false(network_record(vgg, tape, x, layers, 2, y, &err));
    assert_string_equal(err.text,
                        "the image is too small: layer relu4_2 of vgg19 needs at least "
                        "8 x 8 pixels, got 9 x 6 (width x height); use a larger image "
                        "(--size) or a layer nearer the input");
    assert_int_equal(tape_size(tape), 1);
    tape_free(tape);
}

/* Field of a chain: f grows by (kernel - 1) times the step so far. conv1_1 3, conv1_2 5,
 * pool1 6 (step 2), conv2_1 10, conv2_2 14; then pool2 16 (step 4), conv3_1..4 24, 32,
 * 40, 48, pool3 52 (step 8), conv4_1 68, conv4_2 84. */
static void receptive_fields_follow_from_the_table(void **state) {
    (void)state;
    const Network *vgg = new ("vgg19"), *squeezenet = new ("squeezenet1_1");
    assert_int_equal(network_layer(vgg, place(vgg, "conv2_2"))->field, 14);
    assert_int_equal(network_layer(vgg, place(vgg, "conv4_2"))->field, 84);
    assert_int_equal(network_layer(vgg, place(vgg, "conv4_2"))->step, 8);
    /* conv1 3 (step 2), pool1 3 + 2*2 = 7 (step 4), fire2 by its 3 x 3: 7 + 2*4 = 15 */
    const Layer *fire2 = network_layer(squeezenet, place(squeezenet, "fire2"));
    assert_int_equal(fire2->field, 15);
    assert_int_equal(fire2->step, 4);
}

/* The claim that matters: a pixel inside the field moves the output, the next does not.
 * Told by gradients that are exactly 0, so with plain sums: Winograd leaves rounding
 * noise beside the field, in the tiles that it touches. */
static void a_receptive_field_is_what_the_gradient_reaches(void **state) {
    (void)state;
    kernels = &kernels_gemm;
    Network *network = new ("vgg19_small16x");
    network_random(network, 3);
    Tape *tape = tape_new();
    Node *x = image(tape, 32, 32);
    Node *y = record_one(network, tape, x, "conv2_2");
    Tensor seed = tensor_alloc(arena, y->shape);
    for (int c = 0; c < y->shape.c; c++)
        *tensor_at(seed, 0, c, 8, 8) = 1;
    tape_backward_from(tape, y, seed.data);
    int first = 32, last = 0;
    for (int i = 0; i < 32 * 32; i++)
        if (x->grad[i] != 0) {
            first = i % 32 < first ? i % 32 : first;
            last = i % 32 > last ? i % 32 : last;
        }
    int field = network_layer(network, place(network, "conv2_2"))->field;
    assert_true(last - first + 1 <= field && last - first + 1 >= field - 1);
    tape_free(tape);
    kernels = &kernels_fast;
}

/* Published totals: torchvision's VGG features have 20,024,384 and 14,714,688 parameters,
 * SqueezeNet 1.1 1,235,496 and 1.0 1,248,424. conv1_1 alone: 64 * 3 * 9 + 64. */
static void parameters_are_counted(void **state) {
    (void)state;
    assert_int_equal(network_parameters(new ("vgg19"), 36), 20024384);
    assert_int_equal(network_parameters(new ("vgg16"), 30), 14714688);
    const Network *squeezenet = new ("squeezenet1_1");
    assert_int_equal(network_parameters(squeezenet, network_count(squeezenet) - 1),
                     1235496);
    const Network *older = new ("squeezenet1_0");
    assert_int_equal(network_parameters(older, network_count(older) - 1), 1248424);
    assert_int_equal(network_parameters(new ("vgg19"), 1), 64 * 3 * 9 + 64);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_unknown_network_is_refused_with_the_known_ones),
        TEST(layers_are_listed_in_order),
        TEST(a_layer_is_found_under_the_names_of_keras_and_torchvision),
        TEST(an_unknown_layer_is_refused_with_a_list),
        TEST(vgg_shapes_are_those_of_pytorch),
        TEST(squeezenet_shapes_are_those_of_pytorch),
        TEST(an_image_too_small_is_refused_with_the_size_it_needs),
        TEST(receptive_fields_follow_from_the_table),
        TEST(a_receptive_field_is_what_the_gradient_reaches),
        TEST(parameters_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
