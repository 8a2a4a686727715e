/* The nodes that network_record records. */
#include <math.h>

#include "autograd/gradcheck.h"
#include "autograd/ops.h"
#include "nn/network.h"
#include "tests/networks.h"

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

static void recording_stops_at_the_deepest_layer_asked(void **state) {
    (void)state;
    Network *vgg = new ("vgg19");
    network_random(vgg, 1);
    Tape *tape = tape_new();
    Node *x = image(tape, 4, 4), *y[3];
    const char *layers[] = {"conv1_2", "block1_conv1", "conv1_2"};
    assert_true(network_record(vgg, tape, x, layers, 3, y, &err));
    /* image; weight, bias, conv1_1 with relu1_1; weight, bias, conv1_2 alone */
    assert_int_equal(tape_size(tape), 7);
    assert_ptr_equal(y[0]->op, &op_conv2d);
    assert_ptr_equal(y[1]->op, &op_conv2d_relu);
    assert_string_equal(tape_node(tape, 1)->label, "conv1_1.weight");
    assert_string_equal(y[0]->label, "conv1_2");
    assert_string_equal(y[1]->label, "relu1_1");
    assert_ptr_equal(y[0], tape_node(tape, 6));
    assert_ptr_equal(y[0], y[2]);
    assert_null(tape_node(tape, 1)->grad);
    tape_free(tape);
}

static void a_part_of_a_fire_does_not_need_its_neighbour(void **state) {
    (void)state;
    Network *network = new ("squeezenet1_1");
    network_random(network, 1);
    Tape *tape = tape_new();
    Node *y = record_one(network, tape, image(tape, 9, 9), "fire2/expand3x3");
    /* image, conv1 with relu1 and its leaves, pool1, squeeze with its relu, expand3x3
     */
    assert_int_equal(tape_size(tape), 1 + 3 + 1 + 3 + 3);
    assert_ptr_equal(y, tape_node(tape, 10));
    tape_free(tape);
}

static void a_fire_puts_its_1x1_half_first(void **state) {
    (void)state;
    Network *network = new ("squeezenet1_1");
    network_random(network, 1);
    Tape *tape = tape_new();
    Node *x = image(tape, 11, 9), *y[3];
    const char *layers[] = {"fire2", "fire2/relu_expand1x1", "fire2/relu_expand3x3"};
    assert_true(network_record(network, tape, x, layers, 3, y, &err));
    size_t half = shape_size(y[1]->shape);
    assert_int_equal(shape_size(y[0]->shape), 2 * half);
    assert_same_bits(y[0]->value, y[1]->value, half);
    assert_same_bits(y[0]->value + half, y[2]->value, half);
    tape_free(tape);
}

static void pooling_is_as_asked(void **state) {
    (void)state;
    static const Pooling ways[] = {POOL_DEFAULT, POOL_MAX, POOL_AVG};
    static const char *const ops[] = {"max_pool", "max_pool", "avg_pool"};
    for (int i = 0; i < 3; i++) {
        Network *vgg = network_new(arena, "vgg16", ways[i], &err);
        network_random(vgg, 1);
        Tape *tape = tape_new();
        Node *y = record_one(vgg, tape, image(tape, 2, 2), "pool1");
        assert_string_equal(y->op->name, ops[i]);
        tape_free(tape);
    }
}

/* A constant image has no edge when it is mirrored, so features are constant, too;
 * beside zeros those along the edge differ. */
static void mirrored_features_do_not_see_the_edge(void **state) {
    (void)state;
    Network *vgg = network_new(arena, "vgg16", POOL_DEFAULT, &err);
    network_random(vgg, 1);
    static const Padding ways[] = {PADDING_DEFAULT, PADDING_REFLECT, PADDING_DEFAULT};
    for (int i = 0; i < 3; i++) {
        network_padding(vgg, ways[i]);
        Tape *tape = tape_new();
        Tensor flat = tensor_alloc(arena, (Shape){1, 3, 12, 12});
        tensor_fill(flat, (real)0.5);
        Node *y = record_one(vgg, tape, tape_constant(tape, flat), "conv1_2");
        double apart = 0;
        for (size_t k = 0; k < shape_size(y->shape); k++)
            apart = fmax(
                apart, fabs((double)y->value[k] - (double)y->value[k / 144 * 144 + 78]));
        assert_true(ways[i] == PADDING_REFLECT ? apart < 1e-5 : apart > 0.01);
        tape_free(tape);
    }
}

