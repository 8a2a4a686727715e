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
};

bool tv_form_parse(const char *name, TvForm *form, Error *err) {
    int found = loss_form_find(tv_forms, TV_FORMS, "tv", name, err);
    if (found >= 0) *form = (TvForm)found;
    return found >= 0;
}

Node *ag_tv_loss(Node *x, TvForm form) {
    switch (form) {
    case TV_SQUARES:
        return ag_tv_squares(x);
    case TV_ABS:
        return ag_tv_abs(x);
    case TV_POW125:
        return ag_tv_pow(x);
    case TV_FORMS:
        break;
    }
    CHECK(false, "tv loss: there is no form %d", (int)form);
    return NULL;
}
