/* One row a field: what recipe files, the command line, --help and manifests know of a
 * recipe is the same. */
#include <math.h>

#include "tests/app.h"
#include "transfer/recipe_fields.h"
#include "transfer/recipe_file.h"

static Error err;

/* For each field a text that is not its default, as setting_print writes it. */
static const char *const other[][2] = {
    {"net", "vgg19"},
    {"pool", "avg"},
    {"pad", "reflect"},
    {"content-layers", "relu4_2:0.25,relu3_1:1"},
    {"style-layers", "relu1_1:0.5,relu2_1:0.29999999999999999"},
    {"content-form", "mean"},
    {"style-form", "w2"},
    {"tv-form", "nine-point"},
    {"tv-space", "pixels"},
    {"content-weight", "0.125"},
    {"style-weight", "1000"},
    {"tv-weight", "0.30000000000000004"},
    {"pixel-scale", "255"},
    {"pixel-mean", "1 2 3"},
    {"pixel-deviation", "4 5 6"},
    {"input", "pixels"},
    {"features", "normalised"},
    {"space", "input"},
    {"init", "noise"},
    {"noise", "uniform -20 20.5"},
    {"noise-share", "0.5"},
    {"seed", "18446744073709551615"},
    {"size", "96"},
    {"size-of", "height"},
    {"style-scale", "0.5"},
    {"stages", "64:2,96:3"},
    {"pyramid", "2"},
    {"steps", "7"},
    {"evaluations", "9"},
    {"optim", "adam"},
    {"lr", "0.10000000000000001"},
    {"momentum", "0.5"},
    {"beta1", "0.25"},
    {"beta2", "0.75"},
    {"epsilon", "0.001953125"},
    {"epsilon-hat", "yes"},
    {"drop-step", "5"},
    {"drop-lr", "0.0625"},
    {"decay", "0.5"},
    {"decay-every", "4"},
    {"decay-stairs", "yes"},
    {"history", "7"},
    {"line-search", "yes"},
    {"tolerance-grad", "-1"},
    {"tolerance-change", "0.5"},
    {"tolerance-loss", "0.25"},
    {"until", "0.125"},
    {"restart-every", "8"},
    {"temperature", "0.5"},
    {"cooling", "0.75"},
    {"clamp", "-1.5 1.5"},
    {"clamp-when", "after"},
    {"clamp-steps", "3"},
    {"average", "0.5"},
};
enum { OTHERS = sizeof other / sizeof *other };

static void every_field_has_a_text_here(void **state) {
    (void)state;
    assert_int_equal(OTHERS, recipe_field_count);
    for (int i = 0; i < OTHERS; i++)
        assert_string_equal(other[i][0], recipe_fields[i].name);
}

/* One line of a recipe file changes this field and no other, and prints as it was read. */
static void every_line_of_a_file_sets_its_field_only(void **state) {
    (void)state;
    char text[SETTING_TEXT_MOST];
    for (int i = 0; i < OTHERS; i++) {
        Recipe recipe = recipe_defaults;
        assert_true(setting_set(&recipe_fields[i], &recipe, other[i][1], &err));
        setting_print(&recipe_fields[i], &recipe, text);
        assert_string_equal(text, other[i][1]);
        for (int k = 0; k < OTHERS; k++)
            if (setting_same(&recipe_fields[k], &recipe, &recipe_defaults) != (k != i))
                fail_msg("%s sets %s", other[i][0], other[k][0]);
    }
}

static void near(double x, double expected) {
    assert_close(x, expected, 0, 0);
}

