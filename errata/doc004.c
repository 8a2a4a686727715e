/* Document 004, 图像风格迁移中的深度学习方法与艺术创作应用. */
#include "errata/show.h"
#include "nn/ops.h"
#include "tensor/largest.h"

/* A kernel of ones over 1 2; 3 4. By the formula as printed, h_11 = sum_k g_k1
 * w_1k,1k. */
static ErrataNumbers convolution(Tape *tape) {
    Node *g = show_given(tape, (Shape){1, 1, 2, 2}, (double[]){1, 2, 3, 4});
    Node *w = show_flat(tape, (Shape){1, 1, 2, 2}, 1);
    Node *column = ag_slice(g, (Slice){.axis = 3, .start = 0, .count = 1});
    return (ErrataNumbers){(double)node_scalar(ag_sum(column)),
                           (double)node_scalar(ag_conv2d(g, w, NULL, (Conv2d){0}))};
}

static ErrataNumbers channels_of_conv5_4(Tape *tape) {
    (void)tape;
    return (ErrataNumbers){3, show_shape("block5_conv3", 224).c};
}

static ErrataNumbers fully_connected(Tape *tape) {
    (void)tape;
    return (ErrataNumbers){(double)shape_size(show_shape("pool5", 224)),
                           (double)shape_size(show_shape("pool5", 512))};
}

/* The generator's gradient where the discriminator is nearly certain, D = 0.01, with
 * respect to the logit a of D = sigmoid(a). */
static ErrataNumbers saturated(Tape *tape) {
    Node *a = show_flat(tape, SCALAR, log(0.01 / 0.99));
    Node *d = ag_sigmoid(a);
    Node *other = ag_shift(ag_scale(d, (Scale){-1}), (Shift){1});
    Node *said = ag_log(other), *right = ag_scale(ag_log(d), (Scale){-1});
    ErrataNumbers gradient;
    tape_backward(tape, said);
    gradient.said = (double)a->grad[0];
    tape_backward(tape, right);
    gradient.right = (double)a->grad[0];
    return gradient;
}

/* 1 2 3 4; 5 6 7 8 in windows of 2 x 2: the maximum of a "row g_1k" or of a window. */
static ErrataNumbers row_maximum(Tape *tape) {
    Node *g = show_given(tape, (Shape){1, 1, 2, 4}, (double[]){1, 2, 3, 4, 5, 6, 7, 8});
    const double row = largest_difference(4, g->value, NULL);
    return (ErrataNumbers){row, (double)ag_max_pool(g, (Pool2d){.kernel = 2})->value[0]};
}

const Erratum errata_doc004[] = {
    {"S4-1", "document 004, section 4.1", "h_ij = sum_k w_ik,jk * g_kj",
     "h_o,i,j = b_o + sum over c, u, v of w_o,c,u,v g_c,i+u,j+v: channels and two "
     "indices of the window are missing",
     "2 x 2 kernel of ones on 1 2; 3 4, at its word", "the convolution", convolution},
    {"S4-2", "document 004, all of it", "图像风格迁移",
     "there is no content loss, no style loss and no Gram matrix: what is described "
     "does not transfer style",
     NULL, NULL, NULL},
    {"S4-3", "document 004, section 5.2",
     "layer = vgg19.get_layer('block5_conv4'); layer(input_image)",
     "this is one layer, applied to the picture; it wants the channels of the layer "
     "before it. Model(vgg19.input, layer.output) is the network up to it",
     "channels it gets", "channels it wants", channels_of_conv5_4},
    {"S4-4", "document 004, sections 5.2 and 5.3", "“我们创建了生成器和判别器模型”",
     "neither is there; x_train and y_train are defined nowhere; and "
     "binary_crossentropy wants numbers in [0, 1], not those of a ReLU",
     NULL, NULL, NULL},
    {"S4-5", "document 004, sections 3.1 and 4.3", "“通过全连接层提取图像的全局特征”",
     "style transfer cuts them off, and with them the fixed size of the picture",
     "numbers that VGG-19's first fully connected layer reads",
     "numbers in pool5 of a 512 x 512 picture", fully_connected},
    {"S4-6", "document 004, section 2.5, flow chart", "“是否包含风格特征”",
     "every picture has content and style features; both are computed, of different "
     "layers",
     NULL, NULL, NULL},
    {"S4-7", "document 004, section 4.2", "E_{x ~ p_data(x)}, \\log(1 - D(G(z))]",
     "p_{data}(x) with data as index; a bracket is missing: \\log(1 - D(G(z)))]", NULL,
     NULL, NULL},
    {"S4-8", "document 004, sections 7 and 10",
     "\"Gatys, Ecker, & Vollmer\"; DCGAN by \"Djolov, Donahue, & Kerr\", 1611.07004 "
     "(2017); 邱锡鹏 (2018), 电子工业出版社",
     "Gatys, Ecker, Bethge; Radford, Metz, Chintala, 1511.06434 (2015), while "
     "1611.07004 is pix2pix; 邱锡鹏, 机械工业出版社, 2020",
     NULL, NULL, NULL},
    {"S4-9", "document 004, sections 6.3 and 9.3",
     "“将一幅模糊的图像转化为清晰的照片”； "
     "“算法主要包括卷积神经网络（CNN）和生成对抗网络（GAN）”",
     "sharpening is another task; and what divides the methods is optimising each "
     "picture or training a network that does it in one pass",
     NULL, NULL, NULL},
    {"S4-10", "document 004, section 4.2 (remark)", "min_G log(1 - D(G(z)))",
     "while the discriminator is right this is flat, and the generator learns nothing; "
     "in practice it minimises -log D(G(z))",
     "its gradient by the logit at D = 0.01", "that of -log D", saturated},
    {"S4-11", "document 004, section 4.1",
     "p_i = max(g_i1, ..., g_ik), “g_ij 是输入特征图”",
     "the maximum is over the positions of a window; with g_ij as the map, as in the "
     "line above it, it is over a row",
     "maximum of row 1 of 1 2 3 4; 5 6 7 8", "maximum of its first 2 x 2 window",
     row_maximum},
    {0},
};
