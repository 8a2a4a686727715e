/* How many steps are enough, and what does total variation do?
 *
 * Document 002, section 3, shows one image after 50, 100, 150 and 200 steps, and one
 * with and without its TV loss. This program paints both rows and puts all of it on one
 * contact sheet.
 *
 *     J = content + style + gamma tv      gamma as in the recipe, then gamma = 0
 *
 *     make sheet-002        or: sheet_002 [PHOTO [PAINTING]] [--size N] [--weights FILE]
 *
 * You will see out/sheet_002/sheet.png, and in numbers what each image has of content
 * loss, of style loss, and of roughness. */
#include <string.h>

#include "io/image.h"
#include "lessons/caption.h"
#include "lessons/lesson.h"
#include "transfer/paint.h"
#include "transfer/recipe_file.h"
#include "transfer/recipe_usual.h"

enum { ROWS = 2, COLUMNS = 4, EVERY = 50, ENLARGE = 2, GAP = 8 };
enum { FIRST_COLUMN = 35 }; /* where the first column of numbers ends */
static const char with_tv[] = "%d steps with tv";
static const char no_tv[] = "%d steps no tv";
/* Above the images are the symbols of the formulas, which need no translation: p the
 * photograph, a the painting, x after that number of steps, with the TV loss or without.
 */
static const char x_with_tv[] = "x %d tv";
static const char x_no_tv[] = "x %d";

/* The layers of paintnet in place of SqueezeNet's, as in lesson 13. */
static const char content_layers[] = "relu2_1";
static const char style_layers[] = "relu1_1:3e5,relu2_1:1e3,relu3_1:15,relu4_1:3";

typedef struct Contact {
    Lesson *lesson;
    Network *net;
    Tensor photo;
    Tensor painting;
    Tensor sheet;
    int high;    /* of an image on the sheet, pixels */
    int wide;    /* the same */
    int point;   /* pixels of a point of a letter */
    int line;    /* pixels of a line of text */
    bool smooth; /* the row that is painted now: with total variation */
} Contact;

static void make_sheet(Contact *c);
static void paint_row(Contact *c, bool smooth);
static bool keep(void *context, const Problem *p, const PaintStep *now);
static double roughness(Tensor image);
static void place(Contact *c, Tensor image, int row, int column, const char *title);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "sheet_002", 160);
    Contact c = {.lesson = l, .photo = lesson_image(l, 0, "scene.png")};
    c.painting = lesson_image(l, 1, "painting.png");
    c.net = lesson_network(l);
    make_sheet(&c);
    place(&c, c.photo, 0, 0, "p");
    place(&c, c.painting, 1, 0, "a");
    lesson_print(l, "terms of J after    alpha J_content   beta J_style   roughness\n");
    paint_row(&c, true);
    paint_row(&c, false);
    lesson_show(l, "sheet.png", c.sheet);
    return lesson_end(l);
}

/* A white sheet for images twice as large, and letters as large as the titles allow. */
static void make_sheet(Contact *c) {
    char longest[40];
    snprintf(longest, sizeof longest, x_with_tv, COLUMNS * EVERY);
    c->high = ENLARGE * c->photo.shape.h;
    c->wide = ENLARGE * c->photo.shape.w;
    c->point = c->wide / caption_width(1, longest);
    if (c->point < 1) c->point = 1;
    c->line = (CAPTION_HIGH + 2) * c->point;
    const Shape s = {1, 3, ROWS * (c->high + c->line + GAP),
                     (COLUMNS + 1) * (c->wide + GAP) - GAP};
    c->sheet = tensor_alloc(lesson_arena(c->lesson), s);
    tensor_fill(c->sheet, 1);
}

/* The recipe of document 002, with its total variation or without. */
static void paint_row(Contact *c, bool smooth) {
    Recipe *r = ARENA_NEW(lesson_arena(c->lesson), Recipe, 1);
    Problem p;
    Error err;
    if (!recipe_read("seed2", r, &err) ||
        !layers_parse(content_layers, &r->content.layers, &err) ||
        !layers_parse(style_layers, &r->style.layers, &err))
        lesson_fail(c->lesson, &err);
    r->net.input = INPUT_WEIGHTS; /* what our network was trained to read */
    recipe_stretch(r, COLUMNS * EVERY);
    if (!smooth) r->tv.weight = 0;
    if (!recipe_complete(r, c->net, &err) ||
        !problem_init(&p, lesson_arena(c->lesson), r, c->net, c->photo, c->painting,
                      c->photo, &err))
        lesson_fail(c->lesson, &err);
    c->smooth = smooth;
    paint_run(&p, lesson_arena(c->lesson), keep, c);
    problem_free(&p);
}

/* Every fifty steps the image comes onto the sheet. */
static bool keep(void *context, const Problem *p, const PaintStep *now) {
    Contact *c = context;
    const Recipe *r = p->recipe;
    char title[40];
    if (now->step % EVERY) return true;
    Tensor image = problem_image(p, lesson_arena(c->lesson));
    snprintf(title, sizeof title, c->smooth ? x_with_tv : x_no_tv, now->step);
    place(c, image, c->smooth ? 0 : 1, now->step / EVERY, title);
    snprintf(title, sizeof title, c->smooth ? with_tv : no_tv, now->step);
    Lesson *l = c->lesson;
    lesson_print(l, c->smooth ? with_tv : no_tv, now->step);
    lesson_print(l, "%*s %14s %11s\n", FIRST_COLUMN - (int)strlen(title),
                 lesson_about(l, r->content.weight * now->terms.content),
                 lesson_about(l, r->style.weight * now->terms.style),
                 lesson_about(l, roughness(image)));
    return true;
}

/* Mean squared difference of neighbours, in thousandths. */
static double roughness(Tensor image) {
    Tape *tape = tape_new();
    const double tv =
        (double)node_scalar(ag_tv_loss(tape_constant(tape, image), TV_MEANS));
    tape_free(tape);
    return 1000 * tv;
}

/* Puts an image on the sheet, below its title. */
static void place(Contact *c, Tensor image, int row, int column, const char *title) {
    const int top = row * (c->high + c->line + GAP);
    const int left = column * (c->wide + GAP);
    Tensor large = image_resize(lesson_arena(c->lesson), image, c->high, c->wide);
    for (int k = 0; k < 3; k++)
        for (int i = 0; i < c->high; i++)
            memcpy(tensor_at(c->sheet, 0, k, top + c->line + i, left),
                   tensor_at(large, 0, k, i, 0), (size_t)c->wide * sizeof(real));
    caption_draw(c->sheet, top + c->point, left, c->point, title);
}
