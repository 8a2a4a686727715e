/* The decoder of any style: what PyTorch computes with the same weights, one code folded
 * into them, and what is refused. */
#include "nn/decoder.h"

#include <stdio.h>
#include <string.h>

#include "tests/oracle.h"

#define SAMPLES 61 /* of every gradient in the golden file */

static Error err;

static int begin(void **state) {
    (void)state;
    err.text[0] = 0;
    oracle_open("tests/golden/torch_anystyle.npz");
    return 0;
}

static Tensor uniform(uint64_t seed, Shape shape, double low, double high) {
    Tensor t = tensor_alloc(arena, shape);
    Rng rng = rng_seed(seed);
    tensor_fill_uniform(t, &rng, low, high);
    return t;
}

/* The weights of bench/oracle/golden_anystyle.py. */
static Decoder *golden_decoder(void) {
    Decoder *decoder = decoder_new(arena);
    const NamedTensors list = decoder_weights(decoder, arena);
    for (size_t i = 0; i < list.count; i++) {
        Rng rng = rng_seed(1000 + i);
        tensor_fill_uniform(list.items[i].tensor, &rng, -0.1, 0.1);
    }
    return decoder;
}

static Tensor golden_features(void) {
    return uniform(500, (Shape){2, 128, 4, 6}, 0, 2);
}

static Tensor golden_light(void) {
    return uniform(504, (Shape){2, 1, 4, 6}, -1, 1);
}

static Tensor golden_palette(void) {
    return uniform(503, (Shape){2, 1, 3, 4}, 0, 1);
}

static Tensor golden_code(void) {
    return uniform(501, (Shape){2, DECODER_CODE, 1, 1}, 0, 1);
}

/* The golden gradients are at every size / count-th element. */
static void check_sampled(const Node *w, const char *of, const char *name) {
    const size_t size = shape_size(w->shape), count = size < SAMPLES ? size : SAMPLES;
    real got[SAMPLES];
    for (size_t i = 0; i < count; i++)
        got[i] = w->grad[i * size / count];
    char key[40];
    snprintf(key, sizeof key, "d%s", name);
    assert_int_equal(shape_size(expected(of, key).shape), count);
    assert_all_close(got, expected(of, key).data, count, CLOSE);
}

static const Node *variable_of(Tensor t) {
    for (int i = 0; i < tape_size(tape); i++)
        if (tape_node(tape, i)->value == t.data) return tape_node(tape, i);
    fail_msg("no node reads the tensor");
    return NULL;
}

static void the_decoder_agrees_with_torch(void **state) {
    (void)state;
    Decoder *decoder = golden_decoder();
    decoder_trainable(decoder, true);
    Node *features = tape_variable(tape, golden_features());
    Node *code = tape_variable(tape, golden_code());
    Node *palette = tape_variable(tape, golden_palette());
    Node *picture = decoder_record(decoder, tape, features, NULL, code, palette);
    assert_true(shape_equal(picture->shape, (Shape){2, 3, 16, 24}));
    tape_backward_from(tape, picture, uniform(502, picture->shape, 0, 1).data);
    check_value(picture, NULL, "y");
    check_sampled(features, NULL, "features");
    check_sampled(code, NULL, "code");
    check_sampled(palette, NULL, "palette");
    const NamedTensors list = decoder_weights(decoder, arena);
    assert_int_equal(list.count, 2 + 7 * 5);
    for (size_t i = 0; i < list.count; i++)
        check_sampled(variable_of(list.items[i].tensor), NULL, list.items[i].name);
}

static void a_decoder_with_light_agrees_with_torch(void **state) {
    (void)state;
    Decoder *decoder = golden_decoder();
    decoder_set_light(decoder, 0.7);
    Node *light = tape_variable(tape, golden_light());
    Node *palette = tape_variable(tape, golden_palette());
    Node *picture = decoder_record(decoder, tape, tape_constant(tape, golden_features()),
                                   light, tape_constant(tape, golden_code()), palette);
    tape_backward_from(tape, picture, uniform(502, picture->shape, 0, 1).data);
    check_value(picture, "lit", "y");
    check_sampled(light, "lit", "light");
    check_sampled(palette, "lit", "palette");
}

