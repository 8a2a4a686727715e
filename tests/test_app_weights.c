/* stylegrad weights, and files of every kind under --weights. */
#include <math.h>

#include "app/commands.h"
#include "io/npz.h"
#include "io/safetensors.h"
#include "nn/network.h"
#include "tests/app.h"

/* The first two convolutions of VGG-19 with random weights, as safetensors and as npz. */
static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    put_image("a.png", 24, 32);
    put_image("b.png", 20, 24);
    Arena *arena = arena_new();
    Error err;
    Network *vgg = network_new(arena, "vgg19", POOL_DEFAULT, &err);
    const char *layer = "conv1_2";
    network_random(vgg, 3);
    Tape *tape = tape_new();
    Node *y;
    bool good = network_record(
        vgg, tape, tape_example_constant(tape, (Shape){1, 3, 8, 8}), &layer, 1, &y, &err);
    NamedTensors list = network_weights(vgg, arena);
    good = good && safetensors_write(in_folder("w.safetensors"), &list, &err) &&
           npz_write(in_folder("w.npz"), &list, &err);
    static const char *const keras[] = {"block1_conv1.weight", "block1_conv1.bias",
                                        "block1_conv2.weight", "block1_conv2.bias"};
    for (size_t i = 0; i < list.count; i++)
        list.items[i].name = keras[i];
    good = good && npz_write(in_folder("keras.npz"), &list, &err);
    tape_free(tape);
    arena_free(arena);
    return good ? 0 : -1;
}

static double number_after(const char *text, const char *word) {
    const char *at = strstr(text, word);
    if (!at) fail_msg("no %s in %s", word, text);
    return atof(at + strlen(word));
}

/* The mean activation is that of what features saves. */
static void a_file_is_described(void **state) {
    (void)state;
    const char *file = in_folder("w.safetensors"), *image = in_folder("a.png");
    Outcome o = RUN("weights", file, "--image", image, "--json");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.out, "\"network\": \"vgg19\""));
    assert_non_null(strstr(o.out, "\"deepest\": \"pool1\""));
    assert_non_null(strstr(o.out, "\"preprocess\": \"caffe-rgb\""));
    assert_int_equal(RUN("features", image, "--layers", "relu1_1", "-o",
                         in_folder("f.npz"), "--weights", file)
                         .status,
                     0);
    Arena *arena = arena_new();
    Error err;
    NamedTensors saved;
    assert_true(npz_read(arena, in_folder("f.npz"), &saved, &err));
    double sum = 0;
    size_t size = shape_size(saved.items[0].tensor.shape);
    for (size_t i = 0; i < size; i++)
        sum += (double)saved.items[0].tensor.data[i];
    assert_close(number_after(o.out, "\"mean_activation\": "), sum / (double)size, 1e-9,
                 0);
    arena_free(arena);
    o = RUN("weights", file, "--image", image);
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.out, "safetensors"));
    assert_non_null(strstr(o.out, "conv1_2            (64,64,3,3)"));
}

/* BGR weights on an image are RGB weights with their channels swapped: the same file
 * gives other numbers as caffe than as caffe-rgb, and Keras' names mean caffe. */
static void preprocessing_follows_names_and_option(void **state) {
    (void)state;
    static const char *const ways[][3] = {{"w.npz", "caffe-rgb", "\"RGB\""},
                                          {"w.npz", "caffe", "\"BGR\""},
                                          {"keras.npz", "auto", "\"BGR\""}};
    double mean[3];
    for (int i = 0; i < 3; i++) {
        Outcome o = RUN("weights", in_folder(ways[i][0]), "--image", in_folder("a.png"),
                        "--json", "--preprocess", ways[i][1]);
        assert_int_equal(o.status, 0);
        assert_non_null(strstr(o.out, ways[i][2]));
        mean[i] = number_after(o.out, "\"mean_activation\": ");
    }
    assert_true(mean[0] != mean[1]);
    assert_true(mean[1] == mean[2]);
}

static void a_file_of_something_else_is_listed(void **state) {
    (void)state;
    Outcome o = RUN("weights", "tests/golden/torch_checkpoint.pth");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.out, "PyTorch (zip), 1227 bytes, 2 tensors"));
    assert_non_null(strstr(o.out, "none that is known"));
    assert_non_null(strstr(o.out, "0.weight"));
    o = RUN("weights", "tests/golden/torch_model.pth");
    assert_int_equal(o.status, 1);
    assert_non_null(strstr(o.err, "it would call torch.nn.modules"));
}

/* A real network, without a word about which: its hash is that of sha256sum. */
static void squeezenet_is_known_without_net(void **state) {
    (void)state;
    const char *shared = test_shared("weights/squeezenet1_1.safetensors");
    if (!shared) skip();
    Outcome o = RUN("weights", shared, "--image", in_folder("a.png"), "--size", "64");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(
        o.out, "b1ed65115c0a0277081d41a74d20c1b96264d007100ed5fb940e7f5460fcfeb5"));
    assert_non_null(strstr(o.out, "squeezenet1_1 to relu10"));
    assert_non_null(strstr(o.out, "torch: RGB"));
    o = RUN("eval", in_folder("a.png"), in_folder("a.png"), "--weights", shared, "--size",
            "48");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.err, "holds squeezenet1_1"));
}

/* style of two images with these weights, in the recipe's units */
static double style_with(const char *weights, const char *preprocess, const char *recipe,
                         const char *features, bool noted) {
    Outcome o =
        RUN("eval", in_folder("a.png"), in_folder("b.png"), "--json", "--recipe", recipe,
            "--weights", weights, "--preprocess", preprocess, "--style-layers", "relu1_2",
            "--content-layers", "relu1_1", "--features", features, "--size", "32");
    if (o.status != 0) fail_msg("%s", o.err);
    assert_int_equal(strstr(o.err, "features times") != NULL, noted);
    return number_after(o.out, "\"style\": ");
}

/* 57.6 to the fourth power between what reads 0 to 255 and what reads about -2 to 2. */
static void features_are_as_large_as_the_recipe_wants(void **state) {
    (void)state;
    const char *file = in_folder("w.safetensors");
    const double k4 = pow(255 * (0.229 + 0.224 + 0.225) / 3, 4);
    const double caffe = style_with(file, "auto", "pytorch", "any", false),
                 torch = style_with(file, "torch", "pytorch", "any", false);
    assert_close(style_with(file, "auto", "pytorch", "torch", true), caffe / k4, 1e-4, 0);
    assert_close(style_with(file, "torch", "pytorch", "torch", false), torch, 0, 0);
    assert_close(style_with(file, "torch", "pt", "caffe", true), torch * k4, 1e-4, 0);
    assert_close(style_with("random:3", "torch", "pt", "caffe", true), torch * k4, 1e-4,
                 0);
    Outcome o = RUN("eval", in_folder("a.png"), in_folder("b.png"), "--recipe", "pytorch",
                    "--weights", file, "--content-layers", "relu1_1", "--style-layers",
                    "relu1_2");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.err, "features times 0.0174: recipe pytorch"));
    o = RUN("eval", in_folder("a.png"), in_folder("b.png"), "--features", "oxford");
    assert_int_equal(o.status, 2);
    assert_non_null(strstr(o.err, "any|torch|caffe|normalised"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_described),
        cmocka_unit_test(preprocessing_follows_names_and_option),
        cmocka_unit_test(a_file_of_something_else_is_listed),
        cmocka_unit_test(features_are_as_large_as_the_recipe_wants),
        cmocka_unit_test(squeezenet_is_known_without_net),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
