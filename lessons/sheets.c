/* Images as lesson.h shows them: in grey, as colours, enlarged, and beside each other. */
#include "io/image.h"
#include "lessons/lesson.h"

/* Copies an image to a larger one, with its upper left corner at (top, left). */
static void paste(Tensor sheet, Tensor image, int top, int left) {
    const Shape s = image.shape;
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < s.h; i++)
            for (int j = 0; j < s.w; j++)
                *tensor_at(sheet, 0, c, top + i, left + j) =
                    *tensor_at(image, 0, s.c == 3 ? c : 0, i, j);
}

void lesson_show_sheet(Lesson *l, const char *file, int count, const Tensor *images,
                       int columns) {
    int high = 1;
    int wide = 1;
    for (int k = 0; k < count; k++) {
        high = images[k].shape.h > high ? images[k].shape.h : high;
        wide = images[k].shape.w > wide ? images[k].shape.w : wide;
    }
    const int gap = 4;
    const int rows = (count + columns - 1) / columns;
    Tensor sheet = tensor_alloc(lesson_arena(l), (Shape){1, 3, rows * (high + gap) - gap,
                                                         columns * (wide + gap) - gap});
    tensor_fill(sheet, 1);
    for (int k = 0; k < count; k++)
        paste(sheet, images[k], k / columns * (high + gap), k % columns * (wide + gap));
    lesson_show(l, file, sheet);
}

Tensor lesson_grey(Lesson *l, Tensor t, int c) {
    const Shape s = {1, 1, t.shape.h, t.shape.w};
    const real *x = tensor_at(t, 0, c, 0, 0);
    Tensor grey = tensor_alloc(lesson_arena(l), s);
    real low = 0;
    real high = 0;
    for (size_t i = 0; i < shape_size(s); i++) {
        low = x[i] < low ? x[i] : low;
        high = x[i] > high ? x[i] : high;
    }
    if (high == low) return grey;
    for (size_t i = 0; i < shape_size(s); i++)
        grey.data[i] = (x[i] - low) / (high - low);
    return grey;
}

Tensor lesson_heat(Lesson *l, Tensor t, int c) {
    return image_heat(lesson_arena(l), t, c);
}

Tensor lesson_enlarge(Lesson *l, Tensor t, Shape s) {
    const Shape small = t.shape;
    Tensor large = tensor_alloc(lesson_arena(l), (Shape){1, small.c, s.h, s.w});
    for (int c = 0; c < small.c; c++)
        for (int i = 0; i < s.h; i++)
            for (int j = 0; j < s.w; j++)
                *tensor_at(large, 0, c, i, j) =
                    *tensor_at(t, 0, c, i * small.h / s.h, j * small.w / s.w);
    return large;
}
