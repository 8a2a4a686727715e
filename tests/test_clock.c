/* The clock that everything is measured with. */
#include <time.h>

#include "tensor/clock.h"
#include "tests/test.h"

static void a_pause_takes_as_long_as_it_lasts(void **state) {
    (void)state;
    const double before = seconds_now();
    struct timespec left = {.tv_nsec = 20000000}; /* 20 ms */
    while (nanosleep(&left, &left)) {
    }
    const double passed = seconds_now() - before;
    assert_true(passed >= 0.02 && passed < 60);
}

static void it_never_goes_back(void **state) {
    (void)state;
    double before = seconds_now();
    for (int i = 0; i < 100000; i++) {
        const double now = seconds_now();
        assert_true(now >= before);
        before = now;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pause_takes_as_long_as_it_lasts),
        cmocka_unit_test(it_never_goes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
