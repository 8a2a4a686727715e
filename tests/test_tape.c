#include "autograd/ops.h"
#include "tests/test.h"

/* a = 1; b = a + a; c = b + b is 4 a, so dc/da = 4: the gradient of b must be complete
 * before it is passed on. */
static void a_value_used_twice_collects_both_gradients(void **state) {
    (void)state;
    Tape *tape = tape_new();
    real one = 1;
    Node *a = tape_variable(tape, (Tensor){SCALAR, &one});
    Node *b = ag_add(a, a);
    Node *c = ag_add(b, b);
    tape_backward(tape, c);
    assert_close(node_scalar(c), 4, 0, 0);
    assert_close(a->grad[0], 4, 0, 0);
    tape_backward(tape, c);
    assert_close(a->grad[0], 4, 0, 0);
    tape_free(tape);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_used_twice_collects_both_gradients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
