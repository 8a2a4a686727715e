/* The ops that move elements, and the matrix product. */
#include <string.h>

#include "autograd/ops.h"
#include "tests/test.h"

/* A variable that counts 0, 1, 2, ... */
static Node *counting(Tape *tape, Shape shape) {
    Node *x = tape_example_variable(tape, shape);
    for (size_t i = 0; i < shape_size(shape); i++)
        x->value[i] = (real)i;
    return x;
}

static void check_values(const Node *y, Shape shape, const real *expected) {
    assert_string_equal(SHAPE(y->shape), SHAPE(shape));
    assert_all_close(y->value, expected, shape_size(shape), 0);
}

static void reshape_keeps_the_order(void **state) {
    (void)state;
    Tape *tape = tape_new();
    const real expected[] = {0, 1, 2, 3, 4, 5};
    Node *x = counting(tape, (Shape){1, 2, 1, 3});
    check_values(ag_reshape(x, (Reshape){{1, 1, 3, 2}}), (Shape){1, 1, 3, 2}, expected);
    tape_free(tape);
}

/* ((0 1 2) (3 4 5)) becomes ((0 3) (1 4) (2 5)), in each of two channels. */
static void transpose_swaps_rows_and_columns(void **state) {
    (void)state;
    Tape *tape = tape_new();
    const real expected[] = {0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11};
    Node *x = counting(tape, (Shape){1, 2, 2, 3}), *y = ag_transpose(x);
    check_values(y, (Shape){1, 2, 3, 2}, expected);
    assert_same_bits(ag_transpose(y)->value, x->value, 12);
    tape_free(tape);
}

/* Two images: (0 1 | 2 3) and (10 | 11) join as 0 1 10, 2 3 11. */
static void concat_joins_channels_picture_by_picture(void **state) {
    (void)state;
    Tape *tape = tape_new();
    Node *a = counting(tape, (Shape){2, 2, 1, 1}),
         *b = counting(tape, (Shape){2, 1, 1, 1});
    b->value[0] = 10;
    b->value[1] = 11;
    const real expected[] = {0, 1, 10, 2, 3, 11}, seed[] = {1, 2, 3, 4, 5, 6};
    const real da[] = {1, 2, 4, 5}, db[] = {3, 6};
    Node *y = ag_concat(2, (Node *[]){a, b});
    check_values(y, (Shape){2, 3, 1, 1}, expected);
    tape_backward_from(tape, y, seed);
    assert_all_close(a->grad, da, 4, 0);
    assert_all_close(b->grad, db, 2, 0);
    tape_free(tape);
}

/* Element (n, c, h, w) of the (2, 2, 2, 3) tensor x is 12 n + 6 c + 3 h + w. */
static void slice_cuts_along_every_axis(void **state) {
    (void)state;
    Tape *tape = tape_new();
    Node *x = counting(tape, (Shape){2, 2, 2, 3});
    const real n[] = {12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23};
    check_values(ag_slice(x, (Slice){0, 1, 1}), (Shape){1, 2, 2, 3}, n);
    const real c[] = {6, 7, 8, 9, 10, 11, 18, 19, 20, 21, 22, 23};
    check_values(ag_slice(x, (Slice){1, 1, 1}), (Shape){2, 1, 2, 3}, c);
    const real h[] = {0, 1, 2, 6, 7, 8, 12, 13, 14, 18, 19, 20};
    check_values(ag_slice(x, (Slice){2, 0, 1}), (Shape){2, 2, 1, 3}, h);
    const real w[] = {1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17, 19, 20, 22, 23};
    Node *y = ag_slice(x, (Slice){3, 1, 2});
    check_values(y, (Shape){2, 2, 2, 2}, w);
    tape_backward(tape, ag_sum(y));
    for (int i = 0; i < 24; i++)
        assert_close(x->grad[i], i % 3 > 0, 0, 0);
    tape_free(tape);
}

/* Element (h, w) of the (3, 4) plane x is 4 h + w. The box 1 1 2 2 holds 5 6 9 10; moved
 * to 0 2 and one row high it holds 2 3. */
static void crop_follows_its_box_and_fills_with_zeros(void **state) {
    (void)state;
    Tape *tape = tape_new();
    Node *x = counting(tape, (Shape){1, 1, 3, 4});
    Node *box = tape_example_constant(tape, (Shape){1, 1, 1, 4});
    const real first[] = {1, 1, 2, 2}, then[] = {0, 2, 1, 2}, none[] = {3, 4, 0, 0};
    memcpy(box->value, first, sizeof first);
    Node *y = ag_crop(x, box, (Crop){2, 3});
    check_values(y, (Shape){1, 1, 2, 3}, (const real[]){5, 6, 0, 9, 10, 0});
    memcpy(box->value, then, sizeof then);
    tape_forward(tape);
    check_values(y, (Shape){1, 1, 2, 3}, (const real[]){2, 3, 0, 0, 0, 0});
    tape_backward_from(tape, y, (const real[]){1, 2, 3, 4, 5, 6});
    const real dx[] = {0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0};
    assert_all_close(x->grad, dx, 12, 0);
    memcpy(box->value, none, sizeof none);
    tape_forward(tape);
    for (int i = 0; i < 6; i++)
        assert_close(y->value[i], 0, 0, 0);
    tape_free(tape);
}

