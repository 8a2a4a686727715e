/* Lesson 11: what do alpha, beta and gamma do?
 *
 *     J = alpha J_content + beta J_style + gamma J_tv     document 000, 4.4; 002, 2.4-2.5
 *     dJ/dx = alpha dJ_content/dx + beta dJ_style/dx + gamma dJ_tv/dx
 *     cos(u, v) = u . v / (|u| |v|)
 *
 *     make lesson-11     or   build/double/lessons/11_total_loss photo.jpg painting.jpg
 *
 * You will see: who pulls on the pixels, and with whom; then a sheet of pictures, beta
 * growing downwards, gamma to the right. */
#include <math.h>

#include "lessons/lesson.h"
#include "losses/total.h"
#include "optim/vector.h"
#include "transfer/paint.h"
#include "transfer/recipe_file.h"

enum { CONTENT, STYLE, TV, TERMS, STEPS = 30 };
static const char *const pair[] = {"content, style", "style, tv", "tv, content"};
static const double weight[] = {1, 30, 1e-3}; /* alpha, beta, gamma */

typedef struct Study {
    Lesson *lesson;
    Network *net;
    Tensor photo, style;
    Problem term[TERMS]; /* each with one weight only: its gradient is that term's pull */
    double step[STEPS], cosine[TERMS][STEPS];
} Study;

static void check(Lesson *l);
static void begin(Study *s, const double *w, Problem *p);
static Tensor paint(Study *s, const double *w, PaintWatcher *watcher);
static bool watch(void *study, const Problem *problem, const PaintStep *step);
static void look_at_pixels(Study *s, Tensor picture);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "11_total_loss", 96);
    Study s = {.lesson = l, .net = lesson_network(l)};
    s.photo = lesson_picture(l, 0, "scene.png");
    s.style = lesson_picture(l, 1, "painting.png");
    check(l);
    begin(&s, (double[]){weight[CONTENT], 0, 0}, &s.term[CONTENT]);
    begin(&s, (double[]){0, weight[STYLE], 0}, &s.term[STYLE]);
    begin(&s, (double[]){0, 0, weight[TV]}, &s.term[TV]);
    lesson_print(l, "step, pulls of content, style, tv; cosines c-s, s-tv, tv-c\n");
    look_at_pixels(&s, paint(&s, weight, watch));
    const double beta[] = {3, 30, 300}, gamma[] = {0, 1e-3, 1e-2};
    Tensor sheet[9];
    for (int k = 0; k < 9; k++)
        sheet[k] = paint(&s, (double[]){1, beta[k / 3], gamma[k % 3]}, NULL);
    lesson_show_sheet(l, "sheet.png", 9, sheet, 3);
    return lesson_end(l);
}

static void check(Lesson *l) {
    Tape *tape = tape_new();
    const Shape shape = {1, 3, 6, 5};
    Node *x = tape_example_variable(tape, shape), *p = tape_example_constant(tape, shape);
    Node *a = ag_gram(p, gram_params(GRAM_HW, p));
    Node *terms[] = {ag_content_loss(x, p, CONTENT_HALF_SUM),
                     ag_style_loss(x, a, STYLE_GATYS, shape), ag_tv_loss(x, TV_SQUARES)};
    lesson_gradcheck(l, "J to the pixels", tape, ag_weighted_sum(TERMS, terms, weight));
    tape_free(tape);
}

static void begin(Study *s, const double *w, Problem *p) {
    Arena *arena = lesson_arena(s->lesson);
    Recipe *r = ARENA_NEW(arena, Recipe, 1);
    Error err;
    if (!recipe_read("paint", r, &err)) lesson_fail(s->lesson, &err);
    r->content_weight = w[CONTENT], r->style_weight = w[STYLE], r->tv_weight = w[TV];
    r->steps = STEPS, r->rate = 1;
    if (!recipe_complete(r, s->net, &err) ||
        !problem_init(p, arena, r, s->net, s->photo, s->style, s->photo, &err))
        lesson_fail(s->lesson, &err);
}

static Tensor paint(Study *s, const double *w, PaintWatcher *watcher) {
    Problem p;
    begin(s, w, &p);
    const Terms end = paint_run(&p, lesson_arena(s->lesson), watcher, s).terms;
    lesson_print(s->lesson, "beta %-4g gamma %-6g content %-6.1g style %-6.1g tv %.0e\n",
                 w[STYLE], w[TV], end.content, end.style, end.tv);
    Tensor picture = problem_picture(&p, lesson_arena(s->lesson));
    problem_free(&p);
    return picture;
}

/* Each term's gradient at this picture, and the cosines of the angles between them. */
static bool watch(void *study, const Problem *problem, const PaintStep *step) {
    Study *s = study;
    const size_t n = shape_size(s->photo.shape), now = (size_t)step->step - 1;
    double size[TERMS], *cosine[] = {s->cosine[0], s->cosine[1], s->cosine[2]};
    const real *g[TERMS];
    for (int t = 0; t < TERMS; t++) {
        g[t] = s->term[t].variable->grad;
        vector_copy(n, problem->variable->value, s->term[t].variable->value);
        problem_forward(&s->term[t]);
        problem_backward(&s->term[t]);
        size[t] = sqrt(vector_dot(n, g[t], g[t]));
    }
    for (int t = 0, u = 1; t < TERMS; t++, u = (t + 1) % TERMS)
        cosine[t][now] = vector_dot(n, g[t], g[u]) / (size[t] * size[u]);
    s->step[now] = step->step;
    if (now == 0 || now % 10 == 9)
        lesson_print(s->lesson, "%4zu%9.1g%7.1g%7.1g%9.1f%5.1f%5.1f\n", now + 1, size[0],
                     size[1], size[2], cosine[0][now], cosine[1][now], cosine[2][now]);
    return true;
}

/* The gradient for green: red where a term wants less of it, blue where more. */
static void look_at_pixels(Study *s, Tensor picture) {
    const int y = picture.shape.h * 45 / 100, x = picture.shape.w * 7 / 10;
    Tensor sheet[1 + TERMS] = {picture};
    Series curves[TERMS];
    lesson_print(s->lesson, "green of pixel (%d, %d) is pulled by", y, x);
    for (int t = 0; t < TERMS; t++) {
        Tensor gradient = {picture.shape, s->term[t].variable->grad};
        sheet[1 + t] = lesson_heat(s->lesson, gradient, 1);
        curves[t] = (Series){pair[t], STEPS, s->step, s->cosine[t]};
        lesson_print(s->lesson, " %+.0e", -(double)*tensor_at(gradient, 0, 1, y, x));
    }
    lesson_print(s->lesson, " for content, style, tv\n\n");
    lesson_show_sheet(s->lesson, "pulls.png", 1 + TERMS, sheet, 2);
    const Plot plot = {"Who pulls with whom?", "step", "cosine", 0, 0, TERMS, curves};
    lesson_plot(s->lesson, "cosines.svg", &plot);
}

/* Three exercises: the weighted sum, the cosine; all weights 10 times larger. */
