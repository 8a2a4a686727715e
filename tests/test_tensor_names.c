/* A network is recognised among the tensors of a file, with the words of wrappers in
 * their names and with other tensors; similar networks are distinguished. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "nn/network.h"
#include "tests/weight_lists.h"

/* torchvision's places of VGG-19's first convolutions, and the blocks they are in. */
static const struct {
    int place, block, number;
} convs[] = {{0, 1, 1},  {2, 1, 2},  {5, 2, 1}, {7, 2, 2},
             {10, 3, 1}, {12, 3, 2}, {14, 3, 3}};
enum { CONVS = sizeof convs / sizeof *convs };

typedef enum Way { PLACE, LAYER, KERAS, SLICE, BLOCKS } Way;

/* The name of tensor `what` of convolution i, with the parts before and after. */
static const char *name_of(Way way, const char *before, const char *after, int i,
                           const char *what) {
    char middle[32], name[160];
    const int place = convs[i].place, block = convs[i].block, number = convs[i].number;
    if (way == PLACE) snprintf(middle, sizeof middle, "%d", place);
    if (way == LAYER) snprintf(middle, sizeof middle, "conv%d_%d", block, number);
    if (way == KERAS) snprintf(middle, sizeof middle, "block%d_conv%d", block, number);
    if (way == SLICE) snprintf(middle, sizeof middle, "slice%d.%d", block, place);
    if (way == BLOCKS) snprintf(middle, sizeof middle, "blocks.%d.%d", block - 1, place);
    snprintf(name, sizeof name, "%s%s%s.%s", before, middle, after, what);
    return arena_string(arena, name);
}

/* VGG-19 to conv3_3 under such names, after a decoder that is none. */
static NamedTensors wrapped(Way way, const char *before, const char *after) {
    NamedTensors plain = list_of("vgg19", CONVS, true);
    NamedTensors list = {0, ARENA_NEW(arena, NamedTensor, 40)};
    real *zeros = ARENA_NEW(arena, real, 512 * 256 * 9);
    append(&list, "decoder.0", "weight", 4, (Shape){256, 512, 3, 3}, zeros);
    append(&list, "decoder.2", "weight", 4, (Shape){64, 3, 3, 3}, zeros);
    append(&list, "lin0.model.1", "weight", 4, (Shape){1, 64, 1, 1}, zeros);
    for (size_t i = 0; i < plain.count; i++) {
        list.items[list.count] = plain.items[i];
        list.items[list.count++].name =
            name_of(way, before, after, (int)(i / 2), i % 2 ? "bias" : "weight");
    }
    return list;
}

static void a_network_is_found_under_any_wrapper(void **state) {
    (void)state;
    static const struct {
        Way way;
        const char *before, *after;
    } ways[] = {
        {PLACE, "features.", ""},
        {PLACE, "features.module.", ""},
        {PLACE, "module.features.", ""},
        {PLACE, "_orig_mod.module.features.", ""},
        {PLACE, "features.", ".module"},
        {PLACE, "features.", "._fsdp_wrapped_module"},
        {PLACE, "vgg.features.", ""},
        {PLACE, "loss.perceptual.vgg.", ""},
        {PLACE, "model.0.features.", ""},
        {PLACE, "", ""},
        {LAYER, "", ""},
        {LAYER, "features.", ""},
        {LAYER, "vgg_net.module.", ""},
        {KERAS, "", ""},
        {KERAS, "vgg19.", ""},
        {KERAS, "model_weights/vgg19/", ""},
        {SLICE, "", ""},
        {SLICE, "net.", ""},
        {BLOCKS, "", ""},
        {BLOCKS, "vgg.", ""},
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        NamedTensors list = wrapped(ways[i].way, ways[i].before, ways[i].after);
        const char *net = network_recognise(&list);
        if (!net) fail_msg("%s is not known", list.items[3].name);
        assert_string_equal(net, "vgg19");
        Network *vgg = new ("vgg19");
        real *data = ARENA_NEW(arena, real, 64 * 64 * 9);
        data[100] = 7;
        list.items[5].tensor.data = data; /* conv1_2 */
        if (!network_load(vgg, &list, "x", NULL, 0, &err)) fail_msg("%s", err.text);
        assert_string_equal(network_deepest(vgg), "relu3_3");
        assert_close(network_weights(vgg, arena).items[2].tensor.data[100], 7, 0, 0);
    }
}

