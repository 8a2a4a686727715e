/* The parts of PyTorch's files: entries of the archive, storages, tensors of subclasses,
 * and the limits of the search for tensors. */
#define OUT "build/test_torch_parts_" REAL_NAME ".pth"

#include "tests/torch_pickles.h"

/* Entries of an archive with this pickle, an order of bytes and a storage of this name. */
static FileBytes archive_of(const char *name, const char *order, const char *storage) {
    static const char pickle[] = TENSOR(FLOATS, "K\x00", "K\x08\x85", "K\x01\x85");
    static const unsigned char one[32] = {0, 0, 0x80, 0x3F};
    ZipSource sources[] = {
        {name, {(unsigned char *)(uintptr_t)pickle, sizeof pickle - 1}},
        {storage, {(unsigned char *)(uintptr_t)one, sizeof one}},
        {"x/byteorder", {(unsigned char *)(uintptr_t)order, strlen(order)}},
    };
    Error err;
    if (!zip_write(OUT, sources, 3, &err)) fail_msg("%s", err.text);
    return bytes_of(OUT);
}

static void the_entries_of_an_archive_are_looked_for(void **state) {
    (void)state;
    NamedTensors list;
    Error err;
    assert_true(torch_read_bytes(arena, archive_of("x/data.pkl", "little", "x/data/0"),
                                 "a.pth", &list, &err));
    assert_close(find(&list, "a", "(1,1,1,8)", 1)->tensor.data[0], 1, 0, 0);
    assert_refused(read_bytes, archive_of("x/data.pkl", "big", "x/data/0"),
                   "a.pth: its numbers are in big-endian order");
    assert_refused(read_bytes, archive_of("x/data.pkl", "bigger", "x/data/0"),
                   "a.pth: its numbers are in big-endian order");
    assert_refused(read_bytes, archive_of("data.pkl", "little", "x/data/0"),
                   "a.pth: a zip archive without data.pkl; save it with torch.save");
    assert_refused(read_bytes, archive_of("x/data.pkl", "little", "x/data/1"),
                   "a.pth: storage 0 is not in the file; get the file again");
    assert_refused(read_bytes, archive_of("x/data.pkl", "little", "other"),
                   "a.pth: storage 0 is not in the file; get the file again");
}

#define UNKNOWN(storage)                                                                 \
    REFUSED(TENSOR(storage, "K\x00", "K\x08\x85", "K\x01\x85"),                          \
            "a tensor lies in a storage of no known kind")

/* ('storage', a type, a key, a device, a number of elements) is what names a storage. */
static void a_storage_is_named_by_five_things(void **state) {
    (void)state;
    UNKNOWN("(U\x06stringctorch\nFloatStorage\nU\x01"
            "0U\x03"
            "cpuK\x08tQ");
    UNKNOWN("(U\x07storageU\x01tU\x01"
            "0U\x03"
            "cpuK\x08tQ");
    UNKNOWN("(U\x07storagectorch\nFloatStorage\nK\x00U\x03"
            "cpuK\x08tQ");
    UNKNOWN("(U\x07storagectorch\nFloatStorage\nU\x01"
            "0U\x03"
            "cpuNtQ");
    UNKNOWN("(U\x07storagectorch\nFloatStorage\nU\x01"
            "0U\x03"
            "cpuJ\xff\xff\xff\xfftQ");
    UNKNOWN("(U\x07storagectorch\nFloatStorage\nU\x01"
            "0tQ");
    UNKNOWN("K\x00");
    REFUSED(TENSOR(STORAGE("FloatStorage", "\x09"), "K\x00", "K\x08\x85", "K\x01\x85"),
            "storage 0 has 32 bytes, not 9 numbers of 4");
    REFUSED(TENSOR(STORAGE("ShortStorage", "\x10"), "K\x00", "K\x08\x85", "K\x01\x85"),
            "tensor a is made of torch.ShortStorage, and weights are floats");
}

/* Before 1.6: what a file may lack or have too much. */
static void the_parts_of_an_old_file_are_checked(void **state) {
    (void)state;
    static const char no_list[] = LEGACY "\x80\x02}U\x0dlittle_endian\x88s."
                                         "\x80\x02}.\x80\x02}.",
                      no_number[] = LEGACY "\x80\x02}U\x0dlittle_endianK\x01s."
                                           "\x80\x02}.\x80\x02].",
                      no_order[] = LEGACY "\x80\x02}.\x80\x02}.\x80\x02].",
                      too_long[] = LEGACY "\x80\x02}U\x0dlittle_endian\x88s."
                                          "\x80\x02}.\x80\x02].more";
#define BYTES(text) (FileBytes){(unsigned char *)(uintptr_t)text, sizeof text - 1}
    assert_refused(read_bytes, BYTES(no_list), "has no list of storages");
    assert_refused(read_bytes, BYTES(no_number), "big-endian");
    assert_refused(read_bytes, BYTES(no_order), "big-endian");
    assert_refused(read_bytes, BYTES(too_long), "holds bytes of no storage");
#undef BYTES
}