/* Image n of a golden picture, cut off below 0 and above 1; some of it is inside. */
static Tensor golden_picture(const char *of, int n) {
    const Tensor y = expected(of, "y");
    Tensor out = tensor_alloc(arena, (Shape){1, 3, 16, 24});
    const size_t size = shape_size(out.shape);
    int inside = 0;
    for (size_t i = 0; i < size; i++) {
        const double v = (double)y.data[(size_t)n * size + i];
        out.data[i] = (real)(v < 0 ? 0 : v > 1 ? 1 : v);
        inside += v > 0 && v < 1;
    }
    assert_true(inside > 50);
    return out;
}

/* Image n of two. */
static Node *constant_of(Tensor t, int n) {
    t.shape.n = 1;
    t.data += (size_t)n * shape_size(t.shape);
    return tape_constant(tape, t);
}

static Node *record_golden(const Decoder *painter, int n) {
    return decoder_record_folded(painter, tape, constant_of(golden_features(), n), NULL);
}

static Node *record_lit(const Decoder *painter, int n) {
    return decoder_record_folded(painter, tape, constant_of(golden_features(), n),
                                 constant_of(golden_light(), n));
}

static void fold_golden(Decoder *painter, double light, int n) {
    Decoder *decoder = golden_decoder();
    decoder_set_light(decoder, light);
    decoder_fold(painter, decoder, golden_code().data + n * DECODER_CODE,
                 golden_palette().data + n * DECODER_PALETTE);
}

static void check_golden(const Node *picture, const char *of, int n) {
    assert_all_close(picture->value, golden_picture(of, n).data,
                     shape_size(picture->shape), CLOSE);
}

static void a_folded_code_paints_the_same(void **state) {
    (void)state;
    Decoder *painter = decoder_new(arena);
    for (int n = 0; n < 2; n++) {
        fold_golden(painter, 0, n);
        check_golden(record_golden(painter, n), NULL, n);
    }
}

/* With a light of 0, and with no l, it is not seen. */
static void a_folded_light_paints_the_same(void **state) {
    (void)state;
    Decoder *painter = decoder_new(arena);
    for (int n = 0; n < 2; n++) {
        fold_golden(painter, 0.7, n);
        assert_true(decoder_light(painter) == 0.7);
        check_golden(record_lit(painter, n), "lit", n);
        check_golden(record_golden(painter, n), NULL, n);
        fold_golden(painter, 0, n);
        check_golden(record_lit(painter, n), NULL, n);
    }
}

static void folding_again_changes_what_was_recorded(void **state) {
    (void)state;
    Decoder *painter = decoder_new(arena);
    fold_golden(painter, 0.2, 1);
    const Node *picture = record_golden(painter, 0), *lit = record_lit(painter, 0);
    fold_golden(painter, 0.7, 0);
    tape_forward(tape);
    check_golden(picture, NULL, 0);
    check_golden(lit, "lit", 0);
}

/* The first weights draw relu(V code + v) with deviation about 1, and scales near 1. */
static void random_weights_depend_on_the_seed_alone(void **state) {
    (void)state;
    Decoder *a = decoder_new(arena), *b = decoder_new(arena), *c = decoder_new(arena);
    decoder_random(a, 5);
    decoder_random(b, 5);
    decoder_random(c, 6);
    const NamedTensors x = decoder_weights(a, arena), y = decoder_weights(b, arena),
                       z = decoder_weights(c, arena);
    int different = 0;
    for (size_t i = 0; i < x.count; i++) {
        const size_t bytes = shape_size(x.items[i].tensor.shape) * sizeof(real);
        assert_memory_equal(x.items[i].tensor.data, y.items[i].tensor.data, bytes);
        different += memcmp(x.items[i].tensor.data, z.items[i].tensor.data, bytes) != 0;
    }
    assert_int_equal(different, 1 + 7 * 3); /* all but the biases, which are 0 */
}

