/* ag_matmul against the triple loop in double, with every table of kernels, for any
 * number of threads, on a plain and on a planned tape. */
#include <math.h>

#include "autograd/ops.h"
#include "autograd/tape_plan.h"
#include "tensor/threads.h"
#include "tests/kernels.h"

static const Kernels *const tables[] = {&kernels_ref, &kernels_gemm, &kernels_fast};

/* One product of `planes` matrices (h, k) and (k, w). */
typedef struct Case {
    int n, c, h, k, w;
    bool transpose_a, transpose_b;
    real *a, *b, *seed; /* as stored; d loss / dY */
} Case;

/* What a tape has computed. */
typedef struct Result {
    real *y, *da, *db;
} Result;

static size_t planes(const Case *s) {
    return (size_t)s->n * (size_t)s->c;
}

static size_t size_a(const Case *s) {
    return planes(s) * (size_t)s->h * (size_t)s->k;
}

static size_t size_b(const Case *s) {
    return planes(s) * (size_t)s->k * (size_t)s->w;
}

static size_t size_y(const Case *s) {
    return planes(s) * (size_t)s->h * (size_t)s->w;
}

static Case case_of(Rng *rng, int n, int c, int h, int k, int w, int flags) {
    Case s = {n, c, h, k, w, flags & 1, flags & 2, NULL, NULL, NULL};
    s.a = normal(rng, size_a(&s));
    s.b = normal(rng, size_b(&s));
    s.seed = normal(rng, size_y(&s));
    return s;
}

static Result run(const Case *s, bool planned) {
    Tape *tape = planned ? tape_new_planned() : tape_new();
    const Shape a = s->transpose_a ? (Shape){s->n, s->c, s->k, s->h}
                                   : (Shape){s->n, s->c, s->h, s->k};
    const Shape b = s->transpose_b ? (Shape){s->n, s->c, s->w, s->k}
                                   : (Shape){s->n, s->c, s->k, s->w};
    Node *x = tape_variable(tape, (Tensor){a, s->a});
    Node *z = tape_variable(tape, (Tensor){b, s->b});
    Node *y = ag_matmul(x, z, (Matmul){s->transpose_a, s->transpose_b});
    if (planned) tape_plan(tape, y, 1, &y);
    tape_backward_from(tape, y, s->seed);
    Result r = {copy(y->value, size_y(s)), copy(x->grad, size_a(s)),
                copy(z->grad, size_b(s))};
    tape_free(tape);
    return r;
}

/* Where element (i, j) of a matrix with so many rows and columns is stored. */
static size_t place(size_t plane, int rows, int columns, bool transpose, int i, int j) {
    const size_t in_plane = (size_t)(transpose ? j * rows + i : i * columns + j);
    return plane * (size_t)rows * (size_t)columns + in_plane;
}

/* Sums in double, and the sums of the absolute products: the rounding error of a sum of
 * n products is below n epsilon times the latter. */
typedef struct Sums {
    double *sum, *absolute;
} Sums;

static Sums sums_new(size_t size) {
    return (Sums){ARENA_NEW(arena, double, size), ARENA_NEW(arena, double, size)};
}

static void add(Sums s, size_t at, double product) {
    s.sum[at] += product;
    s.absolute[at] += fabs(product);
}

static void assert_near(const real *got, Sums s, size_t size, int terms) {
    for (size_t i = 0; i < size; i++)
        assert_close(got[i], s.sum[i], 0, terms * (double)REAL_EPSILON * s.absolute[i]);
}

/* y[i,j] = sum a[i,k] b[k,j], da[i,k] = sum dy[i,j] b[k,j], db[k,j] = sum a[i,k] dy[i,j].
 */
static void assert_right(const Case *s, Result r) {
    const Sums y = sums_new(size_y(s)), da = sums_new(size_a(s)),
               db = sums_new(size_b(s));
    for (size_t p = 0; p < planes(s); p++)
        for (int i = 0; i < s->h; i++)
            for (int k = 0; k < s->k; k++)
                for (int j = 0; j < s->w; j++) {
                    const size_t at_a = place(p, s->h, s->k, s->transpose_a, i, k);
                    const size_t at_b = place(p, s->k, s->w, s->transpose_b, k, j);
                    const size_t at_y = place(p, s->h, s->w, false, i, j);
                    const double a = (double)s->a[at_a], b = (double)s->b[at_b];
                    const double dy = (double)s->seed[at_y];
                    add(y, at_y, a * b);
                    add(da, at_a, dy * b);
                    add(db, at_b, a * dy);
                }
    assert_near(r.y, y, size_y(s), s->k);
    assert_near(r.da, da, size_a(s), s->w);
    assert_near(r.db, db, size_b(s), s->h);
}

