/* The error messages of the program for wrong input, and the files that it leaves
 * then. */
#include "tests/app.h"

/* One line on stderr that holds `words`, a status that says failure, and no output file.
 */
static void refused(Outcome outcome, int status, const char *words) {
    assert_refused(outcome, status, words);
    assert_int_not_equal(access(in_folder("out.png"), F_OK), 0);
}

static void put(const char *name, const void *bytes, size_t size) {
    FILE *file = fopen(in_folder(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

/* safetensors with one tensor conv1_1.weight of 1728 floats that start with `first`. */
static void put_weights(const char *name, float first) {
    static float values[1728];
    char header[256];
    values[0] = first;
    uint64_t length =
        (uint64_t)snprintf(header, sizeof header,
                           "{\"conv1_1.weight\":{\"dtype\":\"F32\",\"shape\":"
                           "[64,3,3,3],\"data_offsets\":[0,6912]}}");
    FILE *file = fopen(in_folder(name), "wb");
    fwrite(&length, 8, 1, file);
    fwrite(header, 1, length, file);
    fwrite(values, 4, 1728, file);
    fclose(file);
}

/* A whole image of 20000 x 1 pixels. */
static void put_long_line(const char *name) {
    static char bytes[15 + 3 * 20000];
    memcpy(bytes, "P6\n20000 1\n255\n", 15);
    put(name, bytes, sizeof bytes);
}

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    put_image("a.png", 24, 32);
    put_image("b.png", 20, 24);
    put_image("dot.png", 1, 1);
    put_image("line.png", 1, 10000);
    put_long_line("long.ppm");
    put("empty.png", "", 0);
    put("text.jpg", "this is not an image\n", 22);
    char bytes[200];
    FILE *file = fopen(in_folder("a.png"), "rb");
    size_t got = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    put("cut.png", bytes, got);
    put("promise.safetensors", "\0\0\0\0\0\0\0\x10{}", 10);
    put_weights("nan.safetensors", (float)(0.0 / 0.0 * 1));
    put_weights("part.safetensors", 1);
    static char whole[7200];
    file = fopen(in_folder("part.safetensors"), "rb");
    got = fread(whole, 1, sizeof whole, file);
    fclose(file);
    put("cut.safetensors", whole, got / 2);
    return 0;
}

static void bad_pictures_are_refused_in_one_line(void **state) {
    (void)state;
    const char *good = in_folder("b.png"), *out = in_folder("out.png");
    static const char *const bad[][2] = {
        {"missing.jpg", "missing.jpg"}, {"empty.png", "empty.png"},
        {"text.jpg", "text.jpg"},       {"cut.png", "cut.png"},
        {"dot.png", "1 x 1"},           {"line.png", "10000 x 1"},
        {"long.ppm", "20000 x 1"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        refused(RUN_SMALL("paint", in_folder(bad[i][0]), good, "-o", out), 1, bad[i][1]);
        refused(RUN_SMALL("paint", good, in_folder(bad[i][0]), "-o", out), 1, bad[i][1]);
    }
    refused(RUN_SMALL("paint", folder, good, "-o", out), 1, folder);
    refused(RUN_SMALL("paint", good, good, "-o", out, "--init", in_folder("missing.png")),
            1, "missing.png");
}

static void bad_weights_are_refused_in_one_line(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png"),
               *out = in_folder("out.png");
    static const char *const bad[][2] = {
        {"missing.safetensors", "missing.safetensors"},
        {"empty.png", "empty.png"},
        {"promise.safetensors", "promise.safetensors"},
        {"nan.safetensors", "NaN"},
        {"part.safetensors", "conv1_1"},
        {"cut.safetensors", "cut.safetensors"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refused(RUN_SMALL("paint", a, b, "-o", out, "--weights", in_folder(bad[i][0])), 1,
                bad[i][1]);
    refused(RUN_SMALL("paint", a, b, "-o", out, "--weights", "random:x"), 1, "random:x");
}

static void bad_options_are_refused_in_one_line(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png"),
               *out = in_folder("out.png");
    static const char *const bad[][3] = {
        {"--no-such-option", NULL, "--no-such-option"},
        {"--steps", "0", "--steps"},
        {"--steps", " 1", "--steps"},
        {"--lr", " 1", "--lr"},
        {"--until", " 0.5", "--until"},
        {"--seed", " 3", "--seed"},
        {"--steps", "many", "--steps"},
        {"--steps", "9999999999999999999", "--steps"},
        {"--lr", "nan", "--lr"},
        {"--tv-weight", "-1", "--tv-weight"},
        {"--size", "0", "--size"},
        {"--tile", "8", "--tile"},
        {"--tile", "small", "--tile"},
        {"--threads", "0", "--threads"},
        {"--threads", "100000", "--threads"},
        {"--optim", "sgd", "gd|adam|lbfgs|anneal"},
        {"--style-layers", "relu1_1:x", "relu1_1"},
        {"--style-layers", ",", "layers"},
        {"--recipe", "nobody", "nobody"},
        {"--seed", "-4", "--seed"},
        {"--weights", NULL, "--weights"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refused(RUN("paint", a, b, "-o", out, bad[i][0], bad[i][1]), 2, bad[i][2]);
    refused(RUN("paint", a, "-o", out), 2, "CONTENT STYLE");
    refused(RUN("draw"), 2, "draw");
}

static void unknown_layers_and_networks_are_refused_in_one_line(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png"),
               *out = in_folder("out.png");
    refused(RUN("paint", a, b, "-o", out, "--size", "24", "--style-layers", "relu9_9"), 1,
            "relu9_9");
    refused(RUN("paint", a, b, "-o", out, "--net", "vgg7"), 1, "vgg7");
    refused(RUN("paint", a, b, "-o", out, "--net", "vgg19", "--size", "24",
                "--content-layers", "pool5", "--style-layers", "relu1_1"),
            1, "too small");
}

static void outputs_that_cannot_be_written_are_refused_before_the_work(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png");
    refused(RUN_SMALL("paint", a, b, "-o", in_folder("none/out.png")), 1, "none");
    refused(RUN_SMALL("paint", a, b, "-o", in_folder("out.tiff")), 1, "out.tiff");
    refused(RUN_SMALL("paint", a, b, "-o", in_folder("x.png"), "--trace",
                      in_folder("none/t.csv")),
            1, "none");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_pictures_are_refused_in_one_line),
        cmocka_unit_test(bad_weights_are_refused_in_one_line),
        cmocka_unit_test(bad_options_are_refused_in_one_line),
        cmocka_unit_test(unknown_layers_and_networks_are_refused_in_one_line),
        cmocka_unit_test(outputs_that_cannot_be_written_are_refused_before_the_work),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
