/* The generator: its layers, its weights, and what PyTorch computes with the same. */
#include "nn/generator.h"

#include <stdio.h>
#include <string.h>

#include "autograd/gradcheck.h"
#include "nn/network.h"
#include "tests/oracle.h"

#define SAMPLES 64 /* of every gradient in the golden file */

static Error err;

static int begin(void **state) {
    (void)state;
    err.text[0] = 0;
    oracle_open("tests/golden/torch_generator.npz");
    return 0;
}

static Tensor uniform(uint64_t seed, Shape shape, double low) {
    Tensor t = tensor_alloc(arena, shape);
    Rng rng = rng_seed(seed);
    tensor_fill_uniform(t, &rng, low, low + 1);
    return t;
}

static Node *record(Network *generator, Node *photo) {
    Node *picture;
    if (!generator_record(generator, tape, photo, &picture, &err))
        fail_msg("%s", err.text);
    return picture;
}

/* The weights of bench/oracle/golden_generator.py. Recording draws the kernels. */
static Network *golden_network(void) {
    Network *generator = generator_new(arena);
    network_random(generator, 3);
    Tape *drawing = tape_new();
    Node *photo = tape_constant(drawing, tensor_alloc(arena, (Shape){1, 3, 5, 5}));
    Node *unused;
    assert_true(generator_record(generator, drawing, photo, &unused, &err));
    tape_free(drawing);
    const NamedTensors list = network_weights(generator, arena);
    for (size_t i = 0; i < list.count; i++) {
        const NamedTensor *item = &list.items[i];
        if (item->rank != 1) continue;
        const double low = strstr(item->name, ".bias") ? -0.5 : 0.5;
        Rng rng = rng_seed(1000 + i);
        tensor_fill_uniform(item->tensor, &rng, low, low + 1);
    }
    return generator;
}

/* The variable that reads this tensor. */
static const Node *variable_of(Tensor t) {
    for (int i = 0; i < tape_size(tape); i++)
        if (tape_node(tape, i)->value == t.data) return tape_node(tape, i);
    fail_msg("no node reads the tensor");
    return NULL;
}

/* The golden gradients are at every size / count-th element. */
static void check_sampled(const Node *w, const char *of, const char *name) {
    const size_t size = shape_size(w->shape), count = size < SAMPLES ? size : SAMPLES;
    real got[SAMPLES];
    for (size_t i = 0; i < count; i++)
        got[i] = w->grad[i * size / count];
    char key[40];
    snprintf(key, sizeof key, "d%s", name);
    assert_int_equal(shape_size(expected(of, key).shape), count);
    assert_all_close(got, expected(of, key).data, count, CLOSE);
}

static void check_gradients(const Network *generator, const char *of) {
    const NamedTensors list = network_weights(generator, arena);
    /* 3 + 2 x 3 + 3 convolutions, the last with a bias; a norm after each other one,
     * those at the ends of the three blocks without a shift */
    assert_int_equal(list.count, 12 + 1 + 11 + (11 - 3));
    for (size_t i = 0; i < list.count; i++)
        check_sampled(variable_of(list.items[i].tensor), of, list.items[i].name);
}

/* The gradient of the smallest picture is compared in double only: its features are
 * normalised over four pixels, whose deviation may be small beside the rounding. */
static Network *check_case(const char *of, Shape shape) {
    const bool exact = sizeof(real) == sizeof(double);
    Network *generator = golden_network();
    network_trainable(generator, true);
    Node *photo = tape_variable(tape, uniform(1500, shape, 0));
    Node *picture = record(generator, photo);
    assert_true(shape_equal(picture->shape, shape));
    tape_backward_from(tape, picture, uniform(1501, shape, 0).data);
    check_value(picture, of, "y");
    if (exact || shape.h > GENERATOR_LEAST) check_gradient(photo, of, "dx");
    return generator;
}

static void the_generator_agrees_with_torch(void **state) {
    (void)state;
    check_gradients(check_case("even", (Shape){1, 3, 12, 16}), "even");
}

/* 13 x 10 is computed as 16 x 12. */
static void sides_that_are_no_multiples_of_4_agree_with_torch(void **state) {
    (void)state;
    check_gradients(check_case("odd", (Shape){2, 3, 13, 10}), "odd");
}

static void the_smallest_picture_agrees_with_torch(void **state) {
    (void)state;
    check_case("least", (Shape){1, 3, 5, 6});
}

/* Numeric differences mean something in double only. Every third variable or so is a
 * kernel, of which ten elements are moved. */
static void the_gradients_are_those_of_differences(void **state) {
    (void)state;
    Network *generator = golden_network();
    network_trainable(generator, true);
    Node *photo = tape_variable(tape, uniform(9, (Shape){1, 3, 7, 9}, 0));
    Node *picture = record(generator, photo);
    size_t compared = 0;
    for (int i = 0; i < tape_size(tape) && sizeof(real) == sizeof(double); i++) {
        Node *variable = tape_node(tape, i);
        if (variable->inputs > 0 || !variable->grad) continue;
        const GradCheck check = gradcheck_variable(tape, picture, variable, 1e-6, 10);
        if (!gradcheck_passed(&check, 1e-5)) {
            gradcheck_print(&check, stderr);
            fail_msg("%s", variable->label);
        }
        compared += check.checked;
    }
    /* 33 variables, most of them at ten elements; some differences meet a kink. */
    assert_true(sizeof(real) != sizeof(double) || compared > 150);
}

