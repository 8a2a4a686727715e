#include "io/npz.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "io/number.h"
#include "io/zip.h"
#include "tests/damage.h"

#define GOLDEN "tests/golden/"
#define OUT "build/test_npz_" REAL_NAME ".npz"

static Arena *arena;

static int make_arena(void **state) {
    (void)state;
    arena = arena_new();
    return 0;
}

static int free_arena(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

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

static bool read_zip(Arena *own, FileBytes file, Error *err) {
    Zip zip;
    FileBytes bytes;
    if (!zip_read(own, file, "test.zip", &zip, err)) return false;
    for (size_t i = 0; i < zip.count; i++)
        if (!zip_unpack(own, &zip.entries[i], "test.zip", &bytes, err)) return false;
    return true;
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
        list.items[i] = (NamedTensor){names[i], 2, t};
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

/* What a local header and a directory entry say; a test changes one thing. */
typedef struct Item {
    const char *name;
    unsigned flags, method;
    uint64_t crc, packed_size, size, start;
    const unsigned char *data;
    size_t data_size; /* bytes really there */
} Item;

static void add(FileBytes *zip, int count, uint64_t value) {
    bytes_store(zip->data + zip->size, count, value);
    zip->size += (size_t)count;
}

static void add_bytes(FileBytes *zip, const void *bytes, size_t size) {
    memcpy(zip->data + zip->size, bytes, size);
    zip->size += size;
}

/* version needed ... length of the name, alike in both headers */
static void add_common(FileBytes *zip, const Item *item) {
    add(zip, 2, 20);
    add(zip, 2, item->flags);
    add(zip, 2, item->method);
    add(zip, 4, 0);
    add(zip, 4, item->crc);
    add(zip, 4, item->packed_size);
    add(zip, 4, item->size);
    add(zip, 2, strlen(item->name));
    add(zip, 2, 0);
}

static void add_local(FileBytes *zip, const Item *item) {
    add(zip, 4, 0x04034B50);
    add_common(zip, item);
    add_bytes(zip, item->name, strlen(item->name));
    add_bytes(zip, item->data, item->data_size);
}

static void add_central(FileBytes *zip, const Item *item) {
    add(zip, 4, 0x02014B50);
    add(zip, 2, 20);
    add_common(zip, item);
    add(zip, 2, 0);
    add(zip, 2, 0);
    add(zip, 2, 0);
    add(zip, 4, 0);
    add(zip, 4, item->start);
    add_bytes(zip, item->name, strlen(item->name));
}

static void add_end(FileBytes *zip, uint64_t count, uint64_t directory) {
    uint64_t size = zip->size - directory;
    add(zip, 4, 0x06054B50);
    add(zip, 4, 0);
    add(zip, 2, count);
    add(zip, 2, count);
    add(zip, 4, size);
    add(zip, 4, directory);
    add(zip, 2, 0);
}

static FileBytes empty_zip(void) {
    return (FileBytes){arena_alloc(arena, 4096), 0};
}

static FileBytes zip_of(Item item) {
    FileBytes zip = empty_zip();
    add_local(&zip, &item);
    size_t directory = zip.size;
    add_central(&zip, &item);
    add_end(&zip, 1, directory);
    return zip;
}

static Item stored(const char *name) {
    const unsigned char *data = (const unsigned char *)"four";
    return (Item){.name = name,
                  .crc = crc32(0, data, 4),
                  .packed_size = 4,
                  .size = 4,
                  .data = data,
                  .data_size = 4};
}

/* zlib's own DEFLATE of twenty zeros, as raw bytes: a fixed block. */
static Item deflated(void) {
    static const unsigned char data[] = {0x63, 0x60, 0xC0, 0x04, 0x00};
    static const unsigned char zeros[20];
    return (Item){.name = "z",
                  .method = 8,
                  .crc = crc32(0, zeros, 20),
                  .packed_size = sizeof data,
                  .size = 20,
                  .data = data,
                  .data_size = sizeof data};
}

static void the_archives_of_this_test_are_sound(void **state) {
    (void)state;
    assert_true(
        read_damaged(read_zip, zip_of(stored("a")).data, zip_of(stored("a")).size));
    FileBytes zip = zip_of(deflated());
    assert_true(read_damaged(read_zip, zip.data, zip.size));
    zip.data[zip.size - 2] = 3; /* a comment of three bytes */
    zip.size += 3;
    assert_true(read_damaged(read_zip, zip.data, zip.size));
}

static void lying_entries_are_refused_by_name(void **state) {
    (void)state;
    Item item = stored("secret");
    item.flags = 1;
    assert_refused(read_zip, zip_of(item), "entry secret is encrypted");
    item = stored("a");
    item.flags = 0x40;
    assert_refused(read_zip, zip_of(item), "unknown flags");
    item = stored("a");
    item.method = 12;
    assert_refused(read_zip, zip_of(item), "method 12");
    item = stored("a");
    item.crc ^= 1;
    assert_refused(read_zip, zip_of(item), "CRC");
    item = stored("a");
    item.size = 5;
    assert_refused(read_zip, zip_of(item), "two sizes");
    item = stored("a");
    item.size = item.packed_size = 5000;
    assert_refused(read_zip, zip_of(item), "reaches into the directory");
    item = stored("a");
    item.start = 4000;
    assert_refused(read_zip, zip_of(item), "lies outside");
    item = stored("a");
    item.start = 1;
    assert_refused(read_zip, zip_of(item), "no local header");
    item = stored("");
    assert_refused(read_zip, zip_of(item), "directory is broken");
}

static void sizes_that_are_not_those_of_the_data_are_refused(void **state) {
    (void)state;
    Item item = deflated();
    item.size = 19;
    assert_refused(read_zip, zip_of(item), "does not unpack");
    item.size = 21;
    assert_refused(read_zip, zip_of(item), "does not unpack");
    item.size = 5 * 1032;
    assert_refused(read_zip, zip_of(item), "does not unpack");
    item.size = 5 * 1032 + 1;
    assert_refused(read_zip, zip_of(item), "more than DEFLATE can unpack");
    item.size = 0xFFFFFFFE;
    assert_refused(read_zip, zip_of(item), "more than DEFLATE can unpack");
    item = deflated();
    item.data_size = item.packed_size = 4; /* the stream has no end */
    assert_refused(read_zip, zip_of(item), "does not unpack");
}

/* 2.2 MB of nothing could unpack to 2.2 GB. */
static void an_archive_of_more_than_2_gib_is_refused_before_unpacking(void **state) {
    (void)state;
    Item item = deflated();
    item.data_size = item.packed_size = 2200000;
    item.data = arena_alloc(arena, item.data_size);
    item.size = 2200000u * 1000u;
    FileBytes zip = {arena_alloc(arena, 2300000), 0};
    add_local(&zip, &item);
    size_t directory = zip.size;
    add_central(&zip, &item);
    add_end(&zip, 1, directory);
    assert_refused(read_zip, zip, "unpacks to more than 2147483648");
}

/* The data of entry "outer" is a whole entry "inner": both could be unpacked. */
static void overlapping_entries_are_refused(void **state) {
    (void)state;
    FileBytes inside = empty_zip(), zip = empty_zip();
    Item inner = stored("inner"), outer = stored("outer");
    add_local(&inside, &inner);
    outer.data = inside.data;
    outer.size = outer.packed_size = outer.data_size = inside.size;
    outer.crc = crc32(0, inside.data, (uInt)inside.size);
    inner.start = 30 + 5;
    add_local(&zip, &outer);
    size_t directory = zip.size;
    add_central(&zip, &outer);
    add_central(&zip, &inner);
    add_end(&zip, 2, directory);
    assert_refused(read_zip, zip, "entry inner overlaps");
}

static void an_entry_there_twice_is_refused(void **state) {
    (void)state;
    FileBytes zip = empty_zip();
    Item first = stored("a"), second = stored("a");
    add_local(&zip, &first);
    second.start = zip.size;
    add_local(&zip, &second);
    size_t directory = zip.size;
    add_central(&zip, &first);
    add_central(&zip, &second);
    add_end(&zip, 2, directory);
    assert_refused(read_zip, zip, "entry a is there twice");
}

static void local_headers_must_agree_with_the_directory(void **state) {
    (void)state;
    static const size_t places[] = {6, 8, 14, 18, 22, 30}; /* flags, method, ..., name */
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        FileBytes zip = zip_of(stored("a"));
        zip.data[places[i]] ^= 2;
        assert_refused(read_zip, zip, "described in two ways");
    }
}

/* The same archive with its end written the Zip64 way; `size` stands in the entry. */
static FileBytes zip64_of(uint64_t size, uint64_t count) {
    FileBytes zip = empty_zip();
    Item item = stored("a");
    add_local(&zip, &item);
    size_t directory = zip.size;
    item.size = 0xFFFFFFFF;
    add_central(&zip, &item);
    bytes_store(zip.data + directory + 30, 2, 12);
    add(&zip, 2, 1);
    add(&zip, 2, 8);
    add(&zip, 8, size);
    size_t end = zip.size;
    add(&zip, 4, 0x06064B50);
    add(&zip, 8, 44);
    add(&zip, 4, 0);
    add(&zip, 8, 0);
    add(&zip, 8, count);
    add(&zip, 8, count);
    add(&zip, 8, end - directory);
    add(&zip, 8, directory);
    add(&zip, 4, 0x07064B50);
    add(&zip, 4, 0);
    add(&zip, 8, end);
    add(&zip, 4, 1);
    add_end(&zip, 0xFFFF, directory);
    bytes_store(zip.data + zip.size - 10, 8, 0xFFFFFFFFFFFFFFFF);
    return zip;
}

static void zip64_is_read_and_its_lies_are_refused(void **state) {
    (void)state;
    FileBytes zip = zip64_of(4, 1);
    assert_true(read_damaged(read_zip, zip.data, zip.size));
    assert_refused(read_zip, zip64_of((uint64_t)281 << 40, 1), "two sizes");
    assert_refused(read_zip, zip64_of(UINT64_MAX, 1), "two sizes");
    assert_refused(read_zip, zip64_of(4, 1000000), "1000000 entries");
    assert_refused(read_zip, zip64_of(4, 2), "too short");
    zip = zip64_of(4, 1);
    zip.data[zip.size - 22 - 20 + 8]--; /* where the Zip64 record starts */
    assert_refused(read_zip, zip, "Zip64 record is broken");
    assert_damage_is_survived(read_zip, zip64_of(4, 1));
}

static void directories_that_do_not_fit_are_refused(void **state) {
    (void)state;
    FileBytes zip = zip_of(stored("a"));
    bytes_store(zip.data + zip.size - 14, 4, 0xFFFFFFFF); /* 65,535 entries */
    assert_refused(read_zip, zip, "65535 entries");
    zip = zip_of(stored("a"));
    bytes_store(zip.data + zip.size - 14, 4, 0);
    assert_refused(read_zip, zip, "has a rest");
    zip = zip_of(stored("a"));
    zip.data[zip.size - 6] ^= 1;
    assert_refused(read_zip, zip, "does not end where");
    zip = zip_of(stored("a"));
    zip.data[zip.size - 18] = 1;
    assert_refused(read_zip, zip, "several parts");
    zip = zip_of(stored("a"));
    zip.size++;
    assert_refused(read_zip, zip, "not a complete zip");
}

static void entries_that_are_no_arrays_are_refused(void **state) {
    (void)state;
    assert_refused(read_arrays, zip_of(stored("a.txt")), "entry a.txt is not an .npy");
    assert_refused(read_arrays, zip_of(stored("a.npy")),
                   "test.npz: array a: not an .npy");
    Error err;
    NamedTensors list;
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
        TEST(the_archives_of_this_test_are_sound),
        TEST(lying_entries_are_refused_by_name),
        TEST(sizes_that_are_not_those_of_the_data_are_refused),
        TEST(an_archive_of_more_than_2_gib_is_refused_before_unpacking),
        TEST(overlapping_entries_are_refused),
        TEST(an_entry_there_twice_is_refused),
        TEST(local_headers_must_agree_with_the_directory),
        TEST(zip64_is_read_and_its_lies_are_refused),
        TEST(directories_that_do_not_fit_are_refused),
        TEST(entries_that_are_no_arrays_are_refused),
        TEST(every_damaged_byte_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
