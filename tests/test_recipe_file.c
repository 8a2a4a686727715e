/* Recipes as files: what is read, what is refused and with which words. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/file.h"
#include "tests/arena.h"
#include "transfer/recipe_file.h"
#include "transfer/recipe_usual.h"

static Error err;

/* Writes a recipe, reads it, and removes it again. */
static bool read_text(const char *text, Recipe *recipe) {
    char path[] = "/tmp/stylegrad-recipe-XXXXXX", name[64];
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    snprintf(name, sizeof name, "%s.recipe", path);
    assert_int_equal(rename(path, name), 0);
    assert_true(file_write(name, text, strlen(text), &err));
    bool good = recipe_read(name, recipe, &err);
    assert_int_equal(unlink(name), 0);
    return good;
}

#define WHOLE                                                                            \
    "source mine\nnet vgg19\ninit content\nsize 256\nsteps 10\noptim adam\nlr 3\n"       \
    "space pixels\nstyle-layers relu1_1:0.5,relu2_1\nstyle-form gatys\n"                 \
    "style-weight 1e3\n"

static void every_recipe_of_the_project_is_read(void **state) {
    (void)state;
    const char *const *names = recipe_names(arena, &err);
    assert_non_null(names);
    for (; *names; names++) {
        Recipe recipe;
        if (!recipe_read(*names, &recipe, &err)) fail_msg("%s", err.text);
        assert_string_equal(recipe.name, *names);
        Network *network = network_new(arena, recipe.net.name, recipe.net.pool, &err);
        assert_non_null(network);
        network_random(network, 1);
        assert_true(recipe_complete(&recipe, network, &err));
        for (int i = 0; i < recipe.content.layers.count; i++)
            assert_true(network_has(network, recipe.content.layers.item[i].name));
        for (int i = 0; i < recipe.style.layers.count; i++)
            assert_true(network_has(network, recipe.style.layers.item[i].name));
    }
}

static void a_file_says_everything_about_an_image(void **state) {
    (void)state;
    Recipe r;
    if (!read_text("# all of mine\n" WHOLE "pixel-scale 255\n\tpixel-mean 1 2 3 # RGB\r\n"
                   "clamp -1.5 1.5\nclamp-when after\nnoise uniform -20 20\n"
                   "stages 256:10,512:20\nbeta1 0.8\nepsilon-hat yes\nseed 5\n",
                   &r))
        fail_msg("%s", err.text);
    assert_string_equal(r.source, "mine");
    assert_string_equal(r.net.name, "vgg19");
    assert_true(r.optimizer.method == METHOD_ADAM && r.pixels.space == SPACE_PIXELS);
    assert_true(r.start.from == START_CONTENT && r.pixels.clamp_when == CLAMP_AFTER);
    assert_int_equal(r.size.pixels, 256);
    assert_int_equal(r.style.layers.count, 2);
    assert_close(r.style.layers.item[0].weight, 0.5, 0, 0);
    assert_close(r.style.weight, 1000, 0, 0);
    assert_close(r.pixels.own.mean[2], 3, 0, 0);
    assert_close(r.pixels.own.deviation[0], 1, 0, 0);
    assert_close(r.pixels.clamp.low, -1.5, 0, 0);
    assert_close(r.start.noise.high, 20, 0, 0);
    assert_int_equal(r.size.stages.count, 2);
    assert_int_equal(r.size.stages.item[1].steps, 20);
    assert_close(r.optimizer.adam.beta1, 0.8, 0, 0);
    assert_close(r.optimizer.adam.beta2, 0.999, 0, 0); /* Adam's own */
    assert_true(r.optimizer.adam.epsilon_hat && r.seed == 5);
}

static void a_recipe_may_be_like_another(void **state) {
    (void)state;
    Recipe mine, gatys;
    assert_true(recipe_read("gatys", &gatys, &err));
    if (!read_text("source softer\nlike gatys\nstyle-weight 0.5\n", &mine))
        fail_msg("%s", err.text);
    assert_string_equal(mine.source, "softer");
    assert_close(mine.style.weight, 0.5, 0, 0);
    assert_int_equal(mine.run.steps, gatys.run.steps);
    assert_int_equal(mine.style.layers.count, gatys.style.layers.count);
    assert_true(mine.net.pool == POOL_AVG);
}

