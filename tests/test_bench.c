/* stylegrad bench: its JSON is whole, its numbers are possible and add up. */
#include <jansson.h>

#include "tests/app.h"

static json_t *all; /* what one run has printed */

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    Outcome o = RUN("bench", "--net", "squeezenet1_1", "--size", "64", "--rounds", "1",
                    "--threads", "1", "--json");
    all = json_loads(o.out, 0, NULL);
    return all && o.status == 0 && !*o.err ? 0 : -1;
}

static int end_run(void **state) {
    json_decref(all);
    return remove_folder(state);
}

static double number(const json_t *object, const char *name) {
    const json_t *value = json_object_get(object, name);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

static double median(const char *name) {
    const json_t *spread = json_object_get(all, name);
    double middle = number(spread, "median");
    assert_true(number(spread, "min") > 0);
    assert_true(number(spread, "min") <= middle && middle <= number(spread, "max"));
    return middle;
}

static const json_t *layer(const char *name) {
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(all, "layers"), i, row) {
        const char *found = json_string_value(json_object_get(row, "name"));
        if (strcmp(found, name) == 0) return row;
    }
    fail_msg("no layer %s", name);
    return NULL;
}

/* With one round, medians are the times of that round: the layers fit into the step. */
static void json_is_whole_and_its_times_fit_into_each_other(void **state) {
    (void)state;
    double forward = median("forward_ms"), backward = median("backward_ms"),
           step = median("step_ms"), forward_sum = 0, backward_sum = 0;
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(all, "layers"), i, row) {
        assert_true(number(row, "forward_ms") > 0 && number(row, "backward_ms") >= 0);
        forward_sum += number(row, "forward_ms");
        backward_sum += number(row, "backward_ms");
    }
    assert_close(forward + backward, step, 1e-6, 0);
    assert_true(median("adam_ms") < step && median("lbfgs_ms") < step);
    assert_true(forward_sum <= forward && forward_sum > 0.1 * forward);
    assert_true(backward_sum <= backward && backward_sum > 0.1 * backward);
    assert_int_equal((int)number(all, "size"), 64);
    assert_true(number(all, "peak_bytes") > number(all, "tape_bytes"));
}

/* conv1 of SqueezeNet reads 3 x 64 x 64 and writes 64 x 31 x 31 with 3 x 3 windows: each
 * output takes 27 products and sums. relu1's Gram matrix is 64 x 64 sums of 31 x 31. */
static void operations_are_those_of_the_textbook(void **state) {
    (void)state;
    const json_t *conv = layer("relu1"), *gram = layer("gram relu1");
    const double conv_flop = 2.0 * 64 * 31 * 31 * 27, gram_flop = 2.0 * 64 * 64 * 31 * 31;
    assert_close(number(conv, "forward_flop"), conv_flop, 1e-7, 0);
    assert_close(number(conv, "backward_flop"), conv_flop, 1e-7, 0);
    assert_close(number(gram, "forward_flop"), gram_flop, 1e-7, 0);
    assert_close(number(gram, "backward_flop"), gram_flop, 1e-7, 0);
    assert_close(number(layer("pool1"), "forward_flop"), 0, 0, 0);
    double flop = 0;
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(all, "layers"), i, row) flop +=
        number(row, "forward_flop") + number(row, "backward_flop");
    assert_close(number(all, "flop"), flop, 1e-6, 0);
}

/* Two units of 16 floats, each a product and a sum, at 5.7 GHz: 365 GFLOP/s is more than
 * any core does. A measuring loop that the compiler has thinned out shows itself here. */
static void the_measured_peak_is_plausible(void **state) {
    (void)state;
    const json_t *machine = json_object_get(all, "machine");
    double peak = number(machine, "fma_gflops_1");
    double most = 64 * 5.7 * sizeof(float) / sizeof(real);
    assert_true(peak > 0.01 && peak < most);
    assert_close(number(machine, "fma_gflops"), peak, 0, 1e-9);
    assert_true(number(machine, "triad_gbs_1") > 0.01);
    assert_int_equal((int)number(all, "threads"), 1);
}

/* Three images of 16 x 16: 16 channels of 27 products each, then 32 of 8 x 8 and 144.
 * Backward goes to the weights, and from the second layer on to the images too. */
static void a_training_step_counts_weights_and_pictures(void **state) {
    (void)state;
    Outcome o = RUN("bench", "--train", "--size", "16", "--batch", "3", "--rounds", "1",
                    "--json");
    json_t *style = all;
    all = json_loads(o.out, 0, NULL);
    assert_non_null(all);
    const double first = 2.0 * 3 * 16 * 16 * 16 * 27, second = 2.0 * 3 * 8 * 8 * 32 * 144;
    assert_close(number(layer("relu1"), "forward_flop"), first, 1e-7, 0);
    assert_close(number(layer("relu1"), "backward_flop"), first, 1e-7, 0);
    assert_close(number(layer("relu2"), "forward_flop"), second, 1e-7, 0);
    assert_close(number(layer("relu2"), "backward_flop"), 2 * second, 1e-7, 0);
    /* The last pooling leaves 128 channels of one pixel, for ten classes. */
    const double linear = 2.0 * 3 * 10 * 128;
    assert_close(number(layer("linear"), "forward_flop"), linear, 1e-7, 0);
    assert_close(number(layer("linear"), "backward_flop"), 2 * linear, 1e-7, 0);
    assert_close(median("forward_ms") + median("backward_ms") + median("optimizer_ms"),
                 median("step_ms"), 1e-6, 0);
    assert_int_equal((int)number(all, "batch"), 3);
    json_decref(all);
    all = style;
}

