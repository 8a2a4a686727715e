/* ustar archives, written here byte by byte as POSIX 1003.1 describes them. */
#include <stdio.h>
#include <string.h>

#include "io/tar.h"
#include "tests/arena.h"
#include "tests/damage.h"

typedef struct Archive {
    unsigned char bytes[8192];
    size_t size;
} Archive;

static void seal(unsigned char *header) {
    unsigned sum = 0;
    memset(header + 148, ' ', 8);
    for (int i = 0; i < 512; i++)
        sum += header[i];
    snprintf((char *)header + 148, 8, "%06o", sum);
}

static unsigned char *add(Archive *a, const char *name, char kind, const char *text) {
    unsigned char *header = a->bytes + a->size;
    snprintf((char *)header, 100, "%s", name);
    snprintf((char *)header + 124, 12, "%011o", (unsigned)strlen(text));
    memcpy(header + 257,
           "ustar\0"
           "00",
           8);
    header[156] = (unsigned char)kind;
    seal(header);
    memcpy(header + 512, text, strlen(text));
    a->size += 512 + (strlen(text) + 511) / 512 * 512;
    return header;
}

static Archive three_files(void) {
    Archive a = {.size = 0};
    add(&a, "a.txt", '0', "first");
    add(&a, "folder/", '5', "");
    unsigned char *header = add(&a, "b.txt", '0', "");
    memcpy(header + 345, "deep/down", 9);
    seal(header);
    add(&a, "c.txt", 0, "an old-fashioned one");
    a.size += 1024;
    return a;
}

static bool read_tar(Arena *into, FileBytes file, Error *err) {
    TarFiles files;
    return tar_read_bytes(into, file, "test.tar", &files, err);
}

static void regular_files_are_listed_in_order(void **state) {
    (void)state;
    Archive a = three_files();
    TarFiles files;
    Error err;
    assert_true(
        tar_read_bytes(arena, (FileBytes){a.bytes, a.size}, "test.tar", &files, &err));
    assert_int_equal(files.count, 3);
    assert_string_equal(files.entry[0].name, "a.txt");
    assert_int_equal(files.entry[0].bytes.size, 5);
    assert_memory_equal(files.entry[0].bytes.data, "first", 5);
    assert_string_equal(files.entry[1].name, "deep/down/b.txt");
    assert_int_equal(files.entry[1].bytes.size, 0);
    assert_memory_equal(files.entry[2].bytes.data, "an old-fashioned one", 20);
}

static void a_file_that_promises_too_much_is_refused(void **state) {
    (void)state;
    Archive a = three_files();
    Error err;
    snprintf((char *)a.bytes + 124, 12, "%011o", 9000u);
    seal(a.bytes);
    assert_false(read_tar(arena, (FileBytes){a.bytes, a.size}, &err));
    assert_non_null(strstr(err.text, "does not fit"));
}

static void what_is_no_archive_is_refused(void **state) {
    (void)state;
    unsigned char zeros[2048] = {0}, text[] = "hello";
    Archive a = three_files();
    Error err;
    assert_false(read_tar(arena, (FileBytes){zeros, sizeof zeros}, &err));
    assert_false(read_tar(arena, (FileBytes){text, sizeof text}, &err));
    a.bytes[0] = 'A'; /* now the checksum is wrong */
    assert_false(read_tar(arena, (FileBytes){a.bytes, a.size}, &err));
    assert_non_null(strstr(err.text, "test.tar"));
    assert_false(read_tar(arena, (FileBytes){a.bytes, 1024}, &err)); /* no end */
}

static bool is_read_with(int place, const char *digits, size_t width) {
    Archive a = three_files();
    Error err;
    memset(a.bytes + place, 0, width);
    memcpy(a.bytes + place, digits, strlen(digits));
    if (place != 148) seal(a.bytes);
    return read_tar(arena, (FileBytes){a.bytes, a.size}, &err);
}

/* The size, 5, as other writers of tar have it, and what is no octal number. */
static void a_number_ends_with_its_field_a_space_or_a_zero(void **state) {
    (void)state;
    assert_true(is_read_with(124, "000000000005", 12));
    assert_true(is_read_with(124, "     5 ", 12));
    assert_true(is_read_with(124, "5", 12));
    assert_false(is_read_with(124, "5x", 12));
    assert_false(is_read_with(124, "5/", 12));
    assert_false(is_read_with(124, "5:", 12));
    assert_false(is_read_with(124, "", 12));
    assert_false(is_read_with(124, "            ", 12));
    assert_false(is_read_with(148, "x", 8));
}

static void a_file_is_read_by_its_name(void **state) {
    (void)state;
    Archive a = three_files();
    TarFiles files;
    Error err;
    assert_false(tar_read(arena, "no/such.tar", &files, &err));
    assert_non_null(strstr(err.text, "no/such.tar"));
    assert_true(file_write("build/test_tar.tar", a.bytes, a.size, &err));
    assert_true(tar_read(arena, "build/test_tar.tar", &files, &err));
    remove("build/test_tar.tar");
    assert_int_equal(files.count, 3);
    assert_string_equal(files.entry[0].name, "a.txt");
}

static void no_damage_breaks_the_reader(void **state) {
    (void)state;
    Archive a = three_files();
    assert_damage_is_survived(read_tar, (FileBytes){a.bytes, a.size});
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(regular_files_are_listed_in_order),
        TEST(a_file_that_promises_too_much_is_refused),
        TEST(what_is_no_archive_is_refused),
        TEST(a_number_ends_with_its_field_a_space_or_a_zero),
        TEST(a_file_is_read_by_its_name),
        TEST(no_damage_breaks_the_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
