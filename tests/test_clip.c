/* Clipping of gradients, against arithmetic. */
#include "train/clip.h"

#include <math.h>
#include <string.h>

#include "tests/test.h"

/* (3, 4) has length 5, which is usual from then on. (30, 40) has 50; 1.5 times 5 is 7.5, so
 * it becomes (4.5, 6), and usual is 0.98 5 + 0.02 7.5 = 5.05. Of 1.5 times 5.05, 7.575,
 * (6, 0) is less: it stays, and usual is 0.98 5.05 + 0.02 6 = 5.069. */
static void long_gradients_are_shortened(void **state) {
    (void)state;
    Clip clip = {.most = 1.5};
    real g[][2] = {{3, 4}, {30, 40}, {6, 0}};
    const double expected[][2] = {{3, 4}, {4.5, 6}, {6, 0}}, usual[] = {5, 5.05, 5.069};
    for (int i = 0; i < 3; i++) {
        clip_gradient(&clip, g[i], 2);
        assert_close((double)g[i][0], expected[i][0], 1e-6, 0);
        assert_close((double)g[i][1], expected[i][1], 1e-6, 0);
        assert_close(clip.usual, usual[i], 1e-12, 0);
    }
}

static void without_a_limit_nothing_changes(void **state) {
    (void)state;
    Clip clip = {0};
    real g[] = {1, 1}, large[] = {1e6, 1e6};
    clip_gradient(&clip, g, 2);
    clip_gradient(&clip, large, 2);
    assert_true(large[0] == (real)1e6 && large[1] == (real)1e6 && clip.usual == 0);
}

/* The optimiser says that it is not finite; what is usual must not be lost by it. */
static void a_gradient_that_is_not_finite_stays(void **state) {
    (void)state;
    Clip clip = {.most = 1.5, .usual = 2};
    real g[] = {(real)INFINITY, 1};
    clip_gradient(&clip, g, 2);
    assert_true(isinf((double)g[0]) && g[1] == 1 && clip.usual == 2);
}

/* A gradient of zeros has no direction and is not what is usual. */
static void zeros_stay(void **state) {
    (void)state;
    Clip clip = {.most = 1.5};
    real g[] = {0, 0}, next[] = {3, 4};
    clip_gradient(&clip, g, 2);
    clip_gradient(&clip, next, 2);
    assert_true(g[0] == 0 && g[1] == 0);
    assert_close((double)next[1], 4, 1e-6, 0);
    assert_close(clip.usual, 5, 1e-12, 0);
}

static void what_is_usual_is_remembered(void **state) {
    (void)state;
    Clip clip = {.most = 1.5, .usual = 7};
    StateList list = {0};
    clip_state(&clip, &list);
    assert_true(*(double *)state_find(&list, "usual length of a gradient")->data == 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_gradients_are_shortened),
        cmocka_unit_test(without_a_limit_nothing_changes),
        cmocka_unit_test(a_gradient_that_is_not_finite_stays),
        cmocka_unit_test(zeros_stay),
        cmocka_unit_test(what_is_usual_is_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
