/* The training of any style: its losses, its steps, and what a checkpoint needs. */
#include "train/any_training.h"

#include <math.h>
#include <string.h>

#include "autograd/node.h"
#include "autograd/tape.h"
#include "tests/networks.h"

static Network *paintnet;

static int begin(void **state) {
    setup(state);
    paintnet = network_new(arena, "paintnet", POOL_DEFAULT, &err);
    network_padding(paintnet, PADDING_REFLECT);
    network_random(paintnet, 3);
    return 0;
}

static void fill(Tensor t, uint64_t seed, double low, double high) {
    Rng rng = rng_seed(seed);
    tensor_fill_uniform(t, &rng, low, high);
}

/* The sum of (a - b)^2 over that of b^2, for `size` numbers. */
static double relative(const real *a, const real *b, size_t size) {
    double apart = 0, whole = 0;
    for (size_t i = 0; i < size; i++) {
        apart += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
        whole += (double)b[i] * (double)b[i];
    }
    return apart / whole;
}

/* Mean of the squared differences downwards, and of those to the right. */
static double smoothness(Tensor x) {
    const int n = x.shape.n * x.shape.c, h = x.shape.h, w = x.shape.w;
    double down = 0, right = 0;
    for (int p = 0; p < n; p++)
        for (int i = 0; i < h; i++)
            for (int j = 0; j < w; j++) {
                const real *at = x.data + (p * h + i) * w + j;
                if (i + 1 < h) down += pow((double)at[w] - (double)at[0], 2);
                if (j + 1 < w) right += pow((double)at[1] - (double)at[0], 2);
            }
    return down / (n * (h - 1) * w) + right / (n * h * (w - 1));
}

/* Each image has Gram matrices of its own, and counts as much as another, however large
 * they are. */
static void the_losses_are_those_of_their_formulas(void **state) {
    (void)state;
    AnyLoss loss;
    MannerNodes nodes;
    Decoder *decoder = decoder_new(arena);
    decoder_random(decoder, 4);
    decoder_set_light(decoder, 0.7);
    const AnyBatch batch = any_batch_new(arena, 2, 16);
    fill(batch.light, 5, -2, 2);
    fill(batch.features, 1, 0, 2);
    fill(batch.code, 2, 0, 1);
    fill(batch.palette, 4, 0, 0.5);
    fill(batch.content, 3, 0, 1);
    for (int l = 0; l < MANNER_LAYERS; l++) {
        fill(batch.gram[l], 10 + (uint64_t)l, 0, 1);
        const size_t half = shape_size(batch.gram[l].shape) / 2;
        for (size_t i = 0; i < half; i++)
            batch.gram[l].data[i] *= 50;
    }
    const StyleWeights weights = {.content = 2, .style = 3, .tv = 5};
    Tape *tape = tape_new();
    assert_true(any_loss_record(tape, decoder, paintnet, &batch, weights, &loss, &err));
    assert_true(manner_record(paintnet, tape, loss.picture, &nodes, &err));
    double style = 0;
    for (int l = 0; l < MANNER_LAYERS; l++)
        for (int i = 0; i < 2; i++) {
            const size_t size = shape_size(batch.gram[l].shape) / 2,
                         at = size * (size_t)i;
            style += relative(node_tensor(nodes.gram[l]).data + at,
                              batch.gram[l].data + at, size) /
                     (2 * MANNER_LAYERS);
        }
    const double content = relative(node_tensor(nodes.features).data, batch.content.data,
                                    shape_size(batch.content.shape));
    const double tv = smoothness(node_tensor(loss.picture));
    assert_close(node_scalar(loss.style), style, 1e-4, 0);
    assert_close(node_scalar(loss.content), content, 1e-4, 0);
    assert_close(node_scalar(loss.tv), tv, 1e-4, 0);
    assert_close(node_scalar(loss.total), 2 * content + 3 * style + 5 * tv, 1e-4, 0);
    tape_free(tape);
}

static const StyleSettings settings = {.steps = 6,
                                       .batch = 1,
                                       .first = 64,
                                       .last = 72,
                                       .rate = 1e-3,
                                       .clip = 0.9,
                                       .seed = 5,
                                       .weights = {.content = 1, .style = 30}};

static const Crops *crops(void) {
    PhotoFiles files;
    const char *paths[] = {"assets/painting.png"};
    Crops *made = NULL;
    if (!photo_files_read(arena, paths, 1, &files, &err) ||
        !(made = crops_new(arena, &files, &err)))
        fail_msg("%s", err.text);
    return made;
}

static AnyTraining *training(Decoder *decoder, const Crops *photos) {
    AnyTraining *t =
        any_training_new(arena, decoder, paintnet, photos, photos, settings, &err);
    if (!t) fail_msg("%s", err.text);
    return t;
}

static void steps(AnyTraining *t, int count) {
    for (int i = 0; i < count; i++)
        if (!any_training_step(t, &err)) fail_msg("%s", err.text);
}

/* Squares of 64 pixels for 0.65 of 6 updates, 3.9, then of 68, which is no multiple of 8,
 * and of 72 for the last 0.15. */
