/* Different names of one file, and files that cannot be replaced. */
#include "io/file_place.h"

#ifdef __linux__
#include <linux/fs.h>
#include <sys/ioctl.h>
#endif

#include "io/csv.h"
#include "tests/in_place.h"

static void one_file_is_known_by_all_its_names(void **state) {
    (void)state;
    put("a.png", "a");
    put("b.png", "a");
    assert_int_equal(mkdir("sub", 0700), 0);
    assert_int_equal(symlink("a.png", "soft.png"), 0);
    assert_int_equal(symlink("..", "sub/up"), 0);
    assert_int_equal(link("a.png", "hard.png"), 0);
    char whole[100];
    snprintf(whole, sizeof whole, "%s/a.png", folder);
    const char *const same[] = {"a.png",    "./a.png",      "sub/../a.png",   "soft.png",
                                "hard.png", "sub/up/a.png", "sub//up//a.png", whole};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        assert_true(file_same("a.png", same[i]));
        assert_false(file_same("b.png", same[i]));
        assert_false(file_same("c.png", same[i]));
    }
    assert_false(file_same("/dev/null", "/dev/null"));
    assert_false(file_same("sub", "sub"));
}

static void files_to_come_are_known_by_folder_and_name(void **state) {
    (void)state;
    assert_int_equal(mkdir("sub", 0700), 0);
    assert_int_equal(symlink("sub", "link"), 0);
    assert_int_equal(symlink("sub/new.csv", "soft.csv"), 0);
    assert_int_equal(symlink("soft.csv", "twice.csv"), 0);
    assert_true(file_same("sub/new.csv", "link/new.csv"));
    assert_true(file_same("sub/new.csv", "soft.csv"));
    assert_true(file_same("twice.csv", "link/../sub/new.csv"));
    assert_false(file_same("sub/new.csv", "new.csv"));
    assert_false(file_same("sub/new.csv", "sub/new.gp"));
    /* this folder tells letter cases apart, or it does not: the system says */
    put("probe", "");
    assert_int_equal(file_same("New.csv", "new.csv"), access("PROBE", F_OK) == 0);
    assert_int_equal(files_here(), 5);
}

static void a_link_that_leads_nowhere_yet_is_followed(void **state) {
    (void)state;
    assert_int_equal(mkdir("sub", 0700), 0);
    assert_int_equal(symlink("sub/new.txt", "link.txt"), 0);
    assert_true(file_write_check("link.txt", &err));
    put("link.txt", "new");
    struct stat about;
    assert_int_equal(lstat("link.txt", &about), 0);
    assert_true(S_ISLNK(about.st_mode));
    assert_int_equal(lstat("sub/new.txt", &about), 0);
    assert_true(S_ISREG(about.st_mode));
    assert_holds("sub/new.txt", "new");
    assert_int_equal(symlink("loop", "loop"), 0);
    assert_false(file_write_check("loop", &err));
}

/* 300 letters are more than any file system takes for one name (NAME_MAX is 255). */
static void a_name_that_is_too_long_is_refused_before(void **state) {
    (void)state;
    char name[301];
    memset(name, 'a', 300);
    name[300] = 0;
    assert_false(file_write_check(name, &err));
    assert_error_says("choose a shorter name");
    assert_false(file_write(name, "x", 1, &err));
    assert_int_equal(files_here(), 0);
}

static void a_new_file_in_dev_shm_is_a_file(void **state) {
    (void)state;
    char name[64];
    if (access("/dev/shm", W_OK)) {
        print_message("no /dev/shm to write to\n");
        skip();
    }
    snprintf(name, sizeof name, "/dev/shm/stylegrad-%ld", (long)getpid());
    put(name, "first one");
    put(name, "second");
    assert_holds(name, "second");
    unlink(name);
}

/* What standard output is already is written through, at the place where it is. */
static void standard_output_is_not_opened_twice(void **state) {
    (void)state;
    const pid_t child = fork();
    if (child == 0) {
        const int file = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
        dup2(file, STDOUT_FILENO);
        bool good = write(STDOUT_FILENO, "one ", 4) == 4 &&
                    file_write("/dev/stdout", "two ", 4, &err) &&
                    file_write("out", "three ", 6, &err) &&
                    write(STDOUT_FILENO, "four", 4) == 4;
        test_exit(good ? 0 : 1);
    }
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    assert_holds("out", "one two three four");
}

static int write_anothers(void) {
    Error why;
    if (file_write_check("theirs", &why) || file_write("theirs", "new", 3, &why))
        return 1;
    if (!strstr(why.text, "change the permissions")) return 2;
    /* not to be renamed over, but everybody may write into it */
    if (!file_write_check("shared", &why) || !file_write("shared", "new", 3, &why))
        return 3;
    return 0;
}

/* /tmp is such a folder. */
static void anothers_file_in_a_sticky_folder_is_refused_before(void **state) {
    (void)state;
    if (geteuid() != 0) {
        print_message("only root can make files of two users\n");
        skip();
    }
    put("theirs", "old");
    put("shared", "old text");
    assert_int_equal(chmod("shared", 0666), 0);
    assert_int_equal(chmod(folder, 01777), 0);
    struct stat before, after;
    assert_int_equal(stat("shared", &before), 0);
    assert_int_equal(as_nobody(write_anothers), 0);
    assert_int_equal(stat("shared", &after), 0);
    assert_holds("theirs", "old");
    assert_holds("shared", "new");
    assert_true(before.st_ino == after.st_ino);
    assert_int_equal(files_here(), 2);
}