/* Kernels 3 16 81 twice, 16 32 9 twice, 32 64 9 twice, 6 64 64 9; scales 16 + 32 + 64 +
 * 6 64 + 32 + 16, shifts the same without 3 64; the last bias has 3. */
static void the_generator_has_276_thousand_parameters(void **state) {
    (void)state;
    const Network *generator = generator_new(arena);
    const size_t kernels = 2 * (3888 + 4608 + 18432) + 221184, scales = 544;
    assert_int_equal(network_parameters(generator, network_count(generator) - 1),
                     kernels + scales + scales - 192 + 3);
    assert_int_equal(kernels + scales + scales - 192 + 3, 275939);
}

/* A list with the names and shapes of a generator's weights, which are all 1/2. */
static NamedTensors list_of_halves(void) {
    NamedTensors list = network_weights(golden_network(), arena);
    for (size_t i = 0; i < list.count; i++) {
        list.items[i].tensor = tensor_clone(arena, list.items[i].tensor);
        tensor_fill(list.items[i].tensor, (real)0.5);
    }
    return list;
}

static void loaded_weights_are_those_of_the_list(void **state) {
    (void)state;
    static const char *const picture = "picture";
    const NamedTensors list = list_of_halves();
    Network *generator = generator_new(arena);
    if (!network_load(generator, &list, "half", &picture, 1, &err))
        fail_msg("%s", err.text);
    const NamedTensors again = network_weights(generator, arena);
    assert_int_equal(again.count, list.count);
    for (size_t i = 0; i < list.count; i++) {
        assert_string_equal(again.items[i].name, list.items[i].name);
        assert_ptr_equal(again.items[i].tensor.data, list.items[i].tensor.data);
        assert_int_equal(again.items[i].rank, list.items[i].rank);
    }
}

static NamedTensor *find(const NamedTensors *list, const char *name) {
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].name, name) == 0) return &list->items[i];
    fail_msg("no %s", name);
    return NULL;
}

static void check_refused(const NamedTensors *list, const char *words) {
    static const char *const picture = "picture";
    assert_false(network_load(generator_new(arena), list, "my.style", &picture, 1, &err));
    if (!strstr(err.text, words)) fail_msg("%s", err.text);
}

static void a_list_that_does_not_fit_is_refused(void **state) {
    (void)state;
    NamedTensors list = list_of_halves();
    NamedTensors short_list = {list.count - 1, list.items};
    check_refused(&short_list, "tensor conv6.bias is missing");
    NamedTensor *norm = find(&list, "norm2.weight");
    norm->tensor.shape.w = 31;
    check_refused(&list, "layer norm2: weight is (31), generator needs (32)");
    norm->tensor.shape.w = 32;
    norm->tensor.data[3] = (real)NAN;
    check_refused(&list, "layer norm2: weight holds NaN");
}

/* It has no features to compare, and its first layer is called as SqueezeNet's. */
static void a_style_is_no_network_of_features(void **state) {
    (void)state;
    const NamedTensors list = list_of_halves();
    const char *name = NULL;
    assert_null(network_recognise(&list));
    assert_false(network_identify(&list, &name, &err));
    assert_non_null(strstr(err.text, "a style, which paints by itself"));
    assert_non_null(strstr(err.text, "stylegrad stylize"));
    Network *squeezenet = network_new(arena, "squeezenet1_1", POOL_DEFAULT, &err);
    assert_false(network_load(squeezenet, &list, "my.style", NULL, 0, &err));
    assert_non_null(strstr(err.text, "my.style: a style, which paints by itself"));
    assert_null(network_new(arena, "generator", POOL_DEFAULT, &err));
}

static void a_picture_that_cannot_be_mirrored_is_refused(void **state) {
    (void)state;
    Network *generator = golden_network();
    Node *photo = tape_constant(tape, tensor_alloc(arena, (Shape){1, 3, 80, 4}));
    Node *picture;
    const int nodes = tape_size(tape);
    assert_false(generator_record(generator, tape, photo, &picture, &err));
    assert_string_equal(err.text, "the picture is too small: a style paints at least 5 x "
                                  "5 pixels, got 4 x 80 (width x height); use a larger "
                                  "one");
    assert_int_equal(tape_size(tape), nodes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_generator_agrees_with_torch, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(sides_that_are_no_multiples_of_4_agree_with_torch,
                                        begin, oracle_close),
        cmocka_unit_test_setup_teardown(the_smallest_picture_agrees_with_torch, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(the_gradients_are_those_of_differences, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(the_generator_has_276_thousand_parameters, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(loaded_weights_are_those_of_the_list, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(a_list_that_does_not_fit_is_refused, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(a_style_is_no_network_of_features, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(a_picture_that_cannot_be_mirrored_is_refused,
                                        begin, oracle_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
