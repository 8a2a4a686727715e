#include "notebooks/show.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autograd/node.h"
#include "autograd/op.h"
#include "autograd/tape_nodes.h"
#include "autograd/tape_print.h"
#include "io/command.h"
#include "io/image.h"
#include "notebooks/guard.h"

#define MARK "\002"
#define LINE 3   /* pixels of white between images */
#define SIDE 200 /* pixels: smaller images are enlarged to about this */
#define MAX_CHECKED 200
#define STEP 1e-5 /* of gradient checks */
#define TOLERANCE 1e-6

/* A new, numbered path in the folder for outputs. */
static const char *new_path(char path[512], const char *ending) {
    static int count;
    const char *folder = getenv("STYLEGRAD_SHOW");
    snprintf(path, 512, "%s/show_%d.%s", folder ? folder : ".", ++count, ending);
    return path;
}

/* A title may be NULL if the file has its own. */
static void announce(const char *path, const char *title) {
    printf(MARK "show %s\t%s\n", path, title ? title : "");
    fflush(stdout);
}

static void tell(const char *what, const Error *err) {
    fprintf(stderr, "%s is not shown: %s\n", what, err->text);
}

void show_end(int n) {
    guard_end();
    fflush(NULL);
    printf(MARK "end %d\n", n);
    fprintf(stderr, MARK "end %d\n", n);
    fflush(NULL);
}

/* ---- Numbers ---- */

void show_tensor(Tensor t) {
    tensor_print(t, stdout);
}

void show_node(const Node *node) {
    if (!node) {
        printf("NULL\n");
        return;
    }
    const Tensor gradient = {node->shape, node->grad};
    printf("%s%s%s\nvalue ", node->label ? node->label : "", node->label ? ": " : "",
           node->op->math);
    tensor_print(node_tensor(node), stdout);
    if (!node->grad) return;
    printf("gradient ");
    tensor_print(gradient, stdout);
}

void show_form(Shape shape) {
    printf("%s\n", SHAPE(shape));
}

void show_text(const char *text) {
    printf("%s\n", text ? text : "NULL");
}

void show_number(double number) {
    printf("%.10g\n", number);
}

void show_integer(long long number) {
    printf("%lld\n", number);
}

void show_unsigned(unsigned long long number) {
    printf("%llu\n", number);
}

void show_complex(double _Complex number) {
    const double imaginary = cimag(number);
    printf("%.10g %c %.10g i\n", creal(number), signbit(imaginary) ? '-' : '+',
           fabs(imaginary));
}

/* ---- Images ---- */

Tensor show_same(Tensor t) {
    return t;
}

/* Puts a grey or coloured image, each pixel `zoom` wide, at (top, left) of a sheet. */
static void put(Tensor sheet, Tensor image, int zoom, int top, int left) {
    const Shape s = image.shape;
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < s.h * zoom; i++)
            for (int j = 0; j < s.w * zoom; j++)
                *tensor_at(sheet, 0, c, top + i, left + j) =
                    *tensor_at(image, 0, s.c == 3 ? c : 0, i / zoom, j / zoom);
}

static int zoom_of(Tensor t) {
    const int longest = t.shape.h > t.shape.w ? t.shape.h : t.shape.w;
    return longest < SIDE ? SIDE / longest : 1;
}

static bool finite_image(Tensor t) {
    const bool good = (t.shape.c == 3 || t.shape.c == 1) && tensor_finite(t);
    if (!good)
        fprintf(stderr,
                "no picture: %s with %s; a picture has 1 or 3 channels of finite "
                "numbers, show_channel(x, c) shows one of many\n",
                SHAPE(t.shape), tensor_finite(t) ? "finite numbers" : "NaN or infinity");
    return good;
}

void show_titled_images(const char *title, int count, const Tensor *images, int columns) {
    int cell_h = 0, cell_w = 0;
    for (int k = 0; k < count; k++) {
        const int zoom = zoom_of(images[k]);
        if (!finite_image(images[k])) return;
        cell_h = (int)fmax(cell_h, images[k].shape.h * zoom);
        cell_w = (int)fmax(cell_w, images[k].shape.w * zoom);
    }
    if (count < 1 || columns < 1) return;
    const int rows = (count + columns - 1) / columns,
              across = count < columns ? count : columns;
    Arena *arena = arena_new();
    Tensor sheet = tensor_alloc(arena, (Shape){1, 3, rows * (cell_h + LINE) - LINE,
                                               across * (cell_w + LINE) - LINE});
    tensor_fill(sheet, 1);
    for (int k = 0; k < count; k++)
        put(sheet, images[k], zoom_of(images[k]), k / columns * (cell_h + LINE),
            k % columns * (cell_w + LINE));
    Error err;
    char path[512];
    if (image_write(new_path(path, "png"), sheet, &err))
        announce(path, title);
    else
        tell("a picture", &err);
    arena_free(arena);
}

