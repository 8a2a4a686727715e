/* Real weights, and the features of a real image: the files beside the weights were
 * computed in float64 by another program. They are not part of the repository. */
#include <stdio.h>
#include <string.h>

#include "io/safetensors.h"
#include "nn/network.h"
#include "tests/test.h"

/* The golden files are rounded to float32; in float our own sums round as well. */
#ifdef REAL_DOUBLE
#define TOLERANCE 1e-6
#else
#define TOLERANCE 1e-5
#endif

typedef struct Golden {
    const char *network, *weights, *activations;
    const char *image, *input; /* in the file: RGB, and what the network is given */
    double scale;              /* from the file's RGB to [0, 1] */
    const char *layers[16];    /* name in the file = name of the layer, but for relu1 */
} Golden;

static Tensor file_tensor(const NamedTensors *list, const char *name) {
    const NamedTensor *item = named_find(list, name);
    if (!item) fail_msg("no %s", name);
    return item->tensor;
}

static NamedTensors file(Arena *arena, const char *name) {
    char path[128];
    Error err;
    NamedTensors list = {0, NULL};
    snprintf(path, sizeof path, "weights/%s.safetensors", name);
    const char *full = test_shared(path);
    if (!full) return list;
    if (!safetensors_read(arena, full, &list, &err)) fail_msg("%s", err.text);
    return list;
}

static void compare(Network *network, const Golden *golden, const NamedTensors *wanted,
                    Arena *arena) {
    Error err;
    Node *out[16];
    int count = 0;
    while (golden->layers[count])
        count++;
    Tape *tape = tape_new();
    Tensor rgb = tensor_clone(arena, file_tensor(wanted, golden->image));
    for (size_t i = 0; i < shape_size(rgb.shape); i++)
        rgb.data[i] *= (real)golden->scale;
    Node *x = ag_normalize(tape_constant(tape, rgb), network_normalize(network));
    assert_all_close(x->value, file_tensor(wanted, golden->input).data,
                     shape_size(x->shape), TOLERANCE);
    if (!network_record(network, tape, x, golden->layers, count, out, &err))
        fail_msg("%s", err.text);
    for (int i = 0; i < count; i++) {
        const char *layer = golden->layers[i];
        Tensor y = file_tensor(wanted, strcmp(layer, "relu1") ? layer : "conv1_relu");
        y.shape.n = 1;
        assert_true(shape_equal(out[i]->shape, y.shape));
        assert_all_close(out[i]->value, y.data, shape_size(y.shape), TOLERANCE);
    }
    tape_free(tape);
}

static void check(const Golden *golden) {
    Error err;
    Arena *arena = arena_new();
    NamedTensors weights = file(arena, golden->weights);
    NamedTensors wanted = file(arena, golden->activations);
    bool here = weights.count && wanted.count;
    Network *network = network_new(arena, golden->network, POOL_DEFAULT, &err);
    if (here && !network_load(network, &weights, golden->weights, NULL, 0, &err))
        fail_msg("%s", err.text);
    if (here) compare(network, golden, &wanted, arena);
    arena_free(arena);
    if (!here) skip();
}

static void vgg19_sees_what_it_should(void **state) {
    (void)state;
    check(&(Golden){
        "vgg19",
        "vgg19_conv1_1-conv3_4",
        "golden_vgg19_conv1_1-conv3_4",
        "input_rgb_0_255",
        "input_mean_subtracted",
        1.0 / 255,
        {"relu1_1", "relu2_1", "relu2_2", "relu3_1", "relu3_2", "relu3_3", "relu3_4"}});
}

static void squeezenet_sees_what_it_should(void **state) {
    (void)state;
    check(&(Golden){"squeezenet1_1",
                    "squeezenet1_1",
                    "golden_squeezenet1_1",
                    "input_rgb_0_255",
                    "input_normalised",
                    1.0 / 255,
                    {"relu1", "pool1", "fire2", "fire3", "pool3", "fire4", "fire5",
                     "pool5", "fire6", "fire7", "fire8", "fire9"}});
}

static void the_small_vgg_sees_what_it_should(void **state) {
    (void)state;
    check(&(Golden){"vgg19_small16x",
                    "vgg19_small16x_encoder5",
                    "golden_vgg19_small16x_encoder5",
                    "input_rgb_0_1",
                    "input_rgb_0_1",
                    1,
                    {"conv0", "relu1_1", "relu2_1", "relu2_2", "relu3_1", "relu3_2",
                     "relu3_3", "relu3_4", "relu4_1", "relu4_2", "relu4_3", "relu4_4",
                     "relu5_1"}});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vgg19_sees_what_it_should),
        cmocka_unit_test(squeezenet_sees_what_it_should),
        cmocka_unit_test(the_small_vgg_sees_what_it_should),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
