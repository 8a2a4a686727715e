/* Files that cannot be written as they should, and what becomes of them. */
#include <signal.h>
#include <sys/resource.h>

#include "io/file_place.h"
#include "tests/in_place.h"

/* The write that fails is one of fprintf's, and later ones would go well again. */
static void a_failed_write_is_not_forgotten(void **state) {
    (void)state;
    static char large[100000];
    struct rlimit before, small = {.rlim_cur = 5000};
    FileOutput output;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    assert_true(file_begin(&output, "x", &err));
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const size_t written = fwrite(large, 1, sizeof large, output.stream);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    assert_true(written < sizeof large);
    assert_false(file_commit(&output, &err));
    assert_error_says("x: Input/output error; choose another name");
    assert_int_equal(files_here(), 0);
}

static void the_file_before_gets_another_name(void **state) {
    (void)state;
    FileOutput output;
    static const char previous[] = "x.previous";
    for (int i = 0; i < 3; i++) {
        assert_true(file_begin(&output, "x", &err));
        fputc('0' + i, output.stream);
        assert_true(file_commit_previous(&output, previous, &err));
    }
    assert_holds("x", "2");
    assert_holds(previous, "1");
    /* a folder has that name: nothing changes */
    assert_int_equal(unlink(previous), 0);
    assert_int_equal(mkdir(previous, 0700), 0);
    assert_true(file_begin(&output, "x", &err));
    assert_false(file_commit_previous(&output, previous, &err));
    assert_holds("x", "2");
    assert_int_equal(files_here(), 2);
    /* a device has no file before */
    assert_true(file_begin(&output, "/dev/null", &err));
    assert_true(file_commit_previous(&output, previous, &err));
}

/* .stylegrad-PID-0 to -99 */
static void a_hundred_names_are_tried(void **state) {
    (void)state;
    char name[64];
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, ".stylegrad-%ld-%d", (long)getpid(), i);
        const int file = open(name, O_WRONLY | O_CREAT, 0600);
        assert_true(file >= 0);
        close(file);
    }
    assert_false(file_write("x", "x", 1, &err));
    assert_error_says("x: File exists; choose another name");
    assert_int_equal(files_here(), 100);
}

/* A link to what is below a file, and a link to a missing folder. */
static void a_link_to_where_no_file_can_be_is_refused(void **state) {
    (void)state;
    assert_true(file_write("file", "x", 1, &err));
    assert_int_equal(symlink("file/below", "link"), 0);
    assert_false(file_write("link", "x", 1, &err));
    assert_error_says("Not a directory; create the folder or choose another name");
    assert_int_equal(symlink("none/below", "other"), 0);
    assert_false(file_write("other", "x", 1, &err));
    assert_error_says("No such file or directory");
}

static void a_byte_order_mark_is_skipped(void **state) {
    (void)state;
    unsigned char marked[] = "\xef\xbb\xbf"
                             "ab",
                  other[] = "\xef\xbb\xbe"
                            "ab";
    FileBytes bytes = {marked, 5};
    file_skip_mark(&bytes);
    assert_int_equal(bytes.size, 2);
    assert_memory_equal(bytes.data, "ab", 2);
    file_skip_mark(&bytes);
    assert_int_equal(bytes.size, 2);
    bytes = (FileBytes){other, 5};
    file_skip_mark(&bytes);
    assert_int_equal(bytes.size, 5);
}

/* This file of Linux says that it has 4096 bytes, and has some 30. */
static void a_file_that_is_shorter_than_it_says_is_refused(void **state) {
    (void)state;
    static const char path[] = "/sys/kernel/mm/transparent_hugepage/enabled";
    FileBytes bytes;
    struct stat about;
    Arena *arena = arena_new();
    if (stat(path, &about) || about.st_size != 4096) {
        arena_free(arena);
        print_message("skipped: %s is not here\n", path);
        skip();
    }
    assert_false(file_read(arena, path, 1 << 20, &bytes, &err));
    arena_free(arena);
    assert_error_says("changed its size while being read");
}

static void the_nearest_folder_above_is_checked(void **state) {
    (void)state;
    assert_true(file_make_folder_check("a/b/c", &err));
    assert_true(file_make_folder_check("/a/b", &err) || geteuid() != 0);
    assert_true(file_make_folder_check("a/b", &err));
    assert_false(file_make_folder_check("", &err));
    assert_error_says("cannot make the folder");
    assert_false(file_make_folder("/proc/none", &err));
    assert_error_says("cannot make the folder /proc/none");
}