/* All texts above in one recipe, looked at in the fields that they are about. */
static void every_text_is_in_the_field_of_its_name(void **state) {
    (void)state;
    Recipe r = recipe_defaults;
    for (int i = 0; i < OTHERS; i++)
        assert_true(setting_set(&recipe_fields[i], &r, other[i][1], &err));
    assert_string_equal(r.net.name, "vgg19");
    assert_true(r.net.pool == POOL_AVG && r.net.pad == PADDING_REFLECT);
    assert_true(r.net.input == INPUT_PIXELS && r.net.features == FEATURES_NORMALISED);
    assert_string_equal(r.content.layers.item[0].name, "relu4_2");
    assert_string_equal(r.style.layers.item[1].name, "relu2_1");
    near(r.style.layers.item[1].weight, 0.3);
    assert_true(r.content.form == CONTENT_MEAN && r.style.form == STYLE_W2);
    assert_true(r.tv.form == TV_NINE && r.tv.space == SPACE_PIXELS);
    near(r.content.weight, 0.125);
    near(r.style.weight, 1000);
    near(r.tv.weight, 0.1 + 0.2);
    near(r.pixels.own.scale, 255);
    for (int c = 0; c < 3; c++) {
        near(r.pixels.own.mean[c], 1 + c);
        near(r.pixels.own.deviation[c], 4 + c);
    }
    assert_true(r.pixels.space == SPACE_INPUT);
    near(r.pixels.clamp.low, -1.5);
    near(r.pixels.clamp.high, 1.5);
    assert_true(r.pixels.clamp_when == CLAMP_AFTER);
    assert_int_equal(r.pixels.clamp_steps, 3);
    assert_true(r.start.from == START_NOISE && r.start.noise.kind == NOISE_UNIFORM);
    near(r.start.noise.low, -20);
    near(r.start.noise.high, 20.5);
    near(r.start.noise.share, 0.5);
    assert_true(r.seed == UINT64_MAX);
    assert_int_equal(r.size.pixels, 96);
    assert_true(r.size.of == SIDE_HEIGHT);
    near(r.size.style_scale, 0.5);
    assert_int_equal(r.size.pyramid, 2);
    assert_int_equal(r.size.stages.count, 2);
    assert_int_equal(r.size.stages.item[1].size, 96);
    assert_int_equal(r.size.stages.item[1].steps, 3);
    assert_int_equal(r.run.steps, 7);
    assert_int_equal(r.run.evaluations, 9);
    near(r.run.tolerance_loss, 0.25);
    near(r.run.until, 0.125);
    near(r.run.average, 0.5);
    assert_true(r.optimizer.method == METHOD_ADAM);
    near(r.optimizer.gd.momentum, 0.5);
    near(r.optimizer.adam.beta1, 0.25);
    near(r.optimizer.adam.beta2, 0.75);
    near(r.optimizer.adam.epsilon, 1.0 / 512);
    assert_true(r.optimizer.adam.epsilon_hat && r.optimizer.lbfgs.strong_wolfe);
    assert_int_equal(r.optimizer.lbfgs.history, 7);
    near(r.optimizer.lbfgs.tolerance_grad, -1);
    near(r.optimizer.lbfgs.tolerance_change, 0.5);
    near(r.optimizer.anneal.temperature, 0.5);
    near(r.optimizer.anneal.cooling, 0.75);
    near(r.optimizer.schedule.lr, 0.1);
    assert_int_equal(r.optimizer.schedule.at, 5);
    near(r.optimizer.schedule.after, 0.0625);
    near(r.optimizer.schedule.factor, 0.5);
    assert_int_equal(r.optimizer.schedule.every, 4);
    assert_true(r.optimizer.decay_stairs);
    assert_int_equal(r.optimizer.restart_every, 8);
}

/* What a field may be at least and at most. */
static const struct {
    const char *name;
    double least, most;
} bounds[] = {
    {"content-weight", 0, 1e308},
    {"style-weight", 0, 1e308},
    {"tv-weight", 0, 1e308},
    {"pixel-scale", 1e-6, 1e6},
    {"pixel-mean", -1e6, 1e6},
    {"pixel-deviation", 1e-6, 1e6},
    {"noise-share", 0, 1},
    {"size", 16, 16384},
    {"style-scale", 0.01, 100},
    {"pyramid", 0, 12},
    {"steps", 1, 1e9},
    {"evaluations", 0, 1e9},
    {"lr", 0, 1e308},
    {"momentum", 0, 0.999999},
    {"beta1", 0, 0.999999999},
    {"beta2", 0, 0.999999999},
    {"epsilon", 1e-300, 1e30},
    {"drop-step", 0, 1e9},
    {"drop-lr", 1e-300, 1e30},
    {"decay", 1e-300, 1},
    {"decay-every", 0, 1e9},
    {"history", 1, 1000},
    {"tolerance-grad", -1, 1e30},
    {"tolerance-change", -1, 1e30},
    {"tolerance-loss", 0, 1},
    {"until", 0, 1},
    {"restart-every", 0, 1e9},
    {"temperature", 0, 1e30},
    {"cooling", 0, 1},
    {"clamp-steps", 0, 1e9},
    {"average", 0, 0.999999999},
};
enum { BOUNDS = sizeof bounds / sizeof *bounds };

