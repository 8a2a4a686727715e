#include "app/not_finite.h"

#include <math.h>
#include <stdio.h>

/* A value of a loss. */
typedef struct LossValue {
    const char *term, *form, *layer; /* layer NULL: of the image */
    double value, weighted;
} LossValue;

static const char *kind_of(double value) {
    return isnan(value) ? "not a number" : "infinite";
}

/* "the style loss gram at relu1_1" */
static void name_loss(const LossValue *v, char *text, size_t room) {
    snprintf(text, room, "the %s loss %s%s%s", v->term, v->form, v->layer ? " at " : "",
             v->layer ? v->layer : "");
}

bool finite_loss(const char *term, const char *form, const char *layer, double value,
                 Error *err) {
    char name[160];
    if (isfinite(value)) return true;
    name_loss(&(LossValue){term, form, layer, value, value}, name, sizeof name);
    return error_set(err,
                     "%s is %s: %s; are the weights of this network, are the images in "
                     "[0,1]?%s",
                     name, kind_of(value),
                     isnan(value) ? "what it is computed from is infinite, or too large "
                                    "for " REAL_NAME
                                  : "it is larger than " REAL_NAME " can hold",
                     sizeof(real) == sizeof(float) ? " stylegrad-double holds more" : "");
}

/* All losses of a recipe in the order of its layers; returns their number. */
static int list_losses(const Recipe *r, const Terms *t,
                       LossValue list[2 * LAYERS_MOST + 1]) {
    int count = 0;
    for (int i = 0; i < r->content.layers.count; i++)
        list[count++] = (LossValue){"content", content_forms[r->content.form].name,
                                    r->content.layers.item[i].name, t->content_layer[i],
                                    r->content.weight * t->content_layer[i]};
    for (int i = 0; i < r->style.layers.count; i++)
        list[count++] = (LossValue){"style", style_forms[r->style.form].name,
                                    r->style.layers.item[i].name, t->style_layer[i],
                                    r->style.weight * t->style_layer[i]};
    list[count++] =
        (LossValue){"tv", tv_forms[r->tv.form].name, NULL, t->tv, r->tv.weight * t->tv};
    return count;
}

void not_finite_say(const Recipe *r, const Terms *t, char *text, size_t room) {
    LossValue list[2 * LAYERS_MOST + 1];
    char name[160];
    const int count = list_losses(r, t, list);
    const LossValue *largest = &list[0];
    for (int i = 0; i < count; i++) {
        name_loss(&list[i], name, sizeof name);
        if (!isfinite(list[i].value)) {
            snprintf(text, room, "%s is %s", name, kind_of(list[i].value));
            return;
        }
        if (list[i].weighted > largest->weighted) largest = &list[i];
    }
    name_loss(largest, name, sizeof name);
    if (!isfinite(t->total))
        snprintf(text, room,
                 "the sum of the losses with their weights is %s; the "
                 "largest is %s, %.3g",
                 kind_of(t->total), name, largest->weighted);
    else
        snprintf(text, room,
                 "the gradient or a pixel is not finite, though every loss "
                 "is; the largest is %s, %.3g",
                 name, largest->weighted);
}

bool finite_terms(const Recipe *r, const Terms *t, Error *err) {
    LossValue list[2 * LAYERS_MOST + 1];
    const int count = list_losses(r, t, list);
    for (int i = 0; i < count; i++)
        if (!finite_loss(list[i].term, list[i].form, list[i].layer, list[i].value, err))
            return false;
    return finite_loss("total", "of all terms with their weights", NULL, t->total, err);
}