/* {'ema': ..., 'model': ...}, and {'small': a few layers, 'vgg': more of them}. */
static void of_two_networks_the_larger_and_then_the_first_is_taken(void **state) {
    (void)state;
    static const int more[] = {0, 4};
    for (int way = 0; way < 2; way++) {
        NamedTensors list = {0, ARENA_NEW(arena, NamedTensor, 64)};
        for (int k = 0; k < 2; k++) {
            NamedTensors one = list_of("vgg19", 4 + k * more[way], true);
            real *data = ARENA_NEW(arena, real, 64 * 27);
            data[0] = (real)k;
            one.items[0].tensor.data = data;
            for (size_t i = 0; i < one.count; i++) {
                char name[80];
                snprintf(name, sizeof name, "%c.%s", k ? 'a' : 'b', one.items[i].name);
                list.items[list.count] = one.items[i];
                list.items[list.count++].name = arena_string(arena, name);
            }
        }
        Network *vgg = new ("vgg19");
        assert_true(network_load(vgg, &list, "x", NULL, 0, &err));
        assert_close(network_weights(vgg, arena).items[0].tensor.data[0], way, 0, 0);
        assert_string_equal(network_deepest(vgg), way ? "pool3" : "pool2");
    }
}

/* A list of torchvision's features: outputs of convolutions, 0 for a pooling. */
static NamedTensors features(const int *plan, int count, bool normed, const char *stem) {
    NamedTensors list = {0, ARENA_NEW(arena, NamedTensor, 128)};
    real *zeros = ARENA_NEW(arena, real, 512 * 512 * 9);
    int place = 0, reads = 3;
    for (int i = 0; i < count; place += plan[i] ? 2 + normed : 1, i++) {
        char name[64];
        if (!plan[i]) continue;
        snprintf(name, sizeof name, "%s%d", stem, place);
        append(&list, name, "weight", 4, (Shape){plan[i], reads, 3, 3}, zeros);
        append(&list, name, "bias", 1, (Shape){1, 1, 1, plan[i]}, zeros);
        snprintf(name, sizeof name, "%s%d", stem, place + 1);
        for (int k = 0; normed && k < 4; k++) {
            static const char *const parts[] = {"weight", "bias", "running_mean",
                                                "running_var"};
            append(&list, name, parts[k], 1, (Shape){1, 1, 1, plan[i]}, zeros);
        }
        reads = plan[i];
    }
    return list;
}

static void relatives_of_vgg_are_named_and_not_taken(void **state) {
    (void)state;
    static const struct {
        int count, plan[16];
        bool normed;
        const char *words;
    } all[] = {
        {14,
         {64, 64, 0, 128, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512},
         false,
         "a vgg13, which is not read"},
        {10, {64, 64, 0, 128, 128, 0, 256, 256, 0, 512}, false, "a vgg13, which"},
        {14,
         {64, 64, 0, 128, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512},
         true,
         "a vgg13 with batch normalisation, which is not read"},
        {12,
         {64, 0, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512},
         false,
         "a vgg11, which"},
        {12,
         {64, 0, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512},
         true,
         "a vgg11 with batch normalisation"},
        {10,
         {64, 64, 0, 128, 128, 0, 256, 256, 256, 256},
         true,
         "a vgg19 with batch normalisation"},
        {10,
         {64, 64, 0, 128, 128, 0, 256, 256, 256, 0},
         true,
         "with batch normalisation"},
        {1, {64}, true, "with batch normalisation"},
    };
    static const char *const stems[] = {"features.", "vgg.", "features.module.", ""};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (int s = 0; s < 4; s++) {
            NamedTensors list =
                features(all[i].plan, all[i].count, all[i].normed, stems[s]);
            const char *net;
            assert_null(network_recognise(&list));
            assert_false(network_identify(&list, &net, &err));
            if (!strstr(err.text, all[i].words)) fail_msg("%s", err.text);
            assert_false(network_load(new ("vgg19"), &list, "x", NULL, 0, &err));
            assert_true(strncmp(err.text, "x: a vgg", 8) == 0);
        }
    /* What VGG-13 and VGG-19 have in common is as good as VGG-19. */
    NamedTensors common = features(all[0].plan, 8, false, "features.");
    assert_string_equal(network_recognise(&common), "vgg19");
}

/* A kernel (height, width, in, out) is no square one of three channels: (3,3,3,64). */
static void the_axes_of_tensorflow_are_named(void **state) {
    (void)state;
    NamedTensors list = {0, ARENA_NEW(arena, NamedTensor, 2)};
    real *zeros = ARENA_NEW(arena, real, 3 * 3 * 3 * 64);
    const char *net;
    append(&list, "conv1_1", "weight", 4, (Shape){3, 3, 3, 64}, zeros);
    append(&list, "conv1_1", "bias", 1, (Shape){1, 1, 1, 64}, zeros);
    assert_false(network_identify(&list, &net, &err));
    assert_string_equal(err.text, "kernels in TensorFlow's order, (height, width, in, "
                                  "out); save w.transpose(3, 2, 0, 1) of each");
}

