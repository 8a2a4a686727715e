/* What paint can do beside a plain image, from outside. */
#include <sys/resource.h>

#include "io/npy.h"
#include "tests/app_paint.h"

static double total_of(Outcome o) {
    double total;
    done(o);
    assert_int_equal(sscanf(strstr(o.out, "\"style\":"), "\"style\": %lf", &total), 1);
    return total;
}

/* eval: 2/3 and 1/3 of the losses of either style alone. */
static void styles_are_blended_by_their_shares(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png"), *c = in_folder("c.png");
#define EVAL(...)                                                                        \
    total_of(RUN("eval", __VA_ARGS__, "--net", "vgg19", "--size", "32",                  \
                 "--style-layers", "relu1_1", "--content-layers", "relu1_2", "--json",   \
                 "--image", a))
    double x = EVAL(a, b), y = EVAL(a, c);
    double both = EVAL(a, b, c, "--style-blend", "2,1"), even = EVAL(a, b, c);
    assert_close(both, (2 * x + y) / 3, 1e-5, 0);
    assert_close(even, (x + y) / 2, 1e-5, 0);
    assert_true(x != y);
}

/* A recipe's style images of twice its size are those of --style-size. */
static void a_recipe_says_the_size_of_styles(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png"),
               *path = in_folder("twice.recipe");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("source twice\nlike paint\nstyle-scale 2\n", file);
    fclose(file);
    const double plain = EVAL(a, b, "--recipe", "paint"),
                 twice = EVAL(a, b, "--recipe", path);
    assert_true(plain != twice);
    assert_close(twice, EVAL(a, b, "--recipe", "paint", "--style-size", "64"), 0, 0);
    assert_close(EVAL(a, b, "--recipe", path, "--style-size", "32"), plain, 0, 0);
}

/* d total / d image in double: nothing to the right of the mask and its neighbour. */
static void a_mask_keeps_the_gradient_in_its_region(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Error err;
    NamedTensor g;
    const char *mask = put_mask("mask.png", 24, 32, 0, 16);
    done(RUN("eval", in_folder("a.png"), in_folder("b.png"), "--net", "vgg19", "--size",
             "32", "--style-layers", "relu1_1", "--content-layers", "relu1_1",
             "--content-weight", "0", "--tv-weight", "0", "--mask", mask, "--grad",
             in_folder("g.npy")));
    assert_true(npy_read(arena, in_folder("g.npy"), &g, &err));
    double inside = 0;
    for (size_t i = 0; i < shape_size(g.tensor.shape); i++) {
        if (i % 32 > 16) assert_true(g.tensor.data[i] == 0);
        inside += (double)g.tensor.data[i] * (double)g.tensor.data[i];
    }
    assert_true(inside > 0);
    arena_free(arena);
}

/* Where no byte is at its limit, colour differences are the photograph's to the rounding
 * of a byte: 1/255 for each of the two channels. */
static void luminance_keeps_the_colours_of_the_photograph(void **state) {
    (void)state;
    Arena *arena = arena_new();
    done(RUN("paint", in_folder("a.png"), in_folder("b.png"), "-o", in_folder("l.png"),
             "--net", "vgg19", "--size", "32", "--style-layers", "relu1_1",
             "--content-layers", "relu1_2", "--steps", "5", "--colors", "luminance",
             "--style-weight", "10"));
    Tensor x = image(arena, "l.png"), photo = image(arena, "a.png");
    size_t plane = 24 * 32, compared = 0;
    double moved = 0;
    for (size_t i = 0; i < plane; i++) {
        bool inside = true;
        for (size_t c = 0; c < 3; c++)
            inside = inside && x.data[c * plane + i] > 0 && x.data[c * plane + i] < 1;
        if (!inside) continue;
        compared++;
        for (size_t c = 0; c < 2; c++) {
            double now = (double)x.data[c * plane + i] -
                         (double)x.data[(c + 1) * plane + i],
                   was = (double)photo.data[c * plane + i] -
                         (double)photo.data[(c + 1) * plane + i];
            assert_close(now, was, 0, 1.01 / 255);
        }
        moved += (double)x.data[i] != (double)photo.data[i];
    }
    assert_true(compared > plane / 10 && moved > 0);
    arena_free(arena);
}

static void matched_colours_are_painted(void **state) {
    (void)state;
    done(RUN_SMALL("paint", in_folder("a.png"), in_folder("b.png"), "-o",
                   in_folder("m.png"), "--colors", "match"));
}

