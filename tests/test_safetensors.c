#include "io/safetensors.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/number.h"
#include "tests/arena.h"
#include "tests/damage.h"

#define OUT "build/test_safetensors_" REAL_NAME ".safetensors"

static bool read_bytes(Arena *own, FileBytes file, Error *err) {
    NamedTensors list;
    return safetensors_read_bytes(own, file, "weights.safetensors", &list, err) &&
           named_check(&list, err);
}

/* The length, this header, `size` bytes of data. */
static FileBytes file_of(const char *header, size_t size) {
    size_t length = strlen(header);
    FileBytes file = {arena_alloc(arena, 8 + length + size), 8 + length + size};
    bytes_store(file.data, 8, length);
    memcpy(file.data + 8, header, length);
    return file;
}

#define ENTRY(name, dtype, shape, offsets)                                               \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape                             \
    ",\"data_offsets\":" offsets "}"

static NamedTensors read_good(FileBytes file) {
    NamedTensors list;
    Error err;
    if (!safetensors_read_bytes(arena, file, "test", &list, &err))
        fail_msg("%s", err.text);
    return list;
}

/* 1 and -2 as F32 3F800000 C0000000, BF16 3F80 C000, F16 3C00 C000 and in F64. */
static void the_four_kinds_of_numbers_are_read(void **state) {
    (void)state;
    static const unsigned char data[] = {
        0,    0,    0x80, 0x3F, 0, 0, 0,    0xC0,                            /* F32 */
        0x80, 0x3F, 0,    0xC0,                                              /* BF16 */
        0,    0x3C, 0,    0xC0,                                              /* F16 */
        0,    0,    0,    0,    0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0xC0, /* F64 */
    };
    FileBytes file = file_of(
        "{" ENTRY("d", "F64", "[2,1]", "[16,32]") "," ENTRY(
            "s", "F32", "[1,2]",
            "[0,8]") "," ENTRY("b", "BF16", "[2]",
                               "[8,12]") ","
                                         "\"__metadata__\":{\"format\":\"pt\"}," ENTRY(
                                             "h", "F16", "[1,1,1,2]", "[12,16]") "}  ",
        sizeof data);
    memcpy(file.data + file.size - sizeof data, data, sizeof data);
    NamedTensors list = read_good(file);
    static const char *const names[] = {"d", "s", "b", "h"};
    static const int ranks[] = {2, 2, 1, 4};
    assert_int_equal(list.count, 4);
    for (int i = 0; i < 4; i++) {
        assert_string_equal(list.items[i].name, names[i]);
        assert_int_equal(list.items[i].rank, ranks[i]);
        assert_true(list.items[i].tensor.data[0] == 1);
        assert_true(list.items[i].tensor.data[1] == -2);
    }
    assert_string_equal(SHAPE(list.items[0].tensor.shape), "(1,1,2,1)");
}

static void a_scalar_and_a_file_without_tensors_are_read(void **state) {
    (void)state;
    NamedTensors list = read_good(file_of("{" ENTRY("x", "F32", "[]", "[0,4]") "}", 4));
    assert_int_equal(list.items[0].rank, 0);
    assert_int_equal(read_good(file_of("{}", 0)).count, 0);
}

static NamedTensors two_tensors(void) {
    Rng rng = rng_seed(11);
    NamedTensors list = {2, ARENA_NEW(arena, NamedTensor, 2)};
    list.items[0] = (NamedTensor){.name = "conv1_1.weight",
                                  .rank = 4,
                                  .tensor = tensor_alloc(arena, (Shape){4, 3, 3, 3})};
    list.items[1] = (NamedTensor){.name = "with \"quotes\"",
                                  .rank = 1,
                                  .tensor = tensor_alloc(arena, (Shape){1, 1, 1, 5})};
    for (int i = 0; i < 2; i++)
        tensor_fill_normal(list.items[i].tensor, &rng, 0, 1);
    return list;
}

static void writing_and_reading_keeps_every_float(void **state) {
    (void)state;
    NamedTensors list = two_tensors(), back;
    Error err;
    if (!safetensors_write(OUT, &list, &err)) fail_msg("%s", err.text);
    if (!safetensors_read(arena, OUT, &back, &err)) fail_msg("%s", err.text);
    assert_int_equal(back.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(back.items[i].name, list.items[i].name);
        assert_int_equal(back.items[i].rank, list.items[i].rank);
        assert_true(shape_equal(back.items[i].tensor.shape, list.items[i].tensor.shape));
        for (size_t k = 0; k < shape_size(list.items[i].tensor.shape); k++)
            assert_true((float)list.items[i].tensor.data[k] ==
                        (float)back.items[i].tensor.data[k]);
    }
}

