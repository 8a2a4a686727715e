/* Lesson 13: how does everything come together?
 *
 *     J(x) = alpha J_content + beta J_style + gamma J_tv    documents 000, 4.4; 002, 2.4
 *     start with x = photograph, step until J is small      000, 3 and 5; 002, 3; 003, 5
 *
 * A recipe says what this leaves open: layers, forms, weights, optimiser. Weights belong
 * to a network. If its features are k times as large, content losses are k^2 times and
 * style losses k^4 times as large. Documents 000 and 003 are written for VGG-19, whose
 * features are about k = 150 times as large as those of our network.
 *
 *     make lesson-13        or   build/double/lessons/13_style_transfer
 *                                photo.jpg painting.jpg another_painting.jpg
 *
 * You will see a photograph in two styles, the terms of J as they fall, and what the
 * recipes of the documents paint. */
#include "lessons/lesson.h"
#include "optim/vector.h"
#include "transfer/paint.h"
#include "transfer/recipe_file.h"
#include "transfer/recipe_usual.h"

typedef struct Try {
    const char *title;
    const char *recipe;
    const char *content_layers; /* NULL: those of the recipe */
    const char *style_layers;   /* NULL: those of the recipe */
    int k;                      /* features of the recipe's network, in units of ours */
    int steps;
} Try;

enum { STEPS = 200 /* the most of any try */, THEIRS = 6 };

static const Try ours = {
    .title = "ours, painting", .recipe = "paint", .k = 1, .steps = 60};
static const Try ours_mosaic = {
    .title = "ours, mosaic", .recipe = "paint", .k = 1, .steps = 60};

#define FOUR_LAYERS "relu1_1:0.25,relu2_1:0.25,relu3_1:0.25,relu4_1:0.25"
static const Try theirs[THEIRS] = {
    {"000, formulas", "seed0-formula", "relu3_3", FOUR_LAYERS, .k = 1, .steps = 50},
    {"003", "seed3", "relu4_1", FOUR_LAYERS, .k = 1, .steps = 50},
    {.title = "000, listing", .recipe = "seed0-code", .k = 1, .steps = 50},
    {"000, k = 150", "seed0-formula", "relu3_3", FOUR_LAYERS, .k = 150, .steps = 50},
    {"003, k = 150", "seed3", "relu4_1", FOUR_LAYERS, .k = 150, .steps = 50},
    {"002", "seed2", "relu2_1", "relu1_1:3e5,relu2_1:1e3,relu3_1:15,relu4_1:3", .k = 1,
     .steps = STEPS},
};

/* What all tries share, and what the last one has left. */
typedef struct Studio {
    Lesson *lesson;
    Arena *arena;
    Network *net;
    Tensor quarter[4]; /* the image after each quarter of the steps */
    double step[STEPS];
    double content[STEPS]; /* alpha J_content before each step */
    double style[STEPS];   /* beta J_style */
    double tv[STEPS];      /* gamma J_tv */
} Studio;

static Problem begin(Studio *s, const Try *try, Tensor photo, Tensor painting);
static void check(Studio *s, Tensor photo, Tensor painting);
static Tensor paint(Studio *s, const Try *try, Tensor photo, Tensor painting);
static void draw(const Studio *s, const char *file, const char *title, int steps);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "13_style_transfer", 128);
    Tensor photo = lesson_image(l, 0, "scene.png");
    Tensor night = lesson_image(l, 1, "painting.png");
    Tensor blocks = lesson_image(l, 2, "mosaic.png");
    static Studio s;
    s.lesson = l;
    s.arena = lesson_arena(l);
    s.net = lesson_network(l);
    check(&s, photo, night);

    lesson_print(l,
                 "\nterms of J at the end\n"
                 "recipe         steps   alpha J_content   beta J_style   gamma J_tv\n");
    Tensor photo_as_night = paint(&s, &ours, photo, night);
    draw(&s, "terms.svg", "Our recipe", ours.steps);
    Tensor photo_as_blocks = paint(&s, &ours_mosaic, photo, blocks);
    const Tensor styles[] = {photo, night,  photo_as_night, /* first row */
                             photo, blocks, photo_as_blocks};
    lesson_show_sheet(l, "styles.png", 6, styles, 3);

    Tensor results[THEIRS];
    for (int i = 0; i < THEIRS; i++)
        results[i] = paint(&s, &theirs[i], photo, night);
    lesson_show_sheet(l, "documents.png", THEIRS, results, 3);
    lesson_show_sheet(l, "steps.png", 4, s.quarter, 4);
    draw(&s, "terms_002.svg", "Document 002: a new Adam after step 180", STEPS);
    return lesson_end(l);
}

