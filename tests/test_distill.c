/* Training a small network: batches of photographs, the packed weights, the gradient of
 * the distillation loss, and the properties of the normalised result. */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "autograd/tape_plan.h"
#include "optim/schedule.h"
#include "tensor/threads.h"
#include "tests/distill.h"
#include "train/painted.h"
#include "train/parameters.h"

/* Neighbours differ by the same step everywhere, whatever the scale and the mirror. */
static void a_batch_holds_squares_of_photographs(void **state) {
    (void)state;
    Photos *photos = photographs();
    assert_int_equal(photos_count(photos), PHOTOGRAPHS);
    Tensor batch = tensor_alloc(arena, (Shape){12, 3, SIDE, SIDE});
    Rng rng = rng_seed(2);
    bool mirrored = false, upright = false;
    assert_true(photos_batch(photos, PHOTOS_TRAIN, &rng, batch, &err));
    for (int n = 0; n < 12; n++) {
        double across =
            (double)(*tensor_at(batch, n, 0, 8, 9) - *tensor_at(batch, n, 0, 8, 8));
        double down =
            (double)(*tensor_at(batch, n, 1, 9, 8) - *tensor_at(batch, n, 1, 8, 8));
        mirrored = mirrored || across < 0, upright = upright || across > 0;
        assert_close(fabs(across), down, 0.3, 0); /* resizing is not exactly even */
        assert_true(down > 4.0 / 255 && down < 6.0 / 255 * 24 / SIDE);
        assert_close(*tensor_at(batch, n, 0, 2, 3), *tensor_at(batch, n, 0, 12, 3), 0,
                     1e-6);
    }
    assert_true(mirrored && upright);
}

static void a_batch_does_not_depend_on_threads(void **state) {
    (void)state;
    Photos *photos = photographs();
    Tensor one = tensor_alloc(arena, (Shape){5, 3, SIDE, SIDE}),
           two = tensor_clone(arena, one);
    Rng rng = rng_seed(3), same = rng;
    threads_set(1);
    assert_true(photos_batch(photos, PHOTOS_TEST, &rng, one, &err));
    threads_set(3);
    assert_true(photos_batch(photos, PHOTOS_TEST, &same, two, &err));
    assert_same_bits(one.data, two.data, shape_size(one.shape));
}

static void too_few_and_missing_photographs_are_refused(void **state) {
    (void)state;
    const char *one[] = {file}, *missing[] = {"/nowhere/x.png"};
    assert_null(photos_open(arena, one, 1, &err));
    assert_non_null(strstr(err.text, "too few"));
    assert_null(photos_open(arena, missing, 1, &err));
    assert_non_null(strstr(err.text, "/nowhere/x.png"));
}

static void packed_weights_are_one_vector_and_get_their_gradients(void **state) {
    (void)state;
    real a[] = {1, 2, 3}, b[] = {4, 5};
    NamedTensor items[] = {{.name = "a", .rank = 1, .tensor = {{1, 1, 1, 3}, a}},
                           {.name = "b", .rank = 1, .tensor = {{1, 1, 1, 2}, b}}};
    NamedTensors list = {2, items};
    Parameters p = parameters_pack(arena, &list, 1);
    assert_int_equal(p.size, 5);
    assert_all_close(p.x, ((real[]){1, 2, 3, 4, 5}), 5, 0);
    Tape *tape = tape_new();
    Node *first = tape_variable(tape, p.list[0].items[0].tensor);
    Node *other = tape_variable(tape, items[0].tensor); /* not one of them */
    Node *second = tape_variable(tape, p.list[0].items[1].tensor);
    for (int i = 0; i < 3; i++)
        first->grad[i] = (real)(10 + i), other->grad[i] = 99;
    second->grad[0] = 20, second->grad[1] = 21;
    parameters_gather(&p, tape);
    assert_all_close(p.gradient, ((real[]){10, 11, 12, 20, 21}), 5, 0);
    tape_free(tape);
}

static Distill *small_distill(Network **student) {
    return small_distill_painting(student, 0);
}

/* Squares of differences of two images, on average. */
static double apart(const real *a, const real *b, size_t size) {
    double sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += (double)(a[i] - b[i]) * (double)(a[i] - b[i]);
    return sum / (double)size;
}

/* A painting is put in place of the last image, begins as one of the batch or as noise,
 * and is moved a little every time, until it is old. */
