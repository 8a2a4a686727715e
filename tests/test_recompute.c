/* A tape that rematerialises values gives the same bits in less memory, and reads only
 * values that are live. */
#include <math.h>
#include <string.h>

#include "tests/planned.h"

/* ---- Poison: what nothing lives in holds NaN ----
 *
 * Each node gets an op of its own, which, before the true one runs, overwrites every
 * byte of the block that is not live in this step, and the outputs of the op. So a value
 * that is read after its end, or a result that is not written whole, turns the losses or
 * the gradient into NaN. */

typedef struct Poison {
    Op op; /* first: the node's op points at it */
    const Op *real_op;
} Poison;

static struct {
    const Tape *tape;
    char *block;
    bool *lives; /* for each piece of ARENA_ALIGNMENT bytes of the block */
    int t;       /* the step that runs next */
} poisoned;

static void poison_span(int number) {
    if (number < 0) return;
    const Span *span = &tape_planned(poisoned.tape)->span[number];
    if (span->first == poisoned.t) memset(poisoned.block + span->at, 255, span->bytes);
}

static void poison(const Node *y) {
    const Plan *plan = tape_planned(poisoned.tape);
    const int t = poisoned.t;
    const PlanStep *step = &plan->step[t];
    assert_int_equal(step->node, y->id);
    const size_t pieces = plan->bytes / ARENA_ALIGNMENT;
    memset(poisoned.lives, 0, pieces);
    for (int i = 0; i < plan->count; i++) {
        const Span *span = &plan->span[i];
        if (span->first <= t && t <= span->last)
            memset(poisoned.lives + span->at / ARENA_ALIGNMENT, true,
                   span_bytes(span, t) / ARENA_ALIGNMENT);
    }
    for (size_t i = 0; i < pieces; i++)
        if (!poisoned.lives[i])
            memset(poisoned.block + i * ARENA_ALIGNMENT, 255, ARENA_ALIGNMENT);
    if (!step->backward) {
        poison_span(step->value);
        poison_span(step->saved);
    } else if (y->in[0]->blank) {
        memset(y->in[0]->grad, 255, shape_size(y->in[0]->shape) * sizeof(real));
    }
    poisoned.t++;
}

static void run_poisoned(Node *y, bool backward) {
    Poison *mine = (Poison *)(void *)y->op;
    poison(y);
    y->op = mine->real_op;
    (backward ? y->op->backward : y->op->forward)(y);
    y->op = &mine->op;
}

static void poisoned_forward(Node *y) {
    run_poisoned(y, false);
}

static void poisoned_backward(Node *y) {
    run_poisoned(y, true);
}

/* After tape_plan, which has run forward: all values of the forward pass are in place. */
static void poison_tape(Tape *tape, const Node *loss) {
    const Plan *plan = tape_planned(tape);
    poisoned.tape = tape;
    poisoned.block = (char *)(void *)loss->value - plan->span[plan->value[loss->id]].at;
    poisoned.lives = ARENA_NEW(arena, bool, plan->bytes / ARENA_ALIGNMENT);
    for (int id = 0; id < tape_size(tape); id++) {
        Node *y = tape_node(tape, id);
        if (y->inputs == 0) continue;
        Poison *mine = ARENA_NEW(arena, Poison, 1);
        *mine = (Poison){*y->op, y->op};
        mine->op.forward = poisoned_forward;
        mine->op.backward = poisoned_backward;
        y->op = &mine->op;
    }
}

static void run_both(const Graph *plain, const Graph *planned) {
    poisoned.t = 0;
    tape_forward(plain->tape);
    tape_forward(planned->tape);
    assert_int_equal(poisoned.t, tape_planned(planned->tape)->forward);
    tape_backward(plain->tape, plain->loss);
    tape_backward(planned->tape, planned->loss);
    assert_int_equal(poisoned.t, tape_planned(planned->tape)->steps);
    assert_true(isfinite(planned->loss->value[0]));
}

typedef void Planning(Tape *tape, const Node *loss, int keep, Node *const *kept);

/* How many nodes run again. */
static int again(const Plan *plan) {
    int count = 0;
    for (int t = plan->forward; t < plan->steps; t++)
        count += !plan->step[t].backward;
    return count;
}

