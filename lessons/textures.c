#include "lessons/textures.h"

#include <math.h>

#include "autograd/ops.h"
#include "lessons/patches.h"
#include "nn/ops.h"
#include "tensor/check.h"

enum { CLASSES = TEXTURE_CLASSES, SIDE = TEXTURE_SIDE, ROWS = 4, COLUMNS = 6 };

Textures textures_alloc(Arena *arena, int n) {
    return (Textures){.x = tensor_alloc(arena, (Shape){n, 3, SIDE, SIDE}),
                      .label = ARENA_NEW(arena, int, (size_t)n)};
}

/* A pattern: two waves at a right angle to each other. */
typedef struct Pattern {
    int class;
    double co, si;    /* the direction of the first wave, times its frequency */
    double a, b;      /* the phases of both */
    double colour[6]; /* RGB where the pattern is off, RGB where it is on */
} Pattern;

static Pattern pattern_draw(Rng *rng) {
    Pattern p = {.class = (int)rng_below(rng, CLASSES)};
    const double turn = p.class < 8 ? p.class : 8 * rng_uniform(rng);
    const double frequency = 1 + 0.8 * rng_uniform(rng);
    const double pi = acos(-1);
    p.co = cos(turn * pi / 8) * frequency;
    p.si = sin(turn * pi / 8) * frequency;
    p.a = 6 * rng_uniform(rng);
    p.b = 6 * rng_uniform(rng);
    for (int c = 0; c < 6; c++)
        p.colour[c] = rng_uniform(rng) - 0.5;
    return p;
}

/* True if the pixel in row i and column j has the second colour. */
static bool pattern_on(const Pattern *p, int i, int j) {
    const double u = cos(p->co * j + p->si * i + p->a);
    const double v = cos(p->co * i - p->si * j + p->b);
    if (p->class < 8) return u > 0;
    return p->class == 8 ? u * v > 0 : u + v > 0.7;
}

void textures_draw(Textures t, Rng *rng) {
    for (int n = 0; n < t.x.shape.n; n++) {
        const Pattern p = pattern_draw(rng);
        t.label[n] = p.class;
        for (int at = 0; at < SIDE * SIDE; at++) {
            const int i = at / SIDE;
            const int j = at % SIDE;
            const double *colour = p.colour + (pattern_on(&p, i, j) ? 3 : 0);
            for (int c = 0; c < 3; c++)
                *tensor_at(t.x, n, c, i, j) = (real)(colour[c] + 0.1 * rng_normal(rng));
        }
    }
}

void textures_show(Lesson *l, const char *file, Textures t) {
    Tensor sheet[ROWS * CLASSES];
    for (int k = 0; k < CLASSES; k++) {
        int row = 0;
        for (int n = 0; row < ROWS; n++) {
            CHECK(n < t.x.shape.n, "fewer than %d patches of class %d", ROWS, k);
            if (t.label[n] != k) continue;
            sheet[row * CLASSES + k] = image_enlarge(lesson_arena(l), t.x, n, 4, 0.5, 1);
            row++;
        }
    }
    lesson_show_sheet(l, file, ROWS * CLASSES, sheet, CLASSES);
}

double textures_right(Textures t, Node *z) {
    int right = 0;
    tape_forward(z->tape);
    for (int n = 0; n < t.x.shape.n; n++) {
        const real *of = z->value + n * CLASSES;
        int best = 0;
        for (int k = 1; k < CLASSES; k++)
            if (of[k] > of[best]) best = k;
        if (best == t.label[n]) right++;
    }
    return 100.0 * right / t.x.shape.n;
}

void filters_show(Lesson *l, const char *file, Tensor filters, Tensor bias) {
    const int count = filters.shape.n;
    CHECK(count % COLUMNS == 0, "%d filters do not fill rows of %d", count, COLUMNS);
    Tensor *sheet = ARENA_NEW(lesson_arena(l), Tensor, 2 * (size_t)count);
    Tape *tape = tape_new();
    Node *x = tape_constant(tape, lesson_image(l, 0, "scene.png"));
    const Conv2d same = {.pad = filters.shape.h / 2, .mode = PAD_REFLECT};
    Node *y = ag_conv2d_relu(ag_shift(x, (Shift){-0.5}), tape_constant(tape, filters),
                             tape_constant(tape, bias), same);
    for (int k = 0; k < count; k++) {
        Tensor *field = &sheet[k / COLUMNS * 2 * COLUMNS + k % COLUMNS];
        field[0] = image_enlarge(lesson_arena(l), filters, k, 24, 0.5, 0.8);
        field[COLUMNS] = lesson_grey(l, node_tensor(y), k);
    }
    lesson_show_sheet(l, file, 2 * count, sheet, COLUMNS);
    tape_free(tape);
}
