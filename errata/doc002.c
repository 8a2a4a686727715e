/* Document 002, 让梵高画出原神: its formulas, its MATLAB functions for 北太天元, and its
 * Python code. bench/octave/ has the corrected MATLAB functions. */
#include "errata/show.h"
#include "nn/ops.h"
#include "optim/optimizer.h"

static ErrataNumbers without_normalisation(Tape *tape) {
    return show_styles(tape, STYLE_SUM, STYLE_CS231N);
}

static ErrataNumbers whole_for_half(Tape *tape) {
    return show_contents(tape, CONTENT_SUM, CONTENT_HALF_SUM);
}

typedef struct Slope {
    real x, gradient;
    double even, odd; /* the gradient in evaluations 0, 2, ... and 1, 3, ... */
    int evaluations;
} Slope;

static double slope(void *context) {
    Slope *s = context;
    s->gradient = (real)(s->evaluations++ % 2 ? s->odd : s->even);
    return (double)(s->gradient * s->x);
}

/* The first step with lambda = 3, where the gradient is 1/2. */
static ErrataNumbers gradient_for_adam(Tape *tape) {
    (void)tape;
    Arena *arena = arena_new();
    Slope down = {.even = 0.5, .odd = 0.5}, adaptive = down;
    Adam settings = ADAM_DEFAULTS;
    settings.lr = 3;
    optimizer_step(gd_new(arena, (Objective){1, &down.x, &down.gradient, slope, &down},
                          (Gd){.lr = 3}));
    optimizer_step(
        adam_new(arena, (Objective){1, &adaptive.x, &adaptive.gradient, slope, &adaptive},
                 settings));
    arena_free(arena);
    return (ErrataNumbers){fabs((double)down.x), fabs((double)adaptive.x)};
}

static ErrataNumbers features_or_gram(Tape *tape) {
    Node *f = tape_example_variable(tape, SHOW_FEATURES);
    return (ErrataNumbers){(double)shape_size(f->shape),
                           (double)shape_size(ag_gram(f, (Gram){1})->shape)};
}

/* Features whose elements in row h, 1 to 4, are h. */
static ErrataNumbers row_for_layer(Tape *tape) {
    Node *f = tape_example_variable(tape, SHOW_FEATURES);
    for (size_t i = 0; i < shape_size(f->shape); i++)
        f->value[i] = (real)(i / 6 % 4 + 1);
    Node *row = ag_slice(f, (Slice){.axis = 2, .start = 1, .count = 1});
    Node *gram[] = {ag_gram(row, gram_params(GRAM_CHW, row)),
                    ag_gram(f, gram_params(GRAM_CHW, f))};
    return (ErrataNumbers){(double)node_scalar(ag_sum(ag_square(gram[0]))),
                           (double)node_scalar(ag_sum(ag_square(gram[1])))};
}

/* The variance of 0 1 2 3 is (9 + 1 + 1 + 9) / 16. */
static ErrataNumbers variance(Tape *tape) {
    Node *x = show_given(tape, (Shape){1, 1, 1, 4}, (double[]){0, 1, 2, 3});
    const double mean = (double)node_scalar(ag_mean(x));
    return (ErrataNumbers){(double)node_scalar(ag_mean(ag_square(x))) - mean * mean,
                           (double)node_scalar(ag_tv_loss(x, TV_SQUARES))};
}

static ErrataNumbers pooling(Tape *tape) {
    Node *x = show_given(tape, (Shape){1, 1, 2, 2}, (double[]){1, 2, 3, 4});
    const Pool2d two = {.kernel = 2};
    return (ErrataNumbers){(double)node_scalar(ag_avg_pool(x, two)),
                           (double)node_scalar(ag_max_pool(x, two))};
}

/* The mean output of two layers whose weights are scaled as Gatys does: those of the
 * first by 1/s, those of the second by s. */
static double two_layers(Node *x, Node *first, Node *second, double s) {
    const Conv2d same = {.pad = 1};
    Node *f = ag_relu(ag_conv2d(x, ag_scale(first, (Scale){1 / s}), NULL, same));
    Node *g = ag_relu(ag_conv2d(f, ag_scale(second, (Scale){s}), NULL, same));
    return (double)node_scalar(ag_mean(g));
}

static ErrataNumbers weights_scaled(Tape *tape) {
    Node *x = tape_example_constant(tape, (Shape){1, 3, 6, 6});
    Node *first = tape_example_constant(tape, (Shape){4, 3, 3, 3});
    Node *second = tape_example_constant(tape, (Shape){2, 4, 3, 3});
    return (ErrataNumbers){two_layers(x, first, second, 8),
                           two_layers(x, first, second, 1)};
}

/* G_12 with positions in column-major order, as in MATLAB, and in row-major order. */
static ErrataNumbers order_of_columns(Tape *tape) {
    Node *rows = tape_example_variable(tape, SHOW_FEATURES);
    Node *columns = tape_example_variable(tape, (Shape){1, SHOW_N, 6, 4});
    for (size_t c = 0; c < SHOW_N; c++)
        for (size_t h = 0; h < 4; h++)
            for (size_t w = 0; w < 6; w++)
                columns->value[SHOW_M * c + 4 * w + h] =
                    rows->value[SHOW_M * c + 6 * h + w];
    return (ErrataNumbers){(double)ag_gram(columns, (Gram){1})->value[1],
                           (double)ag_gram(rows, (Gram){1})->value[1]};
}

/* The size of Adam's step 181 with rate 0.1, after gradients of -1, 1, -1, ..., whose
 * mean is 0: with moments reset to 0 (`forget`), or kept. */
