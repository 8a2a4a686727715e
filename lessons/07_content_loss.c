/* Lesson 07: what survives in a layer?
 *
 * A layer turns a photograph into features P: a row for each channel i, a column for each
 * position j. Discard the photograph, start from noise x, and change its pixels until
 * its features F are equal to P. This minimises the content loss
 *
 *     J = 1/2 sum_ij (F_ij - P_ij)^2      dJ/dF_ij = F_ij - P_ij
 *
 * (documents 000 and 003, 4.1; 002, 2.3 without the 1/2; the program in 000: the mean).
 * Document 001, section 3, offers two losses; in our notation:
 *
 *     L_1 = sum_ij |F_ij - P_ij|          dL_1/dF_ij = sign(F_ij - P_ij)
 *     L_2 = sum_ij (F_ij - P_ij)^2        dL_2/dF_ij = 2 (F_ij - P_ij)
 *
 *     make lesson-07        or   build/double/lessons/07_content_loss photo.jpg
 *
 * You will see a photograph rebuilt from four layers, what each layer has lost, and
 * gradient descent on L_1 and on L_2. */
#include <math.h>

#include "autograd/ops.h"
#include "io/image.h"
#include "lessons/lesson.h"
#include "losses/content.h"
#include "losses/tv.h"
#include "optim/optimizer.h"
#include "optim/vector.h"

#define SMOOTH 1e-3 /* weight of the total variation of lesson 10, times the first J */
enum { LAYERS = 4, STEPS = 80 /* of L-BFGS, for each image */ };
static const char *const layers[LAYERS] = {"relu1_2", "relu2_2", "relu3_3", "relu4_1"};

/* The tape from the pixels to the loss. */
typedef struct Rebuilding {
    Tape *tape;
    Node *x;    /* the pixels, noise at first */
    Node *f;    /* F, the features of x */
    Node *p;    /* P, the features of the photograph */
    Node *j;    /* J */
    Node *loss; /* what is minimised: J, or J and a little total variation */
} Rebuilding;

/* One run of gradient descent. */
typedef struct Descent {
    const char *name;
    ContentForm form;
    double first_step; /* how far the first step moves the pixel that moves most */
} Descent;

enum { DESCENTS = 3, DESCENT_STEPS = 150 };
static const Descent descents[DESCENTS] = {
    {.name = "L_1, first step 0.1", .form = CONTENT_ABS, .first_step = 0.1},
    {.name = "L_1, first step 0.05", .form = CONTENT_ABS, .first_step = 0.05},
    {.name = "L_2, first step 0.05", .form = CONTENT_SUM, .first_step = 0.05},
};

static void compare_forms(Lesson *l, Network *net, Tensor photo);
static void rebuild_all(Lesson *l, Network *net, Tensor photo, const double *step);
static void compare_descents(Lesson *l, Network *net, Tensor photo, const double *step);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "07_content_loss", 64);
    Tensor photo = lesson_image(l, 0, "scene.png");
    Network *net = lesson_network_pooling(l, POOL_AVG);
    double step[DESCENT_STEPS]; /* 1, 2, 3 ... for the plots */
    for (int i = 0; i < DESCENT_STEPS; i++)
        step[i] = i + 1;
    compare_forms(l, net, photo);
    rebuild_all(l, net, photo, step);
    compare_descents(l, net, photo, step);
    return lesson_end(l);
}

/* J = 1/2 sum_ij (F_ij - P_ij)^2 */
static Node *content_loss(Node *f, Node *p) {
    return ag_scale(ag_sum(ag_square(ag_sub(f, p))), (Scale){0.5});
}

/* Records the graph from noise to the loss, with the features of layer k. P is computed
 * once, on a tape of its own, and is then a constant. */
