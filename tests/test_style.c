/* The Gram matrix and the style losses: values by hand, and every factor between the
 * published conventions. */
#include "losses/gaussian.h"
#include "losses/ops.h"
#include "tests/losses.h"

/* F = [1 2 3; 4 5 6]: G = [14 32; 32 77]. */
static void gram_of_two_rows_by_hand(void **state) {
    (void)state;
    Node *f = given((Shape){1, 2, 1, 3}, (double[]){1, 2, 3, 4, 5, 6});
    const real raw[] = {14, 32, 32, 77};
    Node *g = gram(f, GRAM_RAW);
    assert_true(shape_equal(g->shape, (Shape){1, 1, 2, 2}));
    assert_all_close(g->value, raw, 4, TIGHT);
    const real by_hw[] = {(real)14 / 3, (real)32 / 3, (real)32 / 3, (real)77 / 3};
    assert_all_close(gram(f, GRAM_HW)->value, by_hw, 4, TIGHT);
    const real by_chw[] = {(real)14 / 6, (real)32 / 6, (real)32 / 6, (real)77 / 6};
    assert_all_close(gram(f, GRAM_CHW)->value, by_chw, 4, TIGHT);
}

/* With value v_c in all of channel c, G_ij / (h w) = v_i v_j. */
static void gram_of_a_flat_image_is_the_product_of_its_levels(void **state) {
    (void)state;
    const double level[] = {2, -3, 0.5};
    Tensor x = tensor_alloc(arena, (Shape){1, 3, 4, 5});
    for (int i = 0; i < 60; i++)
        x.data[i] = (real)level[i / 20];
    Node *g = gram(tape_variable(tape, x), GRAM_HW);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            assert_close(g->value[3 * i + j], level[i] * level[j], TIGHT, 0);
}

/* Moving position k to 7 k mod 20 in all channels (7 and 20 have no common
 * divisor) changes the order of each sum only. */
static void permuting_pixels_leaves_the_gram_matrix(void **state) {
    (void)state;
    Node *f = variable((Shape){1, 3, 4, 5});
    Tensor moved = tensor_alloc(arena, f->shape);
    for (size_t c = 0; c < 3; c++)
        for (size_t k = 0; k < 20; k++)
            moved.data[20 * c + 7 * k % 20] = f->value[20 * c + k];
    Node *g = gram(f, GRAM_HW), *h = gram(tape_variable(tape, moved), GRAM_HW);
    assert_all_close(h->value, g->value, 9, TIGHT);
}

static void each_image_of_a_batch_has_its_own_gram_matrix(void **state) {
    (void)state;
    Node *both = variable((Shape){2, 3, 4, 5});
    Tensor second = {{1, 3, 4, 5}, both->value + 60};
    Node *g = gram(both, GRAM_HW);
    assert_true(shape_equal(g->shape, (Shape){2, 1, 3, 3}));
    Node *h = gram(tape_constant(tape, second), GRAM_HW);
    assert_all_close(g->value + 9, h->value, 9, TIGHT);
}

/* Gatys' E with everything written out: D / (4 N^2 M^2) of raw Gram matrices. */
static double gatys(Node *f, Node *painting) {
    double n = f->shape.c, m = (double)f->shape.h * f->shape.w;
    return sum_squares(gram(f, GRAM_RAW), gram(painting, GRAM_RAW)) / (4 * n * n * m * m);
}

/* F = [1 2; 3 4] gives G = [5 11; 11 25], A of zeros: D = 25 + 2 121 + 625 = 892, N = 2,
 * M = 2, so E = 892 / 64. */
static void style_loss_by_hand(void **state) {
    (void)state;
    Node *f = given((Shape){1, 2, 1, 2}, (double[]){1, 2, 3, 4});
    Node *zero = given((Shape){1, 2, 1, 2}, (double[]){0, 0, 0, 0});
    assert_close(style(f, zero, STYLE_GATYS), 892.0 / 64, TIGHT, 0);
    assert_close(style(f, zero, STYLE_SUM), 892, TIGHT, 0);
    assert_close(style(zero, f, STYLE_RELATIVE), 1, TIGHT, 0);
}

