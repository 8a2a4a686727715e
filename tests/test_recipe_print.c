/* Recipes as text, and back to the same bits: what a manifest is made of. */
#include <string.h>

#include "tests/test.h"
#include "transfer/recipe_file.h"
#include "transfer/recipe_keys.h"

/* Prints every key and reads it into a recipe of defaults. */
static Recipe there_and_back(const Recipe *recipe) {
    char text[RECIPE_TEXT_MOST];
    Recipe back = recipe_defaults;
    Error err;
    for (int i = 0; i < recipe_key_count; i++)
        if (recipe_key_print(recipe, &recipe_keys[i], text) &&
            !recipe_key_set(&back, &recipe_keys[i], text, &err))
            fail_msg("%s %s: %s", recipe_keys[i].name, text, err.text);
    return back;
}

/* Every key of both prints the same text, so with 17 digits it holds the same value. */
static void assert_same_recipe(const Recipe *a, const Recipe *b) {
    char x[RECIPE_TEXT_MOST], y[RECIPE_TEXT_MOST];
    for (int i = 0; i < recipe_key_count; i++) {
        bool said = recipe_key_print(a, &recipe_keys[i], x);
        assert_int_equal(said, recipe_key_print(b, &recipe_keys[i], y));
        if (said) assert_string_equal(x, y);
    }
}

static void every_recipe_goes_there_and_back(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Error err;
    const char *const *names = recipe_names(arena, &err);
    assert_non_null(names);
    for (; *names; names++) {
        Recipe recipe;
        assert_true(recipe_read(*names, &recipe, &err));
        Recipe back = there_and_back(&recipe);
        assert_same_recipe(&recipe, &back);
    }
    arena_free(arena);
}

static void numbers_keep_their_last_bit(void **state) {
    (void)state;
    Recipe recipe = recipe_defaults;
    Error err;
    recipe.tv.weight = 0.1 + 0.2;
    recipe.run.until = 1.0 / 3;
    recipe.seed = 18446744073709551615U;
    recipe.start.noise =
        (Noise){.kind = NOISE_NORMAL, .deviation = 0.7 / 3, .share = 0.9};
    assert_true(
        layers_parse("relu1_1:0.30000000000000004,b", &recipe.style.layers, &err));
    recipe.size.stages = (Stages){.count = 2, .item = {{64, 10}, {128, 5}}};
    Recipe back = there_and_back(&recipe);
    assert_true(back.tv.weight == recipe.tv.weight && back.run.until == recipe.run.until);
    assert_true(back.seed == recipe.seed);
    assert_true(back.start.noise.deviation == recipe.start.noise.deviation);
    assert_true(back.style.layers.item[0].weight == 0.1 + 0.2);
    assert_int_equal(back.size.stages.item[1].steps, 5);
}

static void what_goes_without_saying_is_not_said(void **state) {
    (void)state;
    char text[RECIPE_TEXT_MOST];
    Recipe recipe = recipe_defaults;
    for (int i = 0; i < recipe_key_count; i++)
        assert_false(recipe_key_print(&recipe, &recipe_keys[i], text));
    recipe.start.from = START_FILE; /* which no key can say */
    for (int i = 0; i < recipe_key_count; i++)
        assert_false(recipe_key_print(&recipe, &recipe_keys[i], text));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_recipe_goes_there_and_back),
        cmocka_unit_test(numbers_keep_their_last_bit),
        cmocka_unit_test(what_goes_without_saying_is_not_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