static Graph check_plan(const Case *c, Planning *planning, int kept) {
    Tensor image = random_tensor((Shape){1, 3, c->h, c->w}, 1);
    Graph plain = record(tape_new(), c, image);
    Graph planned = record(tape_new_planned(), c, image);
    planning(planned.tape, planned.loss, kept, planned.feature);
    assert_no_clash(tape_planned(planned.tape));
    poison_tape(planned.tape, planned.loss);
    for (int round = 0; round < 2; round++) {
        run_both(&plain, &planned);
        assert_same_results(&plain, &planned, kept);
        for (size_t i = 0; i < shape_size(image.shape); i++)
            image.data[i] = -image.data[i];
    }
    tape_free(plain.tape);
    return planned;
}

/* With and without; returns bytes with per cent of bytes without. */
static double check_case(const Case *c, int kept) {
    Graph without = check_plan(c, tape_plan, kept);
    Graph with = check_plan(c, tape_plan_recompute, kept);
    const Plan *big = tape_planned(without.tape), *small = tape_planned(with.tape);
    assert_int_equal(again(big), 0);
    double percent = 100 * (double)small->bytes / (double)big->bytes;
    print_message("%s: %zu bytes, with recomputation %zu, %.0f %%, %d of %d nodes run "
                  "again\n",
                  c->network, big->bytes, small->bytes, percent, again(small),
                  small->forward);
    tape_free(without.tape);
    tape_free(with.tape);
    return percent;
}

/* A loss on every layer: they all would have to stay. */
static const Case styled = {
    .network = "vgg19",
    .h = 13,
    .w = 10,
    .layers = 6,
    .layer = {"relu1_1", "relu1_2", "relu2_1", "relu2_2", "relu3_1", "relu3_2"}};

static void recomputation_takes_less_memory_for_vgg_with_many_losses(void **state) {
    (void)state;
    assert_true(check_case(&styled, 0) < 70);
}

static void kept_features_hold_their_values(void **state) {
    (void)state;
    assert_true(check_case(&styled, 5) < 100);
}

static void recomputation_with_average_pooling_gives_the_same_bits(void **state) {
    (void)state;
    Case c = styled;
    c.pooling = POOL_AVG;
    c.layers = 4;
    assert_true(check_case(&c, 0) < 90);
}

static void trainable_weights_get_the_same_gradients(void **state) {
    (void)state;
    Case c = vgg;
    c.network = "vgg19_small16x";
    c.trainable = true;
    assert_true(check_case(&c, 0) < 100);
}

static void recomputation_of_squeezenet_gives_the_same_bits(void **state) {
    (void)state;
    assert_true(check_case(&fire, 0) < 90);
    assert_true(check_case(&fire, 3) <= 100);
}

static void a_graph_with_many_branches_gives_the_same_bits(void **state) {
    (void)state;
    Tensor x = random_tensor((Shape){1, 2, 5, 7}, 8);
    Graph plain = {.tape = tape_new()}, planned = {.tape = tape_new_planned()};
    plain.x = tape_variable(plain.tape, x);
    planned.x = tape_variable(planned.tape, x);
    plain.loss = tangle(plain.x);
    planned.loss = tangle(planned.x);
    tape_plan_recompute(planned.tape, planned.loss, 0, NULL);
    assert_no_clash(tape_planned(planned.tape));
    poison_tape(planned.tape, planned.loss);
    for (int round = 0; round < 2; round++) {
        run_both(&plain, &planned);
        assert_same_results(&plain, &planned, 0);
    }
    tape_free(plain.tape);
    tape_free(planned.tape);
}

/* ---- How much ---- */

/* tanh of tanh of ... of 32 numbers; backward reads every value. */
static Graph chain(int depth) {
    Graph g = {.tape = tape_new_planned()};
    g.x = tape_variable(g.tape, random_tensor((Shape){1, 1, 4, 8}, 5));
    Node *y = g.x;
    for (int i = 0; i < depth; i++)
        y = ag_tanh(y);
    g.loss = ag_sum(y);
    return g;
}

/* Evenly spaced, s values that wait and stretches of n / s between them, one of which is
 * there at a time, are 2 sqrt(n) at best; beside them two gradients and two scalars. */
static void memory_grows_with_the_square_root_of_depth(void **state) {
    (void)state;
    for (int depth = 4; depth <= 64; depth *= 4) {
        Graph g = chain(depth);
        tape_plan_recompute(g.tape, g.loss, 0, NULL);
        const Plan *plan = tape_planned(g.tape);
        const double values =
            (double)(plan->bytes - 2 * ARENA_ALIGNMENT) / (32 * sizeof(real));
        print_message("%d deep: %.1f values, %d nodes run again\n", depth, values,
                      again(plan));
        assert_true(values <= 2 * sqrt(depth) + 2);
        assert_true(again(plan) < depth); /* none twice */
        tape_free(g.tape);
    }
}

