#include "io/npy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/number.h"
#include "tests/arena.h"
#include "tests/damage.h"

#define GOLDEN "tests/golden/"
#define OUT "build/test_npy_" REAL_NAME ".npy"

static NamedTensor read_golden(const char *path) {
    NamedTensor t;
    Error err;
    if (!npy_read(arena, path, &t, &err)) fail_msg("%s", err.text);
    return t;
}

static bool read_bytes(Arena *own, FileBytes file, Error *err) {
    NamedTensor t = {0};
    return npy_read_bytes(own, file, "test.npy", &t, err);
}

static FileBytes read_file(const char *path) {
    FileBytes file;
    Error err;
    assert_true(file_read(arena, path, 1 << 20, &file, &err));
    return file;
}

/* A file of version 1 with this dictionary and `size` zero bytes of data. */
static FileBytes with_header(const char *header, size_t size) {
    size_t length = strlen(header);
    FileBytes file = {arena_alloc(arena, 10 + length + size), 10 + length + size};
    memcpy(file.data, "\x93NUMPY\x01\x00", 8);
    bytes_store(file.data + 8, 2, length);
    memcpy(file.data + 10, header, length);
    return file;
}

#define HEADER(descr, order, shape)                                                      \
    "{'descr': " descr ", 'fortran_order': " order ", 'shape': " shape ", }\n"

/* bench/oracle/npy.py wrote 0.5, 1.5, ... and whole numbers from 0. */
static void all_kinds_of_numpy_are_read(void **state) {
    (void)state;
    static const char *const kinds[] = {"f2", "f4", "f8", "u1", "i4", "i8"};
    for (int k = 0; k < 6; k++) {
        char path[64], name[16];
        snprintf(path, sizeof path, GOLDEN "npy_%s.npy", kinds[k]);
        snprintf(name, sizeof name, "npy_%s", kinds[k]);
        NamedTensor t = read_golden(path);
        assert_string_equal(t.name, name);
        assert_int_equal(t.rank, 2);
        assert_string_equal(SHAPE(t.tensor.shape), "(1,1,2,3)");
        for (int i = 0; i < 6; i++)
            assert_true(t.tensor.data[i] ==
                        (real)i + (kinds[k][0] == 'f' ? (real)0.5 : 0));
    }
}

static void versions_2_and_3_and_all_ranks_are_read(void **state) {
    (void)state;
    NamedTensor scalar = read_golden(GOLDEN "npy_scalar.npy");
    assert_int_equal(scalar.rank, 0);
    assert_true(shape_equal(scalar.tensor.shape, SCALAR));
    assert_true(scalar.tensor.data[0] == (real)0.5);
    NamedTensor vector = read_golden(GOLDEN "npy_vector_v2.npy");
    assert_int_equal(vector.rank, 1);
    assert_string_equal(SHAPE(vector.tensor.shape), "(1,1,1,5)");
    assert_true(vector.tensor.data[4] == (real)4.5);
    NamedTensor four = read_golden(GOLDEN "npy_rank4_v3.npy");
    assert_int_equal(four.rank, 4);
    assert_string_equal(SHAPE(four.tensor.shape), "(2,1,3,2)");
    assert_true(four.tensor.data[11] == (real)11.5);
}

/* The array counts in C order, so the values come out in order once the file's own order
 * is undone. */
static void fortran_order_is_turned_into_ours(void **state) {
    (void)state;
    NamedTensor t = read_golden(GOLDEN "npy_fortran.npy");
    assert_string_equal(SHAPE(t.tensor.shape), "(1,2,3,4)");
    for (int i = 0; i < 24; i++)
        assert_true(t.tensor.data[i] == (real)(i + 0.5));
    FileBytes file = read_file(GOLDEN "npy_fortran.npy");
    assert_true(number_load(NUMBER_F32, file.data + 128 + 4) == 12.5); /* not 1.5 */
}

/* The golden file is NumPy's; ours must not differ in one byte. */
static void our_file_is_byte_for_byte_that_of_numpy(void **state) {
    (void)state;
    Tensor t = tensor_alloc(arena, (Shape){1, 1, 2, 3});
    for (int i = 0; i < 6; i++)
        t.data[i] = (real)(i + 0.5);
    FileBytes ours = npy_write_bytes(arena, t, 2);
    FileBytes numpys =
        read_file(sizeof(real) == 4 ? GOLDEN "npy_f4.npy" : GOLDEN "npy_f8.npy");
    assert_int_equal(ours.size, numpys.size);
    assert_memory_equal(ours.data, numpys.data, ours.size);
}

static void writing_and_reading_keeps_every_bit(void **state) {
    (void)state;
    Rng rng = rng_seed(3);
    Tensor t = tensor_alloc(arena, (Shape){1, 3, 5, 7});
    tensor_fill_normal(t, &rng, 0, 1e3);
    t.data[0] = (real)-0.0;
    t.data[1] = REAL_MAX;
    t.data[2] = (real)INFINITY;
    t.data[3] = (real)1e-44; /* denormal in float */
    for (int rank = 3; rank <= 4; rank++) {
        Error err;
        if (!npy_write(OUT, t, rank, &err)) fail_msg("%s", err.text);
        NamedTensor back = read_golden(OUT);
        assert_int_equal(back.rank, rank);
        assert_true(shape_equal(back.tensor.shape, t.shape));
        assert_same_bits(back.tensor.data, t.data, shape_size(t.shape));
    }
}

