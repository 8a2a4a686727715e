#include "io/npz.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/zip.h"
#include "tests/arena.h"
#include "tests/damage.h"

#define GOLDEN "tests/golden/"
#define OUT "build/test_npz_" REAL_NAME ".npz"

static NamedTensors read_list(const char *path) {
    NamedTensors list;
    Error err;
    if (!npz_read(arena, path, &list, &err)) fail_msg("%s", err.text);
    return list;
}

static FileBytes read_file(const char *path) {
    FileBytes file;
    Error err;
    assert_true(file_read(arena, path, 1 << 20, &file, &err));
    return file;
}

static bool read_arrays(Arena *own, FileBytes file, Error *err) {
    NamedTensors list;
    return npz_read_bytes(own, file, "test.npz", &list, err);
}

static void archives_of_numpy_are_read(void **state) {
    (void)state;
    static const char *const paths[] = {
        GOLDEN "npz_stored.npz", GOLDEN "npz_deflated.npz", GOLDEN "npz_stream.npz"};
    for (int k = 0; k < 3; k++) {
        NamedTensors list = read_list(paths[k]);
        assert_int_equal(list.count, k < 2 ? 2 : 1);
        const NamedTensor *a = named_find(&list, "a");
        assert_non_null(a);
        assert_int_equal(a->rank, 2);
        for (int i = 0; i < 6; i++)
            assert_true(a->tensor.data[i] == (real)(i + 0.5));
    }
    const NamedTensors stored = read_list(paths[0]), deflated = read_list(paths[1]);
    assert_true(named_find(&stored, "b")->tensor.data[0] == (real)0.5);
    assert_int_equal(named_find(&stored, "b")->rank, 0);
    assert_string_equal(SHAPE(named_find(&deflated, "zeros")->tensor.shape),
                        "(1,1,10,10)");
}

static NamedTensors three_tensors(void) {
    Rng rng = rng_seed(5);
    NamedTensors list = {3, ARENA_NEW(arena, NamedTensor, 3)};
    static const char *const names[] = {"image", "layer/gram", "\xE6\x95\xB0"};
    for (int i = 0; i < 3; i++) {
        Tensor t = tensor_alloc(arena, (Shape){1, 1, i + 1, 40});
        tensor_fill_normal(t, &rng, 0, 1);
        list.items[i] = (NamedTensor){.name = names[i], .rank = 2, .tensor = t};
    }
    return list;
}

static void writing_and_reading_keeps_names_and_bits(void **state) {
    (void)state;
    NamedTensors list = three_tensors(), empty = {0};
    Error err;
    if (!npz_write(OUT, &list, &err)) fail_msg("%s", err.text);
    NamedTensors back = read_list(OUT);
    assert_int_equal(back.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(back.items[i].name, list.items[i].name);
        assert_int_equal(back.items[i].rank, 2);
        assert_same_bits(back.items[i].tensor.data, list.items[i].tensor.data,
                         shape_size(list.items[i].tensor.shape));
    }
    assert_true(npz_write(OUT, &empty, &err));
    assert_int_equal(read_list(OUT).count, 0);
}

static void numpy_reads_what_we_wrote(void **state) {
    (void)state;
    if (system("/usr/bin/python3 -c 'import numpy' 2>/dev/null")) {
        print_message("skipped: /usr/bin/python3 has no numpy\n");
        skip();
    }
    NamedTensors list = three_tensors();
    tensor_fill(list.items[1].tensor, (real)0.25);
    Error err;
    assert_true(npz_write(OUT, &list, &err));
    assert_int_equal(
        system("/usr/bin/python3 -c 'import numpy, zipfile; "
               "assert zipfile.ZipFile(\"" OUT "\").testzip() is None; "
               "z = numpy.load(\"" OUT "\"); "
               "assert sorted(z) == [\"image\", \"layer/gram\", \"\\u6570\"], sorted(z); "
               "assert z[\"layer/gram\"].tolist() == [[.25] * 40] * 2'"),
        0);
}

static void write_twice(void *list) {
    Error err;
    npz_write(OUT, list, &err);
}

static void two_arrays_of_one_name_stop(void **state) {
    (void)state;
    NamedTensors list = three_tensors();
    list.items[2].name = "image";
    assert_check_fails(write_twice, &list, "image.npy is there twice");
}

static void entries_that_are_no_arrays_are_refused(void **state) {
    (void)state;
    ZipSource source = {"a.txt", {(unsigned char[]){"four"}, 4}};
    NamedTensors list;
    Error err;
    assert_true(zip_write(OUT, &source, 1, &err));
    assert_refused(read_arrays, read_file(OUT), "entry a.txt is not an .npy");
    source.name = "a.npy";
    assert_true(zip_write(OUT, &source, 1, &err));
    assert_refused(read_arrays, read_file(OUT), "test.npz: array a: not an .npy");
    assert_false(npz_read(arena, "no_such.npz", &list, &err));
    assert_non_null(strstr(err.text, "no_such.npz"));
}

static void every_damaged_byte_is_survived(void **state) {
    (void)state;
    assert_damage_is_survived(read_arrays, read_file(GOLDEN "npz_stored.npz"));
    assert_damage_is_survived(read_arrays, read_file(GOLDEN "npz_deflated.npz"));
    assert_damage_is_survived(read_arrays, read_file(GOLDEN "npz_stream.npz"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(archives_of_numpy_are_read),
        TEST(writing_and_reading_keeps_names_and_bits),
        TEST(numpy_reads_what_we_wrote),
        TEST(two_arrays_of_one_name_stop),
        TEST(entries_that_are_no_arrays_are_refused),
        TEST(every_damaged_byte_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
