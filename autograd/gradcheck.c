#include "autograd/gradcheck.h"

#include <math.h>

#include "autograd/op.h"
#include "autograd/probe.h"
#include "autograd/tape_nodes.h"
#include "tensor/check.h"

static void include_sample(GradCheck *check, const Node *x, const Sample *s) {
    if (!isfinite(s->analytic) || (!s->kink && !isfinite(s->numeric)))
        if (!check->not_finite) check->not_finite = x;
    if (s->kink) {
        check->kinks++;
        if (!check->kink) check->kink = s->kink;
    }
    if (!s->compared) return;
    check->checked++;
    if (check->variable && s->error <= check->worst) return;
    check->worst = s->error;
    check->variable = x;
    check->index = s->index;
    check->analytic = s->analytic;
    check->numeric = s->numeric;
}

/* Measures one variable and adds it to the result. */
static void include(GradCheck *check, Probe *probe, Node *x, size_t most) {
    Sample *samples;
    size_t count = probe_measure(probe, x, most, &samples);
    double analytic = 0, numeric = 0;
    for (size_t k = 0; k < count; k++) {
        include_sample(check, x, &samples[k]);
        if (!samples[k].compared) continue;
        analytic = fmax(analytic, fabs(samples[k].analytic));
        numeric = fmax(numeric, fabs(samples[k].numeric));
    }
    if (analytic == 0 && numeric > probe_noise(probe) && !check->all_zero)
        check->all_zero = x;
}

GradCheck gradcheck_variable(Tape *tape, Node *y, Node *variable, double step,
                             size_t most) {
    CHECK(variable->tape == tape && variable->op == &op_variable,
          "gradcheck: node %d (%s) is no variable of this tape", variable->id,
          variable->op->name);
    Probe *probe = probe_new(tape, y, step);
    GradCheck check = {.step = step};
    include(&check, probe, variable, most);
    probe_free(probe);
    return check;
}

GradCheck gradcheck(Tape *tape, Node *y, double step) {
    Probe *probe = probe_new(tape, y, step);
    GradCheck check = {.step = step};
    for (int id = 0; id < tape_size(tape); id++) {
        Node *x = tape_node(tape, id);
        if (x->op == &op_variable) include(&check, probe, x, 0);
    }
    probe_free(probe);
    return check;
}

bool gradcheck_passed(const GradCheck *check, double tolerance) {
    return check->checked > 0 && !check->not_finite && !check->all_zero &&
           check->worst <= tolerance;
}

/* "weight (node 3)", or "node 3" without a label. */
static void print_node(const char *before, const Node *node, FILE *out) {
    if (node->label)
        fprintf(out, "%s%s (node %d)", before, node->label, node->id);
    else
        fprintf(out, "%snode %d", before, node->id);
}

void gradcheck_print(const GradCheck *check, FILE *out) {
    if (check->not_finite) {
        print_node("The gradient of ", check->not_finite, out);
        fprintf(out, " is not finite.\n");
    } else if (check->all_zero) {
        print_node("The gradient of ", check->all_zero, out);
        fprintf(out, " is 0 everywhere, but the loss does change with it.\n");
    } else if (!check->variable) {
        fprintf(out, "No element could be compared.\n");
    } else {
        fprintf(out, "The worst of %zu elements, at step %g, has error %.2g: element %zu",
                check->checked, check->step, check->worst, check->index);
        print_node(" of ", check->variable, out);
        fprintf(out, ", analytic %.9g, numeric %.9g.\n", check->analytic, check->numeric);
    }
    if (!check->kink) return;
    fprintf(out, "%zu elements were left out: within the step the slope of %s",
            check->kinks, check->kink->op->name);
    print_node(", ", check->kink, out);
    fprintf(out, ", jumps.\n");
}
