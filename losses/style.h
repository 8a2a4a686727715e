/* The style loss: how far the Gram matrix G of the image's features is from the Gram
 * matrix A of the painting's, at one layer. It is a sum over positions, so it does not
 * depend on where in the painting something is.
 *
 *     Node *a = ag_style_summary(painting_features, STYLE_GATYS, h * w);
 *     Tensor target = tape_keep(arena, a);
 *     ...
 *     Node *loss = ag_style_loss(f, tape_constant(tape, target), STYLE_GATYS,
 *                                image->shape);
 *
 * Every published program has its own factor. With N channels, M = h w positions and
 * D = sum_ij (G_ij - A_ij)^2 of raw Gram matrices G = F F^T they are, in units of Gatys':
 *
 *     gatys       D / (4 N^2 M^2)            1
 *     cs231n      D / (N^2 M^2)              4           Gram / (c h w), then sum
 *     mean        D / (N^4 M^2)              4 / N^2     Gram / (c h w), then mean
 *     sum         D                          4 N^2 M^2
 *     raw-mean    D / N^2                    4 M^2
 *     image-size  D / (4 3^2 (H0 W0)^2)      (N M / (3 H0 W0))^2     image of H0 x W0
 *     relative    D / sum_ij A_ij^2          depends on A
 *
 * Two forms are not distances of Gram matrices: w2 is the squared Wasserstein distance
 * between two Gaussians with the means and covariances of the features (w2.c), and w2-ck
 * is what Crowson's program computes for it, which is a little larger where features are
 * nearly dependent (w2_ck.c). Their targets have the means as one more row (moments.c).
 *
 * The painting may have another size, M' positions instead of M: A is then its raw Gram
 * matrix times M / M', in every form. That is why the target is kept as A / M': inside, G
 * is divided by M too, which also keeps float far from overflow, and the rest of the
 * factor is applied in double. */
#ifndef LOSSES_STYLE_H
#define LOSSES_STYLE_H

#include "losses/forms.h"
#include "losses/ops.h"

/* What a Gram matrix is divided by. */
typedef enum GramForm {
    GRAM_RAW, /* F F^T */
    GRAM_HW,  /* F F^T / (h w): what a style target is */
    GRAM_CHW  /* F F^T / (c h w) */
} GramForm;

/* The published forms of the loss: the table above says what they compute. */
typedef enum StyleForm {
    STYLE_GATYS,      /* "gatys" */
    STYLE_CS231N,     /* "cs231n" */
    STYLE_MEAN,       /* "mean" */
    STYLE_SUM,        /* "sum" */
    STYLE_RAW_MEAN,   /* "raw-mean" */
    STYLE_IMAGE_SIZE, /* "image-size" */
    STYLE_RELATIVE,   /* "relative" */
    STYLE_W2,         /* "w2" */
    STYLE_W2_CK,      /* "w2-ck" */
    STYLE_FORMS       /* how many there are */
} StyleForm;

/* Their names, by StyleForm. */
extern const LossForm style_forms[STYLE_FORMS];

/* The name of a form, NULL beyond the last. */
const char *style_form_name(int form);

/* The form of that name; false, with the names there are in err, when there is none. */
bool style_form_parse(const char *name, StyleForm *form, Error *err);

/* The parameters of ag_gram for the features f: the divisor 1, h w or c h w. */
Gram gram_params(GramForm form, const Node *f);

/* Whether a form compares Gaussians: w2 and w2-ck. */
bool style_is_gaussian(StyleForm form);

/* What a form compares of two images, (n, c, h, w) -> (n, 1, c, c): the Gram matrix
 * divided by `divisor`; of Gaussians (n, 2, c + 1, c), the moments. Dividing by the
 * positions h w makes a style target; summaries of parts of an image, divided by the
 * positions of the whole, add up to its own. */
Node *ag_style_summary(Node *f, StyleForm form, double divisor);

/* Its shape for features of shape f. */
Shape style_summary_shape(StyleForm form, Shape f);

/* The summary of one image from the sums of those of its parts, number by number. */
void style_summary_store(StyleForm form, Tensor summary, const double *sums);

/* The number k with loss = k sum (G / M - A / M')^2 for features of shape f and a
 * generated image of shape `image`; not for STYLE_RELATIVE, STYLE_W2 and
 * STYLE_W2_CK, which have no such number. */
double style_factor(StyleForm form, Shape f, Shape image);

/* The loss of a summary g that is there already; g and target are those of features of
 * shape f and of the painting's, divided by their positions. */
Node *ag_gram_loss(Node *g, Node *target, StyleForm form, Shape f, Shape image);

/* f (n, c, h, w), target the summary of the painting's features divided by their
 * positions (for all forms of Gram matrices that of GRAM_HW), image
 * (n, channels, H0, W0) -> scalar; the losses of n images are added. */
Node *ag_style_loss(Node *f, Node *target, StyleForm form, Shape image);

#endif