/* stylegrad-saved-PID.csv, then -1 to -99. */
static void a_spare_name_is_an_unused_one(void **state) {
    (void)state;
    char first[64], name[64];
    snprintf(first, sizeof first, "./stylegrad-saved-%ld", (long)getpid());
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, i ? "%s-%d.csv" : "%s.csv", first, i);
        char *spare = file_beside("loss.csv");
        assert_string_equal(spare, name);
        put(spare, "x");
        free(spare);
    }
    assert_null(file_beside("loss.csv"));
    /* then a table that loses its name is lost, too */
    FileOutput output;
    assert_true(file_begin(&output, "loss.csv", &err));
    assert_int_equal(mkdir("loss.csv", 0700), 0);
    assert_false(file_commit_or_keep(&output, &err));
    assert_error_says("cannot write ");
    assert_int_equal(files_here(), 101);
}

/* The folder becomes sticky, and the file another's, while the new one is written. */
static int write_between(const char *name, mode_t mode, bool *good) {
    FileOutput output;
    if (!file_begin(&output, name, &err)) return 1;
    fputs("new", output.stream);
    if (seteuid(0) || chown(name, 0, 0) || chmod(name, mode) || chmod(folder, 01777) ||
        seteuid(NOBODY))
        return 2;
    *good = file_commit_or_keep(&output, &err);
    return 0;
}

static int write_in_place(void) {
    bool good;
    const int problem = write_between("open", 0666, &good);
    return problem ? problem : good ? 0 : 3;
}

static int write_beside(void) {
    bool good;
    const int problem = write_between("closed", 0644, &good);
    return problem ? problem : !good && strstr(err.text, "it is kept as ") ? 0 : 3;
}

static void what_becomes_anothers_meanwhile_is_written_in_place_or_kept(void **state) {
    (void)state;
    if (geteuid() != 0) {
        print_message("only root can make files of two users\n");
        skip();
    }
    put("open", "old text, which is longer");
    put("closed", "old");
    assert_int_equal(chmod("open", 0666), 0);
    assert_int_equal(chmod("closed", 0666), 0);
    assert_int_equal(chmod(folder, 0777), 0);
    assert_int_equal(as_nobody(write_in_place), 0);
    assert_holds("open", "new");
    assert_int_equal(files_here(), 2);
    assert_int_equal(chmod(folder, 0777), 0);
    assert_int_equal(as_nobody(write_beside), 0);
    assert_holds("closed", "old");
    assert_int_equal(files_here(), 3);
}

static int write_where_nobody_may(void) {
    return !file_write("own/new", "x", 1, &err) &&
                   strstr(err.text, "Permission denied; change the permissions") &&
                   !file_write_check("own/new", &err) && file_same("own/a", "own/a") &&
                   !file_same("own/a", "own/A")
               ? 0
               : 1;
}

static void a_folder_of_another_is_refused(void **state) {
    (void)state;
    if (geteuid() != 0) skip();
    assert_int_equal(mkdir("own", 0755), 0);
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(as_nobody(write_where_nobody_may), 0);
    assert_int_equal(files_here(), 1);
}

/* Neither stream is open, and standard output cannot be written to: both are no place
 * for a file. */
static void closed_streams_are_nowhere(void **state) {
    (void)state;
    put("held", "old");
    const pid_t child = fork();
    if (child == 0) {
        close(STDERR_FILENO);
        const int held = open("held", O_RDONLY);
        dup2(held, STDOUT_FILENO);
        test_exit(file_write("held", "new", 3, &err) ? 0 : 1);
    }
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    assert_holds("held", "new");
    assert_int_equal(files_here(), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_failed_write_is_not_forgotten),
        IN_FOLDER(the_file_before_gets_another_name),
        IN_FOLDER(a_hundred_names_are_tried),
        IN_FOLDER(a_link_to_where_no_file_can_be_is_refused),
        IN_FOLDER(a_byte_order_mark_is_skipped),
        IN_FOLDER(a_file_that_is_shorter_than_it_says_is_refused),
        IN_FOLDER(the_nearest_folder_above_is_checked),
        IN_FOLDER(a_spare_name_is_an_unused_one),
        IN_FOLDER(what_becomes_anothers_meanwhile_is_written_in_place_or_kept),
        IN_FOLDER(a_folder_of_another_is_refused),
        IN_FOLDER(closed_streams_are_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