static void a_network_without_weights_records_nothing(void **state) {
    (void)state;
    Network *vgg = new ("vgg19");
    Tape *tape = tape_new();
    Node *x = image(tape, 4, 4), *y;
    const char *layer = "features.1";
    assert_false(network_record(vgg, tape, x, &layer, 1, &y, &err));
    assert_string_equal(err.text, "vgg19 has no weights for layer relu1_1 or any other; "
                                  "name other layers or use a complete file");
    assert_int_equal(tape_size(tape), 1);
    assert_false(network_has(vgg, "conv1_1"));
    assert_null(network_deepest(vgg));
    tape_free(tape);
}

static void record_grey(void *unused) {
    (void)unused;
    Tape *tape = tape_new();
    Network *vgg = new ("vgg19");
    network_random(vgg, 1);
    record_one(vgg, tape, tape_example_variable(tape, (Shape){1, 1, 8, 8}), "relu1_1");
}

static void an_image_with_one_channel_is_a_mistake(void **state) {
    (void)state;
    assert_check_fails(record_grey, NULL, "vgg19 reads RGB, got (1,1,8,8)");
}

static void trainable_weights_are_variables(void **state) {
    (void)state;
    Network *network = new ("squeezenet1_1");
    network_random(network, 1);
    network_trainable(network, true);
    Tape *tape = tape_new();
    Node *y = record_one(network, tape, image(tape, 7, 7), "relu1");
    tape_backward(tape, ag_sum(y));
    assert_string_equal(tape_node(tape, 2)->label, "conv1.bias");
    /* Each of the 3 x 3 outputs of a channel adds 1 where its ReLU is open. */
    for (int c = 0; c < 64; c++) {
        int open = 0;
        for (int i = 0; i < 9; i++)
            open += y->value[c * 9 + i] > 0;
        assert_close(tape_node(tape, 2)->grad[c], open, 0, 0);
    }
    tape_free(tape);
}

/* The whole way down to the pixels, against central differences. */
static void the_gradient_of_the_image_is_right(void **state) {
    (void)state;
#ifdef REAL_DOUBLE
    static const struct {
        const char *network, *layer;
        Pooling pooling;
        int h, w;
    } cases[] = {{"vgg19_small16x", "relu2_1", POOL_AVG, 4, 5},
                 {"vgg19_small16x", "conv2_1", POOL_MAX, 5, 6},
                 {"squeezenet1_1", "fire2", POOL_DEFAULT, 8, 9}};
    for (int i = 0; i < 3; i++) {
        Network *network = network_new(arena, cases[i].network, cases[i].pooling, &err);
        network_random(network, 2);
        Tape *tape = tape_new();
        Node *x = image(tape, cases[i].h, cases[i].w);
        Node *input = ag_normalize(x, network_normalize(network));
        GradCheck check =
            gradcheck(tape, record_one(network, tape, input, cases[i].layer), 1e-5);
        if (!gradcheck_passed(&check, 1e-6)) gradcheck_print(&check, stderr);
        assert_true(gradcheck_passed(&check, 1e-6));
        assert_true(check.checked + check.kinks == shape_size(x->shape));
        assert_true(check.kinks < check.checked / 4);
        tape_free(tape);
    }
#endif
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(recording_stops_at_the_deepest_layer_asked),
        TEST(a_part_of_a_fire_does_not_need_its_neighbour),
        TEST(a_fire_puts_its_1x1_half_first),
        TEST(pooling_is_as_asked),
        TEST(mirrored_features_do_not_see_the_edge),
        TEST(a_network_without_weights_records_nothing),
        TEST(an_image_with_one_channel_is_a_mistake),
        TEST(trainable_weights_are_variables),
        TEST(the_gradient_of_the_image_is_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
