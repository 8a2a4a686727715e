#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/file.h"
#include "tests/test.h"

static char folder[64];
static Arena *arena;
static Error err;

static int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/stylegrad-file-XXXXXX");
    arena = arena_new();
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    arena_free(arena);
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static const char *inside(const char *name) {
    static char path[2][512];
    static int turn;
    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static int files_in(const char *path) {
    DIR *list = opendir(path);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(list));)
        count += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
    closedir(list);
    return count;
}

static void assert_error_says(const char *words) {
    if (!strstr(err.text, words)) {
        print_error("expected \"%s\" in: %s\n", words, err.text);
        fail();
    }
    assert_null(strchr(err.text, '\n'));
}

static void assert_holds(const char *path, const char *text) {
    FileBytes bytes;
    if (!file_read(arena, path, 1 << 20, &bytes, &err)) fail_msg("%s", err.text);
    assert_int_equal(bytes.size, strlen(text));
    assert_memory_equal(bytes.data, text, bytes.size);
}

static void what_is_written_is_read_back(void **state) {
    (void)state;
    const char *path = inside("a.txt");
    assert_true(file_write(path, "first", 5, &err));
    assert_holds(path, "first");
    assert_true(file_write(path, "second one", 10, &err));
    assert_holds(path, "second one");
    assert_int_equal(files_in(folder), 1);
}

static void an_existing_file_keeps_its_permissions_and_a_link_is_followed(void **state) {
    (void)state;
    assert_true(file_write(inside("target"), "old", 3, &err));
    assert_int_equal(chmod(inside("target"), 0640), 0);
    assert_int_equal(symlink("target", inside("link")), 0);
    assert_true(file_write(inside("link"), "new", 3, &err));
    assert_holds(inside("target"), "new");
    struct stat about;
    assert_int_equal(lstat(inside("link"), &about), 0);
    assert_true(S_ISLNK(about.st_mode));
    assert_int_equal(stat(inside("target"), &about), 0);
    assert_int_equal(about.st_mode & 07777, 0640);
}

static void reading_refuses_what_is_not_a_file_of_the_right_size(void **state) {
    (void)state;
    FileBytes bytes;
    assert_false(file_read(arena, inside("no/such"), 10, &bytes, &err));
    assert_error_says("no/such: No such file or directory; check the spelling");
    assert_false(file_read(arena, folder, 10, &bytes, &err));
    assert_error_says("is a folder; name a file in it");
    assert_true(file_write(inside("empty"), "", 0, &err));
    assert_false(file_read(arena, inside("empty"), 10, &bytes, &err));
    assert_error_says("empty is empty");
    assert_true(file_write(inside("eleven"), "12345678901", 11, &err));
    assert_false(file_read(arena, inside("eleven"), 10, &bytes, &err));
    assert_error_says("larger than 10 bytes");
    assert_true(file_read(arena, inside("eleven"), 11, &bytes, &err));
    assert_false(file_read(arena, inside("eleven/x"), 11, &bytes, &err));
    assert_error_says("Not a directory");
}

/* Reads `size` bytes through a named pipe with the limit `most`. */
static bool read_pipe(size_t size, size_t most, FileBytes *bytes) {
    const char *path = inside("pipe");
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    pid_t child = fork();
    if (child == 0) {
        int file = open(path, O_WRONLY);
        for (size_t i = 0; i < size; i++) {
            unsigned char byte = (unsigned char)(i % 251);
            if (write(file, &byte, 1) != 1) _exit(0);
        }
        _exit(0);
    }
    bool ok = file_read(arena, path, most, bytes, &err);
    waitpid(child, NULL, 0);
    return ok;
}

static void a_pipe_is_read_to_its_end_within_the_limit(void **state) {
    (void)state;
    FileBytes bytes;
    assert_true(read_pipe(70000, 70000, &bytes));
    assert_int_equal(bytes.size, 70000);
    for (size_t i = 0; i < bytes.size; i++)
        assert_int_equal(bytes.data[i], i % 251);
    assert_false(read_pipe(70000, 69999, &bytes));
    assert_error_says("larger than 69999 bytes");
    assert_false(read_pipe(0, 100, &bytes));
    assert_error_says("is empty");
    assert_false(file_read(arena, "/dev/zero", 1 << 20, &bytes, &err));
    assert_error_says("/dev/zero is larger than 1048576 bytes");
}

static void on_alarm(int number) {
    (void)number;
}

/* A timer interrupts a slow pipe every millisecond, in either direction: more than the
 * 64 KiB that a pipe holds, 8 KiB every 2 ms. */
static void a_signal_in_the_middle_is_no_error(void **state) {
    (void)state;
    enum { SIZE = 200000, STEP = 8192 };
    static char bytes[SIZE];
    const char *path = inside("slow");
    assert_int_equal(mkfifo(path, 0600), 0);
    for (int writing = 0; writing < 2; writing++) {
        pid_t child = fork();
        if (child == 0) {
            int file = open(path, writing ? O_RDONLY : O_WRONLY);
            for (ssize_t done = 0, step = 1; done < SIZE && step > 0; done += step) {
                usleep(2000);
                step = SIZE - done < STEP ? SIZE - done : STEP;
                step = writing ? read(file, bytes, (size_t)step)
                               : write(file, bytes, (size_t)step);
            }
            _exit(0);
        }
        struct sigaction action = {.sa_handler = on_alarm};
        struct itimerval timer = {{0, 1000}, {0, 1000}}, off = {{0, 0}, {0, 0}};
        sigaction(SIGALRM, &action, NULL);
        setitimer(ITIMER_REAL, &timer, NULL);
        FileBytes got = {NULL, SIZE};
        bool ok = writing ? file_write(path, bytes, SIZE, &err)
                          : file_read(arena, path, SIZE, &got, &err);
        setitimer(ITIMER_REAL, &off, NULL);
        waitpid(child, NULL, 0);
        if (!ok) fail_msg("%s", err.text);
        assert_int_equal(got.size, SIZE);
    }
}

