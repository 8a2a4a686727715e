/* The gradient of sums and products over many positions, which backward takes in blocks. */
#include "tests/losses.h"

/* dF = ((dG + dG^T) F + dsum) / divisor, with dG and dsum in the first of two parts. */
static double expected_at(const Node *y, double divisor, int channel, size_t position) {
    const Node *f = y->in[0];
    const size_t c = (size_t)f->shape.c, m = (size_t)f->shape.h * (size_t)f->shape.w,
                 i = (size_t)channel;
    double sum = (double)y->grad[c * c + i];
    for (size_t j = 0; j < c; j++)
        sum += ((double)y->grad[i * c + j] + (double)y->grad[j * c + i]) *
               (double)f->value[j * m + position];
    return sum / divisor;
}

/* With 3 channels a block has 2^18 / 3 = 87381 positions. */
static void a_gradient_has_no_seam_between_blocks(void **state) {
    (void)state;
    static const int widths[] = {1, 87380, 87381, 87382, 2 * 87381 + 1};
    for (int k = 0; k < 5; k++) {
        const size_t m = (size_t)widths[k];
        Node *f = variable((Shape){1, 3, 1, widths[k]});
        for (size_t i = 0; i < 3 * m; i++)
            f->value[i] = (real)((double)(i * 37 % 101) / 64 + (double)(i / m));
        Node *y = ag_moments(f, (Moments){0.25 * (double)m});
        real seed[24];
        for (int i = 0; i < 24; i++)
            seed[i] = (real)((i * 7 % 11) - 4) / 8;
        for (size_t i = 0; i < 3 * m; i++)
            f->grad[i] = 7;
        tape_backward_from(tape, y, seed);
        for (int c = 0; c < 3; c++)
            for (size_t i = 0; i < m; i++) {
                const double right = expected_at(y, 0.25 * (double)m, c, i);
                const double found = (double)f->grad[(size_t)c * m + i];
                if (!(fabs(found - right) <= 10 * TIGHT * 40 / (double)m))
                    fail_msg("width %zu, channel %d, position %zu: %.17g, not %.17g", m,
                             c, i, found, right);
            }
    }
}

/* Two images of two channels; the second has the means h and 2 h, and as much of dsum as
 * cancels them: with dG = I / 3, df = 2 / 3 (f - mean). Only the differences from the mean of
 * the right image are small enough for all digits. */
static void each_image_is_taken_from_its_own_mean(void **state) {
    (void)state;
    const real third = (real)(1.0 / 3),
               h = sizeof(real) == sizeof(double) ? 1 << 27 : 1024;
    const double part[4] = {0.25, -0.25, 0.4375, -0.4375};
    Node *f = variable((Shape){2, 2, 1, 4});
    for (int i = 0; i < 16; i++)
        f->value[i] = i < 8 ? 0 : h * (real)(i / 4 - 1) + (real)part[i % 4];
    real seed[24] = {0};
    real *dg = seed + 12, *dsum = dg + 4;
    dg[0] = dg[3] = third;
    dsum[0] = -2 * third * h;
    dsum[1] = -4 * third * h;
    tape_backward_from(tape, ag_moments(f, (Moments){1}), seed);
    for (int i = 0; i < 8; i++) {
        assert_close(f->grad[i], 0, 0, 0);
        assert_close(f->grad[8 + i], part[i % 4] * 2 / 3, 4 * (double)REAL_EPSILON, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_gradient_has_no_seam_between_blocks),
        TEST(each_image_is_taken_from_its_own_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
