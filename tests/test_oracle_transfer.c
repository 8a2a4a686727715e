/* A whole style transfer, small enough to keep, against PyTorch: the total loss, its
 * gradient with respect to the image, and ten steps of the optimisers.
 *
 *     image -> conv1, relu -> average pooling -> conv2, relu -> max pooling
 *             -> conv3, relu
 *     total = content(relu2) + 5 (style(relu1) + 1/2 style(relu2) + 2 style(relu3))
 *             + 0.01 tv                           half-sum, gatys, squares */
#include "losses/content.h"
#include "losses/style.h"
#include "losses/total.h"
#include "losses/tv.h"
#include "nn/ops.h"
#include "optim/optimizer.h"
#include "tests/oracle.h"

enum { LAYERS = 3 };

static void record_features(Node *x, Node *features[LAYERS]) {
    const char *names[LAYERS] = {"conv1", "conv2", "conv3"};
    for (int i = 0; i < LAYERS; i++) {
        Tensor b = expected(names[i], "b");
        b.shape = (Shape){1, (int)shape_size(b.shape), 1, 1};
        if (i == 1) x = ag_avg_pool(x, (Pool2d){.kernel = 2});
        if (i == 2) x = ag_max_pool(x, (Pool2d){.kernel = 2});
        Node *w = tape_constant(tape, expected(names[i], "w"));
        x = ag_relu(ag_conv2d(x, w, tape_constant(tape, b), (Conv2d){.pad = 1}));
        features[i] = x;
    }
}

/* Records everything; the targets are computed on the same tape from constants. */
static Node *record_total(Node *image) {
    Node *f[LAYERS], *p[LAYERS], *a[LAYERS], *terms[LAYERS + 2];
    record_features(tape_constant(tape, expected(NULL, "content")), p);
    record_features(tape_constant(tape, expected(NULL, "style")), a);
    record_features(image, f);
    for (int i = 0; i < LAYERS; i++) {
        Node *target = ag_gram(a[i], gram_params(GRAM_HW, a[i]));
        terms[i] = ag_style_loss(f[i], target, STYLE_GATYS, image->shape);
    }
    terms[3] = ag_content_loss(f[1], p[1], CONTENT_HALF_SUM);
    terms[4] = ag_tv_loss(image, TV_SQUARES);
    return ag_weighted_sum(5, terms, (double[]){5, 2.5, 10, 1, 0.01});
}

static Node *image, *total;

static int begin(void **state) {
    (void)state;
    oracle_open("tests/golden/torch_transfer.npz");
    image = leaf(NULL, "start");
    total = record_total(image);
    return 0;
}

static void total_loss_and_gradient_agree_with_torch(void **state) {
    (void)state;
    tape_backward(tape, total);
    check_value(total, NULL, "loss");
    check_gradient(image, NULL, "gradient");
}

static double evaluate(void *context) {
    (void)context;
    tape_forward(tape);
    tape_backward(tape, total);
    return (double)node_scalar(total);
}

static Objective objective(void) {
    size_t size = shape_size(image->shape);
    return (Objective){size, image->value, image->grad, evaluate, NULL};
}

enum { STEPS = 10 };

/* The loss before each step and after the last, and the image in the end. Rounding
 * errors grow from step to step, hence the wider tolerance. */
static void check_ten_steps(Optimizer *optimizer, const char *of) {
#ifdef REAL_DOUBLE
    const double tolerance = 1e-6;
#else
    const double tolerance = 1e-3;
#endif
    real losses[STEPS + 1];
    for (int i = 0; i < STEPS; i++) {
        Step step = optimizer_step(optimizer);
        assert_null(step.stop);
        losses[i] = (real)step.loss;
    }
    losses[STEPS] = (real)evaluate(NULL);
    assert_all_close(losses, expected(of, "losses").data, STEPS + 1, tolerance);
    assert_all_close(image->value, expected(of, "picture").data, shape_size(image->shape),
                     tolerance);
}

static void gradient_descent_walks_with_torch(void **state) {
    (void)state;
    check_ten_steps(gd_new(arena, objective(), (Gd){.lr = 0.01}), "sgd");
}

static void momentum_walks_with_torch(void **state) {
    (void)state;
    Gd settings = {.lr = 0.01, .momentum = 0.9};
    check_ten_steps(gd_new(arena, objective(), settings), "momentum");
}

static void nesterov_walks_with_torch(void **state) {
    (void)state;
    Gd settings = {.lr = 0.01, .momentum = 0.9, .nesterov = true};
    check_ten_steps(gd_new(arena, objective(), settings), "nesterov");
}

static void adam_walks_with_torch(void **state) {
    (void)state;
    Adam settings = ADAM_DEFAULTS;
    settings.lr = 0.05;
    check_ten_steps(adam_new(arena, objective(), settings), "adam");
}

static void lbfgs_walks_with_torch(void **state) {
    (void)state;
    check_ten_steps(lbfgs_new(arena, objective(), LBFGS_DEFAULTS), "lbfgs");
}

/* Three pairs are forgotten again and again in ten steps. */
static void lbfgs_with_a_short_memory_walks_with_torch(void **state) {
    (void)state;
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.history = 3;
    check_ten_steps(lbfgs_new(arena, objective(), settings), "short");
}

static void lbfgs_with_a_line_search_walks_with_torch(void **state) {
    (void)state;
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.strong_wolfe = true;
    check_ten_steps(lbfgs_new(arena, objective(), settings), "wolfe");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, oracle_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(total_loss_and_gradient_agree_with_torch),
        TEST(gradient_descent_walks_with_torch),
        TEST(momentum_walks_with_torch),
        TEST(nesterov_walks_with_torch),
        TEST(adam_walks_with_torch),
        TEST(lbfgs_walks_with_torch),
        TEST(lbfgs_with_a_short_memory_walks_with_torch),
        TEST(lbfgs_with_a_line_search_walks_with_torch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