static void a_part_of_the_batch_is_painted(void **state) {
    (void)state;
    const char *layers[] = {"relu1_1", "relu2_1"};
    const Shape shape = {1, 3, SIDE, SIDE};
    const size_t size = shape_size(shape);
    Network *student = new ("paintnet");
    network_random(student, 1);
    Painted *p = painted_new(arena, student, layers, 2, shape, 7, &err);
    assert_non_null(p);
    Photos *photos = photographs();
    Rng rng = rng_seed(3);
    Tensor batch = tensor_alloc(arena, (Shape){3, 3, SIDE, SIDE});
    Tensor before = tensor_alloc(arena, shape);
    int begun = 0;
    for (int i = 0; i < 2 * PAINTED_STEPS + 3; i++) {
        assert_true(photos_batch(photos, PHOTOS_TRAIN, &rng, batch, &err));
        Tensor photographed = tensor_clone(arena, batch);
        painted_step(p, batch);
        assert_same_bits(batch.data, photographed.data, 2 * size);
        const double moved = apart(batch.data + 2 * size, before.data, size);
        assert_true(moved > 0);
        begun += moved > 0.01;
        memcpy(before.data, batch.data + 2 * size, size * sizeof(real));
    }
    assert_int_equal(begun, 3);
    painted_free(p);
}

/* The second teacher teaches what the first one's weights do not reach. */
static void a_layer_is_taught_by_the_first_that_has_it(void **state) {
    (void)state;
    const DistillSettings settings = {
        .batch = 2,
        .side = SIDE,
        .layers = 2,
        .layer = {{"relu1_1", "relu1_1"}, {"relu2_1", "relu2_1"}}};
    const char *conv1_2 = "conv1_2";
    Network *whole = new ("vgg19_small16x"), *early = new ("vgg19_small16x"), *none[1];
    Network *student = new ("paintnet"), *both[] = {early, whole};
    network_random(whole, 5);
    Tape *tape = tape_new_planned();
    Node *y, *x = tape_example_constant(tape, (Shape){1, 3, 8, 8});
    assert_true(network_record(whole, tape, x, &conv1_2, 1, &y, &err));
    NamedTensors some = network_weights(whole, arena);
    tape_free(tape);
    assert_true(network_load(early, &some, "some", NULL, 0, &err));
    none[0] = early;
    assert_null(distill_new(arena, none, 1, student, photographs(), settings, &err));
    assert_non_null(strstr(err.text, "relu2_1"));
    Distill *d = distill_new(arena, both, 2, student, photographs(), settings, &err);
    assert_non_null(d);
    distill_free(d);
}

static void the_loss_has_the_gradient_it_says(void **state) {
    (void)state;
#ifdef REAL_DOUBLE
    Network *student;
    Distill *d = small_distill(&student);
    Objective f = distill_objective(d);
    f.evaluate(f.context);
    Tensor gradient = tensor_alloc(arena, (Shape){1, 1, 1, (int)f.size});
    memcpy(gradient.data, f.gradient, f.size * sizeof(real));
    double largest = 0;
    for (size_t i = 0; i < f.size; i++)
        largest = fmax(largest, fabs(f.gradient[i]));
    for (size_t i = 0; i < f.size; i += f.size / 23) {
        const real x = f.x[i], h = 1e-6;
        f.x[i] = x + h;
        double up = f.evaluate(f.context);
        f.x[i] = x - h;
        double down = f.evaluate(f.context);
        f.x[i] = x;
        assert_close((up - down) / (2 * h), gradient.data[i], 1e-4, 1e-6 * largest);
    }
    distill_free(d);
#endif
}

static void training_explains_more_and_more(void **state) {
    (void)state;
    Network *student;
    Distill *d = small_distill(&student);
    double before, after, layer[DISTILL_LAYERS];
    Optimizer *adam = adam_new(arena, distill_objective(d), ADAM_DEFAULTS);
    const Schedule schedule = schedule_one_cycle(1e-2, 20);
    assert_true(distill_test(d, 2, &before, layer, &err));
    assert_close(layer[0] + layer[1] + layer[2], before, 1e-5, 0);
    for (int i = 0; i < 20; i++) {
        assert_true(distill_batch(d, PHOTOS_TRAIN, &err));
        schedule_apply(&schedule, adam, i);
        assert_null(optimizer_step(adam).stop);
    }
    assert_true(distill_test(d, 2, &after, layer, &err));
    assert_true(after < 0.7 * before);
    distill_free(d);
}

/* A training, and what it remembers. */
typedef struct Training {
    Distill *distill;
    Optimizer *adam;
    StateList state;
} Training;

static Training training(void) {
    Network *student;
    Training t = {.distill = small_distill_painting(&student, 1)};
    t.adam = adam_new(arena, distill_objective(t.distill), ADAM_DEFAULTS);
    distill_state(t.distill, &t.state);
    optimizer_state(t.adam, &t.state);
    return t;
}

static void train_from(Training *t, int from, int to) {
    const Schedule schedule = schedule_one_cycle(1e-2, 60);
    for (int i = from; i < to; i++) {
        assert_true(distill_batch(t->distill, PHOTOS_TRAIN, &err));
        schedule_apply(&schedule, t->adam, i);
        assert_null(optimizer_step(t->adam).stop);
    }
}

/* After 38 steps, so that the painting, which begins with the first, is renewed in the
 * steps that follow. */