static double step_181(bool forget) {
    enum { AT = 180 };
    Arena *arena = arena_new();
    Slope noise = {.even = -1, .odd = 1};
    Adam settings = ADAM_DEFAULTS;
    settings.lr = 3;
    Optimizer *adam = adam_new(
        arena, (Objective){1, &noise.x, &noise.gradient, slope, &noise}, settings);
    for (int i = 0; i < AT; i++)
        optimizer_step(adam);
    optimizer_set_rate(adam, 0.1);
    if (forget) optimizer_restart(adam);
    noise.x = 0;
    optimizer_step(adam);
    arena_free(arena);
    return fabs((double)noise.x);
}

static ErrataNumbers new_optimiser(Tape *tape) {
    (void)tape;
    return (ErrataNumbers){step_181(true), step_181(false)};
}

/* The third term of the total with w_t = gamma = 0.02. */
static ErrataNumbers weighed_twice(Tape *tape) {
    Node *tv = ag_tv_loss(tape_example_variable(tape, (Shape){1, 3, 4, 6}), TV_SQUARES);
    Node *once = ag_scale(tv, (Scale){0.02});
    return (ErrataNumbers){(double)node_scalar(ag_scale(once, (Scale){0.02})),
                           (double)node_scalar(once)};
}

const Erratum errata_doc002[] = {
    {"S2-1", "document 002, section 2.2 against its code",
     "formula E_l = sum (G^l - A^l)^2; code divides each Gram matrix by H W C",
     "the formula is (N M)^2 times the code, and the code is 4 times Gatys' E_l = sum "
     "(G - A)^2 / (4 N^2 M^2)",
     "the formula, N = 5, M = 24", "the code", without_normalisation},
    {"S2-2", "document 002, section 2.3", "L_content = sum (F^l - P^l)^2",
     "Gatys' is half of it, 1/2 sum; a weight from there counts twice here",
     "sum of squares", "Gatys' half sum", whole_for_half},
    {"S2-3", "document 002, sections 1 and 2.5 against its code",
     "x := x - lambda dL/dx; “在优化器中使用了模拟退火的技巧”",
     "the code is Adam, and the annealing one drop of its rate, 3.0 to 0.1. Adam's "
     "first step is lambda whatever the gradient",
     "first step with lambda 3 where the gradient is 1/2", "Adam's first step",
     gradient_for_adam},
    {"S2-4", "document 002, sections 2.1 and 2.2",
     "“风格图像的特征表示为 A^l”，“风格图像的格拉姆矩阵 A”",
     "A^l is the Gram matrix of the painting; its features need another letter. L and l "
     "are one letter too",
     "numbers in A^l as features", "numbers in A^l as Gram matrix", features_or_gram},
    {"S2-5", "document 002, abstract and references", "“基于 CS224n 课程”；\"CVPR 2015\"",
     "CS231n (224n is about language); CVPR 2016, as the text itself says further up",
     NULL, NULL, NULL},
    {"S2-6", "document 002, section 4.1, style_loss", "feats(:, style_layers(i), :)",
     "the second index of (C, H, W) is a row of the picture, not a layer: this runs and "
     "compares rows. Layers belong in a cell array, feats{style_layers(i)}",
     "squares of the Gram matrix of row 2", "of the layer", row_for_layer},
    {"S2-7", "document 002, sections 2.5, 4.2 and 5",
     "“Total Varius Loss”，L_total_various，“总方差损失（TV 损失）”; MATLAB's tv_loss "
     "stands under Python",
     "total variation, 总变差; 方差 is the variance, which does not know who is whose "
     "neighbour",
     "variance of 0 1 2 3", "total variation of 0 1 2 3", variance},
    {"S2-8", "document 002, section 2 against its code", "“用平均池化代替最大池化”",
     "the code is CS231n's, whose SqueezeNet has maxima; the notebook itself is not "
     "shown",
     "mean of 1 2 3 4", "maximum", pooling},
    {"S2-9", "document 002, section 2", "“对卷积层进行了归一化处理”，“反图像搜索”",
     "the weights are scaled so that each layer's mean activation is 1, which a later "
     "layer can take back; and it is inversion by gradient, not a search",
     "output of two layers, the first scaled by 1/8, the second by 8", "not scaled",
     weights_scaled},
    {"S2-10", "document 002, section 2", "“如下所示：” and then nothing",
     "the formulas were pictures; w_l, alpha, beta and gamma are given nowhere", NULL,
     NULL, NULL},
    {"S2-11", "document 002, section 3", "“浮世绘”一般的笔触（也就是短线条）；印象派画家",
     "ukiyo-e has outlines and flat areas; Van Gogh is a post-impressionist, 后印象派",
     NULL, NULL, NULL},
    {"S2-12", "document 002, section 4.1", "“矩阵转置不支持 3 维以上”",
     "no such transpose is needed: reshape, then F * F'. MATLAB counts along columns, "
     "and the Gram matrix does not care about the order of positions",
     "G_12, positions along columns", "along rows", order_of_columns},
    {"S2-13", "document 002, section 4.2, gradient descent",
     "decayed_lr = 0.1 at step 180, with a new torch.optim.Adam as in CS231n",
     "a new Adam has empty moments, so its first step is the whole rate in every pixel, "
     "noise included; lowering the rate of the old one is not",
     "step 181 after noise, new Adam", "the same Adam with the new rate", new_optimiser},
    {"S2-14", "document 002, section 2.5",
     "L_tv = w_t x (...), then + gamma L_total_various",
     "one weight too many: w_t is in the loss already, as in the code",
     "third term of the total, w_t = gamma = 0.02", "as the code has it", weighed_twice},
    {"S2-15", "document 002, section 3", "“《星夜空》”",
     "《星夜》 or 《星月夜》, The Starry Night (1889)", NULL, NULL, NULL},
    {0},
};
