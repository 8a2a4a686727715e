/* tests/coverage.py on a tree of two small files, whose lines and branches are counted by
 * hand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/file.h"
#include "tests/arena.h"
#include "tests/test.h"

static char folder[] = "/tmp/stylegrad-coverage-XXXXXX";
static Error err;

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    char line[64];
    snprintf(line, sizeof line, "rm -r %s", folder);
    return system(line);
}

/* Runs a line of shell in which $D is the test's folder; what it prints is in $D/said. */
static int shell(const char *line) {
    char command[1024];
    snprintf(command, sizeof command, "D=%s; { %s; } >$D/said 2>&1", folder, line);
    const int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const char *text_of(const char *name) {
    char path[96];
    FileBytes bytes;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (!file_read(arena, path, 1 << 16, &bytes, &err)) fail_msg("%s", err.text);
    char *text = arena_alloc(arena, bytes.size + 1);
    return memcpy(text, bytes.data, bytes.size);
}

static void put(const char *name, const char *text) {
    char path[96];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_true(file_write(path, text, strlen(text), &err));
}

static void assert_says(const char *name, const char *words) {
    const char *text = text_of(name);
    if (!strstr(text, words)) fail_msg("no \"%s\" in: %s", words, text);
}

/* A program of io/a.c and nn/b.c, compiled and run. */
#define BUILD                                                                            \
    "cd $D && rm -rf build && mkdir -p build/io build/nn &&"                             \
    "gcc --coverage -c io/a.c -o build/io/a.o &&"                                        \
    "gcc --coverage -c nn/b.c -o build/nn/b.o &&"                                        \
    "gcc --coverage build/io/a.o build/nn/b.o -o build/program && build/program"
#define MEASURE "$PWD/tests/coverage.py --root $D $D/build $D/out"

static bool can_measure(void) {
    if (shell("gcovr --version && gcc --version") == 0) return true;
    print_message("skipped: gcovr or gcc is not here; ./setup.sh --developer\n");
    return false;
}

/* nn/b.c: `int main`, `if` and its `return 0` are run, `return 1` is not: three lines of
 * four, one branch of two. io/a.c: all two lines; the failing side of CHECK is no branch.
 */
static void a_folder_below_the_bars_is_named_with_its_figures(void **state) {
    (void)state;
    if (!can_measure()) skip();
    assert_int_equal(shell("mkdir $D/io $D/nn"), 0);
    put("io/a.c", "#include <stdlib.h>\n"
                  "#define CHECK(condition) ((condition) ? (void)0 : abort())\n"
                  "int a(int x) {\n"
                  "    CHECK(x < 5); return x;\n"
                  "}\n");
    put("nn/b.c", "int a(int x);\n"
                  "int main(int argc, char **argv) {\n"
                  "    (void)argv;\n"
                  "    if (a(argc) == 1)\n"
                  "        return 0;\n"
                  "    return 1;\n"
                  "}\n");
    if (shell(BUILD)) fail_msg("%s", text_of("said"));
    assert_int_equal(shell(MEASURE), 1);
    assert_says("said", "io            1 files   line 100.00 %   branch 100.00 %");
    assert_says("said",
                "nn            1 files   line  75.00 % (below 95)   branch  50.00 "
                "% (below 90)");
    assert_says("out/coverage.json", "\"branch_run\": 1");
    assert_says("out/coverage.json", "\"branch\": 50.0");
}

/* The same, and the program run once more so that it takes the other branch. */
static void a_folder_above_the_bars_is_good(void **state) {
    (void)state;
    if (!can_measure()) skip();
    if (shell(BUILD " && ! build/program 2")) fail_msg("%s", text_of("said"));
    if (shell(MEASURE)) fail_msg("%s", text_of("said"));
    assert_says("said", "nn            1 files   line 100.00 %   branch 100.00 %");
}

static void a_file_that_is_not_compiled_is_named(void **state) {
    (void)state;
    if (!can_measure()) skip();
    put("nn/new.c", "int unknown(void) { return 3; }\n");
    assert_int_equal(shell(MEASURE), 1);
    assert_says("said", "nn/new.c was not compiled with --coverage: it counts nothing");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_folder_below_the_bars_is_named_with_its_figures),
        TEST(a_folder_above_the_bars_is_good),
        TEST(a_file_that_is_not_compiled_is_named),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