static void squares_have_sides_of_multiples_of_8(void **state) {
    (void)state;
    static const int sides[] = {64, 64, 64, 64, 64, 72};
    for (int i = 0; i < 6; i++)
        assert_int_equal(any_training_side(&settings, i), sides[i]);
}

/* The weights change, and what was drawn has the size of the squares. */
static void a_step_changes_the_decoder(void **state) {
    (void)state;
    Decoder *decoder = decoder_new(arena), *first = decoder_new(arena);
    decoder_random(first, settings.seed);
    AnyTraining *t = training(decoder, crops());
    steps(t, 1);
    const NamedTensors a = decoder_weights(decoder, arena),
                       b = decoder_weights(first, arena);
    for (size_t i = 0; i < a.count; i++)
        assert_memory_not_equal(a.items[i].tensor.data, b.items[i].tensor.data,
                                shape_size(a.items[i].tensor.shape) * sizeof(real));
    const Tensor pictures = any_training_pictures(t);
    assert_true(shape_equal(pictures.shape, (Shape){1, 3, 64, 64}));
    assert_true(shape_equal(any_training_images(t).shape, (Shape){2, 3, 64, 64}));
    const StyleTerms m = updates_terms(any_training_updates(t));
    assert_close(m.total, m.content + 30 * m.style, 1e-5, 0);
    any_training_free(t);
}

/* What an update paints, before it changes the weights. */
static Tensor first_pictures(double light, Tensor *photos) {
    Decoder *decoder = decoder_new(arena);
    decoder_set_light(decoder, light);
    AnyTraining *t = training(decoder, crops());
    steps(t, 1);
    assert_true(decoder_light(decoder) == light);
    const Tensor pictures = tensor_clone(arena, any_training_pictures(t));
    *photos = tensor_clone(arena, any_training_images(t));
    any_training_free(t);
    return pictures;
}

/* What light adds is large where the photograph is light, and grows with it. */
static void pictures_have_the_light_of_their_photographs(void **state) {
    (void)state;
    Tensor photos;
    const Tensor none = first_pictures(0, &photos), half = first_pictures(0.5, &photos),
                 full = first_pictures(1, &photos);
    const size_t size = shape_size(none.shape);
    double alike = 0, mean = 0;
    real *added = arena_alloc(arena, size * sizeof *added),
         *twice = arena_alloc(arena, size * sizeof *twice);
    for (size_t i = 0; i < size; i++) {
        added[i] = full.data[i] - none.data[i];
        twice[i] = 2 * (half.data[i] - none.data[i]);
        mean += (double)photos.data[i] / (double)size;
    }
    for (size_t i = 0; i < size; i++)
        alike += (double)added[i] * ((double)photos.data[i] - mean);
    assert_all_close(twice, added, size, 1e-4);
    assert_true(alike > 0);
}

/* Stopped after two updates, and continued in a new training. */
static void a_training_goes_on_to_the_same_bits(void **state) {
    (void)state;
    const Crops *photos = crops();
    Decoder *one = decoder_new(arena), *other = decoder_new(arena);
    AnyTraining *a = training(one, photos), *b = training(other, photos);
    steps(a, 2);
    StateList from = {0}, to = {0};
    updates_state(any_training_updates(a), &from);
    updates_state(any_training_updates(b), &to);
    assert_int_equal(from.count, to.count);
    for (int i = 0; i < from.count; i++)
        memcpy(to.piece[i].data, from.piece[i].data,
               from.piece[i].count * state_width(from.piece[i].kind));
    assert_true(updates_state_check(any_training_updates(b), &err));
    steps(a, 4);
    steps(b, 4);
    const NamedTensors x = decoder_weights(one, arena), y = decoder_weights(other, arena);
    for (size_t i = 0; i < x.count; i++)
        assert_memory_equal(x.items[i].tensor.data, y.items[i].tensor.data,
                            shape_size(x.items[i].tensor.shape) * sizeof(real));
    any_training_free(a);
    any_training_free(b);
}

static void the_forecast_is_near_what_tapes_hold(void **state) {
    (void)state;
    size_t bytes = 0, more = 0;
    Decoder *decoder = decoder_new(arena);
    StyleSettings larger = settings;
    larger.batch = 3;
    assert_true(any_training_forecast(decoder, paintnet, settings, &bytes, &err));
    assert_true(any_training_forecast(decoder, paintnet, larger, &more, &err));
    /* At least the features of the first layer of three images. */
    assert_true(bytes > 3 * 32 * 72 * 72 * sizeof(real));
    assert_true(2 * more > 3 * bytes && more < 3 * bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_losses_are_those_of_their_formulas, begin,
                                        teardown),
        cmocka_unit_test_setup_teardown(squares_have_sides_of_multiples_of_8, begin,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_step_changes_the_decoder, begin, teardown),
        cmocka_unit_test_setup_teardown(pictures_have_the_light_of_their_photographs,
                                        begin, teardown),
        cmocka_unit_test_setup_teardown(a_training_goes_on_to_the_same_bits, begin,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_forecast_is_near_what_tapes_hold, begin,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
