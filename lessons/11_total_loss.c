/* Lesson 11: what do alpha, beta and gamma do?
 *
 *     J = alpha J_content + beta J_style + gamma J_tv     document 000, 4.4; 002, 2.4-2.5
 *     dJ/dx = alpha dJ_content/dx + beta dJ_style/dx + gamma dJ_tv/dx
 *     cos(u, v) = u . v / (|u| |v|)
 *
 *     make lesson-11        or   build/double/lessons/11_total_loss photo.jpg
 * painting.jpg
 *
 * You will see: who pulls on the pixels while a picture is painted; how the pulls come to
 * a standstill; a sheet of pictures, beta growing downwards, gamma to the right. */
#include <math.h>
#include <string.h>

#include "lessons/lesson.h"
#include "losses/total.h"
#include "transfer/paint.h"
#include "transfer/recipe_file.h"

enum { CONTENT, STYLE, TV, TERMS, LEFT = TERMS, CURVES, STEPS = 30 };
static const char *const name[] = {"content", "style", "tv"};
static const double weight[] = {1, 30, 1e-3}; /* alpha, beta, gamma */

typedef struct Study {
    Lesson *lesson;
    Network *net;
    Tensor photo, style;
    Problem term[TERMS]; /* each with one weight only: its gradient is that term's pull */
    double step[STEPS], curve[CURVES][STEPS];
} Study;

static void check(Lesson *l);
static void begin(Study *s, const double *w, Problem *p);
static Tensor paint(Study *s, const double *w, PaintWatcher *watcher);
static bool watch(void *study, const Problem *problem, const PaintStep *step);
static bool go_on(void *study, const Problem *problem, const PaintStep *step);
static void look_at_pixels(Study *s, Tensor picture);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "11_total_loss", 96);
    Study s = {.lesson = l, .net = lesson_network(l)};
    s.photo = lesson_picture(l, 0, "scene.png");
    s.style = lesson_picture(l, 1, "painting.png");
    check(l);
    for (int t = 0; t < TERMS; t++) {
        double alone[TERMS] = {0};
        alone[t] = weight[t];
        begin(&s, alone, &s.term[t]);
    }
    look_at_pixels(&s, paint(&s, weight, watch));

    Tensor sheet[9];
    for (int k = 0; k < 9; k++) {
        const double beta[] = {3, 30, 300}, gamma[] = {0, 1e-3, 1e-2};
        sheet[k] = paint(&s, (double[]){1, beta[k / 3], gamma[k % 3]}, go_on);
    }
    lesson_show_sheet(l, "sheet.png", 9, sheet, 3);
    return lesson_end(l);
}

/* A small J of known parts. */
static void check(Lesson *l) {
    Tape *tape = tape_new();
    const Shape shape = {1, 3, 6, 5};
    Node *x = tape_example_variable(tape, shape), *p = tape_example_constant(tape, shape);
    Node *a = ag_gram(p, gram_params(GRAM_HW, p)), *terms[TERMS];
    terms[CONTENT] = ag_content_loss(x, p, CONTENT_HALF_SUM);
    terms[STYLE] = ag_style_loss(x, a, STYLE_GATYS, shape);
    terms[TV] = ag_tv_loss(x, TV_SQUARES);
    lesson_gradcheck(l, "J to the pixels", tape, ag_weighted_sum(TERMS, terms, weight));
    tape_free(tape);
}

