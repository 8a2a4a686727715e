#include "lessons/horn_schunck.h"

#include <string.h>

#include "autograd/ops.h"
#include "flow/consistency.h"
#include "losses/ops.h"

enum { SWEEPS = 40, SIZES_MOST = 8 };

Field field_of(Tensor flow) {
    return (Field){plane_of(flow, 0), plane_of(flow, 1)};
}

Field field_alloc(Arena *arena, int h, int w) {
    return (Field){plane_alloc(arena, h, w), plane_alloc(arena, h, w)};
}

static Tensor as_tensor(Plane x) {
    return (Tensor){{1, 1, x.h, x.w}, x.data};
}

static double at(Plane x, int i, int j) {
    return (double)x.data[plane_inside(i, x.h) * x.w + plane_inside(j, x.w)];
}

/* ---- The energy ---- */

/* I2 where the flow points. */
static Plane read_at(Arena *arena, Plane i2, Field flow) {
    Tensor both = tensor_alloc(arena, (Shape){1, 2, i2.h, i2.w});
    const size_t plane = (size_t)i2.h * (size_t)i2.w;
    memcpy(both.data, flow.u.data, plane * sizeof(real));
    memcpy(both.data + plane, flow.v.data, plane * sizeof(real));
    return plane_of(image_warped(arena, as_tensor(i2), both), 0);
}

static bool leads_out(Field flow, int i, int j) {
    const double x = j + at(flow.u, i, j);
    const double y = i + at(flow.v, i, j);
    return x < 0 || x > flow.u.w - 1 || y < 0 || y > flow.u.h - 1;
}

Tangent tangent_at(Arena *arena, Plane i1, Plane i2, Field flow) {
    const int h = i1.h;
    const int w = i1.w;
    const Plane there = read_at(arena, i2, flow);
    Tangent t = {plane_alloc(arena, h, w), plane_alloc(arena, h, w),
                 plane_alloc(arena, h, w)};
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++) {
            if (leads_out(flow, i, j)) continue;
            const int k = i * w + j;
            const double a = (at(there, i, j + 1) - at(there, i, j - 1)) / 2;
            const double b = (at(there, i + 1, j) - at(there, i - 1, j)) / 2;
            const double changed = at(there, i, j) - at(i1, i, j);
            t.a.data[k] = (real)a;
            t.b.data[k] = (real)b;
            t.c.data[k] = (real)(changed - a * at(flow.u, i, j) - b * at(flow.v, i, j));
        }
    return t;
}

/* The grey values without their noise. */
static Plane grey_of(Arena *arena, Tensor image) {
    return plane_smoothed(arena, plane_grey(arena, image), 0.7);
}

Tangent tangent_of_images(Arena *arena, Tensor first, Tensor second) {
    return tangent_at(arena, grey_of(arena, first), grey_of(arena, second),
                      field_alloc(arena, first.shape.h, first.shape.w));
}

Node *energy_of_flow(const Tangent *t, double s, Node *u, Node *v) {
    Node *a = tape_constant(u->tape, as_tensor(t->a));
    Node *b = tape_constant(u->tape, as_tensor(t->b));
    Node *c = tape_constant(u->tape, as_tensor(t->c));
    Node *unlike = ag_add(ag_add(ag_mul(a, u), ag_mul(b, v)), c);
    Node *rough = ag_add(ag_tv_squares(u), ag_tv_squares(v));
    return ag_add(ag_sum(ag_square(unlike)), ag_scale(rough, (Scale){s}));
}

double energy_at(const Tangent *t, double s, Field flow) {
    Tape *tape = tape_new();
    Node *u = tape_constant(tape, as_tensor(flow.u));
    Node *v = tape_constant(tape, as_tensor(flow.v));
    const double e = (double)node_scalar(energy_of_flow(t, s, u, v));
    tape_free(tape);
    return e;
}

/* ---- Its Euler-Lagrange equations ---- */

/* The sum of x_q - x over the neighbours q of a pixel. Beyond the edge there is the pixel
 * itself, which adds nothing. */
static double differences(Plane x, int i, int j) {
    return at(x, i - 1, j) + at(x, i + 1, j) + at(x, i, j - 1) + at(x, i, j + 1) -
           4 * at(x, i, j);
}

