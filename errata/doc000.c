/* Document 000, "基于深度学习的图像风格迁移技术". */
#include <string.h>

#include "errata/show.h"
#include "nn/ops.h"
#include "optim/optimizer.h"

#define LISTING "document 000, section 5, the listing"

/* Compares names as the listing does: `if name in layers`. */
static ErrataNumbers layers_matched(Tape *tape) {
    enum { MODULES = 37, LAYERS = 5 }; /* vgg19.features has 37 modules, '0' to '36' */
    int matched = 0;
    (void)tape;
    for (int module = 0; module < MODULES; module++)
        for (int layer = 1; layer <= LAYERS; layer++) {
            char name[16], wanted[24];
            snprintf(name, sizeof name, "%d", module);
            snprintf(wanted, sizeof wanted, "conv_%d", layer);
            matched += strcmp(name, wanted) == 0;
        }
    return (ErrataNumbers){matched, LAYERS};
}

/* No layer is found, so both losses are the number 0, and the output is the image that
 * the third module returns. */
static ErrataNumbers numbers_in_the_loss(Tape *tape) {
    Node *image = tape_example_variable(tape, (Shape){1, 3, 16, 16});
    Node *returned = ag_scale(image, (Scale){1e-6});
    return (ErrataNumbers){(double)shape_size(returned->shape),
                           (double)shape_size(ag_tv_abs(image)->shape)};
}

static ErrataNumbers widths_added(Tape *tape) {
    (void)tape;
    return (ErrataNumbers){show_shape("conv1_1", 64).w, show_shape("conv2_1", 64).w};
}

static ErrataNumbers channels_paired(Tape *tape) {
    (void)tape;
    return (ErrataNumbers){show_shape("conv1_1", 64).c, show_shape("conv2_2", 64).c};
}

static ErrataNumbers mean_of_raw_gram(Tape *tape) {
    return show_styles(tape, STYLE_RAW_MEAN, STYLE_GATYS);
}

static ErrataNumbers mean_for_half_sum(Tape *tape) {
    return show_contents(tape, CONTENT_MEAN, CONTENT_HALF_SUM);
}

/* f - p is 1 everywhere; the sum over "height and width" covers one channel. */
static ErrataNumbers one_channel(Tape *tape) {
    Node *difference = show_flat(tape, SHOW_FEATURES, 1);
    Node *first = ag_slice(difference, (Slice){.axis = 1, .start = 0, .count = 1});
    Node *said = ag_sum(ag_square(first)), *right = ag_sum(ag_square(difference));
    return (ErrataNumbers){(double)node_scalar(said) / 2, (double)node_scalar(right) / 2};
}

/* The mean squared error of two matrices, as in the text. */
static ErrataNumbers mean_of_squares(Tape *tape) {
    Node *f = tape_example_variable(tape, SHOW_FEATURES);
    Node *p = tape_example_constant(tape, SHOW_FEATURES);
    Node *difference = ag_sub(ag_gram(f, (Gram){1}), ag_gram(p, (Gram){1}));
    Node *a = ag_style_summary(p, STYLE_GATYS, SHOW_M);
    Node *right = ag_style_loss(f, a, STYLE_GATYS, f->shape);
    return (ErrataNumbers){(double)node_scalar(ag_mean(ag_square(difference))),
                           (double)node_scalar(right)};
}

static ErrataNumbers absolute_for_square(Tape *tape) {
    return show_tv_gradients(tape, TV_ABS, TV_SQUARES, 0.125);
}

static ErrataNumbers field_of_conv_4(Tape *tape) {
    (void)tape;
    return (ErrataNumbers){show_field("conv2_2"), show_field("conv4_2")};
}

/* White in the red channel, with and without the normalisation. */
static ErrataNumbers white_without_normalisation(Tape *tape) {
    Node *white = show_flat(tape, (Shape){1, 3, 1, 1}, 1);
    const Normalize imagenet = {{.485, .456, .406}, {.229, .224, .225}};
    return (ErrataNumbers){(double)white->value[0],
                           (double)ag_normalize(white, imagenet)->value[0]};
}

#define VARIABLES 50

typedef struct Quadratic {
    real x[VARIABLES], gradient[VARIABLES];
} Quadratic;

/* A quadratic function, so badly conditioned that no method reaches its minimum in 60
 * steps. */
static double quadratic(void *context) {
    Quadratic *b = context;
    double loss = 0, slope = 1;
    for (int i = 0; i < VARIABLES; i++, slope *= 1.3) {
        loss += slope * (double)(b->x[i] * b->x[i]) / 2;
        b->gradient[i] = (real)slope * b->x[i];
    }
    return loss;
}

