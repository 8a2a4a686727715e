/* L = mean over images of log(sum over k of e^z_k) - z_label: how surprised the softmax
 * p_k = e^z_k / sum e^z of the numbers z is by the true class.
 *
 *     dz_k = (p_k - [k = label]) dy / n
 *
 * The largest z is taken out of every exponent first, which changes nothing in p and lets
 * no e^z overflow. Forward leaves p for backward. */
#include <math.h>

#include "losses/ops.h"
#include "tensor/check.h"

/* Classes: the numbers of one image. */
static int classes_of(const Node *y) {
    Shape z = y->in[0]->shape;
    return z.c * z.h * z.w;
}

static void shape(Node *y) {
    const CrossEntropy *p = y->params;
    CHECK(p->label, "cross_entropy of %s: there are no labels", SHAPE(y->in[0]->shape));
    node_save(y, shape_size(y->in[0]->shape) * sizeof(real));
    y->shape = SCALAR;
}

/* The loss of one image; p gets its softmax. */
static double one_loss(int classes, const real *z, int label, real *p) {
    int first = 0;
    for (int k = 1; k < classes; k++)
        if (z[k] > z[first]) first = k;
    const real largest = z[first];
    double others = 0; /* beside the largest, which counts 1 */
    for (int k = 0; k < classes; k++)
        if (k != first) others += exp((double)(z[k] - largest));
    for (int k = 0; k < classes; k++)
        p[k] = (real)(exp((double)(z[k] - largest)) / (1 + others));
    return log1p(others) - (double)(z[label] - largest);
}

static void forward(Node *y) {
    const CrossEntropy *params = y->params;
    const Node *z = y->in[0];
    const int images = z->shape.n, classes = classes_of(y);
    real *p = y->saved;
    double sum = 0;
    for (int n = 0; n < images; n++) {
        const int label = params->label[n];
        CHECK(label >= 0 && label < classes,
              "cross_entropy: label %d of image %d, but there are %d classes", label, n,
              classes);
        sum += one_loss(classes, z->value + n * classes, label, p + n * classes);
    }
    y->value[0] = (real)(sum / images);
}

/* forward was: y += (log sum e^z - z_label) / n */
static void backward(Node *y) {
    const CrossEntropy *params = y->params;
    const int images = y->in[0]->shape.n, classes = classes_of(y);
    const real *p = y->saved, share = y->grad[0] / (real)images;
    real *dz = y->in[0]->grad;
    if (!dz) return;
    for (int n = 0; n < images; n++)
        for (int k = 0; k < classes; k++)
            dz[n * classes + k] +=
                share * (p[n * classes + k] - (k == params->label[n] ? 1 : 0));
}

static Node *example(Tape *tape) {
    static const int label[] = {4, 0, 2};
    Node *z = tape_example_variable(tape, (Shape){3, 5, 1, 1});
    return ag_cross_entropy(z, (CrossEntropy){label});
}

const Op op_cross_entropy = {
    .name = "cross_entropy",
    .math = "y = mean (log sum e^z - z_label)",
    .derivative = "dz = (softmax z - onehot) dy / n",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING},
    .example = example,
};
