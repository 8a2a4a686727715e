/* Runs in several sizes, and what a first image is mixed of. */
#include <string.h>

#include "tests/test.h"
#include "transfer/pyramid.h"
#include "transfer/recipe_file.h"
#include "transfer/start.h"

static Recipe recipe;
static Error err;

static int begin(void **state) {
    (void)state;
    recipe = recipe_defaults;
    recipe.size.pixels = 512;
    recipe.run.steps = 100;
    return 0;
}

static void each_level_takes_half_of_the_steps_that_are_left(void **state) {
    (void)state;
    assert_true(pyramid_stages(&recipe, 3, &err));
    static const int sizes[] = {128, 256, 512}, steps[] = {50, 25, 25};
    assert_int_equal(recipe_stages(&recipe), 3);
    for (int i = 0; i < 3; i++) {
        Recipe one = recipe_stage(&recipe, i);
        assert_int_equal(one.size.pixels, sizes[i]);
        assert_int_equal(one.run.steps, steps[i]);
    }
    assert_int_equal(recipe_steps(&recipe), 100);
    assert_int_equal(recipe.size.pixels, 128);
    assert_true(recipe_check(&recipe, &err) || strstr(err.text, "weights"));
}

static void one_level_is_a_run_of_one_size(void **state) {
    (void)state;
    assert_true(pyramid_stages(&recipe, 3, &err) && pyramid_stages(&recipe, 1, &err));
    assert_int_equal(recipe.size.stages.count, 0);
    assert_int_equal(recipe.size.pixels, 512);
    assert_int_equal(recipe.run.steps, 100);
}

/* A recipe of 512:500 and 800:200, painted at 400 with 100 steps, or at 20. */
static void stages_keep_their_proportions(void **state) {
    (void)state;
    assert_true(recipe_read("gatys-author", &recipe, &err));
    assert_int_equal(recipe_final_size(&recipe), 800);
    recipe_fit(&recipe, 400, 100);
    assert_int_equal(recipe.size.pixels, 256);
    assert_int_equal(recipe.size.stages.item[1].size, 400);
    assert_int_equal(recipe.run.steps, 71);
    assert_int_equal(recipe.size.stages.item[1].steps, 29);
    assert_true(recipe_check(&recipe, &err));
}

/* The recipe ends after 400 evaluations, and a line search wants more than one for a
 * step: whoever asks for 40 steps gets them. */
static void a_number_of_steps_replaces_a_limit_of_evaluations(void **state) {
    (void)state;
    assert_true(recipe_read("keras-book", &recipe, &err));
    recipe_fit(&recipe, 100, 0);
    assert_int_equal(recipe.run.evaluations, 400);
    recipe_fit(&recipe, 100, 40);
    assert_int_equal(recipe.size.pixels, 100);
    assert_int_equal(recipe.run.steps, 40);
    assert_int_equal(recipe.run.evaluations, 0);
}

/* Five stages, 1000 steps in the first and 500 in each of the others. */
static void any_number_of_steps_is_kept(void **state) {
    (void)state;
    for (int steps = 1; steps < 40; steps++) {
        assert_true(recipe_read("ck", &recipe, &err));
        recipe_fit(&recipe, 0, steps);
        assert_int_equal(recipe_steps(&recipe), steps);
        assert_int_equal(recipe_final_size(&recipe), 512);
        assert_int_equal(recipe_stages(&recipe), steps < 5 ? steps : 5);
        assert_int_equal(recipe.size.stages.left_out, steps < 5 ? 5 - steps : 0);
        for (int i = 0; i < recipe_stages(&recipe); i++)
            assert_true(recipe_stage(&recipe, i).run.steps >= 1);
        assert_true(recipe_check(&recipe, &err));
    }
    assert_true(recipe_read("ck", &recipe, &err));
    recipe_fit(&recipe, 0, 6);
    assert_int_equal(recipe_stage(&recipe, 0).run.steps, 2);
    /* 1 of 1001 of 10 steps is none, and a stage has one at least. */
    assert_true(recipe_read("gatys-author", &recipe, &err));
    recipe.run.steps = recipe.size.stages.item[0].steps = 1;
    recipe.size.stages.item[1].steps = 1000;
    recipe_fit(&recipe, 0, 10);
    assert_int_equal(recipe_stage(&recipe, 0).run.steps, 1);
    assert_int_equal(recipe_stage(&recipe, 1).run.steps, 9);
}

/* 128 to 512 pixels become 16 to 64; at 48 the first would have 12. The first stage takes
 * 1000 steps of 3000, the second 500: 12 steps without the first are 3, 3, 3, 3. */
static void stages_without_pixels_are_left_out(void **state) {
    (void)state;
    assert_true(recipe_read("ck", &recipe, &err));
    Recipe same = recipe, narrow = recipe;
    recipe_fit(&same, 64, 0);
    assert_int_equal(recipe_stages(&same), 5);
    assert_int_equal(same.size.pixels, 16);
    recipe_fit(&narrow, 48, 12);
    assert_int_equal(recipe_stages(&narrow), 4);
    assert_int_equal(narrow.size.pixels, 17);
    for (int i = 0; i < 4; i++)
        assert_int_equal(recipe_stage(&narrow, i).run.steps, 3);
    recipe_leave_out(&narrow, 3);
    assert_int_equal(narrow.size.stages.count, 0);
    assert_int_equal(narrow.run.steps, 12);
    assert_int_equal(narrow.size.pixels, 48);
    assert_true(recipe_check(&narrow, &err));
}