#define SUBCLASS(function, arguments)                                                    \
    "\x80\x02}U\x01"                                                                     \
    "actorch._tensor\n_rebuild_from_type_v2\n(" function "ctorch\nTensor\n" arguments    \
    "}tRs."
#define ARGUMENTS "(" FLOATS "K\x00K\x08\x85K\x01\x85\x89}t"

/* (function, class, arguments of the function, attributes). */
static void a_tensor_of_a_subclass_is_read(void **state) {
    (void)state;
    NamedTensors list;
    Error err;
    FileBytes file = ARCHIVE(SUBCLASS("ctorch._utils\n_rebuild_tensor_v2\n", ARGUMENTS));
    if (!torch_read_bytes(arena, file, "a.pth", &list, &err)) fail_msg("%s", err.text);
    assert_close(find(&list, "a", "(1,1,1,8)", 1)->tensor.data[0], 1, 0, 0);
    REFUSED(SUBCLASS("ctorch._utils\n_rebuild_sparse_tensor\n", ARGUMENTS),
            "weights are floats");
    REFUSED(SUBCLASS("ctorch._utils\n_rebuild_tensor_v2\n", "N"), "weights are floats");
    REFUSED(SUBCLASS("N", ARGUMENTS), "weights are floats");
}

static const char one_tensor[] = REBUILD "(" FLOATS "K\x00K\x08\x85K\x01\x85\x89}tR";

/* Appends these bytes as often; returns the end. */
static char *repeat(char *at, const char *bytes, size_t size, int times) {
    for (int i = 0; i < times; i++, at += size)
        memcpy(at, bytes, size);
    return at;
}

/* Lists in lists: a hundred times a hundred times a hundred times None. */
static void a_search_ends(void **state) {
    (void)state;
    char *pickle = arena_alloc(arena, 20000), *at = pickle;
    at = repeat(at, "\x80\x02]q\x02(]q\x01(]q\x03(", 14, 1);
    at = repeat(at, "N", 1, 100);
    at = repeat(at, "e", 1, 1);
    at = repeat(at, "h\x03", 2, 99);
    at = repeat(at, "e", 1, 1);
    at = repeat(at, "h\x01", 2, 99);
    at = repeat(at, "e.", 2, 1);
    assert_refused(read_bytes, archive(pickle, (size_t)(at - pickle)),
                   "holds too many values to look through");
    at = repeat(pickle, "\x80\x02](", 4, 1);
    at = repeat(at, one_tensor, sizeof one_tensor - 1, 1);
    at = repeat(at, "q\x01", 2, 1);
    at = repeat(at, "h\x01", 2, 4096);
    at = repeat(at, "e.", 2, 1);
    assert_refused(read_bytes, archive(pickle, (size_t)(at - pickle)),
                   "more than 4096 tensors; split the file");
}

/* {a key of so many letters: {'a': a tensor}, 'b': {'a': the same}} */
static NamedTensors with_a_long_key(int letters) {
    NamedTensors list;
    Error err;
    char *pickle = arena_alloc(arena, 4096), *at = pickle;
    const char length[] = {'X', (char)(letters & 255), (char)(letters >> 8), 0, 0};
    at = repeat(at, "\x80\x02}", 3, 1);
    at = repeat(at, length, 5, 1);
    at = repeat(at, "k", 1, letters);
    at = repeat(at,
                "}U\x01"
                "a",
                4, 1);
    at = repeat(at, one_tensor, sizeof one_tensor - 1, 1);
    at = repeat(at,
                "sq\x01sU\x01"
                "bh\x01s.",
                11, 1);
    FileBytes file = archive(pickle, (size_t)(at - pickle));
    if (!torch_read_bytes(arena, file, "a.pth", &list, &err)) fail_msg("%s", err.text);
    return list;
}

/* A name of more than 511 letters is no layer's. Where even its first key is longer, the
 * other dict is the only one, and is opened. */
static void names_that_are_too_long_are_passed_over(void **state) {
    (void)state;
    assert_int_equal(with_a_long_key(509).count, 2); /* and ".a" */
    for (int letters = 510; letters < 514; letters++) {
        NamedTensors list = with_a_long_key(letters);
        assert_int_equal(list.count, 1);
        assert_string_equal(list.items[0].name, letters < 512 ? "b.a" : "a");
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_entries_of_an_archive_are_looked_for),
        TEST(a_storage_is_named_by_five_things),
        TEST(the_parts_of_an_old_file_are_checked),
        TEST(a_tensor_of_a_subclass_is_read),
        TEST(a_search_ends),
        TEST(names_that_are_too_long_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
