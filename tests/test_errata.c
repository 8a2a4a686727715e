/* Every entry of the errata that computes two numbers, held to a factor from arithmetic.
 */
#include <math.h>
#include <string.h>

#include "errata/show.h"
#include "tests/test.h"

#ifdef REAL_DOUBLE
#define NEAR 1e-6 /* Adam's epsilon, 1e-8, is in some */
#else
#define NEAR 2e-4
#endif

/* said / right; N = 5 channels and M = 24 positions where nothing else is said. */
static const struct {
    const char *id;
    double ratio;
} expected[] = {
    {"S0-1", 0},           /* none of 5 */
    {"S0-2", 3 * 16 * 16}, /* an image for a scalar */
    {"S0-3", 2},           /* one pooling in between */
    {"S0-4", 0.5},         /* 64 and 128 channels */
    {"S0-5", 4 * 24 * 24}, /* (1 / N^2) / (1 / (4 N^2 M^2)) = 4 M^2 */
    {"S0-6", 2.0 / 120},   /* (1 / (N M)) / (1 / 2) */
    {"S0-7", 0.2},         /* one channel of five */
    {"S0-8", 4 * 24 * 24},
    {"S0-9", 4},          /* 1 / (2 / 8) */
    {"S0-10", 14.0 / 84}, /* torchvision's plan, by hand: 3 5 6 10 14 | ... 68 84 */
    {"S0-11", 0.229 / 0.515},
    {"S0-12", 1.0 / 20},
    {"S0-13", 0},
    {"S0-15", 3000.0 / 1002},
    {"S0-17", -20}, /* 4 + 6 + 6 + 4 over -1 */
    {"S0-20", 2},
    {"S1-2", 0},
    {"S1-3", 400},
    {"S1-4", 0},
    {"S1-5", 3.0 / 512},
    {"S1-6", 25},
    {"S1-8", 120},
    {"S1-12", 400.0 / 120},
    {"S2-1", 14400}, /* (N M)^2, as executed in PyTorch */
    {"S2-2", 2},
    {"S2-3", 0.5},
    {"S2-4", 120.0 / 25},
    {"S2-6", 16 / 56.25}, /* G_ij: 2^2 against (1 + 4 + 9 + 16) / 4 = 7.5, squared */
    {"S2-7", 1.25 / 3},
    {"S2-8", 2.5 / 4},
    {"S2-9", 1},
    {"S2-12", 1},
    {"S2-13", 19}, /* m = 0.1 (1 - 0.9 + 0.81 - ...) = 1 / 19, v = 1 */
    {"S2-14", 0.02},
    {"S3-2", 1024}, /* (64 512^2 / (512 32^2))^2 */
    {"S3-3", 2},
    {"S3-4", 4}, /* 2^10 / 2^8 */
    {"S3-6", 0},
    {"S3-12", 188.0 / 84}, /* 84 100 116 124 | 156 188 */
    {"S4-1", 4.0 / 10},
    {"S4-3", 3.0 / 512},
    {"S4-5", 7.0 * 7 / (16 * 16)},
    {"S4-10", 1.0 / 99}, /* D / (1 - D) */
    {"S4-11", 4.0 / 6},
    {"NS-1", 0.5},
    {"NS-2", 256.0 / 255},
    {"PT-1", 6}, /* N M times 2 3 / (N M) */
    {"PT-3", 0.1},
    {"PY-1", 14.0 / 84},
    {"KE-1", 4},
    {"TT-1", 8}, /* d / d^2 */
    {"D2-2", 28.0 * 28 / 512},
    {"C2-1", 30},
    {"CY-1", 0.2},
    {"CY-2", 0},
    {"GO-1", 262144e9}, /* 2^41 < 3e12 < 2^42, 24 bits: 2^18 */
    {"KANN-1", 0},
    {"KANN-2", 2.0 / 3},
};
enum { EXPECTED = sizeof expected / sizeof *expected };

