/* The total variation: how much neighbouring pixels differ. As a loss it removes noise,
 * which the feature losses do not penalise.
 *
 *     Node *loss = ag_tv_loss(image, TV_SQUARES);
 *
 * With squares a sharp edge costs more than a slow ramp of the same height; with the
 * power 1.25 (2.5 of the gradient) even more; with absolute values both cost the same. */
#ifndef LOSSES_TV_H
#define LOSSES_TV_H

#include "autograd/tape.h"
#include "losses/forms.h"

/* The published forms of the loss, for an image of H x W pixels; a and b are the
 * differences of a pixel to its neighbours below and to the right. */
typedef enum TvForm {
    TV_SQUARES,  /* sum d^2 over all H-1 x W and H x W-1 differences d */
    TV_ABS,      /* sum |d| over the same */
    TV_POW125,   /* sum (a^2 + b^2)^1.25 over the (H-1) x (W-1) pixels that have both a
                    neighbour below and one to the right */
    TV_HALF,     /* 1/2 sum (a^2 + b^2) over the same pixels */
    TV_MEANS,    /* mean of d^2 downwards + mean of d^2 to the right */
    TV_MEAN_ABS, /* (mean |d| downwards + mean |d| to the right) / 2 */
    TV_NINE,     /* 2 (R/3 + D/3 + P/12 + Q/12): means of d^2 to the right, downwards and
                    along both diagonals of the image with its edge repeated */
    TV_FORMS     /* how many there are */
} TvForm;

/* Their names, by TvForm. */
extern const LossForm tv_forms[TV_FORMS];

/* The name of a form, NULL beyond the last. */
const char *tv_form_name(int form);

/* The form of that name; false, with the names there are in err, when there is none. */
bool tv_form_parse(const char *name, TvForm *form, Error *err);

/* x (n, c, h, w) -> scalar, summed, or the mean, over images and channels. */
Node *ag_tv_loss(Node *x, TvForm form);

#endif
