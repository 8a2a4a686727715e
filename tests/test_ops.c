/* Values and slopes of the elementary ops. Numbers with many digits are PyTorch's (1.13,
 * float64); the others are arithmetic. */
#include <math.h>
#include <string.h>

#include "autograd/ops.h"
#include "tests/test.h"

#define PRECISION (4 * (double)REAL_EPSILON)

static const real some[4] = {-2, -0.5, 0.75, 3};
static const real ones[4] = {1, 1, 1, 1};

/* y = op(x) at four points, and its slopes there. */
static void check_four(Node *(*op)(Node *x), const real *at, const real *y,
                       const real *slope) {
    real numbers[4];
    memcpy(numbers, at, sizeof numbers);
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, (Tensor){(Shape){1, 1, 2, 2}, numbers});
    Node *out = op(x);
    tape_backward_from(tape, out, ones);
    for (int i = 0; i < 4; i++) {
        assert_close(out->value[i], y[i], PRECISION, 0);
        assert_close(x->grad[i], slope[i], 4 * PRECISION, 0);
    }
    tape_free(tape);
}

static void exp_agrees_with_pytorch(void **state) {
    (void)state;
    const real y[] = {(real)0.1353352832366127, (real)0.6065306597126334,
                      (real)2.117000016612675, (real)20.085536923187668};
    check_four(ag_exp, some, y, y);
}

static void tanh_agrees_with_pytorch(void **state) {
    (void)state;
    const real y[] = {(real)-0.9640275800758169, (real)-0.46211715726000974,
                      (real)0.6351489523872873, (real)0.9950547536867305};
    const real slope[] = {(real)0.07065082485316443, (real)0.7864477329659274,
                          (real)0.5965858082813315, (real)0.009866037165440166};
    real numbers[4];
    memcpy(numbers, some, sizeof numbers);
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, (Tensor){(Shape){1, 4, 1, 1}, numbers});
    Node *out = ag_tanh(x);
    tape_backward_from(tape, out, ones);
    assert_all_close(out->value, y, 4, PRECISION);
    assert_all_close(x->grad, slope, 4, PRECISION); /* 1 - y^2 loses digits near 1 */
    tape_free(tape);
}

static void sigmoid_agrees_with_pytorch(void **state) {
    (void)state;
    const real y[] = {(real)0.11920292202211755, (real)0.3775406687981454,
                      (real)0.679178699175393, (real)0.9525741268224334};
    const real slope[] = {(real)0.1049935854035065, (real)0.2350037122015945,
                          (real)0.21789499376181404, (real)0.045176659730912};
    check_four(ag_sigmoid, some, y, slope);
}

static void softplus_agrees_with_pytorch(void **state) {
    (void)state;
    const real y[] = {(real)0.1269280110429725, (real)0.4740769841801067,
                      (real)1.1368710061148999, (real)3.048587351573742};
    const real slope[] = {(real)0.11920292202211755, (real)0.37754066879814546,
                          (real)0.679178699175393, (real)0.9525741268224333};
    check_four(ag_softplus, some, y, slope);
}

/* sigmoid(-40) = e^-40 = 4.248354255291589e-18 in double; nothing overflows. */
static void sigmoid_and_softplus_are_right_for_any_number(void **state) {
    (void)state;
    const real at[] = {-40, -800, 40, 800}, zero_one[] = {0, 0, 1, 1};
    real numbers[4];
    memcpy(numbers, at, sizeof numbers);
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, (Tensor){(Shape){1, 1, 1, 4}, numbers});
    Node *s = ag_sigmoid(x), *p = ag_softplus(x);
    for (int i = 1; i < 4; i++)
        assert_close(s->value[i], zero_one[i], 0, 1e-300);
    assert_close(s->value[0], 4.248354255291589e-18, 1e-6, 0);
    assert_close(p->value[0], 4.248354255291589e-18, 1e-6, 0);
    assert_close(p->value[1], 0, 0, 1e-300);
    assert_close(p->value[2], 40, PRECISION, 0);
    assert_close(p->value[3], 800, 0, 0);
    tape_backward_from(tape, p, ones);
    assert_all_close(x->grad, zero_one, 4, PRECISION);
    assert_close(x->grad[0], 4.248354255291589e-18, 1e-6, 0);
    numbers[0] = (real)-INFINITY;
    numbers[1] = (real)INFINITY;
    tape_forward(tape);
    assert_close(s->value[0], 0, 0, 0);
    assert_close(p->value[0], 0, 0, 0);
    assert_close(s->value[1], 1, 0, 0);
    assert_true(isinf(p->value[1]));
    tape_free(tape);
}

