/* The scale of features: the outputs of a network do not change when its layers are
 * scaled, and a recipe gets the scale that its weights were chosen for. */
#include <math.h>
#include <string.h>

#include "autograd/ops.h"
#include "tests/pictures.h"
#include "transfer/feature_scale.h"
#include "transfer/problem.h"
#include "transfer/recipe_file.h"

static Error err;

static Network *random_network(const char *name, Preprocess preprocess) {
    Network *network = network_new(arena, name, POOL_DEFAULT, &err);
    assert_non_null(network);
    network_preprocess(network, preprocess);
    network_random(network, 5);
    return network;
}

/* One layer of an image, as the network reads it. */
static Tensor features_of(Network *network, const char *layer, Tensor image) {
    Node *out;
    Tape *tape = tape_new();
    Node *x = ag_normalize(tape_constant(tape, image), network_normalize(network));
    if (!network_record(network, tape, x, &layer, 1, &out, &err))
        fail_msg("%s", err.text);
    Tensor kept = tape_keep(arena, out);
    tape_free(tape);
    return kept;
}

/* Divisors above 0 for every convolution above the first layer that is called `end`. */
static double **random_divisors(const Network *network, const char *end) {
    Rng rng = rng_seed(8);
    double **by = ARENA_NEW(arena, double *, (size_t)network_count(network));
    for (int i = 0; strcmp(network_layer(network, i)->name, end) != 0; i++) {
        if (network_layer(network, i)->kind != LAYER_CONV) continue;
        by[i] = ARENA_NEW(arena, double, (size_t)network_layer(network, i)->channels);
        for (int c = 0; c < network_layer(network, i)->channels; c++)
            by[i][c] = 0.2 + 4.8 * rng_uniform(&rng);
    }
    return by;
}

static void assert_features(Tensor is, Tensor was, const double *by) {
    const size_t plane = (size_t)is.shape.h * (size_t)is.shape.w;
    for (size_t i = 0; i < shape_size(is.shape); i++) {
        const double divisor = by ? by[i / plane] : 1;
        assert_close(is.data[i], (double)was.data[i] / divisor, 1e-4, 1e-4);
    }
}

/* Through poolings and through fire2, whose halves are divided one by one and put one
 * behind the other; what has no divisor stays. */
static void divided_features_say_the_same(void **state) {
    (void)state;
    static const struct {
        const char *net, *end, *layer[4];
    } tried[] = {{"vgg19", "conv2_2", {"conv1_1", "relu1_2", "relu2_1", "relu2_2"}},
                 {"squeezenet1_1",
                  "fire3/squeeze1x1",
                  {"relu1", "fire2/expand1x1", "fire2/expand3x3", "fire3"}}};
    const Tensor image = random_image(1, 29, 33);
    for (int t = 0; t < 2; t++) {
        Tensor before[4];
        Network *network = random_network(tried[t].net, PREPROCESS_TORCH);
        double **by = random_divisors(network, tried[t].end);
        for (int k = 0; k < 4; k++)
            before[k] = features_of(network, tried[t].layer[k], image);
        network_divide(network, by);
        for (int k = 0; k < 4; k++) {
            int index;
            assert_true(network_layer_find(network, tried[t].layer[k], &index, &err));
            const bool relu = network_layer(network, index)->kind == LAYER_RELU;
            assert_features(features_of(network, tried[t].layer[k], image), before[k],
                            by[index - relu]);
        }
    }
}

static void means_are_those_of_the_features(void **state) {
    (void)state;
    Network *network = random_network("vgg19", PREPROCESS_TORCH);
    const Tensor images[2] = {random_image(1, 24, 28), random_image(2, 30, 20)};
    double **mean = ARENA_NEW(arena, double *, (size_t)network_count(network));
    int last;
    assert_true(network_layer_find(network, "conv2_1", &last, &err));
    assert_true(network_means(network, arena, images, 2, network_normalize(network), last,
                              mean, &err));
    const Tensor a = features_of(network, "relu2_1", images[0]),
                 b = features_of(network, "relu2_1", images[1]);
    for (int c = 0; c < 128; c++) {
        double sums[2] = {0, 0};
        for (int i = 0; i < 12 * 14; i++)
            sums[0] += (double)tensor_at(a, 0, c, 0, 0)[i];
        for (int i = 0; i < 15 * 10; i++)
            sums[1] += (double)tensor_at(b, 0, c, 0, 0)[i];
        assert_close(mean[last][c], (sums[0] / 168 + sums[1] / 150) / 2, 1e-5, 1e-9);
    }
    for (int i = 0; i < network_count(network); i++)
        assert_int_equal(mean[i] != NULL,
                         i <= last && network_layer(network, i)->kind == LAYER_CONV);
    const Tensor small = random_image(1, 1, 1);
    assert_false(network_means(network, arena, &small, 1, network_normalize(network),
                               network_count(network), mean, &err));
}

