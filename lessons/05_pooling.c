/* Lesson 05: max or average?
 *
 * A pooling layer computes one value for each window of k = 4 pixels g_i1 ... g_ik:
 *
 *     p_i = max(g_i1, ..., g_ik)          dg_ij = dp_i for the largest one, else 0
 *     p_i = (g_i1 + ... + g_ik) / k       dg_ij = dp_i / k
 *
 * Document 004 (4.1) has the first formula. Document 002 (2) says that Gatys replaced it
 * by the second one, because the images look better.
 *
 *     make lesson-05        or   build/double/lessons/05_pooling photo.jpg --size 256
 *
 * You will see what each formula keeps of a photograph, and which pixels a gradient still
 * reaches through one, two, three and four poolings. */
#include <math.h>

#include "autograd/ops.h"
#include "lessons/lesson.h"
#include "nn/ops.h"

enum { LEVELS = 4 };

typedef Node *Pool(Node *x, Pool2d params);

/* What is left after 1, 2, ... poolings. */
typedef struct Levels {
    Tensor pooled[LEVELS];   /* p, enlarged to the size of the photograph */
    Tensor gradient[LEVELS]; /* by the green values of the photograph */
    double lost[LEVELS];     /* root mean square of p - photograph */
    double reached[LEVELS];  /* share of the pixels whose gradient is not 0 */
} Levels;

static void four_windows(Lesson *l, const char *name, Pool *pool);
static Levels pool_often(Lesson *l, const char *name, Pool *pool, Tensor photo);
static double distance(Tensor a, Tensor b);
static double share_not_zero(Tensor t);
static void show(Lesson *l, const Levels *max, const Levels *average);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "05_pooling", 256);
    Tensor photo = lesson_image(l, 0, "scene.png");
    four_windows(l, "max", ag_max_pool);
    four_windows(l, "average", ag_avg_pool);
    lesson_print(
        l, "\nd: root mean square of p - photograph; reached: pixels with a gradient\n"
           "poolings  shape of p   mean of p        d   reached\n");
    const Levels max = pool_often(l, "max", ag_max_pool, photo);
    const Levels average = pool_often(l, "average", ag_avg_pool, photo);
    show(l, &max, &average);
    return lesson_end(l);
}

/* The backward pass of dp = 10, 20, 30, 40 through four windows. */
static void four_windows(Lesson *l, const char *name, Pool *pool) {
    static real g[] = {1, 2, 8, 0, 4, 3, 6, 2, 5, 9, 1, 3, 7, 3, 2, 0};
    static const real dp[] = {10, 20, 30, 40};
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, (Tensor){(Shape){1, 1, 4, 4}, g});
    Node *p = pool(x, (Pool2d){.kernel = 2});
    tape_backward_from(tape, p, dp);
    lesson_print(l, "%s pooling: g ", name);
    lesson_print_tensor(l, node_tensor(x));
    lesson_print(l, "p ");
    lesson_print_tensor(l, node_tensor(p));
    lesson_print(l, "dg, for dp = 10, 20, 30, 40 ");
    lesson_print_tensor(l, tape_keep_grad(lesson_arena(l), x));
    lesson_gradcheck(l, name, tape, p);
    tape_free(tape);
}

/* The gradient is that of J = 1/2 sum p^2, so dp = p. */
static Levels pool_often(Lesson *l, const char *name, Pool *pool, Tensor photo) {
    Levels r;
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, photo);
    Node *p = x;
    for (int k = 0; k < LEVELS; k++) {
        p = pool(p, (Pool2d){.kernel = 2});
        r.pooled[k] = lesson_enlarge(l, node_tensor(p), photo.shape);
        r.lost[k] = distance(r.pooled[k], photo);
        tape_backward_from(tape, p, p->value);
        const Tensor dx = tape_keep_grad(lesson_arena(l), x);
        r.reached[k] = share_not_zero(dx);
        r.gradient[k] = lesson_grey(l, dx, 1);
        lesson_print(l, "%-7s %d %-14s %7.3f %8.3f %8.2f%%\n", name, k + 1,
                     SHAPE(p->shape), (double)node_scalar(ag_mean(p)), r.lost[k],
                     100 * r.reached[k]);
    }
    tape_free(tape);
    return r;
}

/* The root mean square of a - b. */
static double distance(Tensor a, Tensor b) {
    const size_t n = shape_size(a.shape);
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const real d = a.data[i] - b.data[i];
        sum += (double)(d * d);
    }
    return sqrt(sum / (double)n);
}

static double share_not_zero(Tensor t) {
    double count = 0;
    for (size_t i = 0; i < shape_size(t.shape); i++)
        count += t.data[i] != 0;
    return count / (double)shape_size(t.shape);
}

/* First row: max pooling; second row: average pooling. */
static void show(Lesson *l, const Levels *max, const Levels *average) {
    static const double level[LEVELS] = {1, 2, 3, 4};
    Tensor pooled[2][LEVELS];
    Tensor gradient[2][LEVELS];
    for (int k = 0; k < LEVELS; k++) {
        pooled[0][k] = max->pooled[k];
        pooled[1][k] = average->pooled[k];
        gradient[0][k] = max->gradient[k];
        gradient[1][k] = average->gradient[k];
    }
    lesson_show_sheet(l, "pooled.png", 2 * LEVELS, pooled[0], LEVELS);
    lesson_show_sheet(l, "gradient.png", 2 * LEVELS, gradient[0], LEVELS);
    const Series series[] = {{"max", LEVELS, level, max->reached},
                             {"average", LEVELS, level, average->reached}};
    const Plot plot = {.title = "Which pixels does the gradient reach?",
                       .x_label = "poolings",
                       .y_label = "share of pixels",
                       .log_y = true,
                       .series_count = 2,
                       .series = series};
    lesson_plot(l, "reached.svg", &plot);
}

/* Exercises
 * 1. Write both backward passes in mine/05_pooling.c.
 * 2. Shift the photograph by one pixel. How much do max and average pooling change?
 * 3. Pool with min: -max(-g). What happens to the windows of the house? */