/* Each sentence begins with the file and the line, and says what to write. */
static void invalid_values_are_refused_with_file_and_line(void **state) {
    (void)state;
    static const char *const bad[][2] = {
        {"style-wait 1\n", ".recipe:1: there is no key 'style-wait'"},
        {WHOLE "steps 20\n", ".recipe:12: steps is said a second time"},
        {"source a\nsteps ten\n", ".recipe:2: steps 'ten': write a whole number"},
        {"steps 10x\n", "write a whole number of steps from 1"},
        {"steps 0\n", "from 1 to 1000000000"},
        {"steps\n", ":1: steps has no value"},
        {"net vgg7\n", "write one of vgg19"},
        {"pool median\n", "write one of default|max|avg"},
        {"style-form gatis\n", "style-form 'gatis': write one of gatys|cs231n"},
        {"content-layers a:b\n", ":1: content-layers layer a: 'b' is not a weight"},
        {"content-weight nan\n", "write a weight from 0"},
        {"content-weight 0x\n", "write a weight from 0"},
        {"pixel-mean 1 2\n", "write three numbers"},
        {"pixel-mean 1 2 3 4\n", "write three numbers"},
        {"pixel-deviation 1 0 1\n", "write three numbers from 1e-06"},
        {"clamp 1 -1\n", "the lower one first"},
        {"noise loud\n", "write 'unit', 'uniform LOW HIGH' or 'normal DEVIATION'"},
        {"noise normal -1\n", "normal DEVIATION"},
        {"line-search maybe\n", "write yes or no"},
        {"stages 512\n", "stages as 512:500,800:200"},
        {"stages 512:5;\n", "stages as 512:500,800:200"},
        {"beta1 1\n", "from 0 to 1"},
        {"seed -1\n", "write a whole number"},
        {"steps 5\nlike gatys\n", ":2: like must stand before"},
        {"like nobody\n", "there is no recipe 'nobody'"},
        {"source a\n", "net is missing; add a line"},
        {"like gatys\nsteps 3\n", "source is missing; add a line"},
        {WHOLE "content-weight 1\n",
         "content-form is missing, but its loss has a weight"},
        {WHOLE "tv-weight 1\ntv-form abs\n", "tv-space is missing"},
        {"source a\nlike gatys\nstyle-weight 0\ncontent-weight 0\n", "all weights are 0"},
        {WHOLE "decay 0.5\n", "decay and decay-every belong together"},
        {WHOLE "decay-every 5\n", "decay and decay-every belong together"},
        {WHOLE "drop-step 5\n", "give drop-lr"},
        {WHOLE "clamp-steps 5\n", "give clamp"},
        {WHOLE "stages 512:10\n", "the first stage has 512; make them equal"},
        {WHOLE "stages 256:9\n", "the first stage has 9; make them equal"},
        {WHOLE "pyramid 13\n", "from 0 to 12"},
        {"source a\nlike gatys\nclamp 0 1\n", "remove clamp or line-search"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Recipe recipe;
        if (read_text(bad[i][0], &recipe)) fail_msg("accepted:\n%s", bad[i][0]);
        if (!strstr(err.text, bad[i][1])) fail_msg("%s\n%s", bad[i][1], err.text);
        if (strncmp(err.text, "/tmp/stylegrad-recipe-", 22) != 0 &&
            !strstr(bad[i][0], "nobody"))
            fail_msg("no file: %s", err.text);
    }
}

static void a_circle_of_recipes_is_refused(void **state) {
    (void)state;
    Recipe recipe;
    const char *path = "/tmp/stylegrad-circle.recipe";
    const char *text = "source me\nlike /tmp/stylegrad-circle.recipe\n";
    assert_true(file_write(path, text, strlen(text), &err));
    assert_false(recipe_read(path, &recipe, &err));
    assert_non_null(strstr(err.text, "goes on in a circle"));
    unlink(path);
}

static void what_is_no_recipe_is_refused(void **state) {
    (void)state;
    Recipe recipe;
    assert_false(recipe_read("assets/scene.png", &recipe, &err));
    assert_non_null(strstr(err.text, "assets/scene.png"));
    assert_false(recipe_read("none/such.recipe", &recipe, &err));
    assert_non_null(strstr(err.text, "none/such.recipe"));
    assert_false(recipe_read("", &recipe, &err));
    assert_false(recipe_read("nobody", &recipe, &err));
    assert_non_null(strstr(err.text, "'stylegrad recipes' lists them"));
}

static void no_recipe_is_changed_by_one_that_fails(void **state) {
    (void)state;
    Recipe recipe;
    assert_true(recipe_read("gatys", &recipe, &err));
    assert_false(read_text("source a\nsteps 5\n", &recipe));
    assert_string_equal(recipe.name, "gatys");
    assert_int_equal(recipe.run.steps, 500);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_recipe_of_the_project_is_read),
        TEST(a_file_says_everything_about_an_image),
        TEST(a_recipe_may_be_like_another),
        TEST(invalid_values_are_refused_with_file_and_line),
        TEST(a_circle_of_recipes_is_refused),
        TEST(what_is_no_recipe_is_refused),
        TEST(no_recipe_is_changed_by_one_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
