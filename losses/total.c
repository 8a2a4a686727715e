#include "losses/total.h"

#include "autograd/ops.h"
#include "tensor/check.h"

static Node *add(Node *sum, Node *term, double weight) {
    Node *scaled = ag_scale(term, (Scale){weight});
    return sum ? ag_add(sum, scaled) : scaled;
}

Node *ag_weighted_sum(int count, Node *const *terms, const double *weights) {
    CHECK(count >= 1, "weighted sum of %d terms", count);
    Node *sum = NULL;
    for (int i = 0; i < count; i++)
        sum = add(sum, terms[i], weights[i]);
    return sum;
}

Node *ag_add_term(Node *sum, Node *term, double weight) {
    return weight == 0 ? sum : add(sum, term, weight);
}