/* Three times a thousand million do not fit into an int. */
static void stages_have_no_more_steps_than_can_be_counted(void **state) {
    (void)state;
    recipe.style.weight = 1;
    recipe.size.stages.count = 3;
    for (int i = 0; i < 3; i++) {
        recipe.size.stages.item[i].size = recipe.size.pixels;
        recipe.size.stages.item[i].steps = recipe.run.steps = 999999999;
    }
    assert_false(recipe_check(&recipe, &err));
    assert_non_null(strstr(err.text, "2999999997 steps"));
}

/* 5 steps in 3 levels: 3, 1, 1. A size of 333: 83, 167, 333. */
static void odd_numbers_are_shared_out_without_rest(void **state) {
    (void)state;
    recipe.size.pixels = 333;
    recipe.run.steps = 5;
    assert_true(pyramid_stages(&recipe, 3, &err));
    assert_int_equal(recipe.size.stages.item[0].steps, 3);
    assert_int_equal(recipe.size.stages.item[1].steps, 1);
    assert_int_equal(recipe.size.stages.item[2].steps, 1);
    assert_int_equal(recipe.size.stages.item[0].size, 83);
    assert_int_equal(recipe.size.stages.item[1].size, 167);
}

/* Document 002's drop at 180 of 200, in levels of 100, 50 and 50 steps. */
static void a_drop_comes_at_the_same_part_of_each_level(void **state) {
    (void)state;
    recipe.run.steps = 200;
    recipe.optimizer.schedule.at = 180;
    recipe.pixels.clamp_steps = 190;
    assert_true(pyramid_stages(&recipe, 3, &err));
    static const int drops[] = {90, 45, 45}, clamps[] = {95, 48, 48};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(recipe_stage(&recipe, i).optimizer.schedule.at, drops[i]);
        assert_int_equal(recipe_stage(&recipe, i).pixels.clamp_steps, clamps[i]);
    }
}

/* 512, 256, 128, 64, 32: five levels, and no sixth. */
static void too_many_levels_are_refused_with_the_number_that_fits(void **state) {
    (void)state;
    assert_true(pyramid_stages(&recipe, 5, &err));
    begin(NULL);
    assert_false(pyramid_stages(&recipe, 6, &err));
    assert_non_null(strstr(err.text, "room for 5 levels"));
    assert_non_null(strstr(err.text, "use --pyramid 5, or a larger --size"));
    recipe.run.steps = 2;
    assert_false(pyramid_stages(&recipe, 3, &err));
    assert_non_null(strstr(err.text, "room for 2 levels"));
    assert_non_null(strstr(err.text, "use --pyramid 2, or more --steps"));
}

/* 512 pixels have room for three levels from 128 on, 500 for two, 254 for one. */
static void a_recipe_s_own_pyramid_takes_what_fits(void **state) {
    (void)state;
    recipe.size.pyramid = 3;
    pyramid_fit(&recipe, 3);
    assert_int_equal(recipe_stages(&recipe), 3);
    assert_int_equal(recipe.size.pyramid, 0);
    recipe = recipe_defaults;
    recipe.size.pixels = 500;
    pyramid_fit(&recipe, 3);
    assert_int_equal(recipe_stages(&recipe), 2);
    recipe.size.stages.count = 0;
    recipe.size.pixels = 254;
    pyramid_fit(&recipe, 3);
    assert_int_equal(recipe_stages(&recipe), 1);
    assert_int_equal(recipe.size.pixels, 254);
}

static void a_first_image_is_a_blend_of_two(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Tensor a = tensor_alloc(arena, (Shape){1, 3, 4, 6}), b = tensor_clone(arena, a);
    Network *network = network_new(arena, "vgg19", POOL_DEFAULT, &err);
    tensor_fill(a, (real)0.25);
    tensor_fill(b, (real)0.75);
    Scene scene = scene_of(a, b);
    recipe.start.from = START_CONTENT;
    Tensor x =
        start_image(arena, &recipe, network, &scene, (Tensor){0}, START_STYLE, 0.25);
    for (int i = 0; i < 72; i++)
        assert_close(x.data[i], 0.375, 0, (double)REAL_EPSILON);
    x = start_image(arena, &recipe, network, &scene, (Tensor){0}, START_NOISE, 1);
    Tensor noise = start_noise(arena, &recipe, network, a);
    assert_same_bits(x.data, noise.data, 72);
    recipe.start.from = START_FILE;
    x = start_image(arena, &recipe, network, &scene, b, START_NOISE, 0);
    assert_same_bits(x.data, b.data, 72);
    arena_free(arena);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(each_level_takes_half_of_the_steps_that_are_left),
        TEST(one_level_is_a_run_of_one_size),
        TEST(stages_keep_their_proportions),
        TEST(a_number_of_steps_replaces_a_limit_of_evaluations),
        TEST(any_number_of_steps_is_kept),
        TEST(stages_without_pixels_are_left_out),
        TEST(stages_have_no_more_steps_than_can_be_counted),
        TEST(odd_numbers_are_shared_out_without_rest),
        TEST(a_drop_comes_at_the_same_part_of_each_level),
        TEST(too_many_levels_are_refused_with_the_number_that_fits),
        TEST(a_recipe_s_own_pyramid_takes_what_fits),
        TEST(a_first_image_is_a_blend_of_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
