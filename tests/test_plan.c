/* A planned tape computes the same bits in less memory. */
#include <string.h>

#include "autograd/tape_print.h"
#include "nn/ops.h"
#include "tests/planned.h"

static void check_case(const Case *c, int kept) {
    Tensor image = random_tensor((Shape){1, 3, c->h, c->w}, 1);
    Graph plain = record(tape_new(), c, image);
    Graph planned = record(tape_new_planned(), c, image);
    tape_plan(planned.tape, planned.loss, kept, planned.feature);
    assert_no_clash(tape_planned(planned.tape));
    tape_backward(plain.tape, plain.loss);
    tape_backward(planned.tape, planned.loss);
    assert_same_results(&plain, &planned, kept);
    size_t bytes = tape_bytes(planned.tape);
    for (size_t i = 0; i < shape_size(image.shape); i++)
        image.data[i] = -image.data[i];
    tape_forward(plain.tape);
    tape_forward(planned.tape);
    tape_backward(plain.tape, plain.loss);
    tape_backward(planned.tape, planned.loss);
    assert_same_results(&plain, &planned, kept);
    assert_int_equal(tape_bytes(planned.tape), bytes);
    tape_free(plain.tape);
    tape_free(planned.tape);
}

static void a_planned_vgg_gives_the_same_bits(void **state) {
    (void)state;
    check_case(&vgg, 0);
}

/* Two sums and two normalisations, one of them with a ReLU. */
static Node *record_norms(Tape *tape, Tensor image, Tensor factors) {
    Node *x = tape_constant(tape, image), *s = tape_constant(tape, factors);
    Node *y = ag_instance_norm_relu(ag_add(x, x), s, s, (InstanceNorm){.epsilon = 0.125});
    return ag_instance_norm(ag_add(y, x), s, NULL, (InstanceNorm){.epsilon = 0.125});
}

static void without_a_loss_normalisations_are_over_their_inputs(void **state) {
    (void)state;
    const Tensor image = random_tensor((Shape){2, 3, 9, 7}, 1),
                 before = tensor_clone(arena, image),
                 factors = random_tensor((Shape){1, 3, 1, 1}, 2);
    Tape *plain = tape_new(), *planned = tape_new_planned();
    Node *expected = record_norms(plain, image, factors),
         *y = record_norms(planned, image, factors);
    tape_plan(planned, NULL, 1, &y);
    const size_t bytes = shape_size(image.shape) * sizeof(real);
    for (int again = 0; again < 2; again++, tape_forward(planned))
        assert_memory_equal(y->value, expected->value, bytes);
    assert_memory_equal(image.data, before.data, bytes);
    assert_ptr_equal(y->value, y->in[0]->value);
    tape_free(plain);
    tape_free(planned);
}

static void kept_nodes_hold_their_values(void **state) {
    (void)state;
    check_case(&vgg, 4);
}

static void a_planned_tape_with_average_pooling_gives_the_same_bits(void **state) {
    (void)state;
    Case c = vgg;
    c.pooling = POOL_AVG;
    check_case(&c, 1);
}

static void a_planned_tape_with_reflected_borders_gives_the_same_bits(void **state) {
    (void)state;
    Case c = vgg;
    c.network = "vgg19_small16x";
    check_case(&c, 2);
}

/* With trainable weights backward reads the inputs of the convolutions. */
static void trainable_weights_get_the_same_gradients(void **state) {
    (void)state;
    Case c = vgg;
    c.network = "vgg19_small16x";
    c.trainable = true;
    check_case(&c, 0);
}

static void a_planned_squeezenet_gives_the_same_bits(void **state) {
    (void)state;
    check_case(&fire, 0);
    check_case(&fire, 3);
}

static void a_graph_with_many_branches_gives_the_same_bits(void **state) {
    (void)state;
    Tensor x = random_tensor((Shape){1, 2, 5, 7}, 8);
    Tape *plain = tape_new(), *planned = tape_new_planned();
    Node *a = tape_variable(plain, x), *b = tape_variable(planned, x);
    Node *unused = tape_variable(planned, x);
    Node *y = tangle(a), *z = tangle(b);
    tape_plan(planned, z, 0, NULL);
    assert_no_clash(tape_planned(planned));
    for (int round = 0; round < 2; round++) {
        unused->grad[3] = 7;
        tape_forward(planned);
        tape_backward(plain, y);
        tape_backward(planned, z);
        assert_same_bits(y->value, z->value, 1);
        assert_same_bits(a->grad, b->grad, shape_size(x.shape));
        assert_true(unused->grad[3] == 0);
    }
    tape_free(plain);
    tape_free(planned);
}

