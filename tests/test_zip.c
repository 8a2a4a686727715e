#include "io/zip.h"

#include <zlib.h>

#include "io/number.h"
#include "tests/arena.h"
#include "tests/damage.h"

static bool read_zip(Arena *own, FileBytes file, Error *err) {
    Zip zip;
    FileBytes bytes;
    if (!zip_read(own, file, "test.zip", &zip, err)) return false;
    for (size_t i = 0; i < zip.count; i++)
        if (!zip_unpack(own, &zip.entries[i], "test.zip", &bytes, err)) return false;
    return true;
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

/* Within the limits of DEFLATE and of 2 GiB, but 100 MB of nothing in 100 kB. */
static void a_bomb_is_refused_before_unpacking(void **state) {
    (void)state;
    Item item = deflated();
    item.data_size = item.packed_size = 100000;
    item.data = arena_alloc(arena, item.data_size);
    item.size = 100000u * 1000u;
    FileBytes zip = {arena_alloc(arena, 110000), 0};
    add_local(&zip, &item);
    size_t directory = zip.size;
    add_central(&zip, &item);
    add_end(&zip, 1, directory);
    assert_refused(read_zip, zip, "unpacks to 100000000 bytes, more than 100 times");
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
    size_t extra = 30 + 1 + 4 + 46 + 1; /* local header, name, data, entry, name */
    zip = zip64_of(4, 1);
    zip.data[extra + 2] = 7; /* too short for 64 bits */
    assert_refused(read_zip, zip, "directory is broken");
    zip.data[extra + 2] = 9; /* longer than all extra fields */
    assert_refused(read_zip, zip, "directory is broken");
    zip.data[extra + 2] = 8;
    assert_true(read_damaged(read_zip, zip.data, zip.size));
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_archives_of_this_test_are_sound),
        TEST(lying_entries_are_refused_by_name),
        TEST(sizes_that_are_not_those_of_the_data_are_refused),
        TEST(an_archive_of_more_than_2_gib_is_refused_before_unpacking),
        TEST(a_bomb_is_refused_before_unpacking),
        TEST(overlapping_entries_are_refused),
        TEST(an_entry_there_twice_is_refused),
        TEST(local_headers_must_agree_with_the_directory),
        TEST(zip64_is_read_and_its_lies_are_refused),
        TEST(directories_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