/* The rows of the table "one loss, many conventions", in units of Gatys' E, each
 * program's own arithmetic on one side and the named form on the other. */
static void style_forms_differ_by_the_published_factors(void **state) {
    (void)state;
    double n = 5, m = 24, n2 = n * n, pixels = 8 * 12;
    Node *f = variable((Shape){1, 5, 4, 6}), *a = constant((Shape){1, 5, 4, 6});
    double e = gatys(f, a);
    assert_close(style(f, a, STYLE_GATYS) / e, 1, TIGHT, 0);
    /* Gram / (c h w), then the sum */
    double chw = sum_squares(gram(f, GRAM_CHW), gram(a, GRAM_CHW));
    assert_close(chw / e, 4, TIGHT, 0);
    assert_close(style(f, a, STYLE_CS231N) / chw, 1, TIGHT, 0);
    /* Gram / (c h w), then the mean */
    assert_close(chw / n2 / e, 4 / n2, TIGHT, 0);
    assert_close(style(f, a, STYLE_MEAN) / (chw / n2), 1, TIGHT, 0);
    /* Gram / (h w), then the mean: the same number as cs231n */
    double hw = sum_squares(gram(f, GRAM_HW), gram(a, GRAM_HW));
    assert_close(hw / n2 / e, 4, TIGHT, 0);
    /* no normalisation, as sum and as mean */
    double raw = sum_squares(gram(f, GRAM_RAW), gram(a, GRAM_RAW));
    assert_close(raw / e, 4 * n2 * m * m, TIGHT, 0);
    assert_close(style(f, a, STYLE_SUM) / raw, 1, TIGHT, 0);
    assert_close(style(f, a, STYLE_RAW_MEAN) / e, 4 * m * m, TIGHT, 0);
    assert_close(style(f, a, STYLE_RAW_MEAN) / (raw / n2), 1, TIGHT, 0);
    /* image size and three channels */
    double size = raw / (4 * 9 * pixels * pixels), ratio = n * m / (3 * pixels);
    assert_close(size / e, ratio * ratio, TIGHT, 0);
    assert_close(style(f, a, STYLE_IMAGE_SIZE) / size, 1, TIGHT, 0);
    /* in units of the painting's own Gram matrix */
    Node *target = gram(a, GRAM_RAW), *none = given(target->shape, (double[25]){0});
    assert_close(style(f, a, STYLE_RELATIVE), raw / sum_squares(target, none), TIGHT, 0);
}

/* VGG-19 at conv1_1 ... conv5_1: channels 64 128 256 512 512 at full, half, ... size.
 * Keras divides by the image's size and 3 channels in every layer, which weights the
 * layers by (N M / (3 H0 W0))^2 = 455.1, 113.8, 28.4, 7.1, 0.444: 1024:256:64:16:1. */
static void image_size_form_weights_the_layers_of_vgg_implicitly(void **state) {
    (void)state;
    const int channels[] = {64, 128, 256, 512, 512};
    const double expected[] = {1024, 256, 64, 16, 1};
    Shape image = {1, 3, 512, 512};
    double last = 0;
    for (int i = 4; i >= 0; i--) {
        Shape f = {1, channels[i], 512 >> i, 512 >> i};
        double ratio = style_factor(STYLE_IMAGE_SIZE, f, image) /
                       style_factor(STYLE_GATYS, f, image);
        if (i == 4) last = ratio;
        assert_close(ratio / last, expected[i], 1e-14, 0);
    }
    assert_close(last, 4.0 / 9, 1e-14, 0); /* (512 / (3 * 16^2))^2 */
}

/* The two numbers of that table for a whole layer: 4 / N^2 = 9.8e-4 at N = 64 and 1.5e-5
 * at 512; 4 M^2 = 2.7e11 for 512 x 512 positions. */
