/* Networks that users build from the ops, with their parameters in many leaves, trained
 * with every optimiser: against PyTorch, on planned tapes, saved and continued. */
#include <string.h>

#include "autograd/tape_plan.h"
#include "io/checkpoint.h"
#include "nn/ops.h"
#include "optim/optimizer.h"
#include "tests/oracle.h"
#include "train/parameters.h"

enum { STEPS = 10, CHANNELS = 8, HEADS = 2, SIDE = 8 };

#ifdef REAL_DOUBLE
static const double exactness = 1e-10;
#else
static const double exactness = 1e-3;
#endif

static int begin(void **state) {
    (void)state;
    arena = arena_new();
    oracle_read("tests/golden/torch_network.npz");
    return 0;
}

static int end(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

/* A variable of a copy of the golden array, so that every network begins with it. */
static Node *weight(const char *name) {
    return tape_variable(tape, tensor_clone(arena, expected(NULL, name)));
}

static Node *vector(const char *name) {
    Tensor v = tensor_clone(arena, expected(NULL, name));
    v.shape = (Shape){1, (int)shape_size(v.shape), 1, 1};
    return tape_variable(tape, v);
}

/* y + pointwise(clamp(depthwise(y), 0, 6)) */
static Node *residual_block(Node *y) {
    const Conv2d each = {.pad = 2, .dilation = 2, .groups = CHANNELS};
    Node *z = ag_clamp(ag_conv2d(y, weight("depthwise"), NULL, each), (Clamp){0, 6});
    return ag_add(
        y, ag_conv2d(z, weight("pointwise"), vector("pointbias"), (Conv2d){.pad = 0}));
}

/* A 1x1 convolution, whose channels are cut into heads: (n, heads, c / heads, pixels). */
static Node *heads_of(Node *y, const char *name) {
    Node *all = ag_conv2d(y, weight(name), NULL, (Conv2d){.pad = 0});
    const Shape s = y->shape;
    return ag_reshape(all, (Reshape){{s.n, HEADS, s.c / HEADS, s.h * s.w}});
}

/* y + V softmax(Q^T K / sqrt(c))^T for each head */
static Node *attention_block(Node *y) {
    Node *q = heads_of(y, "query"), *k = heads_of(y, "key"), *v = heads_of(y, "value");
    Node *scores = ag_matmul(q, k, (Matmul){.transpose_a = true});
    Node *weights = ag_softmax(
        ag_scale(scores, (Scale){1 / sqrt((double)CHANNELS / HEADS)}), (Axis){3});
    Node *read = ag_matmul(v, weights, (Matmul){.transpose_b = true});
    return ag_add(y, ag_reshape(read, (Reshape){y->shape}));
}

/* y / (1 + the mean of y^2 over each image) */
static Node *calm(Node *y) {
    Node *energy = ag_mean_axis(ag_square(y), (Axes){.c = true, .h = true, .w = true});
    return ag_div(y, ag_broadcast(ag_shift(energy, (Shift){1}), (Broadcast){y->shape}));
}

/* The network of bench/oracle/golden_network.py, up to its loss. */
static Node *record(void) {
    Node *x = tape_constant(tape, expected(NULL, "x"));
    const Conv2d mirrored = {.pad = 1, .mode = PAD_REFLECT};
    Node *y = ag_conv2d(x, weight("stem"), NULL, mirrored);
    y = ag_relu(ag_instance_norm(y, vector("scale"), vector("shift"),
                                 (InstanceNorm){.epsilon = 1e-5}));
    y = attention_block(residual_block(y));
    Node *coarse = ag_avg_pool(y, (Pool2d){.kernel = 2});
    y = calm(ag_add(y, ag_upsample(coarse, (Upsample){.factor = 2})));
    Node *z = ag_linear(ag_mean_axis(y, (Axes){.h = true, .w = true}), weight("head"),
                        vector("headbias"));
    Tensor wanted = expected(NULL, "wanted");
    wanted.shape = z->shape;
    Node *right = ag_mul(ag_log_softmax(z, (Axis){1}), tape_constant(tape, wanted));
    return ag_scale(ag_sum(right), (Scale){-1.0 / z->shape.n});
}

typedef Optimizer *(*Make)(Objective);

static Optimizer *make_gd(Objective f) {
    return gd_new(arena, f, (Gd){.lr = 0.05});
}

static Optimizer *make_momentum(Objective f) {
    return gd_new(
        arena, f,
        (Gd){.lr = 0.02, .momentum = 0.9, .dampening = 0.1, .weight_decay = 0.01});
}

static Optimizer *make_adam(Objective f) {
    Adam settings = ADAM_DEFAULTS;
    settings.lr = 0.01;
    return adam_new(arena, f, settings);
}

static Optimizer *make_adamw(Objective f) {
    Adam settings = ADAMW_DEFAULTS;
    settings.lr = 0.01;
    settings.weight_decay = 0.05;
    return adam_new(arena, f, settings);
}

static Optimizer *make_lbfgs(Objective f) {
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.lr = 0.5;
    settings.history = 5;
    return lbfgs_new(arena, f, settings);
}

static const struct {
    const char *name;
    Make make;
} methods[] = {{"gd", make_gd},
               {"momentum", make_momentum},
               {"adam", make_adam},
               {"adamw", make_adamw},
               {"lbfgs", make_lbfgs}};

enum { METHODS = sizeof methods / sizeof *methods };

/* One training: the tape, its parameters and the optimiser. */
typedef struct Run {
    Tape *tape;
    Node *loss;
    Parameters parameters;
    Optimizer *optimizer;
} Run;

static Run run_on(Tape *own, Make make) {
    tape = own;
    Run run = {.tape = own, .loss = record()};
    run.parameters = parameters_of(arena, run.loss);
    run.optimizer = make(parameters_objective(arena, &run.parameters, run.loss));
    return run;
}

static void every_optimiser_trains_the_network_as_torch_does(void **state) {
    (void)state;
    for (int m = 0; m < METHODS; m++) {
        Run run = run_on(tape_new(), methods[m].make);
        const real *losses = expected(methods[m].name, "losses").data;
        /* 8 3 9 + 8 + 8; 8 9 + 8 8 + 8; 3 8 8; 3 8 + 3 */
        assert_int_equal(run.parameters.size, 232 + 144 + 192 + 27);
        for (int i = 0; i < STEPS; i++) {
            const Step step = optimizer_step(run.optimizer);
            assert_null(step.stop);
            assert_close(step.loss, losses[i], exactness, 0);
        }
        tape_free(run.tape);
    }
}

/* Planned, and planned with values that are computed again. */
static void planned_tapes_train_with_the_same_bits(void **state) {
    (void)state;
    Run whole = run_on(tape_new(), make_adam), planned[2];
    for (int k = 0; k < 2; k++) {
        planned[k] = run_on(tape_new_planned(), make_adam);
        (k ? tape_plan_recompute : tape_plan)(planned[k].tape, planned[k].loss, 0, NULL);
    }
    assert_true(tape_bytes(planned[0].tape) < tape_bytes(whole.tape));
    for (int i = 0; i < STEPS; i++) {
        optimizer_step(whole.optimizer);
        for (int k = 0; k < 2; k++) {
            optimizer_step(planned[k].optimizer);
            assert_same_bits(planned[k].parameters.gradient, whole.parameters.gradient,
                             whole.parameters.size);
            assert_same_bits(planned[k].parameters.x, whole.parameters.x,
                             whole.parameters.size);
        }
    }
    for (int k = 0; k < 2; k++)
        tape_free(planned[k].tape);
    tape_free(whole.tape);
}

static void list_state(const Run *run, StateList *list) {
    *list = (StateList){0};
    parameters_state(&run->parameters, list);
    optimizer_state(run->optimizer, list);
}

/* Five steps, a checkpoint, and five more by another network from the file. */
static void a_training_continues_from_a_checkpoint_with_the_same_bits(void **state) {
    (void)state;
    const char *path = "test_parameters.checkpoint";
    for (int m = 0; m < METHODS; m++) {
        Run one = run_on(tape_new(), methods[m].make);
        Run other = run_on(tape_new(), methods[m].make);
        StateList list;
        CheckpointFile file;
        Error err;
        for (int i = 0; i < STEPS / 2; i++)
            optimizer_step(one.optimizer);
        list_state(&one, &list);
        assert_true(checkpoint_write(path, "", &list, &err));
        list_state(&other, &list);
        assert_true(checkpoint_read(arena, path, &file, &err));
        if (!checkpoint_restore(&file, &list, &err)) fail_msg("%s", err.text);
        for (int i = STEPS / 2; i < STEPS; i++) {
            const Step a = optimizer_step(one.optimizer),
                       b = optimizer_step(other.optimizer);
            assert_true(a.loss == b.loss);
            assert_same_bits(one.parameters.x, other.parameters.x, one.parameters.size);
        }
        tape_free(one.tape);
        tape_free(other.tape);
        remove(path);
        remove(checkpoint_previous(arena, path));
    }
}

/* ---- The vector ---- */

static Node *filled(Shape shape, real value) {
    Tensor t = tensor_alloc(arena, shape);
    tensor_fill(t, value);
    return tape_variable(tape, t);
}

/* loss = sum of a b: da = b = 3, db = a = 2. c does not lead to it. */
static void parameters_are_the_variables_that_lead_to_the_loss(void **state) {
    (void)state;
    tape = tape_new();
    Node *a = filled((Shape){1, 1, 1, 2}, 2), *c = filled((Shape){1, 1, 1, 3}, 5);
    Node *b = filled((Shape){1, 1, 1, 2}, 3);
    Node *loss = ag_sum(ag_mul(a, b));
    ag_sum(ag_add(c, c));
    Parameters p = parameters_of(arena, loss);
    const real x[] = {2, 2, 3, 3}, gradient[] = {3, 3, 2, 2};
    assert_int_equal(p.size, 4);
    assert_same_bits(p.x, x, 4);
    const Objective f = parameters_objective(arena, &p, loss);
    assert_close(f.evaluate(f.context), 12, 0, 0);
    assert_same_bits(p.gradient, gradient, 4);
    assert_ptr_equal(node_tensor(a).data, p.x);
    assert_ptr_equal(node_tensor(b).data, p.x + 2);
    p.x[1] = 10; /* 10 3 + 2 3 */
    assert_close(f.evaluate(f.context), 36, 0, 0);
    tape_free(tape);
}

/* Only b is moved: a step along its gradient 2 leaves a as it is. */
static void a_part_of_the_variables_is_trained_alone(void **state) {
    (void)state;
    tape = tape_new();
    Node *a = filled((Shape){1, 1, 1, 2}, 2), *b = filled((Shape){1, 1, 1, 2}, 3);
    Node *loss = ag_sum(ag_mul(a, b));
    Parameters p = parameters_of_leaves(arena, 1, &b);
    Optimizer *o = gd_new(arena, parameters_objective(arena, &p, loss), (Gd){.lr = 0.25});
    assert_close(optimizer_step(o).loss, 12, 0, 0);
    assert_close(a->value[0], 2, 0, 0);
    assert_close(b->value[1], 2.5, 0, 0);
    tape_free(tape);
}

static NamedTensor named(const char *name, int count, real first) {
    NamedTensor t = {.name = name,
                     .tensor = tensor_alloc(arena, (Shape){1, 1, 1, count})};
    for (int i = 0; i < count; i++)
        t.tensor.data[i] = first + (real)i;
    return t;
}

/* Two lists, 1 2 3 and 10 11 | 20: the leaves read the packed tensors, and a leaf of
 * another tensor has no place in the vector. */
static void lists_are_packed_one_after_the_other(void **state) {
    (void)state;
    tape = tape_new();
    NamedTensor first[] = {named("a", 3, 1)};
    NamedTensor second[] = {named("b", 2, 10), named("c", 1, 20)};
    const NamedTensors lists[] = {{1, first}, {2, second}};
    const Parameters p = parameters_pack(arena, lists, 2);
    const real x[] = {1, 2, 3, 10, 11, 20}, gradient[] = {0, 0, 0, 20, 22, 40};
    assert_int_equal(p.size, 6);
    assert_same_bits(p.x, x, 6);
    assert_int_equal(p.list[1].count, 2);
    assert_string_equal(p.list[1].items[1].name, "c");
    assert_ptr_equal(p.list[0].items[0].tensor.data, p.x);
    Node *c = tape_variable(tape, p.list[1].items[1].tensor);
    Node *b = tape_variable(tape, p.list[1].items[0].tensor);
    Node *other = filled((Shape){1, 1, 1, 2}, 7);
    Node *loss = ag_add(ag_sum(ag_square(ag_add(b, ag_scale(other, (Scale){0})))),
                        ag_sum(ag_square(c)));
    tape_backward(tape, loss);
    parameters_gather(&p, tape);
    assert_same_bits(p.gradient, gradient, 6);
    tape_free(tape);
}

static void take_all(void *loss) {
    parameters_of(arena, loss);
}

static void take_one(void *node) {
    parameters_of_leaves(arena, 1, (Node *[]){node});
}

static void leaves_that_are_no_parameters_are_refused(void **state) {
    (void)state;
    tape = tape_new();
    Tensor t = tensor_alloc(arena, SCALAR);
    Node *fixed = tape_constant(tape, t), *sum = ag_sum(fixed);
    Node *twice = ag_add(tape_variable(tape, t), tape_variable(tape, t));
    assert_check_fails(take_all, sum, "no variable leads to node 1 (sum)");
    assert_check_fails(take_one, fixed, "node 0 (constant) is no variable");
    assert_check_fails(take_all, twice, "nodes 2 and 3 read the same memory");
    tape_free(tape);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_optimiser_trains_the_network_as_torch_does),
        TEST(planned_tapes_train_with_the_same_bits),
        TEST(a_training_continues_from_a_checkpoint_with_the_same_bits),
        TEST(parameters_are_the_variables_that_lead_to_the_loss),
        TEST(a_part_of_the_variables_is_trained_alone),
        TEST(lists_are_packed_one_after_the_other),
        TEST(leaves_that_are_no_parameters_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
