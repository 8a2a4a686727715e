/* Lesson 11: what do alpha, beta and gamma do?
 *
 * The total loss is a weighted sum, and so is its gradient. The cosine says whether two
 * gradients pull the pixels in the same direction (1) or in opposite directions (-1):
 *
 *     J = alpha J_content + beta J_style + gamma J_tv     document 000, 4.4; 002, 2.4-2.5
 *     dJ/dx = alpha dJ_content/dx + beta dJ_style/dx + gamma dJ_tv/dx
 *     cos(u, v) = u . v / (|u| |v|)
 *
 *     make lesson-11
 *     build/double/lessons/11_total_loss photo.jpg painting.jpg
 *
 * You will see how strongly each term pulls on the pixels and in which direction, then a
 * sheet of images in which beta grows downwards and gamma grows to the right. */
#include <math.h>
#include <string.h>

#include "lessons/lesson.h"
#include "losses/total.h"
#include "optim/vector.h"
#include "transfer/paint.h"
#include "transfer/recipe_file.h"
#include "transfer/recipe_usual.h"

enum { CONTENT, STYLE, TV, TERMS };
enum { STEPS = 30, BETAS = 3, GAMMAS = 3 };
static const char *const term_names[TERMS] = {"alpha J_content", "beta J_style",
                                              "gamma J_tv"};
static const char *const pairs[TERMS] = {"content, style", "style, tv", "tv, content"};

typedef struct Study {
    Lesson *lesson;
    Network *net;
    Tensor photo;
    Tensor painting;
    Problem term[TERMS]; /* each with one weight that is not 0 */
    double step[STEPS];
    double length[TERMS][STEPS]; /* of each term's gradient */
    double cosine[TERMS][STEPS]; /* between the terms of pairs[] */
} Study;

static void check(Lesson *l);
static void begin(Study *s, const double weight[TERMS], Problem *problem);
static Tensor paint(Study *s, const double weight[TERMS], PaintWatcher *watcher);
static bool watch(void *study, const Problem *problem, const PaintStep *step);
static void print_means(const Study *s);
static void look_at_pixels(Study *s, Tensor image);

static const double our_weight[TERMS] = {1, 30, 1e-3}; /* alpha, beta, gamma */

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "11_total_loss", 96);
    Study s = {.lesson = l, .net = lesson_network(l)};
    s.photo = lesson_image(l, 0, "scene.png");
    s.painting = lesson_image(l, 1, "painting.png");
    check(l);

    for (int t = 0; t < TERMS; t++) {
        double alone[TERMS] = {0};
        alone[t] = our_weight[t];
        begin(&s, alone, &s.term[t]);
    }
    Tensor image = paint(&s, our_weight, watch);
    print_means(&s);
    look_at_pixels(&s, image);

    lesson_print(l,
                 "losses after %d steps\n"
                 "beta   gamma   J_content   J_style      J_tv\n",
                 STEPS);
    const double betas[BETAS] = {3, 30, 300};
    const double gammas[GAMMAS] = {0, 1e-3, 1e-2};
    Tensor sheet[BETAS][GAMMAS];
    for (int i = 0; i < BETAS; i++)
        for (int j = 0; j < GAMMAS; j++) {
            const double weight[TERMS] = {1, betas[i], gammas[j]};
            sheet[i][j] = paint(&s, weight, NULL);
        }
    lesson_show_sheet(l, "sheet.png", BETAS * GAMMAS, sheet[0], GAMMAS);
    return lesson_end(l);
}

static void check(Lesson *l) {
    const Shape shape = {1, 3, 6, 5};
    Tape *tape = tape_new();
    Node *x = tape_example_variable(tape, shape);
    Node *p = tape_example_constant(tape, shape);
    Node *a = ag_gram(p, gram_params(GRAM_HW, p));
    Node *terms[TERMS];
    terms[CONTENT] = ag_content_loss(x, p, CONTENT_HALF_SUM);
    terms[STYLE] = ag_style_loss(x, a, STYLE_GATYS, shape);
    terms[TV] = ag_tv_loss(x, TV_SQUARES);
    Node *total = ag_weighted_sum(TERMS, terms, our_weight);
    lesson_gradcheck(l, "J to the pixels", tape, total);
    tape_free(tape);
}

/* The total loss of the photograph with these weights. */
static void begin(Study *s, const double weight[TERMS], Problem *problem) {
    Arena *arena = lesson_arena(s->lesson);
    Recipe *recipe = ARENA_NEW(arena, Recipe, 1);
    Error err;
    if (!recipe_read("paint", recipe, &err)) lesson_fail(s->lesson, &err);
    recipe->content.weight = weight[CONTENT];
    recipe->style.weight = weight[STYLE];
    recipe->tv.weight = weight[TV];
    recipe->run.steps = STEPS;
    recipe->optimizer.schedule.lr = 1;
    if (!recipe_complete(recipe, s->net, &err)) lesson_fail(s->lesson, &err);
    if (!problem_init(problem, arena, recipe, s->net, s->photo, s->painting, s->photo,
                      &err))
        lesson_fail(s->lesson, &err);
}

