#include "transfer/losses.h"

#include "autograd/tape_plan.h"
#include "losses/ops.h"
#include "losses/total.h"
#include "tensor/check.h"
#include "transfer/pixel_space.h"

static Normalize space_of(const LossesSetup *setup, Space space) {
    return pixel_space_of(setup->recipe, setup->network, space);
}

void losses_init(Losses *losses, const LossesKind *kind, const LossesSetup *setup,
                 Tensor image) {
    const Normalize own = space_of(setup, setup->recipe->pixels.space);
    losses->kind = kind;
    losses->tape = setup->new_tape();
    const Tensor x =
        tape_is_sketch(losses->tape)
            ? tensor_alloc(setup->arena, image.shape)
            : pixel_space_converted(setup->arena, image, pixel_space_unit, own);
    losses->image = node_label(tape_variable(losses->tape, x), "image");
}

void losses_set_image(Losses *losses, const LossesSetup *setup, Tensor image) {
    const Normalize own = space_of(setup, setup->recipe->pixels.space);
    tensor_copy(node_tensor(losses->image),
                pixel_space_converted(setup->arena, image, pixel_space_unit, own));
}

Node *losses_image_in(const Losses *losses, const LossesSetup *setup, Space space) {
    return pixel_space_convert(losses->image,
                               space_of(setup, setup->recipe->pixels.space),
                               space_of(setup, space));
}

void losses_record_tv(Losses *losses, const Recipe *recipe, Node *image) {
    losses->tv = node_label(ag_tv_loss(image, recipe->tv.form), "tv");
}

Node *losses_add_temporal(Losses *losses, const LossesSetup *setup, Node *sum) {
    const Temporal *film = &setup->scene->temporal;
    if (!film->before.data) return sum;
    losses->film = (Temporal){.before = tensor_clone(setup->arena, film->before),
                              .sure = tensor_clone(setup->arena, film->sure),
                              .weight = film->weight};
    Node *before = tape_constant(losses->tape, losses->film.before);
    Node *sure = tape_constant(losses->tape, losses->film.sure);
    losses->temporal =
        node_label(ag_temporal(losses_image_in(losses, setup, SPACE_UNIT), before, sure),
                   "temporal");
    return ag_add_term(sum, losses->temporal, film->weight);
}

void losses_set_temporal(Losses *losses, const LossesSetup *setup) {
    const Temporal *film = &setup->scene->temporal;
    CHECK(!losses->temporal == !film->before.data,
          "losses_set_temporal: one of the scenes has a frame before");
    if (!losses->temporal) return;
    tensor_copy(losses->film.before, film->before);
    tensor_copy(losses->film.sure, film->sure);
}

Node *losses_add_layers(Node *sum, const LayerList *layers, Node *const *losses,
                        double weight) {
    for (int i = 0; i < layers->count; i++)
        sum = ag_add_term(sum, losses[i], weight * layers->item[i].weight);
    return sum;
}