/* One photograph of 32 x 32 and the same moved: 16 channels of 3 x 81 products, and 3 of
 * 16 x 81 at the end. The photographs have no gradient, so conv1 has that of its weights
 * only; Gram matrices are taken of the first picture alone. */
static void an_update_of_a_style_counts_both_networks(void **state) {
    (void)state;
    Outcome o = RUN("bench", "--train-style", "--size", "32", "--batch", "1", "--rounds",
                    "1", "--json");
    json_t *kept = all;
    all = json_loads(o.out, 0, NULL);
    assert_non_null(all);
    const double first = 2.0 * 2 * 32 * 32 * 16 * 243,
                 last = 2.0 * 2 * 32 * 32 * 3 * 1296;
    assert_close(number(layer("conv1"), "forward_flop"), first, 1e-7, 0);
    assert_close(number(layer("conv1"), "backward_flop"), first, 1e-7, 0);
    assert_close(number(layer("crop6"), "forward_flop"), last, 1e-7, 0);
    assert_close(number(layer("crop6"), "backward_flop"), 2 * last, 1e-7, 0);
    const double gram = 2.0 * 32 * 32 * 32 * 32;
    assert_close(number(layer("gram relu1_2"), "forward_flop"), gram, 1e-7, 0);
    assert_close(median("forward_ms") + median("backward_ms") + median("optimizer_ms"),
                 median("step_ms"), 1e-6, 0);
    assert_int_equal((int)number(all, "batch"), 1);
    json_decref(all);
    all = kept;
}

/* Of a picture of 32 x 32, and nothing goes backward. */
static void a_pass_of_a_style_is_forward_only(void **state) {
    (void)state;
    Outcome o = RUN("bench", "--stylize", "--size", "32", "--rounds", "1", "--json");
    json_t *kept = all;
    all = json_loads(o.out, 0, NULL);
    assert_non_null(all);
    const double first = 2.0 * 32 * 32 * 16 * 243;
    assert_close(number(layer("conv1"), "forward_flop"), first, 1e-7, 0);
    assert_close(number(layer("conv1"), "backward_flop"), 0, 0, 0);
    assert_close(number(layer("crop6"), "backward_flop"), 0, 0, 0);
    assert_true(median("step_ms") >= median("forward_ms"));
    json_decref(all);
    all = kept;
}

static void the_table_names_every_layer(void **state) {
    (void)state;
    Outcome o = RUN("bench", "--net", "vgg19", "--size", "32", "--rounds", "1");
    static const char *const words[] = {"relu1_1",      "relu5_1", "pool4",
                                        "gram relu3_1", "losses",  "GFLOP/s"};
    assert_int_equal(o.status, 0);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_non_null(strstr(o.out, words[i]));
}

/* Every table of kernels does the same work: the same operations, the same layers. */
static void kernels_are_chosen_by_name(void **state) {
    (void)state;
    static const char *const names[] = {"ref", "gemm", "fast"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        Outcome o = RUN("bench", "--net", "squeezenet1_1", "--size", "64", "--rounds",
                        "1", "--json", "--kernels", names[i]);
        json_t *one = json_loads(o.out, 0, NULL);
        assert_non_null(one);
        assert_string_equal(json_string_value(json_object_get(one, "kernels")), names[i]);
        assert_close(number(one, "flop"), number(all, "flop"), 1e-7, 0);
        json_decref(one);
    }
    assert_string_equal(json_string_value(json_object_get(all, "kernels")), "fast");
}

static void wrong_options_are_refused_in_one_line(void **state) {
    (void)state;
    assert_refused(RUN("bench", "--rounds", "0"), 2, "--rounds 0");
    assert_refused(RUN("bench", "--size", "15"), 2, "--size 15");
    assert_refused(RUN("bench", "--rounds", "many"), 2, "--rounds many");
    assert_refused(RUN("bench", "--rounds"), 2, "--rounds wants a value");
    assert_refused(RUN("bench", "--threads", "0"), 2, "--threads 0");
    assert_refused(RUN("bench", "--kernels", "faster"), 2, "fast|gemm|ref");
    assert_refused(RUN("bench", "--kernels", ""), 2, "--kernels");
    assert_refused(RUN("paint", "a.png", "b.png", "--kernels", "ref"), 2, "--kernels");
    assert_refused(RUN("bench", "--steps", "3"), 2, "--steps");
    assert_refused(RUN("bench", "--train", "--batch", "0"), 2, "--batch 0");
    assert_refused(RUN("bench", "--train", "--stylize"), 2, "name one of them");
    assert_refused(RUN("bench", "--stylize", "--train-style"), 2, "name one of them");
    assert_refused(RUN("bench", "photo.jpg"), 2, "no operands");
    assert_refused(RUN("bench", "--net", "vgg7"), 1, "vgg7");
    assert_refused(RUN("bench", "--weights", "none.safetensors"), 1, "none.safetensors");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_whole_and_its_times_fit_into_each_other),
        cmocka_unit_test(operations_are_those_of_the_textbook),
        cmocka_unit_test(the_measured_peak_is_plausible),
        cmocka_unit_test(a_training_step_counts_weights_and_pictures),
        cmocka_unit_test(an_update_of_a_style_counts_both_networks),
        cmocka_unit_test(a_pass_of_a_style_is_forward_only),
        cmocka_unit_test(the_table_names_every_layer),
        cmocka_unit_test(kernels_are_chosen_by_name),
        cmocka_unit_test(wrong_options_are_refused_in_one_line),
    };
    return cmocka_run_group_tests(tests, make_folder, end_run);
}
