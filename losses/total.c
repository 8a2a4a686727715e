#include "losses/total.h"

#include "autograd/ops.h"
#include "tensor/check.h"

Node *ag_weighted_sum(int count, Node *const *terms, const double *weights) {
    CHECK(count >= 1, "weighted sum of %d terms", count);
    Node *sum = NULL;
    for (int i = 0; i < count; i++) {
        Node *term = ag_scale(terms[i], (Scale){weights[i]});
        sum = sum ? ag_add(sum, term) : term;
    }
    return sum;
}
