/* Every recipe that comes with the program against PyTorch:
 * bench/oracle/golden_recipes.py has the settings of all systems a second time, from
 * their tables and not from our files, and walks ten steps with each. Compared are the
 * three losses, their total and the norm of the gradient at the start, after one step and
 * after ten, and the result. */
#include <stdlib.h>
#include <string.h>

#include "tests/oracle.h"
#include "transfer/feature_scale.h"
#include "transfer/network_open.h"
#include "transfer/paint.h"
#include "transfer/recipe_file.h"
#include "transfer/recipe_usual.h"
#include "transfer/start.h"

enum { SEED = 7, STEPS = 10, SEEN = 3, NUMBERS = 5 };

/* Rounding grows with every step, and L-BFGS makes the most of it; float keeps enough for
 * the first row only. Sanitizers would take minutes for ten steps: with them one is
 * taken, and `make test-recipes` takes all. */
#ifdef REAL_DOUBLE
#define TOLERANCE 1e-6
#else
#define TOLERANCE 2e-2
#endif
#if !defined REAL_DOUBLE
#define TAKEN 1
#define ROWS 1
#elif defined __SANITIZE_ADDRESS__
#define TAKEN 1
#define ROWS 2
#else
#define TAKEN STEPS
#define ROWS SEEN
#endif

static Network *networks[2][3][2]; /* squeezenet, pooling, made for caffe */
static Error err;

static int begin(void **state) {
    (void)state;
    arena = arena_new();
    memset(networks, 0, sizeof networks);
    oracle_read("tests/golden/torch_recipes.npz");
    return 0;
}