static void style_factors_at_vgg_sizes(void **state) {
    (void)state;
    Shape first = {1, 64, 512, 512}, deep = {1, 512, 32, 32}, image = {1, 3, 512, 512};
    double e = style_factor(STYLE_GATYS, first, image);
    assert_close(style_factor(STYLE_MEAN, first, image) / e, 9.765625e-4, 1e-14, 0);
    assert_close(style_factor(STYLE_RAW_MEAN, first, image) / e, 274877906944.0, 1e-14,
                 0);
    e = style_factor(STYLE_GATYS, deep, image);
    assert_close(style_factor(STYLE_MEAN, deep, image) / e, 1.52587890625e-5, 1e-14, 0);
}

/* A painting laid twice side by side, and twice below, has the same style. */
static void tiling_the_painting_leaves_every_style_loss(void **state) {
    (void)state;
    Node *f = variable((Shape){1, 3, 4, 5}), *a = constant((Shape){1, 3, 3, 2});
    Tensor tiles = tensor_alloc(arena, (Shape){1, 3, 6, 4});
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < 6; i++)
            for (int j = 0; j < 4; j++)
                *tensor_at(tiles, 0, c, i, j) =
                    *tensor_at(node_tensor(a), 0, c, i % 3, j % 2);
    Node *tiled = tape_constant(tape, tiles);
    for (int form = 0; form < STYLE_FORMS; form++)
        assert_close(style(f, tiled, (StyleForm)form), style(f, a, (StyleForm)form),
                     TIGHT, 0);
}

/* The image laid twice against the same painting: D / M^2 stays, so forms that divide
 * by M^2 stay, the raw ones grow by 2^2; with the image's size growing too, image-size
 * stays. */
static void tiling_the_image_changes_the_raw_forms_only(void **state) {
    (void)state;
    Node *f = variable((Shape){1, 3, 4, 5}), *a = constant((Shape){1, 3, 3, 2});
    Tensor twice = tensor_alloc(arena, (Shape){1, 3, 8, 5});
    for (size_t c = 0; c < 3; c++)
        for (size_t k = 0; k < 40; k++)
            twice.data[40 * c + k] = f->value[20 * c + k % 20];
    Node *g = tape_variable(tape, twice);
    for (int form = 0; form < STYLE_FORMS; form++) {
        bool raw = form == STYLE_SUM || form == STYLE_RAW_MEAN;
        Shape once = {1, 3, 8, 10}, larger = {1, 3, 16, 10};
        Node *target = summary(a, (StyleForm)form);
        double before = value(ag_style_loss(f, target, (StyleForm)form, once));
        double after = value(ag_style_loss(g, target, (StyleForm)form, larger));
        assert_close(after, raw ? 4 * before : before, TIGHT, 0);
    }
}

/* Activations of VGG reach thousands. With all of 512 channels at 5000 in 512 x 512
 * positions D of the raw Gram is 2^18 (5000^2 2^18)^2 = 1.1e31, which float can hold, and
 * every form of Gram matrices stays finite against a target of zero. */
static void style_loss_of_huge_features_stays_finite(void **state) {
    (void)state;
    Tensor x = tensor_alloc(arena, (Shape){1, 4, 8, 8});
    tensor_fill(x, 5000);
    Node *f = tape_variable(tape, x);
    for (int form = 0; form < STYLE_FORMS; form++) {
        if (form == STYLE_W2) continue; /* the variance of 5000, 5000, ... is rounding */
        Shape none = style_summary_shape((StyleForm)form, x.shape);
        Node *zero = tape_constant(tape, tensor_alloc(arena, none));
        Node *loss = ag_style_loss(f, zero, (StyleForm)form, (Shape){1, 3, 8, 8});
        tape_backward(tape, loss);
        assert_true(isfinite(value(loss)) && isfinite((double)f->grad[0]));
    }
}

