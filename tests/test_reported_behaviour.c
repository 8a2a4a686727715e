/* What users of this and of other programs have met, each with an input of its own
 * making. */
#include "tests/app.h"

/* Layers that any picture reaches, so that a run takes no time. */
#define SHALLOW                                                                          \
    "--net", "vgg19", "--content-layers", "relu1_2", "--style-layers", "relu1_1"

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    put_picture("a.png", 24, 32);
    put_picture("b.png", 20, 24);
    put_picture("panorama.png", 100, 3000);
    return 0;
}

static void says(Outcome o, int status, const char *words) {
    if (o.status == status && strstr(o.err, words)) return;
    print_error("status %d (expected %d), stderr: %s(expected \"%s\")\n", o.status,
                status, o.err, words);
    fail();
}

static Shape written(const char *name) {
    Arena *arena = arena_new();
    Error err;
    Tensor x;
    if (!image_read(arena, in_folder(name), &x, &err)) fail_msg("%s", err.text);
    const Shape shape = x.shape;
    arena_free(arena);
    return shape;
}

/* 3000 x 100 is 256 x 9 in a stage of 256 pixels, and 512 x 17 in the last. */
static void a_panorama_paints_without_the_stages_that_are_too_small(void **state) {
    (void)state;
    const char *out = in_folder("p.png");
    const Outcome o = RUN("paint", in_folder("panorama.png"), in_folder("b.png"), SHALLOW,
                          "--recipe", "paint", "--steps", "4", "-o", out);
    says(o, 0,
         "2 of 3 stages left out, too small for these pictures: 4 steps in all, from "
         "512 pixels on\n");
    says(o, 0, "after 4 of 4 steps");
    const Shape shape = written("p.png");
    assert_int_equal(shape.w, 512);
    assert_int_equal(shape.h, 17);
    says(RUN("paint", in_folder("panorama.png"), in_folder("b.png"), SHALLOW, "--pyramid",
             "3", "--steps", "4", "-o", out),
         1, "use --pyramid 1 or a larger --size");
}

/* 16 / 100 of 3000 pixels are 480, and 15.5 / 100, which are rounded up, 465. */
static void a_picture_that_is_too_narrow_is_told_the_size_that_would_do(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *long_one = in_folder("panorama.png"),
               *out = in_folder("n.png");
    says(RUN("paint", long_one, a, SHALLOW, "--size", "464", "--pyramid", "1", "-o", out),
         1,
         "panorama.png: is 464 x 15 pixels after scaling; each side needs at least 16; "
         "use --size 465");
    says(RUN("paint", long_one, a, SHALLOW, "--size", "465", "--pyramid", "1", "--steps",
             "1", "-o", out),
         0, "saved");
    says(RUN("paint", a, long_one, SHALLOW, "--size", "32", "--style-size", "300", "-o",
             out),
         1, "--style-size");
}

/* Stages of 16, 23, 32, 45 and 64 pixels; a picture of 4 : 3 would be 16 x 12 in the
 * first. */
static void every_number_of_steps_is_what_is_done(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png"),
               *out = in_folder("s.png");
    for (int steps = 1; steps <= 6; steps++) {
        char count[8], words[64];
        snprintf(count, sizeof count, "%d", steps);
        snprintf(words, sizeof words, "after %d of %d steps", steps, steps);
        says(RUN("paint", a, b, "--recipe", "ck", SHALLOW, "--size", "64", "--steps",
                 count, "-o", out),
             0, words);
        assert_int_equal(written("s.png").w, 64);
        says(RUN("paint", a, b, "--recipe", "keras-book", SHALLOW, "--size", "32",
                 "--steps", count, "-o", out),
             0, words);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_panorama_paints_without_the_stages_that_are_too_small),
        cmocka_unit_test(a_picture_that_is_too_narrow_is_told_the_size_that_would_do),
        cmocka_unit_test(every_number_of_steps_is_what_is_done),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
