/* stylegrad gradcheck: the gradient checker as an instrument. */
#include "autograd/gradcheck.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/scene_options.h"
#include "autograd/ops.h"
#include "io/plot.h"
#include "losses/ops.h"
#include "nn/ops.h"
#include "tensor/text.h"
#include "tensor/threads.h"

#ifdef REAL_DOUBLE
#define STEP 1e-5
#define TOLERANCE 1e-6
#else /* float: half of the digits are gone, so this says little; the first line tells   \
       */
#define STEP 5e-3
#define TOLERANCE 0.1
#endif

#define CURVE_POINTS 25 /* steps of half a power of ten, from 1 down */

static bool check_op(const Op *op, double step) {
    Tape *tape = tape_new();
    GradCheck check = gradcheck(tape, op->example(tape), step);
    bool passed = gradcheck_passed(&check, TOLERANCE);
    printf("%-18s %8zu %6zu   %9.2e   %-7s %s\n", op->name, check.checked, check.kinks,
           check.worst, passed ? "passed" : "FAILED", op->math);
    if (!passed) gradcheck_print(&check, stdout);
    tape_free(tape);
    return passed;
}

/* The ops that TARGET names, copied into `chosen`; their number, 0 for an unknown name.
 */
static int choose(const char *target, const Op *chosen[128]) {
    const struct {
        const char *name;
        OpTable table;
    } rooms[] = {{"autograd", autograd_ops}, {"nn", nn_ops}, {"losses", loss_ops}};
    int count = 0;
    for (size_t r = 0; r < sizeof rooms / sizeof *rooms; r++)
        for (int i = 0; i < rooms[r].table.count; i++) {
            const Op *op = rooms[r].table.ops[i];
            if (strcmp(target, "all") == 0 || strcmp(target, rooms[r].name) == 0 ||
                strcmp(target, op->name) == 0)
                chosen[count++] = op;
        }
    return count;
}

/* The worst error of all chosen ops at each step: a valley between what the difference
 * leaves out (large h) and what rounding adds (small h). */
static bool draw_curve(const char *path, int count, const Op *const *ops, Error *err) {
    double steps[CURVE_POINTS], median[CURVE_POINTS] = {0}, worst[CURVE_POINTS] = {0};
    for (int i = 0; i < CURVE_POINTS; i++)
        steps[i] = pow(10, -0.5 * i);
    for (int o = 0; o < count; o++) {
        GradPoint points[CURVE_POINTS];
        Tape *tape = tape_new();
        gradcheck_curve(tape, ops[o]->example(tape), CURVE_POINTS, steps, points);
        for (int i = 0; i < CURVE_POINTS; i++) {
            median[i] = fmax(median[i], points[i].median);
            worst[i] = fmax(worst[i], points[i].worst);
        }
        tape_free(tape);
    }
    Series series[] = {{"worst element", CURVE_POINTS, steps, worst},
                       {"median element", CURVE_POINTS, steps, median}};
    Plot plot = {.title = "Gradient check in " REAL_NAME ": error against step size",
                 .x_label = "step h",
                 .y_label = "relative error",
                 .log_x = true,
                 .log_y = true,
                 .series_count = 2,
                 .series = series};
    return path ? plot_write(path, &plot, err) : plot_print(stdout, &plot, 78, 24, err);
}

/* What the command can be told. */
typedef struct Gradcheck {
    double step;      /* of the central difference */
    const char *plot; /* NULL: the curve is printed */
    int threads;      /* 0: as many as there are */
} Gradcheck;

static const Option options[] = {
    {"plot", &option_text, offsetof(Gradcheck, plot), .takes = "FILE.png",
     .help = "the curve, .png or .svg (gnuplot); FILE.csv and FILE.gp beside it"},
    {"step", &setting_number, offsetof(Gradcheck, step), 1e-12, HUGE_VAL, .takes = "H",
     .help = "step of the central difference"},
    {0},
};

static const OptionGroup groups[] = {
    {.rows = options},
    {.rows = thread_options, .offset = offsetof(Gradcheck, threads)},
    {0},
};

static int run(const CommandLine *line) {
    Gradcheck own = {.step = STEP};
    const Op *chosen[128];
    Error err;
    if (!options_read(line, &own, &err)) return options_refuse(line, &err);
    const char *target = line->operands ? line->operand[0] : "all";
    int count = choose(target, chosen), failed = 0;
    if (count == 0) {
        fprintf(stderr,
                "stylegrad gradcheck: there is no op called '%s'; "
                "'stylegrad gradcheck all' shows the names\n",
                SHOWN(target));
        return 2;
    }
    if (own.plot && !plot_write_check(own.plot, &err)) {
        fprintf(stderr, "stylegrad gradcheck: %s\n", err.text);
        return 1;
    }
    if (own.threads) threads_set(own.threads);
    printf("central differences in " REAL_NAME ", h = %g, at most %g allowed%s\n",
           own.step, TOLERANCE,
           sizeof(real) == 4 ? " (stylegrad-double is the exact one)" : "");
    printf("%-18s %8s %6s   %9s\n", "op", "elements", "kinks", "worst");
    for (int i = 0; i < count; i++)
        failed += !check_op(chosen[i], own.step);
    printf("%d passed, %d failed\n", count - failed, failed);
    if (!draw_curve(own.plot, count, chosen, &err)) {
        fprintf(stderr, "stylegrad gradcheck: %s\n", err.text);
        return 1;
    }
    return failed ? 1 : 0;
}

const Command command_gradcheck = {
    .name = "gradcheck",
    .operands = "[OP|all|losses]",
    .operands_least = 0,
    .operands_most = 1,
    .summary = "compare every gradient with numeric differences",
    .details =
        "Each op runs its own awkward example, with loss sum(y r) for random r. For "
        "every\n"
        "element, error = |analytic - numeric| / max(|analytic|, |numeric|, 1e-4 g), g "
        "the\n"
        "largest of its tensor. Elements whose two probes straddle a kink (a ReLU that\n"
        "switches) are counted apart. Below the table: error against h, a valley "
        "between\n"
        "truncation and rounding; --plot draws it into a file.\n",
    .groups = groups,
    .run = run,
};
