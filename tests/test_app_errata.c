/* `stylegrad errata` and `stylegrad convert-loss` from outside. */
#include "tests/app.h"

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    put_image("content.png", 24, 20);
    put_image("style.png", 18, 24);
    return 0;
}

static void errata_tells_one_entry(void **state) {
    (void)state;
    Outcome o = RUN("errata", "S2-1");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.out, "14400"));
    assert_non_null(strstr(o.out, "their ratio"));
}

static void errata_lists_and_prints_all(void **state) {
    (void)state;
    Outcome list = RUN("errata");
    assert_int_equal(list.status, 0);
    assert_non_null(strstr(list.out, "S0-1 "));
    assert_non_null(strstr(list.out, "KANN-2"));
    Outcome all = RUN("errata", "all");
    assert_int_equal(all.status, 0);
    assert_true(strlen(all.out) > strlen(list.out));
}

static void errata_refuses_an_unknown_entry(void **state) {
    (void)state;
    Outcome o = RUN("errata", "S9-1");
    assert_int_equal(o.status, 1);
    assert_non_null(strstr(o.err, "there is no entry \"S9-1\""));
}

#define IMAGES in_folder("content.png"), in_folder("style.png")
#define VGG                                                                              \
    "--net", "vgg19", "--size", "24", "--content-layers", "relu1_2", "--style-layers",   \
        "relu1_1"

static void convert_loss_prints_every_form(void **state) {
    (void)state;
    Outcome o = RUN("convert-loss", IMAGES, VGG);
    assert_int_equal(o.status, 0);
    const char *const words[] = {"half-sum", "root",       "gatys",
                                 "w2",       "nine-point", "from 0 to 255"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_non_null(strstr(o.out, words[i]));
}

/* The long name of a system is understood, and the gradients have one direction. */
static void convert_loss_translates_weights(void **state) {
    (void)state;
    Outcome o =
        RUN("convert-loss", IMAGES, VGG, "--from", "neural-style", "--to", "gatys");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.out, "ns 5/100/0.001 is, in the units of gatys, 0.001/"));
    assert_non_null(strstr(o.out, "cosine is 1.0000"));
}

/* Our network has conv layers of four blocks: what Gatys takes from the fifth is left
 * out, and each of SqueezeNet's four layers has one of ours for it, with its own weight.
 */
static void convert_loss_takes_layers_that_the_network_has(void **state) {
    (void)state;
    Outcome ns =
        RUN("convert-loss", IMAGES, "--size", "24", "--from", "ns", "--to", "gatys");
    assert_int_equal(ns.status, 0);
    assert_non_null(strstr(ns.err, "relu5_1 of ns is left out"));
    assert_non_null(strstr(ns.out, "  relu4_1 "));
    assert_null(strstr(ns.out, "  relu1_2 "));
    Outcome c2 = RUN("convert-loss", IMAGES, "--size", "24", "--from", "c2-starry",
                     "--to", "gatys");
    assert_int_equal(c2.status, 0);
    assert_non_null(strstr(c2.out, "  relu1_1          300000 "));
    assert_non_null(strstr(c2.out, "  relu4_1               3 "));
    assert_null(strstr(c2.out, "  relu1_2 "));
}

static void convert_loss_refuses_half_a_question(void **state) {
    (void)state;
    Outcome half = RUN("convert-loss", IMAGES, VGG, "--from", "ns");
    assert_int_equal(half.status, 1);
    assert_non_null(strstr(half.err, "--from and --to together"));
    Outcome unknown = RUN("convert-loss", IMAGES, VGG, "--from", "ns", "--to", "nobody");
    assert_int_equal(unknown.status, 1);
    assert_non_null(strstr(unknown.err, "nobody"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errata_tells_one_entry),
        cmocka_unit_test(errata_lists_and_prints_all),
        cmocka_unit_test(errata_refuses_an_unknown_entry),
        cmocka_unit_test(convert_loss_prints_every_form),
        cmocka_unit_test(convert_loss_translates_weights),
        cmocka_unit_test(convert_loss_takes_layers_that_the_network_has),
        cmocka_unit_test(convert_loss_refuses_half_a_question),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