/* Whether the number is set, and a refusal leaves the field as it was. */
static bool takes(const Setting *field, double value) {
    Recipe recipe = recipe_defaults, before = recipe_defaults;
    char text[200];
    const bool three = field->kind == &setting_colour;
    snprintf(text, sizeof text, three ? "%.17g 1 1" : "%.17g", value);
    const bool good = setting_set(field, &recipe, text, &err);
    assert_true(good || setting_same(field, &recipe, &before));
    return good;
}

static void both_ends_of_every_range_are_taken_and_nothing_beyond(void **state) {
    (void)state;
    int ranges = 0;
    for (const Setting *field = recipe_fields; field->name; field++) {
        const bool count = field->kind == &setting_count;
        if (!count && field->kind != &setting_number && field->kind != &setting_colour)
            continue;
        assert_true(ranges < BOUNDS);
        assert_string_equal(field->name, bounds[ranges].name);
        const double least = bounds[ranges].least, most = bounds[ranges].most;
        char range[100];
        ranges++;
        snprintf(range, sizeof range, count ? "from %.0f to %.0f" : "from %g to %g",
                 least, most);
        assert_true(takes(field, least) && takes(field, most));
        assert_false(takes(field, count ? least - 1 : nextafter(least, -HUGE_VAL)));
        assert_non_null(strstr(err.text, range));
        assert_false(takes(field, count ? most + 1 : nextafter(most, HUGE_VAL)));
        assert_non_null(strstr(err.text, range));
        assert_false(takes(field, (double)NAN) || takes(field, HUGE_VAL));
    }
    assert_int_equal(ranges, BOUNDS);
}

/* ---- The program ---- */

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    put_image("c.png", 40, 40);
    put_image("s.png", 40, 40);
    return 0;
}

/* "--name X" and what follows, without blanks around. */
static bool is_in_help(const char *help, const char *name) {
    char option[80];
    snprintf(option, sizeof option, "  --%s", name);
    const char *at = strstr(help, option);
    while (at && !strchr(" \n", at[strlen(option)]))
        at = strstr(at + 1, option);
    return at;
}

static void no_field_is_missing_from_the_help_of_paint(void **state) {
    (void)state;
    const char *help = RUN("paint", "--help").out;
    for (int i = 0; i < recipe_field_count; i++)
        if (!is_in_help(help, recipe_fields[i].name))
            fail_msg("%s", recipe_fields[i].name);
    for (const Setting *field = recipe_memory_fields; field->name; field++)
        assert_true(is_in_help(help, field->name));
    assert_false(is_in_help(help, "no-such-field"));
}

static void read_file(const char *name, char *text, size_t room) {
    FILE *file = fopen(in_folder(name), "rb");
    assert_non_null(file);
    text[fread(text, 1, room - 1, file)] = 0;
    fclose(file);
}

/* A command line that says `name text` leaves a manifest that says the same, from which
 * the same image comes. Some fields need others beside them. */
