/* stylegrad stylize, from outside. */
#include <sys/stat.h>

#include "nn/generator.h"
#include "tests/app.h"
#include "transfer/style_file.h"

#define STYLE in_folder("my.style")

/* A style with random weights, and photographs of two sizes. */
static void put_style(void) {
    Error err;
    Arena *arena = arena_new();
    Network *generator = generator_new(arena);
    Tape *tape = tape_new();
    Node *picture, *photo = tape_constant(tape, tensor_alloc(arena, (Shape){1, 3, 8, 8}));
    network_random(generator, 1);
    assert_true(generator_record(generator, tape, photo, &picture, &err));
    assert_true(style_file_write(STYLE, generator, &(StyleInfo){0}, &err));
    tape_free(tape);
    arena_free(arena);
}

static int make_folder(void **state) {
    (void)state;
    assert_non_null(mkdtemp(folder));
    put_style();
    put_image("a.png", 40, 33);
    assert_int_equal(mkdir(in_folder("photos"), 0700), 0);
    put_image("photos/one.png", 32, 48);
    put_image("photos/two.jpg", 32, 48);
    put_image("photos/three.png", 21, 20);
    FILE *text = fopen(in_folder("photos/notes.txt"), "w");
    assert_non_null(text);
    fputs("no photograph\n", text);
    fclose(text);
    return 0;
}