static void a_saved_training_continues_with_the_same_bits(void **state) {
    (void)state;
    Training whole = training(), rest = training();
    train_from(&whole, 0, 38);
    for (int i = 0; i < whole.state.count; i++) {
        const StatePiece *from = &whole.state.piece[i], *to = &rest.state.piece[i];
        assert_string_equal(from->name, to->name);
        assert_int_equal(from->count, to->count);
        memcpy(to->data, from->data, from->count * state_width(from->kind));
    }
    assert_true(distill_state_check(rest.distill, &err));
    train_from(&whole, 38, 46);
    train_from(&rest, 38, 46);
    for (int i = 0; i < whole.state.count; i++) {
        const StatePiece *a = &whole.state.piece[i], *b = &rest.state.piece[i];
        assert_memory_equal(a->data, b->data, a->count * state_width(a->kind));
    }
    distill_free(whole.distill);
    distill_free(rest.distill);
}

static void states_that_no_training_has_are_refused(void **state) {
    (void)state;
    Training t = training();
    int *ages = state_find(&t.state, "painted ages")->data;
    real *weights = state_find(&t.state, "weights")->data;
    assert_true(distill_state_check(t.distill, &err));
    *ages = -1;
    assert_false(distill_state_check(t.distill, &err));
    *ages = INT_MAX;
    assert_false(distill_state_check(t.distill, &err));
    *ages = 3;
    weights[5] = (real)NAN;
    assert_false(distill_state_check(t.distill, &err));
    assert_non_null(strstr(err.text, "weight 5"));
    distill_free(t.distill);
}

/* relu3_3 of one image, as the student is now. */
static Tensor deepest(Network *student, Tensor image) {
    const char *name[] = {"relu3_3"};
    Node *out;
    Tape *tape = tape_new();
    Node *x = ag_normalize(tape_constant(tape, image), network_normalize(student));
    assert_true(network_record(student, tape, x, name, 1, &out, &err));
    Tensor kept = tape_keep(arena, out);
    tape_free(tape);
    return kept;
}

static void
normalised_layers_are_1_in_the_mean_and_the_same_but_for_a_factor(void **state) {
    (void)state;
    Network *student;
    Distill *d = small_distill(&student);
    Tensor image = tensor_alloc(arena, (Shape){2, 3, SIDE, SIDE});
    Rng rng = rng_seed(6);
    assert_true(photos_batch(photographs(), PHOTOS_TRAIN, &rng, image, &err));
    Tensor before = deepest(student, image);
    assert_true(distill_normalize(d, &err));
    Tensor after = deepest(student, image);
    double sum_before = 0, sum_after = 0;
    const size_t size = shape_size(before.shape);
    for (size_t i = 0; i < size; i++)
        sum_before += (double)before.data[i], sum_after += (double)after.data[i];
    for (size_t i = 0; i < size; i++)
        assert_close(after.data[i], (double)before.data[i] * sum_after / sum_before, 1e-3,
                     1e-4);
    assert_close(sum_after / (double)size, 1, 0.3, 0); /* other photographs */
    distill_free(d);
}

/* lr / 25 at first, lr at 30 % of the steps, lr / 250000 at last: PyTorch's
 * OneCycleLR(max_lr=4e-3, total_steps=10) begins 1.6e-4, 2.08e-3 (half way up) and
 * reaches 4e-3 at step 2. */
static void one_cycle_rises_and_falls_as_pytorchs(void **state) {
    (void)state;
    const Schedule s = schedule_one_cycle(4e-3, 10);
    assert_close(schedule_rate(&s, 0), 1.6e-4, 1e-12, 0);
    assert_close(schedule_rate(&s, 1), 2.08e-3, 1e-12, 0);
    assert_close(schedule_rate(&s, 2), 4e-3, 1e-12, 0);
    assert_close(schedule_rate(&s, 9), 1.6e-8, 1e-9, 0);
    assert_close(schedule_rate(&s, 12), 1.6e-8, 1e-9, 0);
    for (int i = 3; i < 10; i++)
        assert_true(schedule_rate(&s, i) < schedule_rate(&s, i - 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_batch_holds_squares_of_photographs),
        TEST(a_batch_does_not_depend_on_threads),
        TEST(too_few_and_missing_photographs_are_refused),
        TEST(packed_weights_are_one_vector_and_get_their_gradients),
        TEST(a_part_of_the_batch_is_painted),
        TEST(a_layer_is_taught_by_the_first_that_has_it),
        TEST(the_loss_has_the_gradient_it_says),
        TEST(training_explains_more_and_more),
        TEST(a_saved_training_continues_with_the_same_bits),
        TEST(states_that_no_training_has_are_refused),
        TEST(normalised_layers_are_1_in_the_mean_and_the_same_but_for_a_factor),
        TEST(one_cycle_rises_and_falls_as_pytorchs),
    };
    return cmocka_run_group_tests(tests, write_photograph, remove_photograph);
}