/* conv1_1 and bn1_1. */
static void batch_normalisation_is_seen_under_caffes_names(void **state) {
    (void)state;
    NamedTensors list = list_of("vgg16", 13, false);
    const char *net;
    assert_true(network_identify(&list, &net, &err));
    NamedTensors more = {0, ARENA_NEW(arena, NamedTensor, 64)};
    for (size_t i = 0; i < list.count; i++) {
        more.items[more.count++] = list.items[i];
        if (i % 2) continue;
        char stem[32];
        snprintf(stem, sizeof stem, "bn%.3s", list.items[i].name + 4);
        append(&more, stem, "running_mean", 1, (Shape){1, 1, 1, 64},
               list.items[i].tensor.data);
    }
    assert_false(network_identify(&more, &net, &err));
    assert_non_null(strstr(err.text, "a vgg16 with batch normalisation"));
}

static void what_is_not_needed_may_have_any_problem(void **state) {
    (void)state;
    NamedTensors list = list_of("vgg19", 4, true);
    list.items[list.count++] = (NamedTensor){.name = "mask",
                                             .tensor = {.shape = SCALAR},
                                             .problem = "x: tensor mask holds BOOL"};
    Network *vgg = new ("vgg19");
    if (!network_load(vgg, &list, "x", NULL, 0, &err)) fail_msg("%s", err.text);
    list.items[3].problem = "x: tensor features.2.bias holds BOOL, known are F32";
    list.items[3].tensor.data = NULL;
    assert_string_equal(network_recognise(&list), "vgg19");
    assert_false(network_load(vgg, &list, "x", NULL, 0, &err));
    assert_string_equal(err.text, "x: tensor features.2.bias holds BOOL, known are F32");
}

/* Filters with Oxford's sums over their windows and over their edges, which is what they
 * are known by (nn/network_preprocess.c); rotated by 180 degrees they keep the sums, and
 * the edges change their signs. Here the edges are turned by any angle. */
static real *oxford_like(double degrees) {
    const double c = cos(degrees * acos(-1) / 180), s = sin(degrees * acos(-1) / 180);
    static const struct {
        int filter;
        double sum[3];
    } sums[] = {{1, {-0.8188, 0.3112, 1.001}},
                {16, {1.5809, -0.8284, -0.5864}},
                {29, {1.3655, -0.592, -1.6116}},
                {59, {1.0633, 1.509, -1.7469}}};
    static const struct {
        int filter;
        double x, y;
    } edges[] = {
        {0, -4.15, -4.48}, {10, 0.14, -5.41}, {47, 2.9, 5.18}, {51, -6.28, -1.94}};
    real *data = ARENA_NEW(arena, real, 64 * 27);
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < 3; k++)
            data[27 * sums[i].filter + 9 * k + 4] = (real)sums[i].sum[k];
        data[27 * edges[i].filter + 5] = (real)(c * edges[i].x - s * edges[i].y);
        data[27 * edges[i].filter + 9 + 7] = (real)(s * edges[i].x + c * edges[i].y);
    }
    return data;
}

static void theanos_kernels_are_refused(void **state) {
    (void)state;
    NamedTensors list = list_of("vgg19", 4, true);
    static const double upright[] = {0, 90, 165, -165};
    Network *vgg = new ("vgg19");
    for (int i = 0; i < 4; i++) {
        list.items[0].tensor.data = oxford_like(upright[i]);
        assert_true(network_load(vgg, &list, "x", NULL, 0, &err));
        assert_int_equal(network_preprocessing(vgg), PREPROCESS_CAFFE_RGB);
    }
    list.items[0].tensor.data = oxford_like(180);
    assert_false(network_load(vgg, &list, "x", NULL, 0, &err));
    assert_non_null(
        strstr(err.text, "x: its kernels are Theano's, turned by 180 degrees"));
    assert_non_null(strstr(err.text, "convert_h5.py --kernels theano"));
}

/* A file with thousands of tensors that could each be the first of a VGG. */
static void a_flood_of_first_layers_is_searched_in_time(void **state) {
    (void)state;
    enum { MANY = 4096 };
    NamedTensors list = {0, ARENA_NEW(arena, NamedTensor, MANY)};
    real *zeros = ARENA_NEW(arena, real, 64 * 27);
    for (int i = 0; i < MANY; i++) {
        char stem[64];
        snprintf(stem, sizeof stem, "a%d.module.slice1.features.0", i);
        append(&list, stem, "weight", 4, (Shape){64, 3, 3, 3}, zeros);
    }
    assert_string_equal(network_recognise(&list), "vgg19");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_network_is_found_under_any_wrapper),
        TEST(of_two_networks_the_larger_and_then_the_first_is_taken),
        TEST(relatives_of_vgg_are_named_and_not_taken),
        TEST(the_axes_of_tensorflow_are_named),
        TEST(batch_normalisation_is_seen_under_caffes_names),
        TEST(what_is_not_needed_may_have_any_problem),
        TEST(theanos_kernels_are_refused),
        TEST(a_flood_of_first_layers_is_searched_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
