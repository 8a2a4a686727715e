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

Node *sum_styles(const Scene *scene, Node *const *losses) {
    Sum sum = {0};
    if (scene->styles == 1 && scene->style[0].blend == 1) return losses[0];
    for (int s = 0; s < scene->styles; s++)
        sum_add(&sum, losses[s], scene->style[s].blend);
    CHECK(sum.count > 0, "scene: all %d styles have the blend 0", scene->styles);
    return sum_record(&sum);
}
