/* One row a field: what recipe files, the command line, --help and manifests know of a
 * recipe is the same, and each name means the value that it has always meant. */
#include <math.h>

#include "tests/app.h"
#include "transfer/colors.h"
#include "transfer/recipe_fields.h"
#include "transfer/recipe_file.h"

static Error err;

/* The names as recipe files and manifests have them since they exist; a file that says
 * "avg" must not get another pooling because a table was sorted. */
static void every_name_means_its_value(void **state) {
    (void)state;
    const struct {
        const char *(*name)(int i);
        int value;
        const char *text;
    } names[] = {
        {pooling_name, POOL_DEFAULT, "default"},
        {pooling_name, POOL_MAX, "max"},
        {pooling_name, POOL_AVG, "avg"},
        {padding_name, PADDING_DEFAULT, "default"},
        {padding_name, PADDING_REFLECT, "reflect"},
        {padding_name, PADDING_REPLICATE_FIRST, "replicate-first"},
        {preprocess_name, PREPROCESS_AUTO, "auto"},
        {preprocess_name, PREPROCESS_TORCH, "torch"},
        {preprocess_name, PREPROCESS_CAFFE, "caffe"},
        {preprocess_name, PREPROCESS_CAFFE_RGB, "caffe-rgb"},
        {preprocess_name, PREPROCESS_NONE, "none"},
        {content_form_name, CONTENT_HALF_SUM, "half-sum"},
        {content_form_name, CONTENT_SUM, "sum"},
        {content_form_name, CONTENT_MEAN, "mean"},
        {content_form_name, CONTENT_RELATIVE, "relative"},
        {content_form_name, CONTENT_QUARTER_MEAN, "quarter-mean"},
        {content_form_name, CONTENT_ROOT, "root"},
        {content_form_name, CONTENT_ABS, "abs"},
        {style_form_name, STYLE_GATYS, "gatys"},
        {style_form_name, STYLE_CS231N, "cs231n"},
        {style_form_name, STYLE_MEAN, "mean"},
        {style_form_name, STYLE_SUM, "sum"},
        {style_form_name, STYLE_RAW_MEAN, "raw-mean"},
        {style_form_name, STYLE_IMAGE_SIZE, "image-size"},
        {style_form_name, STYLE_RELATIVE, "relative"},
        {style_form_name, STYLE_W2, "w2"},
        {style_form_name, STYLE_W2_CK, "w2-ck"},
        {tv_form_name, TV_SQUARES, "squares"},
        {tv_form_name, TV_ABS, "abs"},
        {tv_form_name, TV_POW125, "pow1.25"},
        {tv_form_name, TV_HALF, "half-cropped"},
        {tv_form_name, TV_MEANS, "means"},
        {tv_form_name, TV_MEAN_ABS, "mean-abs"},
        {tv_form_name, TV_NINE, "nine-point"},
        {space_name, SPACE_UNIT, "unit"},
        {space_name, SPACE_INPUT, "input"},
        {space_name, SPACE_PIXELS, "pixels"},
        {input_name, INPUT_WEIGHTS, "weights"},
        {input_name, INPUT_PIXELS, "pixels"},
        {features_name, FEATURES_ANY, "any"},
        {features_name, FEATURES_TORCH, "torch"},
        {features_name, FEATURES_CAFFE, "caffe"},
        {features_name, FEATURES_NORMALISED, "normalised"},
        {start_name, START_CONTENT, "content"},
        {start_name, START_NOISE, "noise"},
        {start_name, START_STYLE, "style"},
        {noise_name, NOISE_UNIT, "unit"},
        {noise_name, NOISE_UNIFORM, "uniform"},
        {noise_name, NOISE_NORMAL, "normal"},
        {size_of_name, SIDE_LONGER, "longer"},
        {size_of_name, SIDE_SHORTER, "shorter"},
        {size_of_name, SIDE_HEIGHT, "height"},
        {size_of_name, SIDE_WIDTH, "width"},
        {method_name, METHOD_GD, "gd"},
        {method_name, METHOD_ADAM, "adam"},
        {method_name, METHOD_LBFGS, "lbfgs"},
        {method_name, METHOD_ANNEAL, "anneal"},
        {clamp_when_name, CLAMP_BEFORE, "before"},
        {clamp_when_name, CLAMP_AFTER, "after"},
        {colors_name, COLORS_STYLE, "style"},
        {colors_name, COLORS_LUMINANCE, "luminance"},
        {colors_name, COLORS_MATCH, "match"},
    };
    enum { NAMES = sizeof names / sizeof *names };
    for (int i = 0; i < NAMES; i++) {
        const char *name = names[i].name(names[i].value);
        assert_non_null(name);
        assert_string_equal(name, names[i].text);
        if (i + 1 == NAMES || names[i + 1].name != names[i].name)
            assert_null(names[i].name(names[i].value + 1)); /* no name is left out */
        assert_null(names[i].name(-1));
    }
}

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
        const double least = field->least, most = field->most;
        char range[100];
        snprintf(range, sizeof range, count ? "from %.0f to %.0f" : "from %g to %g",
                 least, most);
        assert_true(least < most && ++ranges);
        assert_true(takes(field, least) && takes(field, most));
        assert_false(takes(field, count ? least - 1 : nextafter(least, -HUGE_VAL)));
        assert_non_null(strstr(err.text, range));
        assert_false(takes(field, count ? most + 1 : nextafter(most, HUGE_VAL)));
        assert_non_null(strstr(err.text, range));
        assert_false(takes(field, (double)NAN) || takes(field, HUGE_VAL));
    }
    assert_true(ranges > 30);
}

/* ---- The program ---- */

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    put_picture("c.png", 40, 40);
    put_picture("s.png", 40, 40);
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
    assert_non_null(strstr(again.err, "the same picture, bit for bit"));
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
        cmocka_unit_test(every_name_means_its_value),
        cmocka_unit_test(every_field_has_a_text_here),
        cmocka_unit_test(every_line_of_a_file_sets_its_field_only),
        cmocka_unit_test(both_ends_of_every_range_are_taken_and_nothing_beyond),
        cmocka_unit_test(no_field_is_missing_from_the_help_of_paint),
        cmocka_unit_test(what_a_command_line_says_is_in_the_manifest_and_repeated),
        cmocka_unit_test(the_command_line_refuses_with_the_range),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