/* Half precision keeps 11 bits: a relative error of at most 2^-11. */
static void halves_take_half_the_room_and_keep_three_digits(void **state) {
    (void)state;
    NamedTensors list = two_tensors(), back;
    FileBytes file;
    Error err;
    assert_true(safetensors_write_half(OUT, &list, &err));
    assert_true(safetensors_read(arena, OUT, &back, &err));
    for (int k = 0; k < 108; k++)
        assert_close(back.items[0].tensor.data[k], list.items[0].tensor.data[k], 0x1p-11,
                     0x1p-25);
    assert_true(file_read(arena, OUT, 1 << 20, &file, &err));
    size_t header = (size_t)bytes_load(file.data, 8);
    assert_int_equal(header % 8, 0);
    assert_int_equal(file.size, 8 + header + 2 * (108 + 5));
}

static void numbers_that_are_not_finite_are_not_written(void **state) {
    (void)state;
    NamedTensors list = two_tensors();
    Error err;
    remove(OUT);
    list.items[0].tensor.data[17] = (real)NAN;
    assert_false(safetensors_write(OUT, &list, &err));
    assert_non_null(strstr(err.text, "element 17 of tensor conv1_1.weight is"));
    list.items[0].tensor.data[17] = 65520;
    assert_false(safetensors_write_half(OUT, &list, &err));
    assert_non_null(strstr(err.text, "below 65504"));
    FILE *left = fopen(OUT, "rb");
    assert_null(left);
}

static void write_list(void *list) {
    Error err;
    safetensors_write(OUT, list, &err);
}

static void two_tensors_of_one_name_stop(void **state) {
    (void)state;
    NamedTensors list = two_tensors();
    list.items[1].name = list.items[0].name;
    assert_check_fails(write_list, &list, "conv1_1.weight is there twice");
}

static void a_header_that_promises_too_much_is_refused(void **state) {
    (void)state;
    FileBytes file = file_of("{}", 0);
    assert_refused(read_bytes, ((FileBytes){file.data, 7}), "too short");
    bytes_store(file.data, 8, (uint64_t)1 << 60);
    assert_refused(read_bytes, file, "states a header of 1152921504606846976 bytes");
    bytes_store(file.data, 8, UINT64_MAX);
    assert_refused(read_bytes, file, "states a header of 18446744073709551615 bytes");
    bytes_store(file.data, 8, 3);
    assert_refused(read_bytes, file,
                   "cut off in its header; if its download stopped early, 'curl");
    bytes_store(file.data, 8, 0);
    assert_refused(read_bytes, file, "does not start with '{'");
}