static void writing_into_a_missing_folder_says_what_to_do(void **state) {
    (void)state;
    assert_false(file_write(inside("none/x.png"), "x", 1, &err));
    assert_error_says(
        "none/x.png: No such file or directory; create the folder or choose "
        "another name");
    assert_false(file_write_check(inside("none/x.png"), &err));
    assert_error_says("No such file or directory; create the folder");
    assert_false(file_write(folder, "x", 1, &err));
    assert_error_says("it is a folder; name a file in it");
    assert_false(file_write(inside("b/"), "x", 1, &err));
    assert_error_says("it is a folder");
    assert_false(file_write("", "x", 1, &err));
    assert_false(file_write_check(folder, &err));
    assert_int_equal(files_in(folder), 0);
    assert_true(file_write_check(inside("fine"), &err));
    assert_int_equal(files_in(folder), 0);
}

static void a_full_device_is_an_error_and_stays_a_device(void **state) {
    (void)state;
    if (access("/dev/full", W_OK)) skip();
    assert_false(file_write("/dev/full", "x", 1, &err));
    assert_error_says("/dev/full: No space left on device; make room");
    struct stat about;
    assert_int_equal(stat("/dev/full", &about), 0);
    assert_true(S_ISCHR(about.st_mode));
    FileOutput output;
    assert_true(file_begin(&output, "/dev/full", &err));
    for (int i = 0; i < 100000; i++)
        fprintf(output.stream, "%d\n", i);
    assert_false(file_commit(&output, &err));
    assert_error_says("No space left on device");
    assert_true(file_write("/dev/null", "x", 1, &err));
    assert_true(file_write_check("/dev/null", &err));
}

/* A limit on the size of files stands in for a full disk: the write fails in the middle.
 */
static void a_write_that_fails_half_way_keeps_the_old_file(void **state) {
    (void)state;
    static char large[100000];
    const char *path = inside("keep");
    assert_true(file_write(path, "old", 3, &err));
    struct rlimit before, small = {.rlim_cur = 5000};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    Error whole, streamed;
    FileOutput output;
    bool wrote = file_write(path, large, sizeof large, &whole);
    bool began = file_begin(&output, path, &streamed);
    for (int i = 0; began && i < 1000; i++)
        fprintf(output.stream, "%099d\n", i);
    bool committed = began && file_commit(&output, &streamed);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    assert_false(wrote);
    assert_true(began);
    assert_false(committed);
    err = whole;
    assert_error_says("keep: File too large; make room or choose another disk");
    err = streamed;
    assert_error_says("keep: File too large");
    assert_holds(path, "old");
    assert_int_equal(files_in(folder), 1);
}

static void a_streamed_file_appears_when_it_is_complete(void **state) {
    (void)state;
    FileOutput output;
    const char *path = inside("trace.csv");
    assert_true(file_begin(&output, path, &err));
    fprintf(output.stream, "step,loss\n%d,%g\n", 1, 0.5);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_true(file_commit(&output, &err));
    assert_holds(path, "step,loss\n1,0.5\n");
    assert_true(file_begin(&output, path, &err));
    fprintf(output.stream, "nothing");
    file_abandon(&output);
    assert_holds(path, "step,loss\n1,0.5\n");
    assert_int_equal(files_in(folder), 1);
}

/* The names a killed run left behind are not in the way, and not overwritten. */
static void a_left_over_temporary_file_is_not_touched(void **state) {
    (void)state;
    char name[64];
    snprintf(name, sizeof name, ".stylegrad-%ld-0", (long)getpid());
    assert_true(file_write(inside(name), "left", 4, &err));
    assert_true(file_write(inside("x"), "new", 3, &err));
    assert_holds(inside(name), "left");
    assert_holds(inside("x"), "new");
}

static void folders_are_made_with_those_above_them(void **state) {
    (void)state;
    assert_true(file_make_folder(inside("a/b//c/"), &err));
    assert_true(file_make_folder(inside("a/b/c"), &err));
    assert_true(file_write(inside("a/b/c/x"), "x", 1, &err));
    assert_false(file_make_folder(inside("a/b/c/x/y"), &err));
    assert_error_says("Not a directory; choose another name");
    assert_false(file_make_folder(inside("a/b/c/x"), &err));
    assert_error_says("cannot make the folder");
    assert_true(file_make_folder("/", &err));
    assert_true(file_make_folder(".", &err));
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(what_is_written_is_read_back),
        IN_FOLDER(an_existing_file_keeps_its_permissions_and_a_link_is_followed),
        IN_FOLDER(reading_refuses_what_is_not_a_file_of_the_right_size),
        IN_FOLDER(a_pipe_is_read_to_its_end_within_the_limit),
        IN_FOLDER(a_signal_in_the_middle_is_no_error),
        IN_FOLDER(writing_into_a_missing_folder_says_what_to_do),
        IN_FOLDER(a_full_device_is_an_error_and_stays_a_device),
        IN_FOLDER(a_write_that_fails_half_way_keeps_the_old_file),
        IN_FOLDER(a_streamed_file_appears_when_it_is_complete),
        IN_FOLDER(a_left_over_temporary_file_is_not_touched),
        IN_FOLDER(folders_are_made_with_those_above_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
