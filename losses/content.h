/* The content loss: how far the features f of the image are from the features p of the
 * photograph at one layer, position by position.
 *
 *     Node *p = tape_constant(tape, photograph_features);
 *     Node *loss = ag_content_loss(f, p, CONTENT_HALF_SUM);
 *
 * The forms of squares differ by a factor, so that a weight makes sense for one form
 * only. With N channels and M positions, sum is 2 half-sums and mean is 2 / (N M)
 * half-sums. abs, the sum of |f - p|, is not a multiple of them. */
#ifndef LOSSES_CONTENT_H
#define LOSSES_CONTENT_H

#include "autograd/tape.h"
#include "losses/forms.h"

/* The published forms of the loss, for features f of N channels and M positions and the
 * photograph's p. */
typedef enum ContentForm {
    CONTENT_HALF_SUM, /* 1/2 sum (f - p)^2 */
    CONTENT_SUM,      /* sum (f - p)^2 */
    CONTENT_MEAN,     /* sum (f - p)^2 / (number of elements) */
    CONTENT_RELATIVE, /* sum (f - p)^2 / sum p^2: no unit, so one weight suits every layer
                         of every network; a target of zeros: see
                         relative_distance.c */
    CONTENT_QUARTER_MEAN, /* sum (f - p)^2 / (4 N M) */
    CONTENT_ROOT,         /* sum (f - p)^2 / (2 sqrt(N M)) */
    CONTENT_ABS,          /* sum |f - p| */
    CONTENT_FORMS         /* how many there are */
} ContentForm;

/* Their names, by ContentForm. */
extern const LossForm content_forms[CONTENT_FORMS];

/* The name of a form, NULL beyond the last. */
const char *content_form_name(int form);

/* The form of that name; false, with the names there are in err, when there is none. */
bool content_form_parse(const char *name, ContentForm *form, Error *err);

/* Whether one factor leads from this form to any other that has a unit, whatever the
 * photograph: not for relative, which divides by something of it, and not for abs. */
bool content_has_unit(ContentForm form);

/* The number k with loss = k sum (f - p)^2, or k sum |f - p| for abs, for a target p that
 * has `size` elements and sum p^2 = `squares`. */
double content_factor(ContentForm form, size_t size, double squares);

/* k times that sum over a part of the features and the same part of the target, to
 * compute the loss in pieces. */
Node *ag_content_part(Node *f, Node *target, ContentForm form, double k);

/* f and target (n, c, h, w) -> scalar. */
Node *ag_content_loss(Node *f, Node *target, ContentForm form);

#endif
