/* 07 What survives in a layer?
 *
 * A layer turns a photograph into features P: a row for each channel i, a column for each
 * position j. Throw the photograph away, start from noise x, and move its pixels until
 * its features F are P again, that is, until nothing is left of
 *
 *     J = 1/2 sum_ij (F_ij - P_ij)^2      dJ/dF_ij = F_ij - P_ij
 *
 * (documents 000 and 003, 4.1; 002, 2.3 without the 1/2; the program in 000: the mean).
 * Document 001, section 3, leaves a choice; in our letters:
 *
 *     L_1 = sum_ij |F_ij - P_ij|          dL_1/dF_ij = sign(F_ij - P_ij)
 *     L_2 = sum_ij (F_ij - P_ij)^2        dL_2/dF_ij = 2 (F_ij - P_ij)
 *
 *     make lesson-07        or: 07_content_loss [PICTURE] [--size N] [--weights FILE]
 *
 * You will see a photograph rebuilt from four layers, and what each has forgotten; and
 * gradient descent on L_1 and on L_2. */
#include <math.h>

#include "autograd/ops.h"
#include "io/image.h"
#include "lessons/lesson.h"
#include "losses/content.h"
#include "losses/tv.h"
#include "optim/optimizer.h"
#include "optim/vector.h"

#define SMOOTH 1e-3 /* weight of the smoothness of lesson 10, times the first J */
enum { LAYERS = 4, STEPS = 80, DESCENTS = 3, DESCENT = 150 /* steps of each */ };
static const char *const layers[LAYERS] = {"relu1_2", "relu2_2", "relu3_3", "relu4_1"};

typedef struct Rebuilding {
    Tape *tape;
    Node *x, *f, *p, *j, *loss; /* pixels, F, P, J, and what is to become small */
} Rebuilding;

static void compare_forms(Lesson *l, Network *net, Tensor photo);
static void print_gradient(Lesson *l, const char *name, Rebuilding r, ContentForm form);
static void compare_descents(Lesson *l, Network *net, Tensor photo);
static void descend(Rebuilding r, ContentForm form, double first, double *left);
static Node *content_loss(Node *f, Node *p);
static Rebuilding begin(Lesson *l, Network *net, Tensor photo, int k, double smooth);
static Tensor rebuild(Lesson *l, Network *net, Tensor photo, int k, double smooth,
                      double *curve);
static double evaluate(void *context);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "07_content_loss", 64);
    Tensor photo = lesson_picture(l, 0, "scene.png"), sheet[2][LAYERS + 1];
    Network *net = lesson_network_pooling(l, POOL_AVG);
    double step[STEPS], alone[LAYERS][STEPS], smoothed[STEPS];
    Series curves[LAYERS];
    for (int i = 0; i < STEPS; i++)
        step[i] = i + 1;
    compare_forms(l, net, photo);
    lesson_print(l, "\nnoise, %d steps of L-BFGS later   J left   (x - photo)^2\n",
                 STEPS);
    for (int k = 0; k < LAYERS; k++) {
        sheet[0][k + 1] = rebuild(l, net, photo, k, 0, alone[k]);
        sheet[1][k + 1] = rebuild(l, net, photo, k, SMOOTH, smoothed);
        curves[k] = (Series){layers[k], STEPS, step, alone[k]};
    }
    const Shape s = photo.shape;
    sheet[0][0] = sheet[1][0] = image_resize(lesson_arena(l), photo, 2 * s.h, 2 * s.w);
    lesson_show_sheet(l, "rebuilt.png", 2 * LAYERS + 2, sheet[0], LAYERS + 1);
    lesson_plot(l, "loss.svg",
                &(Plot){"Rebuilding a photograph from one layer", "step of L-BFGS",
                        "J / J of the noise", false, true, LAYERS, curves});
    compare_descents(l, net, photo);
    return lesson_end(l);
}

/* Distances of one name, in a picture small enough for a gradient check. */
static void compare_forms(Lesson *l, Network *net, Tensor photo) {
    Rebuilding r = begin(l, net, image_resize(lesson_arena(l), photo, 12, 16), 2, 0);
    lesson_print(l, "x %s   F, P %s\n", SHAPE(r.x->shape), SHAPE(r.f->shape));
    for (ContentForm form = CONTENT_HALF_SUM; form <= CONTENT_MEAN; form++) {
        const double loss = (double)node_scalar(ag_content_loss(r.f, r.p, form));
        lesson_print(l, "%-9s %-18s %8.4g = %.4g J\n", content_forms[form].name,
                     content_forms[form].formula, loss, loss / (double)node_scalar(r.j));
    }
    lesson_gradcheck(l, "J by the pixels x", r.tape, r.j);
    lesson_print(l, "\ndocument 001      loss   |dL/dF|: least above 0     most\n");
    print_gradient(l, "L_1", r, CONTENT_ABS);
    print_gradient(l, "L_2", r, CONTENT_SUM);
    tape_free(r.tape);
}

/* How hard a loss pulls at the features that are wrong by least, and by most. */
static void print_gradient(Lesson *l, const char *name, Rebuilding r, ContentForm form) {
    Node *loss = ag_content_loss(r.f, r.p, form);
    double least = HUGE_VAL, most = 0;
    tape_backward(r.tape, loss);
    for (size_t i = 0; i < shape_size(r.f->shape); i++) {
        const double pull = fabs((double)r.f->grad[i]);
        least = pull > 0 ? fmin(least, pull) : least;
        most = fmax(most, pull);
    }
    lesson_print(l, "%-12s %9.4g %25.2g %8.2g\n", name, (double)node_scalar(loss), least,
                 most);
    lesson_gradcheck(l, name, r.tape, loss);
}

