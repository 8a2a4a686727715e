/* The losses of an image and their gradient. There are two ways to compute them: the
 * network sees the whole image at once (whole_losses.h), or one tile after the other
 * (tile_losses.h). Both give a Losses, and its users do not ask which of them it is.
 *
 *     Losses *losses = (tile ? tile_losses_new : whole_losses_new)(&setup, image, &err);
 *     losses->kind->forward(losses);                after the image has changed
 *     losses->kind->backward(losses);               losses->image->grad
 *     double loss = losses->kind->style(losses, 0);
 *     losses->kind->free(losses);
 *
 * Each kind is a struct that begins with a Losses, and a table of functions. */
#ifndef TRANSFER_LOSSES_H
#define TRANSFER_LOSSES_H

#include "autograd/tape.h"
#include "transfer/recipe.h"
#include "transfer/scene.h"

/* What losses are made from. The arena, the network and the tensors of the scene must
 * live as long as the losses. */
typedef struct LossesSetup {
    Arena *arena;            /* for all that stays */
    const Recipe *recipe;    /* layers, forms, weights */
    Network *network;        /* with its weights */
    const Scene *scene;      /* photograph and styles */
    Tape *(*new_tape)(void); /* tape_new_planned; or tape_new_sketch, and nothing is
                                computed: only shapes and bytes are the real ones */
} LossesSetup;

/* The losses on one image; the fields are below. */
typedef struct Losses Losses;

/* What the losses on the whole image and those in tiles do differently. */
typedef struct LossesKind {
    /* Computes all losses at the image's present value. */
    void (*forward)(Losses *losses);

    /* Then the gradient of the weighted sum of all losses, in image->grad. */
    void (*backward)(Losses *losses);

    /* The loss of one layer at the last forward, without any weight. */
    double (*content)(const Losses *losses, int layer);
    /* Likewise of style. */
    double (*style)(const Losses *losses, int layer);

    /* The same losses for another photograph of the same size, with the same styles and no
     * mask: its targets, and the image, are computed anew; all else stays on the tapes.
     * What is needed meanwhile is in the arena of the setup. NULL: they have to be made
     * anew, see problem_lasts. */
    bool (*again)(Losses *losses, const LossesSetup *setup, Tensor image, Error *err);

    /* Bytes of all tapes, or what they would be of a sketch. */
    size_t (*bytes)(const Losses *losses);

    /* Frees all tapes. */
    void (*free)(Losses *losses);
} LossesKind;

/* What all kinds have in common. */
struct Losses {
    const LossesKind *kind; /* its functions */
    Tape *tape;     /* with the image; all else that is on it depends on the kind */
    Node *image;    /* a variable, as the optimiser moves it: in recipe->pixels.space */
    Node *tv;       /* total variation, without its weight */
    Node *temporal; /* likewise, of a frame of a film; NULL: none before it */
    Temporal film;  /* what it compares with: copies, which the tape reads in place */
    Node *total;    /* of the losses on this tape; NULL when none has a weight */
    size_t target_bytes; /* of the largest tape that computed targets and is gone */
};

/* ---- For both kinds ---- */

/* Fills in a new tape and its variable, which begins at the image (1,3,h,w), RGB in
 * [0, 1]. */
void losses_init(Losses *losses, const LossesKind *kind, const LossesSetup *setup,
                 Tensor image);

/* Sets the variable to another image of the same size, RGB in [0, 1]. */
void losses_set_image(Losses *losses, const LossesSetup *setup, Tensor image);

/* Records the image in another of the recipe's spaces. */
Node *losses_image_in(const Losses *losses, const LossesSetup *setup, Space space);

/* Records tv of an image that is in the recipe's space for it. */
void losses_record_tv(Losses *losses, const Recipe *recipe, Node *image);

/* Records the loss of the scene's frame before, if there is one, and adds it with its
 * weight to a sum, which may be NULL. */
Node *losses_add_temporal(Losses *losses, const LossesSetup *setup, Node *sum);

/* Compares with the frame before of another scene. Both have one, or both have none. */
void losses_set_temporal(Losses *losses, const LossesSetup *setup);

/* Adds the losses of layers with their weights and that of the term, `weight`, to a sum,
 * which may be NULL. */
Node *losses_add_layers(Node *sum, const LayerList *layers, Node *const *losses,
                        double weight);

#endif
