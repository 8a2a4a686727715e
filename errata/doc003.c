/* Document 003, neural style transfer with Keras. */
#include "errata/show.h"
#include "nn/ops.h"
#include "tensor/largest.h"

/* Keras' factor over Gatys' at a layer of VGG-19, for an image of 512 x 512. */
static double image_size_weight(const char *layer) {
    const Shape image = {1, 3, 512, 512}, f = show_shape(layer, 512);
    return style_factor(STYLE_IMAGE_SIZE, f, image) / style_factor(STYLE_GATYS, f, image);
}

static ErrataNumbers first_and_last_layer(Tape *tape) {
    (void)tape;
    return (ErrataNumbers){image_size_weight("block1_conv1"),
                           image_size_weight("block5_conv1")};
}

static ErrataNumbers whole_for_half(Tape *tape) {
    return show_contents(tape, CONTENT_SUM, CONTENT_HALF_SUM);
}

/* One step of 16 grey levels: (16^2)^1.25 = 2^10. */
static ErrataNumbers power(Tape *tape) {
    Node *x = show_given(tape, (Shape){1, 1, 2, 2}, (double[]){0, 16, 0, 0});
    Node *only = ag_slice(x, (Slice){.axis = 2, .start = 0, .count = 1});
    return (ErrataNumbers){(double)node_scalar(ag_tv_loss(x, TV_POW125)),
                           (double)node_scalar(ag_tv_loss(only, TV_SQUARES))};
}

/* The largest change of the gradient in a step, with the features from before the step
 * and with new ones. */
static ErrataNumbers frozen_features(Tape *tape) {
    enum { SIZE = 3 * 6 * 6 };
    real first[SIZE];
    ErrataNumbers change = {0, 0};
    Node *x = tape_example_variable(tape, (Shape){1, 3, 6, 6});
    Node *w = tape_example_constant(tape, (Shape){4, 3, 3, 3});
    Node *f = ag_relu(ag_conv2d(x, w, NULL, (Conv2d){.pad = 1}));
    Node *loss = ag_content_loss(f, tape_example_constant(tape, f->shape), CONTENT_SUM);
    tape_backward(tape, loss);
    for (int i = 0; i < SIZE; i++) {
        first[i] = x->grad[i];
        x->value[i] -= (real)1e-3 * x->grad[i];
    }
    tape_backward(tape, loss);
    change.said = largest_difference(SIZE, x->grad, first);
    tape_forward(tape);
    tape_backward(tape, loss);
    change.right = largest_difference(SIZE, x->grad, first);
    return change;
}

static ErrataNumbers deepest_block(Tape *tape) {
    (void)tape;
    return (ErrataNumbers){show_field("block5_conv2"), show_field("conv4_2")};
}

const Erratum errata_doc003[] = {
    {"S3-1", "document 003, section 5.2", "“layer_features =”",
     "the listing ends in the middle of an assignment: SyntaxError, nothing runs", NULL,
     NULL, NULL},
    {"S3-2", "document 003, section 4.1 against its code",
     "formula 1/(4 N_l^2 M_l^2), code 1/(4 * 3^2 * (img_nrows * img_ncols)^2)",
     "N_l and M_l are the layer's. With those of the picture the layers weigh (N M / (3 "
     "H W))^2, which is 1024:256:64:16:1",
     "weight of block1_conv1 in units of the formula", "of block5_conv1",
     first_and_last_layer},
    {"S3-3", "document 003, section 4.1 against its code",
     "formula 1/2 sum, code K.sum(K.square(...))", "the code is twice the formula",
     "the code", "the formula", whole_for_half},
    {"S3-4", "document 003, section 4.1 against its code",
     "L_total = alpha L_content + beta L_style; code K.pow(a + b, 1.25)",
     "the total needs + gamma L_tv; and the power 1.25, 2.5 of the slope, is said "
     "nowhere",
     "a step of 16 grey levels to the power 1.25", "squared", power},
    {"S3-5", "document 003, section 4.1",
     "“在所有层的风格表示之间的平方误差的总和”, the formula is that of one layer",
     "L_style = sum_l w_l E_l", NULL, NULL, NULL},
    {"S3-6", "document 003, section 3.2, step 5", "“重复步骤4”",
     "repeat 2 to 4: with the features of the first picture the gradient never changes",
     "change of the gradient in a step, features kept", "features computed again",
     frozen_features},
    {"S3-7", "document 003, section 5.2",
     "img_nrows, img_ncols, input_tensor, K.variable(0.0)",
     "the first three are defined nowhere; K.* is gone in Keras 3, and += on a "
     "K.variable fails in TensorFlow 2",
     NULL, NULL, NULL},
    {"S3-8", "document 003, section 3.2, step 1", "“初始化一张噪声图像”",
     "Gatys does, but Keras' program, which the code is, starts from the photograph",
     NULL, NULL, NULL},
    {"S3-9", "document 003, section 3.2, step 4", "“使用梯度下降算法”",
     "the code imports fmin_l_bfgs_b, a quasi-Newton method", NULL, NULL, NULL},
    {"S3-10", "document 003, section 1.2", "“例如Prisma、PicsArt等”",
     "those are feed-forward networks, trained once; nothing is optimised per picture",
     NULL, NULL, NULL},
    {"S3-11", "document 003, section 2",
     "“这种模型通常包括两个主要部分：内容图像和风格图像”",
     "the two pictures are its input; its parts are the network and the losses", NULL,
     NULL, NULL},
    {"S3-12", "document 003, section 3.1 against its code",
     "“选择中间层来提取内容特征”, code content_layer = 'block5_conv2'",
     "block5 is the deepest of five, not in the middle; Gatys takes conv4_2",
     "pixels that block5_conv2 sees", "pixels that conv4_2 sees", deepest_block},
    {0},
};
