/* The parts of a film: the loss that holds a frame to the one before, blending, rounding. */
#include <math.h>
#include <string.h>

#include "autograd/tape_plan.h"
#include "flow/consistency.h"
#include "io/image.h"
#include "tests/pictures.h"
#include "transfer/film.h"
#include "transfer/recipe_file.h"
#include "transfer/recipe_usual.h"

enum { H = 40, W = 36 };
static Error err;

typedef struct Setup {
    Network *network;
    Recipe recipe;
    Scene scene;
} Setup;

/* A frame whose reliability is 1 in the left half and 0 in the right. */
static Setup setup_of(void) {
    Setup s;
    s.network = network_new(arena, "vgg19", POOL_DEFAULT, &err);
    assert_non_null(s.network);
    network_random(s.network, 3);
    assert_true(recipe_read("paint", &s.recipe, &err));
    s.recipe.net.name = "vgg19";
    assert_true(layers_parse("relu2_1", &s.recipe.content.layers, &err));
    assert_true(layers_parse("relu1_1,relu2_1", &s.recipe.style.layers, &err));
    s.scene = scene_of(random_image(1, H, W), random_image(2, 32, 32));
    const Tensor sure = tensor_alloc(arena, (Shape){1, 1, H, W});
    for (int k = 0; k < H * W; k++)
        sure.data[k] = k % W < W / 2;
    s.scene.temporal =
        (Temporal){.before = random_image(3, H, W), .sure = sure, .weight = 7};
    return s;
}

static Terms terms_of(const Setup *s, const Scene *scene, Tensor image,
                      Tensor *gradient) {
    Problem p;
    if (!problem_init_scene(&p, arena, &s->recipe, s->network, scene, image, &err))
        fail_msg("%s", err.text);
    problem_backward(&p);
    *gradient = tape_keep_grad(arena, p.variable);
    const Terms terms = problem_terms(&p);
    problem_free(&p);
    return terms;
}

/* The term is the mean over 3 H W numbers of the squares in the left half; the total has 7
 * of it, and the gradient 7 times 2 (x - b) / (3 H W) there and nothing in the right half.
 */
static void check_term(bool tiled) {
    Setup s = setup_of();
    Scene alone = s.scene;
    Tensor with_gradient, gradient;
    const Tensor image = random_image(4, H, W);
    s.recipe.run.tile = tiled ? 32 : 0;
    alone.temporal = (Temporal){0};
    const Terms with = terms_of(&s, &s.scene, image, &with_gradient);
    const Terms without = terms_of(&s, &alone, image, &gradient);
    const size_t size = 3 * H * W;
    double sum = 0, largest = 0;
    for (size_t k = 0; k < size; k++) {
        const double d = (double)(image.data[k] - s.scene.temporal.before.data[k]);
        const double sure = (double)s.scene.temporal.sure.data[k % (H * W)];
        sum += sure * d * d;
        largest = fmax(largest, fabs((double)gradient.data[k]));
    }
    for (size_t k = 0; k < size; k++) {
        const double d = (double)(image.data[k] - s.scene.temporal.before.data[k]);
        const double sure = (double)s.scene.temporal.sure.data[k % (H * W)];
        assert_close((double)(with_gradient.data[k] - gradient.data[k]),
                     7 * 2 * sure * d / (double)size, 1e-4, 1e-4 * largest);
    }
    assert_close(with.temporal, sum / (double)size, 1e-5, 0);
    assert_true(without.temporal == 0);
    assert_close(with.total - without.total, 7 * with.temporal, 1e-4, 0);
}

static void the_frame_before_is_a_term_of_the_loss(void **state) {
    (void)state;
    check_term(false);
    check_term(true);
}

