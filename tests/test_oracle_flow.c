/* Optical flow against PyTorch and NumPy: the warp, the temporal loss, which pixels of a
 * flow can be trusted, and the colours of its picture. */
#include "flow/consistency.h"
#include "flow/wheel.h"
#include "losses/ops.h"
#include "nn/ops.h"
#include "tests/oracle.h"

static int begin(void **state) {
    (void)state;
    oracle_open("tests/golden/torch_flow.npz");
    return 0;
}

/* Near: between the next pixels. Far: many places are beyond the edge. */
static void warp_agrees_with_torch(void **state) {
    (void)state;
    const char *cases[] = {"warp_near", "warp_far"};
    for (int i = 0; i < 2; i++) {
        Node *x = leaf(cases[i], "x"), *f = leaf(cases[i], "f");
        Node *y = ag_warp(x, f);
        tape_backward_from(tape, y, expected(cases[i], "dy").data);
        check_value(y, cases[i], "y");
        check_gradient(x, cases[i], "dx");
        check_gradient(f, cases[i], "df");
    }
}

static void temporal_agrees_with_torch(void **state) {
    (void)state;
    Node *a = leaf("temporal", "a"), *b = leaf("temporal", "b"),
         *t = leaf("temporal", "t");
    Node *y = ag_temporal(a, b, t);
    tape_backward_from(tape, y, expected("temporal", "dy").data);
    check_value(y, "temporal", "y");
    check_gradient(a, "temporal", "da");
    check_gradient(b, "temporal", "db");
    check_gradient(t, "temporal", "dt");
}

/* The plain function is the op. */
static void warped_images_are_those_of_the_op(void **state) {
    (void)state;
    Tensor x = {{1, 3, 5, 7}, expected("warp_far", "x").data};
    Tensor f = {{1, 2, 5, 7}, expected("warp_far", "f").data};
    Tensor y = image_warped(arena, x, f);
    assert_all_close(y.data, expected("warp_far", "y").data, shape_size(y.shape), CLOSE);
}

static void reliability_agrees_with_numpy(void **state) {
    (void)state;
    Tensor sure =
        flow_reliability(arena, expected("sure", "flow"), expected("sure", "back"));
    Tensor y = expected("sure", "y");
    assert_int_equal(shape_size(sure.shape), shape_size(y.shape));
    assert_all_close(sure.data, y.data, shape_size(y.shape), CLOSE);
}

static void colours_agree_with_numpy(void **state) {
    (void)state;
    Tensor picture = flow_picture(arena, expected("wheel", "flow"), 2.5);
    Tensor y = expected("wheel", "y");
    assert_true(shape_equal(picture.shape, y.shape));
    assert_all_close(picture.data, y.data, shape_size(y.shape), CLOSE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, oracle_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(warp_agrees_with_torch),
        TEST(temporal_agrees_with_torch),
        TEST(warped_images_are_those_of_the_op),
        TEST(reliability_agrees_with_numpy),
        TEST(colours_agree_with_numpy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
