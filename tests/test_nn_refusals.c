/* The inputs that layers refuse, and the messages. */
#include "nn/ops.h"
#include "tests/layers.h"

typedef struct Misfit {
    Shape x, w, b;
    Conv2d p;
} Misfit;

static void misfit_conv2d(void *argument) {
    const Misfit *m = argument;
    Node *b = m->b.n ? variable(m->b, 1, 3) : NULL;
    ag_conv2d(variable(m->x, 1, 3), variable(m->w, 1, 3), b, m->p);
}

static void conv2d_refuses_wrong_channel_count(void **state) {
    (void)state;
    Misfit m = {.x = {1, 4, 8, 9}, .w = {2, 3, 3, 3}};
    assert_check_fails(misfit_conv2d, &m,
                       "conv2d: input has 4 channels, weight needs 3: (1,4,8,9) against "
                       "(2,3,3,3)");
}

static void conv2d_refuses_a_bias_of_wrong_length(void **state) {
    (void)state;
    Misfit m = {.x = {1, 3, 8, 9}, .w = {2, 3, 3, 3}, .b = {1, 3, 1, 1}};
    assert_check_fails(misfit_conv2d, &m,
                       "conv2d: bias (1,3,1,1) against weight (2,3,3,3)");
}

static void conv2d_refuses_a_kernel_larger_than_the_image(void **state) {
    (void)state;
    Misfit m = {.x = {1, 3, 2, 9}, .w = {2, 3, 5, 3}, .p = {.pad = 1}};
    assert_check_fails(misfit_conv2d, &m, "(2,3,5,3) against (1,3,2,9)");
}

static void conv2d_refuses_to_mirror_more_than_there_is(void **state) {
    (void)state;
    Misfit m = {
        .x = {1, 3, 8, 2}, .w = {2, 3, 3, 3}, .p = {.pad = 2, .mode = PAD_REFLECT}};
    assert_check_fails(misfit_conv2d, &m,
                       "(1,3,8,2) is too small to be mirrored by 2 pixels");
}

static void conv2d_refuses_a_negative_stride(void **state) {
    (void)state;
    Misfit m = {.x = {1, 3, 8, 8}, .w = {2, 3, 3, 3}, .p = {.stride = -1}};
    assert_check_fails(misfit_conv2d, &m, "conv2d: stride -1");
}

static void conv2d_refuses_groups_that_do_not_divide_the_channels(void **state) {
    (void)state;
    Misfit in = {.x = {1, 4, 8, 8}, .w = {6, 2, 3, 3}, .p = {.groups = 3}};
    assert_check_fails(misfit_conv2d, &in,
                       "conv2d: input has 4 channels, weight needs 6: (1,4,8,8) against "
                       "(6,2,3,3)");
    Misfit out = {.x = {1, 4, 8, 8}, .w = {3, 2, 3, 3}, .p = {.groups = 2}};
    assert_check_fails(misfit_conv2d, &out, "conv2d: 2 groups for 3 output channels");
    Misfit negative = {.x = {1, 4, 8, 8}, .w = {4, 4, 3, 3}, .p = {.groups = -1}};
    assert_check_fails(misfit_conv2d, &negative, "conv2d: -1 groups, dilation 0");
}

static void conv2d_refuses_a_window_that_reaches_beyond_the_image(void **state) {
    (void)state;
    Misfit m = {.x = {1, 2, 8, 6}, .w = {2, 2, 3, 3}, .p = {.dilation = 3}};
    assert_check_fails(misfit_conv2d, &m, "(2,2,3,3) against (1,2,8,6)");
    m.p.dilation = -2;
    assert_check_fails(misfit_conv2d, &m, "dilation -2");
}

static void misfit_pool(void *argument) {
    ag_max_pool(variable((Shape){1, 2, 3, 8}, 1, 3), *(Pool2d *)argument);
}

static void pooling_refuses_impossible_windows(void **state) {
    (void)state;
    assert_check_fails(misfit_pool, &((Pool2d){.kernel = 4}),
                       "max_pool: kernel 4 does not fit into (1,2,3,8)");
    assert_check_fails(misfit_pool, &((Pool2d){.kernel = 0}), "kernel 0");
    assert_check_fails(misfit_pool, &((Pool2d){.kernel = 17}), "kernel 17, not 1 to 16");
    assert_check_fails(misfit_pool, &((Pool2d){.kernel = 3, .pad = 2}),
                       "pad 2 is more than half of kernel 3");
    assert_check_fails(misfit_pool, &((Pool2d){.kernel = 2, .stride = -2}), "stride -2");
}

static void misfit_linear(void *argument) {
    const Shape *w = argument;
    ag_linear(variable((Shape){2, 3, 4, 5}, 1, 3), variable(w[0], 1, 3),
              variable(w[1], 1, 3));
}

static void linear_refuses_wrong_sizes(void **state) {
    (void)state;
    Shape length[] = {{1, 1, 7, 59}, {1, 7, 1, 1}},
          bias[] = {{1, 1, 7, 60}, {1, 6, 1, 1}};
    Shape rank[] = {{7, 60, 1, 1}, {1, 7, 1, 1}};
    assert_check_fails(misfit_linear, length,
                       "60 elements for each image, weight needs 59: (2,3,4,5) against "
                       "(1,1,7,59)");
    assert_check_fails(misfit_linear, bias, "bias (1,6,1,1) against weight (1,1,7,60)");
    assert_check_fails(misfit_linear, rank, "(1,1,o,k), got (7,60,1,1)");
}

static void misfit_normalize(void *argument) {
    const Shape *x = argument;
    ag_normalize(variable(*x, 1, 3), (Normalize){{0, 0, 0}, {1, 0, 1}});
}

static void normalize_refuses_other_than_three_channels_and_zero(void **state) {
    (void)state;
    assert_check_fails(misfit_normalize, &((Shape){1, 4, 2, 2}), "this is (1,4,2,2)");
    assert_check_fails(misfit_normalize, &((Shape){1, 3, 2, 2}),
                       "deviation of channel 1 is 0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(conv2d_refuses_wrong_channel_count),
        TEST(conv2d_refuses_a_bias_of_wrong_length),
        TEST(conv2d_refuses_a_kernel_larger_than_the_image),
        TEST(conv2d_refuses_to_mirror_more_than_there_is),
        TEST(conv2d_refuses_a_negative_stride),
        TEST(conv2d_refuses_groups_that_do_not_divide_the_channels),
        TEST(conv2d_refuses_a_window_that_reaches_beyond_the_image),
        TEST(pooling_refuses_impossible_windows),
        TEST(linear_refuses_wrong_sizes),
        TEST(normalize_refuses_other_than_three_channels_and_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
