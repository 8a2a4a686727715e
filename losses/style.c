#include "losses/style.h"

#include "losses/pair.h"
#include "tensor/check.h"

const LossForm style_forms[STYLE_FORMS] = {
    [STYLE_GATYS] = {"gatys", "sum (G - A)^2 / (4 N^2 M^2)",
                     "Gatys et al. 2016; documents 000 (4.2) and 003 (4.1)"},
    [STYLE_CS231N] = {"cs231n", "sum (G - A)^2 / (N^2 M^2)",
                      "CS231n; TensorFlow, Gatys' own code; the code of document 002"},
    [STYLE_MEAN] = {"mean", "sum (G - A)^2 / (N^4 M^2)",
                    "neural-style and most PyTorch programs"},
    [STYLE_SUM] = {"sum", "sum (G - A)^2", "the formula of document 002"},
    [STYLE_RAW_MEAN] = {"raw-mean", "sum (G - A)^2 / N^2", "the code of document 000"},
    [STYLE_IMAGE_SIZE] = {"image-size", "sum (G - A)^2 / (4 3^2 (H0 W0)^2)",
                          "Keras; the code of document 003"},
    [STYLE_RELATIVE] = {"relative", "sum (G - A)^2 / sum A^2",
                        "stylegrad: one weight for every network and layer"},
    [STYLE_W2] =
        {"w2", "(|m - p|^2 + tr (C + P - 2 (C P)^1/2)) / N, means m p, covariances C P",
         "the squared Wasserstein distance of two Gaussians"},
    [STYLE_W2_CK] = {"w2-ck", "w2 with roots of matrices in twelve steps",
                     "crowsonkb/style-transfer-pytorch"},
};

const char *style_form_name(int form) {
    return form >= 0 && form < STYLE_FORMS ? style_forms[form].name : NULL;
}

bool style_form_parse(const char *name, StyleForm *form, Error *err) {
    int found = loss_form_find(style_forms, STYLE_FORMS, "style", name, err);
    if (found >= 0) *form = (StyleForm)found;
    return found >= 0;
}

bool style_is_gaussian(StyleForm form) {
    return form == STYLE_W2 || form == STYLE_W2_CK;
}

Gram gram_params(GramForm form, const Node *f) {
    double hw = (double)f->shape.h * f->shape.w;
    switch (form) {
    case GRAM_RAW:
        return (Gram){1};
    case GRAM_HW:
        return (Gram){hw};
    case GRAM_CHW:
        return (Gram){f->shape.c * hw};
    }
    CHECK(false, "gram: there is no form %d", (int)form);
    return (Gram){0};
}

Node *ag_style_summary(Node *f, StyleForm form, double divisor) {
    return style_is_gaussian(form) ? ag_moments(f, (Moments){divisor})
                                   : ag_gram(f, (Gram){divisor});
}

Shape style_summary_shape(StyleForm form, Shape f) {
    return style_is_gaussian(form) ? (Shape){f.n, 2, f.c + 1, f.c}
                                   : (Shape){f.n, 1, f.c, f.c};
}

void style_summary_store(StyleForm form, Tensor summary, const double *sums) {
    const size_t size = shape_size(summary.shape), part = size / 2;
    if (!style_is_gaussian(form)) {
        for (size_t i = 0; i < size; i++)
            summary.data[i] = (real)sums[i];
        return;
    }
    CHECK(summary.shape.n == 1, "style summary: sums of %d pictures", summary.shape.n);
    for (size_t i = 0; i < part; i++)
        pair_store(&summary.data[i], &summary.data[part + i], sums[i], sums[part + i]);
}

double style_factor(StyleForm form, Shape f, Shape image) {
    double n = f.c, m = (double)f.h * f.w, pixels = (double)image.h * image.w;
    switch (form) {
    case STYLE_GATYS:
        return 1 / (4 * n * n);
    case STYLE_CS231N:
        return 1 / (n * n);
    case STYLE_MEAN:
        return 1 / (n * n * n * n);
    case STYLE_SUM:
        return m * m;
    case STYLE_RAW_MEAN:
        return m * m / (n * n);
    case STYLE_IMAGE_SIZE:
        CHECK(pixels > 0,
              "style loss: the form image-size requires the shape of the image");
        return m * m / (4 * 9 * pixels * pixels);
    case STYLE_RELATIVE:
    case STYLE_W2:
    case STYLE_W2_CK:
    case STYLE_FORMS:
        break;
    }
    CHECK(false, "style loss: form %d has no fixed factor", (int)form);
    return 0;
}

Node *ag_gram_loss(Node *g, Node *target, StyleForm form, Shape f, Shape image) {
    if (form == STYLE_RELATIVE) return ag_relative_distance(g, target);
    if (form == STYLE_W2) return ag_w2(g, target);
    if (form == STYLE_W2_CK) return ag_w2_ck(g, target);
    double factor = style_factor(form, f, image);
    return ag_squared_distance(g, target, (SquaredDistance){factor});
}

Node *ag_style_loss(Node *f, Node *target, StyleForm form, Shape image) {
    Shape s = f->shape, wanted = style_summary_shape(form, s);
    CHECK(shape_equal(target->shape, wanted),
          "style loss: features %s need a target %s, not %s", SHAPE(s), SHAPE(wanted),
          SHAPE(target->shape));
    Node *g = ag_style_summary(f, form, gram_params(GRAM_HW, f).divisor);
    return ag_gram_loss(g, target, form, s, image);
}