void equations_left(const Tangent *t, double s, Field flow, Field left) {
    const int w = flow.u.w;
    for (int i = 0; i < flow.u.h; i++)
        for (int j = 0; j < w; j++) {
            const double a = at(t->a, i, j);
            const double b = at(t->b, i, j);
            const double unlike =
                a * at(flow.u, i, j) + b * at(flow.v, i, j) + at(t->c, i, j);
            left.u.data[i * w + j] = (real)(a * unlike - s * differences(flow.u, i, j));
            left.v.data[i * w + j] = (real)(b * unlike - s * differences(flow.v, i, j));
        }
}

/* ---- Sweeps ---- */

/* (u, v) for which both equations of a pixel hold, with the means m and n of the four
 * neighbours: u = m - a r, v = n - b r, r = (a m + b n + c) / (4 s + a^2 + b^2). */
static void solve_pixel(const Tangent *t, double s, Field flow, int i, int j, double *u,
                        double *v) {
    const double a = at(t->a, i, j);
    const double b = at(t->b, i, j);
    const double m = at(flow.u, i, j) + differences(flow.u, i, j) / 4;
    const double n = at(flow.v, i, j) + differences(flow.v, i, j) / 4;
    const double r = (a * m + b * n + at(t->c, i, j)) / (4 * s + a * a + b * b);
    *u = m - a * r;
    *v = n - b * r;
}

void relaxed_sweep(const Tangent *t, double s, Field flow, double omega) {
    const int w = flow.u.w;
    for (int k = 0; k < flow.u.h * w; k++) {
        double u;
        double v;
        solve_pixel(t, s, flow, k / w, k % w, &u, &v);
        flow.u.data[k] += (real)(omega * (u - (double)flow.u.data[k]));
        flow.v.data[k] += (real)(omega * (v - (double)flow.v.data[k]));
    }
}

void jacobi_sweep(Arena *arena, const Tangent *t, double s, Field flow) {
    const int w = flow.u.w;
    const size_t bytes = (size_t)flow.u.h * (size_t)w * sizeof(real);
    const Field old = field_alloc(arena, flow.u.h, w);
    memcpy(old.u.data, flow.u.data, bytes);
    memcpy(old.v.data, flow.v.data, bytes);
    for (int k = 0; k < flow.u.h * w; k++) {
        double u;
        double v;
        solve_pixel(t, s, old, k / w, k % w, &u, &v);
        flow.u.data[k] = (real)u;
        flow.v.data[k] = (real)v;
    }
}

/* ---- From coarse to fine ---- */

/* Each is the one before, smoothed, with half as many rows and columns. */
static int pyramid_of(Arena *arena, Tensor image, int sizes, Plane *size) {
    size[0] = grey_of(arena, image);
    int count = 1;
    while (count < sizes && count < SIZES_MOST) {
        const Plane x = size[count - 1];
        if (x.h < 16 || x.w < 16) break;
        size[count++] = plane_resized(arena, plane_smoothed(arena, x, 1), (x.h + 1) / 2,
                                      (x.w + 1) / 2, 1);
    }
    return count;
}

/* In twice as many pixels a flow is twice as far. */
static Field enlarged(Arena *arena, Field flow, int h, int w) {
    return (Field){plane_resized(arena, flow.u, h, w, (double)w / flow.u.w),
                   plane_resized(arena, flow.v, h, w, (double)h / flow.v.h)};
}

Tensor flow_by_hand(Arena *arena, Tensor from, Tensor to, FlowSearch search) {
    Plane i1[SIZES_MOST];
    Plane i2[SIZES_MOST];
    const int count = pyramid_of(arena, from, search.sizes, i1);
    pyramid_of(arena, to, search.sizes, i2);
    Field flow = field_alloc(arena, i1[count - 1].h, i1[count - 1].w);
    for (int k = count - 1; k >= 0; k--) {
        flow = enlarged(arena, flow, i1[k].h, i1[k].w);
        for (int warp = 0; warp < search.warps; warp++) {
            const Tangent tangent = tangent_at(arena, i1[k], i2[k], flow);
            for (int sweep = 0; sweep < SWEEPS; sweep++)
                relaxed_sweep(&tangent, search.s, flow, 1.8);
        }
    }
    const Shape s = from.shape;
    const Tensor out = tensor_alloc(arena, (Shape){1, 2, s.h, s.w});
    const size_t plane = (size_t)s.h * (size_t)s.w;
    memcpy(out.data, flow.u.data, plane * sizeof(real));
    memcpy(out.data + plane, flow.v.data, plane * sizeof(real));
    return out;
}