/* PyTorch: a = arange(12) - 5 as (2,1,3,2), b = arange(16)^2 / 8 - 3 as (2,1,2,4), and
 * dY = (7 i mod 11) - 5. All numbers are exact in float. */
static const real product[] = {19, 13.875, 6.5,   -3.125,  11,  8.375,   4.5,   -0.625,
                               3,  2.875,  2.5,   1.875,   35,  43.375,  52.5,  62.375,
                               75, 93.875, 114.5, 136.875, 115, 144.375, 176.5, 211.375};
static const real product_da[] = {4.875,  17.875,  -4.375, 4.625, 15.25,   -12.75,
                                  55.375, 126.375, -35,    -73,   -15.375, -30.375};
static const real product_db[] = {26, -4, -1,  -20, 18, -2, 0,   -20,
                                  8,  5,  -20, -1,  10, 6,  -20, -2};

static void matmul_agrees_with_pytorch(void **state) {
    (void)state;
    Tape *tape = tape_new();
    Node *a = counting(tape, (Shape){2, 1, 3, 2}),
         *b = counting(tape, (Shape){2, 1, 2, 4});
    real seed[24];
    for (int i = 0; i < 24; i++)
        seed[i] = (real)(7 * i % 11 - 5);
    for (int i = 0; i < 12; i++)
        a->value[i] = (real)(i - 5);
    for (int i = 0; i < 16; i++)
        b->value[i] = (real)(i * i) / 8 - 3;
    Node *at = ag_transpose(a), *bt = ag_transpose(b);
    for (int flags = 0; flags < 4; flags++) {
        Matmul params = {.transpose_a = flags & 1, .transpose_b = flags & 2};
        Node *y = ag_matmul(flags & 1 ? at : a, flags & 2 ? bt : b, params);
        check_values(y, (Shape){2, 1, 3, 4}, product);
        tape_backward_from(tape, y, seed);
        assert_all_close(a->grad, product_da, 12, 0);
        assert_all_close(b->grad, product_db, 16, 0);
    }
    tape_free(tape);
}

/* ---- refusals ---- */

static void reshape_to_7(void *x) {
    ag_reshape(x, (Reshape){{1, 1, 1, 7}});
}

static void slice_beyond_the_end(void *x) {
    ag_slice(x, (Slice){.axis = 3, .start = 2, .count = 2});
}

static void slice_a_fifth_axis(void *x) {
    ag_slice(x, (Slice){.axis = 4, .start = 0, .count = 1});
}

static void crop_beyond_the_end(void *x) {
    Node *node = x, *box = tape_example_constant(node->tape, (Shape){1, 1, 1, 4});
    memcpy(box->value, (const real[]){1, 0, 2, 2}, 4 * sizeof(real));
    ag_crop(x, box, (Crop){2, 2});
}

static void crop_without_a_box(void *x) {
    ag_crop(x, x, (Crop){2, 2});
}

static void multiply_by_itself(void *x) {
    ag_matmul(x, x, (Matmul){0});
}

static void concat_other_rows(void *x) {
    ag_concat(2, (Node *[]){x, ag_transpose(x)});
}

static void subtract_transposed(void *x) {
    ag_sub(x, ag_transpose(x));
}

static void shapes_that_do_not_fit_are_refused(void **state) {
    (void)state;
    Tape *tape = tape_new();
    Node *x = counting(tape, (Shape){1, 1, 2, 3});
    assert_check_fails(reshape_to_7, x, "(1,1,2,3) has 6 elements, (1,1,1,7) has 7");
    assert_check_fails(slice_beyond_the_end, x, "2 places from 2 on along axis 3");
    assert_check_fails(slice_a_fifth_axis, x, "axis 4");
    assert_check_fails(crop_beyond_the_end, x, "1 0 2 2 does not fit into (1,1,2,3)");
    assert_check_fails(crop_without_a_box, x, "top, left, height, width, not (1,1,2,3)");
    assert_check_fails(multiply_by_itself, x, "(1,1,2,3) times (1,1,2,3)");
    assert_check_fails(concat_other_rows, x, "only the channels may differ");
    assert_check_fails(subtract_transposed, x, "sub: (1,1,2,3) against (1,1,3,2)");
    tape_free(tape);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reshape_keeps_the_order),
        cmocka_unit_test(transpose_swaps_rows_and_columns),
        cmocka_unit_test(concat_joins_channels_picture_by_picture),
        cmocka_unit_test(slice_cuts_along_every_axis),
        cmocka_unit_test(crop_follows_its_box_and_fills_with_zeros),
        cmocka_unit_test(matmul_agrees_with_pytorch),
        cmocka_unit_test(shapes_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
