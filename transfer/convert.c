#include "transfer/convert.h"

#include <math.h>

#include "transfer/pixel_space.h"

/* u / u' of one layer with features of shape f. */
typedef double Ratio(const Recipe *from, const Recipe *to, Shape f, Shape image);

static double content_ratio(const Recipe *from, const Recipe *to, Shape f, Shape image) {
    (void)image;
    if (from->content.form == to->content.form) return 1;
    return content_factor(from->content.form, shape_size(f), 0) /
           content_factor(to->content.form, shape_size(f), 0);
}

static double style_ratio(const Recipe *from, const Recipe *to, Shape f, Shape image) {
    if (from->style.form == to->style.form) return 1;
    return style_factor(from->style.form, f, image) /
           style_factor(to->style.form, f, image);
}

static bool style_has_unit(StyleForm form) {
    return form != STYLE_RELATIVE && !style_is_gaussian(form);
}

/* Forms that divide by something of the image have a unit for that image only; and
 * sums of |d| have none in sums of d^2. */
static bool check_forms(const Recipe *from, const Recipe *to, Error *err) {
    const ContentForm a = from->content.form, b = to->content.form;
    const StyleForm s = from->style.form, t = to->style.form;
    if (a != b && !(content_has_unit(a) && content_has_unit(b)))
        return error_set(err,
                         "content is \"%s\" in %s and \"%s\" in %s: no factor between "
                         "them holds for all photographs; choose another system",
                         content_forms[a].name, from->name, content_forms[b].name,
                         to->name);
    if (s != t && (!style_has_unit(s) || !style_has_unit(t)))
        return error_set(err,
                         "style is \"%s\" in %s and \"%s\" in %s: no factor between them "
                         "holds for all paintings; choose another system",
                         style_forms[s].name, from->name, style_forms[t].name, to->name);
    return true;
}

static double sum_of(const LayerList *layers) {
    double sum = 0;
    for (int i = 0; i < layers->count; i++)
        sum += layers->item[i].weight;
    return sum;
}

/* Multiplies each layer's weight with its ratio, then shares the result between layers,
 * which add up to what they do in `to`, and the one *weight in front of all. */
static bool translate(const Recipe *from, const Recipe *to, const Network *network,
                      Shape image, Ratio *ratio, LayerList *layers, double usual_sum,
                      double *weight, Error *err) {
    for (int i = 0; i < layers->count; i++) {
        Shape f;
        if (!network_shape(network, layers->item[i].name, image, &f, err)) return false;
        layers->item[i].weight *= ratio(from, to, f, image);
    }
    const double sum = sum_of(layers), share = usual_sum > 0 ? sum / usual_sum : sum;
    for (int i = 0; i < layers->count && share > 0; i++)
        layers->item[i].weight /= share;
    *weight *= share > 0 ? share : 1;
    return true;
}

/* tv is of degree p: with pixels r times as large it is r^p times as large. */
static double degree(TvForm form) {
    if (form == TV_POW125) return 2.5;
    return form == TV_ABS || form == TV_MEAN_ABS ? 1 : 2;
}

/* Both must have the same form, and pixels that differ by one factor in all channels. */
static void translate_tv(const Recipe *from, const Recipe *to, const Network *network,
                         Conversion *out) {
    const Normalize a = pixel_space_of(from, network, from->tv.space),
                    b = pixel_space_of(to, network, to->tv.space);
    const double r = a.deviation[0] / b.deviation[0];
    bool uniform = true;
    for (int c = 1; c < 3; c++)
        uniform = uniform && fabs(a.deviation[c] / b.deviation[c] / r - 1) < 1e-12;
    out->tv_kept = from->tv.weight > 0 &&
                   (!uniform || from->tv.form != to->tv.form || to->tv.weight <= 0);
    out->recipe.tv.weight = from->tv.weight;
    if (out->tv_kept) {
        out->recipe.tv.form = from->tv.form;
        out->recipe.tv.space = from->tv.space;
        out->recipe.pixels.own = from->pixels.own;
    } else {
        out->recipe.tv.weight /= pow(r, degree(from->tv.form));
    }
}

bool convert_recipe(const Recipe *from, const Recipe *to, const Network *network,
                    Shape image, Conversion *out, Error *err) {
    *out = (Conversion){.recipe = *to, .factor = 1};
    Recipe *r = &out->recipe;
    r->content.layers = from->content.layers;
    r->style.layers = from->style.layers;
    r->content.weight = from->content.weight;
    r->style.weight = from->style.weight;
    if (!check_forms(from, to, err) ||
        !translate(from, to, network, image, content_ratio, &r->content.layers,
                   sum_of(&to->content.layers), &r->content.weight, err) ||
        !translate(from, to, network, image, style_ratio, &r->style.layers,
                   sum_of(&to->style.layers), &r->style.weight, err))
        return false;
    translate_tv(from, to, network, out);
    if (r->content.weight > 0 && to->content.weight > 0)
        out->factor = to->content.weight / r->content.weight;
    r->content.weight *= out->factor;
    r->style.weight *= out->factor;
    r->tv.weight *= out->factor;
    return true;
}
