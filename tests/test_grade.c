/* The messages of graders about wrong numbers. */
#include <math.h>
#include <string.h>

#include "lessons/check/diagnose.h"
#include "lessons/check/grade.h"
#include "tests/test.h"

#define N 3
#define H 5
#define W 7
#define M (H * W)
#define SIZE (N * M)

static Arena *arena;
static real *right, *got, *before;

static int make_numbers(void **state) {
    (void)state;
    Rng rng = rng_seed(7);
    arena = arena_new();
    const Shape shape = {1, N, H, W};
    Tensor a = tensor_alloc(arena, shape), b = tensor_clone(arena, a),
           c = tensor_clone(arena, a);
    tensor_fill_normal(a, &rng, 0, 1);
    tensor_fill_normal(c, &rng, 0, 1);
    right = a.data, got = b.data, before = c.data;
    return 0;
}

static int free_numbers(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

/* The diagnosis of `got` holds the words. */
static void says(const char *words, size_t n, const GradeHints *hints) {
    char text[DIAGNOSIS] = "";
    const double tolerance = sizeof(real) == sizeof(float) ? 1e-4 : 1e-6;
    const bool good = diagnose(n, got, right, tolerance, hints, text);
    if (!good && strstr(text, words)) return;
    print_error("expected \"%s\", got %s: %s\n", words, good ? "right" : "wrong", text);
    fail();
}

static void times(double factor) {
    for (int i = 0; i < SIZE; i++)
        got[i] = (real)(factor * (double)right[i]);
}

static void right_numbers_are_right(void **state) {
    (void)state;
    char text[DIAGNOSIS];
    times(1);
    assert_true(diagnose(SIZE, got, right, 1e-9, NULL, text));
}

static void factors_have_names(void **state) {
    (void)state;
    static const struct {
        double ratio;
        const char *name;
    } cases[] = {{2, "2"},
                 {0.5, "1/2"},
                 {4, "4"},
                 {0.25, "1/4"},
                 {-1, "-1"},
                 {-2, "-2"},
                 {3, "N"},
                 {35, "M"},
                 {9, "N^2"},
                 {1225, "M^2"},
                 {105, "N M"},
                 {1 / 3.0, "1/N"},
                 {1 / 105.0, "1/(N M)"},
                 {35 / 3.0, "M/N"},
                 {9 * 1225.0, "N^2 M^2"},
                 {2 / 35.0, "2/M"},
                 {1 / 70.0, "1/(2 M)"},
                 {-4 * 105.0, "-4 N M"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *name = factor_name(cases[i].ratio, N, M);
        assert_non_null(name);
        assert_string_equal(name, cases[i].name);
    }
    assert_null(factor_name(1.2345, N, M));
    assert_null(factor_name(35, 0, 0));
    assert_null(factor_name(0, N, M));
}

static void one_factor_everywhere_is_named(void **state) {
    (void)state;
    const GradeHints hints = {.channels = N, .positions = M};
    times(2);
    says("every number is 2 times the right one", SIZE, NULL);
    says("a factor 1/2 forgotten", SIZE, NULL);
    times(-1);
    says("the sign is turned", SIZE, NULL);
    times(1.0 / M);
    says("1/M times the right one (N = 3 channels, M = 35 positions)", SIZE, &hints);
    times(1.2345);
    says("1.2345 times", SIZE, &hints);
    says("1.2345 times the right one: the mean of the halves", SIZE,
         &(GradeHints){.suspects = {{1.2345, "the mean of the halves"}}});
    times(0.8);
    says("every number is 4/5 times the right one: is there a factor 4/5", SIZE, NULL);
    times(-sqrt(2));
    says("every number is -sqrt(2) times", SIZE, NULL);
    got[0] = 3, right[0] = 1;
    says("the number is N times", 1, &hints);
    got[0] = (real)1.7;
    says("by no usual factor\nyours 1.7, right 1", 1, &hints);
    right[0] = (real)0.3;
}

static void a_forgotten_plus_is_named(void **state) {
    (void)state;
    const GradeHints hints = {.before = before};
    for (int i = 0; i < SIZE; i++)
        got[i] = right[i] - before[i];
    says("missing +=", SIZE, &hints);
    for (int i = 0; i < SIZE; i++)
        got[i] = 2 * (right[i] - before[i]);
    says("2 times the right one, and += is missing", SIZE, &hints);
    for (int i = 0; i < SIZE; i++)
        got[i] = before[i] + (right[i] - before[i]) / 4;
    says("1/4 times the right one:", SIZE, &hints);
    memcpy(got, before, SIZE * sizeof *got);
    says("nothing was added", SIZE, &hints);
}

/* got is the right numbers in the order that `from` says. */
static int transposed(int i) {
    return i / M * M + i % H * W + i % M / H; /* written with columns of H numbers */
}
static int turned(int i) {
    return i / M * M + M - 1 - i % M;
}
static int mirrored(int i) {
    return i / W * W + W - 1 - i % W;
}
static int interleaved(int i) {
    return i % N * M + i / N;
}
static int swapped(int i) {
    return (N - 1 - i / M) * M + i % M;
}
static int reversed(int i) {
    return SIZE - 1 - i;
}
static int late(int i) {
    return i ? i - 1 : SIZE - 1;
}

static void a_wrong_order_is_named(void **state) {
    (void)state;
    static const struct {
        int (*from)(int i);
        const char *words;
    } orders[] = {{turned, "turned by 180"},
                  {mirrored, "mirrored"},
                  {interleaved, "pixel after"},
                  {swapped, "BGR instead of RGB"},
                  {reversed, "last one first"},
                  {late, "one place too late"},
                  {transposed, "rows and columns exchanged"}};
    const GradeHints hints = {.rows = H, .columns = W, .channels = N, .positions = M};
    for (size_t k = 0; k < sizeof orders / sizeof *orders; k++) {
        for (int i = 0; i < SIZE; i++)
            got[i] = right[orders[k].from(i)];
        says(orders[k].words, SIZE, &hints);
    }
    for (int i = 0; i < SIZE; i++)
        got[i] = 2 * right[turned(i)];
    says("turned by 180 degrees: correlation and convolution are exchanged, or both "
         "indices run backwards, and times 2",
         SIZE, &hints);
    for (int i = 0; i < SIZE; i++)
        got[i] = before[i] + right[mirrored(i)] - before[mirrored(i)];
    says("mirrored", SIZE, &(GradeHints){.rows = H, .columns = W, .before = before});
}

static void changed_values_are_named(void **state) {
    (void)state;
    memset(got, 0, SIZE * sizeof *got);
    says("all zero", SIZE, NULL);
    says("nobody looks", SIZE, &(GradeHints){.suspects = {{0, "nobody looks"}}});
    times(1);
    got[17] = (real)NAN;
    says("number 17 is nan", SIZE, NULL);
    got[17] = -(real)NAN;
    says("number 17 is nan", SIZE, NULL);
    got[17] = right[17];
    got[W - 1] = got[M - 1] = (real)NAN;
    says("only the last column is wrong, number 6 is nan", SIZE,
         &(GradeHints){.rows = H, .columns = W});
    got[W - 1] = -(real)INFINITY;
    says("number 6 is -inf", SIZE, NULL);
    for (int i = 0; i < SIZE; i++)
        got[i] = (real)fabs((double)right[i]);
    says("not the signs", SIZE, NULL);
    for (int i = 0; i < SIZE; i++)
        got[i] = right[i] + (real)0.5;
    says("every number is 0.5 too large", SIZE, NULL);
    for (int i = 0; i < SIZE; i++)
        got[i] = right[i] * right[i];
    says("a root is missing", SIZE, NULL);
    memcpy(got, before, SIZE * sizeof *got);
    says("none of the numbers is right", SIZE, NULL);
}

static void where_numbers_are_wrong_is_named(void **state) {
    (void)state;
    const GradeHints hints = {.rows = H, .columns = W};
    times(1);
    for (int c = 0; c < N; c++)
        for (int j = 0; j < W; j++)
            got[c * M + j] /= 2;
    says("only the first row is wrong: 1/2 times", SIZE, &hints);
    for (int c = 0; c < N; c++)
        for (int i = 0; i < H; i++)
            got[c * M + i * W] = got[c * M + i * W + W - 1] = 9;
    says("only the border is wrong\nnumber", SIZE, &hints);
    times(1);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < i; j++)
            got[i * N + j] = 0;
    says("only what is below the diagonal is wrong: all of them 0", N * N,
         &(GradeHints){.rows = N, .columns = N});
    times(1);
    got[17] = got[47] = 11;
    says("2 of 105 numbers are wrong", SIZE, &hints);
    says(", column ", SIZE, &hints);
}

/* Of one number, nothing says that it is a square or a root: 9 and 3 may be anything. */
static void one_number_is_no_square(void **state) {
    (void)state;
    const real kept = right[0];
    right[0] = 3, got[0] = 9;
    says("is 3 times", 1, &(GradeHints){.suspects = {{3, "of three"}}});
    right[0] = (real)2.5, got[0] = (real)6.25;
    says("by no usual factor", 1, NULL);
    right[0] = kept;
}

/* y = a + b with other factors: got = 2 a - b, and with what was there before. */
static void terms_with_other_factors_are_named(void **state) {
    (void)state;
    real a[SIZE], b[SIZE], kept[SIZE];
    memcpy(kept, right, sizeof kept);
    for (int i = 0; i < SIZE; i++) {
        a[i] = right[i];
        b[i] = before[i];
        right[i] = a[i] + b[i];
    }
    const GradeHints hints = {.terms = {{a, "the a", 1}, {b, "the b", 1}}};
    for (int i = 0; i < SIZE; i++)
        got[i] = 2 * a[i] - b[i];
    says("the a: 2 times what is right; the b: with the wrong sign\n", SIZE, &hints);
    memcpy(got, a, sizeof a);
    says("the b: missing\n", SIZE, &hints);
    /* c does not belong there, and must not be called a missing term. */
    real c[SIZE];
    for (int i = 0; i < SIZE; i++) {
        c[i] = (real)(i % 5) - 2;
        got[i] = right[i] + c[i];
    }
    says("the c does not belong there\n", SIZE,
         &(GradeHints){.terms = {{a, "the a", 1}, {b, "the b", 1}, {c, "the c", 0}}});
    says("82 of 102 numbers are wrong", SIZE - 3, &hints);
    memcpy(right, kept, sizeof kept);
}

/* Two mistakes with the same result are both named; of three, none is. */
static void what_may_be_two_mistakes_is_not_called_one(void **state) {
    (void)state;
    const Mistake first = {.numbers = before, .why = "the first"},
                  second = {.numbers = before, .why = "the second"};
    memcpy(got, before, SIZE * sizeof *got);
    says("the first\n", SIZE, &(GradeHints){.mistakes = {first}});
    says("the first; or else the second\n", SIZE,
         &(GradeHints){.mistakes = {first, second}});
    says("by no usual mistake", SIZE,
         &(GradeHints){
             .mistakes = {first, second, {.numbers = before, .why = "the third"}}});
}

/* What is known otherwise comes last, after what explains the numbers. */
static void what_is_known_otherwise_comes_last(void **state) {
    (void)state;
    const GradeHints hints = {.otherwise = "the rows are right"};
    memcpy(got, before, SIZE * sizeof *got);
    says("the rows are right\n", SIZE, &hints);
    times(2);
    says("2 times the right one", SIZE, &hints);
}

static void right_numbers_in_wrong_places_are_named(void **state) {
    (void)state;
    times(1);
    for (int i = 0; i < 10; i++)
        got[20 + i] = right[50 + 2 * i];
    says(
        "an index is wrong: right numbers stand in wrong places, 10 of 105; place 20 has "
        "what belongs to place 50",
        SIZE, NULL);
}

static void what_is_never_written_is_named(void **state) {
    (void)state;
    const real *room = grade_room(W);
    times(1);
    memcpy(got, room, W * sizeof *got);
    says("7 of 105 numbers, the first of them number 0, are never written", SIZE, NULL);
    got[0] = room[0] * 2 + 1; /* computed from it */
    says("7 of 105 numbers, the first of them number 0, are never written", SIZE, NULL);
    got[0] = right[0], got[1] = (real)NAN;
    says("5 of 105 numbers, the first of them number 2, are never written", SIZE, NULL);
}

/* A number that is not written is NaN, and one step outside is the sanitizer's. */
static void rooms_are_as_long_as_they_must_be(void **state) {
    (void)state;
    const real three[] = {1, 2, 3};
    const real *room = grade_room(3), *zeros = grade_zeros(3),
               *copy = grade_copy(3, three);
    for (int i = 0; i < 3; i++) {
        assert_true(isnan((double)room[i]));
        assert_true(zeros[i] == 0 && copy[i] == three[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_numbers_are_right),
        cmocka_unit_test(factors_have_names),
        cmocka_unit_test(one_factor_everywhere_is_named),
        cmocka_unit_test(a_forgotten_plus_is_named),
        cmocka_unit_test(a_wrong_order_is_named),
        cmocka_unit_test(changed_values_are_named),
        cmocka_unit_test(where_numbers_are_wrong_is_named),
        cmocka_unit_test(one_number_is_no_square),
        cmocka_unit_test(terms_with_other_factors_are_named),
        cmocka_unit_test(what_may_be_two_mistakes_is_not_called_one),
        cmocka_unit_test(what_is_known_otherwise_comes_last),
        cmocka_unit_test(right_numbers_in_wrong_places_are_named),
        cmocka_unit_test(what_is_never_written_is_named),
        cmocka_unit_test(rooms_are_as_long_as_they_must_be),
    };
    return cmocka_run_group_tests(tests, make_numbers, free_numbers);
}
