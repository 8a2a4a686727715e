/* tests/coverage.py on a tree of two small files, whose lines and branches are counted by
 * hand. */
#include "tests/said.h"

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
    if (shell(BUILD)) fail_msg("%s", said);
    assert_int_equal(shell(MEASURE), 1);
    says("io            1 files   line 100.00 %   branch 100.00 %");
    says("nn            1 files   line  75.00 % (below 95)   branch  50.00 "
         "% (below 90)");
    assert_int_equal(shell("cat $D/out/coverage.json"), 0);
    says("\"branch_run\": 1");
    says("\"branch\": 50.0");
}

/* The same, and the program run once more so that it takes the other branch. */
static void a_folder_above_the_bars_is_good(void **state) {
    (void)state;
    if (!can_measure()) skip();
    if (shell(BUILD " && ! build/program 2")) fail_msg("%s", said);
    if (shell(MEASURE)) fail_msg("%s", said);
    says("nn            1 files   line 100.00 %   branch 100.00 %");
}

static void a_file_that_is_not_compiled_is_named(void **state) {
    (void)state;
    if (!can_measure()) skip();
    put("nn/new.c", "int unknown(void) { return 3; }\n");
    assert_int_equal(shell(MEASURE), 1);
    says("nn/new.c was not compiled with --coverage: it counts nothing");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_below_the_bars_is_named_with_its_figures),
        cmocka_unit_test(a_folder_above_the_bars_is_good),
        cmocka_unit_test(a_file_that_is_not_compiled_is_named),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