/* With 1 and 3 in a pixel of the two, reliability 1/2 and share 0.8: 1 + 0.4 (3 - 1). */
static void blending_takes_reliable_pixels_only(void **state) {
    (void)state;
    const Tensor painting = tensor_alloc(arena, (Shape){1, 3, 1, 2});
    const FilmStep step = {.sure = tensor_alloc(arena, (Shape){1, 1, 1, 2}),
                           .before = tensor_alloc(arena, painting.shape)};
    tensor_fill(painting, 1);
    tensor_fill(step.before, 3);
    step.sure.data[0] = (real)0.5;
    film_blend(painting, &step, 0.8);
    for (int c = 0; c < 3; c++) {
        assert_close(painting.data[2 * c], 1.8, 1e-6, 0);
        assert_close(painting.data[2 * c + 1], 1, 0, 0);
    }
}

static void rounding_is_that_of_a_file(void **state) {
    (void)state;
    const char *path = "build/test_film_" REAL_NAME ".ppm";
    const Tensor x = random_image(5, 20, 30);
    Tensor back;
    x.data[0] = -1;
    x.data[1] = 2;
    x.data[2] = (real)(0.5 / 255);
    assert_true(image_write(path, x, &err) && image_read(arena, path, &back, &err));
    film_round(x);
    assert_same_bits(x.data, back.data, shape_size(x.shape));
}

/* The same picture twice does not move, and all of it can be trusted; the painting stays. */
static void a_step_without_motion_keeps_the_painting(void **state) {
    (void)state;
    const Tensor frame = random_image(6, 32, 40), painting = random_image(7, 32, 40);
    const FilmStep step = film_step(arena, frame, frame, painting, &flow_usual);
    assert_close(step.share, 1, 0, 0);
    assert_same_bits(step.before.data, painting.data, shape_size(painting.shape));
}

static bool go_on(void *context, const Problem *problem, const PaintStep *step) {
    (void)context, (void)problem, (void)step;
    return true;
}

static FilmStep step_of(uint64_t seed) {
    FilmStep step = {.before = random_image(seed, H, W),
                     .sure = tensor_alloc(arena, (Shape){1, 1, H, W})};
    tensor_fill(step.sure, (real)(0.1 * (double)seed));
    return step;
}

static Tensor painted_next(Film *film, Tensor frame, const FilmStep *step) {
    Tensor painting;
    if (!film_paint_next(film, arena, frame, step, go_on, NULL, &painting, &err))
        fail_msg("%s", err.text);
    return painting;
}

/* A film that has painted another frame already, of this size or not, paints like one that
 * begins: the tape that is kept has the photograph, the painting before and its reliability
 * of this frame. In tiles nothing is kept. */
static void check_that_nothing_stays(bool tiled) {
    Setup s = setup_of();
    s.recipe.run.tile = tiled ? 32 : 0;
    s.scene.temporal = (Temporal){0};
    Film begins = {&s.recipe, s.network, s.scene, .steps = 3, .temporal_weight = 30};
    Film goes_on = begins, larger = begins;
    const Tensor one = random_image(5, H, W), two = random_image(6, H, W);
    const FilmStep step_one = step_of(7), step_two = step_of(9);
    const Tensor expected = painted_next(&begins, two, &step_two);
    const Tensor other = painted_next(&goes_on, one, &step_one);
    const Tensor painting = painted_next(&goes_on, two, &step_two);
    assert_same_bits(painting.data, expected.data, shape_size(expected.shape));
    assert_false(memcmp(other.data, expected.data, sizeof(real) * 3 * H * W) == 0);
    const FilmStep wide = {.before = random_image(1, H, W + 4),
                           .sure = tensor_alloc(arena, (Shape){1, 1, H, W + 4})};
    painted_next(&larger, random_image(2, H, W + 4), &wide);
    assert_same_bits(painted_next(&larger, two, &step_two).data, expected.data,
                     shape_size(expected.shape));
    film_end(&begins);
    film_end(&goes_on);
    film_end(&larger);
}

static void a_kept_tape_paints_like_a_new_one(void **state) {
    (void)state;
    check_that_nothing_stays(false);
    check_that_nothing_stays(true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_frame_before_is_a_term_of_the_loss),
        TEST(blending_takes_reliable_pixels_only),
        TEST(rounding_is_that_of_a_file),
        TEST(a_kept_tape_paints_like_a_new_one),
        TEST(a_step_without_motion_keeps_the_painting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