/* As chattr does; false where the file system has no such flags. */
static bool set_flags(const char *path, int flags) {
#ifdef FS_IOC_SETFLAGS
    const int file = open(path, O_RDONLY);
    const long all = flags; /* the size that the request has in its number */
    const bool good = file >= 0 && ioctl(file, FS_IOC_SETFLAGS, &all) == 0;
    if (file >= 0) close(file);
    return good;
#else
    (void)path;
    return flags < 0;
#endif
}

static void what_cannot_be_changed_is_refused_before(void **state) {
    (void)state;
    put("fixed", "old");
    assert_int_equal(mkdir("grows", 0700), 0);
#ifdef FS_IOC_SETFLAGS
    if (!set_flags("fixed", FS_IMMUTABLE_FL) || !set_flags("grows", FS_APPEND_FL)) {
        set_flags("fixed", 0);
        print_message("no rights, or no file system, for chattr +i and +a\n");
        skip();
    }
#endif
    const bool fixed = file_write_check("fixed", &err),
               grows = file_write_check("grows/new", &err);
    set_flags("fixed", 0);
    set_flags("grows", 0);
    assert_false(fixed);
    assert_false(grows);
    assert_int_equal(rmdir("grows"), 0); /* no temporary file in it */
}

/* A folder has taken the name meanwhile. */
static void a_table_that_loses_its_name_is_kept_beside(void **state) {
    (void)state;
    Csv *csv = csv_new("loss.csv", (const char *[]){"step"}, 1, &err);
    assert_non_null(csv);
    csv_row(csv, (double[]){1});
    assert_int_equal(mkdir("loss.csv", 0700), 0);
    assert_false(csv_close(csv, &err));
    char kept[100];
    snprintf(kept, sizeof kept, "./stylegrad-saved-%ld.csv", (long)getpid());
    assert_error_says("it is kept as ");
    assert_error_says(kept + 2);
    assert_holds(kept, "step\n1\n");
    assert_int_equal(files_here(), 2);
    csv = csv_new("other.csv", (const char *[]){"step"}, 1, &err);
    csv_abandon(csv);
    assert_int_equal(files_here(), 2);
}

static void a_folder_is_checked_without_making_it(void **state) {
    (void)state;
    put("file", "x");
    assert_true(file_make_folder_check("new/deeper/", &err));
    assert_true(file_make_folder_check(".", &err));
    assert_true(file_make_folder_check(folder, &err));
    assert_false(file_make_folder_check("file", &err));
    assert_false(file_make_folder_check("file/deeper", &err));
    assert_error_says("cannot make the folder file/deeper");
    assert_int_equal(files_here(), 1);
}

static void a_file_is_inside_by_where_it_really_is(void **state) {
    (void)state;
    assert_int_equal(mkdir("in", 0700), 0);
    assert_int_equal(mkdir("in2", 0700), 0);
    put("in/a", "x");
    put("in2/a", "x");
    assert_int_equal(symlink("../in2/a", "in/link"), 0);
    assert_true(file_inside("in/a", "in"));
    assert_true(file_inside("in/a", "."));
    assert_true(file_inside("in/a", "/"));
    assert_false(file_inside("in2/a", "in"));
    assert_false(file_inside("in/link", "in"));
    assert_false(file_inside("in/../in2/a", "in"));
    assert_false(file_inside("in/missing", "in"));
}

static void names_are_taken_apart(void **state) {
    (void)state;
    assert_string_equal(file_ending("a.tar.gz"), ".gz");
    assert_string_equal(file_ending("a.b/c"), "");
    assert_string_equal(file_ending("a/.hidden"), "");
    assert_string_equal(file_name("a/b.png"), "b.png");
    assert_string_equal(file_name("b.png"), "b.png");
}

/* A folder that is missing is itself and no other. */
static void names_in_missing_folders_are_compared_as_text(void **state) {
    (void)state;
    assert_int_equal(mkdir("sub", 0700), 0);
    assert_true(file_same("none/a", "none/a"));
    assert_false(file_same("none/a", "nope/a"));
    assert_false(file_same("sub/a", "none/a"));
    assert_false(file_same("none/a", "sub/a"));
}

static void a_file_to_come_is_inside_by_its_folder(void **state) {
    (void)state;
    assert_int_equal(mkdir("in", 0700), 0);
    assert_int_equal(mkdir("in2", 0700), 0);
    assert_int_equal(symlink("../in2/new", "in/link"), 0);
    assert_true(file_would_be_inside("in/new", "in"));
    assert_true(file_would_be_inside("in/new", "."));
    assert_false(file_would_be_inside("in2/new", "in"));
    assert_false(file_would_be_inside("in/link", "in"));
    assert_false(file_would_be_inside("none/new", "in"));
    assert_false(file_would_be_inside("in/new", "none"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(one_file_is_known_by_all_its_names),
        IN_FOLDER(files_to_come_are_known_by_folder_and_name),
        IN_FOLDER(a_link_that_leads_nowhere_yet_is_followed),
        IN_FOLDER(a_name_that_is_too_long_is_refused_before),
        IN_FOLDER(a_new_file_in_dev_shm_is_a_file),
        IN_FOLDER(standard_output_is_not_opened_twice),
        IN_FOLDER(anothers_file_in_a_sticky_folder_is_refused_before),
        IN_FOLDER(what_cannot_be_changed_is_refused_before),
        IN_FOLDER(a_table_that_loses_its_name_is_kept_beside),
        IN_FOLDER(a_folder_is_checked_without_making_it),
        IN_FOLDER(a_file_is_inside_by_where_it_really_is),
        IN_FOLDER(names_are_taken_apart),
        IN_FOLDER(names_in_missing_folders_are_compared_as_text),
        IN_FOLDER(a_file_to_come_is_inside_by_its_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
