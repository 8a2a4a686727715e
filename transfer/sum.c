#include "transfer/sum.h"

#include "losses/total.h"
#include "tensor/check.h"

void sum_add(Sum *sum, Node *term, double weight) {
    if (weight == 0) return;
    CHECK(sum->count < TERMS_MOST, "sum: more than %d terms", TERMS_MOST);
    sum->terms[sum->count] = term;
    sum->weights[sum->count++] = weight;
}

Node *sum_record(const Sum *sum) {
    if (sum->count == 0) return NULL;
    return ag_weighted_sum(sum->count, sum->terms, sum->weights);
}
