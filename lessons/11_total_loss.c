/* Lesson 11: what do alpha, beta and gamma do?
 *
 *     J = alpha J_content + beta J_style + gamma J_tv     document 000, 4.4; 002, 2.4-2.5
 *     dJ/dx = alpha dJ_content/dx + beta dJ_style/dx + gamma dJ_tv/dx
 *     cos(u, v) = u . v / (|u| |v|)
 *
 *     make lesson-11        or   build/double/lessons/11_total_loss photo.jpg painting.jpg
 *
 * You will see: three gradients that pull on every pixel, their cosines while the picture
 * is painted, and where the pull has come to a standstill; then a sheet of pictures, beta
 * growing downwards and gamma to the right. Content and style are in the form "relative",
 * whose weights suit any network (lesson 09). */
#include <math.h>
#include <string.h>

#include "lessons/lesson.h"
#include "losses/content.h"
#include "losses/style.h"
#include "losses/total.h"
#include "losses/tv.h"
#include "optim/optimizer.h"

#define LAYERS 4 /* for style; the last one for content too */
#define STEPS 25
enum { CONTENT, STYLE, TV, TERMS };
static const char *const layers[LAYERS] = {"relu1_1", "relu2_1", "relu3_1", "relu3_3"};

typedef struct Painting {
    Tape *tape;
    Tensor pixels;
    Node *x, *term[TERMS], *total;
    double weight[TERMS];
    real *pull[TERMS]; /* weight times gradient of each term */
} Painting;

static Painting record(Lesson *l, Network *net, Tensor photo, Tensor style, double beta,
                       double gamma);
static Optimizer *optimizer(Lesson *l, Painting *p);
static void find_pulls(Painting *p);
static void watch(Lesson *l, Painting *p);
static void look_at_pixel(Lesson *l, Painting *p);
static void draw_pulls(Lesson *l, const Painting *p);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "11_total_loss", 96);
    Network *net = lesson_network(l);
    Tensor photo = lesson_picture(l, 0, "scene.png");
    Tensor style = lesson_picture(l, 1, "painting.png");

    Tensor small = image_resize(lesson_arena(l), photo, 20, 24);
    Painting tiny = record(l, net, small, style, 100, 1e-3);
    lesson_gradcheck(l, "J to the pixels", tiny.tape, tiny.total);
    tape_free(tiny.tape);

    Painting p = record(l, net, photo, style, 100, 1e-4);
    watch(l, &p);
    look_at_pixel(l, &p);
    draw_pulls(l, &p);
    tape_free(p.tape);

    Tensor sheet[9];
    lesson_print(l, "\n   beta    gamma   content     style        tv\n");
    for (int k = 0; k < 9; k++) {
        const double beta = pow(10, 1 + k / 3), gamma = (const double[]){0, 1e-4, 1e-3}[k % 3];
        Painting q = record(l, net, photo, style, beta, gamma);
        Optimizer *o = optimizer(l, &q);
        for (int step = 0; step < STEPS && !optimizer_step(o).stop; step++)
            ;
        tape_forward(q.tape);
        lesson_print(l, "%7g  %7g", beta, gamma);
        for (int t = 0; t < TERMS; t++)
            lesson_print(l, " %9.2g", (double)node_scalar(q.term[t]));
        lesson_print(l, "\n");
        sheet[k] = q.pixels;
        tape_free(q.tape);
    }
    lesson_show_sheet(l, "sheet.png", 9, sheet, 3);
    return lesson_end(l);
}

static Painting record(Lesson *l, Network *net, Tensor photo, Tensor style, double beta,
                       double gamma) {
    Arena *arena = lesson_arena(l);
    Painting p = {.tape = tape_new(), .weight = {1, beta, gamma}};
    Node *f[LAYERS], *goal, *painted[LAYERS], *loss[LAYERS];
    Tape *targets = tape_new(); /* they never change: computed once */
    lesson_record(l, net, tape_constant(targets, photo), &layers[LAYERS - 1], 1, &goal);
    lesson_record(l, net, tape_constant(targets, style), layers, LAYERS, painted);
    p.pixels = tensor_clone(arena, photo);
    p.x = tape_variable(p.tape, p.pixels);
    lesson_record(l, net, p.x, layers, LAYERS, f);
    for (int i = 0; i < LAYERS; i++) {
        Node *gram = ag_gram(painted[i], gram_params(GRAM_HW, painted[i]));
        Node *target = tape_constant(p.tape, tape_keep(arena, gram));
        loss[i] = ag_style_loss(f[i], target, STYLE_RELATIVE, photo.shape);
    }
    Node *target = tape_constant(p.tape, tape_keep(arena, goal));
    p.term[CONTENT] = ag_content_loss(f[LAYERS - 1], target, CONTENT_RELATIVE);
    p.term[STYLE] = ag_weighted_sum(LAYERS, loss, (double[]){1, 1, 1, 1});
    p.term[TV] = ag_tv_loss(p.x, TV_SQUARES);
    p.total = ag_weighted_sum(TERMS, p.term, p.weight);
    for (int t = 0; t < TERMS; t++)
        p.pull[t] = ARENA_NEW(arena, real, shape_size(photo.shape));
    tape_free(targets);
    return p;
}

static double evaluate(void *context) {
    Painting *p = context;
    tape_forward(p->tape);
    tape_backward(p->tape, p->total);
    return (double)node_scalar(p->total);
}

static Optimizer *optimizer(Lesson *l, Painting *p) {
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.strong_wolfe = true;
    return lbfgs_new(lesson_arena(l), (Objective){shape_size(p->pixels.shape), p->pixels.data, p->x->grad, evaluate, p}, settings);
}

/* One walk back for each term, from the term instead of from J. */
static void find_pulls(Painting *p) {
    tape_forward(p->tape);
    for (int t = 0; t < TERMS; t++) {
        tape_backward(p->tape, p->term[t]);
        for (size_t i = 0; i < shape_size(p->pixels.shape); i++)
            p->pull[t][i] = (real)p->weight[t] * p->x->grad[i];
    }
}

static double cosine(size_t n, const real *a, const real *b) {
    double ab = 0, aa = 0, bb = 0;
    for (size_t i = 0; i < n; i++) {
        ab += (double)(a[i] * b[i]);
        aa += (double)(a[i] * a[i]);
        bb += (double)(b[i] * b[i]);
    }
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0; /* no pull, no angle */
}