/* 8 steps in three sizes: 4 at 32 pixels, 2 at 64, 2 at 128; the trace counts on. */
static void a_pyramid_counts_its_steps_over_all_sizes(void **state) {
    (void)state;
    static const int sides[] = {32, 32, 32, 32, 64, 64, 128, 128};
    char text[16384];
    Outcome o =
        RUN("paint", in_folder("large.png"), in_folder("b.png"), "-o", in_folder("p.png"),
            "--net", "vgg19", "--size", "128", "--style-layers", "relu1_1",
            "--content-layers", "relu1_2", "--steps", "8", "--pyramid", "3", "--trace",
            in_folder("p.csv"), "--init", "noise");
    done(o);
    assert_non_null(strstr(o.err, "after 8 of 8 steps"));
    read_back(in_folder("p.csv"), text, sizeof text);
    int row = 0, evaluations = 0;
    double seconds = 0;
    for (char *line = strchr(text, '\n'); line && line[1];
         line = strchr(line + 1, '\n'), row++) {
        int step, evaluated, side;
        double now;
        assert_int_equal(sscanf(line + 1,
                                "%d,%d,%*[^,],%lf,%*[^,],%*[^,],%*[^,],%*[^,],%d", &step,
                                &evaluated, &now, &side),
                         4);
        assert_int_equal(step, row + 1);
        assert_int_equal(side, sides[row]);
        assert_true(evaluated > evaluations && now > seconds);
        evaluations = evaluated;
        seconds = now;
    }
    assert_int_equal(row, 8);
    Arena *arena = arena_new();
    assert_int_equal(image(arena, "p.png").shape.w, 128);
    arena_free(arena);
}

/* Tiles own whole steps of the network, so both ways round off in their own order. */
static void a_pyramid_works_in_tiles_and_with_recomputation(void **state) {
    (void)state;
    const char *const out[] = {"w.png", "t.png"};
    Arena *arena = arena_new();
    for (int i = 0; i < 2; i++)
        done(RUN("paint", in_folder("large.png"), in_folder("b.png"), "-o",
                 in_folder(out[i]), "--net", "vgg19", "--size", "80", "--style-layers",
                 "relu1_1", "--content-layers", "relu1_2", "--steps", "4", "--pyramid",
                 "2", "--optim", "adam", "--recompute", i ? "--tile" : "--seed",
                 i ? "32" : "0"));
    Tensor x = image(arena, out[0]), y = image(arena, out[1]);
    for (size_t i = 0; i < shape_size(x.shape); i++)
        assert_close(x.data[i], y.data[i], 0, 3.0 / 255);
    arena_free(arena);
}

/* Half of the content and half of the style, before and after a step too small to be
 * seen. */
static void first_pictures_are_mixed(void **state) {
    (void)state;
    Arena *arena = arena_new();
    put_image("same.png", 24, 32);
    done(RUN("paint", in_folder("a.png"), put_mask("white.png", 24, 32, 0, 32), "-o",
             in_folder("i.png"), "--net", "vgg19", "--size", "32", "--style-layers",
             "relu1_1", "--content-layers", "relu1_2", "--steps", "1", "--optim", "adam",
             "--lr", "1e-9", "--init-with", "style", "--init-blend", "0.5"));
    Tensor x = image(arena, "i.png"), photo = image(arena, "a.png");
    for (size_t i = 0; i < shape_size(x.shape); i++)
        assert_close(x.data[i], ((double)photo.data[i] + 1) / 2, 0, 1.01 / 255);
    arena_free(arena);
}

static void a_run_ends_when_nothing_changes(void **state) {
    (void)state;
    Outcome o = RUN("paint", in_folder("a.png"), in_folder("b.png"), "-o",
                    in_folder("u.png"), "--net", "vgg19", "--size", "24",
                    "--style-layers", "relu1_1", "--content-layers", "relu1_2", "--steps",
                    "500", "--optim", "adam", "--lr", "1e-9", "--until", "0.001");
    done(o);
    assert_non_null(strstr(o.err, "--until in 10 steps after 11 of 500 steps"));
}

