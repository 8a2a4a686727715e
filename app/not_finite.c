#include "app/not_finite.h"

#include <math.h>

bool finite_loss(const char *term, const char *form, const char *layer, double value,
                 Error *err) {
    if (isfinite(value)) return true;
    return error_set(err,
                     "the %s loss %s%s%s is %s: %s; are the weights of this network, are "
                     "the images in [0,1]?%s",
                     term, form, layer ? " at " : "", layer ? layer : "",
                     isnan(value) ? "not a number" : "infinite",
                     isnan(value) ? "what it is computed from is infinite, or too large "
                                    "for " REAL_NAME
                                  : "it is larger than " REAL_NAME " can hold",
                     sizeof(real) == sizeof(float) ? " stylegrad-double holds more" : "");
}

static bool finite_layers(const char *term, const char *form, const LayerList *layers,
                          const double *values, Error *err) {
    for (int i = 0; i < layers->count; i++)
        if (!finite_loss(term, form, layers->item[i].name, values[i], err)) return false;
    return true;
}

bool finite_terms(const Recipe *r, const Terms *t, Error *err) {
    return finite_layers("content", content_forms[r->content.form].name,
                         &r->content.layers, t->content_layer, err) &&
           finite_layers("style", style_forms[r->style.form].name, &r->style.layers,
                         t->style_layer, err) &&
           finite_loss("tv", tv_forms[r->tv.form].name, NULL, t->tv, err) &&
           finite_loss("total", "of all terms with their weights", NULL, t->total, err);
}
