/* The command of README.md and others like it, literally, against PyTorch: the numbers
 * that a user compares with those of another program. */
#include "tests/typed.h"

#define TRAINED "weights/vgg19_conv1_1-conv3_4.safetensors"

/* The text between "```sh" and "```" of the first block after a heading. */
static char *block_of(const char *page, const char *heading) {
    static char text[65536];
    read_back(page, text, sizeof text);
    char *at = strstr(text, heading);
    assert_non_null(at);
    char *begin = strstr(at, "```sh\n");
    assert_non_null(begin);
    begin += strlen("```sh\n");
    *strstr(begin, "```") = 0;
    return begin;
}

/* The numbers after the colons of "content_layers" and then of "style_layers". */
static void check_layers(const Outcome *o, const char *name) {
    const Tensor wanted = golden(name, "_layers");
    const char *at =
        strstr(o->out, "\"content_layers\": {") + strlen("\"content_layers\"");
    for (size_t i = 0; i < shape_size(wanted.shape); i++) {
        double number;
        do
            at = strchr(at + 1, ':');
        while (sscanf(at + 1, " %lf", &number) != 1);
        assert_close(number, wanted.data[i], 10 * CLOSE, 1e-12);
    }
}

static void check_outcome(const Outcome *o, const char *name, double gradient_close) {
    static const char *const terms[] = {"total", "content", "style", "tv"};
    const Tensor wanted = golden(name, ""), gradient = golden(name, "_gradient");
    NamedTensor is;
    if (o->status != 0) fail_msg("%s: %s", name, o->err);
    for (int i = 0; i < 4; i++)
        assert_close(number_of(o, terms[i]), wanted.data[i], 10 * CLOSE, 1e-12);
    check_layers(o, name);
    assert_true(npy_read(arena, in_folder("gradient.npy"), &is, &err));
    assert_int_equal(shape_size(is.tensor.shape), shape_size(gradient.shape));
    assert_all_close(is.tensor.data, gradient.data, shape_size(gradient.shape),
                     gradient_close);
}

#ifdef REAL_DOUBLE
#define PICTURE_CLOSE 1e-6 /* ill-conditioned covariances in two ways */
#else
#define PICTURE_CLOSE 1e-2
#endif

static void the_command_of_the_readme_gives_the_numbers_of_torch(void **state) {
    (void)state;
    Outcome o = type(block_of("README.md", "## Check your own"));
    check_outcome(&o, "readme", 100 * CLOSE);
}

static void both_readmes_have_the_same_command(void **state) {
    (void)state;
    char english[4096];
    snprintf(english, sizeof english, "%s", block_of("README.md", "## Check your own"));
    assert_non_null(strstr(english, PROGRAM " eval "));
    assert_string_equal(block_of("README.zh.md", "## 检验自己的程序"), english);
}

static void the_command_of_the_readme_with_trained_weights(void **state) {
    (void)state;
    char absolute[4096];
    const char *trained = test_shared(TRAINED);
    if (!trained) skip();
    assert_non_null(realpath(trained, absolute));
    rename(in_folder("vgg19.safetensors"), in_folder("kept"));
    link_to(absolute, "vgg19.safetensors");
    Outcome o = type(block_of("README.md", "## Check your own"));
    check_outcome(&o, "trained", 100 * CLOSE);
    rename(in_folder("kept"), in_folder("vgg19.safetensors"));
}

/* Other options and what is not said: padding, pooling, preprocessing, forms, sizes. */
static void the_same_command_gives_the_same_numbers_as_the_oracle(void **state) {
    (void)state;
    char text[8192], command[1024];
    int count = 0;
    read_back("tests/golden/eval_commands.txt", text, sizeof text);
    char *rest = text;
    for (char *line; (line = strtok_r(rest, "\n", &rest)); count++) {
        char *space = strchr(line, ' ');
        assert_non_null(space);
        *space = 0;
        snprintf(command, sizeof command, PROGRAM " eval %s --json --grad gradient.npy",
                 space + 1);
        Outcome o = type(command);
        check_outcome(&o, line, PICTURE_CLOSE);
    }
    assert_int_equal(count, 12);
}

static void eval_names_every_setting(void **state) {
    (void)state;
    static const char *const names[] = {
        "net",         "weights",  "weights-sha256", "preprocess",      "pool",
        "pad",         "size",     "content",        "style",           "image",
        "recipe",      "features", "content-layers", "style-layers",    "content-form",
        "style-form",  "tv-form",  "tv-space",       "content-weight",  "style-weight",
        "tv-weight",   "input",    "pixel-scale",    "features-factor", "colors",
        "style-scale", "size-of",  "stylegrad"};
    const char *plain = PROGRAM " eval content.npy style.npy --weights vgg19.safetensors";
    char json[512];
    snprintf(json, sizeof json, "%s --json", plain);
    Outcome text = type(plain), object = type(json);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char line[64], key[64];
        snprintf(line, sizeof line, "\n%-16s ", names[i]);
        snprintf(key, sizeof key, "\"%s\":", names[i]);
        if (strncmp(text.out, line + 1, strlen(line + 1)) != 0 && !strstr(text.out, line))
            fail_msg("the text lacks %s", names[i]);
        if (!strstr(object.out, key)) fail_msg("the JSON lacks %s", names[i]);
    }
    assert_non_null(strstr(text.out, "\npad              zeros\n"));
    text =
        type(PROGRAM " eval content.npy style.npy --weights vgg19.safetensors --recipe "
                     "paint");
    assert_non_null(strstr(text.out, "\npad              reflect\n"));
    assert_non_null(strstr(text.out, "\nrecipe           paint\n"));
}

/* features and convert-loss see the padding that eval sees. */
static void features_and_convert_loss_name_their_network(void **state) {
    (void)state;
    Outcome o = type(PROGRAM " features content.npy --layers relu1_1 --weights "
                             "vgg19.safetensors -o f.npz");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.out, "\npad              zeros\n"));
    o = type(
        PROGRAM
        " convert-loss content.npy content.npy --net vgg19 --weights vgg19.safetensors "
        "--image x.npy --content-layers relu3_3 --style-layers relu1_1");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.out, "\npad              zeros\n"));
    /* half-sum at relu3_3, as for the README */
    char wanted[64];
    snprintf(wanted, sizeof wanted, "\n  half-sum      %14.6g ",
             (double)golden("readme", "").data[1]);
    assert_non_null(strstr(o.out, wanted));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_command_of_the_readme_gives_the_numbers_of_torch),
        cmocka_unit_test(both_readmes_have_the_same_command),
        cmocka_unit_test(the_command_of_the_readme_with_trained_weights),
        cmocka_unit_test(the_same_command_gives_the_same_numbers_as_the_oracle),
        cmocka_unit_test(eval_names_every_setting),
        cmocka_unit_test(features_and_convert_loss_name_their_network),
    };
    return cmocka_run_group_tests(tests, make_folder, end_all);
}