static void wrong_options_are_refused_in_one_line(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png"),
               *out = in_folder("none.png"), *tall = put_mask("tall.png", 32, 24, 0, 9),
               *black = put_mask("black.png", 24, 32, 0, 0);
    static const char *const bad[][3] = {
        {"--style-blend", "1", "1 numbers for 2"},
        {"--style-blend", "0,0", "--style-blend"},
        {"--style-blend", "1,-1", "--style-blend"},
        {"--style-blend", "1,2,", "--style-blend"},
        {"--style-size", "8", "--style-size"},
        {"--colors", "grey", "style|luminance|match"},
        {"--pyramid", "0", "--pyramid"},
        {"--pyramid", "9", "--pyramid 9"},
        {"--until", "2", "0 to 1"},
        {"--init-blend", "1.5", "0 to 1"},
        {"--init-with", "file", "content|noise|style"},
        {"--mask", "", "--mask"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_refused(RUN("paint", a, b, b, "-o", out, bad[i][0], bad[i][1]), 2,
                       bad[i][2]);
    assert_refused(RUN("paint", a, b, "-o", out, "--mask", "-", "--mask", "-"), 2,
                   "2 times");
    assert_refused(RUN("paint", a, b, b, b, b, b, b, b, b, b, "-o", out), 2,
                   "CONTENT STYLE");
    assert_refused(RUN_SMALL("paint", a, b, "-o", out, "--mask", in_folder("no.png")), 1,
                   "no.png");
    assert_refused(RUN_SMALL("paint", a, b, "-o", out, "--mask", in_folder("mask.npy")),
                   1, "mask.npy: a mask is an image file; save the array as one");
    assert_refused(RUN_SMALL("paint", a, b, "-o", out, "--mask", tall), 1, "proportions");
    assert_refused(RUN_SMALL("paint", a, b, "-o", out, "--mask", black), 1, "black");
    assert_refused(
        RUN_SMALL("paint", a, b, "-o", out, "--mask", "-", "--style-mask", tall), 1,
        "proportions");
    assert_refused(
        RUN_SMALL("paint", a, b, "-o", out, "--manifest", in_folder("no/m.json")), 1,
        "no");
    assert_refused(RUN_SMALL("paint", a, b, "-o", out, "--mask",
                             put_mask("ok.png", 24, 32, 0, 9), "--style-form", "w2"),
                   1, "w2");
    assert_int_not_equal(access(out, F_OK), 0);
}

/* MiB that --plan promises. */
static double planned(const char *const *arguments) {
    static const char *const plan[] = {"--plan", NULL};
    double mib = 0;
    Outcome o = run(arguments, plan);
    done(o);
    assert_non_null(strstr(o.out, "time "));
    assert_int_equal(sscanf(strstr(o.out, "memory "), "memory %lf", &mib), 1);
    return mib;
}

/* A planned peak is within 15 % of what the system counts. The sanitizer's memory is not
 * the program's, so it is not asked. */
static void a_plan_is_near_what_happens(void **state) {
    (void)state;
    const char *const whole[] = {"paint",
                                 in_folder("large.png"),
                                 in_folder("b.png"),
                                 "-o",
                                 in_folder("plan.png"),
                                 "--net",
                                 "vgg19",
                                 "--size",
                                 "320",
                                 "--steps",
                                 "2",
                                 "--style-layers",
                                 "relu1_1,relu2_1",
                                 "--content-layers",
                                 "relu2_2",
                                 "--optim",
                                 "adam",
                                 NULL};
    double mib = planned(whole);
    assert_int_not_equal(access(in_folder("plan.png"), F_OK), 0);
#ifndef __SANITIZE_ADDRESS__
    struct rusage usage;
    int status;
    pid_t child = start(whole, NULL);
    assert_int_equal(wait4(child, &status, 0, &usage), child);
    assert_int_equal(status, 0);
    assert_close(mib, (double)usage.ru_maxrss / 1024, 0.15, 0);
#endif
    assert_true(mib > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(styles_are_blended_by_their_shares),
        cmocka_unit_test(a_recipe_says_the_size_of_styles),
        cmocka_unit_test(a_mask_keeps_the_gradient_in_its_region),
        cmocka_unit_test(luminance_keeps_the_colours_of_the_photograph),
        cmocka_unit_test(matched_colours_are_painted),
        cmocka_unit_test(a_pyramid_counts_its_steps_over_all_sizes),
        cmocka_unit_test(a_pyramid_works_in_tiles_and_with_recomputation),
        cmocka_unit_test(first_pictures_are_mixed),
        cmocka_unit_test(a_run_ends_when_nothing_changes),
        cmocka_unit_test(wrong_options_are_refused_in_one_line),
        cmocka_unit_test(a_plan_is_near_what_happens),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