/* A recipe of two layers, without total variation. */
static Recipe recipe_for(Features features) {
    Recipe r;
    assert_true(recipe_read("pytorch", &r, &err));
    assert_true(layers_parse("relu2_1", &r.content.layers, &err));
    assert_true(layers_parse("conv1_1,relu2_1", &r.style.layers, &err));
    r.net.features = features;
    return r;
}

static Terms terms_of(const Recipe *r, Network *network, const Scene *scene) {
    Problem problem;
    if (!problem_init_scene(&problem, arena, r, network, scene, random_image(3, 24, 28),
                            &err))
        fail_msg("%s", err.text);
    const Terms terms = problem_terms(&problem);
    problem_free(&problem);
    return terms;
}

/* k = 255 (.229 + .224 + .225) / 3 = 57.63: k^2 for the content, k^4 for the style. */
static void the_losses_become_those_of_the_other_kind(void **state) {
    (void)state;
    static const struct {
        Features wanted;
        Preprocess is;
        double factor;
    } tried[] = {{FEATURES_ANY, PREPROCESS_CAFFE_RGB, 1},
                 {FEATURES_CAFFE, PREPROCESS_CAFFE_RGB, 1},
                 {FEATURES_CAFFE, PREPROCESS_CAFFE, 1},
                 {FEATURES_TORCH, PREPROCESS_TORCH, 1},
                 {FEATURES_TORCH, PREPROCESS_CAFFE_RGB, 1 / 57.63},
                 {FEATURES_CAFFE, PREPROCESS_TORCH, 57.63},
                 {FEATURES_CAFFE, PREPROCESS_NONE, 1}};
    const Scene scene = scene_of(random_image(1, 24, 28), random_image(2, 30, 20));
    for (size_t t = 0; t < sizeof tried / sizeof *tried; t++) {
        const Recipe r = recipe_for(tried[t].wanted);
        Network *network = random_network("vgg19", tried[t].is);
        const Terms before = terms_of(&r, network, &scene);
        double factor;
        assert_true(feature_scale_apply(&r, network, &scene, &factor, &err));
        const Terms after = terms_of(&r, network, &scene);
        assert_close(factor, tried[t].factor, 1e-9, 0);
        assert_close(after.content, before.content * pow(factor, 2), 1e-4, 0);
        assert_close(after.style, before.style * pow(factor, 4), 1e-4, 0);
    }
}

/* Every filter that speaks has a mean of 1, and weights of any size become the same. */
static void normalised_filters_have_a_mean_of_1(void **state) {
    (void)state;
    double style[2];
    const Recipe r = recipe_for(FEATURES_NORMALISED);
    const Scene scene = scene_of(random_image(1, 24, 28), random_image(2, 30, 20));
    const Tensor images[2] = {scene.content, scene.style[0].image};
    for (int way = 0; way < 2; way++) {
        Network *network = random_network("vgg19", PREPROCESS_CAFFE_RGB);
        double **mean = ARENA_NEW(arena, double *, (size_t)network_count(network));
        double factor;
        int last;
        if (way == 1) {
            Recipe other = r;
            other.net.features = FEATURES_TORCH;
            assert_true(feature_scale_apply(&other, network, &scene, &factor, &err));
        }
        assert_true(feature_scale_apply(&r, network, &scene, &factor, &err));
        assert_close(factor, 1, 0, 0);
        assert_true(network_layer_find(network, "conv2_1", &last, &err));
        assert_true(network_means(network, arena, images, 2, network_normalize(network),
                                  last, mean, &err));
        int ones = 0, filters = 0;
        for (int i = 0; i <= last; i++)
            for (int c = 0; mean[i] && c < network_layer(network, i)->channels;
                 c++, filters++) {
                assert_true(mean[i][c] < 1.0001);
                ones += mean[i][c] > 0.9999;
            }
        assert_int_equal(filters, 64 + 64 + 128);
        assert_true(ones > filters / 2);
        style[way] = terms_of(&r, network, &scene).style;
    }
    assert_close(style[0], style[1], 1e-3, 0);
}

static void a_range_of_its_own_is_not_combined_with_another(void **state) {
    (void)state;
    Recipe r;
    assert_true(recipe_read("ns", &r, &err));
    r.net.features = FEATURES_NORMALISED;
    assert_true(recipe_check(&r, &err));
    r.net.features = FEATURES_TORCH;
    assert_false(recipe_check(&r, &err));
    assert_non_null(strstr(err.text, "input or features"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(divided_features_say_the_same),
        TEST(means_are_those_of_the_features),
        TEST(the_losses_become_those_of_the_other_kind),
        TEST(normalised_filters_have_a_mean_of_1),
        TEST(a_range_of_its_own_is_not_combined_with_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