/* Each with 8 bytes of data. */
static void every_refusal_of_the_reference_reader_is_ours(void **state) {
    (void)state;
    static const struct {
        const char *header, *words;
    } bad[] = {
        {" {}", "does not start with '{'"},
        {"[]", "does not start with '{'"},
        {"{\"a\":\"\xFF\"}", "not JSON"},
        {"{", "not JSON"},
        {"{}x", "not JSON"},
        {"{" ENTRY("a", "F32", "[2]", "[0,8]") "," ENTRY("a", "F32", "[2]", "[0,8]") "}",
         "duplicate object key"},
        {"{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,"
         "8]}}",
         "duplicate object key"},
        {"{" ENTRY("a", "F32", "[18446744073709551616]", "[0,8]") "}", "too big integer"},
        {"{\"a\":7}", "tensor a is described by no object"},
        {"{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}", "tensor a has no \"dtype\""},
        {"{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}",
         "tensor a has no \"shape\""},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", "no pair of \"data_offsets\""},
        {"{" ENTRY("a", "I64", "[1]", "[0,8]") "}", "tensor a holds I64"},
        {"{" ENTRY("a", "f32", "[2]", "[0,8]") "}", "tensor a holds f32"},
        {"{" ENTRY("a", "F32", "[-2]", "[0,8]") "}", "no list of sizes"},
        {"{" ENTRY("a", "F32", "[2.0]", "[0,8]") "}", "no list of sizes"},
        {"{" ENTRY("a", "F32", "[\"2\"]", "[0,8]") "}", "no list of sizes"},
        {"{" ENTRY("a", "F32", "[1,1,1,1,2]", "[0,8]") "}", "5 dimensions"},
        {"{" ENTRY("a", "F32", "[0]", "[0,0]") "," ENTRY("b", "F32", "[2]", "[0,8]") "}",
         "tensor a has an empty side"},
        {"{" ENTRY("a", "F32", "[0]", "[4,4]") "," ENTRY("b", "F32", "[2]", "[0,8]") "}",
         "tensor a overlaps"},
        {"{" ENTRY("a", "BOOL", "[2]", "[0,8]") "}", "8 bytes, its shape asks for 2"},
        {"{" ENTRY("a", "I64", "[1,1,1,1,2]", "[0,8]") "}",
         "8 bytes, its shape asks for 16"},
        {"{" ENTRY("a", "F32", "[4194305,4194305,211106198978564]", "[0,8]") "}",
         "more elements"},
        {"{" ENTRY("a", "F32", "[2147483647,2147483647,4]", "[0,8]") "}",
         "more elements"},
        {"{" ENTRY("a", "F32", "[3]", "[0,8]") "}", "8 bytes, its shape asks for 12"},
        {"{" ENTRY("a", "F32", "[1]", "[0,8]") "}", "8 bytes, its shape asks for 4"},
        {"{" ENTRY("a", "F32", "[2]", "[8,0]") "}", "lies outside"},
        {"{" ENTRY("a", "F32", "[3]", "[0,12]") "}",
         "lies outside the file; if its download stopped early, 'curl"},
        {"{" ENTRY("a", "F32", "[2]", "[-8,0]") "}", "no pair"},
        {"{" ENTRY("a", "F32", "[2]", "[0,8,8]") "}", "no pair"},
        {"{" ENTRY("a", "F32", "[1]", "[4,8]") "}", "tensor a follows a hole"},
        {"{" ENTRY("b", "F16", "[1]", "[6,8]") "," ENTRY("a", "F32", "[1]", "[0,4]") "}",
         "tensor b follows a hole"},
        {"{" ENTRY("a", "F32", "[2]", "[0,8]") "," ENTRY("b", "F32", "[1]", "[4,8]") "}",
         "tensor b overlaps"},
        {"{" ENTRY("a", "F32", "[2]", "[0,8]") "," ENTRY("b", "F32", "[2]", "[0,8]") "}",
         "overlaps"},
        {"{" ENTRY("a", "F32", "[1]", "[0,4]") "}", "belong to no tensor"},
        {"{}", "belong to no tensor"},
        {"{\"__metadata__\":7," ENTRY("a", "F32", "[2]", "[0,8]") "}", "is no object"},
        {"{\"__metadata__\":{\"a\":7}," ENTRY("a", "F32", "[2]", "[0,8]") "}",
         "more than strings"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}}",
         "unknown properties"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_refused(read_bytes, file_of(bad[i].header, 8), bad[i].words);
}

/* 65 sides of 1. */
static void more_than_64_dimensions_are_refused(void **state) {
    (void)state;
    char text[400] = "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4],\"shape\":[1";
    for (int i = 0; i < 64; i++)
        strcat(text, ",1");
    strcat(text, "]}}");
    assert_refused(read_bytes, file_of(text, 4), "has more dimensions than tensors have");
}

static void a_header_nested_without_end_is_refused(void **state) {
    (void)state;
    size_t depth = 10000;
    char *text = arena_alloc(arena, depth + 6);
    memcpy(text, "{\"a\":", 5);
    memset(text + 5, '[', depth);
    assert_refused(read_bytes, file_of(text, 0), "maximum parsing depth");
}

static void more_than_4096_tensors_are_refused(void **state) {
    (void)state;
    char *text = arena_alloc(arena, 4097 * 80), *at = text;
    for (int i = 0; i < 4097; i++)
        at += sprintf(at, "%c" ENTRY("t%d", "F32", "[1]", "[%d,%d]"), i ? ',' : '{', i,
                      4 * i, 4 * i + 4);
    strcpy(at, "}");
    assert_refused(read_bytes, file_of(text, 4097 * 4), "4097 tensors");
}

/* A megabyte of empty lists would be a hundred of parsed ones. What stands in a text,
 * even behind a quote, is one value. */