void show_titled_image(const char *title, Tensor image) {
    show_titled_images(title, 1, &image, 1);
}

void show_titled_heat(const char *title, const char *what, Tensor t, int channel) {
    char text[512], number[32] = "";
    Arena *arena = arena_new();
    if (t.shape.c > 1) snprintf(number, sizeof number, ", channel %d", channel);
    snprintf(text, sizeof text, "%s%.300s%s: red above 0, blue below", what, title,
             number);
    show_titled_image(text, image_heat(arena, t, channel));
    arena_free(arena);
}

void show_titled_gradient(const char *title, const Node *node) {
    if (node->grad)
        show_titled_heat(title, "gradient of ", (Tensor){node->shape, node->grad}, 0);
    else
        fprintf(stderr, "node %d has no gradient: no variable leads to it\n", node->id);
}

/* ---- Curves ---- */

void show_plot(Plot plot) {
    Error err;
    char path[512];
    if (plot_write(new_path(path, "svg"), &plot, &err))
        announce(path, NULL);
    else
        tell("a plot", &err);
}

void show_curve(const char *title, size_t count, const double *x, const double *y) {
    const Series series = {NULL, count, x, y};
    show_plot((Plot){.title = title, .series_count = 1, .series = &series});
}

void show_series(const char *title, size_t count, const double *y) {
    Arena *arena = arena_new();
    double *x = ARENA_NEW(arena, double, count);
    for (size_t i = 0; i < count; i++)
        x[i] = (double)i;
    show_curve(title, count, x, y);
    arena_free(arena);
}

/* ---- The tape ---- */

void show_titled_tape(const char *title, const Tape *tape) {
    char path[512];
    char *const dot[] = {"dot", "-Tsvg", NULL};
    Error err;
    FILE *graph = tmpfile(), *drawing = fopen(new_path(path, "svg"), "w+");
    error_set(&err, "no room for temporary files");
    bool good = graph && drawing;
    if (good) {
        tape_dot(tape, graph);
        rewind(graph);
        good = command_run(dot, "graphviz", graph, drawing, &err);
    }
    if (graph) fclose(graph);
    if (drawing) good = fclose(drawing) == 0 && good;
    if (good)
        announce(path, title);
    else
        tell("a tape", &err), unlink(path);
}

/* One row. What differs a little from machine to machine is of the class "fine", which
 * text leaves out; not when it is wrong. */
static void row(FILE *html, const Node *v, const GradCheck *check) {
    const bool good = gradcheck_passed(check, TOLERANCE);
    const char *fine = good ? "<td class=\"fine\">" : "<td>";
    if (v->label)
        fprintf(html, "<tr><td>%.60s</td>", v->label);
    else
        fprintf(html, "<tr><td>node %d</td>", v->id);
    fprintf(html, "<td>%zu</td><td>%zu</td><td>%s</td>", check->checked, check->kinks,
            good ? "passed" : "<b>FAILED</b>");
    if (check->variable)
        fprintf(html, "%s%.1e</td>%s%zu</td>%s%.9g</td>%s%.9g</td>", fine, check->worst,
                fine, check->index, fine, check->analytic, fine, check->numeric);
    fprintf(html, "</tr>\n");
}

bool show_titled_gradcheck(const char *title, Tape *tape, Node *y) {
    char path[512], text[512];
    bool good = true;
    FILE *html = fopen(new_path(path, "html"), "w");
    if (!html) html = fopen("/dev/null", "w");
    if (!html) return false;
    fprintf(html,
            "<table><tr><th>d y / d</th><th>elements</th><th>at kinks</th><th>below "
            "%g</th><th class=\"fine\">worst error</th><th class=\"fine\">there: "
            "element</th><th class=\"fine\">tape</th><th class=\"fine\">differences"
            "</th></tr>\n",
            TOLERANCE);
    for (int id = 0; id < tape_size(tape); id++) {
        Node *v = tape_node(tape, id);
        if (v->op != &op_variable) continue;
        const GradCheck check = gradcheck_variable(tape, y, v, STEP, MAX_CHECKED);
        row(html, v, &check);
        good &= gradcheck_passed(&check, TOLERANCE);
    }
    fprintf(html, "</table>\n");
    snprintf(text, sizeof text, "gradient check of %.300s", title);
    if (fclose(html) == 0) announce(path, text);
    return good;
}
