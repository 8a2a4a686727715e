#include "losses/content.h"

#include <math.h>

#include "losses/ops.h"
#include "tensor/check.h"

const LossForm content_forms[CONTENT_FORMS] = {
    [CONTENT_HALF_SUM] = {"half-sum", "1/2 sum (f - p)^2",
                          "Gatys et al. 2016; documents 000 (4.1) and 003 (4.1)"},
    [CONTENT_SUM] = {"sum", "sum (f - p)^2",
                     "CS231n; documents 001 (L_2) and 002; the code of document 003"},
    [CONTENT_MEAN] = {"mean", "mean (f - p)^2",
                      "most PyTorch programs; the code of document 000"},
    [CONTENT_RELATIVE] = {"relative", "sum (f - p)^2 / sum p^2",
                          "stylegrad: one weight for every network and layer"},
    [CONTENT_QUARTER_MEAN] = {"quarter-mean", "1/4 mean (f - p)^2",
                              "deeplearning.ai, Art Generation"},
    [CONTENT_ROOT] = {"root", "sum (f - p)^2 / (2 sqrt(N M))", "cysmith/neural-style-tf"},
    [CONTENT_ABS] = {"abs", "sum |f - p|", "document 001, section 3 (L_1)"},
};

const char *content_form_name(int form) {
    return form >= 0 && form < CONTENT_FORMS ? content_forms[form].name : NULL;
}

bool content_form_parse(const char *name, ContentForm *form, Error *err) {
    int found = loss_form_find(content_forms, CONTENT_FORMS, "content", name, err);
    if (found >= 0) *form = (ContentForm)found;
    return found >= 0;
}

bool content_has_unit(ContentForm form) {
    return form != CONTENT_RELATIVE && form != CONTENT_ABS;
}

double content_factor(ContentForm form, size_t size, double squares) {
    switch (form) {
    case CONTENT_HALF_SUM:
        return 0.5;
    case CONTENT_SUM:
    case CONTENT_ABS:
        return 1;
    case CONTENT_MEAN:
        return 1 / (double)size;
    case CONTENT_RELATIVE:
        return 1 / relative_unit(squares, size);
    case CONTENT_QUARTER_MEAN:
        return 0.25 / (double)size;
    case CONTENT_ROOT:
        return 0.5 / sqrt((double)size);
    case CONTENT_FORMS:
        break;
    }
    CHECK(false, "content loss: there is no form %d", (int)form);
    return 0;
}

Node *ag_content_part(Node *f, Node *target, ContentForm form, double k) {
    if (form == CONTENT_ABS)
        return ag_absolute_distance(f, target, (AbsoluteDistance){k});
    return ag_squared_distance(f, target, (SquaredDistance){k});
}

Node *ag_content_loss(Node *f, Node *target, ContentForm form) {
    if (form == CONTENT_RELATIVE) return ag_relative_distance(f, target);
    return ag_content_part(f, target, form,
                           content_factor(form, shape_size(f->shape), 0));
}
