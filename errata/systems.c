/* Well-known programs. Keys: NS jcjohnson/neural-style, FN fast-neural-style, PT
 * neural-style-pt, PY PyTorch's tutorial, PE pytorch/examples, KE keras.io, TT
 * TensorFlow's tutorial, D2 Dive into Deep Learning, C2 CS231n, CY
 * cysmith/neural-style-tf, GO gordicaleksa's, GA Gatys' own, AI AdaIN-style, KANN
 * attractivechaos/kann. */
#include "errata/show.h"
#include "nn/ops.h"
#include "optim/schedule.h"

static ErrataNumbers half_for_whole(Tape *tape) {
    return show_tv_gradients(tape, TV_HALF, TV_SQUARES, 3);
}

static ErrataNumbers white(Tape *tape) {
    Node *x = show_flat(tape, SCALAR, 1);
    return (ErrataNumbers){(double)node_scalar(ag_scale(x, (Scale){256})),
                           (double)node_scalar(ag_scale(x, (Scale){255}))};
}

/* The L1 norm of a gradient that is multiplied by the strength and not normalised. */
static ErrataNumbers only_multiplied(Tape *tape) {
    const double strength = 5;
    double norm = 0;
    Node *f = show_flat(tape, SHOW_FEATURES, 3);
    Node *zero = ag_scale(f, (Scale){0});
    tape_backward(tape, ag_content_loss(f, zero, CONTENT_MEAN));
    for (size_t i = 0; i < shape_size(f->shape); i++)
        norm += strength * fabs((double)f->grad[i]);
    return (ErrataNumbers){norm, strength};
}

/* At a difference of 10 grey levels. */
static ErrataNumbers gradient_of_ten(Tape *tape) {
    return show_tv_gradients(tape, TV_ABS, TV_HALF, 10);
}

static ErrataNumbers conv_4(Tape *tape) {
    (void)tape;
    return (ErrataNumbers){show_field("conv2_2"), show_field("conv4_2")};
}

/* The weights of block1_conv1 and block2_conv1 over Gatys'. */
static ErrataNumbers neighbouring_layers(Tape *tape) {
    const Shape image = {1, 3, 400, 400}, a = show_shape("block1_conv1", 400),
                b = show_shape("block2_conv1", 400);
    (void)tape;
    return (ErrataNumbers){
        style_factor(STYLE_IMAGE_SIZE, a, image) / style_factor(STYLE_GATYS, a, image),
        style_factor(STYLE_IMAGE_SIZE, b, image) / style_factor(STYLE_GATYS, b, image)};
}

static ErrataNumbers absolute_for_square(Tape *tape) {
    return show_variations(tape, TV_ABS, TV_SQUARES, 0.125);
}

static ErrataNumbers gram_elements(Tape *tape) {
    const Shape f = show_shape("conv4_4", 224);
    (void)tape;
    return (ErrataNumbers){(double)shape_size(f), (double)f.c * f.c};
}

static ErrataNumbers rate_at_the_end(Tape *tape) {
    const Schedule once = schedule_constant(3),
                   dropped = schedule_drop(3, 180, 0.1, true);
    (void)tape;
    return (ErrataNumbers){schedule_rate(&once, 199), schedule_rate(&dropped, 199)};
}

/* Five layers of equal loss 1, each with weight 1/5. */
static ErrataNumbers five_twice(Tape *tape) {
    Node *losses = show_flat(tape, (Shape){1, 5, 1, 1}, 1);
    Node *weighed = ag_sum(ag_scale(losses, (Scale){0.2}));
    return (ErrataNumbers){(double)node_scalar(ag_scale(weighed, (Scale){0.2})),
                           (double)node_scalar(weighed)};
}

/* A constant with the values of an image has no gradient. */
static ErrataNumbers constant_image(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){1, 3, 4, 6});
    Node *before = tape_example_constant(tape, x->shape);
    Node *value = tape_constant(tape, node_tensor(x));
    Node *constant = ag_content_loss(value, before, CONTENT_MEAN);
    Node *loss = ag_add(ag_scale(ag_sum(x), (Scale){0}), constant);
    const double right =
        show_largest_gradient(tape, ag_content_loss(x, before, CONTENT_MEAN), x);
    return (ErrataNumbers){show_largest_gradient(tape, loss, x), right};
}