/* J = 1/2 sum_ij (F_ij - P_ij)^2 */
static Node *content_loss(Node *f, Node *p) {
    return ag_scale(ag_sum(ag_square(ag_sub(f, p))), (Scale){0.5});
}

/* Noise, and the way from it to J. P is a constant, computed once. */
static Rebuilding begin(Lesson *l, Network *net, Tensor photo, int k, double smooth) {
    Rebuilding r = {.tape = tape_new()};
    Tape *other = tape_new();
    lesson_record(l, net, tape_constant(other, photo), &layers[k], 1, &r.p);
    r.p = tape_constant(r.tape, tape_keep(lesson_arena(l), r.p));
    tape_free(other);
    Tensor noise = tensor_alloc(lesson_arena(l), photo.shape);
    tensor_fill_normal(noise, &(Rng){7}, 0.5, 0.1);
    r.x = tape_variable(r.tape, noise);
    lesson_record(l, net, r.x, &layers[k], 1, &r.f);
    r.loss = r.j = content_loss(r.f, r.p);
    const Scale weight = {smooth * (double)node_scalar(r.j)};
    if (smooth > 0) r.loss = ag_add(r.j, ag_scale(ag_tv_loss(r.x, TV_SQUARES), weight));
    return r;
}

/* Moves the noise until its features are those of the photograph. */
static Tensor rebuild(Lesson *l, Network *net, Tensor photo, int k, double smooth,
                      double *curve) {
    Rebuilding r = begin(l, net, photo, k, smooth);
    Tensor x = node_tensor(r.x);
    Node *off = ag_mean(ag_square(ag_sub(r.x, tape_constant(r.tape, photo))));
    const Objective pixels = {shape_size(x.shape), x.data, r.x->grad, evaluate, &r};
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.strong_wolfe = true;
    Optimizer *lbfgs = lbfgs_new(lesson_arena(l), pixels, settings);
    const double first = (double)node_scalar(r.j);
    for (int i = 0; i < STEPS; i++) {
        optimizer_step(lbfgs);
        curve[i] = (double)node_scalar(r.j) / first;
    }
    lesson_print(l, "%-8s%-15s %-8s %8.1e %15.4f\n", layers[k], SHAPE(r.f->shape),
                 smooth > 0 ? "smoothed" : "alone", curve[STEPS - 1],
                 (double)node_scalar(off));
    tape_free(r.tape);
    return image_resize(lesson_arena(l), x, 2 * x.shape.h, 2 * x.shape.w);
}

/* Gradient descent on L_1, twice, and on L_2; all are measured by L_1. */
static void compare_descents(Lesson *l, Network *net, Tensor photo) {
    static const ContentForm form[DESCENTS] = {CONTENT_ABS, CONTENT_ABS, CONTENT_SUM};
    static const double first[DESCENTS] = {0.1, 0.05, 0.05};
    static const char *const name[DESCENTS] = {
        "L_1, first step 0.1", "L_1, first step 0.05", "L_2, first step 0.05"};
    double step[DESCENT], left[DESCENTS][DESCENT];
    Series curves[DESCENTS];
    lesson_print(l, "\nsum |F - P| left     after %3d of %3d steps         at the end\n",
                 DESCENT / 2, DESCENT);
    for (int i = 0; i < DESCENT; i++)
        step[i] = i + 1;
    for (int k = 0; k < DESCENTS; k++) {
        descend(begin(l, net, photo, 0, 0), form[k], first[k], left[k]);
        lesson_print(l, "%-20s %22.2f %18.2f\n", name[k], left[k][DESCENT / 2 - 1],
                     left[k][DESCENT - 1]);
        curves[k] = (Series){name[k], DESCENT, step, left[k]};
    }
    lesson_plot(l, "descent.svg",
                &(Plot){"Gradient descent on document 001's two losses", "step",
                        "sum |F - P|, noise = 1", false, true, DESCENTS, curves});
}

/* Document 001's third formula on the pixels, x = x - alpha dL/dx, with a constant alpha:
 * the first step moves the pixel that moves most by `first`. */
static void descend(Rebuilding r, ContentForm form, double first, double *left) {
    Node *off = ag_content_loss(r.f, r.p, CONTENT_ABS);
    const size_t n = shape_size(r.x->shape);
    const double start = (double)node_scalar(off);
    r.loss = ag_content_loss(r.f, r.p, form);
    evaluate(&r);
    const double alpha = first / vector_max_abs(n, r.x->grad);
    for (int i = 0; i < DESCENT; i++) {
        vector_add(n, -alpha, r.x->grad, r.x->value);
        evaluate(&r);
        left[i] = (double)node_scalar(off) / start;
    }
    tape_free(r.tape);
}

static double evaluate(void *context) {
    Rebuilding *r = context;
    tape_forward(r->tape);
    tape_backward(r->tape, r->loss);
    return (double)node_scalar(r->loss);
}

/* Exercises
 * 1. The mean is J / 768 here. What is it at relu1_2? Why does Adam hardly care?
 * 2. Take POOL_MAX instead of POOL_AVG. Which layers suffer, and why?
 * 3. Start from the painting instead of noise. Does anything of it remain? */
