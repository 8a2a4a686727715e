#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tensor/check.h"
#include "tensor/error.h"
#include "tensor/named.h"
#include "tensor/sanitizer.h"

#define SAMPLES 200000

/* ---- arena ---- */

static void arena_memory_is_zeroed_and_aligned(void **state) {
    (void)state;
    Arena *arena = arena_new();
    const size_t sizes[] = {0, 1, 63, 64, 65, 1000, (size_t)5 << 20, 3};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        unsigned char *bytes = arena_alloc(arena, sizes[k]);
        assert_non_null(bytes);
        assert_int_equal((uintptr_t)bytes % ARENA_ALIGNMENT, 0);
        for (size_t i = 0; i < sizes[k]; i++)
            if (bytes[i] != 0) fail_msg("byte %zu of %zu is not 0", i, sizes[k]);
        memset(bytes, 0xff, sizes[k]);
    }
    arena_free(arena);
}

/* 3000 arrays of growing length do not fit into the first blocks; all of them still hold
 * what was written when the last one has been handed out. */
static void arena_pointers_never_move(void **state) {
    (void)state;
    enum { ARRAYS = 3000 };
    static int *array[ARRAYS];
    Arena *arena = arena_new();
    for (int k = 0; k < ARRAYS; k++) {
        array[k] = ARENA_NEW(arena, int, (size_t)k + 1);
        for (int i = 0; i <= k; i++)
            array[k][i] = k - i;
    }
    for (int k = 0; k < ARRAYS; k++)
        for (int i = 0; i <= k; i++)
            if (array[k][i] != k - i) fail_msg("array %d was overwritten at %d", k, i);
    arena_free(arena);
}

/* 1 -> 64, 64 -> 64, 65 -> 128 and 0 -> 64 bytes: 320. */
static void arena_used_counts_whole_cache_lines(void **state) {
    (void)state;
    Arena *arena = arena_new();
    assert_int_equal(arena_used(arena), 0);
    arena_alloc(arena, 1);
    arena_alloc(arena, 64);
    arena_alloc(arena, 65);
    arena_alloc(arena, 0);
    assert_int_equal(arena_used(arena), 320);
    arena_free(arena);
    arena_free(NULL);
}

/* Requests lie in one block, but the byte after each is nobody's. */
static void the_sanitizer_sees_the_end_of_a_request(void **state) {
    (void)state;
#ifdef SANITIZER_WATCHES
    const size_t sizes[] = {1, 63, 64, 65, 5 << 20};
    Arena *arena = arena_new();
    for (size_t k = 0; k < 5; k++) {
        const unsigned char *bytes = arena_alloc(arena, sizes[k]);
        assert_false(__asan_address_is_poisoned(bytes + sizes[k] - 1));
        assert_true(__asan_address_is_poisoned(bytes + sizes[k]));
    }
    arena_free(arena);
#else
    print_message("skipped: this program is built without the address sanitizer\n");
    skip();
#endif
}

static void arena_string_is_a_copy(void **state) {
    (void)state;
    Arena *arena = arena_new();
    char text[] = "relu4_2";
    const char *copy = arena_string(arena, text);
    text[0] = '?';
    assert_string_equal(copy, "relu4_2");
    arena_free(arena);
}

static void ask_for_everything(void *arena) {
    arena_alloc_array(arena, SIZE_MAX / 4, 8);
}

static void arena_refuses_a_product_that_overflows(void **state) {
    (void)state;
    Arena *arena = arena_new();
    assert_check_fails(ask_for_everything, arena, "no memory for");
    arena_free(arena);
}

/* ---- shapes and tensors ---- */

static void shape_size_is_the_product_of_its_sides(void **state) {
    (void)state;
    assert_int_equal(shape_size((Shape){2, 3, 5, 7}), 210);
    assert_int_equal(shape_size(SCALAR), 1);
    assert_int_equal(shape_size((Shape){1, 3, 40000, 40000}), (size_t)4800000000);
    assert_string_equal(SHAPE(((Shape){1, 3, 256, 128})), "(1,3,256,128)");
    assert_true(shape_equal((Shape){1, 2, 3, 4}, (Shape){1, 2, 3, 4}));
    assert_false(shape_equal((Shape){1, 2, 3, 4}, (Shape){1, 2, 4, 3}));
}