/* The recipe's J on our network. x starts as the photograph. */
static Problem begin(Studio *s, const Try *try, Tensor photo, Tensor painting) {
    Recipe *recipe = ARENA_NEW(s->arena, Recipe, 1);
    Problem problem;
    Error err;
    if (!recipe_read(try->recipe, recipe, &err)) lesson_fail(s->lesson, &err);
    if (try->content_layers) {
        if (!layers_parse(try->content_layers, &recipe->content.layers, &err) ||
            !layers_parse(try->style_layers, &recipe->style.layers, &err))
            lesson_fail(s->lesson, &err);
        recipe->net.input =
            INPUT_WEIGHTS; /* the input that our network was trained with */
    }
    const double k = try->k;
    recipe->content.weight *= k * k;
    recipe->style.weight *= k * k * k * k;
    recipe->run.steps = try->steps;
    if (!recipe_complete(recipe, s->net, &err) ||
        !recipe_choose_rate(recipe, s->net, photo.shape, &err) ||
        !problem_init(&problem, s->arena, recipe, s->net, photo, painting, photo, &err))
        lesson_fail(s->lesson, &err);
    return problem;
}

/* Along its gradient g, J(x + t g) has the slope |g|^2. */
static void check(Studio *s, Tensor photo, Tensor painting) {
    const double t = 1e-7;
    Problem problem = begin(s, &ours, photo, painting);
    problem_backward(&problem);
    const Tensor g = tape_keep_grad(s->arena, problem.variable);
    const size_t n = shape_size(g.shape);

    vector_add(n, t, g.data, problem.variable->value);
    problem_forward(&problem);
    const double above = problem_terms(&problem).total; /* J(x + t g) */
    vector_add(n, -2 * t, g.data, problem.variable->value);
    problem_forward(&problem);
    const double below = problem_terms(&problem).total; /* J(x - t g) */

    lesson_print(s->lesson, "J along its gradient: slope %.4g, measured %.4g\n",
                 vector_dot(n, g.data, g.data), (above - below) / (2 * t));
    problem_free(&problem);
}

/* Called after each step: notes the weighted terms, and the image at each quarter. */
static bool keep(void *context, const Problem *problem, const PaintStep *now) {
    Studio *s = context;
    const Recipe *recipe = problem->recipe;
    const int i = now->step - 1;
    s->step[i] = now->step;
    s->content[i] = recipe->content.weight * now->terms.content;
    s->style[i] = recipe->style.weight * now->terms.style;
    s->tv[i] = recipe->tv.weight * now->terms.tv;

    const int quarter = recipe->run.steps / 4;
    if (now->step % quarter == 0 && now->step <= 4 * quarter)
        s->quarter[i / quarter] = problem_image(problem, s->arena);
    return true;
}

static Tensor paint(Studio *s, const Try *try, Tensor photo, Tensor painting) {
    Problem problem = begin(s, try, photo, painting);
    const int last = paint_run(&problem, s->arena, keep, s).steps - 1;
    lesson_print(s->lesson, "%-14s %5d %17s %14s %12s\n", try->title, try->steps,
                 lesson_about(s->lesson, s->content[last]),
                 lesson_about(s->lesson, s->style[last]),
                 lesson_about(s->lesson, s->tv[last]));
    Tensor image = problem_image(&problem, s->arena);
    problem_free(&problem);
    return image;
}

static void draw(const Studio *s, const char *file, const char *title, int steps) {
    const size_t n = (size_t)steps;
    const Series terms[] = {{"alpha content", n, s->step, s->content},
                            {"beta style", n, s->step, s->style},
                            {"gamma tv", n, s->step, s->tv}};
    const Plot plot = {.title = title,
                       .x_label = "step",
                       .y_label = "J",
                       .log_y = true,
                       .series_count = 3,
                       .series = terms};
    lesson_plot(s->lesson, file, &plot);
}

/* Exercises
 * 1. Put the loop together in mine/13_style_transfer.c.
 * 2. Run the formulas of document 000 with k = 15. Which term wins?
 * 3. Bring your own images. What do you have to change? */