/* The bytes of a file, of which there are `size`; to be freed. */
static char *bytes_of(const char *name, size_t *size) {
    FILE *file = fopen(in_folder(name), "rb");
    if (!file) fail_msg("no %s", name);
    char *bytes = malloc(1 << 20);
    *size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

static void assert_same_file(const char *a, const char *b) {
    size_t sizes[2];
    char *bytes[2] = {bytes_of(a, &sizes[0]), bytes_of(b, &sizes[1])};
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    free(bytes[0]);
    free(bytes[1]);
}

static Shape shape_of(const char *name) {
    Tensor image;
    Error err;
    Arena *arena = arena_new();
    if (!image_read(arena, in_folder(name), &image, &err)) fail_msg("%s", err.text);
    arena_free(arena);
    return image.shape;
}

static void a_picture_has_the_size_of_its_photograph(void **state) {
    (void)state;
    Outcome o = RUN("stylize", STYLE, in_folder("a.png"), "-o", in_folder("out.png"));
    if (o.status) fail_msg("%s", o.err);
    assert_non_null(strstr(o.err, "saved "));
    assert_true(shape_equal(shape_of("out.png"), (Shape){1, 3, 40, 33}));
    o = RUN("stylize", STYLE, in_folder("a.png"), "-o", in_folder("large.png"), "--size",
            "100");
    assert_int_equal(o.status, 0);
    /* 33 x 100 / 40 = 82.5, rounded half up */
    assert_true(shape_equal(shape_of("large.png"), (Shape){1, 3, 100, 83}));
}

static void the_same_bytes_from_any_number_of_threads(void **state) {
    (void)state;
    assert_int_equal(RUN("stylize", STYLE, in_folder("a.png"), "-o", in_folder("t1.png"),
                         "--threads", "1")
                         .status,
                     0);
    assert_int_equal(RUN("stylize", STYLE, in_folder("a.png"), "-o", in_folder("t3.png"),
                         "--threads", "3")
                         .status,
                     0);
    assert_same_file("t1.png", "t3.png");
}

/* Three photographs and a text file: the text is reported, and the rest painted. */
static void a_folder_is_painted_and_a_second_run_skips_it(void **state) {
    (void)state;
    const char *const photos = in_folder("photos"), *const out = in_folder("painted");
    Outcome o = RUN("stylize", STYLE, photos, "-o", out);
    assert_int_equal(o.status, 1);
    assert_non_null(strstr(o.err, "notes.txt: not painted: "));
    assert_non_null(strstr(o.err, "is not an image this program can read"));
    assert_non_null(strstr(o.err, "4 photographs: 3 painted, 1 not painted ("));
    assert_true(shape_equal(shape_of("painted/three.png"), (Shape){1, 3, 21, 20}));
    o = RUN("stylize", STYLE, photos, "-o", out);
    assert_int_equal(o.status, 1);
    assert_non_null(strstr(o.err, "0 painted, 3 done before, 1 not painted"));
    assert_int_equal(unlink(in_folder("painted/two.png")), 0);
    o = RUN("stylize", STYLE, photos, "-o", out);
    assert_non_null(strstr(o.err, "1 painted, 2 done before, 1 not painted"));
    o = RUN("stylize", STYLE, photos, "-o", out, "--again");
    assert_non_null(strstr(o.err, "3 painted, 1 not painted"));
    o = RUN("stylize", STYLE, photos, "-o", out, "--size", "24");
    assert_non_null(strstr(o.err, "3 painted, 1 not painted"));
}

/* What is painted one after the other on one tape is what is painted alone. */
static void many_are_painted_as_each_alone(void **state) {
    (void)state;
    const char *const one = in_folder("photos/one.png"), *const two =
                                                             in_folder("photos/two.jpg");
    assert_int_equal(RUN("stylize", STYLE, one, two, "-o", in_folder("both/")).status, 0);
    assert_int_equal(RUN("stylize", STYLE, two, "-o", in_folder("alone.png")).status, 0);
    assert_same_file("both/two.png", "alone.png");
}

static void parts_and_colours_can_be_chosen(void **state) {
    (void)state;
    const char *const photo = in_folder("a.png"), *const out = in_folder("parts.png");
    Outcome o = RUN("stylize", STYLE, photo, "-o", out, "--tile", "66", "--exact");
    if (o.status) fail_msg("%s", o.err);
    assert_true(shape_equal(shape_of("parts.png"), (Shape){1, 3, 40, 33}));
    o = RUN("stylize", STYLE, photo, "-o", in_folder("grey.png"), "--original-colors");
    assert_int_equal(o.status, 0);
    o = RUN("stylize", STYLE, photo, "-o", in_folder("digits.npy"));
    assert_int_equal(o.status, 0);
    o = RUN("stylize", STYLE, in_folder("digits.npy"), "-o", out, "--tile", "64");
    assert_int_equal(o.status, 0);
    o = RUN("stylize", STYLE, photo, "-o", out, "--memory-limit", "1M");
    assert_refused(o, 1, "no memory for 33 x 40 pixels in parts of 64");
}

static void wrong_inputs_are_refused_in_one_line(void **state) {
    (void)state;
    const char *const photo = in_folder("a.png"), *const out = in_folder("no.png");
    assert_refused(RUN("stylize", photo, photo, "-o", out), 1, "a.png: no style (PNG); ");
    assert_refused(RUN("stylize", in_folder("none.style"), photo, "-o", out), 1,
                   "none.style: No such file or directory");
    assert_refused(RUN("stylize", "assets/paintnet.safetensors", photo, "-o", out), 1,
                   "no style but the weights of paintnet");
    assert_refused(RUN("stylize", STYLE, STYLE, "-o", out), 1, "is not an image");
    assert_refused(RUN("stylize", STYLE, photo, "-o", photo), 1,
                   "would write over the file of PHOTO");
    assert_refused(RUN("stylize", STYLE, photo, "-o", STYLE), 1, "");
    assert_refused(RUN("stylize", STYLE, photo, "-o", in_folder("no.tiff")), 1,
                   "an image's name ends in .png");
    assert_refused(RUN("stylize", STYLE, photo, photo, "-o", out), 1,
                   "is one file for several photographs; name a folder");
    assert_refused(RUN("stylize", STYLE, photo, "--size", "3"), 2, "16 to 16384");
    assert_refused(RUN("stylize", STYLE), 2, "stylize");
    put_image("thin.png", 3, 60);
    assert_refused(RUN("stylize", STYLE, in_folder("thin.png"), "-o", out), 1,
                   "thin.png: the picture is too small: a style paints at least 5 x 5");
    assert_int_not_equal(access(out, F_OK), 0);
}

/* Where a network of features is wanted, it is not taken for one. */
static void a_style_is_refused_as_weights(void **state) {
    (void)state;
    const char *const photo = in_folder("a.png"), *const out = in_folder("no.png");
    assert_refused(
        RUN("paint", photo, photo, "--weights", STYLE, "-o", out), 1,
        "my.style: a style, which paints by itself and compares nothing; paint "
        "with it by 'stylegrad stylize STYLE PHOTO'");
    assert_refused(RUN("paint", photo, photo, "--net", "squeezenet1_1", "--weights",
                       STYLE, "-o", out),
                   1, "a style, which paints by itself");
    const Outcome o = RUN("weights", STYLE);
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.out, "network     a style, which paints by itself"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_has_the_size_of_its_photograph),
        cmocka_unit_test(the_same_bytes_from_any_number_of_threads),
        cmocka_unit_test(a_folder_is_painted_and_a_second_run_skips_it),
        cmocka_unit_test(many_are_painted_as_each_alone),
        cmocka_unit_test(parts_and_colours_can_be_chosen),
        cmocka_unit_test(wrong_inputs_are_refused_in_one_line),
        cmocka_unit_test(a_style_is_refused_as_weights),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