/* Minimises the total loss with these weights. `watcher` is called after each step. */
static Tensor paint(Study *s, const double weight[TERMS], PaintWatcher *watcher) {
    Arena *arena = lesson_arena(s->lesson);
    Problem problem;
    begin(s, weight, &problem);
    const Terms end = paint_run(&problem, arena, watcher, s).terms;
    if (!watcher) /* else each step has been shown */
        lesson_print(s->lesson, "%4g %7g %11s %9s %9s\n", weight[STYLE], weight[TV],
                     lesson_about(s->lesson, end.content),
                     lesson_about(s->lesson, end.style), lesson_about(s->lesson, end.tv));
    Tensor image = problem_image(&problem, arena);
    problem_free(&problem);
    return image;
}

/* Each term's gradient at the present image, and the cosine between each two of them. */
static bool watch(void *study, const Problem *problem, const PaintStep *step) {
    Study *s = study;
    const size_t n = shape_size(s->photo.shape);
    const int now = step->step - 1;
    const real *gradient[TERMS];
    for (int t = 0; t < TERMS; t++) {
        Problem *term = &s->term[t];
        vector_copy(n, problem->variable->value, term->variable->value);
        problem_forward(term);
        problem_backward(term);
        gradient[t] = term->variable->grad;
        s->length[t][now] = sqrt(vector_dot(n, gradient[t], gradient[t]));
    }
    s->step[now] = step->step;
    for (int t = 0; t < TERMS; t++) {
        const int u = (t + 1) % TERMS;
        const double dot = vector_dot(n, gradient[t], gradient[u]);
        s->cosine[t][now] = dot / (s->length[t][now] * s->length[u][now]);
    }
    return true;
}

/* Single steps differ much: a step of L-BFGS may go too far, and the next one back. */
static double mean_of_ten(const double *x) {
    double sum = 0;
    for (int i = 0; i < 10; i++)
        sum += x[i];
    return sum / 10;
}

static void print_means(const Study *s) {
    Lesson *l = s->lesson;
    lesson_print(l,
                 "mean over   length of the gradient of   cosine of the angle between\n");
    lesson_print(l, "ten steps   content    style       tv  content,style   style,tv "
                    "tv,content\n");
    for (int from = 0; from + 10 <= STEPS; from += 10) {
        lesson_print(l, "%2d to %2d  ", from + 1, from + 10);
        for (int t = 0; t < TERMS; t++)
            lesson_print(l, " %8s", lesson_about(l, mean_of_ten(s->length[t] + from)));
        for (int t = 0; t < TERMS; t++)
            lesson_print(l, "%*s", t ? 11 : 15,
                         lesson_about_to(l, 1, mean_of_ten(s->cosine[t] + from)));
        lesson_print(l, "\n");
    }
}

/* The gradient by the green values. Where it is positive (red), a step makes the pixel
 * less green. Where it is negative (blue), a step makes it greener. */
static void look_at_pixels(Study *s, Tensor image) {
    enum { GREEN = 1 };
    const int y = image.shape.h * 45 / 100;
    const int x = image.shape.w * 7 / 10;
    Tensor sheet[1 + TERMS] = {image};
    Series curves[TERMS];
    lesson_print(s->lesson, "\npulls on the green of pixel (%d, %d)\n", y, x);
    for (int t = 0; t < TERMS; t++) {
        const Tensor gradient = {image.shape, s->term[t].variable->grad};
        sheet[1 + t] = lesson_heat(s->lesson, gradient, GREEN);
        curves[t] = (Series){pairs[t], STEPS, s->step, s->cosine[t]};
        const double pull = -(double)*tensor_at(gradient, 0, GREEN, y, x);
        lesson_print(s->lesson, "-d(%s)/dx%*s\n", term_names[t],
                     28 - (int)strlen(term_names[t]), lesson_about(s->lesson, pull));
    }
    lesson_print(s->lesson, "\n");
    lesson_show_sheet(s->lesson, "pulls.png", 1 + TERMS, sheet, 2);
    const Plot plot = {.title = "Do two terms pull in the same direction?",
                       .x_label = "step",
                       .y_label = "cosine",
                       .series_count = TERMS,
                       .series = curves};
    lesson_plot(s->lesson, "cosines.svg", &plot);
}

/* Exercises
 * 1. Write the weighted sum and its gradient in mine/11_total_loss.c.
 * 2. Write the cosine of the angle between two gradients there.
 * 3. Make all three weights ten times as large. What changes in the image? */
