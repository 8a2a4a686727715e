/* Document 001, "图像风格传播与StyleTransfer". */
#include <string.h>

#include "errata/show.h"
#include "nn/ops.h"
#include "tensor/check.h"
#include "tensor/largest.h"

#define LISTING "document 001, section 4, the listing"

/* Takes the step x -= rate g with `moved` and returns the largest change of the image. */
static double image_moves(Node *moved, Node *image) {
    enum { MAX = 128 };
    const double rate = 0.1;
    const size_t n = shape_size(image->shape);
    real before[MAX];
    CHECK(n <= MAX, "errata: an image of %zu elements", n);
    memcpy(before, image->value, n * sizeof *before);
    for (size_t i = 0; i < shape_size(moved->shape); i++)
        moved->value[i] -= (real)(rate * (double)moved->grad[i]);
    return largest_difference(n, image->value, before);
}

/* One step of the document's rule on W, then one on the pixels. */
static ErrataNumbers weights_for_pixels(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){1, 3, 6, 6});
    Node *w = tape_example_variable(tape, (Shape){4, 3, 3, 3});
    Node *loss = ag_mean(ag_square(ag_relu(ag_conv2d(x, w, NULL, (Conv2d){.pad = 1}))));
    tape_backward(tape, loss);
    const double said = image_moves(w, x);
    return (ErrataNumbers){said, image_moves(x, x)};
}

/* mean (20 a + t - (20 b + s))^2 */
static Node *twenty(Node *a, Node *t, Node *b, Node *s) {
    Node *first = ag_add(ag_scale(a, (Scale){20}), t);
    Node *second = ag_add(ag_scale(b, (Scale){20}), s);
    return ag_mean(ag_square(ag_sub(first, second)));
}

static ErrataNumbers four_hundred(Tape *tape) {
    Node *x = tape_example_variable(tape, SHOW_FEATURES);
    Node *base = tape_example_constant(tape, SHOW_FEATURES);
    Node *target = tape_example_variable(tape, SHOW_FEATURES);
    return (ErrataNumbers){(double)node_scalar(twenty(x, target, base, target)),
                           (double)node_scalar(ag_content_loss(x, base, CONTENT_MEAN))};
}

/* The gradient of the loss with respect to the features of the painting, `base`. */
static ErrataNumbers painting_cancels(Tape *tape) {
    Node *x = tape_example_variable(tape, SHOW_FEATURES);
    Node *base = tape_example_variable(tape, SHOW_FEATURES);
    Node *target = tape_example_constant(tape, SHOW_FEATURES);
    Node *gram = ag_style_summary(base, STYLE_GATYS, SHOW_M);
    const double right =
        show_largest_gradient(tape, ag_style_loss(x, gram, STYLE_GATYS, x->shape), base);
    return (ErrataNumbers){
        show_largest_gradient(tape, twenty(base, target, base, x), base), right};
}

static ErrataNumbers channels_compared(Tape *tape) {
    (void)tape;
    return (ErrataNumbers){3, show_shape("pool5", 224).c};
}

static ErrataNumbers matrix_as_loss(Tape *tape) {
    Node *gram = ag_gram(tape_example_variable(tape, SHOW_FEATURES), (Gram){1});
    return (ErrataNumbers){(double)shape_size(gram->shape), 1};
}

/* The formulas sum over images only: for one pair, |F(x) - F(x')| has an element for each
 * channel and position, and only a scalar has a gradient. */
static ErrataNumbers images_added(Tape *tape) {
    Node *x = tape_example_variable(tape, SHOW_FEATURES);
    Node *base = tape_example_constant(tape, SHOW_FEATURES);
    Node *said = ag_abs(ag_sub(x, base)), *right = ag_content_loss(x, base, CONTENT_ABS);
    return (ErrataNumbers){(double)shape_size(said->shape),
                           (double)shape_size(right->shape)};
}

