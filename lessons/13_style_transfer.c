/* Lesson 13: everything together.
 *     J(x) = alpha J_content + beta J_style + gamma J_tv    documents 000, 4.4; 002, 2.4
 *     from x = photograph, step by step to a small J        000, 3 and 5; 002, 3; 003, 5
 *
 * A recipe says what this leaves open: layers, forms, weights, optimiser. But features k
 * times as large make content losses k^2 and style losses k^4 times as large. Those of
 * VGG-19, for which 000 and 003 are written, are about k = 150 times as large as ours.
 *
 * make lesson-13 (or 13_style_transfer [PHOTO [PAINTING [PAINTING]]]) shows a photograph
 * in two styles, the terms of J as they fall, and what the documents' recipes paint. */
#include "lessons/lesson.h"
#include "optim/vector.h"
#include "transfer/paint.h"
#include "transfer/recipe_file.h"

enum { STEPS = 200, THEIRS = 6 };
#define FOUR "relu1_1:0.25,relu2_1:0.25,relu3_1:0.25,relu4_1:0.25"
static const struct Try {
    const char *title, *recipe, *content, *style; /* layers; NULL: those of the recipe */
    int k, steps;
} ours = {"ours", "paint", NULL, NULL, 1, 60},
  theirs[THEIRS] = {{"000, formulas", "seed0-formula", "relu3_3", FOUR, 1, 50},
                    {"003", "seed3", "relu4_1", FOUR, 1, 50},
                    {"000, listing", "seed0-code", NULL, NULL, 1, 50},
                    {"000, k = 150", "seed0-formula", "relu3_3", FOUR, 150, 50},
                    {"003, k = 150", "seed3", "relu4_1", FOUR, 150, 50},
                    {"002", "seed2", "relu2_1",
                     "relu1_1:3e5,relu2_1:1e3,relu3_1:15,relu4_1:3", 1, STEPS}};
typedef struct Studio {
    Lesson *lesson;
    Arena *arena;
    Network *net;
    Tensor quarter[4]; /* the picture after each quarter of the steps */
    double step[STEPS], content[STEPS], style[STEPS], tv[STEPS];
} Studio;

static Problem begin(Studio *s, const struct Try *try, Tensor photo, Tensor painting);
static void check(Studio *s, Problem p);
static Tensor paint(Studio *s, const struct Try *try, Tensor photo, Tensor painting);
static void draw(const Studio *s, const char *file, const char *title, size_t n);

int main(int argc, char **argv) {
    static Studio s;
    Lesson *l = s.lesson = lesson_begin(argc, argv, "13_style_transfer", 128);
    Tensor photo = lesson_picture(l, 0, "scene.png"), sheet[THEIRS];
    Tensor night = lesson_picture(l, 1, "painting.png");
    Tensor blocks = lesson_picture(l, 2, "mosaic.png");
    s.net = lesson_network(l), s.arena = lesson_arena(l);
    check(&s, begin(&s, &ours, photo, night));
    lesson_print(l, "\nat the end    alpha content  beta style  gamma tv\n");
    Tensor dark = paint(&s, &ours, photo, night);
    draw(&s, "terms.svg", "Our recipe", (size_t)ours.steps);
    Tensor hard = paint(&s, &ours, photo, blocks);
    Tensor styles[] = {photo, night, dark, photo, blocks, hard};
    lesson_show_sheet(l, "styles.png", 6, styles, 3);
    for (int i = 0; i < THEIRS; i++)
        sheet[i] = paint(&s, &theirs[i], photo, night);
    lesson_show_sheet(l, "documents.png", THEIRS, sheet, 3);
    lesson_show_sheet(l, "steps.png", 4, s.quarter, 4);
    draw(&s, "terms_002.svg", "Document 002: a new Adam after step 180", STEPS);
    return lesson_end(l);
}

/* The recipe's J, on our network; x is the photograph. */
static Problem begin(Studio *s, const struct Try *try, Tensor photo, Tensor painting) {
    Recipe *r = ARENA_NEW(s->arena, Recipe, 1);
    Problem p;
    Error err;
    bool good = recipe_read(try->recipe, r, &err);
    if (good && try->content) {
        good = layers_parse(try->content, &r->content_layers, &err) &&
               layers_parse(try->style, &r->style_layers, &err);
        r->input = INPUT_WEIGHTS; /* what our network was trained to read */
    }
    r->steps = try->steps, r->content_weight *= try->k * try->k;
    r->style_weight *= try->k * try->k * try->k * try->k;
    if (!good || !recipe_complete(r, s->net, &err) ||
        !recipe_choose_rate(r, s->net, photo.shape, &err) ||
        !problem_init(&p, s->arena, r, s->net, photo, painting, photo, &err))
        lesson_fail(s->lesson, &err);
    return p;
}

/* J(x + t g) rises by t |g|^2. */
static void check(Studio *s, Problem p) {
    problem_backward(&p);
    Tensor g = tape_keep_grad(s->arena, p.variable);
    const size_t n = shape_size(g.shape);
    double t = 1e-7, j[2];
    for (int i = 0; i < 2; i++) {
        vector_add(n, i ? -2 * t : t, g.data, p.variable->value);
        problem_forward(&p);
        j[i] = problem_terms(&p).total;
    }
    lesson_print(s->lesson, "J along its gradient: slope %.4g, measured %.4g\n",
                 vector_dot(n, g.data, g.data), (j[0] - j[1]) / (2 * t));
    problem_free(&p);
}

static bool keep(void *context, const Problem *p, const PaintStep *now) {
    Studio *s = context;
    const Recipe *r = p->recipe;
    const int i = now->step - 1, quarter = r->steps / 4;
    s->step[i] = now->step, s->content[i] = r->content_weight * now->terms.content;
    s->style[i] = r->style_weight * now->terms.style;
    s->tv[i] = r->tv_weight * now->terms.tv;
    if (now->step % quarter == 0 && i < 4 * quarter)
        s->quarter[i / quarter] = problem_picture(p, s->arena);
    return true;
}

static Tensor paint(Studio *s, const struct Try *try, Tensor photo, Tensor painting) {
    Problem p = begin(s, try, photo, painting);
    const int i = paint_run(&p, s->arena, keep, s).steps - 1;
    lesson_print(s->lesson, "%-13s%14.2g%12.2g%10.2g\n", try->title, s->content[i],
                 s->style[i], s->tv[i]);
    Tensor x = problem_picture(&p, s->arena);
    problem_free(&p);
    return x;
}

static void draw(const Studio *s, const char *file, const char *title, size_t n) {
    const Series terms[] = {{"alpha content", n, s->step, s->content},
                            {"beta style", n, s->step, s->style},
                            {"gamma tv", n, s->step, s->tv}};
    lesson_plot(s->lesson, file, &(Plot){title, "step", "J", false, true, 3, terms});
}

/* Exercises: 1. Put the loop together: lessons/exercises/13_style_transfer.c. 2. Let 000
 * run with k = 15: which term wins? 3. Bring your own pictures: what has to change? */