/* The smallest change of a float near 3e12. */
static ErrataNumbers least_change(Tape *tape) {
    const float loss = 3e12f;
    (void)tape;
    return (ErrataNumbers){(double)(nextafterf(loss, INFINITY) - loss), 1e-9};
}

/* A gradient with the wrong sign: the error as KANN measures it, and as |a - n|. */
static ErrataNumbers sign_flipped(Tape *tape) {
    Node *x = show_flat(tape, SCALAR, 3);
    tape_backward(tape, ag_square(x));
    const double numeric = 6, analytic = -(double)x->grad[0];
    return (ErrataNumbers){fabs(fabs(analytic) - fabs(numeric)) / numeric,
                           fabs(analytic - numeric) / numeric};
}

/* An image of ones and a kernel of ones, 3 x 3: the output in the middle. */
static ErrataNumbers first_row_lost(Tape *tape) {
    Node *x = show_flat(tape, (Shape){1, 1, 3, 3}, 1);
    Node *whole = show_flat(tape, (Shape){1, 1, 3, 3}, 1);
    Node *lost =
        show_given(tape, (Shape){1, 1, 3, 3}, (double[]){0, 0, 0, 1, 1, 1, 1, 1, 1});
    const Conv2d same = {.pad = 1};
    return (ErrataNumbers){(double)ag_conv2d(x, lost, NULL, same)->value[4],
                           (double)ag_conv2d(x, whole, NULL, same)->value[4]};
}

