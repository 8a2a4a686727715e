/* The losses that a generator is trained with, against PyTorch:
 * bench/oracle/golden_style.py. */
#include <string.h>

#include "nn/generator.h"
#include "tests/oracle.h"
#include "train/style_loss.h"

#define SAMPLES 64 /* of every gradient in the golden file */

/* Rounding decides in float which of two pixels a maximum takes, and on which side of 0 a
 * ReLU is. */
#define CLOSE_GRADIENT (sizeof(real) == sizeof(double) ? 1e-8 : 5e-3)

enum { N = 2, SIDE = 24, DOWN = 1, RIGHT = 2 };

static const StyleWeights weights = {.content = 1, .style = 3, .tv = 0.5, .stability = 2};
static const StyleLayers content = {.count = 1, .name = {"relu2_1"}, .weight = {1}},
                         style = {.count = 3,
                                  .name = {"relu1_1", "relu1_2", "relu3_1"},
                                  .weight = {1, 2, 1}};
static Network *generator;

static int begin(void **state) {
    (void)state;
    oracle_open("tests/golden/torch_style.npz");
    return 0;
}

static Tensor uniform(uint64_t seed, Shape shape) {
    Tensor t = tensor_alloc(arena, shape);
    Rng rng = rng_seed(seed);
    tensor_fill_uniform(t, &rng, 0, 1);
    return t;
}

/* The networks and the photographs of the golden file; without stability the last
 * photograph, x', is left out. */
static StyleLoss record(StyleWeights of) {
    Error err;
    StyleLoss loss;
    const bool moved = of.stability > 0;
    Network *network = network_new(arena, "paintnet", POOL_DEFAULT, &err);
    network_padding(network, PADDING_REFLECT);
    network_random(network, 6);
    generator = generator_new(arena);
    network_random(generator, 5);
    const StyleTarget *target = style_target_new(
        arena, network, uniform(1601, (Shape){1, 3, 20, 28}), &content, &style, &err);
    assert_non_null(target);
    StyleBatch batch = style_batch_new(arena, N, SIDE, moved);
    const Tensor photos = uniform(1600, (Shape){N + 1, 3, SIDE, SIDE});
    memcpy(batch.photos.data, photos.data, shape_size(batch.photos.shape) * sizeof(real));
    batch.place.data[0] = DOWN;
    batch.place.data[1] = RIGHT;
    if (!style_loss_record(arena, tape, generator, network, target, &batch, of, &loss,
                           &err))
        fail_msg("%s", err.text);
    return loss;
}

static void check_term(const Node *term, const char *name) {
    assert_close(node_scalar(term), *expected(NULL, name).data, CLOSE, 0);
}

static void terms_and_their_sum_agree_with_torch(void **state) {
    (void)state;
    const StyleLoss loss = record(weights);
    check_term(loss.content, "content");
    check_term(loss.style, "style");
    check_term(loss.tv, "tv");
    check_term(loss.stability, "stability");
    check_term(loss.total, "total");
}

/* Those whose leaves have that label. */
static const Node *labelled(const char *label) {
    for (int i = 0; i < tape_size(tape); i++) {
        const Node *node = tape_node(tape, i);
        if (node->grad && strcmp(node->label, label) == 0) return node;
    }
    fail_msg("no variable is called %s", label);
    return NULL;
}

static void gradients_of_the_generator_agree_with_torch(void **state) {
    (void)state;
    static const struct {
        const char *key, *label;
    } watched[] = {{"dconv1.weight", "conv1.weight"},
                   {"dnorm1.bias", "norm1.bias"},
                   {"dblock2.norm2.weight", "block2/norm2.weight"},
                   {"dconv5.weight", "conv5.weight"},
                   {"dconv6.bias", "conv6.bias"}};
    const StyleLoss loss = record(weights);
    tape_backward(tape, loss.total);
    for (size_t k = 0; k < sizeof watched / sizeof *watched; k++) {
        const Node *w = labelled(watched[k].label);
        const size_t size = shape_size(w->shape), count = size < SAMPLES ? size : SAMPLES;
        real got[SAMPLES];
        for (size_t i = 0; i < count; i++)
            got[i] = w->grad[i * size / count];
        assert_int_equal(shape_size(expected(NULL, watched[k].key).shape), count);
        assert_all_close(got, expected(NULL, watched[k].key).data, count, CLOSE_GRADIENT);
    }
}

/* The other terms are as with x': what is beyond n pictures does not count. */
static void without_stability_there_is_no_moved_photograph(void **state) {
    (void)state;
    StyleWeights still = weights;
    still.stability = 0;
    const StyleLoss loss = record(still);
    assert_int_equal(loss.picture->shape.n, N);
    assert_null(loss.stability);
    check_term(loss.content, "content");
    check_term(loss.style, "style");
    check_term(loss.tv, "tv");
    const double sum = (double)*expected(NULL, "total").data -
                       2 * (double)*expected(NULL, "stability").data;
    assert_close(node_scalar(loss.total), sum, CLOSE, 0);
}

/* relu4_1 of a picture of 12 pixels would reflect one pixel by one. */
static void what_is_too_small_is_refused(void **state) {
    (void)state;
    Error err;
    const StyleLayers deep = {.count = 1, .name = {"relu4_1"}, .weight = {1}},
                      unknown = {.count = 1, .name = {"relu9_9"}, .weight = {1}};
    Network *network = network_new(arena, "paintnet", POOL_DEFAULT, &err);
    network_padding(network, PADDING_REFLECT);
    network_random(network, 6);
    const Tensor small = uniform(1, (Shape){1, 3, 12, 12});
    assert_null(style_target_new(arena, network, small, &content, &deep, &err));
    assert_non_null(strstr(err.text, "too small"));
    assert_null(style_target_new(arena, network, small, &content, &unknown, &err));
    assert_non_null(strstr(err.text, "relu9_9"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, oracle_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(terms_and_their_sum_agree_with_torch),
        TEST(gradients_of_the_generator_agree_with_torch),
        TEST(without_stability_there_is_no_moved_photograph),
        TEST(what_is_too_small_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
