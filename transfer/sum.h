/* A weighted sum of terms. A term with weight 0 is left out, so the backward pass does
 * not compute its gradient.
 *
 *     Sum sum = {0};
 *     sum_add(&sum, content, 1);
 *     sum_add(&sum, tv, 0);
 *     Node *total = sum_record(&sum);               1 content */
#ifndef TRANSFER_SUM_H
#define TRANSFER_SUM_H

#include "autograd/tape.h"
#include "transfer/recipe.h"
#include "transfer/scene.h"

#define TERMS_MOST ((STYLES_MOST + 1) * LAYERS_MOST + 1)

typedef struct Sum {
    int count;
    Node *terms[TERMS_MOST];
    double weights[TERMS_MOST];
} Sum;

void sum_add(Sum *sum, Node *term, double weight);

/* Records the sum, from left to right; NULL when there is no term. */
Node *sum_record(const Sum *sum);

/* Records the loss of one layer over all styles of a scene, sum over s of blend_s L_s. */
Node *sum_styles(const Scene *scene, Node *const *losses);

#endif