static void numpy_reads_what_we_wrote(void **state) {
    (void)state;
    if (system("/usr/bin/python3 -c 'import numpy' 2>/dev/null")) {
        print_message("skipped: /usr/bin/python3 has no numpy\n");
        skip();
    }
    Tensor t = tensor_alloc(arena, (Shape){1, 1, 1, 3});
    for (int i = 0; i < 3; i++)
        t.data[i] = (real)(i + 1) / 4;
    Error err;
    assert_true(npy_write(OUT, t, 1, &err));
    assert_int_equal(
        system("/usr/bin/python3 -c 'import numpy; a = numpy.load(\"" OUT "\"); "
               "assert a.shape == (3,) and a.tolist() == [.25, .5, .75], a'"),
        0);
}

static void write_rank_1(void *t) {
    npy_write_bytes(arena, *(Tensor *)t, 1);
}

static void a_rank_that_drops_a_real_side_stops(void **state) {
    (void)state;
    Tensor t = tensor_alloc(arena, (Shape){1, 1, 2, 3});
    assert_check_fails(write_rank_1, &t, "more than 1 dimensions");
}

/* IEEE 754 binary16: 1 = 3C00, 65504 = 7BFF, smallest normal 2^-14 = 0400, smallest
 * 2^-24 = 0001; 1 + 2^-11 lies halfway between 3C00 and 3C01 and goes to even. */
static void halves_are_rounded_to_nearest_even(void **state) {
    (void)state;
    static const struct {
        double x;
        unsigned bits;
    } cases[] = {{1, 0x3C00},
                 {-2, 0xC000},
                 {65504, 0x7BFF},
                 {65519.9, 0x7BFF},
                 {65520, 0x7C00},
                 {0x1p-14, 0x0400},
                 {0x1p-24, 0x0001},
                 {0x1p-25, 0x0000},
                 {0x1.8p-24, 0x0002},
                 {1 + 0x1p-11, 0x3C00},
                 {1 + 0x3p-11, 0x3C02},
                 {1 + 0x1.0001p-11, 0x3C01},
                 {0x1.ffffp-15, 0x0400},
                 {1e300, 0x7C00}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char bytes[2];
        number_store(NUMBER_F16, bytes, cases[i].x);
        assert_int_equal(bytes_load(bytes, 2), cases[i].bits);
    }
    for (unsigned bits = 0; bits < 0x10000; bits++) {
        unsigned char there[2], back[2];
        bytes_store(there, 2, bits);
        double x = number_load(NUMBER_F16, there);
        if (isnan(x)) continue;
        number_store(NUMBER_F16, back, x);
        assert_int_equal(bytes_load(back, 2), bits);
    }
}

static void headers_may_be_spelled_differently(void **state) {
    (void)state;
    static const char *const good[] = {
        HEADER("'<f4'", "False", "(2, 3)"),
        HEADER("\"<f4\"", "False", "( 2 , 3 , )"),
        HEADER("'<f4'", "True", "(2,3)"),
        HEADER("'<f4'", "False", "(6,)"),
        "{'shape':(2,3),'fortran_order':False,'descr':'<f4'}",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        Error err = {""};
        if (!read_bytes(arena, with_header(good[i], 24), &err)) fail_msg("%s", err.text);
    }
}