static int end(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

/* Bytes as RGB in [0, 1]. */
static Tensor image(const char *name) {
    Tensor x = tensor_clone(arena, expected(NULL, name));
    for (size_t i = 0; i < shape_size(x.shape); i++)
        x.data[i] /= 255;
    return x;
}

static bool is_squeezenet(const Recipe *recipe) {
    return strcmp(recipe->net.name, "squeezenet1_1") == 0;
}

/* The same weights for all; what they were made for is what the system's were made for.
 */
static Network *random_network(const Recipe *recipe, bool caffe) {
    Network *network =
        network_new(arena, is_squeezenet(recipe) ? "squeezenet1_1" : "vgg19_small16x",
                    recipe->net.pool, &err);
    assert_non_null(network);
    network_preprocess(network, caffe ? PREPROCESS_CAFFE_RGB : PREPROCESS_TORCH);
    network_random(network, SEED);
    return network;
}

/* One for all recipes that leave its weights alone. */
static Network *network_for(const Recipe *recipe, const char *name) {
    const bool caffe = expected(name, "caffe").data[0] != 0;
    Network **network = &networks[is_squeezenet(recipe)][recipe->net.pool][caffe];
    if (recipe->net.features == FEATURES_NORMALISED) return random_network(recipe, caffe);
    if (!*network) *network = random_network(recipe, caffe);
    return *network;
}

/* What the small VGG lacks, and what ten steps would not show: as in golden_recipes.py.
 */
static void shorten(Recipe *r) {
    for (int i = 0; i < r->content.layers.count; i++)
        if (strcmp(r->content.layers.item[i].name, "block5_conv2") == 0)
            strcpy(r->content.layers.item[i].name, "block5_conv1");
    r->run.steps = TAKEN;
    r->size.stages.count = 0;
    if (r->optimizer.schedule.at) r->optimizer.schedule.at = 5;
    if (r->pixels.clamp_steps) r->pixels.clamp_steps = 7;
    if (r->optimizer.schedule.every) r->optimizer.schedule.every = 3;
    if (r->optimizer.restart_every) r->optimizer.restart_every = 12;
}

/* One row for each image that is looked at. */
typedef struct Table {
    int rows;
    double number[SEEN][NUMBERS];
} Table;

static void look(Table *table, Problem *problem) {
    problem_forward(problem);
    problem_backward(problem);
    const Terms t = problem_terms(problem);
    double squares = 0;
    for (size_t i = 0; i < shape_size(problem->variable->shape); i++) {
        const double g = (double)problem->variable->grad[i];
        squares += g * g;
    }
    const double row[NUMBERS] = {t.content, t.style, t.tv, t.total, sqrt(squares)};
    memcpy(table->number[table->rows], row, sizeof row);
    if (problem->recipe->tv.weight == 0) table->number[table->rows][2] = 0;
    table->rows++;
}

static bool watch(void *context, const Problem *problem, const PaintStep *step) {
    Problem *changing = (Problem *)(uintptr_t)problem;
    if (step->step == 1 || step->step == STEPS) look(context, changing);
    return true;
}

static Tensor first_image(const Recipe *r, const Network *network) {
    if (r->start.from == START_NOISE)
        return start_noise(arena, r, network, image("content"));
    return image(r->start.from == START_STYLE ? "restyled" : "content");
}

/* A loss that is 0 at the start is rounding, which the largest of its column measures. */
static bool agree(double is, double be, const real *column) {
    double largest = 0;
    for (int row = 0; row < SEEN; row++)
        largest = fmax(largest, fabs((double)column[row * NUMBERS]));
    return fabs(is - be) <= TOLERANCE * fabs(be) + (double)REAL_EPSILON * largest;
}

static void check_numbers(const char *name, const Table *table) {
    const real *wanted = expected(NULL, name).data;
    for (int row = 0; row < ROWS; row++)
        for (int i = 0; i < NUMBERS; i++) {
            const double is = table->number[row][i],
                         be = (double)wanted[row * NUMBERS + i];
            if (!agree(is, be, wanted + i))
                fail_msg("%s, row %d, number %d: %.12g, PyTorch has %.12g", name, row, i,
                         is, be);
        }
}

/* Mean and norm of the result as RGB. */
static void check_end(const char *name, Tensor x) {
    const real *wanted = expected(name, "end").data;
    const size_t size = shape_size(x.shape);
    double sum = 0, squares = 0;
    for (size_t i = 0; i < size; i++) {
        sum += (double)x.data[i];
        squares += (double)x.data[i] * (double)x.data[i];
    }
    if (ROWS < SEEN) return;
    assert_close(sum / (double)size, wanted[0], TOLERANCE, 0);
    assert_close(sqrt(squares), wanted[1], TOLERANCE, 0);
}

/* `name` of the recipe, `as` of the golden numbers. */
static void check_recipe(const char *name, const char *as, Network *network) {
    Recipe recipe;
    Problem problem;
    Table table = {0};
    double factor;
    const Scene scene = scene_of(image("content"), image("style"));
    if (!recipe_read(name, &recipe, &err)) fail_msg("%s", err.text);
    shorten(&recipe);
    if (!network) network = network_for(&recipe, name);
    assert_true(recipe_complete(&recipe, network, &err));
    assert_true(feature_scale_apply(&recipe, network, &scene, &factor, &err));
    assert_close(factor, 1, 0, 0);
    assert_true(recipe_choose_rate(&recipe, network, (Shape){1, 3, 32, 40}, &err));
    if (!problem_init_scene(&problem, arena, &recipe, network, &scene,
                            first_image(&recipe, network), &err))
        fail_msg("%s: %s", name, err.text);
    look(&table, &problem);
    PaintEnd run = paint_run(&problem, arena, watch, &table);
    if (run.steps != TAKEN) fail_msg("%s: %d steps: %s", name, run.steps, run.why);
    check_numbers(as, &table);
    check_end(as, problem_image(&problem, arena));
    problem_free(&problem);
}

/* valgrind would take many minutes. */
static void every_recipe_walks_with_torch(void **state) {
    (void)state;
    if (test_is_instrumented()) skip();
    const char *const *names = recipe_names(arena, &err);
    assert_non_null(names);
    int count = 0;
    for (; *names; names++, count++)
        check_recipe(*names, *names, NULL);
    assert_int_equal(count, 42);
}

/* With the weights that the systems use. */
static void check_real(const char *name, const char *weights) {
    Recipe recipe;
    char as[64];
    const char *path = test_shared(weights);
    if (!path) skip();
    assert_true(recipe_read(name, &recipe, &err));
    const NetworkOptions wanted = {.net = recipe.net.name, .pool = recipe.net.pool};
    Network *network = network_open(arena, path, &wanted, NULL, &err);
    assert_non_null(network);
    snprintf(as, sizeof as, "real-%s", name);
    check_recipe(name, as, network);
}

#define VGG "weights/vgg19_conv1_1-conv3_4.safetensors"
#define SQUEEZENET "weights/squeezenet1_1.safetensors"

static void the_code_of_document_000_walks_with_torch_on_vgg19(void **state) {
    (void)state;
    check_real("seed0-code", VGG);
}

static void cs231n_walks_with_torch_on_squeezenet(void **state) {
    (void)state;
    check_real("c2-starry", SQUEEZENET);
    check_real("c2-composition", SQUEEZENET);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_recipe_walks_with_torch),
        TEST(the_code_of_document_000_walks_with_torch_on_vgg19),
        TEST(cs231n_walks_with_torch_on_squeezenet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