static Rebuilding begin(Lesson *l, Network *net, Tensor photo, int k, double smooth) {
    Tape *other = tape_new();
    Node *target;
    lesson_record(l, net, tape_constant(other, photo), &layers[k], 1, &target);
    const Tensor photo_features = tape_keep(lesson_arena(l), target);
    tape_free(other);

    Tensor noise = tensor_alloc(lesson_arena(l), photo.shape);
    tensor_fill_normal(noise, &(Rng){7}, 0.5, 0.1);

    Rebuilding r = {.tape = tape_new()};
    r.p = tape_constant(r.tape, photo_features);
    r.x = tape_variable(r.tape, noise);
    lesson_record(l, net, r.x, &layers[k], 1, &r.f);
    r.j = content_loss(r.f, r.p);
    r.loss = r.j;
    if (smooth > 0) {
        const Scale weight = {smooth * (double)node_scalar(r.j)};
        r.loss = ag_add(r.j, ag_scale(ag_tv_loss(r.x, TV_SQUARES), weight));
    }
    return r;
}

/* Computes the loss and its gradient at the present x. */
static double evaluate(void *context) {
    Rebuilding *r = context;
    tape_forward(r->tape);
    tape_backward(r->tape, r->loss);
    return (double)node_scalar(r->loss);
}

/* The smallest gradient above 0 and the largest gradient, over all features. */
static void print_gradient(Lesson *l, const char *name, Rebuilding r, ContentForm form) {
    Node *loss = ag_content_loss(r.f, r.p, form);
    double least = HUGE_VAL;
    double most = 0;
    tape_backward(r.tape, loss);
    for (size_t i = 0; i < shape_size(r.f->shape); i++) {
        const double size = fabs((double)r.f->grad[i]);
        if (size > 0) least = fmin(least, size);
        most = fmax(most, size);
    }
    lesson_print(l, "%-12s %9.4g %25.3g %8.3g\n", name, (double)node_scalar(loss), least,
                 most);
    lesson_gradcheck(l, name, r.tape, loss);
}

/* The losses that are called content loss, in an image small enough for a check. */
static void compare_forms(Lesson *l, Network *net, Tensor photo) {
    Rebuilding r = begin(l, net, image_resize(lesson_arena(l), photo, 12, 16), 2, 0);
    lesson_print(l, "F, P %-20s          loss   in units of J\n", SHAPE(r.f->shape));
    for (ContentForm form = CONTENT_HALF_SUM; form <= CONTENT_MEAN; form++) {
        const double loss = (double)node_scalar(ag_content_loss(r.f, r.p, form));
        lesson_print(l, "%-9s %-19s %9.4g %15.4g\n", content_forms[form].name,
                     content_forms[form].formula, loss, loss / (double)node_scalar(r.j));
    }
    lesson_gradcheck(l, "J by the pixels x", r.tape, r.j);
    lesson_print(l, "\ndocument 001      loss   |dL/dF|: least above 0     most\n");
    print_gradient(l, "L_1", r, CONTENT_ABS);
    print_gradient(l, "L_2", r, CONTENT_SUM);
    tape_free(r.tape);
}

/* Changes the noise until its features are those of the photograph. */
static Tensor rebuild(Lesson *l, Network *net, Tensor photo, int k, double smooth,
                      double *curve) {
    Rebuilding r = begin(l, net, photo, k, smooth);
    Node *distance = ag_mean(ag_square(ag_sub(r.x, tape_constant(r.tape, photo))));
    const size_t n = shape_size(r.x->shape);
    const Objective pixels = {n, r.x->value, r.x->grad, evaluate, &r};
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.strong_wolfe = true;
    Optimizer *lbfgs = lbfgs_new(lesson_arena(l), pixels, settings);
    const double first = (double)node_scalar(r.j);
    for (int i = 0; i < STEPS; i++) {
        optimizer_step(lbfgs);
        curve[i] = (double)node_scalar(r.j) / first;
    }
    lesson_print(l, "%-8s%-15s %-8s %10s %20s\n", layers[k], SHAPE(r.f->shape),
                 smooth > 0 ? "smoothed" : "alone", lesson_about(l, curve[STEPS - 1]),
                 lesson_about(l, (double)node_scalar(distance)));
    const Shape s = r.x->shape;
    Tensor image = image_resize(lesson_arena(l), node_tensor(r.x), 2 * s.h, 2 * s.w);
    tape_free(r.tape);
    return image;
}