/* relu2(relu1(x)) with x computed: three values in one place, and three gradients. */
static void an_op_in_place_needs_no_memory(void **state) {
    (void)state;
    Tape *tape = tape_new_planned();
    Node *x = tape_variable(tape, random_tensor((Shape){1, 1, 4, 16}, 2));
    Node *a = ag_scale(x, (Scale){2}), *b = ag_relu(a), *c = ag_relu(b);
    Node *loss = ag_sum(c);
    tape_plan(tape, loss, 0, NULL);
    assert_ptr_equal(a->value, b->value);
    assert_ptr_equal(b->value, c->value);
    assert_ptr_equal(a->grad, b->grad);
    assert_ptr_equal(b->grad, c->grad);
    /* 64 numbers for the values, then for the gradients; two scalars, two masks of bits
     */
    assert_int_equal(tape_planned(tape)->bytes, 64 * sizeof(real) + 4 * ARENA_ALIGNMENT);
    tape_backward(tape, loss);
    for (int i = 0; i < 64; i++)
        assert_true(x->grad[i] == (x->value[i] > 0 ? 2 : 0));
    tape_free(tape);
}

/* Without a loss two values are enough: what is read and what is written. */
static void a_plan_without_loss_is_for_forward_only(void **state) {
    (void)state;
    Tensor x = random_tensor((Shape){1, 1, 4, 16}, 2);
    Tape *tape = tape_new_planned();
    Node *y = tape_variable(tape, x);
    for (int i = 0; i < 9; i++)
        y = ag_shift(y, (Shift){1});
    tape_plan(tape, NULL, 1, &y);
    assert_int_equal(tape_planned(tape)->bytes, 2 * 64 * sizeof(real));
    assert_close(node_tensor(y).data[5], x.data[5] + 9, 1e-5, 0);
    assert_null(y->grad);
    tape_free(tape);
}

/* Scratch is left out on both sides: it is the convolutions', here 10 MB for packed
 * weights, and does not grow with the image. */
static void planned_vgg19_needs_less_than_40_percent(void **state) {
    (void)state;
    const Case c = {
        .network = "vgg19",
        .h = 64,
        .w = 64,
        .layers = 6,
        .layer = {"relu1_1", "relu2_1", "relu3_1", "relu4_1", "conv5_1", "relu4_2"}};
    Tensor image = random_tensor((Shape){1, 3, c.h, c.w}, 1);
    Graph plain = record(tape_new(), &c, image);
    Graph planned = record(tape_new_planned(), &c, image);
    size_t recorded = tape_bytes(planned.tape);
    tape_plan(planned.tape, planned.loss, 0, NULL);
    assert_no_clash(tape_planned(planned.tape));
    size_t after = recorded + tape_planned(planned.tape)->bytes;
    size_t scratch = tape_bytes(planned.tape) - after;
    size_t before = tape_bytes(plain.tape) - scratch;
    print_message("%zu bytes without a plan, %zu with, scratch %zu\n", before, after,
                  scratch);
    assert_true(after * 10 < before * 4);
    tape_free(plain.tape);
    tape_free(planned.tape);
}

/* ---- What a planned tape refuses ---- */

static Node *planned_loss(Tape *tape) {
    Node *x = tape_variable(tape, random_tensor((Shape){1, 1, 2, 3}, 4));
    return ag_sum(ag_exp(ag_scale(x, (Scale){2})));
}

static void forward(void *tape) {
    tape_forward(tape);
}

static void backward(void *node) {
    tape_backward(((Node *)node)->tape, node);
}

static void plan(void *node) {
    tape_plan(((Node *)node)->tape, node, 0, NULL);
}

static void look(void *node) {
    node_tensor(node);
}

static void look_at_gradient(void *node) {
    tape_keep_grad(arena, node);
}

static void record_more(void *node) {
    ag_sum(node);
}

static void a_planned_tape_does_not_run_before_tape_plan(void **state) {
    (void)state;
    Tape *tape = tape_new_planned();
    Node *loss = planned_loss(tape);
    assert_check_fails(forward, tape, "tape_plan comes first");
    assert_check_fails(backward, loss, "is not the loss planned");
    assert_check_fails(look, loss, "has no value before tape_plan");
    tape_free(tape);
}

