#include "autograd/tape_print.h"

#include <string.h>

#include "autograd/op.h"
#include "autograd/tape_nodes.h"
#include "autograd/tape_plan.h"

typedef struct NodeText {
    char text[48];
} NodeText;

/* "2 0 5", cut with dots when there are many. */
static NodeText inputs_text(const Node *node) {
    NodeText out = {""};
    size_t length = 0;
    for (int i = 0; i < node->inputs; i++) {
        if (length + 16 > sizeof out.text) {
            memcpy(out.text + length, " ...", 5);
            break;
        }
        length += (size_t)snprintf(out.text + length, sizeof out.text - length, "%s%d",
                                   i ? " " : "", node->in[i]->id);
    }
    return out;
}

static size_t node_bytes(const Node *node) {
    return shape_size(node->shape) * sizeof(real) * (node->grad ? 2 : 1);
}

/* The bytes in the block of a plan; "" for a value with its own memory. */
static NodeText place_text(const Plan *plan, int span) {
    NodeText out = {""};
    if (span < 0) return out;
    snprintf(out.text, sizeof out.text, "%zu..%zu", plan->span[span].at,
             plan->span[span].at + plan->span[span].bytes);
    return out;
}

static void print_places(const Plan *plan, int id, FILE *out) {
    if (plan)
        fprintf(out, "  %20s  %20s", place_text(plan, plan->value[id]).text,
                place_text(plan, plan->grad[id]).text);
    fputc('\n', out);
}

static int wider(int width, const char *text) {
    int length = (int)strlen(text);
    return length > width ? length : width;
}

void tape_print(const Tape *tape, FILE *out) {
    const Plan *plan = tape_planned(tape);
    int label = 5, op = 2, inputs = 6, math = 7, shape = 5;
    for (int id = 0; id < tape_size(tape); id++) {
        const Node *node = tape_node(tape, id);
        label = wider(label, node->label ? node->label : "");
        op = wider(op, node->op->name);
        inputs = wider(inputs, inputs_text(node).text);
        math = wider(math, node->op->math);
        shape = wider(shape, SHAPE(node->shape));
    }
    fprintf(out, "%4s  %-*s  %-*s  %-*s  %-*s  %-*s  grad  %10s", "id", label, "label",
            op, "op", inputs, "inputs", math, "formula", shape, "shape", "bytes");
    if (plan) fprintf(out, "  %20s  %20s", "value in the block", "grad in the block");
    fputc('\n', out);
    size_t total = 0;
    for (int id = 0; id < tape_size(tape); id++) {
        const Node *node = tape_node(tape, id);
        fprintf(out, "%4d  %-*s  %-*s  %-*s  %-*s  %-*s  %-4s  %10zu", id, label,
                node->label ? node->label : "", op, node->op->name, inputs,
                inputs_text(node).text, math, node->op->math, shape, SHAPE(node->shape),
                node->grad ? "grad" : "", node_bytes(node));
        print_places(plan, id, out);
        total += node_bytes(node);
    }
    fprintf(out, "%d nodes, %zu bytes of values and gradients\n", tape_size(tape), total);
    if (plan) fprintf(out, "planned into one block of %zu bytes\n", plan->bytes);
}

/* The text inside a quoted string of Graphviz. */
static void print_quoted(const char *text, FILE *out) {
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') fputc('\\', out);
        fputc(*text, out);
    }
}

static void print_box(const Node *node, FILE *out) {
    fprintf(out, "    n%d [label=\"", node->id);
    if (node->label) {
        print_quoted(node->label, out);
        fputs("\\n", out);
    }
    print_quoted(node->op->name, out);
    fprintf(out, "\\n%s\"%s%s];\n", SHAPE(node->shape),
            node->inputs == 0 ? ", shape=ellipse" : "",
            node->grad ? "" : ", style=dashed");
}

void tape_dot(const Tape *tape, FILE *out) {
    fputs("digraph tape {\n"
          "    node [shape=box, fontname=\"Helvetica\"];\n"
          "    // ellipse: a leaf; dashed: no gradient\n",
          out);
    for (int id = 0; id < tape_size(tape); id++) {
        const Node *node = tape_node(tape, id);
        print_box(node, out);
        for (int i = 0; i < node->inputs; i++)
            fprintf(out, "    n%d -> n%d;\n", node->in[i]->id, id);
    }
    fputs("}\n", out);
}
