/* Numbers that users reported as wrong: flat images in the form w2, images in .npy
 * files of every type, and what is printed when a loss is no number. */
#include "autograd/gradcheck.h"
#include "losses/style.h"
#include "nn/ops.h"
#include "tests/typed.h"

/* Gradients of w2 in float: of what the largest is. */
#define GRADIENT_CLOSE (sizeof(real) == 8 ? 1e-7 : 2e-3)

/* ---- Flat features ---- */

/* Means in the hundreds and deviations of a hundredth, against features behind a ReLU in
 * fewer positions than channels: values and gradients of both forms are PyTorch's. */
static void w2_of_nearly_flat_features_is_that_of_torch(void **state) {
    (void)state;
    const NamedTensors kept = oracle;
    assert_true(npz_read(arena, "tests/golden/torch_losses.npz", &oracle, &err));
    for (int form = STYLE_W2; form <= STYLE_W2_CK; form++) {
        char name[32];
        Tape *tape = tape_new();
        snprintf(name, sizeof name, "flat_%s", style_forms[form].name);
        Node *f = tape_variable(tape, golden("flat_f", ""));
        Node *p = tape_constant(tape, golden("flat_painting", ""));
        Node *target = ag_style_summary(p, (StyleForm)form, 8);
        Node *loss = ag_style_loss(f, target, (StyleForm)form, (Shape){1, 3, 10, 13});
        tape_backward(tape, loss);
        assert_close(node_scalar(loss), golden(name, "").data[0],
                     sizeof(real) == 8 ? 1e-12 : 1e-6, 0);
        assert_all_close(f->grad, golden(name, "_df").data, shape_size(f->shape),
                         GRADIENT_CLOSE);
        tape_free(tape);
    }
    oracle = kept;
}

/* All positions alike: C = 0.0001 I, and the distance to independent channels of
 * variances v (and 0.0001) is the mean of (m - p)^2 + (sqrt(v + 0.0001) - 0.01)^2. */
static void w2_of_flat_features_by_hand(void **state) {
    (void)state;
    Tape *tape = tape_new();
    Tensor f = tensor_alloc(arena, (Shape){1, 2, 2, 2}),
           p = tensor_alloc(arena, (Shape){1, 2, 2, 2});
    static const double painting[] = {3, 3, -3, -3, 8, 2, 8, 2};
    for (int i = 0; i < 8; i++) {
        f.data[i] = (real)(i < 4 ? 1000 : 300);
        p.data[i] = (real)painting[i];
    }
    const double a = sqrt(9 + 1e-4) - 0.01, shift = 1000.0 * 1000 + 295.0 * 295;
    Node *target = ag_style_summary(tape_constant(tape, p), STYLE_W2, 4);
    Node *flat = tape_variable(tape, f);
    for (int form = STYLE_W2; form <= STYLE_W2_CK; form++) {
        Node *loss = ag_style_loss(flat, target, (StyleForm)form, (Shape){1, 3, 4, 4});
        assert_close(node_scalar(loss), (shift + 2 * a * a) / 2, CLOSE * 1e-3, 0);
    }
    tape_free(tape);
}

/* The gradient of w2 is the derivative of its value where C and P are singular but for
 * the 0.0001 on their diagonals: 16 channels behind a ReLU, 16 positions. */
static void w2_has_the_derivative_of_its_value(void **state) {
    (void)state;
#ifdef REAL_DOUBLE
    Tape *tape = tape_new();
    Node *x = tape_example_variable(tape, (Shape){1, 16, 4, 4});
    Node *painting = ag_relu(tape_example_constant(tape, (Shape){1, 16, 3, 5}));
    Node *target = ag_style_summary(painting, STYLE_W2, 15);
    Node *loss = ag_style_loss(ag_relu(x), target, STYLE_W2, (Shape){1, 3, 8, 8});
    GradCheck check = gradcheck(tape, loss, 1e-5);
    if (!gradcheck_passed(&check, 1e-6)) {
        gradcheck_print(&check, stderr);
        fail();
    }
    tape_free(tape);
#endif
}

/* ---- Images in .npy ---- */

