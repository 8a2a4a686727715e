/* The loop that measures the peak counts what it does. */
#include <string.h>

#include "tensor/kernels/simd/peak.h"
#include "tensor/real.h"
#include "tests/test.h"

/* Twelve sums in every lane, two operations each, and twice as many in twice the turns. */
static void the_peak_counts_its_operations(void **state) {
    (void)state;
    const double flop = fma_run(10), lanes = flop / (10 * 12 * 2);
    assert_true(lanes * sizeof(real) == 16 || lanes * sizeof(real) == 32 ||
                lanes * sizeof(real) == 64);
    assert_close(fma_run(20), 2 * flop, 0, 0);
    assert_true(strlen(fma_vector()) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_peak_counts_its_operations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
