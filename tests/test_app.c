/* What the program does: the same bits from the same seed, losses that fall and add up.
 */
#include "io/npy.h"
#include "losses/content.h"
#include "losses/style.h"
#include "losses/tv.h"
#include "tests/app.h"

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    put_image("a.png", 24, 32);
    put_image("b.png", 20, 24);
    return 0;
}

static void same_seed_gives_same_bits_on_one_thread_or_two(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png");
    static const char *const ways[][2] = {
        {"one.png", "1"}, {"two.png", "2"}, {"again.png", "2"}};
    static char bytes[3][1 << 16];
    for (int i = 0; i < 3; i++) {
        Outcome o =
            RUN_SMALL("paint", a, b, "-o", in_folder(ways[i][0]), "--threads", ways[i][1],
                      "--init", "noise", "--seed", "5", "--style-layers",
                      "relu1_1,relu2_1", "--content-layers", "relu2_2");
        assert_int_equal(o.status, 0);
        read_back(in_folder(ways[i][0]), bytes[i], sizeof bytes[i]);
    }
    assert_memory_equal(bytes[0], bytes[1], sizeof bytes[0]);
    assert_memory_equal(bytes[0], bytes[2], sizeof bytes[0]);
}

static void recompute_changes_no_bit(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png");
    static char gradient[2][1 << 16];
    Outcome o[2];
    for (int i = 0; i < 2; i++) {
        o[i] = RUN("eval", a, b, "--size", "24", "--content-layers", "relu2_2",
                   "--style-layers", "relu1_1,relu1_2,relu2_1,relu2_2", "--json",
                   "--grad", in_folder("g.npy"), i ? "--recompute" : "--json");
        assert_int_equal(o[i].status, 0);
        read_back(in_folder("g.npy"), gradient[i], sizeof gradient[i]);
    }
    assert_string_equal(o[0].out, o[1].out);
    assert_memory_equal(gradient[0], gradient[1], sizeof gradient[0]);
}

/* The losses are the same, the gradient is not. In double precision it is refused. */
static void features_in_halves_change_the_gradient_alone(void **state) {
    (void)state;
    static char gradient[2][1 << 16];
    Outcome o[2];
    for (int i = 0; i < 2; i++) {
        o[i] = RUN("eval", in_folder("a.png"), in_folder("b.png"), "--size", "24",
                   "--content-layers", "relu2_2", "--style-layers", "relu1_1,relu2_1",
                   "--grad", in_folder("g.npy"), i ? "--store=half" : "--store=full");
#ifdef REAL_DOUBLE
        if (i) assert_refused(o[i], 2, "not for double precision; use stylegrad");
        if (i) return;
#endif
        assert_int_equal(o[i].status, 0);
        read_back(in_folder("g.npy"), gradient[i], sizeof gradient[i]);
    }
    assert_string_equal(o[0].out, o[1].out);
    assert_memory_not_equal(gradient[0], gradient[1], sizeof gradient[0]);
}

/* Ctrl-C once the first steps are done: the image so far is saved, the trace complete.
 */
static void an_interrupt_saves_what_there_is(void **state) {
    (void)state;
    const char *csv = in_folder("interrupted.csv");
    pid_t child = start((const char *const[]){"paint",
                                              in_folder("a.png"),
                                              in_folder("b.png"),
                                              "-o",
                                              in_folder("i.png"),
                                              "--size",
                                              "24",
                                              "--style-layers",
                                              "relu1_1",
                                              "--content-layers",
                                              "relu1_1",
                                              "--steps",
                                              "1000000",
                                              "--optim",
                                              "adam",
                                              "--save-every",
                                              "2",
                                              "--trace",
                                              csv,
                                              NULL},
                        NULL);
    while (access(in_folder("i-00004.png"), F_OK) != 0)
        usleep(1000);
    kill(child, SIGINT);
    Outcome o = end(child);
    assert_int_equal(o.status, 130);
    assert_non_null(strstr(o.err, "stopped on request"));
    assert_int_equal(access(in_folder("i.png"), R_OK), 0);
    assert_int_equal(access(csv, R_OK), 0);
}

