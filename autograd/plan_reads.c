#include "autograd/plan_reads.h"

#include "autograd/op.h"

bool plan_reads_input(const Planner *p, const Node *y, int i) {
    const unsigned reads = y->op->plan.reads;
    if (reads == READS_ALL || reads & READS_INPUTS) return true;
    if (!(reads & READS_OTHERS)) return false;
    for (int k = 0; k < y->inputs; k++)
        if (k != i && p->wants[y->in[k]->id]) return true;
    return false;
}

bool plan_reads_output(const Node *y) {
    const unsigned reads = y->op->plan.reads;
    return reads == READS_ALL || reads & READS_OUTPUT;
}
