/* Files that come with the program, wherever it is started; and a program that starts
 * itself once more. */
#include "io/assets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/file.h"
#include "io/spin_briefly.h"
#include "tests/arena.h"
#include "tests/test.h"

static char folder[] = "/tmp/stylegrad-assets-XXXXXX", project[4096];
static Error err;

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) && getcwd(project, sizeof project) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    return chdir(project) || rmdir(folder);
}

static void in_the_folder_of_the_project_they_are_named_from_there(void **state) {
    (void)state;
    unsetenv("STYLEGRAD_ASSETS");
    assert_string_equal(assets_path(arena, "scene.png", &err), "assets/scene.png");
    setenv("STYLEGRAD_RECIPES", "", 1); /* says nothing */
    assert_string_equal(assets_recipe(arena, "paint.recipe", &err),
                        "recipes/paint.recipe");
    assert_string_equal(assets_root(arena, "assets/scene.png", &err), ".");
}

/* The program is four folders or fewer below the project. */
static void elsewhere_they_are_found_from_the_program(void **state) {
    (void)state;
    assert_int_equal(chdir(folder), 0);
    unsetenv("STYLEGRAD_ASSETS");
    char program[4096] = "";
    const char *root = assets_root(arena, "assets/scene.png", &err);
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length > 0 && strncmp(program, project, strlen(project)) == 0) {
        assert_non_null(root);
        assert_string_equal(root, project);
        const char *path = assets_path(arena, "scene.png", &err);
        assert_non_null(strstr(path, "/assets/scene.png"));
        assert_int_equal(access(path, R_OK), 0);
    } else {
        print_message("the program is not built within the project\n");
    }
    assert_null(assets_path(arena, "none.png", &err));
    assert_string_equal(err.text, "none.png, which comes with the program, is not here; "
                                  "run this in the folder of the project or set "
                                  "STYLEGRAD_ASSETS to its assets/");
    assert_int_equal(chdir(project), 0);
}

/* build/float/tests/test_assets finds build/float/share/stylegrad/. */
static void beside_an_installed_program_they_are_in_share(void **state) {
    (void)state;
    char program[4096] = "", share[4200], path[4300];
    if (test_is_instrumented()) skip(); /* the program may be that of the instrument */
    if (readlink("/proc/self/exe", program, sizeof program - 1) < 0) skip();
    for (int i = 0; i < 2; i++)
        *strrchr(program, '/') = 0;
    snprintf(share, sizeof share, "%s/share/stylegrad", program);
    snprintf(path, sizeof path, "%s/only-here.png", share);
    assert_true(file_make_folder(share, &err));
    assert_true(file_write(path, "x", 1, &err));
    unsetenv("STYLEGRAD_ASSETS");
    assert_string_equal(assets_path(arena, "only-here.png", &err), path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(share), 0);
    *strrchr(share, '/') = 0;
    assert_int_equal(rmdir(share), 0);
}

static void the_variable_is_the_only_place(void **state) {
    (void)state;
    char words[200], long_name[5000], path[100];
    setenv("STYLEGRAD_ASSETS", folder, 1);
    assert_null(assets_path(arena, "scene.png", &err));
    snprintf(words, sizeof words,
             "%s/scene.png cannot be read; STYLEGRAD_ASSETS names that folder", folder);
    assert_string_equal(err.text, words);
    snprintf(path, sizeof path, "%s/scene.png", folder);
    assert_true(file_write(path, "x", 1, &err));
    assert_string_equal(assets_path(arena, "scene.png", &err), path);
    unlink(path);
    memset(long_name, 'a', sizeof long_name);
    long_name[sizeof long_name - 1] = 0;
    assert_null(assets_path(arena, long_name, &err));
    assert_non_null(strstr(err.text, "cannot be read"));
}

/* ---- A program that starts itself once more ---- */

static int status_of(void (*function)(void)) {
    const pid_t child = fork();
    if (child == 0) {
        function();
        test_exit(3); /* it has not started itself */
    }
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static char *again[] = {(char[]){"test_assets"}, (char[]){"again"}, NULL};

static void without_either(void) {
    unsetenv("GOMP_SPINCOUNT");
    unsetenv("OMP_WAIT_POLICY");
    spin_briefly(again);
}

static void with_a_count(void) {
    setenv("GOMP_SPINCOUNT", "7", 1);
    unsetenv("OMP_WAIT_POLICY");
    spin_briefly(again);
}

static void with_a_policy(void) {
    unsetenv("GOMP_SPINCOUNT");
    setenv("OMP_WAIT_POLICY", "passive", 1);
    spin_briefly(again);
}

/* See main: 10 for the count of ten thousand. */
static void a_program_starts_itself_with_a_short_wait(void **state) {
    (void)state;
    if (test_is_instrumented()) skip();
    assert_int_equal(status_of(without_either), 10);
    assert_int_equal(status_of(with_a_count), 3);
    assert_int_equal(status_of(with_a_policy), 3);
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, make_arena, free_arena)

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "again") == 0) {
        const char *count = getenv("GOMP_SPINCOUNT");
        return count && strcmp(count, "10000") == 0 ? 10 : 11;
    }
    const struct CMUnitTest tests[] = {
        WITH_ARENA(in_the_folder_of_the_project_they_are_named_from_there),
        WITH_ARENA(elsewhere_they_are_found_from_the_program),
        WITH_ARENA(beside_an_installed_program_they_are_in_share),
        WITH_ARENA(the_variable_is_the_only_place),
        WITH_ARENA(a_program_starts_itself_with_a_short_wait),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
