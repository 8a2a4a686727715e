/* The program from outside: what it says and leaves behind when the world is wrong, and
 * that the same seed gives the same bits. Runs the binary named by $STYLEGRAD. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/image.h"
#include "io/npy.h"
#include "losses/content.h"
#include "losses/style.h"
#include "losses/tv.h"
#include "tests/test.h"

#define ARGUMENTS_MOST 48

static char folder[] = "/tmp/stylegrad-test-XXXXXX";
static const char *const small[] = {
    "--net",   "vgg19",   "--size", "24", "--style-layers", "relu1_1", "--content-layers",
    "relu1_2", "--steps", "2",      NULL};

typedef struct Outcome {
    int status;
    char out[8192], err[8192];
} Outcome;

static const char *in_folder(const char *name) {
    static char paths[32][256]; /* more than one test keeps at a time */
    static int next;
    char *path = paths[next++ % 32];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void read_back(const char *path, char *text, size_t room) {
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(text, 1, room - 1, file) : 0;
    text[length] = 0;
    if (file) fclose(file);
}

/* Runs the program with `arguments` (NULL at the end), then with `more` (may be NULL). */
static Outcome run(const char *const *arguments, const char *const *more) {
    const char *program = getenv("STYLEGRAD"), *argv[ARGUMENTS_MOST];
    int count = 0;
    argv[count++] = program ? program : "build/stylegrad-double";
    while (*arguments)
        argv[count++] = *arguments++;
    while (more && *more)
        argv[count++] = *more++;
    argv[count] = NULL;
    Outcome outcome;
    char out[256], err[256];
    snprintf(out, sizeof out, "%s/stdout", folder);
    snprintf(err, sizeof err, "%s/stderr", folder);
    pid_t child = fork();
    if (child == 0) {
        dup2(open(out, O_CREAT | O_TRUNC | O_WRONLY, 0600), STDOUT_FILENO);
        dup2(open(err, O_CREAT | O_TRUNC | O_WRONLY, 0600), STDERR_FILENO);
        execv(argv[0], (char *const *)argv);
        _exit(127);
    }
    int status;
    waitpid(child, &status, 0);
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    read_back(out, outcome.out, sizeof outcome.out);
    read_back(err, outcome.err, sizeof outcome.err);
    return outcome;
}

#define RUN(...) run((const char *const[]){__VA_ARGS__, NULL}, NULL)
#define RUN_SMALL(...) run((const char *const[]){__VA_ARGS__, NULL}, small)

/* One line on stderr that holds `words`, a status that says failure, and no output file.
 */
static void refused(Outcome outcome, int status, const char *words) {
    const char *newline = strchr(outcome.err, '\n');
    if (outcome.status != status || !newline || newline[1] ||
        !strstr(outcome.err, words)) {
        print_error(
            "status %d (expected %d), stderr: %s(expected one line with \"%s\")\n",
            outcome.status, status, outcome.err, words);
        fail();
    }
    assert_int_not_equal(access(in_folder("out.png"), F_OK), 0);
}

