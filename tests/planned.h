/* What the tests of planned tapes share: a short style transfer, on small images. */
#ifndef TESTS_PLANNED_H
#define TESTS_PLANNED_H

#include "autograd/ops.h"
#include "autograd/tape_plan.h"
#include "losses/content.h"
#include "losses/style.h"
#include "losses/total.h"
#include "losses/tv.h"
#include "nn/network.h"
#include "tests/test.h"

static Arena *arena;
static Error err;

static inline int setup(void **state) {
    (void)state;
    arena = arena_new();
    return 0;
}

static inline int teardown(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

/* Style transfer in short: content at the last of the named layers, style at all others,
 * total variation. */
typedef struct Case {
    const char *network;
    Pooling pooling;
    bool trainable;
    int h, w, layers;
    const char *layer[6];
} Case;

typedef struct Graph {
    Tape *tape;
    Node *x, *feature[6], *term[7], *loss;
    int terms;
} Graph;

static Tensor random_tensor(Shape shape, uint64_t seed) {
    Rng rng = rng_seed(seed);
    Tensor t = tensor_alloc(arena, shape);
    tensor_fill_uniform(t, &rng, -1, 1);
    return t;
}

static void add_term(Graph *g, Node *term) {
    g->term[g->terms++] = term;
}

static inline Graph record(Tape *tape, const Case *c, Tensor image) {
    Graph g = {.tape = tape, .x = tape_variable(tape, image)};
    Network *network = network_new(arena, c->network, c->pooling, &err);
    network_random(network, 3);
    network_trainable(network, c->trainable);
    add_term(&g, ag_tv_loss(g.x, TV_SQUARES));
    Node *input = ag_normalize(g.x, network_normalize(network));
    if (!network_record(network, tape, input, c->layer, c->layers, g.feature, &err))
        fail_msg("%s", err.text);
    for (int i = 0; i < c->layers - 1; i++) {
        Node *f = g.feature[i];
        Shape gram = {1, 1, f->shape.c, f->shape.c};
        Node *target = tape_constant(tape, random_tensor(gram, 10 + (uint64_t)i));
        add_term(&g, ag_style_loss(f, target, i % 2 ? STYLE_RELATIVE : STYLE_GATYS,
                                   image.shape));
    }
    Node *last = g.feature[c->layers - 1];
    Node *target = tape_constant(tape, random_tensor(last->shape, 20));
    add_term(&g, ag_content_loss(last, target, CONTENT_HALF_SUM));
    const double weights[7] = {0.5, 3, 2, 7, 1, 4, 0.25};
    g.loss = ag_weighted_sum(g.terms, g.term, weights);
    return g;
}

/* All that stays: the terms, the kept features, the gradients of all variables. */
static inline void assert_same_results(const Graph *a, const Graph *b, int kept) {
    for (int i = 0; i < a->terms; i++)
        assert_same_bits(a->term[i]->value, b->term[i]->value, 1);
    assert_same_bits(a->loss->value, b->loss->value, 1);
    for (int i = 0; i < kept; i++)
        assert_same_bits(a->feature[i]->value, b->feature[i]->value,
                         shape_size(a->feature[i]->shape));
    for (int id = 0; id < tape_size(a->tape); id++) {
        const Node *x = tape_node(a->tape, id), *y = tape_node(b->tape, id);
        if (x->op == &op_variable)
            assert_same_bits(x->grad, y->grad, shape_size(x->shape));
    }
}

/* Values that are live at the same time do not overlap. */
static inline void assert_no_clash(const Plan *plan) {
    for (int i = 0; i < plan->count; i++)
        for (int k = 0; k < i; k++) {
            const Span *a = &plan->span[i], *b = &plan->span[k];
            bool time = a->first <= b->last && b->first <= a->last;
            const int step = a->first > b->first ? a->first : b->first;
            bool place = a->at < b->at + span_bytes(b, step) &&
                         b->at < a->at + span_bytes(a, step);
            assert_false(time && place);
        }
}

static const Case vgg = {.network = "vgg19",
                         .h = 13,
                         .w = 10,
                         .layers = 4,
                         .layer = {"relu1_1", "relu1_2", "conv2_1", "relu2_1"}};

/* Two branches and a concatenation: gradients with several contributions. */
static const Case fire = {.network = "squeezenet1_1",
                          .h = 27,
                          .w = 32,
                          .layers = 4,
                          .layer = {"relu1", "fire2", "fire3/squeeze1x1", "fire3"}};

/* A node that is used twice, by ops that work in place and by others, and a branch that
 * does not lead to the loss. */
static inline Node *tangle(Node *x) {
    Node *a = ag_scale(x, (Scale){1.5});
    Node *b = ag_relu(a), *c = ag_relu(a);
    Node *unused = ag_relu(ag_shift(b, (Shift){1}));
    Node *d = ag_relu(ag_mul(b, ag_exp(c)));
    (void)ag_sum(unused);
    return ag_sum(ag_add(ag_mul(d, d), ag_relu(ag_relu(ag_sub(d, ag_tanh(b))))));
}

#endif