static void every_method_runs_and_lowers_the_loss(void **state) {
    (void)state;
    static const char *const methods[][3] = {{"gd", "0.01", "0"},
                                             {"adam", "0.01", "0"},
                                             {"lbfgs", "1", "0"},
                                             {"anneal", "1e-4", "0"}};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        const char *csv = in_folder("t.csv");
        char text[8192];
        Outcome o = RUN("paint", in_folder("a.png"), in_folder("b.png"), "-o",
                        in_folder("m.png"), "--size", "24", "--style-layers", "relu1_1",
                        "--content-layers", "relu1_2", "--steps", "8", "--optim",
                        methods[i][0], "--lr", methods[i][1], "--trace", csv);
        assert_int_equal(o.status, 0);
        read_back(csv, text, sizeof text);
        double first = 0, last = 0;
        int rows = 0;
        for (char *line = strchr(text, '\n'); line && line[1];
             line = strchr(line + 1, '\n')) {
            double total;
            assert_int_equal(sscanf(line + 1, "%*[^,],%*[^,],%*[^,],%*[^,],%lf", &total),
                             1);
            last = total;
            if (rows++ == 0) first = total;
        }
        assert_int_equal(rows, 8);
        assert_true(last < first);
    }
}

/* total = content_weight content + style_weight style + tv_weight tv, on a .npy image.
 */
static void eval_prints_terms_that_add_up(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Error err;
    Rng rng = rng_seed(3);
    Tensor x = tensor_alloc(arena, (Shape){1, 3, 19, 23});
    tensor_fill_uniform(x, &rng, 0, 1);
    assert_true(npy_write(in_folder("c.npy"), x, 3, &err));
    tensor_fill_uniform(x, &rng, 0, 1);
    assert_true(npy_write(in_folder("x.npy"), x, 4, &err));
    Outcome o =
        RUN("eval", in_folder("c.npy"), in_folder("b.png"), "--image", in_folder("x.npy"),
            "--content-layers", "conv1_2", "--style-layers", "relu1_1:0.25,relu2_1:3",
            "--content-form", "half-sum", "--style-form", "gatys", "--tv-form", "abs",
            "--content-weight", "2", "--style-weight", "0.5", "--tv-weight", "7",
            "--grad", in_folder("g.npy"), "--json");
    assert_int_equal(o.status, 0);
    double total, content, style, tv;
    assert_int_equal(sscanf(strstr(o.out, "\"total\":"), "\"total\": %lf", &total), 1);
    assert_int_equal(sscanf(strstr(o.out, "\"content\":"), "\"content\": %lf", &content),
                     1);
    assert_int_equal(sscanf(strstr(o.out, "\"style\":"), "\"style\": %lf", &style), 1);
    assert_int_equal(sscanf(strstr(o.out, "\"tv\":"), "\"tv\": %lf", &tv), 1);
    assert_close(total, 2 * content + 0.5 * style + 7 * tv, 1e-12, 0);
    NamedTensor gradient;
    assert_true(npy_read(arena, in_folder("g.npy"), &gradient, &err));
    assert_true(shape_equal(gradient.tensor.shape, x.shape));
    arena_free(arena);
}

/* Terms and gradient of a photograph in tiles, from the command line. */
static void eval_in_tiles_gives_the_same(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Error err;
    NamedTensor gradient[2];
    double total[2];
    put_image("large.png", 60, 45);
    for (int i = 0; i < 2; i++) {
        Outcome o = RUN("eval", in_folder("large.png"), in_folder("b.png"), "--image",
                        in_folder("b.png"), "--style-layers", "relu1_1,relu2_1",
                        "--content-layers", "relu1_2", "--json", "--grad",
                        in_folder("g.npy"), "--net", "vgg19", "--size", "60",
                        i ? "--tile" : "--threads", i ? "20" : "1");
        assert_int_equal(o.status, 0);
        assert_int_equal(sscanf(strstr(o.out, "\"total\":"), "\"total\": %lf", &total[i]),
                         1);
        assert_true(npy_read(arena, in_folder("g.npy"), &gradient[i], &err));
    }
    assert_close(total[1], total[0], 1e-5, 0);
    size_t size = shape_size(gradient[0].tensor.shape);
    assert_int_equal(size, 3 * 60 * 45);
    assert_all_close(gradient[1].tensor.data, gradient[0].tensor.data, size, 1e-3);
    arena_free(arena);
}

/* The names that an option accepts are those of the tables in losses/, in their order:
 * the printed value of each form is the one that the library computes for it. */
static void every_form_of_the_tables_is_an_option(void **state) {
    (void)state;
    const struct {
        const char *option;
        const LossForm *forms;
        int count;
    } families[] = {{"--content-form", content_forms, CONTENT_FORMS},
                    {"--style-form", style_forms, STYLE_FORMS},
                    {"--tv-form", tv_forms, TV_FORMS}};
    for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
        char list[256] = "";
        for (int i = 0; i < families[f].count; i++) {
            strcat(list, i ? "|" : "");
            strcat(list, families[f].forms[i].name);
        }
        Outcome o = RUN("eval", "a", "b", families[f].option, "no such form");
        assert_int_equal(o.status, 2);
        assert_non_null(strstr(o.err, list));
    }
}

