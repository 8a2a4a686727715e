/* How the words of a command line are read, and how a recipe is fitted to what they say. */
#include "tests/app.h"

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    put_image("c.png", 40, 40);
    put_image("s.png", 40, 40);
    FILE *file = fopen(in_folder("r.recipe"), "wb");
    fputs("source for this test\nnet paintnet\nstyle-form relative\nstyle-weight 10\n"
          "style-layers relu1_1\ncontent-layers relu1_1\ninit content\nsize 40\nsteps 2\n"
          "optim gd\nspace unit\nlr 0.5\ndrop-step 1\ndrop-lr 0.25\nevaluations 7\n",
          file);
    return fclose(file);
}

static void says(Outcome o, int status, const char *words) {
    if (o.status != status || !strstr(o.err, words))
        fail_msg("status %d, %s(expected %d, \"%s\")", o.status, o.err, status, words);
}

static void words_are_read_as_everywhere(void **state) {
    (void)state;
    assert_int_equal(RUN("recipes", "--", "gatys").status, 0);
    says(RUN("recipes", "--", "--help"), 1, "there is no recipe");
    says(RUN("paint", "c", "s", "--steps=0"), 2, "--steps 0: wants a whole number");
    says(RUN("paint", "--steps", "0", "c", "s"), 2, "--steps 0: wants a whole number");
    says(RUN("paint", "c", "s", "--style-we=-1"), 2, "--style-weight -1: wants a weight");
    says(RUN("paint", "c", "s", "--style-"), 2, "unknown option --style-;");
    says(RUN("paint", "c", "s", "--style"), 2, "--style wants a value");
    says(RUN("paint", "c", "s", "--style-size"), 2, "--style-size wants a value");
    says(RUN("paint", "c", "s", "-o"), 2, "-o wants a value");
    says(RUN("paint", "c", "s", "-o", ""), 2, "--out: wants FILE");
    says(RUN("paint", "c", "s", "-xo"), 2, "unknown option -xo;");
    says(RUN("paint", "c", "s", "-"), 1, "cannot open c");
    says(RUN("paint", "c", "s", "-oa.gif"), 1, "cannot write a.gif");
}

/* A value may begin with a dash, and a later word may correct an earlier one. */
static void the_last_word_counts(void **state) {
    (void)state;
    says(RUN("paint", "c", "s", "--tolerance-grad", "-1", "--steps", "0"), 2,
         "--steps 0");
    says(RUN("paint", "c", "s", "-o", "a.gif", "-o", "b.gif"), 1, "cannot write b.gif");
}

static void a_switch_is_on_alone_and_off_with_no(void **state) {
    (void)state;
    says(RUN("paint", "c", "s", "--line-search", "--clamp", "0 1", "--optim=lbfgs"), 2,
         "line-search");
    says(RUN("paint", "c", "s", "--clamp", "0 1", "--line-search=no"), 1,
         "cannot open c");
    says(RUN("paint", "c", "s", "--line-search=2"), 2,
         "--line-search 2: wants yes or no");
}

static void help_is_printed_beside_a_wrong_value(void **state) {
    (void)state;
    const Outcome o = RUN("paint", "--steps", "0", "-h");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.out, "usage: stylegrad paint"));
    says(RUN("paint", "--nonsense", "--help"), 2, "unknown option --nonsense");
}

/* The value of a key in the manifest of a run with these options more; "" without one. */
static const char *manifest_of(const char *key, const char *const *options) {
    static char text[65536], value[100];
    const char *const first[] = {"paint",
                                 in_folder("c.png"),
                                 in_folder("s.png"),
                                 "--recipe",
                                 in_folder("r.recipe"),
                                 "-o",
                                 in_folder("o.png"),
                                 "--manifest",
                                 in_folder("m.json"),
                                 "--threads",
                                 "1",
                                 NULL};
    const Outcome o = run(first, options);
    if (o.status != 0) fail_msg("%s", o.err);
    read_back(in_folder("m.json"), text, sizeof text);
    char line[64];
    snprintf(line, sizeof line, "\"%s\": \"", key);
    const char *at = strstr(text, line);
    snprintf(value, sizeof value, "%.*s", at ? (int)strcspn(at + strlen(line), "\"") : 0,
             at ? at + strlen(line) : "");
    return value;
}
#define MANIFEST(key, ...) manifest_of(key, (const char *const[]){__VA_ARGS__, NULL})

/* Of a recipe with a drop at step 1 of 2. */
static void a_recipe_is_fitted_and_what_is_said_is_not(void **state) {
    (void)state;
    assert_string_equal(MANIFEST("drop-step", "--steps=4"), "2");
    assert_string_equal(MANIFEST("drop-step", "--steps=4", "--drop-step=3"), "3");
    assert_string_equal(MANIFEST("drop-step", "--drop-step=3", "--steps=4"), "3");
    assert_string_equal(MANIFEST("evaluations", "--seed=1"), "7");
    assert_string_equal(MANIFEST("evaluations", "--steps=4"), "");
    assert_string_equal(MANIFEST("evaluations", "--steps=4", "--evaluations=3"), "3");
}

/* A rate and its plan belong to a method. */
static void another_method_has_its_own_rate(void **state) {
    (void)state;
    assert_string_equal(MANIFEST("lr", "--seed=1"), "0.5");
    assert_string_equal(MANIFEST("lr", "--optim=gd"), "0.5");
    assert_string_equal(MANIFEST("drop-lr", "--optim=gd"), "0.25");
    assert_string_equal(MANIFEST("lr", "--optim=adam"), "");
    assert_string_equal(MANIFEST("drop-lr", "--optim=adam"), "");
    assert_string_equal(MANIFEST("lr", "--lr=0.125", "--optim=adam"), "0.125");
}

static void stages_bring_their_size_and_steps(void **state) {
    (void)state;
    assert_string_equal(MANIFEST("stages", "--stages=32:1,40:3"), "32:1,40:3");
    assert_string_equal(MANIFEST("size", "--stages=32:1,40:3"), "32");
    assert_string_equal(MANIFEST("stages", "--stages=32:1,64:3", "--size=40"),
                        "20:1,40:3");
    assert_string_equal(MANIFEST("stages", "--stages=32:1,40:3", "--steps=8"),
                        "32:2,40:6");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_read_as_everywhere),
        cmocka_unit_test(the_last_word_counts),
        cmocka_unit_test(a_switch_is_on_alone_and_off_with_no),
        cmocka_unit_test(help_is_printed_beside_a_wrong_value),
        cmocka_unit_test(a_recipe_is_fitted_and_what_is_said_is_not),
        cmocka_unit_test(another_method_has_its_own_rate),
        cmocka_unit_test(stages_bring_their_size_and_steps),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
