/* Recipes as text, and back to the same bits: what a manifest is made of. */
#include <string.h>

#include "tests/test.h"
#include "transfer/recipe_fields.h"
#include "transfer/recipe_file.h"

/* Prints every field that is not the default, and reads it into a recipe of defaults. */
static Recipe there_and_back(const Recipe *recipe) {
    char text[SETTING_TEXT_MOST];
    Recipe back = recipe_defaults;
    Error err;
    for (const Setting *field = recipe_fields; field->name; field++) {
        setting_print(field, recipe, text);
        if (!setting_same(field, recipe, &back) && !setting_set(field, &back, text, &err))
            fail_msg("%s %s: %s", field->name, text, err.text);
    }
    return back;
}

/* Every field of both prints the same text, so with 17 digits it holds the same value. */
static void assert_same_recipe(const Recipe *a, const Recipe *b) {
    char x[SETTING_TEXT_MOST], y[SETTING_TEXT_MOST];
    for (const Setting *field = recipe_fields; field->name; field++) {
        setting_print(field, a, x);
        setting_print(field, b, y);
        assert_string_equal(x, y);
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

static void a_first_image_from_a_file_has_no_text(void **state) {
    (void)state;
    char text[SETTING_TEXT_MOST];
    Recipe recipe = recipe_defaults;
    for (const Setting *field = recipe_fields; field->name; field++)
        assert_true(setting_same(field, &recipe, &recipe_defaults));
    recipe.start.from = START_FILE; /* which no key can say */
    setting_print(setting_find(recipe_fields, "init"), &recipe, text);
    assert_string_equal(text, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_recipe_goes_there_and_back),
        cmocka_unit_test(numbers_keep_their_last_bit),
        cmocka_unit_test(a_first_image_from_a_file_has_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
