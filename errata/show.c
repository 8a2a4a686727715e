#include "errata/show.h"

#include "tensor/check.h"
#include "tensor/largest.h"

Node *show_given(Tape *tape, Shape shape, const double *numbers) {
    Node *x = tape_example_variable(tape, shape);
    for (size_t i = 0; i < shape_size(shape); i++)
        x->value[i] = (real)numbers[i];
    return x;
}

Node *show_flat(Tape *tape, Shape shape, double value) {
    Node *x = tape_example_variable(tape, shape);
    tensor_fill(node_tensor(x), (real)value);
    return x;
}

ErrataNumbers show_contents(Tape *tape, ContentForm said, ContentForm right) {
    Node *f = tape_example_variable(tape, SHOW_FEATURES);
    Node *p = tape_example_constant(tape, SHOW_FEATURES);
    return (ErrataNumbers){(double)node_scalar(ag_content_loss(f, p, said)),
                           (double)node_scalar(ag_content_loss(f, p, right))};
}

ErrataNumbers show_styles(Tape *tape, StyleForm said, StyleForm right) {
    const Shape image = {1, 3, 8, 12};
    Node *f = tape_example_variable(tape, SHOW_FEATURES);
    Node *painting = tape_example_constant(tape, SHOW_FEATURES);
    Node *a = ag_style_summary(painting, said, SHOW_M);
    return (ErrataNumbers){(double)node_scalar(ag_style_loss(f, a, said, image)),
                           (double)node_scalar(ag_style_loss(f, a, right, image))};
}

double show_largest_gradient(Tape *tape, Node *loss, const Node *variable) {
    tape_backward(tape, loss);
    return largest_difference(shape_size(variable->shape), variable->grad, NULL);
}

#define COLUMNS 4

static Node *ramp(Tape *tape, double slope) {
    Node *x = tape_example_variable(tape, (Shape){1, 1, 2, COLUMNS});
    for (int i = 0; i < 2 * COLUMNS; i++)
        x->value[i] = (real)(slope * (i % COLUMNS));
    return x;
}

ErrataNumbers show_variations(Tape *tape, TvForm said, TvForm right, double slope) {
    Node *x = ramp(tape, slope);
    return (ErrataNumbers){(double)node_scalar(ag_tv_loss(x, said)),
                           (double)node_scalar(ag_tv_loss(x, right))};
}

ErrataNumbers show_tv_gradients(Tape *tape, TvForm said, TvForm right, double slope) {
    ErrataNumbers gradients;
    Node *x = ramp(tape, slope);
    Node *losses[] = {ag_tv_loss(x, said), ag_tv_loss(x, right)};
    tape_backward(tape, losses[0]);
    gradients.said = (double)x->grad[COLUMNS - 1];
    tape_backward(tape, losses[1]);
    gradients.right = (double)x->grad[COLUMNS - 1];
    return gradients;
}

/* VGG-19 without weights: only the sizes of its layers are used. */
static Network *vgg(Arena *arena) {
    Error err;
    Network *network = network_new(arena, "vgg19", POOL_DEFAULT, &err);
    CHECK(network, "errata: %s", err.text);
    return network;
}

int show_field(const char *layer) {
    Error err;
    Arena *arena = arena_new();
    const Network *network = vgg(arena);
    int index = 0;
    const bool found = network_layer_find(network, layer, &index, &err);
    CHECK(found, "errata: %s", err.text);
    const int field = network_layer(network, index)->field;
    arena_free(arena);
    return field;
}

Shape show_shape(const char *layer, int side) {
    Error err;
    Arena *arena = arena_new();
    Shape shape = {0};
    const bool found =
        network_shape(vgg(arena), layer, (Shape){1, 3, side, side}, &shape, &err);
    CHECK(found, "errata: %s", err.text);
    arena_free(arena);
    return shape;
}