static void a_copy_has_weights_of_its_own(void **state) {
    (void)state;
    Decoder *decoder = golden_decoder();
    decoder_set_light(decoder, 1.25);
    Decoder *copy = decoder_copy(arena, decoder);
    assert_true(decoder_light(copy) == 1.25);
    const NamedTensors a = decoder_weights(decoder, arena),
                       b = decoder_weights(copy, arena);
    for (size_t i = 0; i < a.count; i++) {
        const size_t size = shape_size(a.items[i].tensor.shape);
        assert_ptr_not_equal(a.items[i].tensor.data, b.items[i].tensor.data);
        assert_memory_equal(a.items[i].tensor.data, b.items[i].tensor.data,
                            size * sizeof(real));
    }
}

/* 2 matrices and 4 vectors for each of 7 convolutions, and the code's: kernels
 * 9 (128 128 2 + 128 64 + 64 64 + 64 32 + 32 32 + 32 3), what the code says
 * 2 65 (128 2 + 64 2 + 32 2 + 3), and 1280 64 + 64. */
static void the_decoder_has_577_thousand_weights(void **state) {
    (void)state;
    const NamedTensors list = decoder_weights(decoder_new(arena), arena);
    size_t sum = 0;
    for (size_t i = 0; i < list.count; i++)
        sum += shape_size(list.items[i].tensor.shape);
    assert_int_equal(sum, 9 * (2 * 16384 + 8192 + 4096 + 2048 + 1024 + 96) +
                              2 * 65 * 451 + 1280 * 64 + 64);
}

static void refused(NamedTensors list, const char *why) {
    Decoder *decoder = decoder_new(arena);
    assert_false(decoder_load(decoder, &list, "FILE", &err));
    if (!strstr(err.text, why)) fail_msg("%s", err.text);
}

static void weights_that_do_not_fit_are_refused(void **state) {
    (void)state;
    const NamedTensors list = decoder_weights(golden_decoder(), arena);
    NamedTensor *item = &list.items[5];
    const NamedTensor good = *item;
    assert_true(decoder_load(decoder_new(arena), &list, "FILE", &err));
    item->name = "other";
    refused(list, "FILE: no tensor block1.shift.weight");
    *item = good;
    item->tensor.shape.w = 63;
    refused(list, "block1.shift.weight is (1,1,128,63)");
    *item = good;
    item->rank = 3;
    refused(list, "block1.shift.weight");
    *item = good;
    item->problem = "block1.shift.weight is of bools";
    refused(list, "FILE: block1.shift.weight is of bools");
    *item = good;
    item->tensor.data[7] = (real)NAN;
    refused(list, "NaN");
}

static void record_light_of(void *decoder) {
    const double light = decoder_light(decoder);
    Node *l = light > 0 ? NULL : tape_constant(tape, golden_light());
    decoder_record(decoder, tape, tape_constant(tape, golden_features()), l,
                   tape_constant(tape, golden_code()),
                   tape_constant(tape, golden_palette()));
}

static void set_light(void *light) {
    decoder_set_light(decoder_new(arena), *(const double *)light);
}

static void a_light_without_l_stops_the_program(void **state) {
    (void)state;
    double wrong[] = {-0.1, DECODER_LIGHT_MOST + 0.1, (double)NAN};
    Decoder *decoder = golden_decoder();
    assert_check_fails(record_light_of, decoder, "decoder: a light of 0 with l");
    decoder_set_light(decoder, 0.5);
    assert_check_fails(record_light_of, decoder, "decoder: a light of 0.5 without l");
    for (int i = 0; i < 3; i++)
        assert_check_fails(set_light, &wrong[i], "a light of");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_decoder_agrees_with_torch, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(a_decoder_with_light_agrees_with_torch, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(a_folded_code_paints_the_same, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(a_folded_light_paints_the_same, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(folding_again_changes_what_was_recorded, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(random_weights_depend_on_the_seed_alone, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(a_copy_has_weights_of_its_own, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(the_decoder_has_577_thousand_weights, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(weights_that_do_not_fit_are_refused, begin,
                                        oracle_close),
        cmocka_unit_test_setup_teardown(a_light_without_l_stops_the_program, begin,
                                        oracle_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