static void log_and_sqrt_agree_with_pytorch(void **state) {
    (void)state;
    const real at[] = {0.25, 0.5, 2, 3};
    const real log_y[] = {(real)-1.3862943611198906, (real)-0.6931471805599453,
                          (real)0.6931471805599453, (real)1.0986122886681098};
    const real log_slope[] = {4, 2, 0.5, (real)0.3333333333333333};
    check_four(ag_log, at, log_y, log_slope);
    const real sqrt_y[] = {0.5, (real)0.7071067811865476, (real)1.4142135623730951,
                           (real)1.7320508075688772};
    const real sqrt_slope[] = {1, (real)0.7071067811865475, (real)0.35355339059327373,
                               (real)0.2886751345948129};
    check_four(ag_sqrt, at, sqrt_y, sqrt_slope);
}

static void log_of_zero_and_below_is_left_to_ieee(void **state) {
    (void)state;
    real numbers[] = {0, -1};
    Tape *tape = tape_new();
    Node *x = tape_constant(tape, (Tensor){(Shape){1, 1, 1, 2}, numbers});
    Node *l = ag_log(x), *s = ag_sqrt(x);
    assert_true(isinf(l->value[0]) && l->value[0] < 0 && isnan(l->value[1]));
    assert_true(s->value[0] == 0 && isnan(s->value[1]));
    tape_free(tape);
}

static void square_and_abs_at_four_points(void **state) {
    (void)state;
    const real squares[] = {4, 0.25, 0.5625, 9}, doubles[] = {-4, -1, 1.5, 6};
    const real sizes[] = {2, 0.5, 0.75, 3}, signs[] = {-1, -1, 1, 1};
    check_four(ag_square, some, squares, doubles);
    check_four(ag_abs, some, sizes, signs);
}

static void abs_has_three_pieces_and_slope_zero_at_zero(void **state) {
    (void)state;
    real numbers[] = {-3, 0, 3, (real)-0.0};
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, (Tensor){(Shape){1, 1, 1, 4}, numbers});
    Node *y = ag_abs(x);
    tape_backward_from(tape, y, ones);
    const int pieces[] = {-1, 0, 1, 0};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(op_abs.piece(y, i), pieces[i]);
        assert_close(x->grad[i], pieces[i], 0, 0);
    }
    tape_free(tape);
}

static Node *to_1_25(Node *x) {
    return ag_pow(x, (Pow){1.25});
}

static Node *to_3(Node *x) {
    return ag_pow(x, (Pow){3});
}

static Node *to_minus_1(Node *x) {
    return ag_pow(x, (Pow){-1});
}

static Node *to_0(Node *x) {
    return ag_pow(x, (Pow){0});
}

/* The slope of x^1.25 at 0 is 0; whole powers take negative numbers. */
static void pow_agrees_with_pytorch(void **state) {
    (void)state;
    const real at[] = {0, 0.5, 2, 3};
    const real y[] = {0, (real)0.42044820762685725, (real)2.378414230005442,
                      (real)3.9482220388574776};
    const real slope[] = {0, (real)1.051120519067143, (real)1.4865088937534012,
                          (real)1.6450925161906156};
    check_four(to_1_25, at, y, slope);
    const real cubes[] = {-8, -0.125, 0.421875, 27},
               cube_slopes[] = {12, 0.75, 1.6875, 27};
    check_four(to_3, some, cubes, cube_slopes);
    const real inverse[] = {-0.5, -2, (real)1.3333333333333333, (real)0.3333333333333333};
    const real inverse_slopes[] = {-0.25, -4, (real)-1.7777777777777777,
                                   (real)-0.1111111111111111};
    check_four(to_minus_1, some, inverse, inverse_slopes);
    const real zeros[] = {0, 0, 0, 0};
    check_four(to_0, at, ones, zeros);
}

static void raise_to_1_25(void *x) {
    to_1_25(x);
}

static void pow_refuses_a_broken_power_of_a_negative_number(void **state) {
    (void)state;
    real numbers[] = {1, -2};
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, (Tensor){(Shape){1, 1, 1, 2}, numbers});
    assert_check_fails(raise_to_1_25, x, "pow: element 1 is -2");
    numbers[1] = (real)NAN; /* NaN is no mistake of the programmer and passes through */
    assert_true(isnan(to_1_25(x)->value[1]));
    tape_free(tape);
}

