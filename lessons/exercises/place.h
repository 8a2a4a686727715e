/* Where an image is read between its pixels: given in exercise 19. */
#ifndef LESSONS_EXERCISES_PLACE_H
#define LESSONS_EXERCISES_PLACE_H

#include <math.h>
#include <stdbool.h>

/* Between the columns left and right, and the rows up and down. At the last column right is
 * left, and s is 0; at the last row down is up, and t is 0. */
typedef struct Place {
    int left, right, up, down;
    double s, t;             /* the way from left to right, and from up to down: 0 to 1 */
    bool inside_x, inside_y; /* the column, or the row, was not moved to the edge */
} Place;

/* In an image of h x w pixels. Beyond the edge: at the edge. */
static inline Place place_of(int h, int w, double row, double column) {
    const double y = fmin(fmax(row, 0), h - 1);
    const double x = fmin(fmax(column, 0), w - 1);
    const bool inside_x = column > 0 && column < w - 1;
    const bool inside_y = row > 0 && row < h - 1;
    const int up = (int)y;
    const int left = (int)x;
    return (Place){.left = left,
                   .right = left + 1 < w ? left + 1 : left,
                   .up = up,
                   .down = up + 1 < h ? up + 1 : up,
                   .s = x - left,
                   .t = y - up,
                   .inside_x = inside_x,
                   .inside_y = inside_y};
}

#endif