/* Rebuilds the photograph from each layer, without and with a little total variation. */
static void rebuild_all(Lesson *l, Network *net, Tensor photo, const double *step) {
    double alone[LAYERS][STEPS];
    double smoothed[STEPS];
    Series curves[LAYERS];
    Tensor sheet[2][1 + LAYERS];
    const Shape s = photo.shape;
    sheet[0][0] = image_resize(lesson_arena(l), photo, 2 * s.h, 2 * s.w);
    sheet[1][0] = sheet[0][0];
    lesson_print(l, "\n%d steps from noise         J / first J   mean (x - photo)^2\n",
                 STEPS);
    for (int k = 0; k < LAYERS; k++) {
        sheet[0][1 + k] = rebuild(l, net, photo, k, 0, alone[k]);
        sheet[1][1 + k] = rebuild(l, net, photo, k, SMOOTH, smoothed);
        curves[k] = (Series){layers[k], STEPS, step, alone[k]};
    }
    lesson_show_sheet(l, "rebuilt.png", 2 * (1 + LAYERS), sheet[0], 1 + LAYERS);
    lesson_plot(l, "loss.svg",
                &(Plot){"Rebuilding a photograph from one layer", "step of L-BFGS",
                        "J / J of the noise", .log_y = true, .series_count = LAYERS,
                        .series = curves});
}

/* Document 001's third formula on the pixels: x = x - alpha dL/dx, with a constant alpha.
 * Writes what is left of L_1 after each step, and frees the tape. */
static void descend(Rebuilding r, const Descent *d, double *left) {
    Node *l1 = ag_content_loss(r.f, r.p, CONTENT_ABS);
    const size_t n = shape_size(r.x->shape);
    const double start = (double)node_scalar(l1);
    r.loss = ag_content_loss(r.f, r.p, d->form);
    evaluate(&r);
    const double alpha = d->first_step / vector_max_abs(n, r.x->grad);
    for (int i = 0; i < DESCENT_STEPS; i++) {
        vector_add(n, -alpha, r.x->grad, r.x->value);
        evaluate(&r);
        left[i] = (double)node_scalar(l1) / start;
    }
    tape_free(r.tape);
}

/* Gradient descent on L_1, twice, and on L_2. All runs are measured by L_1. */
static void compare_descents(Lesson *l, Network *net, Tensor photo, const double *step) {
    double left[DESCENTS][DESCENT_STEPS];
    Series curves[DESCENTS];
    lesson_print(l, "\nsum |F - P| left     after %3d of %3d steps         at the end\n",
                 DESCENT_STEPS / 2, DESCENT_STEPS);
    for (int k = 0; k < DESCENTS; k++) {
        descend(begin(l, net, photo, 0, 0), &descents[k], left[k]);
        lesson_print(l, "%-20s %22s %18s\n", descents[k].name,
                     lesson_about(l, left[k][DESCENT_STEPS / 2 - 1]),
                     lesson_about(l, left[k][DESCENT_STEPS - 1]));
        curves[k] = (Series){descents[k].name, DESCENT_STEPS, step, left[k]};
    }
    lesson_plot(l, "descent.svg",
                &(Plot){"Gradient descent on document 001's two losses", "step",
                        "sum |F - P|, noise = 1", .log_y = true, .series_count = DESCENTS,
                        .series = curves});
}

/* Exercises
 * 1. The mean is J / 768 here. What is it at relu1_2? Why does it hardly matter to Adam?
 * 2. Use POOL_MAX instead of POOL_AVG. Which layers give worse images, and why?
 * 3. Start from the painting instead of noise. Does anything of it remain? */