/* The recipe "paint", whose losses have no unit, with these weights. */
static void begin(Study *s, const double *w, Problem *p) {
    Recipe *r = ARENA_NEW(lesson_arena(s->lesson), Recipe, 1);
    Error err;
    if (!recipe_read("paint", r, &err)) lesson_fail(s->lesson, &err);
    r->content_weight = w[CONTENT], r->style_weight = w[STYLE], r->tv_weight = w[TV];
    r->steps = STEPS, r->rate = 1;
    if (!recipe_complete(r, s->net, &err) ||
        !problem_init(p, lesson_arena(s->lesson), r, s->net, s->photo, s->style, s->photo,
                      &err))
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

static bool go_on(void *study, const Problem *problem, const PaintStep *step) {
    return (void)study, (void)problem, (void)step, true;
}

static double dot(const Study *s, int t, int u) {
    const real *a = s->term[t].variable->grad, *b = s->term[u].variable->grad;
    double sum = 0;
    for (size_t i = 0; i < shape_size(s->photo.shape); i++)
        sum += (double)(a[i] * b[i]);
    return sum;
}

/* Each term's gradient at this picture, and the angles between them. */
static bool watch(void *study, const Problem *problem, const PaintStep *step) {
    Study *s = study;
    const int now = step->step - 1;
    const size_t bytes = shape_size(s->photo.shape) * sizeof(real);
    double size[TERMS], square = 0;
    for (int t = 0; t < TERMS; t++) {
        memcpy(s->term[t].variable->value, problem->variable->value, bytes);
        problem_forward(&s->term[t]);
        problem_backward(&s->term[t]);
        size[t] = sqrt(dot(s, t, t));
    }
    for (int t = 0; t < TERMS; t++) {
        const int u = (t + 1) % TERMS;
        s->curve[t][now] = dot(s, t, u) / (size[t] * size[u]);
        square += size[t] * size[t] + 2 * dot(s, t, u);
    }
    s->step[now] = step->step;
    s->curve[LEFT][now] =
        sqrt(fmax(square, 0)) / (size[CONTENT] + size[STYLE] + size[TV]);
    if (now % 10 == 9 || now == 0)
        lesson_print(s->lesson,
                     "step %2d  pulls: content %.1g, style %.1g, tv %.1g; cos(content, "
                     "style) %.1f; left %.1g\n",
                     step->step, size[CONTENT], size[STYLE], size[TV], s->curve[0][now],
                     s->curve[LEFT][now]);
    return true;
}

/* Where each term wants the picture lighter (red) and darker (blue); one pixel's pulls.
 */
static void look_at_pixels(Study *s, Tensor picture) {
    const int h = picture.shape.h, w = picture.shape.w, y = h * 45 / 100,
              x = w * 72 / 100;
    Tensor sheet[1 + TERMS] = {picture};
    lesson_print(s->lesson, "pixel (%d, %d) is pulled", y, x);
    for (int t = 0; t < TERMS; t++) {
        Tensor pull = {picture.shape, s->term[t].variable->grad};
        Tensor lighter = tensor_alloc(lesson_arena(s->lesson), (Shape){1, 1, h, w});
        for (int i = 0; i < 3 * h * w; i++)
            lighter.data[i % (h * w)] -= pull.data[i];
        sheet[1 + t] = lesson_heat(s->lesson, lighter, 0);
        lesson_print(s->lesson, "  by %s %+.0e", name[t],
                     (double)*tensor_at(lighter, 0, 0, y, x));
    }
    lesson_print(s->lesson, "\n\n");
    lesson_show_sheet(s->lesson, "pulls.png", 1 + TERMS, sheet, 2);
    Series series[CURVES];
    static const char *const titles[] = {"cos(content, style)", "cos(style, tv)",
                                         "cos(tv, content)",
                                         "|sum of pulls| / sum of |pulls|"};
    for (int k = 0; k < CURVES; k++)
        series[k] = (Series){titles[k], STEPS, s->step, s->curve[k]};
    lesson_plot(s->lesson, "cosines.svg",
                &(Plot){"The pulls come to a standstill", "step", NULL, false, false,
                        CURVES, series});
}

/* Three exercises; lessons/exercises/11_total_loss.c asks for the first two:
 *   1. The weighted sum and its gradient.      2. The cosine of two gradients.
 *   3. Multiply alpha, beta and gamma by 10. Which numbers change, and which picture? */