static void every_factor_is_what_arithmetic_says(void **state) {
    (void)state;
    for (int i = 0; i < EXPECTED; i++) {
        Error err;
        const Erratum *e = errata_find(expected[i].id, &err);
        if (!e) fail_msg("%s", err.text);
        const ErrataNumbers n = errata_run(e);
        if (!(fabs(n.said / n.right - expected[i].ratio) <=
              NEAR * fabs(expected[i].ratio)))
            fail_msg("%s: %.10g / %.10g is not %g", e->id, n.said, n.right,
                     expected[i].ratio);
        assert_true(isfinite(n.said) && isfinite(n.right) && n.right != 0);
    }
}

static void every_entry_that_computes_is_tested(void **state) {
    (void)state;
    const Erratum *e;
    for (int i = 0; (e = errata_entry(i)); i++) {
        int rows = 0;
        for (int k = 0; k < EXPECTED; k++)
            rows += strcmp(expected[k].id, e->id) == 0;
        if (rows != (e->show != NULL)) fail_msg("%s is in %d rows", e->id, rows);
    }
}

static void every_entry_says_where_what_and_what_is_right(void **state) {
    (void)state;
    const Erratum *e, *other;
    for (int i = 0; (e = errata_entry(i)); i++) {
        assert_true(*e->where && *e->says && *e->correct);
        assert_true(!e->said_is == !e->show && !e->right_is == !e->show);
        for (int k = 0; k < i && (other = errata_entry(k)); k++)
            assert_string_not_equal(e->id, other->id);
    }
}

/* The ids of the five documents count from 1 without a gap. */
static void identifiers_of_documents_count_on(void **state) {
    (void)state;
    const Erratum *const files[] = {errata_doc000, errata_doc001, errata_doc002,
                                    errata_doc003, errata_doc004};
    for (int d = 0; d < 5; d++)
        for (int i = 0; files[d][i].id; i++) {
            char id[16];
            snprintf(id, sizeof id, "S%d-%d", d, i + 1);
            assert_string_equal(files[d][i].id, id);
        }
}

static void an_entry_is_found_in_small_letters(void **state) {
    (void)state;
    Error err;
    assert_string_equal(errata_find("s2-1", &err)->id, "S2-1");
    assert_null(errata_find("S2-99", &err));
    assert_non_null(strstr(err.text, "S2-99"));
}

/* S2-1 says that CS231n's code is 4 times Gatys' loss [executed in PyTorch]. */
static void the_code_of_document_002_is_four_times_gatys(void **state) {
    (void)state;
    Tape *tape = tape_new();
    const ErrataNumbers n = show_styles(tape, STYLE_CS231N, STYLE_GATYS);
    tape_free(tape);
    assert_close(n.said / n.right, 4, NEAR, 0);
}

/* S3-2 says 1024:256:64:16:1; a VGG has 64 512^2, 128 256^2, ... numbers in a layer, and
 * the squares of these in units of the last are 32^2, 16^2, 8^2, 4^2, 1. */
static void the_code_of_document_003_weighs_layers(void **state) {
    (void)state;
    const char *const layers[] = {"block1_conv1", "block2_conv1", "block3_conv1",
                                  "block4_conv1", "block5_conv1"};
    const double weights[] = {1024, 256, 64, 16, 1};
    const Shape image = {1, 3, 512, 512}, last = show_shape(layers[4], 512);
    const double unit = style_factor(STYLE_IMAGE_SIZE, last, image) /
                        style_factor(STYLE_GATYS, last, image);
    for (int i = 0; i < 5; i++) {
        const Shape f = show_shape(layers[i], 512);
        assert_close(style_factor(STYLE_IMAGE_SIZE, f, image) /
                         style_factor(STYLE_GATYS, f, image) / unit,
                     weights[i], 1e-12, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_factor_is_what_arithmetic_says),
        cmocka_unit_test(every_entry_that_computes_is_tested),
        cmocka_unit_test(every_entry_says_where_what_and_what_is_right),
        cmocka_unit_test(identifiers_of_documents_count_on),
        cmocka_unit_test(an_entry_is_found_in_small_letters),
        cmocka_unit_test(the_code_of_document_002_is_four_times_gatys),
        cmocka_unit_test(the_code_of_document_003_weighs_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