/* v(c, y, x) = 7 c + 3 y + 5 x as numbers of `size` bytes. */
static void put_whole(const char *name, const char *descr, int size, int factor) {
    char header[128];
    FILE *file = fopen(in_folder(name), "wb");
    assert_non_null(file);
    int length = snprintf(
        header, sizeof header,
        "{'descr': '%s', 'fortran_order': False, 'shape': (3, 24, 28), }", descr);
    memset(header + length, ' ', sizeof header - (size_t)length);
    header[117] = '\n';
    fwrite("\x93NUMPY\x01\x00\x76\x00", 1, 10, file);
    fwrite(header, 1, 118, file);
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < 24; y++)
            for (int x = 0; x < 28; x++) {
                const int64_t v = (7 * c + 3 * y + 5 * x) * factor;
                for (int byte = 0; byte < size; byte++)
                    fputc((int)(v >> (8 * byte) & 255), file);
            }
    fclose(file);
}

/* The same image as floats, (v + shift) times scale. */
static void put_floats(const char *name, double scale, double shift) {
    Tensor t = tensor_alloc(arena, (Shape){1, 3, 24, 28});
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < 24; y++)
            for (int x = 0; x < 28; x++)
                *tensor_at(t, 0, c, y, x) =
                    (real)(((7 * c + 3 * y + 5 * x) + shift) * scale);
    assert_true(npy_write(in_folder(name), t, 3, &err));
}

#define EVAL(image)                                                                      \
    RUN("eval", in_folder(image), in_folder("style.npy"), "--weights",                   \
        in_folder("vgg19.safetensors"), "--net", "vgg19", "--content-layers", "relu1_1", \
        "--style-layers", "relu1_1", "--tv-weight", "1", "--json")

static void whole_numbers_are_scaled_by_their_type(void **state) {
    (void)state;
    put_floats("float.npy", 1 / 255.0, 0);
    put_whole("uint8.npy", "|u1", 1, 1);
    put_whole("uint16.npy", "<u2", 2, 257); /* 257 v / 65535 = v / 255 */
    Outcome is = EVAL("float.npy"), bytes = EVAL("uint8.npy"), words = EVAL("uint16.npy");
    /* No number reaches 256: along x neighbours differ by 5 / 255, along y by 3 / 255. */
    const double tv = 3 * (24 * 27 * 25 + 23 * 28 * 9) / (255.0 * 255.0);
    const Outcome *all[] = {&is, &bytes, &words};
    for (int i = 0; i < 3; i++) {
        assert_close(number_of(all[i], "tv"), tv, CLOSE, 0);
        assert_close(number_of(all[i], "total"), number_of(&is, "total"), CLOSE, 0);
    }
}

static void refuses(const char *image, const char *words) {
    Outcome o = EVAL(image);
    assert_int_equal(o.status, 1);
    if (!strstr(o.err, words)) fail_msg("%s: %s", image, o.err);
    o = RUN("paint", in_folder("content.npy"), in_folder("style.npy"), "--init",
            in_folder(image), "--weights", in_folder("vgg19.safetensors"), "--pyramid",
            "1", "--steps", "1", "-o", in_folder("never.png"));
    assert_int_equal(o.status, 1);
    assert_non_null(strstr(o.err, words));
    o = RUN("features", in_folder(image), "--layers", "relu1_1", "--weights",
            in_folder("vgg19.safetensors"), "-o", in_folder("never.npz"));
    assert_int_equal(o.status, 1);
    assert_non_null(strstr(o.err, words));
}

static void numbers_of_another_range_are_refused(void **state) {
    (void)state;
    put_floats("bytes_as_floats.npy", 1, 0);
    refuses("bytes_as_floats.npy", "from 0 to 218, an image is RGB in [0,1]; divide it");
    put_floats("less_the_mean.npy", 1, -120);
    refuses("less_the_mean.npy", "divide it");
    put_floats("normalised.npy", 1 / 58.0, -124); /* -2.1 to 1.6 */
    refuses("normalised.npy", "prepared for a network");
    put_whole("int32.npy", "<i4", 4, 1);
    refuses("int32.npy", "type int32");
    put_whole("int64.npy", "<i8", 8, 1);
    refuses("int64.npy", "x.astype('uint8')");
    put_whole("bool.npy", "|b1", 1, 1);
    refuses("bool.npy", "numbers of another type ('|b1')");
    put_floats("around.npy", 1.5 / 255, -50); /* -0.29 to 0.99 */
    assert_int_equal(EVAL("around.npy").status, 0);
    put_floats("LARGE.NPY", 1 / 255.0, 0); /* an ending in either case */
    assert_int_equal(EVAL("LARGE.NPY").status, 0);
}