const Erratum errata_systems[] = {
    {"NS-1", "neural-style and fast-neural-style",
     "the reported loss has no tv, the gradient has",
     "it is the gradient of 1/2 sum of squares without the last row and column; the "
     "value is never computed (issue 219)",
     "its pull on a ramp of slope 3", "the pull of sum of squares", half_for_whole},
    {"NS-2", "neural-style", "pixels times 256",
     "a byte goes to 255: white is 256 there, and so are all losses a little larger",
     "white", "white in other programs", white},
    {"NS-3", "neural-style, -normalize_gradients",
     "each layer's gradient over its own norm",
     "the result is the gradient of no function, so no gradient check can pass", NULL,
     NULL, NULL},
    {"FN-1", "fast-neural-style, training", "the learning rate decays every few steps",
     "each decay makes a new Adam and forgets its moments, as in S2-13", NULL, NULL,
     NULL},
    {"PT-1", "neural-style-pt, -normalize_gradients",
     "gradient normalised, then times strength",
     "the plain gradient is multiplied by the strength and never divided by its norm",
     "L1 norm of the gradient, strength 5, |f - p| = 3", "L1 norm after normalisation",
     only_multiplied},
    {"PT-2", "neural-style-pt, README", "Adam's learning rate: 10", "1 in the code", NULL,
     NULL, NULL},
    {"PT-3", "neural-style-pt",
     "tv became a sum of absolute values, its weight stayed 1e-3",
     "at a difference of d grey levels the pull is 1 instead of d",
     "pull on a ramp of 10 grey levels, absolute", "neural-style's", gradient_of_ten},
    {"PY-1", "PyTorch's tutorial", "content layer conv_4, style layers conv_1 to conv_5",
     "these are conv2_2 and conv1_1, 1_2, 2_1, 2_2, 3_1 (tutorials issue 3732)",
     "pixels that conv2_2 sees", "pixels that conv4_2 sees", conv_4},
    {"PY-2", "PyTorch's tutorial", "input_img.clamp_(0, 1) inside the closure",
     "L-BFGS takes the move for its own and learns a curvature that is not there "
     "(tutorials issue 143)",
     NULL, NULL, NULL},
    {"PE-1", "pytorch/examples, fast_neural_style (issue 925)",
     "1200 images in 2 epochs of batches of 2: distorted; \"the sample size need to be "
     "pretty large\"",
     "the updates are too few, not the images: 2 epochs of a large collection are tens "
     "of thousands of updates, these are 1200; one photograph with enough updates gives "
     "a style ('stylegrad train-style')",
     NULL, NULL, NULL},
    {"KE-1", "keras.io", "4 * 3^2 * (img_nrows * img_ncols)^2",
     "as S3-2: every block weighs four times the next (pull request 6872)",
     "weight of block1_conv1 in units of Gatys'", "of block2_conv1", neighbouring_layers},
    {"TT-1", "TensorFlow's tutorial", "\"sum of the squares of the pixel differences\"",
     "tf.image.total_variation adds absolute values; and the labels of horizontal and "
     "vertical edges are swapped",
     "a ramp of slope 1/8, absolute values", "squares", absolute_for_square},
    {"D2-1", "Dive into Deep Learning", "features at indices 0, 5, 10, 19, 28",
     "in-place ReLUs overwrite the first four: those are after the ReLU, the fifth is "
     "before it (minima 0, 0, 0, 0, -0.41)",
     NULL, NULL, NULL},
    {"D2-2", "Dive into Deep Learning", "\"the Gram matrix has c h w elements\"",
     "c^2; h w is what they are sums over", "c h w of relu4_4, 224 x 224 picture", "c^2",
     gram_elements},
    {"C2-1", "CS231n, TensorFlow version",
     "learning rate 3.0, decayed to 0.1 at step 180",
     "the condition is evaluated once, before the loop: it never decays",
     "learning rate at step 199", "as it is meant", rate_at_the_end},
    {"C2-2", "CS231n, TensorFlow version", "resize((H, W)); check value of tv 1704.1948",
     "Pillow wants (W, H): the official check value is that of a squashed picture; that "
     "of the right shape is 1779.05 (nearest)",
     NULL, NULL, NULL},
    {"CY-1", "neural-style-tf", "layer weights 0.2, and style loss / 5",
     "divided by the number of layers twice", "style of five layers with loss 1",
     "their mean", five_twice},
    {"CY-2", "neural-style-tf, video", "temporal loss of sess.run(...)",
     "what sess.run returns is a constant: the gradient of that loss is 0",
     "gradient by the picture", "as it is meant", constant_image},
    {"CY-3", "neural-style-tf, masks",
     "the mask of each pixel multiplies the layer's loss",
     "a loss is one number: the mask has to multiply the features", NULL, NULL, NULL},
    {"GO-1", "gordicaleksa/pytorch-neural-style-transfer", "tolerance_change 1e-9",
     "a float of about 3e12 changes by 262144 or not at all, so L-BFGS stops at once "
     "(issues 2, 9)",
     "the least change of such a loss", "the tolerance", least_change},
    {"GO-2", "gordicaleksa/pytorch-neural-style-transfer", "saves at the last iteration",
     "which a run that stops early never reaches: nothing is saved", NULL, NULL, NULL},
    {"GA-1", "NeuralImageSynthesis, LinTransGramMSE:updateGradInput", "returns dG",
     "the gradient has to go on through the linear map: dtrans_input", NULL, NULL, NULL},
    {"GA-2", "NeuralImageSynthesis, LinTransMSE", "reads self.target",
     "which is nil: the field has another name", NULL, NULL, NULL},
    {"AI-1", "AdaIN-style, AdaptiveInstanceNormalization:updateGradInput",
     "\"Not implemented\"", "so nothing can be trained through it", NULL, NULL, NULL},
    {"KANN-1", "kann, kad_check_grad", "compares absolute values",
     "a gradient with the wrong sign passes", "error of a gradient times -1, its way",
     "|analytic - numeric| / |numeric|", sign_flipped},
    {"KANN-2", "kann, KAD_PAD_SAME", "a 3 x 3 convolution with padding",
     "the first row of the kernel is lost, and the gradient by the input is 0: a "
     "gradient check alone does not see a wrong forward pass",
     "ones under a kernel of ones, row 1 lost", "the convolution", first_row_lost},
    {0},
};
