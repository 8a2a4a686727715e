/* Whatever allocation of a command fails, it ends in a sentence: see alloc.h. */
#include "io/image.h"
#include "tests/alloc.h"

/* Tiny images, few layers, few steps: a run takes some milliseconds. */
#define LAYERS "--style-layers", "relu1_1", "--content-layers", "relu1_2", "--size", "24"
#define PICTURES "../c.png", "../s.png", LAYERS

static char program[PATH_MAX];

static void put_image(const char *name, int h, int w) {
    Arena *arena = arena_new();
    Error err;
    Rng rng = rng_seed(1);
    Tensor x = tensor_alloc(arena, (Shape){1, 3, h, w});
    tensor_fill_uniform(x, &rng, 0, 1);
    assert_true(image_write(alloc_path(name), x, &err));
    arena_free(arena);
}

static int begin(void **state) {
    const char *said = getenv("STYLEGRAD");
    if (alloc_begin(state) || !realpath(said ? said : "build/stylegrad-double", program))
        return -1;
    put_image("c.png", 18, 24);
    put_image("s.png", 16, 20);
    return 0;
}

static void sweep(const char *name, const char *trace, int threads,
                  const char *const *arguments) {
    const Sweep all = {.name = name,
                       .program = program,
                       .arguments = arguments,
                       .trace = trace,
                       .threads = threads};
    alloc_possible(&all);
    alloc_sweep(&all);
}

#define SWEEP(name, trace, threads, ...)                                                 \
    sweep(name, trace, threads, (const char *const[]){__VA_ARGS__, NULL})

static void recipes_end_in_a_sentence(void **state) {
    (void)state;
    SWEEP("recipes", NULL, 1, "recipes");
    SWEEP("recipes paint", NULL, 1, "recipes", "paint");
}

static void weights_end_in_a_sentence(void **state) {
    (void)state;
    char *assets = realpath("assets/paintnet.safetensors", NULL);
    assert_non_null(assets);
    SWEEP("weights", NULL, 1, "weights", assets);
    SWEEP("weights --json", NULL, 1, "weights", assets, "--json");
    free(assets);
}

static void features_end_in_a_sentence(void **state) {
    (void)state;
    SWEEP("features", NULL, 1, "features", "../c.png", "--layers", "relu1_1,relu1_2",
          "--size", "24", "-o", "f.npz");
}

static void eval_ends_in_a_sentence(void **state) {
    (void)state;
    SWEEP("eval", NULL, 1, "eval", PICTURES, "--json", "--grad", "g.npy");
    SWEEP("eval --tile", NULL, 1, "eval", PICTURES, "--tile", "16", "--recipe", "ck");
}

static void paint_ends_in_a_sentence(void **state) {
    (void)state;
    SWEEP("paint", "t.csv", 1, "paint", PICTURES, "--steps", "2", "--optim", "adam",
          "--pyramid", "1", "--trace", "t.csv", "--manifest", "m.json", "--save-every",
          "1", "-o", "o.png");
}

/* A manifest is read, and its image painted again. */
static void rerun_ends_in_a_sentence(void **state) {
    (void)state;
    char line[4 * PATH_MAX];
    snprintf(line, sizeof line,
             "cd %s && '%s' paint c.png s.png --style-layers relu1_1 --content-layers "
             "relu1_2 --size 24 --steps 1 --pyramid 1 --threads 1 -o o.png --manifest "
             "m.json 2>/dev/null",
             alloc_folder, program);
    assert_int_equal(system(line), 0);
    SWEEP("rerun", NULL, 1, "rerun", "../m.json", "-o", "r.png");
}

/* Threads' stacks are memory, too. */
static void paint_with_threads_ends_in_a_sentence(void **state) {
    (void)state;
    SWEEP("paint, 2 threads", NULL, 2, "paint", "../c.png", "../s.png", "--net", "vgg19",
          "--style-layers", "relu1_1", "--content-layers", "relu1_2", "--size", "24",
          "--steps", "1", "--optim", "lbfgs", "--pyramid", "1", "-o", "o.jpg");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recipes_end_in_a_sentence),
        cmocka_unit_test(weights_end_in_a_sentence),
        cmocka_unit_test(features_end_in_a_sentence),
        cmocka_unit_test(eval_ends_in_a_sentence),
        cmocka_unit_test(paint_ends_in_a_sentence),
        cmocka_unit_test(rerun_ends_in_a_sentence),
        cmocka_unit_test(paint_with_threads_ends_in_a_sentence),
    };
    return cmocka_run_group_tests(tests, begin, alloc_end);
}
