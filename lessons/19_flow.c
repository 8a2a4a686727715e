/* Lesson 19: why does a painted film flicker, and what stops it?
 *
 * Optical flow (u, v) says where every pixel of a frame I1 was in the frame before, I2.
 * Horn and Schunck (1981) find it as the minimum of an energy:
 *
 *     E(u, v) = sum (I2(p + (u, v)) - I1(p))^2 + s sum over neighbours |(u, v)_p - (u, v)_q|^2
 *
 * The painting of the frame before, warped by the flow, is what the next one begins with,
 * and the temporal loss keeps it there (Ruder, Dosovitskiy and Brox 2016):
 *
 *     J + w mean of t (x - warped)^2      t = 1 where the flow can be trusted, else 0
 *
 *     make lesson-19        or   build/double/lessons/19_flow
 *                                frame_1.jpg frame_2.jpg painting.jpg --size 240
 *
 * You will see the flow of two frames of our scene, where it can be trusted, and the
 * second frame painted by itself, from the warped painting, and with the temporal loss. */
#include <math.h>

#include "flow/consistency.h"
#include "flow/flow.h"
#include "flow/wheel.h"
#include "lessons/footage.h"
#include "lessons/horn_schunck.h"
#include "lessons/next_frame.h"
#include "lessons/temporal_by_hand.h"
#include "lessons/trust.h"
#include "lessons/warp_by_hand.h"
#include "losses/ops.h"
#include "nn/ops.h"

enum { FIRST_STEPS = 60, NEXT_STEPS = 15, WAYS = 4, FASTEST = 12 };
static const double smoothness = 150;

static void check_ops(Lesson *l);
static void check_equations(Lesson *l, const Footage *film);
static void compare_sweeps(Lesson *l, const Footage *film);
static Tensor compare_searches(Lesson *l, const Footage *film);
static Tensor trust(Lesson *l, const Footage *film, Tensor flow);
static void paint_both(Lesson *l, const Footage *film, Tensor flow, Tensor t);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "19_flow", 128);
    const Footage film = footage_of(l);
    check_ops(l);
    check_equations(l, &film);
    compare_sweeps(l, &film);
    const Tensor flow = compare_searches(l, &film);
    paint_both(l, &film, flow, trust(l, &film, flow));
    return lesson_end(l);
}

static double largest_difference(const Node *a, const Node *b) {
    double most = 0;
    for (size_t e = 0; e < shape_size(a->shape); e++)
        most = fmax(most, fabs((double)(a->value[e] - b->value[e])));
    return most;
}

static const char *same_or_not(double difference) {
    return difference < 1e-9 ? "=" : "IS NOT";
}

/* Both ops of this lesson against differences, and against those of the library. */
static void check_ops(Lesson *l) {
    Tape *tape = tape_new();
    Node *x = tape_example_variable(tape, (Shape){1, 3, 5, 6});
    Node *f = tape_example_variable(tape, (Shape){1, 2, 5, 6});
    Node *y = warp_by_hand(x, f);
    lesson_print(l, "warp %s ag_warp\n",
                 same_or_not(largest_difference(y, ag_warp(x, f))));
    lesson_gradcheck(l, "warp by x and flow", tape, y);
    tape_free(tape);

    tape = tape_new();
    Node *a = tape_example_variable(tape, (Shape){1, 3, 4, 5});
    Node *b = tape_example_variable(tape, (Shape){1, 3, 4, 5});
    Node *t = tape_constant(tape, tensor_alloc(lesson_arena(l), (Shape){1, 1, 4, 5}));
    for (int k = 0; k < 20; k++)
        t->value[k] = (real)(k % 3) / 2;
    Node *loss = temporal_by_hand(a, b, t);
    lesson_print(l, "temporal loss %s ag_temporal\n",
                 same_or_not(largest_difference(loss, ag_temporal(a, b, t))));
    lesson_gradcheck(l, "temporal loss", tape, loss);
    tape_free(tape);
}

/* The equations, derived by hand, are half of the gradient that the tape finds. */
static void check_equations(Lesson *l, const Footage *film) {
    Arena *arena = lesson_arena(l);
    const Shape s = film->now.shape;
    const Shape one = {1, 1, s.h, s.w};
    const Tangent t = tangent_of_images(arena, film->now, film->before);
    Tape *tape = tape_new();
    Node *u = tape_example_variable(tape, one);
    Node *v = tape_example_variable(tape, one);
    Node *e = energy_of_flow(&t, smoothness, u, v);
    lesson_gradcheck(l, "E by u and v", tape, e);
    tape_backward(tape, e);
    const Field left = field_alloc(arena, s.h, s.w);
    equations_left(&t, smoothness, (Field){{s.h, s.w, u->value}, {s.h, s.w, v->value}},
                   left);
    double most = 0;
    double off = 0;
    for (size_t k = 0; k < shape_size(one); k++) {
        const double by_u = (double)u->grad[k] / 2;
        const double by_v = (double)v->grad[k] / 2;
        most = fmax(most, fmax(fabs(by_u), fabs(by_v)));
        off = fmax(off, fabs((double)left.u.data[k] - by_u));
        off = fmax(off, fabs((double)left.v.data[k] - by_v));
    }
    lesson_print(l, "the Euler-Lagrange equations %s half the gradient of E\n",
                 off < 1e-9 * most ? "are" : "ARE NOT");
    tape_free(tape);
}