static void take_size(void *shape) {
    (void)shape_size(*(Shape *)shape);
}

static void shape_size_refuses_empty_and_gigantic_shapes(void **state) {
    (void)state;
    Shape empty = {1, 0, 4, 4}, gigantic = {1 << 30, 1 << 30, 1 << 30, 1};
    assert_check_fails(take_size, &empty, "(1,0,4,4) has an empty side");
    assert_check_fails(take_size, &gigantic, "is too large");
}

/* Element (1, 2, 3, 4) of (2, 3, 4, 5): ((1 * 3 + 2) * 4 + 3) * 5 + 4 = 119, the last. */
static void tensor_at_counts_columns_fastest(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Tensor t = tensor_alloc(arena, (Shape){2, 3, 4, 5});
    assert_ptr_equal(tensor_at(t, 0, 0, 0, 0), t.data);
    assert_ptr_equal(tensor_at(t, 0, 0, 0, 1), t.data + 1);
    assert_ptr_equal(tensor_at(t, 1, 2, 3, 4), t.data + 119);
    arena_free(arena);
}

static void take_element_outside(void *t) {
    tensor_at(*(Tensor *)t, 0, 0, 2, 0);
}

static void copy_into_another_shape(void *t) {
    Tensor flat = {(Shape){1, 1, 1, 4}, ((Tensor *)t)->data};
    tensor_copy(flat, *(Tensor *)t);
}

static void check_names_file_function_and_shape(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Tensor t = tensor_alloc(arena, (Shape){1, 1, 2, 2});
    assert_check_fails(take_element_outside, &t, "element (0,0,2,0)");
    assert_check_fails(take_element_outside, &t, "of a tensor (1,1,2,2)");
    assert_check_fails(take_element_outside, &t, "tensor/tensor.c:");
    assert_check_fails(take_element_outside, &t, "tensor_at: ");
    assert_check_fails(copy_into_another_shape, &t, "copy of (1,1,2,2) into (1,1,1,4)");
    arena_free(arena);
}

static void tensor_clone_shares_nothing(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Tensor a = tensor_alloc(arena, (Shape){1, 2, 2, 3});
    tensor_fill(a, (real)1.5);
    Tensor b = tensor_clone(arena, a);
    tensor_fill(a, 2);
    for (int i = 0; i < 12; i++)
        assert_close(b.data[i], 1.5, 0, 0);
    tensor_copy(b, a);
    assert_same_bits(b.data, a.data, 12);
    arena_free(arena);
}

static void tensor_finite_sees_one_bad_element(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Tensor t = tensor_alloc(arena, (Shape){1, 2, 3, 3});
    assert_true(tensor_finite(t));
    t.data[17] = (real)NAN;
    assert_false(tensor_finite(t));
    t.data[17] = (real)-INFINITY;
    assert_false(tensor_finite(t));
    t.data[17] = REAL_MAX;
    assert_true(tensor_finite(t));
    arena_free(arena);
}

/* Of eight columns the first and last three are shown, the two between become dots. */
static void tensor_print_shows_both_ends_of_a_long_row(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Tensor t = tensor_alloc(arena, (Shape){1, 1, 1, 8});
    for (int i = 0; i < 8; i++)
        t.data[i] = (real)(10 + i);
    char text[512] = "";
    FILE *out = fmemopen(text, sizeof text, "w");
    tensor_print(t, out);
    fclose(out);
    assert_non_null(strstr(text, "(1,1,1,8)"));
    assert_non_null(strstr(text, " 12 "));
    assert_null(strstr(text, " 13"));
    assert_null(strstr(text, " 14"));
    assert_non_null(strstr(text, "..."));
    assert_non_null(strstr(text, " 15 "));
    arena_free(arena);
}