static void assert_same(const Case *s, Result a, Result b) {
    assert_same_bits(a.y, b.y, size_y(s));
    assert_same_bits(a.da, b.da, size_a(s));
    assert_same_bits(a.db, b.db, size_b(s));
}

/* Small and large, even and odd; 3 x 5 x 7 planes share the work out by planes, 70 x 80 x
 * 90 within each product. */
static void products_are_right_on_every_table_and_any_number_of_threads(void **state) {
    (void)state;
    static const int sizes[][5] = {
        {1, 1, 1, 1, 1}, {2, 3, 4, 2, 5}, {16, 40, 3, 5, 7}, {1, 2, 70, 80, 90}};
    Rng rng = rng_seed(1);
    for (int flags = 0; flags < 4; flags++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            const int *n = sizes[i];
            const Case s = case_of(&rng, n[0], n[1], n[2], n[3], n[4], flags);
            for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
                kernels = tables[t];
                threads_set(1);
                const Result one = run(&s, false);
                assert_right(&s, one);
                for (int threads = 2; threads <= 3; threads++) {
                    threads_set(threads);
                    assert_same(&s, run(&s, false), one);
                }
                assert_same(&s, run(&s, true), one);
            }
        }
}

/* The first two tables add in the order of the textbook. */
static void ref_and_gemm_give_the_same_bits(void **state) {
    (void)state;
    Rng rng = rng_seed(2);
    for (int flags = 0; flags < 4; flags++) {
        const Case s = case_of(&rng, 1, 2, 37, 300, 41, flags);
        kernels = &kernels_ref;
        const Result textbook = run(&s, false);
        kernels = &kernels_gemm;
        assert_same(&s, run(&s, false), textbook);
    }
}

static int products;

static void counted(const GemmDims *d, const real *a, const real *b, real *c) {
#pragma omp atomic
    products++;
    kernels_ref.gemm(d, a, b, c);
}

/* Every product goes through the table: one for each plane, forward and for each
 * gradient.
 */
static void every_product_is_the_kernels(void **state) {
    (void)state;
    Rng rng = rng_seed(3);
    static Kernels table;
    table = kernels_ref;
    table.gemm = counted;
    kernels = &table;
    for (int flags = 0; flags < 4; flags++) {
        const Case s = case_of(&rng, 2, 3, 4, 5, 6, flags);
        products = 0;
        assert_right(&s, run(&s, false));
        assert_int_equal(products, 3 * 6);
    }
}

/* X X with X = (1 2; 3 4) is (7 10; 15 22). For the sum of all, dX_ij is the sum of row j
 * of X and of column i: (3 + 4, 7 + 4; 3 + 6, 7 + 6). */
static void a_matrix_times_itself_has_both_gradients(void **state) {
    (void)state;
    for (int planned = 0; planned < 2; planned++) {
        Tape *tape = planned ? tape_new_planned() : tape_new();
        real numbers[] = {1, 2, 3, 4};
        Node *x = tape_variable(tape, (Tensor){{1, 1, 2, 2}, numbers});
        Node *y = ag_matmul(x, x, (Matmul){0}), *loss = ag_sum(y);
        if (planned) tape_plan(tape, loss, 1, &y);
        const real square[] = {7, 10, 15, 22}, slope[] = {7, 11, 9, 13};
        assert_same_bits(y->value, square, 4);
        for (int twice = 0; twice < 2; twice++) {
            tape_forward(tape);
            tape_backward(tape, loss);
            assert_same_bits(x->grad, slope, 4);
        }
        tape_free(tape);
    }
}

/* Y = A B, with A and B stored either way, and both also summed up: each entry of dA is 1
 * more than the sum of a row of B, and each of dB 1 more than that of a column of A. */
static void gradients_add_to_those_of_other_users(void **state) {
    (void)state;
    for (int flags = 0; flags < 4; flags++) {
        Tape *tape = tape_new();
        real one[] = {1, 2}, two[] = {3, 5};
        const bool left = flags & 1, right = flags & 2;
        const Shape row = {1, 1, 1, 2}, column = {1, 1, 2, 1};
        Node *a = tape_variable(tape, (Tensor){left ? column : row, one});
        Node *b = tape_variable(tape, (Tensor){right ? row : column, two});
        Node *y = ag_matmul(a, b, (Matmul){.transpose_a = left, .transpose_b = right});
        Node *sums = ag_add(ag_sum(a), ag_sum(b));
        tape_backward(tape, ag_add(ag_sum(y), sums));
        assert_same_bits(a->grad, ((const real[]){4, 6}), 2);
        assert_same_bits(b->grad, ((const real[]){2, 3}), 2);
        tape_free(tape);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(products_are_right_on_every_table_and_any_number_of_threads),
        TEST(ref_and_gemm_give_the_same_bits),
        TEST(every_product_is_the_kernels),
        TEST(a_matrix_times_itself_has_both_gradients),
        TEST(gradients_add_to_those_of_other_users),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