/* 2 x - 1 and 2 x of x from 0 to 218 / 255, and an image that overshoots a little. */
static void a_range_that_looks_like_another_is_noted(void **state) {
    (void)state;
    put_floats("signed.npy", 2 / 255.0, -127.5);
    put_floats("doubled.npy", 2 / 255.0, 0);
    put_floats("little.npy", 1.05 / 255, -3);
    Outcome o = EVAL("signed.npy");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.err, "look like [-1,1]; save (x + 1) / 2\n"));
    o = EVAL("doubled.npy");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.err, "look like [0,2]; save x / 2\n"));
    o = EVAL("little.npy");
    assert_int_equal(o.status, 0);
    assert_null(strstr(o.err, "look like"));
}

/* The total that paint prints is that of the image it writes. */
static void paint_writes_what_eval_reads(void **state) {
    (void)state;
    double painted;
    NamedTensor image;
#define SAME                                                                             \
    in_folder("content.npy"), in_folder("style.npy"), "--weights",                       \
        in_folder("vgg19.safetensors"), "--net", "vgg19", "--content-layers", "relu2_2", \
        "--style-layers", "relu1_1,relu2_1", "--recipe", "paint"
    Outcome o = RUN("paint", SAME, "--pyramid", "1", "--steps", "4", "--init", "noise",
                    "-o", in_folder("painted.npy"));
    if (o.status != 0) fail_msg("%s", o.err);
    const char *total = strstr(o.err, "of 4 steps: total ");
    assert_non_null(total);
    assert_int_equal(sscanf(total, "of 4 steps: total %lf", &painted), 1);
    Outcome measured = RUN("eval", SAME, "--image", in_folder("painted.npy"), "--json");
    if (measured.status != 0) fail_msg("%s", measured.err);
    assert_close(number_of(&measured, "total"), painted, 1e-5, 0); /* 6 digits */
    assert_true(npy_read(arena, in_folder("painted.npy"), &image, &err));
    assert_int_equal(image.rank, 4);
}

/* ---- No number without a word ---- */

/* Features that overflow: which term, which form, which layer, and why. */
static void a_loss_that_is_no_number_is_named(void **state) {
    (void)state;
    put_weights("huge.safetensors", 1e38);
    Outcome o =
        type(PROGRAM " eval content.npy style.npy --net vgg19 --weights huge.safetensors "
                     "--content-layers relu1_1 --style-layers relu1_1 "
                     "--style-form sum --style-weight 1e300");
    assert_int_not_equal(o.status, 0);
    assert_non_null(strstr(o.err, "loss "));
    assert_non_null(strstr(o.err, "are the weights of this network"));
    assert_string_equal(o.out, "");
#ifndef REAL_DOUBLE
    assert_non_null(strstr(o.err, "relu1_1"));
    o = type(
        PROGRAM
        " convert-loss content.npy style.npy --size 24 --image x.npy "
        "--net vgg19 --weights huge.safetensors --content-layers relu1_1 --style-layers "
        "relu1_1");
    assert_int_not_equal(o.status, 0);
    assert_non_null(strstr(o.err, "loss half-sum at relu1_1 is "));
    assert_non_null(strstr(o.err, "stylegrad-double"));
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(w2_of_nearly_flat_features_is_that_of_torch),
        cmocka_unit_test(w2_of_flat_features_by_hand),
        cmocka_unit_test(w2_has_the_derivative_of_its_value),
        cmocka_unit_test(whole_numbers_are_scaled_by_their_type),
        cmocka_unit_test(numbers_of_another_range_are_refused),
        cmocka_unit_test(a_range_that_looks_like_another_is_noted),
        cmocka_unit_test(paint_writes_what_eval_reads),
        cmocka_unit_test(a_loss_that_is_no_number_is_named),
    };
    return cmocka_run_group_tests(tests, make_folder, end_all);
}