/* ---- random numbers ---- */

/* The published test vectors of SplitMix64, for seed 0 and seed 1234567. */
static void rng_bits_are_those_of_splitmix64(void **state) {
    (void)state;
    Rng rng = rng_seed(0);
    assert_true(rng_bits(&rng) == 0xe220a8397b1dcdafu);
    assert_true(rng_bits(&rng) == 0x6e789e6aa1b965f4u);
    assert_true(rng_bits(&rng) == 0x06c45d188009454fu);
    rng = rng_seed(1234567);
    assert_true(rng_bits(&rng) == 6457827717110365317u);
    assert_true(rng_bits(&rng) == 3203168211198807973u);
    assert_true(rng_bits(&rng) == 9817491932198370423u);
    assert_true(rng_bits(&rng) == 4593380528125082431u);
    assert_true(rng_bits(&rng) == 16408922859458223821u);
}

/* The 53 high bits of the numbers above, and the polar method on them, both computed in
 * Python with its own logarithm. */
static void rng_uniform_and_normal_agree_with_python(void **state) {
    (void)state;
    Rng rng = rng_seed(0);
    assert_close(rng_uniform(&rng), 0.8833108082136426, 0, 0);
    assert_close(rng_uniform(&rng), 0.43152799704850997, 0, 0);
    rng = rng_seed(7);
    const double expected[] = {-0.04174152338145233, 0.8764814690994567,
                               -0.3059911682027957, -0.3756298278907194};
    for (int i = 0; i < 4; i++)
        assert_close(rng_normal(&rng), expected[i], 1e-15, 0);
}

/* The series for the logarithm inside rng_normal against the C library's, seen through
 * 20000 normals made both ways. The square root halves a relative error. */
static void rng_normal_has_an_exact_logarithm(void **state) {
    (void)state;
    Rng rng = rng_seed(3), other = rng_seed(3);
    for (int i = 0; i < 20000; i++) {
        double u, v, s;
        do {
            u = 2 * rng_uniform(&other) - 1;
            v = 2 * rng_uniform(&other) - 1;
            s = u * u + v * v;
        } while (s >= 1 || s == 0);
        assert_close(rng_normal(&rng), u * sqrt(-2 * log(s) / s), 1e-12, 1e-15);
    }
}

/* n samples of a standard normal: the mean has standard error 1/sqrt(n), the variance
 * sqrt(2/n), the third moment sqrt(15/n), the fourth, which is 3, sqrt(96/n). */
static void rng_normal_has_the_moments_of_a_normal(void **state) {
    (void)state;
    Rng rng = rng_seed(11);
    double sum[5] = {0};
    for (int i = 0; i < SAMPLES; i++) {
        double x = rng_normal(&rng), power = 1;
        for (int k = 1; k <= 4; k++)
            sum[k] += power *= x;
    }
    assert_close(sum[1] / SAMPLES, 0, 0, 4 * sqrt(1.0 / SAMPLES));
    assert_close(sum[2] / SAMPLES, 1, 0, 4 * sqrt(2.0 / SAMPLES));
    assert_close(sum[3] / SAMPLES, 0, 0, 4 * sqrt(15.0 / SAMPLES));
    assert_close(sum[4] / SAMPLES, 3, 0, 4 * sqrt(96.0 / SAMPLES));
}

/* Uniform in [0, 1): mean 1/2 and variance 1/12; every tenth gets a tenth of them, with
 * standard deviation sqrt(n 0.1 0.9). */
static void rng_uniform_fills_the_interval_evenly(void **state) {
    (void)state;
    Rng rng = rng_seed(5);
    int tenth[10] = {0};
    double sum = 0;
    for (int i = 0; i < SAMPLES; i++) {
        double x = rng_uniform(&rng);
        assert_true(x >= 0 && x < 1);
        tenth[(int)(10 * x)]++;
        sum += x;
    }
    assert_close(sum / SAMPLES, 0.5, 0, 4 * sqrt(1.0 / 12 / SAMPLES));
    for (int k = 0; k < 10; k++)
        assert_close(tenth[k], SAMPLES / 10, 0, 4.5 * sqrt(SAMPLES * 0.09));
}

