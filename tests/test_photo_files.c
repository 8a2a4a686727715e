/* Files of photographs: which ones count, in which order, and what is refused. */
#include "train/photo_files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/networks.h"

static char folder[] = "/tmp/stylegrad-photos-XXXXXX";

/* The path of a file in the folder, in the arena. */
static const char *in_folder(const char *name) {
    char *path = arena_alloc(arena, strlen(folder) + strlen(name) + 2);
    return strcat(strcat(strcpy(path, folder), "/"), name);
}

static void put(const char *name, const char *text) {
    Error problem;
    if (!file_write(in_folder(name), text, strlen(text), &problem))
        fail_msg("%s", problem.text);
}

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    return rmdir(folder);
}

/* Removes what a test has put. */
static void forget(const char *const *names, int count) {
    for (int i = 0; i < count; i++)
        assert_int_equal(remove(in_folder(names[i])), 0);
}

static bool read_one(const char *path, PhotoFiles *files) {
    return photo_files_read(arena, &path, 1, files, &err);
}

/* '.' < 'B' < 'a' < 'b' in bytes; the bytes of the files tell them apart. */
static void a_folder_is_read_by_name(void **state) {
    (void)state;
    static const char *const names[] = {"b.png", "a.JPG", "B.jpeg", ".hidden"};
    PhotoFiles files;
    for (int i = 0; i < 4; i++)
        put(names[i], names[i]);
    assert_int_equal(mkdir(in_folder("below"), 0777), 0);
    assert_true(read_one(folder, &files));
    assert_int_equal(files.count, 3);
    assert_memory_equal(files.file[0].bytes.data, "B.jpeg", 6);
    assert_memory_equal(files.file[1].bytes.data, "a.JPG", 5);
    assert_memory_equal(files.file[2].bytes.data, "b.png", 5);
    assert_string_equal(files.file[2].name, in_folder("b.png"));
    forget(names, 4);
    assert_int_equal(rmdir(in_folder("below")), 0);
}

static void assert_refused(const char *path, const char *words) {
    PhotoFiles files;
    assert_false(read_one(path, &files));
    if (!strstr(err.text, words)) fail_msg("\"%s\" lacks \"%s\"", err.text, words);
    assert_null(strchr(err.text, '\n'));
}

static void a_text_among_the_photographs_is_refused(void **state) {
    (void)state;
    static const char *const names[] = {"a.jpg", "notes.txt"};
    put("a.jpg", "a");
    put("notes.txt", "a text\n");
    assert_refused(folder, "notes.txt: is no .jpg or .png");
    forget(names, 2);
}

static void a_folder_without_files_is_refused(void **state) {
    (void)state;
    assert_refused(folder, "holds no file");
    assert_refused(in_folder("none"), "none");
}

/* A file that is named itself may have any name; an image is told by its bytes. */
static void all_that_is_named_comes_in_its_order(void **state) {
    (void)state;
    static const char *const names[] = {"a.jpg", "picture"};
    PhotoFiles files;
    put("a.jpg", "1");
    put("picture", "2");
    const char *const paths[] = {in_folder("picture"), in_folder("a.jpg"),
                                 in_folder("picture")};
    assert_true(photo_files_read(arena, paths, 3, &files, &err));
    assert_int_equal(files.count, 3);
    assert_int_equal(*files.file[0].bytes.data, '2');
    assert_int_equal(*files.file[1].bytes.data, '1');
    assert_int_equal(*files.file[2].bytes.data, '2');
    forget(names, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_folder_is_read_by_name),
        TEST(a_text_among_the_photographs_is_refused),
        TEST(a_folder_without_files_is_refused),
        TEST(all_that_is_named_comes_in_its_order),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