static void said_and_repeated(const char *name, const char *text) {
    static const char *const needs[][3] = {
        {"decay", "--decay-every", "2"},      {"decay-every", "--decay", "0.5"},
        {"drop-step", "--drop-lr", "0.5"},    {"clamp-steps", "--clamp", "-1 2"},
        {"input", "--features", "any"},       {"features", "--input", "weights"},
        {"init", "--noise", "unit"},          {"stages", "--seed", "1"},
        {"temperature", "--optim", "anneal"}, {"cooling", "--optim", "anneal"}};
    static char manifest[65536], line[SETTING_TEXT_MOST];
    char option[64];
    const char *more[3] = {"--seed", "0", NULL};
    const bool sizes = strcmp(name, "stages") == 0 || strcmp(name, "steps") == 0 ||
                       strcmp(name, "size") == 0;
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (strcmp(needs[i][0], name) == 0) more[0] = needs[i][1], more[1] = needs[i][2];
    if (strcmp(name, "seed") == 0) more[0] = "--until", more[1] = "0";
    snprintf(option, sizeof option, "--%s=%s", name, text);
    const char *extent = sizes ? "--history=5" : "--size=40",
               *few = sizes ? "--recompute=no" : "--steps=2";
    const Outcome o = RUN("paint", in_folder("c.png"), in_folder("s.png"), "--recipe",
                          in_folder("r.recipe"), "-o", in_folder("a.png"), "--manifest",
                          in_folder("m.json"), "--threads", "1", extent, few, "--lr=0.5",
                          more[0], more[1], option);
    if (o.status != 0) fail_msg("%s: %s", option, o.err);
    read_file("m.json", manifest, sizeof manifest);
    snprintf(line, sizeof line, "\"%s\": \"%s\"", name, text);
    if (!strstr(manifest, line)) fail_msg("no %s in %s", line, manifest);
    const Outcome again =
        RUN("rerun", in_folder("m.json"), "-o", in_folder("b.png"), "--threads", "1");
    if (again.status != 0) fail_msg("%s again: %s", option, again.err);
    assert_non_null(strstr(again.err, "the same image, bit for bit"));
}

static void what_a_command_line_says_is_in_the_manifest_and_repeated(void **state) {
    (void)state;
    FILE *file = fopen(in_folder("r.recipe"), "wb");
    fputs("source for this test\nnet paintnet\ncontent-form relative\n"
          "style-form relative\ntv-form squares\ntv-space unit\ncontent-weight 1\n"
          "style-weight 10\ntv-weight 1e-3\ncontent-layers relu1_2\n"
          "style-layers relu1_1\ninit content\nsize 40\nsteps 2\noptim lbfgs\n"
          "space unit\nlr 0.5\n",
          file);
    assert_int_equal(fclose(file), 0);
    for (int i = 0; i < OTHERS; i++) {
        const char *name = other[i][0];
        if (strcmp(name, "net") == 0 || strcmp(name, "pyramid") == 0 ||
            strcmp(name, "content-layers") == 0 || strcmp(name, "lr") == 0 ||
            strcmp(name, "style-layers") == 0 || strcmp(name, "drop-lr") == 0)
            continue; /* other networks and layers, or said beside the others */
        said_and_repeated(name, other[i][1]);
    }
    said_and_repeated("content-layers", "relu1_1:0.25");
    said_and_repeated("style-layers", "relu1_1:0.5,relu1_2:0.25");
#ifndef REAL_DOUBLE
    said_and_repeated("store", "half");
#endif
}

static void the_command_line_refuses_with_the_range(void **state) {
    (void)state;
    static const char *const bad[][2] = {
        {"--momentum=1", "--momentum 1: wants a number from 0 to 0.999999"},
        {"--size=15", "--size 15: wants a whole number of pixels from 16 to 16384"},
        {"--clamp=2 1", "wants two numbers, the lower one first, or none"},
        {"--noise=loud", "wants 'unit', 'uniform LOW HIGH' or 'normal DEVIATION'"},
        {"--pixel-mean=1 2", "wants three numbers from -1e+06 to 1e+06"},
        {"--stages=8:2", "wants at most 12 stages as"},
        {"--line-search=maybe", "wants yes or no"},
        {"--size-of=depth", "wants one of longer|shorter|height|width"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const Outcome o = RUN("paint", "c", "s", bad[i][0]);
        assert_int_equal(o.status, 2);
        if (!strstr(o.err, bad[i][1])) fail_msg("%s: %s", bad[i][0], o.err);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_has_a_text_here),
        cmocka_unit_test(every_line_of_a_file_sets_its_field_only),
        cmocka_unit_test(every_text_is_in_the_field_of_its_name),
        cmocka_unit_test(both_ends_of_every_range_are_taken_and_nothing_beyond),
        cmocka_unit_test(no_field_is_missing_from_the_help_of_paint),
        cmocka_unit_test(what_a_command_line_says_is_in_the_manifest_and_repeated),
        cmocka_unit_test(the_command_line_refuses_with_the_range),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