/* a = (1, 2, 3, 4), b = (10, 20, 30, 50). */
static void arithmetic_is_element_by_element(void **state) {
    (void)state;
    real a[] = {1, 2, 3, 4}, b[] = {10, 20, 30, 50};
    const Shape shape = {1, 2, 1, 2};
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, (Tensor){shape, a});
    Node *y = tape_variable(tape, (Tensor){shape, b});
    const real plus[] = {11, 22, 33, 54}, minus[] = {-9, -18, -27, -46};
    const real times[] = {10, 40, 90, 200}, half[] = {0.5, 1, 1.5, 2};
    const real shifted[] = {0.5, 1.5, 2.5, 3.5}, minus_ones[] = {-1, -1, -1, -1};
    assert_all_close(ag_add(x, y)->value, plus, 4, 0);
    assert_all_close(ag_mul(x, y)->value, times, 4, 0);
    assert_all_close(ag_scale(x, (Scale){0.5})->value, half, 4, 0);
    assert_all_close(ag_shift(x, (Shift){-0.5})->value, shifted, 4, 0);
    Node *difference = ag_sub(x, y);
    assert_all_close(difference->value, minus, 4, 0);
    tape_backward_from(tape, difference, ones);
    assert_all_close(x->grad, ones, 4, 0);
    assert_all_close(y->grad, minus_ones, 4, 0);
    tape_free(tape);
}

/* 2 + 4 + 6 + 8 = 20, mean 5, slopes 1 and 1/4. */
static void sum_and_mean_of_four_numbers(void **state) {
    (void)state;
    real numbers[] = {2, 4, 6, 8};
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, (Tensor){(Shape){2, 1, 2, 1}, numbers});
    Node *sum = ag_sum(x), *mean = ag_mean(x);
    assert_close(node_scalar(sum), 20, 0, 0);
    assert_close(node_scalar(mean), 5, 0, 0);
    tape_backward(tape, sum);
    assert_close(x->grad[3], 1, 0, 0);
    tape_backward(tape, mean);
    assert_close(x->grad[3], 0.25, 0, 0);
    tape_free(tape);
}

/* 2^25 + 1 is no float, and a sum in float would stay at 2^25 forever; in double the
 * thousand ones arrive: 33554432 + 1000 = 33555432, which is a float. */
static void sums_are_added_in_double(void **state) {
    (void)state;
    Tape *tape = tape_new();
    Node *x = tape_example_constant(tape, (Shape){1, 1, 1, 1001});
    tensor_fill(node_tensor(x), 1);
    x->value[0] = 33554432;
    tape_forward(tape);
    assert_close(node_scalar(ag_sum(x)), 33555432, 0, 0);
    tape_free(tape);
}

/* The loss of document 004 for one real and one generated image, log D(x) +
 * log(1 - D(G(z))), with D = sigmoid: once as written and once through softplus. */
static void softplus_gives_the_logarithms_of_a_gan(void **state) {
    (void)state;
    real numbers[] = {(real)0.75, (real)-0.5};
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, (Tensor){(Shape){2, 1, 1, 1}, numbers});
    Node *truth = ag_slice(x, (Slice){0, 0, 1}), *fake = ag_slice(x, (Slice){0, 1, 1});
    Node *minus_d = ag_scale(ag_sigmoid(fake), (Scale){-1});
    Node *written =
        ag_add(ag_log(ag_sigmoid(truth)), ag_log(ag_shift(minus_d, (Shift){1})));
    tape_backward(tape, written);
    real slopes[] = {x->grad[0], x->grad[1]};
    Node *stable =
        ag_scale(ag_add(ag_softplus(ag_scale(truth, (Scale){-1})), ag_softplus(fake)),
                 (Scale){-1});
    tape_backward(tape, stable);
    assert_close(node_scalar(stable), node_scalar(written), PRECISION, 0);
    assert_all_close(x->grad, slopes, 2, PRECISION);
    tape_free(tape);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_agrees_with_pytorch),
        cmocka_unit_test(tanh_agrees_with_pytorch),
        cmocka_unit_test(sigmoid_agrees_with_pytorch),
        cmocka_unit_test(softplus_agrees_with_pytorch),
        cmocka_unit_test(sigmoid_and_softplus_are_right_for_any_number),
        cmocka_unit_test(log_and_sqrt_agree_with_pytorch),
        cmocka_unit_test(log_of_zero_and_below_is_left_to_ieee),
        cmocka_unit_test(square_and_abs_at_four_points),
        cmocka_unit_test(abs_has_three_pieces_and_slope_zero_at_zero),
        cmocka_unit_test(pow_agrees_with_pytorch),
        cmocka_unit_test(pow_refuses_a_broken_power_of_a_negative_number),
        cmocka_unit_test(arithmetic_is_element_by_element),
        cmocka_unit_test(sum_and_mean_of_four_numbers),
        cmocka_unit_test(sums_are_added_in_double),
        cmocka_unit_test(softplus_gives_the_logarithms_of_a_gan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
