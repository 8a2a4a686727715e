#include "lessons/footage.h"

#include <math.h>

#include "assets/scene.h"
#include "flow/consistency.h"
#include "flow/wheel.h"

/* The scene is 16 : 9. The camera goes to the right and forwards, and turns a little. */
static Camera camera_at(double second, int width) {
    const double half = 0.012 * second;
    const double cosine = (1 - half * half) / (1 + half * half);
    return (Camera){.at = {1.6 * second, 6, 2.4 * second},
                    .turn = {cosine, 0, 2 * half / (1 + half * half)},
                    .width = width,
                    .height = width * 9 / 16,
                    .samples = 2};
}

/* A balloon that flies to the right and up, against the flow of what is behind it. It is
 * `side` pixels high and wide; x and y are those of its centre. */
typedef struct Balloon {
    double x, y, side;
} Balloon;

static Balloon balloon_at(double second, int width) {
    const int steps = (int)(width / 24 * second / FOOTAGE_SECONDS);
    return (Balloon){
        .x = width * 3 / 8 + steps, .y = width * 9 / 64 - steps / 3, .side = width * 0.2};
}

static bool balloon_covers(const Balloon *b, int x, int y) {
    return 2 * hypot(x - b->x, y - b->y) < b->side;
}

/* Stripes from top to bottom, darker on the right. */
static Vec balloon_colour(const Balloon *b, int x) {
    const double across = (x - b->x) / b->side + 0.5; /* 0 to 1 */
    const bool red = (int)(5 * across) % 2 == 0;
    const Vec colour = red ? (Vec){0.85, 0.2, 0.15} : (Vec){0.95, 0.9, 0.75};
    return art_scale(colour, 1 - 0.5 * across * across);
}

static Vec colour_of(const Camera *camera, const Balloon *balloon, int x, int y) {
    return balloon_covers(balloon, x, y) ? balloon_colour(balloon, x)
                                         : scene_pixel(camera, x, y);
}

static Tensor rendered(Arena *arena, const Camera *camera, const Balloon *balloon) {
    const Tensor image =
        tensor_alloc(arena, (Shape){1, 3, camera->height, camera->width});
#pragma omp parallel for schedule(dynamic)
    for (int i = 0; i < camera->height; i++)
        for (int j = 0; j < camera->width; j++) {
            const Vec colour = colour_of(camera, balloon, j, i);
            *tensor_at(image, 0, 0, i, j) = (real)colour.x;
            *tensor_at(image, 0, 1, i, j) = (real)colour.y;
            *tensor_at(image, 0, 2, i, j) = (real)colour.z;
        }
    return image;
}

/* One of the two times. */
typedef struct Moment {
    Camera camera;
    Balloon balloon;
} Moment;

static Moment moment_at(double second, int width) {
    return (Moment){camera_at(second, width), balloon_at(second, width)};
}

static Tensor true_flow(Arena *arena, const Moment *now, const Moment *before) {
    const Shape shape = {1, 2, now->camera.height, now->camera.width};
    const Tensor flow = tensor_alloc(arena, shape);
    for (int i = 0; i < shape.h; i++)
        for (int j = 0; j < shape.w; j++) {
            double u = 10 * FLOW_UNKNOWN;
            double v = 10 * FLOW_UNKNOWN;
            if (balloon_covers(&now->balloon, j, i)) {
                u = before->balloon.x - now->balloon.x;
                v = before->balloon.y - now->balloon.y;
            } else {
                scene_moves(&now->camera, j, i, &before->camera, &u, &v);
            }
            *tensor_at(flow, 0, 0, i, j) = (real)u;
            *tensor_at(flow, 0, 1, i, j) = (real)v;
        }
    return flow;
}

static Footage rendered_pair(Arena *arena, int width) {
    const Moment before = moment_at(0, width);
    const Moment now = moment_at(FOOTAGE_SECONDS, width);
    scene_init();
    return (Footage){.before = rendered(arena, &before.camera, &before.balloon),
                     .now = rendered(arena, &now.camera, &now.balloon),
                     .truth = true_flow(arena, &now, &before)};
}

Footage footage_of(Lesson *l) {
    if (lesson_images(l) == 0) {
        /* As wide as an image of ours would be. */
        const Tensor ours = lesson_image(l, 0, "scene.png");
        return rendered_pair(lesson_arena(l), ours.shape.w);
    }
    const Footage film = {.before = lesson_image(l, 0, "scene.png"),
                          .now = lesson_image(l, 1, "scene.png")};
    const Shape a = film.before.shape;
    const Shape b = film.now.shape;
    Error err;
    if (lesson_images(l) == 1 || !shape_equal(a, b)) {
        error_set(&err, "give two frames of a film, which have the same size, and a "
                        "painting");
        lesson_fail(l, &err);
    }
    return film;
}

double footage_error(Tensor flow, Tensor truth, Tensor where, bool below) {
    const size_t plane = (size_t)flow.shape.h * (size_t)flow.shape.w;
    double sum = 0;
    double count = 0;
    for (size_t k = 0; k < plane; k++) {
        const double u = (double)truth.data[k];
        const double v = (double)truth.data[k + plane];
        if (fabs(u) > FLOW_UNKNOWN) continue;
        if (where.data && (where.data[k] < (real)0.5) != below) continue;
        sum += hypot((double)flow.data[k] - u, (double)flow.data[k + plane] - v);
        count++;
    }
    return count > 0 ? sum / count : 0;
}

/* The root of the mean square of now - before, warped. */
static double unlike(Lesson *l, const Footage *film, Tensor flow) {
    Arena *arena = lesson_arena(l);
    const Shape s = film->now.shape;
    const Tensor everywhere = tensor_alloc(arena, (Shape){1, 1, s.h, s.w});
    WarpError e = {0};
    tensor_fill(everywhere, 1);
    warp_error_add(&e, film->now, image_warped(arena, film->before, flow), everywhere);
    return 255 * warp_error_rms(e);
}

void footage_print(Lesson *l, const Footage *film, const char *name, Tensor flow) {
    char off[20] = "?";
    if (film->truth.data)
        snprintf(off, sizeof off, "%.2f",
                 footage_error(flow, film->truth, (Tensor){0}, false));
    lesson_print(l, "%-22s %12s %17.2f\n", name, off, unlike(l, film, flow));
}