/* The number of nodes, steps and spans that planning a chain visits. */
static double visits_of_chain(int depth) {
    Graph g = chain(depth);
    tape_plan_recompute(g.tape, g.loss, 0, NULL);
    const double visits = tape_planned(g.tape)->visits;
    print_message("%d deep: %.3g visits\n", depth, visits);
    tape_free(g.tape);
    return visits;
}

/* Twice the depth is at most four times the work, and 5 % for what is there at any depth.
 * A search that tries every node again after each change would take eight times. */
static void planning_is_no_worse_than_quadratic_in_the_depth(void **state) {
    (void)state;
    double before = visits_of_chain(100);
    for (int depth = 200; depth <= 400; depth *= 2) {
        const double now = visits_of_chain(depth);
        assert_true(now <= 4.2 * before);
        before = now;
    }
}

/* ---- In which order ---- */

/* The step in which the node first runs forward, or runs backward. */
static int step_of(const Plan *plan, const Node *y, bool backward) {
    for (int t = 0; t < plan->steps; t++)
        if (plan->step[t].backward == backward && plan->step[t].node == y->id) return t;
    return -1;
}

static const Node *user_of(const Tape *tape, const Node *x, const char *op) {
    for (int id = 0; id < tape_size(tape); id++) {
        const Node *y = tape_node(tape, id);
        if (y->inputs && y->in[0] == x && strcmp(y->op->name, op) == 0) return y;
    }
    fail_msg("node %d has no %s", x->id, op);
    return NULL;
}

/* From first to last layer the Gram matrices run backward just before the gradients grow:
 * that of relu1_1 after the convolution that reads the pooled image, but before its
 * other user, conv1_2, as on the tape. Forward it comes right after its layer. */
static void the_backward_of_an_early_loss_runs_late(void **state) {
    (void)state;
    const Case c = {.network = "vgg19",
                    .h = 64,
                    .w = 64,
                    .layers = 4,
                    .layer = {"relu1_1", "relu2_1", "relu3_1", "relu3_2"}};
    Graph g = record(tape_new_planned(), &c, random_tensor((Shape){1, 3, 64, 64}, 1));
    tape_plan(g.tape, g.loss, 0, NULL);
    const Plan *plan = tape_planned(g.tape);
    const Node *first = g.feature[0], *second = g.feature[1];
    const Node *gram = user_of(g.tape, first, "gram");
    const Node *conv1_2 = user_of(g.tape, first, "conv2d_relu");
    assert_true(step_of(plan, gram, true) > step_of(plan, second, true));
    assert_true(step_of(plan, gram, true) < step_of(plan, conv1_2, true));
    assert_true(step_of(plan, gram, false) < step_of(plan, conv1_2, false));
    tape_free(g.tape);
}

/* All steps that add to the gradient of x, latest node first: the order of the sum. */
static void gradients_are_summed_in_the_order_of_the_tape(void **state) {
    (void)state;
    const Case *cases[] = {&styled, &fire, &vgg};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        Tensor image = random_tensor((Shape){1, 3, cases[k]->h, cases[k]->w}, 1);
        Graph g = record(tape_new_planned(), cases[k], image);
        tape_plan_recompute(g.tape, g.loss, 0, NULL);
        const Plan *plan = tape_planned(g.tape);
        for (int t = plan->forward; t < plan->steps; t++)
            for (int s = plan->forward; plan->step[t].backward && s < t; s++) {
                const Node *y = tape_node(g.tape, plan->step[t].node);
                const Node *before = tape_node(g.tape, plan->step[s].node);
                if (!plan->step[s].backward || before->in[0] != y->in[0]) continue;
                assert_true(before->id > y->id);
            }
        tape_free(g.tape);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recomputation_takes_less_memory_for_vgg_with_many_losses),
        cmocka_unit_test(kept_features_hold_their_values),
        cmocka_unit_test(recomputation_with_average_pooling_gives_the_same_bits),
        cmocka_unit_test(trainable_weights_get_the_same_gradients),
        cmocka_unit_test(recomputation_of_squeezenet_gives_the_same_bits),
        cmocka_unit_test(a_graph_with_many_branches_gives_the_same_bits),
        cmocka_unit_test(memory_grows_with_the_square_root_of_depth),
        cmocka_unit_test(planning_is_no_worse_than_quadratic_in_the_depth),
        cmocka_unit_test(the_backward_of_an_early_loss_runs_late),
        cmocka_unit_test(gradients_are_summed_in_the_order_of_the_tape),
    };
    return cmocka_run_group_tests_name("recompute", tests, setup, teardown);
}