static void broken_headers_are_refused_by_name(void **state) {
    (void)state;
    static const struct {
        const char *header, *words;
    } bad[] = {
        {HEADER("'|O'", "False", "(6,)"), "Python objects"},
        {HEADER("'>f4'", "False", "(6,)"), "big-endian numbers ('>f4'); save "
                                           "array.astype('<f4') instead"},
        {HEADER("'>u2'", "False", "(6,)"), "save array.astype('<u2') instead"},
        {HEADER("'<c8'", "False", "(6,)"), "another type ('<c8'); save array.real"},
        {HEADER("'|i1'", "False", "(6,)"), "('|i1'); save array.astype('uint8') if"},
        {HEADER("'<i2'", "False", "(6,)"), "('<i2'); save array.astype('uint8') if"},
        {HEADER("'<u4'", "False", "(6,)"), "('<u4'); save array.astype('uint8') if"},
        {HEADER("'|b1'", "False", "(6,)"), "('|b1'); save array.astype('<f4')"},
        {HEADER("'<U3'", "False", "(6,)"), "('<U3'); save numbers"},
        {HEADER("[('a', '<f4')]", "False", "(6,)"), "named columns"},
        {HEADER("'<f4'", "0", "(6,)"), "True or False"},
        {HEADER("'<f4'", "False", "(6)"), "1-tuple"},
        {HEADER("'<f4'", "False", "[6]"), "a tuple"},
        {HEADER("'<f4'", "False", "(-6,)"), "a whole number"},
        {HEADER("'<f4'", "False", "(06,)"), "a plain number"},
        {HEADER("'<f4'", "False", "(2 3)"), "a comma"},
        {HEADER("'<f4'", "False", "(,)"), "a whole number"},
        {HEADER("'<f4'", "False", "(1, 1, 1, 2, 3)"), "more than 4 dimensions"},
        {HEADER("'<f4'", "False", "(99999999999999999999,)"), "64 bits"},
        {HEADER("'<f4'", "False", "(0,)"), "an empty side"},
        {HEADER("'<f4'", "False", "(4294967296, 4294967296)"), "a side of more than"},
        {HEADER("'<f4'", "False", "(2147483647, 2147483647, 2147483647)"),
         "more elements"},
        {HEADER("'<f4'", "False", "(7,)"), "asks for 28"},
        {HEADER("'<f4'", "False", "(5,)"), "asks for 20"},
        {"{'descr': '<f4', 'shape': (6,), }", "one of"},
        {"{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (6,)}",
         "distinct keys"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (6,), 'x': 1}", "known keys"},
        {HEADER("'<f4'", "False", "(6,)") "print(1)", "an end"},
        {"{'descr': '<f4' 'fortran_order': False, 'shape': (6,)}", "a comma"},
        {"{'descr' '<f4'}", "a ':'"},
        {"('descr',)", "'{'"},
        {"{'descr': '<f4", "end of a string"},
        {"", "'{'"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_refused(read_bytes, with_header(bad[i].header, 24), bad[i].words);
}

static void a_header_that_promises_too_much_is_refused(void **state) {
    (void)state;
    unsigned char text[12] = "\x93NUMPY\x02\x00";
    bytes_store(text + 8, 4, 0xFFFFFFFF);
    FileBytes file = {text, sizeof text};
    assert_refused(read_bytes, file, "4294967295 bytes");
    bytes_store(text + 8, 4, 100);
    assert_refused(read_bytes, file, "cut off");
    text[6] = 4;
    assert_refused(read_bytes, file, "version 4.0");
    text[0] = 'P';
    assert_refused(read_bytes, file, "not an .npy file");
}

static void
a_big_endian_file_and_a_missing_one_are_refused_with_their_path(void **state) {
    (void)state;
    NamedTensor t;
    Error err = {""};
    assert_false(npy_read(arena, GOLDEN "npy_big_endian.npy", &t, &err));
    assert_non_null(strstr(err.text, GOLDEN "npy_big_endian.npy: holds big-endian"));
    assert_false(npy_read(arena, GOLDEN "no_such.npy", &t, &err));
    assert_non_null(strstr(err.text, "no_such.npy"));
}

static void every_damaged_byte_is_survived(void **state) {
    (void)state;
    assert_damage_is_survived(read_bytes, read_file(GOLDEN "npy_f4.npy"));
    assert_damage_is_survived(read_bytes, read_file(GOLDEN "npy_rank4_v3.npy"));
}

static void every_kind_of_number_has_a_name_and_a_size(void **state) {
    (void)state;
    static const struct {
        NumberKind kind;
        const char *name;
        size_t size;
        bool whole;
    } kinds[] = {{NUMBER_U8, "uint8", 1, true},     {NUMBER_U16, "uint16", 2, true},
                 {NUMBER_I32, "int32", 4, true},    {NUMBER_I64, "int64", 8, true},
                 {NUMBER_F16, "float16", 2, false}, {NUMBER_BF16, "bfloat16", 2, false},
                 {NUMBER_F32, "float32", 4, false}, {NUMBER_F64, "float64", 8, false}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        assert_string_equal(number_name(kinds[i].kind), kinds[i].name);
        assert_int_equal(number_size(kinds[i].kind), kinds[i].size);
        assert_int_equal(number_whole(kinds[i].kind), kinds[i].whole);
    }
    /* 0xFEDC is 65244, 0xFFFFFFFE is -2 */
    const unsigned char bytes[] = {0xDC, 0xFE, 0xFE, 0xFF, 0xFF, 0xFF};
    assert_true(number_load(NUMBER_U16, bytes) == 65244);
    assert_true(number_load(NUMBER_I32, bytes + 2) == -2);
    unsigned char half[2];
    number_store(NUMBER_F16, half, (double)NAN);
    assert_true(isnan(number_load(NUMBER_F16, half)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(all_kinds_of_numpy_are_read),
        TEST(versions_2_and_3_and_all_ranks_are_read),
        TEST(fortran_order_is_turned_into_ours),
        TEST(our_file_is_byte_for_byte_that_of_numpy),
        TEST(writing_and_reading_keeps_every_bit),
        TEST(numpy_reads_what_we_wrote),
        TEST(a_rank_that_drops_a_real_side_stops),
        TEST(halves_are_rounded_to_nearest_even),
        TEST(headers_may_be_spelled_differently),
        TEST(broken_headers_are_refused_by_name),
        TEST(a_header_that_promises_too_much_is_refused),
        TEST(a_big_endian_file_and_a_missing_one_are_refused_with_their_path),
        TEST(every_damaged_byte_is_survived),
        TEST(every_kind_of_number_has_a_name_and_a_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
