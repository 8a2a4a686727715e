#include "transfer/losses.h"

#include "autograd/tape_plan.h"
#include "losses/total.h"
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

Node *losses_add_layers(Node *sum, const LayerList *layers, Node *const *losses,
                        double weight) {
    for (int i = 0; i < layers->count; i++)
        sum = ag_add_term(sum, losses[i], weight * layers->item[i].weight);
    return sum;
}
