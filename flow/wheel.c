#include "flow/wheel.h"

#include <math.h>

#include "tensor/check.h"

/* Steps of the wheel from each of the six colours to the next: more where eyes tell more
 * of them apart. */
enum { RED_YELLOW = 15, YELLOW_GREEN = 6, GREEN_CYAN = 4, CYAN_BLUE = 11 };
enum { BLUE_MAGENTA = 13, MAGENTA_RED = 6, COLOURS = 55 };

typedef struct Colour {
    double channel[3]; /* red, green, blue in [0, 1] */
} Colour;

/* From one colour to the next a single channel rises from 0 or falls from 1. */
static const struct Arc {
    int steps, full, moving; /* channels */
    bool falls;
} arcs[] = {
    {RED_YELLOW, 0, 1, false}, {YELLOW_GREEN, 1, 0, true},  {GREEN_CYAN, 1, 2, false},
    {CYAN_BLUE, 2, 1, true},   {BLUE_MAGENTA, 2, 0, false}, {MAGENTA_RED, 0, 2, true},
};

static const double pi = 3.14159265358979323846;

/* Bytes, as in the published program: floor(255 k / steps). */
static Colour wheel(int k) {
    Colour colour = {{0}};
    int a = 0;
    for (; k >= arcs[a].steps; a++)
        k -= arcs[a].steps;
    const double moved = floor(255.0 * k / arcs[a].steps) / 255;
    colour.channel[arcs[a].full] = 1;
    colour.channel[arcs[a].moving] = arcs[a].falls ? 1 - moved : moved;
    return colour;
}

/* (u, v) in units of the fastest. */
static Colour colour_of(double u, double v) {
    const double speed = sqrt(u * u + v * v);
    const double turn = (atan2(-v, -u) / pi + 1) / 2 * (COLOURS - 1);
    const int first = (int)turn;
    const Colour a = wheel(first), b = wheel((first + 1) % COLOURS);
    Colour colour;
    for (int c = 0; c < 3; c++) {
        const double full = a.channel[c] + (turn - first) * (b.channel[c] - a.channel[c]);
        colour.channel[c] = speed <= 1 ? 1 - speed * (1 - full) : 0.75 * full;
    }
    return colour;
}

static bool is_known(double u, double v) {
    return fabs(u) <= FLOW_UNKNOWN && fabs(v) <= FLOW_UNKNOWN;
}

/* 1 when nothing moves. */
static double largest_speed(size_t size, const real *u, const real *v) {
    double most = 0;
    for (size_t k = 0; k < size; k++)
        if (is_known((double)u[k], (double)v[k]))
            most = fmax(most, hypot((double)u[k], (double)v[k]));
    return most > 0 ? most : 1;
}

Tensor flow_picture(Arena *arena, Tensor flow, double fastest) {
    const Shape s = flow.shape;
    const size_t plane = (size_t)s.h * (size_t)s.w;
    const real *u = flow.data, *v = flow.data + plane;
    const Tensor picture = tensor_alloc(arena, (Shape){1, 3, s.h, s.w});
    CHECK(s.n == 1 && s.c == 2, "a flow is (1,2,h,w), not %s", SHAPE(s));
    if (fastest == 0) fastest = largest_speed(plane, u, v);
    for (size_t k = 0; k < plane; k++) {
        if (!is_known((double)u[k], (double)v[k])) continue;
        const Colour colour = colour_of((double)u[k] / fastest, (double)v[k] / fastest);
        for (size_t c = 0; c < 3; c++)
            picture.data[c * plane + k] = (real)colour.channel[c];
    }
    return picture;
}