static void a_header_of_countless_values_is_refused(void **state) {
    (void)state;
    enum { LISTS = 300000 };
    char *text = arena_alloc(arena, 3 * LISTS + 100), *at = text + 5;
    memcpy(text, "{\"a\":", 5);
    *at++ = '[';
    for (int i = 0; i < LISTS; i++, at += 3)
        memcpy(at, i ? ",[]" : " []", 3);
    strcpy(at, "]}");
    assert_refused(read_bytes, file_of(text, 0), "more values than 4096 tensors need");
    at = text + sprintf(text, "{\"__metadata__\":{\"a\":\"\\\"");
    memset(at, ',', LISTS);
    strcpy(at + LISTS, "\"}}");
    assert_int_equal(read_good(file_of(text, 0)).count, 0);
}

static FileBytes file_with(uint32_t bits) {
    FileBytes file =
        file_of("{" ENTRY("conv1_1.weight", "F32", "[20]", "[0,80]") "}", 80);
    bytes_store(file.data + file.size - 80 + 17 * 4, 4, bits);
    return file;
}

static void broken_weights_are_refused_with_name_and_place(void **state) {
    (void)state;
    assert_refused(
        read_bytes, file_with(0x7FC00000),
        "weights.safetensors: tensor conv1_1.weight holds NaN at element 17; get "
        "the file again");
    assert_refused(read_bytes, file_with(0xFF800000), "holds infinity at element 17");
    FileBytes huge = file_of("{" ENTRY("x", "F64", "[1]", "[0,8]") "}", 8);
    bytes_store(huge.data + huge.size - 8, 8, 0x7FE0000000000000); /* 9e307 */
    if (sizeof(real) == 4)
        assert_refused(read_bytes, huge, "too large for float at element 0");
    else
        assert_true(read_good(huge).count == 1);
}

/* A name from a file reaches no terminal as it is. */
static void names_in_messages_are_short_and_printable(void **state) {
    (void)state;
    char header[512], name[300];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = 0;
    snprintf(header, sizeof header, "{\"\\u001b[31m%s\":7}", name);
    assert_refused(read_bytes, file_of(header, 0), "tensor \\x1b[31mnnn");
    assert_refused(read_bytes, file_of(header, 0), "nnn ... nnn");
}

static void every_damaged_byte_is_survived(void **state) {
    (void)state;
    assert_damage_is_survived(
        read_bytes,
        file_of("{" ENTRY("b", "F16", "[1,2]", "[8,12]") "," ENTRY(
                    "a", "F32", "[2]", "[0,8]") ",\"__metadata__\":{\"k\":\"v\"}} ",
                12));
}

static void the_real_networks_are_read(void **state) {
    (void)state;
    const char *path = test_shared("weights/squeezenet1_1.safetensors");
    if (!path) skip();
    NamedTensors list;
    Error err;
    if (!safetensors_read(arena, path, &list, &err)) fail_msg("%s", err.text);
    size_t parameters = 0;
    for (size_t i = 0; i < list.count; i++)
        parameters += shape_size(list.items[i].tensor.shape);
    assert_int_equal(list.count, 52);      /* 26 convolutions, weight and bias */
    assert_int_equal(parameters, 1235496); /* published for SqueezeNet 1.1 */
    const NamedTensor *w = named_find(&list, "conv10.weight");
    assert_non_null(w);
    assert_string_equal(SHAPE(w->tensor.shape), "(1000,512,1,1)");
    path = test_shared("weights/vgg19_conv1_1-conv3_4.safetensors");
    if (!path) skip();
    if (!safetensors_read(arena, path, &list, &err)) fail_msg("%s", err.text);
    assert_int_equal(list.count, 16);
    assert_int_equal(named_find(&list, "conv3_4.bias")->rank, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_four_kinds_of_numbers_are_read),
        TEST(a_scalar_and_a_file_without_tensors_are_read),
        TEST(writing_and_reading_keeps_every_float),
        TEST(halves_take_half_the_room_and_keep_three_digits),
        TEST(numbers_that_are_not_finite_are_not_written),
        TEST(two_tensors_of_one_name_stop),
        TEST(a_header_that_promises_too_much_is_refused),
        TEST(every_refusal_of_the_reference_reader_is_ours),
        TEST(more_than_64_dimensions_are_refused),
        TEST(a_header_nested_without_end_is_refused),
        TEST(more_than_4096_tensors_are_refused),
        TEST(a_header_of_countless_values_is_refused),
        TEST(broken_weights_are_refused_with_name_and_place),
        TEST(names_in_messages_are_short_and_printable),
        TEST(every_damaged_byte_is_survived),
        TEST(the_real_networks_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