/* Two positions (a, -a): mean 0, variance a^2 + 1e-4. Of independent channels the
 * distance is the mean of (sqrt C - sqrt P)^2; a shift of 3 adds its square. */
static void w2_of_independent_channels_by_hand(void **state) {
    (void)state;
    const double a[] = {2, 2, -2, -2, 1, -1, 1, -1}, b[] = {3, 3, -3, -3, 8, 2, 8, 2};
    Node *f = given((Shape){1, 2, 1, 4}, a), *p = given((Shape){1, 2, 1, 4}, b);
    double first = sqrt(4 + 1e-4) - sqrt(9 + 1e-4);
    double second = sqrt(1 + 1e-4) - sqrt(9 + 1e-4), shift = 5;
    assert_close(style(f, p, STYLE_W2),
                 (first * first + second * second + shift * shift) / 2, 10 * TIGHT, 0);
    assert_close(style(f, f, STYLE_W2), 0, 0, 10 * TIGHT);
}

/* Variances v and p of independent channels without a mean, each with GAUSSIAN_EPSILON:
 * y = sum (sqrt v - sqrt p)^2 / N, and dy / dv = (1 - sqrt(p / v)) / N. More channels than
 * two panels have. */
static void w2_gradient_of_many_channels_by_hand(void **state) {
    (void)state;
    enum { N = 20, PART = (N + 1) * N };
    static double a[2 * PART], b[2 * PART];
    for (int i = 0; i < N; i++) {
        a[i * N + i] = 1 + i % 4;
        b[i * N + i] = 2 + i % 3;
    }
    Node *v = given((Shape){1, 2, N + 1, N}, a), *p = given(v->shape, b);
    tape_backward(tape, ag_w2(v, p));
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            const double va = a[i * N + i] + GAUSSIAN_EPSILON,
                         vb = b[i * N + i] + GAUSSIAN_EPSILON;
            const double da = i == j ? (1 - sqrt(vb / va)) / N : 0,
                         db = i == j ? (1 - sqrt(va / vb)) / N : 0;
            assert_close(v->grad[i * N + j], da, 0, TIGHT);
            assert_close(p->grad[i * N + j], db, 0, TIGHT);
        }
}

static void style_of_the_wrong_layer(void *unused) {
    (void)unused;
    ag_style_loss(variable((Shape){1, 3, 4, 5}), variable((Shape){1, 1, 4, 4}),
                  STYLE_GATYS, picture);
}

static void factor_of_the_relative_form(void *unused) {
    (void)unused;
    style_factor(STYLE_RELATIVE, picture, picture);
}

static void gram_divided_by_nothing(void *unused) {
    (void)unused;
    ag_gram(variable((Shape){1, 3, 4, 5}), (Gram){0});
}

static void style_losses_refuse_what_does_not_fit(void **state) {
    (void)state;
    assert_check_fails(style_of_the_wrong_layer, NULL, "(1,1,3,3), not (1,1,4,4)");
    assert_check_fails(factor_of_the_relative_form, NULL, "no fixed factor");
    assert_check_fails(gram_divided_by_nothing, NULL, "the divisor is 0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(gram_of_two_rows_by_hand),
        TEST(gram_of_a_flat_image_is_the_product_of_its_levels),
        TEST(permuting_pixels_leaves_the_gram_matrix),
        TEST(each_image_of_a_batch_has_its_own_gram_matrix),
        TEST(style_loss_by_hand),
        TEST(style_forms_differ_by_the_published_factors),
        TEST(image_size_form_weights_the_layers_of_vgg_implicitly),
        TEST(style_factors_at_vgg_sizes),
        TEST(tiling_the_painting_leaves_every_style_loss),
        TEST(tiling_the_image_changes_the_raw_forms_only),
        TEST(style_loss_of_huge_features_stays_finite),
        TEST(w2_of_independent_channels_by_hand),
        TEST(style_losses_refuse_what_does_not_fit),
        TEST(w2_gradient_of_many_channels_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