static void a_planned_tape_records_no_more_nodes(void **state) {
    (void)state;
    Tape *tape = tape_new_planned(), *plain = tape_new();
    Node *loss = planned_loss(tape);
    plan(loss);
    assert_check_fails(record_more, loss, "the tape is planned");
    assert_check_fails(plan, loss, "requires a new tape");
    assert_check_fails(plan, planned_loss(plain), "requires a new tape");
    tape_free(tape);
    tape_free(plain);
}

/* What backward has overwritten must not be taken for values. */
static void backward_requires_a_forward_each_time(void **state) {
    (void)state;
    Tape *tape = tape_new_planned();
    Node *loss = planned_loss(tape);
    plan(loss);
    assert_check_fails(backward, tape_node(tape, 2), "a loss is one number");
    tape_backward(tape, loss);
    assert_check_fails(backward, loss, "tape_forward comes first");
    tape_forward(tape);
    tape_backward(tape, loss);
    tape_free(tape);
}

static void an_overwritten_value_cannot_be_read(void **state) {
    (void)state;
    Tape *tape = tape_new_planned();
    Node *loss = planned_loss(tape);
    plan(loss);
    tape_backward(tape, loss);
    assert_check_fails(look, tape_node(tape, 1), "is not kept");
    assert_check_fails(look_at_gradient, tape_node(tape, 1), "is overwritten");
    look(loss);
    look(tape_node(tape, 0));
    look_at_gradient(tape_node(tape, 0));
    tape_free(tape);
}

/* The scaled x dies when its exponential is there; its gradient comes much later. */
static void tape_print_shows_the_block(void **state) {
    (void)state;
    static char text[8192];
    Tape *tape = tape_new_planned();
    Node *loss = planned_loss(tape);
    plan(loss);
    FILE *out = fmemopen(text, sizeof text - 1, "w");
    tape_print(tape, out);
    fclose(out);
    assert_non_null(strstr(text, "value in the block     grad in the block\n"));
    assert_non_null(strstr(text, "planned into one block of "));
    assert_non_null(strstr(text, "0..64"));
    tape_free(tape);
}

static int passes;

static void shape_of_input(Node *y) {
    y->shape = y->in[0]->shape;
}

static void forward_counted(Node *y) {
    passes++;
    y->value[0] = y->in[0]->value[0];
}

static void backward_counted(Node *y) {
    y->in[0]->grad[0] += y->grad[0];
}

static void a_planned_tape_runs_every_node_once(void **state) {
    (void)state;
    static const Op counted = {.name = "counted",
                               .shape = shape_of_input,
                               .forward = forward_counted,
                               .backward = backward_counted};
    real one = 1;
    Tape *tape = tape_new_planned();
    Node *x = tape_variable(tape, (Tensor){SCALAR, &one});
    Node *y = tape_record(&counted, 1, &x, NULL, 0);
    tape_plan(tape, y, 0, NULL);
    passes = 0;
    tape_forward(tape);
    assert_int_equal(passes, 1);
    tape_backward(tape, y);
    assert_close(x->grad[0], 1, 0, 0);
    tape_free(tape);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_planned_vgg_gives_the_same_bits),
        cmocka_unit_test(kept_nodes_hold_their_values),
        cmocka_unit_test(without_a_loss_normalisations_are_over_their_inputs),
        cmocka_unit_test(a_planned_tape_with_average_pooling_gives_the_same_bits),
        cmocka_unit_test(a_planned_tape_with_reflected_borders_gives_the_same_bits),
        cmocka_unit_test(trainable_weights_get_the_same_gradients),
        cmocka_unit_test(a_planned_squeezenet_gives_the_same_bits),
        cmocka_unit_test(a_graph_with_many_branches_gives_the_same_bits),
        cmocka_unit_test(an_op_in_place_needs_no_memory),
        cmocka_unit_test(a_plan_without_loss_is_for_forward_only),
        cmocka_unit_test(planned_vgg19_needs_less_than_40_percent),
        cmocka_unit_test(a_planned_tape_does_not_run_before_tape_plan),
        cmocka_unit_test(a_planned_tape_records_no_more_nodes),
        cmocka_unit_test(backward_requires_a_forward_each_time),
        cmocka_unit_test(an_overwritten_value_cannot_be_read),
        cmocka_unit_test(tape_print_shows_the_block),
        cmocka_unit_test(a_planned_tape_runs_every_node_once),
    };
    return cmocka_run_group_tests_name("plan", tests, setup, teardown);
}
