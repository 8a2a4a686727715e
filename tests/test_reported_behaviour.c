/* What users of this and of other programs have met, each with an input of its own
 * making. */
#include <sys/resource.h>

#include "tests/app.h"

/* Layers that any image reaches, so that a run takes no time. */
#define SHALLOW                                                                          \
    "--net", "vgg19", "--content-layers", "relu1_2", "--style-layers", "relu1_1"

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    put_image("a.png", 24, 32);
    put_image("b.png", 20, 24);
    put_image("panorama.png", 100, 3000);
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

/* The sanitizer maps far more addresses than it uses. */
static bool address_sanitizer(void) {
#ifdef __SANITIZE_ADDRESS__
    return true;
#else
    return false;
#endif
}

/* For programs started from now on, MiB of addresses; 0: as many as there are. */
static void limit_memory(rlim_t mib) {
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_AS, &limit), 0);
    limit.rlim_cur = mib ? mib << 20 : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
}

/* 3000 x 100 is 256 x 9 in a stage of 256 pixels, and 512 x 17 in the last. */
static void a_panorama_paints_without_the_stages_that_are_too_small(void **state) {
    (void)state;
    const char *out = in_folder("p.png");
    const Outcome o = RUN("paint", in_folder("panorama.png"), in_folder("b.png"), SHALLOW,
                          "--recipe", "paint", "--steps", "4", "-o", out);
    says(o, 0,
         "2 of 3 stages left out, too small for these images: 4 steps in all, from "
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

/* Stages of 16, 23, 32, 45 and 64 pixels; an image of 4 : 3 would be 16 x 12 in the
 * first. */
static void every_number_of_steps_is_what_is_done(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png"),
               *out = in_folder("s.png");
    for (int steps = 1; steps <= 6; steps++) {
        char count[16], words[64];
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

/* "relu1_1,relu1_1" is a mistake, in every list and in every command. */
static void a_layer_named_twice_is_refused(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png");
    says(RUN("features", a, "--layers", "relu1_1,relu1_1", "-o", in_folder("f.npz")), 2,
         "layer relu1_1 is named twice");
    says(RUN("eval", a, b, SHALLOW, "--json", "--style-layers", "relu1_1:2,relu1_1"), 2,
         "layer relu1_1 is named twice");
    says(RUN("paint", a, b, SHALLOW, "--content-layers", "relu1_2,relu1_1,relu1_2"), 2,
         "layer relu1_2 is named twice");
    assert_int_not_equal(access(in_folder("f.npz"), F_OK), 0);
}

static const char *put_recipe(const char *name, const char *text) {
    FILE *file = fopen(in_folder(name), "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return in_folder(name);
}

/* 1e308 + 1e308 is infinite; 1e-300 squared is 0; 1e-4 / 2e-320 is infinite; -1 lets
 * L-BFGS go on where there is no slope, and a line search has none to go down. */
static void no_number_aborts_the_program(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png"),
               *out = in_folder("q.png");
    says(RUN("paint", a, b, b, SHALLOW, "--style-blend", "1e308,1e308", "-o", out), 2,
         "with a finite sum");
    says(RUN("paint", a, b, SHALLOW, "--size", "24", "--steps", "5", "-o", out,
             "--recipe",
             put_recipe("decay.recipe", "source me\nlike paint\noptim adam\n"
                                        "line-search no\nlr 0.01\ndecay 1e-300\n"
                                        "decay-every 1\n")),
         0, "after 5 of 5 steps");
    says(RUN("paint", a, b, SHALLOW, "--size", "24", "--optim", "anneal", "--lr",
             "1e-320", "-o", in_folder("anneal.png")),
         1, "--lr 9.99989e-321: is too small for --optim anneal");
    says(RUN("paint", a, a, SHALLOW, "--size", "24", "--style-weight", "0", "--tv-weight",
             "0", "--init", "content", "--steps", "3", "-o", out, "--recipe",
             put_recipe("search.recipe", "source me\nlike ns\nline-search yes\n")),
         0, "no descent direction");
}

/* A name that begins with a dash is an option, and one after -- is a file. */
static void names_with_a_dash_are_named_and_can_be_given(void **state) {
    (void)state;
    static const struct {
        const char *first, *second, *unknown;
    } bad[] = {{"-dash.png", "b.png", "option -dash.png;"},
               {"a.png", "-dash", "option -dash;"},
               {"-x", "b.png", "option -x;"},
               {"a.png", "-x", "option -x;"},
               {"--dash.png", "b.png", "option --dash.png;"},
               {"-odd.png", "-dash", "option -dash;"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        says(RUN("paint", bad[i].first, bad[i].second), 2, bad[i].unknown);
    says(RUN("paint", "-o", in_folder("q.png"), "--", "-dash.png", in_folder("b.png")), 1,
         "cannot open -dash.png");
    says(RUN("paint", SHALLOW, "--size", "24", "--steps", "1", "-o", in_folder("q.png"),
             "--", in_folder("a.png"), in_folder("b.png")),
         0, "saved");
}

/* The loss of an image against itself is 0, and stays so. */
static void a_loss_of_0_did_not_rise(void **state) {
    (void)state;
    const char *a = in_folder("a.png");
    static const char *const optims[] = {"adam", "lbfgs"};
    for (int i = 0; i < 2; i++) {
        const Outcome o = RUN("paint", a, a, SHALLOW, "--size", "24", "--steps", "3",
                              "--style-weight", "0", "--tv-weight", "0", "--init",
                              "content", "--optim", optims[i], "-o", in_folder("q.png"));
        says(o, 0, "the loss is 0 from the first step on");
        assert_null(strstr(o.err, "rose"));
    }
}

/* 1e-12 of a step in which nothing can move. */
static void a_run_that_goes_nowhere_says_so(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png"),
               *out = in_folder("q.png");
#define NOWHERE(...)                                                                     \
    RUN("paint", a, b, SHALLOW, "--size", "24", "--steps", "12", "--lr", "1e-12",        \
        "--init", "content", "-o", out, __VA_ARGS__)
    says(NOWHERE("--recipe", "ns"), 0, "the loss did not fall: ");
    says(NOWHERE("--recipe", "ns"), 0,
         "it has not moved since step 1; L-BFGS without a line search can stall so; try "
         "--line-search (in stylegrad-double");
    says(NOWHERE("--optim", "adam"), 0, "try a larger --lr");
    const Outcome good =
        RUN("paint", a, b, SHALLOW, "--size", "24", "--steps", "12", "-o", out);
    says(good, 0, "all steps are done");
    assert_null(strstr(good.err, "did not fall"));
}

/* Twice the step of L-BFGS without a line search goes to twice the distance of the minimum
 * of a quadratic, and beyond. */
static void a_run_that_explodes_says_so(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png"),
               *out = in_folder("q.png");
#define EXPLODES(...)                                                                    \
    RUN("paint", a, b, SHALLOW, "--size", "24", "--steps", "12", "--lr", "2", "--init",  \
        "content", "-o", out, __VA_ARGS__)
    const Outcome clamped = EXPLODES("--recipe", "pytorch");
    says(clamped, 0, "the loss ended at ");
    says(clamped, 0, " times the lowest, ");
    says(clamped, 0, " times its value; L-BFGS without a line search takes such steps; ");
    says(clamped, 0, "; add --line-search --clamp none\n");
    says(EXPLODES("--recipe", "pytorch", "--clamp", "none"), 0, "; add --line-search\n");
    const Outcome searched =
        EXPLODES("--recipe", "pytorch", "--line-search", "--clamp", "none");
    says(searched, 0, "all steps are done");
    assert_null(strstr(searched.err, "the lowest"));
    assert_null(strstr(searched.err, "--line-search"));
}

/* What cannot be an image does not replace one, and --lr is blamed where it can be. */
static void a_lost_run_leaves_the_old_file(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png"),
               *out = in_folder("old.png");
#define LOST(...)                                                                        \
    RUN("paint", a, b, SHALLOW, "--size", "24", "--steps", "3", "-o", out, __VA_ARGS__)
    put_image("old.png", 7, 5);
    says(LOST("--optim", "adam", "--lr", "1e10"), 1,
         "nothing is left of the image: its numbers ran to 0 and 1 or beyond; try a "
         "smaller --lr than 1e+10");
    says(LOST("--optim", "gd", "--lr", "1e300"), 1, "try a smaller --lr than 1e+300");
    const Outcome o = LOST("--style-weight", "1e300", "--style-layers", "relu1_1:1e300");
    says(o, 1, "before any step, so --lr does not matter");
    assert_null(strstr(o.err, "smaller --lr"));
    assert_int_equal(written("old.png").w, 5);
}

/* A thousand million rows of five numbers would be 40 GB; 16 MiB of address space more
 * than the program begins with hold no network. */
static void no_memory_is_a_sentence(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png");
    says(RUN("paint", a, b, SHALLOW, "--size", "24", "--steps", "1000000000", "--until",
             "0.9", "--plot", in_folder("p.png"), "-o", in_folder("q.png")),
         0, "--until");
    if (test_is_instrumented() || address_sanitizer()) skip();
    limit_memory(256);
    const Outcome whole =
        RUN("paint", a, b, "--net", "vgg19", "--size", "1024", "-o", in_folder("m.png"));
    const Outcome features = RUN("features", a, "--net", "vgg19", "--layers", "relu1_1",
                                 "--size", "2048", "-o", in_folder("m.npz"));
    limit_memory(0);
    says(whole, 1, "no memory for ");
    says(whole, 1, "a smaller --size, --tile or --recompute needs less");
    assert_null(strstr(whole.err, ".c:"));
    says(features, 1, "no memory for ");
    says(features, 1, "a smaller --size needs less");
    assert_null(strstr(features.err, ".c:"));
    assert_int_not_equal(access(in_folder("m.png"), F_OK), 0);
}

/* The largest size, of which no machine has the memory: the answer is a number. */
static void a_plan_of_any_size_is_only_a_plan(void **state) {
    (void)state;
    if (test_is_instrumented() || address_sanitizer()) skip();
    const char *a = in_folder("a.png"), *b = in_folder("b.png");
    const Outcome o = RUN("paint", a, b, SHALLOW, "--size", "16384", "--pyramid", "1",
                          "--plan", "--steps", "30", "--recipe", "ns");
    says(o, 0, "");
    double mib = 0;
    const char *memory = strstr(o.out, "memory  ");
    assert_non_null(memory);
    assert_int_equal(sscanf(memory, "memory  %lf MiB", &mib), 1);
    /* 30 pairs of vectors of 16384 x 12288 x 3 numbers, and more. */
    assert_true(mib > 60.0 * 16384 * 12288 * 3 * sizeof(real) / (1 << 20));
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    assert_true((double)usage.ru_maxrss / 1024 < mib / 20);
}

/* Nobody has the weights at first. */
static void missing_weights_name_what_loads_them(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *none = in_folder("vgg19-dcbb9e9d.pth");
    says(RUN("paint", a, a, "--weights", none), 1, "'make weights'");
    says(RUN("weights", none), 1, "'make weights'");
}

/* What the manifest names is what made this test. */
static void a_manifest_names_the_compiler(void **state) {
    (void)state;
    char text[8192], words[64];
    const char *a = in_folder("a.png"), *json = in_folder("m.json");
#ifdef __clang__
    snprintf(words, sizeof words, "clang %d.%d.", __clang_major__, __clang_minor__);
#else
    snprintf(words, sizeof words, "gcc %d.%d.", __GNUC__, __GNUC_MINOR__);
#endif
    says(RUN("paint", a, a, SHALLOW, "--size", "24", "--steps", "1", "-o",
             in_folder("c.png"), "--manifest", json),
         0, "saved");
    read_back(json, text, sizeof text);
    assert_non_null(strstr(text, words));
    assert_non_null(strstr(RUN("--version").out, words));
    char *at = strstr(text, words);
    memcpy(at, "tcc", 3);
    char *hash =
        strstr(strstr(text, "\"result\""), "\"sha256\": \"") + strlen("\"sha256\": \"");
    hash[0] = hash[0] == '0' ? '1' : '0';
    FILE *file = fopen(json, "w");
    fputs(text, file);
    fclose(file);
    const Outcome o = RUN("rerun", json, "-o", in_folder("again.png"));
    says(o, 1, "made by a program of tcc");
    says(o, 1, "differs from the image of the manifest");
}

/* 8 steps in sizes of 32 and 64: a line of the figure's script and of the terminal for
 * each. */
static void a_new_size_is_seen_on_the_terminal_and_in_the_figure(void **state) {
    (void)state;
    char text[8192];
    const char *a = in_folder("a.png"), *b = in_folder("b.png");
    const Outcome o =
        RUN("paint", a, b, SHALLOW, "--size", "64", "--pyramid", "2", "--steps", "8",
            "-o", in_folder("c.png"), "--plot", in_folder("curve.png"));
    assert_non_null(strstr(o.err, "size 1 of 2: 32 x 24 pixels, steps 1 to 4\n"));
    assert_non_null(strstr(o.err, "size 2 of 2: 64 x 48 pixels, steps 5 to 8; "));
    read_back(in_folder("curve.gp"), text, sizeof text);
    assert_non_null(strstr(text, "set arrow from 1, graph 0 to 1, graph 1 nohead"));
    assert_non_null(strstr(text, "set label '32 px' at 1, "));
    assert_non_null(strstr(text, "set arrow from 5, graph 0 to 5, graph 1 nohead"));
    assert_non_null(strstr(text, "set label '64 px' at 5, "));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_weights_name_what_loads_them),
        cmocka_unit_test(a_manifest_names_the_compiler),
        cmocka_unit_test(a_new_size_is_seen_on_the_terminal_and_in_the_figure),
        cmocka_unit_test(a_layer_named_twice_is_refused),
        cmocka_unit_test(no_number_aborts_the_program),
        cmocka_unit_test(names_with_a_dash_are_named_and_can_be_given),
        cmocka_unit_test(a_loss_of_0_did_not_rise),
        cmocka_unit_test(a_run_that_goes_nowhere_says_so),
        cmocka_unit_test(a_run_that_explodes_says_so),
        cmocka_unit_test(a_lost_run_leaves_the_old_file),
        cmocka_unit_test(no_memory_is_a_sentence),
        cmocka_unit_test(a_plan_of_any_size_is_only_a_plan),
        cmocka_unit_test(a_panorama_paints_without_the_stages_that_are_too_small),
        cmocka_unit_test(a_picture_that_is_too_narrow_is_told_the_size_that_would_do),
        cmocka_unit_test(every_number_of_steps_is_what_is_done),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