static void rng_below_reaches_every_number_and_no_more(void **state) {
    (void)state;
    Rng rng = rng_seed(1);
    int count[7] = {0};
    for (int i = 0; i < 7000; i++) {
        uint32_t k = rng_below(&rng, 7);
        assert_true(k < 7);
        count[k]++;
    }
    for (int k = 0; k < 7; k++) /* standard deviation sqrt(7000 1/7 6/7) = 29.3 */
        assert_close(count[k], 1000, 0, 4.5 * 29.3);
    for (int i = 0; i < 10; i++)
        assert_int_equal(rng_below(&rng, 1), 0);
}

static void filling_twice_from_one_seed_gives_the_same_tensor(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Tensor a = tensor_alloc(arena, (Shape){1, 3, 8, 8}), b = tensor_clone(arena, a);
    Rng rng = rng_seed(9);
    tensor_fill_normal(a, &rng, 5, 0.5);
    rng = rng_seed(9);
    tensor_fill_normal(b, &rng, 5, 0.5);
    assert_same_bits(a.data, b.data, 192);
    tensor_fill_uniform(b, &rng, -2, 3);
    for (int i = 0; i < 192; i++)
        assert_true(b.data[i] >= -2 && b.data[i] <= 3);
    arena_free(arena);
}

/* ---- errors and names ---- */

static void error_set_returns_false_and_cuts_long_text(void **state) {
    (void)state;
    Error err;
    assert_false(error_set(&err, "%s: no such image", "cat.png"));
    assert_string_equal(err.text, "cat.png: no such image");
    char text[2000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    assert_false(error_set(&err, "%s", text));
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
}

static void named_find_requires_the_exact_name(void **state) {
    (void)state;
    NamedTensor items[] = {{.name = "conv1.weight", .rank = 4},
                           {.name = "conv1.bias", .rank = 1}};
    NamedTensors list = {2, items};
    assert_ptr_equal(named_find(&list, "conv1.bias"), &items[1]);
    assert_null(named_find(&list, "conv1"));
    assert_null(named_find(&list, "Conv1.bias"));
    assert_null(named_find(&(NamedTensors){0}, "conv1.bias"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_memory_is_zeroed_and_aligned),
        cmocka_unit_test(arena_pointers_never_move),
        cmocka_unit_test(arena_used_counts_whole_cache_lines),
        cmocka_unit_test(the_sanitizer_sees_the_end_of_a_request),
        cmocka_unit_test(arena_string_is_a_copy),
        cmocka_unit_test(arena_refuses_a_product_that_overflows),
        cmocka_unit_test(shape_size_is_the_product_of_its_sides),
        cmocka_unit_test(shape_size_refuses_empty_and_gigantic_shapes),
        cmocka_unit_test(tensor_at_counts_columns_fastest),
        cmocka_unit_test(check_names_file_function_and_shape),
        cmocka_unit_test(tensor_clone_shares_nothing),
        cmocka_unit_test(tensor_finite_sees_one_bad_element),
        cmocka_unit_test(tensor_print_shows_both_ends_of_a_long_row),
        cmocka_unit_test(rng_bits_are_those_of_splitmix64),
        cmocka_unit_test(rng_uniform_and_normal_agree_with_python),
        cmocka_unit_test(rng_normal_has_an_exact_logarithm),
        cmocka_unit_test(rng_normal_has_the_moments_of_a_normal),
        cmocka_unit_test(rng_uniform_fills_the_interval_evenly),
        cmocka_unit_test(rng_below_reaches_every_number_and_no_more),
        cmocka_unit_test(filling_twice_from_one_seed_gives_the_same_tensor),
        cmocka_unit_test(error_set_returns_false_and_cuts_long_text),
        cmocka_unit_test(named_find_requires_the_exact_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
