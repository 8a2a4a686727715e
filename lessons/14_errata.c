/* Lesson 14: what do the documents and the famous systems get wrong?
 *
 * Most often one symbol has several meanings. L_content is half a sum in documents 000
 * (4.1) and 003 (4.1), a sum in 002 (2.3), and a mean in the listing of 000 (5). The
 * style loss is
 *
 *     E = 1 / (4 N^2 M^2) sum (G - A)^2        documents 000 (4.2), 003 (4.1)
 *
 * or this times 4, 4 / N^2, 4 M^2, ... A weight is right for one form only.
 *
 *     make lesson-14        or   build/double/lessons/14_errata photo.jpg painting.jpg
 *
 * You will see every form of the three losses on the same features, then the errata.
 * `stylegrad errata S2-1` explains one entry. */
#include <math.h>

#include "autograd/ops.h"
#include "errata/errata.h"
#include "lessons/lesson.h"
#include "losses/content.h"
#include "losses/style.h"
#include "losses/tv.h"

enum { LAYERS = 4 };
static const char *const names[LAYERS] = {"relu1_1", "relu2_1", "relu3_1", "relu4_1"};

static void content_page(Lesson *l, Node *f, Node *p);
static void style_page(Lesson *l, Node *const *f, Node *const *a, Shape image);
static void tv_page(Lesson *l, Node *x);
static void errata_page(Lesson *l);
static void check_gradients(Lesson *l);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "14_errata", 96);
    Tensor photo = lesson_image(l, 0, "scene.png");
    Tensor painting = lesson_image(l, 1, "painting.png");
    Network *net = lesson_network(l);
    Tape *tape = tape_new();
    Node *original = tape_constant(tape, photo);
    Node *x = ag_scale(original, (Scale){0.8}); /* darker, so that no loss is 0 */
    Node *f[LAYERS];                            /* features of x */
    Node *p[LAYERS];                            /* features of the photograph */
    Node *a[LAYERS];                            /* features of the painting */
    lesson_record(l, net, x, names, LAYERS, f);
    lesson_record(l, net, original, names, LAYERS, p);
    lesson_record(l, net, tape_constant(tape, painting), names, LAYERS, a);

    content_page(l, f[2], p[2]);
    style_page(l, f, a, x->shape);
    tv_page(l, x);
    errata_page(l);
    check_gradients(l);
    tape_free(tape);
    return lesson_end(l);
}

static void content_page(Lesson *l, Node *f, Node *p) {
    double loss[CONTENT_FORMS];
    lesson_print(l, "CONTENT at %s, %s\n  form                 loss    factor  used by\n",
                 names[2], SHAPE(f->shape));
    for (int i = 0; i < CONTENT_FORMS; i++) {
        loss[i] = (double)node_scalar(ag_content_loss(f, p, (ContentForm)i));
        lesson_print(l, "  %-12s %12.3g %9.3g  %s\n", content_forms[i].name, loss[i],
                     loss[i] / loss[CONTENT_HALF_SUM], content_forms[i].used_by);
    }
}

/* Each form at each layer in units of Gatys', as a table and as a figure. */
static void style_page(Lesson *l, Node *const *f, Node *const *a, Shape image) {
    static const double block[LAYERS] = {1, 2, 3, 4};
    double factor[STYLE_FORMS][LAYERS];
    double gatys[LAYERS] = {0};
    Series series[STYLE_FORMS];
    lesson_print(
        l, "\nSTYLE in units of Gatys' E\n  form        %10s%10s%10s%10s  used by\n",
        names[0], names[1], names[2], names[3]);
    for (int i = 0; i < STYLE_FORMS; i++) {
        lesson_print(l, "  %-12s", style_forms[i].name);
        for (int k = 0; k < LAYERS; k++) {
            const StyleForm form = (StyleForm)i;
            const double positions = (double)a[k]->shape.h * a[k]->shape.w;
            Node *target = ag_style_summary(a[k], form, positions);
            Node *node = ag_style_loss(f[k], target, form, image);
            const double loss = (double)node_scalar(node);
            if (form == STYLE_GATYS) gatys[k] = loss;
            factor[i][k] = loss / gatys[k];
            lesson_print(l, " %9.3g", factor[i][k]);
        }
        lesson_print(l, "  %s\n", style_forms[i].used_by);
        series[i] = (Series){style_forms[i].name, LAYERS, block, factor[i]};
    }
    const Plot plot = {.title = "Style loss of the same features, in units of Gatys' E",
                       .x_label =
                           "block of the network: relu1_1, relu2_1, relu3_1, relu4_1",
                       .y_label = "loss / E",
                       .log_y = true,
                       .series_count = STYLE_FORMS,
                       .series = series};
    lesson_plot(l, "style.svg", &plot);
}

/* Pixels from 0 to 1, and the same ones from 0 to 255. */
static void tv_page(Lesson *l, Node *x) {
    lesson_print(l, "\nTV of pixels from     0 to 1  0 to 255    ratio  used by\n");
    for (int i = 0; i < TV_FORMS; i++) {
        const double one = (double)node_scalar(ag_tv_loss(x, (TvForm)i));
        Node *bytes = ag_scale(x, (Scale){255});
        const double many = (double)node_scalar(ag_tv_loss(bytes, (TvForm)i));
        lesson_print(l, "  %-12s %13.3g %9.3g  255^%.1f  %s\n", tv_forms[i].name, one,
                     many, log(many / one) / log(255), tv_forms[i].used_by);
    }
}

/* Every entry that a program can show. No weight can correct a factor of 0. */
static void errata_page(Lesson *l) {
    lesson_print(
        l, "\nERRATA       said     right     ratio  what is said | what is right\n");
    for (int i = 0; errata_entry(i); i++) {
        const Erratum *e = errata_entry(i);
        if (!e->show) continue;
        const ErrataNumbers n = errata_run(e);
        lesson_print(l, "%-6s %9.3g %9.3g %9.3g  %s | %s\n", e->id, n.said, n.right,
                     n.said / n.right + 0.0, e->said_is, e->right_is);
    }
}

static void check_gradients(Lesson *l) {
    Tape *tape = tape_new();
    Node *f = tape_example_variable(tape, (Shape){1, 5, 4, 6});
    Node *p = tape_example_constant(tape, f->shape);
    Node *a = ag_gram(p, (Gram){24});
    lesson_gradcheck(l, "content, mean", tape, ag_content_loss(f, p, CONTENT_MEAN));
    Node *style = ag_style_loss(f, a, STYLE_IMAGE_SIZE, f->shape);
    lesson_gradcheck(l, "style, image-size", tape, style);
    lesson_gradcheck(l, "tv, pow1.25", tape, ag_tv_loss(f, TV_POW125));
    tape_free(tape);
}

/* Exercises
 * 1. Document 000's weight 1e6 is for the form mean. What is it for raw-mean at relu1_1?
 * 2. Pixels change from 0..1 to 0..255. For which forms of tv is the weight then divided
 *    by 255^2?
 * 3. Write the converter in mine/14_errata.c. */
