/* The names of enums in recipe files, on the command line and in manifests. */
#include <string.h>

#include "tests/test.h"
#include "transfer/colors.h"
#include "transfer/recipe.h"

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
        {start_name, START_STYLIZED, "stylized"},
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_means_its_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