/* How much of E is left above its minimum, in the size of the images and for one tangent. */
static void compare_sweeps(Lesson *l, const Footage *film) {
    static const int counts[] = {0, 1, 10, 40, 160};
    Arena *arena = lesson_arena(l);
    const Tangent t = tangent_of_images(arena, film->now, film->before);
    const Field jacobi = field_alloc(arena, t.a.h, t.a.w);
    const Field relaxed = field_alloc(arena, t.a.h, t.a.w);
    const Field best = field_alloc(arena, t.a.h, t.a.w);
    for (int k = 0; k < 2000; k++)
        relaxed_sweep(&t, smoothness, best, 1.9);
    const double start = energy_at(&t, smoothness, jacobi) + 1e-30;
    const double least = energy_at(&t, smoothness, best);
    lesson_print(l, "\nsweeps   above the least E: Jacobi   relaxed, omega 1.8\n");
    int done = 0;
    for (int row = 0; row < 5; row++) {
        for (; done < counts[row]; done++) {
            jacobi_sweep(arena, &t, smoothness, jacobi);
            relaxed_sweep(&t, smoothness, relaxed, 1.8);
        }
        lesson_print(l, "%6d %26.3f %% %18.3f %%\n", done,
                     100 * (energy_at(&t, smoothness, jacobi) - least) / (start - least),
                     100 * (energy_at(&t, smoothness, relaxed) - least) /
                         (start - least));
    }
}

/* From one size to four. Returns the last flow. */
static Tensor compare_searches(Lesson *l, const Footage *film) {
    const FlowSearch search[] = {
        {smoothness, 1, 1}, {smoothness, 1, 4}, {smoothness, 2, 4}, {smoothness, 4, 4}};
    const char *const name[] = {"one size, one warp", "one size, 4 warps",
                                "2 sizes, 4 warps each", "4 sizes, 4 warps each"};
    Arena *arena = lesson_arena(l);
    const Shape s = {1, 2, film->now.shape.h, film->now.shape.w};
    lesson_print(l, "\nflow                     pixels off   grey values off\n");
    footage_print(l, film, "nothing moves", tensor_alloc(arena, s));
    Tensor flow;
    for (int k = 0; k < 4; k++) {
        flow = flow_by_hand(arena, film->now, film->before, search[k]);
        footage_print(l, film, name[k], flow);
    }
    footage_print(l, film, "flow_estimate",
                  flow_estimate(arena, film->now, film->before, &flow_usual));
    return flow;
}

/* Which pixels the flow there and back agrees on: t, and what has been found. */
static Tensor trust(Lesson *l, const Footage *film, Tensor flow) {
    Arena *arena = lesson_arena(l);
    const Tensor back =
        flow_by_hand(arena, film->before, film->now, (FlowSearch){smoothness, 4, 4});
    const Tensor verdicts = trust_verdicts(arena, flow, back);
    const Tensor t = trust_by_hand(arena, verdicts);
    const Tensor same = flow_reliability(arena, flow, back);
    double off = 0;
    for (size_t k = 0; k < shape_size(t.shape); k++)
        off = fmax(off, fabs((double)(t.data[k] - same.data[k])));
    lesson_print(l, "\ntrust %s flow_reliability: %.1f %% of the pixels\n",
                 same_or_not(off), 100 * reliable_share(t));
    if (film->truth.data)
        lesson_print(l, "pixels off: %.2f where the flow is trusted, %.2f elsewhere\n",
                     footage_error(flow, film->truth, t, false),
                     footage_error(flow, film->truth, t, true));
    const bool known = film->truth.data != NULL;
    const Tensor sheet[] = {film->before,
                            film->now,
                            lesson_grey(l, verdicts, 0),
                            flow_picture(arena, known ? film->truth : back, FASTEST),
                            flow_picture(arena,
                                         flow_by_hand(arena, film->now, film->before,
                                                      (FlowSearch){smoothness, 1, 4}),
                                         FASTEST),
                            flow_picture(arena, flow, FASTEST)};
    lesson_show_sheet(l, "flow.png", 6, sheet, 3);
    return t;
}

/* The first frame by itself; the second one in four ways. */
static void paint_both(Lesson *l, const Footage *film, Tensor flow, Tensor t) {
    NextFrame frame = {.studio = {.lesson = l,
                                  .arena = lesson_arena(l),
                                  .net = lesson_network(l),
                                  .painting = lesson_image(l, 2, "painting.png")},
                       .photo = film->before,
                       .t = t};
    studio_take_style(&frame.studio);
    Training first = {.mean = 1};
    const Tensor before =
        paint_frame(&frame, (Way){NULL, film->before, FIRST_STEPS, 0}, &first);
    frame.photo = film->now;
    frame.warped = image_warped(lesson_arena(l), before, flow);
    const Way ways[WAYS] = {{"by itself", film->now, NEXT_STEPS, 0},
                            {"by itself", film->now, FIRST_STEPS, 0},
                            {"from the warped one", frame.warped, NEXT_STEPS, 0},
                            {"with temporal loss", frame.warped, NEXT_STEPS, 300}};
    Training run[WAYS];
    Tensor now[WAYS];
    lesson_print(l, "\nsecond frame          steps        J   warp error\n");
    for (int k = 0; k < WAYS; k++) {
        run[k] = (Training){.name = ways[k].name, .mean = 1};
        now[k] = paint_frame(&frame, ways[k], &run[k]);
        lesson_print(l, "%-20s %6d %8s %12s\n", run[k].name, ways[k].steps,
                     lesson_about(l, training_last(&run[k])),
                     lesson_about_to(l, 1, flicker(&frame, now[k])));
    }
    frames_plot(l, run + 1, WAYS - 1);
    const Tensor sheet[] = {before,
                            now[1],
                            now[3],
                            frame.warped,
                            changes_of(&frame, now[1]),
                            changes_of(&frame, now[3])};
    lesson_show_sheet(l, "painted.png", 6, sheet, 3);
}