static void put(const char *name, const void *bytes, size_t size) {
    FILE *file = fopen(in_folder(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

/* A picture of w x h random pixels under that name. */
static void put_picture(const char *name, int h, int w) {
    Arena *arena = arena_new();
    Error err;
    Rng rng = rng_seed(1);
    Tensor x = tensor_alloc(arena, (Shape){1, 3, h, w});
    tensor_fill_uniform(x, &rng, 0, 1);
    assert_true(image_write(in_folder(name), x, &err));
    arena_free(arena);
}

/* safetensors with one tensor conv1_1.weight of 1728 floats that start with `first`. */
static void put_weights(const char *name, float first) {
    static float values[1728];
    char header[256];
    values[0] = first;
    uint64_t length =
        (uint64_t)snprintf(header, sizeof header,
                           "{\"conv1_1.weight\":{\"dtype\":\"F32\",\"shape\":"
                           "[64,3,3,3],\"data_offsets\":[0,6912]}}");
    FILE *file = fopen(in_folder(name), "wb");
    fwrite(&length, 8, 1, file);
    fwrite(header, 1, length, file);
    fwrite(values, 4, 1728, file);
    fclose(file);
}

/* A whole picture of 20000 x 1 pixels. */
static void put_long_line(const char *name) {
    static char bytes[15 + 3 * 20000];
    memcpy(bytes, "P6\n20000 1\n255\n", 15);
    put(name, bytes, sizeof bytes);
}

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    put_picture("a.png", 24, 32);
    put_picture("b.png", 20, 24);
    put_picture("dot.png", 1, 1);
    put_picture("line.png", 1, 10000);
    put_long_line("long.ppm");
    put("empty.png", "", 0);
    put("text.jpg", "this is not a picture\n", 22);
    char bytes[200];
    FILE *file = fopen(in_folder("a.png"), "rb");
    size_t got = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    put("cut.png", bytes, got);
    put("promise.safetensors", "\0\0\0\0\0\0\0\x10{}", 10);
    put_weights("nan.safetensors", (float)(0.0 / 0.0 * 1));
    put_weights("part.safetensors", 1);
    static char whole[7200];
    file = fopen(in_folder("part.safetensors"), "rb");
    got = fread(whole, 1, sizeof whole, file);
    fclose(file);
    put("cut.safetensors", whole, got / 2);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    char command[300];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static void bad_pictures_are_refused_in_one_line(void **state) {
    (void)state;
    const char *good = in_folder("b.png"), *out = in_folder("out.png");
    static const char *const bad[][2] = {
        {"missing.jpg", "missing.jpg"}, {"empty.png", "empty.png"},
        {"text.jpg", "text.jpg"},       {"cut.png", "cut.png"},
        {"dot.png", "1 x 1"},           {"line.png", "10000 x 1"},
        {"long.ppm", "20000 x 1"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        refused(RUN_SMALL("paint", in_folder(bad[i][0]), good, "-o", out), 1, bad[i][1]);
        refused(RUN_SMALL("paint", good, in_folder(bad[i][0]), "-o", out), 1, bad[i][1]);
    }
    refused(RUN_SMALL("paint", folder, good, "-o", out), 1, folder);
    refused(RUN_SMALL("paint", good, good, "-o", out, "--init", in_folder("missing.png")),
            1, "missing.png");
}

static void bad_weights_are_refused_in_one_line(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png"),
               *out = in_folder("out.png");
    static const char *const bad[][2] = {
        {"missing.safetensors", "missing.safetensors"},
        {"empty.png", "empty.png"},
        {"promise.safetensors", "promise.safetensors"},
        {"nan.safetensors", "NaN"},
        {"part.safetensors", "conv1_1"},
        {"cut.safetensors", "cut.safetensors"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refused(RUN_SMALL("paint", a, b, "-o", out, "--weights", in_folder(bad[i][0])), 1,
                bad[i][1]);
    refused(RUN_SMALL("paint", a, b, "-o", out, "--weights", "random:x"), 1, "random:x");
}

static void bad_options_are_refused_in_one_line(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png"),
               *out = in_folder("out.png");
    static const char *const bad[][3] = {
        {"--no-such-option", NULL, "--no-such-option"},
        {"--steps", "0", "--steps"},
        {"--steps", "many", "--steps"},
        {"--steps", "9999999999999999999", "--steps"},
        {"--lr", "nan", "--lr"},
        {"--tv-weight", "-1", "--tv-weight"},
        {"--size", "0", "--size"},
        {"--threads", "0", "--threads"},
        {"--optim", "sgd", "gd|adam|lbfgs|anneal"},
        {"--style-layers", "relu1_1:x", "relu1_1"},
        {"--style-layers", ",", "layers"},
        {"--recipe", "nobody", "nobody"},
        {"--seed", "-4", "--seed"},
        {"--weights", NULL, "--weights"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refused(RUN("paint", a, b, "-o", out, bad[i][0], bad[i][1]), 2, bad[i][2]);
    refused(RUN("paint", a, "-o", out), 2, "CONTENT STYLE");
    refused(RUN("draw"), 2, "draw");
}

static void unknown_layers_and_networks_are_refused_in_one_line(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png"),
               *out = in_folder("out.png");
    refused(RUN("paint", a, b, "-o", out, "--size", "24", "--style-layers", "relu9_9"), 1,
            "relu9_9");
    refused(RUN("paint", a, b, "-o", out, "--net", "vgg7"), 1, "vgg7");
    refused(RUN("paint", a, b, "-o", out, "--size", "24", "--content-layers", "pool5",
                "--style-layers", "relu1_1"),
            1, "too small");
}

static void outputs_that_cannot_be_written_are_refused_before_the_work(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png");
    refused(RUN_SMALL("paint", a, b, "-o", in_folder("none/out.png")), 1, "none");
    refused(RUN_SMALL("paint", a, b, "-o", in_folder("out.tiff")), 1, "out.tiff");
    refused(RUN_SMALL("paint", a, b, "-o", in_folder("x.png"), "--trace",
                      in_folder("none/t.csv")),
            1, "none");
}

static void same_seed_gives_same_bits_on_one_thread_or_two(void **state) {
    (void)state;
    const char *a = in_folder("a.png"), *b = in_folder("b.png");
    static const char *const ways[][2] = {
        {"one.png", "1"}, {"two.png", "2"}, {"again.png", "2"}};
    static char bytes[3][1 << 16];
    for (int i = 0; i < 3; i++) {
        Outcome o =
            RUN_SMALL("paint", a, b, "-o", in_folder(ways[i][0]), "--threads", ways[i][1],
                      "--init", "noise", "--seed", "5", "--style-layers",
                      "relu1_1,relu2_1", "--content-layers", "relu2_2");
        assert_int_equal(o.status, 0);
        read_back(in_folder(ways[i][0]), bytes[i], sizeof bytes[i]);
    }
    assert_memory_equal(bytes[0], bytes[1], sizeof bytes[0]);
    assert_memory_equal(bytes[0], bytes[2], sizeof bytes[0]);
}

static void every_method_runs_and_lowers_the_loss(void **state) {
    (void)state;
    static const char *const methods[][3] = {{"gd", "0.01", "0"},
                                             {"adam", "0.01", "0"},
                                             {"lbfgs", "1", "0"},
                                             {"anneal", "1e-4", "0"}};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        const char *csv = in_folder("t.csv");
        char text[8192];
        Outcome o = RUN("paint", in_folder("a.png"), in_folder("b.png"), "-o",
                        in_folder("m.png"), "--size", "24", "--style-layers", "relu1_1",
                        "--content-layers", "relu1_2", "--steps", "8", "--optim",
                        methods[i][0], "--lr", methods[i][1], "--trace", csv);
        assert_int_equal(o.status, 0);
        read_back(csv, text, sizeof text);
        double first = 0, last = 0;
        int rows = 0;
        for (char *line = strchr(text, '\n'); line && line[1];
             line = strchr(line + 1, '\n')) {
            double total;
            assert_int_equal(sscanf(line + 1, "%*[^,],%*[^,],%*[^,],%*[^,],%lf", &total),
                             1);
            last = total;
            if (rows++ == 0) first = total;
        }
        assert_int_equal(rows, 8);
        assert_true(last < first);
    }
}

/* total = content_weight content + style_weight style + tv_weight tv, on a .npy picture.
 */
static void eval_prints_terms_that_add_up(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Error err;
    Rng rng = rng_seed(3);
    Tensor x = tensor_alloc(arena, (Shape){1, 3, 19, 23});
    tensor_fill_uniform(x, &rng, 0, 1);
    assert_true(npy_write(in_folder("c.npy"), x, 3, &err));
    tensor_fill_uniform(x, &rng, 0, 1);
    assert_true(npy_write(in_folder("x.npy"), x, 4, &err));
    Outcome o =
        RUN("eval", in_folder("c.npy"), in_folder("b.png"), "--image", in_folder("x.npy"),
            "--content-layers", "conv1_2", "--style-layers", "relu1_1:0.25,relu2_1:3",
            "--content-form", "half-sum", "--style-form", "gatys", "--tv-form", "abs",
            "--content-weight", "2", "--style-weight", "0.5", "--tv-weight", "7",
            "--grad", in_folder("g.npy"), "--json");
    assert_int_equal(o.status, 0);
    double total, content, style, tv;
    assert_int_equal(sscanf(strstr(o.out, "\"total\":"), "\"total\": %lf", &total), 1);
    assert_int_equal(sscanf(strstr(o.out, "\"content\":"), "\"content\": %lf", &content),
                     1);
    assert_int_equal(sscanf(strstr(o.out, "\"style\":"), "\"style\": %lf", &style), 1);
    assert_int_equal(sscanf(strstr(o.out, "\"tv\":"), "\"tv\": %lf", &tv), 1);
    assert_close(total, 2 * content + 0.5 * style + 7 * tv, 1e-12, 0);
    NamedTensor gradient;
    assert_true(npy_read(arena, in_folder("g.npy"), &gradient, &err));
    assert_true(shape_equal(gradient.tensor.shape, x.shape));
    arena_free(arena);
}

/* The names that an option accepts are those of the tables in losses/, in their order:
 * the printed value of each form is the one that the library computes for it. */
static void every_form_of_the_tables_is_an_option(void **state) {
    (void)state;
    const struct {
        const char *option;
        const LossForm *forms;
        int count;
    } families[] = {{"--content-form", content_forms, CONTENT_FORMS},
                    {"--style-form", style_forms, STYLE_FORMS},
                    {"--tv-form", tv_forms, TV_FORMS}};
    for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
        char list[256] = "";
        for (int i = 0; i < families[f].count; i++) {
            strcat(list, i ? "|" : "");
            strcat(list, families[f].forms[i].name);
        }
        Outcome o = RUN("eval", "a", "b", families[f].option, "no such form");
        assert_int_equal(o.status, 2);
        assert_non_null(strstr(o.err, list));
    }
}

static void help_is_there_for_every_command(void **state) {
    (void)state;
    static const char *const names[] = {"paint", "eval", "features", "gradcheck",
                                        "recipes"};
    assert_int_equal(RUN("--help").status, 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        Outcome o = RUN(names[i], "--help");
        assert_int_equal(o.status, 0);
        assert_non_null(strstr(o.out, names[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_pictures_are_refused_in_one_line),
        cmocka_unit_test(bad_weights_are_refused_in_one_line),
        cmocka_unit_test(bad_options_are_refused_in_one_line),
        cmocka_unit_test(unknown_layers_and_networks_are_refused_in_one_line),
        cmocka_unit_test(outputs_that_cannot_be_written_are_refused_before_the_work),
        cmocka_unit_test(same_seed_gives_same_bits_on_one_thread_or_two),
        cmocka_unit_test(every_method_runs_and_lowers_the_loss),
        cmocka_unit_test(eval_prints_terms_that_add_up),
        cmocka_unit_test(every_form_of_the_tables_is_an_option),
        cmocka_unit_test(help_is_there_for_every_command),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
