/* Lesson 01: what is an image to a program?
 *
 * Document 000 speaks of images and of feature maps of shape (C, H, W) (sections 1, 2.1
 * and 2.3). An image is three planes of h rows and w columns: red, green and blue, with
 * values from 0 to 1. In memory one plane follows the other:
 *
 *     x[c][i][j]  =  data[(c h + i) w + j]
 *
 *     make lesson-01        or   build/double/lessons/01_tensor photo.jpg
 *
 * You will see the numbers of an image, its three planes, the difference of an image and
 * its copy shifted by one pixel (edges), what a blur does, and how much an image file
 * rounds. */
#include <math.h>

#include "autograd/ops.h"
#include "io/image.h"
#include "lessons/lesson.h"

enum { BLURS = 12 };

static void look_at_numbers(Lesson *l, Tensor photo);
static void show_edges(Lesson *l, Tensor photo);
static void blur_often(Lesson *l, Tensor photo);
static Tensor shift(Lesson *l, Tensor x, int by);
static double roughness(Lesson *l, Tensor x);
static Tensor blur(Lesson *l, Tensor x);
static void save_and_read(Lesson *l, Tensor photo);
static void first_gradient(Lesson *l, Tensor photo);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "01_tensor", 192);
    Tensor photo = lesson_image(l, 0, "scene.png");
    look_at_numbers(l, photo);

    const Tensor planes[] = {photo, lesson_grey(l, photo, 0), lesson_grey(l, photo, 1),
                             lesson_grey(l, photo, 2)};
    lesson_show_sheet(l, "channels.png", 4, planes, 2);
    show_edges(l, photo);
    blur_often(l, photo);
    save_and_read(l, photo);
    first_gradient(l, photo);
    return lesson_end(l);
}

static void look_at_numbers(Lesson *l, Tensor photo) {
    const Shape s = photo.shape;
    lesson_print(l, "the image: shape %s, %zu numbers\n", SHAPE(s), shape_size(s));
    lesson_print(l, "row 2, column 5, as red, green, blue:\n");
    for (int c = 0; c < 3; c++)
        lesson_print(l, "  x[%d][2][5] = data[(%d * %d + 2) * %d + 5] = %.3f\n", c, c,
                     s.h, s.w, (double)photo.data[(c * s.h + 2) * s.w + 5]);
}

/* The image minus the image shifted by one pixel. */
static void show_edges(Lesson *l, Tensor photo) {
    Tensor shifted = shift(l, photo, 1);
    Tensor edges = tensor_alloc(lesson_arena(l), photo.shape);
    for (size_t i = 0; i < shape_size(photo.shape); i++)
        edges.data[i] = photo.data[i] - shifted.data[i];
    const Tensor sheet[] = {photo, lesson_heat(l, edges, 1)};
    lesson_show_sheet(l, "shift.png", 2, sheet, 2);
}

/* Each blur makes neighbours more similar. */
static void blur_often(Lesson *l, Tensor photo) {
    double blurs[BLURS];
    double rough[BLURS];
    Tensor blurred = photo;
    for (int k = 0; k < BLURS; k++) {
        blurs[k] = k;
        rough[k] = roughness(l, blurred);
        lesson_print(l, "blurred %2d times, neighbours differ by %.4f on average\n", k,
                     rough[k]);
        blurred = blur(l, blurred);
    }
    const Tensor sheet[] = {photo, blurred};
    lesson_show_sheet(l, "blur.png", 2, sheet, 2);
    const Series series = {"mean of |x[i][j] - x[i][j - 1]|", BLURS, blurs, rough};
    const Plot plot = {.x_label = "blurs", .series_count = 1, .series = &series};
    lesson_plot(l, "blur_curve.svg", &plot);
}

/* y[c][i][j] = x[c][i][j - by]. The first column of x fills the columns that x has no
 * values for. */
static Tensor shift(Lesson *l, Tensor x, int by) {
    Tensor y = tensor_alloc(lesson_arena(l), x.shape);
    for (int c = 0; c < x.shape.c; c++)
        for (int i = 0; i < x.shape.h; i++)
            for (int j = 0; j < x.shape.w; j++)
                *tensor_at(y, 0, c, i, j) = *tensor_at(x, 0, c, i, j < by ? 0 : j - by);
    return y;
}

/* How much neighbours differ, on average. */
static double roughness(Lesson *l, Tensor x) {
    Tensor further = shift(l, x, 1);
    double sum = 0;
    for (size_t i = 0; i < shape_size(x.shape); i++)
        sum += fabs((double)x.data[i] - (double)further.data[i]);
    return sum / (double)shape_size(x.shape);
}

/* Every element becomes the mean of the 3 x 3 elements around it that are inside. */
static Tensor blur(Lesson *l, Tensor x) {
    Tensor y = tensor_alloc(lesson_arena(l), x.shape);
    const int h = x.shape.h;
    const int w = x.shape.w;
    for (int c = 0; c < x.shape.c; c++)
        for (int i = 0; i < h; i++)
            for (int j = 0; j < w; j++) {
                int count = 0;
                real sum = 0;
                for (int u = i > 0 ? i - 1 : 0; u <= i + 1 && u < h; u++)
                    for (int v = j > 0 ? j - 1 : 0; v <= j + 1 && v < w; v++) {
                        sum += *tensor_at(x, 0, c, u, v);
                        count++;
                    }
                *tensor_at(y, 0, c, i, j) = sum / (real)count;
            }
    return y;
}

/* A file holds bytes: v becomes floor(255 v + 1/2) / 255, at most 1/510 away. */
static void save_and_read(Lesson *l, Tensor photo) {
    Error err;
    Tensor again;
    double most = 0;
    lesson_show(l, "saved.png", photo);
    if (!image_read(lesson_arena(l), lesson_path(l, "saved.png"), &again, &err))
        lesson_fail(l, &err);
    for (size_t i = 0; i < shape_size(photo.shape); i++)
        most = fmax(most, fabs((double)again.data[i] - (double)photo.data[i]));
    lesson_print(l, "saved and read again: no number moved by more than 1/510: %s\n",
                 most < 1 / 510.0 + 1e-9 ? "true" : "NOT TRUE");
}

/* How much does the mean grow when one element grows? d mean(x) / dx = 1 / size. */
static void first_gradient(Lesson *l, Tensor photo) {
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, photo);
    Node *brightness = ag_mean(x);
    tape_backward(tape, brightness);
    lesson_print(l, "d mean / d x[0][0][0] = %.4e, and 1 / size = %.4e\n",
                 (double)x->grad[0], 1.0 / (double)shape_size(photo.shape));
    lesson_gradcheck(l, "mean brightness", tape, brightness);
    tape_free(tape);
}

/* Exercises
 * 1. Which two numbers of `data` are the neighbours of data[k] above and below?
 * 2. Shift down instead of right. Which edges does the heat map show then?
 * 3. Write planes and blur yourself in mine/01_tensor.c. */
