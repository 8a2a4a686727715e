/* A training that is saved after any step, and continued by another one, ends in the same
 * bits: weights, losses and reports. */
#include "train/training.h"

#include <math.h>
#include <string.h>

#include "tensor/threads.h"
#include "tests/distill.h"
#include "tests/states.h"

enum { STEPS = 5, EVERY = 2 }; /* reports after 2, 4 and 5 steps */

typedef struct Run {
    Distill *distill;
    Training *training;
    StateList state;
} Run;

static Run run_of(int steps, int every) {
    Network *student;
    threads_set(1);
    Run r = {.distill = small_distill_painting(&student, 1)};
    r.training = training_new(arena, r.distill, 1e-2, steps, every);
    training_state(r.training, &r.state);
    return r;
}

/* One step, and a report if it is due. */
static void take_step(Training *t, TrainingReport *last) {
    assert_true(training_step(t, &err));
    if (training_reports_now(t)) assert_true(training_report(t, last, &err));
}

static void assert_same_state(const StateList *a, const StateList *b) {
    for (int i = 0; i < a->count; i++)
        assert_memory_equal(a->piece[i].data, b->piece[i].data,
                            a->piece[i].count * state_width(a->piece[i].kind));
}

/* The steps after `at` of another training, which is in that state then. */
static void continue_after(int at, const StateList saved[STEPS + 1],
                           const TrainingReport right[STEPS + 1]) {
    TrainingReport report;
    Run rest = run_of(STEPS, EVERY);
    state_copy(&saved[at], &rest.state);
    assert_true(training_state_check(rest.training, &err));
    assert_int_equal(training_steps(rest.training), at);
    for (int i = at + 1; i <= STEPS; i++) {
        take_step(rest.training, &report);
        assert_same_state(&rest.state, &saved[i]);
        if (!training_reports_now(rest.training)) continue;
        assert_memory_equal(&report.loss, &right[i].loss, sizeof report.loss);
        assert_memory_equal(&report.test, &right[i].test, sizeof report.test);
    }
    distill_free(rest.distill);
}

static void a_training_continues_after_every_step(void **state) {
    (void)state;
    TrainingReport right[STEPS + 1];
    StateList saved[STEPS + 1];
    Run whole = run_of(STEPS, EVERY);
    saved[0] = state_saved(&whole.state);
    for (int i = 1; i <= STEPS; i++) {
        take_step(whole.training, &right[i]);
        saved[i] = state_saved(&whole.state);
    }
    for (int at = 0; at < STEPS; at++)
        continue_after(at, saved, right);
    distill_free(whole.distill);
}

/* After 2 and 4 steps and at the end; a training of 4 steps has no third one. */
static void reports_are_due_at_the_end_too(void **state) {
    (void)state;
    static const int due[STEPS] = {0, 1, 1, 2, 3};
    TrainingReport last;
    Run run = run_of(STEPS, EVERY), even = run_of(2 * EVERY, EVERY);
    assert_false(training_reports_now(run.training));
    for (int i = 0; i < STEPS; i++) {
        take_step(run.training, &last);
        assert_int_equal(training_reports(run.training), due[i]);
        assert_int_equal(training_reports_now(run.training), i == 1 || i >= 3);
    }
    assert_int_equal(last.step, STEPS);
    for (int i = 0; i < 2 * EVERY; i++)
        take_step(even.training, &last);
    assert_int_equal(training_reports(even.training), 2);
    distill_free(run.distill);
    distill_free(even.distill);
}

/* Of the same training with a report after each step, whose random numbers are taken back:
 * the loss of a report is the mean of those of its steps. */
static void a_report_has_the_mean_of_its_steps(void **state) {
    (void)state;
    TrainingReport last, single;
    Run run = run_of(STEPS, EVERY), each = run_of(STEPS, 1);
    double *mean = state_find(&each.state, "mean loss")->data, sum = 0;
    for (int i = 0; i < EVERY; i++) {
        assert_true(training_step(each.training, &err));
        const StateList before = state_saved(&each.state);
        assert_true(training_report(each.training, &single, &err));
        sum += single.loss;
        state_copy(&before, &each.state);
        *mean = 0;
        take_step(run.training, &last);
    }
    assert_close(last.loss, sum / EVERY, 1e-12, 0);
    assert_true(last.loss > 0);
    distill_free(run.distill);
    distill_free(each.distill);
}

static void assert_refused(const Run *run, const char *words) {
    assert_false(training_state_check(run->training, &err));
    if (!strstr(err.text, words)) fail_msg("\"%s\" lacks \"%s\"", err.text, words);
}

static void states_that_no_training_has_are_refused(void **state) {
    (void)state;
    Run run = run_of(STEPS, EVERY);
    int *step = state_find(&run.state, "training step")->data;
    double *mean = state_find(&run.state, "mean loss")->data,
           *rate = state_find(&run.state, "learning rate")->data;
    real *weights = state_find(&run.state, "weights")->data;
    assert_true(training_state_check(run.training, &err));
    *step = -1;
    assert_refused(&run, "step -1 of 5");
    *step = STEPS + 1;
    assert_refused(&run, "step 6 of 5");
    *step = STEPS;
    assert_true(training_state_check(run.training, &err));
    *mean = (double)INFINITY;
    assert_refused(&run, "mean loss");
    *mean = 1;
    *rate = -1;
    assert_refused(&run, "learning rate");
    *rate = 1;
    weights[3] = (real)NAN;
    assert_refused(&run, "weight 3");
    distill_free(run.distill);
}

/* The loss of such weights is no number; the step is not taken. */
static void a_loss_that_is_not_finite_ends_the_training(void **state) {
    (void)state;
    Run run = run_of(STEPS, EVERY);
    real *weights = state_find(&run.state, "weights")->data;
    assert_true(training_step(run.training, &err));
    assert_true(training_is_finite(run.training));
    weights[0] = (real)NAN;
    assert_false(training_step(run.training, &err));
    assert_non_null(strstr(err.text, "stopped at step 2"));
    assert_false(training_is_finite(run.training));
    assert_int_equal(training_steps(run.training), 1);
    distill_free(run.distill);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_training_continues_after_every_step),
        TEST(reports_are_due_at_the_end_too),
        TEST(a_report_has_the_mean_of_its_steps),
        TEST(states_that_no_training_has_are_refused),
        TEST(a_loss_that_is_not_finite_ends_the_training),
    };
    return cmocka_run_group_tests(tests, write_photograph, remove_photograph);
}