/* The code of ContentLoss against the formula L_2, which is a sum. */
static ErrataNumbers mean_for_sum(Tape *tape) {
    Node *x = tape_example_variable(tape, SHOW_FEATURES);
    Node *base = tape_example_constant(tape, SHOW_FEATURES);
    Node *target = tape_example_constant(tape, SHOW_FEATURES);
    return (ErrataNumbers){(double)node_scalar(twenty(x, target, base, target)),
                           (double)node_scalar(ag_content_loss(x, base, CONTENT_SUM))};
}

const Erratum errata_doc001[] = {
    {"S1-1", "document 001, section 1", "“起源于2008年，当时Gatys等人提出了”",
     "2015: Gatys, Ecker, Bethge, \"A Neural Algorithm of Artistic Style\", arXiv "
     "1508.06576",
     NULL, NULL, NULL},
    {"S1-2", "document 001, section 3, step 3 and its formula",
     "W_t+1 = W_t - alpha grad L(W_t)",
     "the weights are frozen; what is optimised are the pixels, x_t+1 = x_t - alpha "
     "grad L(x_t)",
     "how far the picture moves in a step of W", "in a step of x", weights_for_pixels},
    {"S1-3", LISTING ", ContentLoss", "MSE(20 x + target, 20 base + target)",
     "the target cancels, and 20^2 stays: 400 MSE(x, base)", "what the class returns",
     "MSE(x, base)", four_hundred},
    {"S1-4", LISTING ", StyleLoss", "MSE(20 base + target, 20 base + x)",
     "the features of the painting cancel and no Gram matrix is there: MSE(target, x), "
     "a content loss",
     "gradient with respect to the painting's features", "the same of a Gram loss",
     painting_cancels},
    {"S1-5", LISTING ", generate_image", "ContentLoss(content_img, model(content_img))",
     "target is a picture, base the features of it: their sum has no meaning and their "
     "shapes differ",
     "channels of the target", "channels of the base, vgg19.features", channels_compared},
    {"S1-6", LISTING ", GramMatrix", "conv2d(x, x.transpose(1, 2))",
     "a convolution is no matrix product and refuses these shapes; right is F F^T, and "
     "a distance of two such matrices is the loss",
     "numbers in a Gram matrix, N = 5", "numbers in a loss", matrix_as_loss},
    {"S1-7", LISTING, "loss_fn = content_loss + style_loss + gram_matrix_loss",
     "modules cannot be added (TypeError); target_img is defined nowhere; the optimiser "
     "that is handed in is replaced by one of model.parameters(); train() is never "
     "called; features are returned, not a picture",
     NULL, NULL, NULL},
    {"S1-8", "document 001, section 3, formulas",
     "L_1 = sum over N images |F(x) - F(x')|, L_2 = sum over N images (F(x) - F(x'))^2",
     "sum over channels and positions of one picture; a statistic for style, and "
     "weights of the terms, are missing altogether",
     "numbers in |F(x) - F(x')| of one picture, N M = 120", "numbers in a loss",
     images_added},
    {"S1-9", "document 001, section 3, steps 1 and 4",
     "“需要训练一个卷积神经网络”，“通过在生成图像的过程中加入随机噪声来实现”",
     "a trained network is taken as it is; noise may be where the optimiser starts, the "
     "gradient makes the picture",
     NULL, NULL, NULL},
    {"S1-10", "document 001, section 6",
     "\"Image style transfer using deep learning\", 1508.06576 (2016); \"Deep image "
     "analogy\", Jing et al., CVPR 2017",
     "1508.06576 is \"A Neural Algorithm of Artistic Style\" (2015); Liao, Yao, Yuan, "
     "Hua, Kang, \"Visual Attribute Transfer through Deep Image Analogy\", SIGGRAPH 2017",
     NULL, NULL, NULL},
    {"S1-11", "document 001, section 3, first formula",
     "F(x; W) = max(0, W * x + b) is “卷积神经网络的输出”",
     "it is one layer, a convolution and a ReLU; a network is many of them", NULL, NULL,
     NULL},
    {"S1-12", "document 001, section 3 against its listing",
     "formula L_2 = sum (...)^2, code nn.MSELoss of 20-fold numbers",
     "the code is 400/(N M) times the formula", "the code, N M = 120", "the formula",
     mean_for_sum},
    {0},
};