/* torch.optim.LBFGS takes up to 20 steps in each call of step(). */
static ErrataNumbers evaluations(Tape *tape) {
    enum { ITERATIONS = 3, INSIDE = 20 };
    (void)tape;
    Arena *arena = arena_new();
    Quadratic *b = ARENA_NEW(arena, Quadratic, 1);
    for (int i = 0; i < VARIABLES; i++)
        b->x[i] = 1;
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.lr = 0.1;
    Optimizer *lbfgs = lbfgs_new(
        arena, (Objective){VARIABLES, b->x, b->gradient, quadratic, b}, settings);
    int count = 0;
    for (int i = 0; i < ITERATIONS * INSIDE; i++)
        count += optimizer_step(lbfgs).evaluations;
    arena_free(arena);
    return (ErrataNumbers){ITERATIONS, count};
}

/* The smallest element of features that are stored before a ReLU which overwrites
 * them. */
static ErrataNumbers overwritten(Tape *tape) {
    Node *before = tape_example_variable(tape, SHOW_FEATURES), *after = ag_relu(before);
    ErrataNumbers least = {HUGE_VAL, HUGE_VAL};
    for (size_t i = 0; i < shape_size(before->shape); i++) {
        least.said = fmin(least.said, (double)after->value[i]);
        least.right = fmin(least.right, (double)before->value[i]);
    }
    return least;
}

/* Three images in every step; or one image in every step, and each target once. */
static ErrataNumbers forward_passes(Tape *tape) {
    enum { STEPS = 1000 };
    (void)tape;
    return (ErrataNumbers){3 * STEPS, STEPS + 2};
}

/* Two channels, one rising and one falling: G_12 is positive, their correlation is -1. */
static ErrataNumbers gram_for_correlation(Tape *tape) {
    Node *f = show_given(tape, (Shape){1, 2, 1, 4}, (double[]){1, 2, 3, 4, 4, 3, 2, 1});
    Node *g = ag_gram(f, (Gram){1});
    double mean = 0, ab = 0, aa = 0, bb = 0;
    for (int k = 0; k < 4; k++)
        mean += (double)f->value[k] / 4; /* the same for both channels */
    for (int k = 0; k < 4; k++) {
        const double a = (double)f->value[k] - mean, b = (double)f->value[4 + k] - mean;
        ab += a * b, aa += a * a, bb += b * b;
    }
    return (ErrataNumbers){(double)g->value[1], ab / sqrt(aa * bb)};
}

/* The same texture once and twice: G_11 of the larger image over G_11 of the smaller. */
static ErrataNumbers twice_the_texture(Tape *tape) {
    Node *once = tape_example_variable(tape, SHOW_FEATURES);
    Node *twice = tape_example_variable(tape, (Shape){1, SHOW_N, 8, 6});
    for (size_t c = 0; c < SHOW_N; c++)
        for (size_t k = 0; k < 2 * SHOW_M; k++)
            twice->value[2 * SHOW_M * c + k] = once->value[SHOW_M * c + k % SHOW_M];
    Node *raw[] = {ag_gram(twice, (Gram){1}), ag_gram(once, (Gram){1})};
    Node *per[] = {ag_gram(twice, (Gram){2 * SHOW_M}), ag_gram(once, (Gram){SHOW_M})};
    return (ErrataNumbers){(double)raw[0]->value[0] / (double)raw[1]->value[0],
                           (double)per[0]->value[0] / (double)per[1]->value[0]};
}

