/* Your own painting: every formula of it is a function from mine/, where that has all its
 * points, and otherwise the library's.
 *
 *     make mine             or, when make has built and graded everything,
 *     build/double/lessons/mine photo.jpg painting.jpg --size 96
 *
 * You will see whose each piece is and how long it takes, the painting, and the loss of
 * your run beside the library's. */
#include <stdlib.h>

#include "lessons/check/language.h"
#include "lessons/lesson.h"
#include "lessons/own/painter.h"
#include "lessons/own/timed.h"
#include "lessons/translate.h"

enum { SIZE = 64 };

static const char *const style_layers[] = {"relu1_1", "relu1_2", "relu2_1"};

static Subject begin(Lesson *l);
static void print_table(Lesson *l, const PieceState *state, const PainterReport *own,
                        const PainterReport *library);
static void draw(Lesson *l, const PainterReport *own, const PainterReport *library);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "mine", SIZE);
    const char *objects = getenv("MINE_OBJECTS");
    const char *results = getenv("MINE_RESULTS");
    const Subject subject = begin(l);
    const Pieces library = pieces_library();
    Pieces own = library;
    PieceState state[PIECES];
    pieces_take_own(&own, objects ? objects : "build/double/mine",
                    results ? results : "out/mine", state);

    lesson_tell(l, "painting with your pieces, then with the library's\n");
    Painter *yours = painter_new(lesson_arena(l), &own, &subject);
    painter_run(yours);
    Painter *theirs = painter_new(lesson_arena(l), &library, &subject);
    painter_run(theirs);

    print_table(l, state, painter_report(yours), painter_report(theirs));
    lesson_show(l, "painting.png", painter_image(yours));
    lesson_show(l, "library.png", painter_image(theirs));
    const Tensor both[] = {subject.photo, subject.style, painter_image(yours),
                           painter_image(theirs)};
    lesson_show_sheet(l, "sheet.png", 4, both, 4);
    draw(l, painter_report(yours), painter_report(theirs));
    return lesson_end(l);
}

static Subject begin(Lesson *l) {
    return (Subject){.network = lesson_network(l),
                     .photo = lesson_image(l, 0, "scene.png"),
                     .style = lesson_image(l, 1, "painting.png"),
                     .content_layer = "relu2_1",
                     .style_layers = style_layers,
                     .style_count = sizeof style_layers / sizeof *style_layers,
                     .alpha = 1,
                     .beta = 1,
                     .gamma = 0.15};
}

static double milliseconds(const PainterReport *r, int piece) {
    return 1000 * r->times.seconds[piece] / PAINTER_STEPS;
}

/* What a piece that is not the student's needs. */
static void print_whose(Lesson *l, const Piece *piece, PieceState state) {
    if (state == PIECE_OWN)
        lesson_print(l, "yours\n");
    else if (state == PIECE_NOT_STARTED)
        lesson_print(l, "the library's; make start-%.2s\n", piece->exercise);
    else
        lesson_print(l, "the library's; not right yet, make check-%.2s\n",
                     piece->exercise);
}

static void print_table(Lesson *l, const PieceState *state, const PainterReport *own,
                        const PainterReport *library) {
    int count = 0;
    lesson_print(l, "\n                                ms a step\n"
                    "exercise  piece               here   library   whose\n");
    for (int i = 0; i < PIECES; i++) {
        count += state[i] == PIECE_OWN;
        lesson_print(l, "%.2s        %-17s%8.3f%10.3f   ", pieces[i].exercise,
                     pieces[i].name, milliseconds(own, i), milliseconds(library, i));
        print_whose(l, &pieces[i], state[i]);
    }
    lesson_print(l, "\ngradient check: relative error %.1e\n", own->gradient_error);
    lesson_print(l, "cosine of the gradients of content and style at the end: %.2f\n",
                 own->cosine);
    lesson_print(l, "J: %.3g at the start, %.3g at the end (library: %.3g)\n",
                 own->total[0], own->total[PAINTER_STEPS - 1],
                 library->total[PAINTER_STEPS - 1]);
    lesson_print(l, "painted with %d of %d pieces of your own\n", count, PIECES);
}

static void draw(Lesson *l, const PainterReport *own, const PainterReport *library) {
    static double step[PAINTER_STEPS];
    for (int i = 0; i < PAINTER_STEPS; i++)
        step[i] = i;
    const Series both[] = {{"your pieces", PAINTER_STEPS, step, own->total},
                           {"the library's", PAINTER_STEPS, step, library->total}};
    const double begins[] = {0, STEPS_LOOP, STEPS_LOOP + STEPS_MOMENTUM,
                             PAINTER_STEPS - STEPS_LBFGS};
    const char *const method[] = {tr("the loop"), tr("momentum"), "Adam", "L-BFGS"};
    const PlotMarks marks = {4, begins, method};
    const Plot plot = {.title = "J of your pieces and of the library's",
                       .x_label = "step",
                       .y_label = "J",
                       .log_y = true,
                       .series_count = 2,
                       .series = both};
    const Plot yours = plot_translated(lesson_arena(l), &plot);
    Error err;
    if (!plot_write_marked(lesson_path(l, "curve.png"), &yours, marks, &err))
        lesson_fail(l, &err);
}