/* Two stages of a user's own recipe, which is named by its path: the second is larger and
 * goes on counting. */
static void a_recipe_file_paints_in_stages(void **state) {
    (void)state;
    char trace[4096];
    const char *mine = in_folder("mine.recipe"), *png = in_folder("stages.png");
    FILE *file = fopen(mine, "w");
    assert_non_null(file);
    fputs("source me\nlike paint\nnet vgg19\nsize 24\nsteps 3\nstages 24:3,32:2\n"
          "content-layers relu1_1\nstyle-layers relu1_1,relu1_2\n",
          file);
    fclose(file);
    Outcome o = RUN("paint", in_folder("a.png"), in_folder("a.png"), "--recipe", mine,
                    "-o", png, "--trace", in_folder("stages.csv"), "--init", "noise");
    if (o.status != 0) fail_msg("%s", o.err);
    assert_non_null(strstr(o.err, "after 5 of 5 steps"));
    Arena *arena = arena_new();
    Tensor x;
    Error err;
    assert_true(image_read(arena, png, &x, &err));
    assert_true(shape_equal(x.shape, (Shape){1, 3, 24, 32}));
    arena_free(arena);
    read_back(in_folder("stages.csv"), trace, sizeof trace);
    assert_non_null(strstr(trace, "\n5,"));
    assert_null(strstr(trace, "\n6,"));
    o = RUN("paint", in_folder("a.png"), in_folder("a.png"), "--recipe", mine, "--size",
            "40", "--steps", "10", "--plan");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.out, "\n1      30 x 23           6 "));
    assert_non_null(strstr(o.out, "\n2      40 x 30           4 "));
    o = RUN("eval", in_folder("a.png"), in_folder("a.png"), "--recipe", mine, "--grad",
            in_folder("g.npy"));
    assert_int_equal(o.status, 0);
    read_back(in_folder("g.npy"), trace, sizeof trace);
    assert_non_null(strstr(trace + 10, "3, 24, 32)")); /* behind 10 bytes of binary */
}

static void recipes_are_listed_and_printed(void **state) {
    (void)state;
    Outcome o = RUN("recipes");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.out, "gatys "));
    assert_non_null(strstr(o.out, "seed3 "));
    o = RUN("recipes", "gatys");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.out, "content-weight  1e-3"));
    o = RUN("recipes", "nobody");
    assert_int_equal(o.status, 1);
    assert_non_null(strstr(o.err, "there is no recipe 'nobody'"));
    o = RUN("paint", "a", "b", "--recipe", "nobody");
    assert_int_equal(o.status, 2);
    assert_non_null(strstr(o.err, "there is no recipe 'nobody'"));
}

static void help_is_there_for_every_command(void **state) {
    (void)state;
    static const char *const names[] = {"paint",   "eval",  "features", "gradcheck",
                                        "recipes", "bench", "weights"};
    assert_int_equal(RUN("--help").status, 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        Outcome o = RUN(names[i], "--help");
        assert_int_equal(o.status, 0);
        assert_non_null(strstr(o.out, names[i]));
    }
}

static void a_loss_that_rose_is_mentioned(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png"),
               *out = in_folder("r.png");
    Outcome o = RUN_SMALL("paint", a, b, "--optim", "adam", "--lr", "1", "-o", out);
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.err, "the loss rose, from "));
    o = RUN_SMALL("paint", a, b, "-o", out);
    assert_int_equal(o.status, 0);
    assert_null(strstr(o.err, "the loss rose"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_gives_same_bits_on_one_thread_or_two),
        cmocka_unit_test(recompute_changes_no_bit),
        cmocka_unit_test(features_in_halves_change_the_gradient_alone),
        cmocka_unit_test(an_interrupt_saves_what_there_is),
        cmocka_unit_test(every_method_runs_and_lowers_the_loss),
        cmocka_unit_test(eval_prints_terms_that_add_up),
        cmocka_unit_test(eval_in_tiles_gives_the_same),
        cmocka_unit_test(every_form_of_the_tables_is_an_option),
        cmocka_unit_test(a_recipe_file_paints_in_stages),
        cmocka_unit_test(recipes_are_listed_and_printed),
        cmocka_unit_test(help_is_there_for_every_command),
        cmocka_unit_test(a_loss_that_rose_is_mentioned),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