const Erratum errata_doc000[] = {
    {"S0-1", LISTING, "`if name in layers` with the names conv_1 to conv_5",
     "the modules of vgg19.features are called '0' to '36': no name is found, and "
     "content and style loss stay 0",
     "layers found", "layers wanted", layers_matched},
    {"S0-2", LISTING, "forward() of each loss module ends in `return input`",
     "the loss stands in .loss and is never added; the total is a picture, and "
     "backward() stops: \"grad can be implicitly created only for scalar outputs\"",
     "numbers in the \"loss\" of a 16 x 16 picture", "numbers in a loss",
     numbers_in_the_loss},
    {"S0-3", LISTING, "with the names put right: style_loss += sl(sl_f) adds up features",
     "features of different layers have different sizes and cannot be added; their "
     "losses can",
     "width of the map from conv1_1, 64 x 64 picture", "width of the map from conv2_1",
     widths_added},
    {"S0-4", LISTING, "zip(content_losses, input_features.values())",
     "a dict keeps the network's order, so the target of conv_4 meets the features of "
     "conv_1; pair them by name",
     "channels of conv_1, which is compared", "channels of conv_4, which is meant",
     channels_paired},
    {"S0-5", "document 000, section 4.2 against its listing",
     "formula 1/(4 n_l^2 m^2), code nn.functional.mse_loss of raw Gram matrices",
     "the code is 4 M^2 times the formula, 2.7e11 at conv1_1 of a 512 x 512 picture; "
     "and its weight 1e6 comes from a program that divides by (N M)^2 = 2.8e14 more",
     "mean of raw Gram differences, N = 5, M = 24", "the formula", mean_of_raw_gram},
    {"S0-6", "document 000, section 4.1 against its listing",
     "formula 1/2 sum, code mse_loss",
     "the mean is 2/(N M) half-sums: the code's weight 1 is another weight at every "
     "layer and picture size",
     "mean of squares, N = 5, M = 24", "half the sum of squares", mean_for_half_sum},
    {"S0-7", "document 000, section 4.1",
     "“i 和 j 分别表示特征映射的高度和宽度维度”，“实际上是 f 和 p 之间的均方误差”",
     "i counts channels and j positions; half a sum is no mean. Over height and width "
     "alone the channels are missing",
     "half the sum over height and width", "half the sum over channels and positions",
     one_channel},
    {"S0-8", "document 000, sections 2.3 and 4.2",
     "“该损失函数实际上是 G 和 A 之间的均方误差”",
     "the mean squared error of two N x N matrices is 1/N^2 of the sum; the formula "
     "divides by 4 M^2 more",
     "mean squared error of G and A", "the formula", mean_of_squares},
    {"S0-9", "document 000, section 4.3 against its listing",
     "formula sum of squares, without upper limits and channels; code torch.abs",
     "sum of squares over c, i < H and j < W. Absolute values pull with +-1 wherever "
     "there is a slope, squares with 2 d",
     "gradient at the end of a ramp of slope 1/8, absolute values", "the same, squares",
     absolute_for_square},
    {"S0-10", "document 000, section 5", "“选择 VGG-19 的 conv_4 层作为内容层”",
     "the fourth convolution is conv2_2; Gatys takes conv4_2 for content and conv1_1, "
     "2_1, 3_1, 4_1, 5_1 for style",
     "pixels that conv2_2 sees", "pixels that conv4_2 sees", field_of_conv_4},
    {"S0-11", LISTING, "transforms.ToTensor() only",
     "the network was trained on (x - mean) / deviation of ImageNet; and the pixels are "
     "clamped when saved only",
     "white, red channel, as given", "as the network wants it",
     white_without_normalisation},
    {"S0-12", LISTING, "num_iterations=1000 calls of optimizer.step(closure)",
     "each call of LBFGS.step takes up to 20 steps: about 20000 evaluations",
     "iterations", "evaluations of loss and gradient in them", evaluations},
    {"S0-13", LISTING, "features[name] = x, then the next layer runs",
     "torchvision's ReLU is in place and overwrites what was stored: all features but "
     "the last are those after the ReLU",
     "smallest number stored", "smallest output of the convolution", overwritten},
    {"S0-14", "document 000, section 3, step 4", "“计算生成图像相对于总损失函数的梯度”",
     "the gradient of the total loss with respect to the generated picture", NULL, NULL,
     NULL},
    {"S0-15", "document 000, section 3, step 6", "“重复步骤 2-5”",
     "the targets of step 2 are constant: only the generated picture runs through the "
     "network again",
     "forward passes in 1000 steps", "forward passes that are needed", forward_passes},
    {"S0-16", "document 000, sections 1.1 and 2.1",
     "“最小化内容图像与风格图像之间的差异”",
     "between generated and content picture, and between generated and style picture",
     NULL, NULL, NULL},
    {"S0-17", "document 000, sections 2.3 and 4.2",
     "“G[i, j] 表示第 i 个特征映射与第 j 个特征映射之间的相关性”",
     "a Gram matrix is neither centred nor normalised: two channels that run against "
     "each other have correlation -1 and a positive G_12",
     "G_12 of (1 2 3 4) and (4 3 2 1)", "their correlation", gram_for_correlation},
    {"S0-18", "document 000, sections 4.2 to 4.4",
     "J(x, p, a) of features in 4.1, of pictures in 4.4; no sum over layers",
     "J_style = sum_l w_l E_l; x, p, a are pictures, F^l, P^l their features", NULL, NULL,
     NULL},
    {"S0-19", "document 000, end", "“我们可以通”", "the text is cut off here", NULL, NULL,
     NULL},
    {"S0-20", "document 000, section 4.2 and its listing",
     "G and A are compared as they are, whatever the sizes of the two pictures",
     "a raw Gram matrix grows with the picture: the same texture on twice the area has "
     "twice the matrix. Scale both pictures to one size, or divide each by its own M",
     "G_11 of a texture laid out twice, over G_11 of it once",
     "the same, each over its M", twice_the_texture},
    {0},
};
