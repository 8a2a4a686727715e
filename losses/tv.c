#include "losses/tv.h"

#include "losses/ops.h"
#include "tensor/check.h"

const LossForm tv_forms[TV_FORMS] = {
    [TV_SQUARES] = {"squares", "sum (x_i+1,j - x_ij)^2 + sum (x_i,j+1 - x_ij)^2",
                    "CS231n; document 002; the formula of document 000 (4.3)"},
    [TV_ABS] = {"abs", "sum |x_i+1,j - x_ij| + sum |x_i,j+1 - x_ij|",
                "neural-style-pt, TensorFlow; the code of document 000"},
    [TV_POW125] = {"pow1.25", "sum ((x_i+1,j - x_ij)^2 + (x_i,j+1 - x_ij)^2)^1.25",
                   "Keras; the code of document 003"},
    [TV_HALF] = {"half-cropped",
                 "1/2 sum ((x_i+1,j - x_ij)^2 + (x_i,j+1 - x_ij)^2), last row and column "
                 "left out",
                 "neural-style and fast-neural-style, whose code has its gradient only"},
    [TV_MEANS] = {"means", "mean (x_i+1,j - x_ij)^2 + mean (x_i,j+1 - x_ij)^2",
                  "anishathalye/neural-style"},
    [TV_MEAN_ABS] = {"mean-abs", "(mean |x_i+1,j - x_ij| + mean |x_i,j+1 - x_ij|) / 2",
                     "Dive into Deep Learning"},
    [TV_NINE] = {"nine-point",
                 "2/3 (mean right^2 + mean down^2) + 1/6 (mean of both "
                 "diagonals^2), edge repeated",
                 "crowsonkb/style-transfer-pytorch"},
};

const char *tv_form_name(int form) {
    return form >= 0 && form < TV_FORMS ? tv_forms[form].name : NULL;
}

bool tv_form_parse(const char *name, TvForm *form, Error *err) {
    int found = loss_form_find(tv_forms, TV_FORMS, "tv", name, err);
    if (found >= 0) *form = (TvForm)found;
    return found >= 0;
}

/* 1 / number of differences, of which there may be none. */
static double share(double count) {
    return count > 0 ? 1 / count : 0;
}

/* The factors of a form that tv_weighted.c computes. */
static TvWeighted weighted(TvForm form, Shape s) {
    const double planes = (double)s.n * s.c, h = s.h, w = s.w;
    const double down = share(planes * (h - 1) * w), right = share(planes * h * (w - 1));
    const double all = share(planes * h * w), squares = share(planes * (h + 1) * (w + 1));
    if (form == TV_HALF) return (TvWeighted){.down = 0.5, .right = 0.5, .cropped = true};
    if (form == TV_MEANS) return (TvWeighted){.down = down, .right = right};
    if (form == TV_MEAN_ABS)
        return (TvWeighted){.down = down / 2, .right = right / 2, .absolute = true};
    return (TvWeighted){
        .down = all * 2 / 3, .right = all * 2 / 3, .diagonal = squares / 6};
}

Node *ag_tv_loss(Node *x, TvForm form) {
    switch (form) {
    case TV_SQUARES:
        return ag_tv_squares(x);
    case TV_ABS:
        return ag_tv_abs(x);
    case TV_POW125:
        return ag_tv_pow(x);
    case TV_HALF:
    case TV_MEANS:
    case TV_MEAN_ABS:
    case TV_NINE:
        return ag_tv_weighted(x, weighted(form, x->shape));
    case TV_FORMS:
        break;
    }
    CHECK(false, "tv loss: there is no form %d", (int)form);
    return NULL;
}
