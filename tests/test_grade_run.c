/* Whole programs that are graded: points, prints, programs that end early, results. */
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lessons/check/grade.h"
#include "lessons/exercises/exercise.h"
#include "tests/test.h"

static double half_square(void *context) {
    const real *x = context;
    return 0.5 * (double)(x[0] * x[0] + 3 * x[1] * x[1]);
}

static void all_is_right(Grade *g) {
    real x[2] = {2, -1}, dx[2] = {2, -3};
    grade_number(g, "number", 5, 5, NULL);
    if (sizeof(real) == sizeof(double))
        grade_gradient(g, "gradient", 2, x, half_square, x, dx, NULL);
    else
        grade_numbers(g, "gradient", 2, dx, dx, NULL);
}

static void one_is_wrong(Grade *g) {
    grade_number(g, "first", 5, 5, NULL);
    grade_number(g, "second", 10, 5, NULL);
}

static void blank(Grade *g) {
    grade_number(g, "first", 5, 5, NULL);
    BLANK("the sum of x");
}

static void blank_in_chinese(Grade *g) {
    grade_number(g, "first", 5, 5, NULL);
    BLANK("x 的和");
}

static void endless(Grade *g) {
    (void)g;
    raise(SIGXCPU); /* what the limit does after 10 seconds */
}

static void aborts(Grade *g) {
    (void)g;
    fprintf(stderr, "tensor.c:1: c is 5\n");
    abort();
}

static void aborts_in_no_language(Grade *g) {
    (void)g;
    fprintf(stderr, "\xff\x01 is no text\n");
    abort();
}

static void leaves(Grade *g) {
    (void)g;
    exit(5);
}

static void leaves_quietly(Grade *g) {
    grade_number(g, "first", 5, 5, NULL);
    exit(0);
}

static void forges(Grade *g) {
    printf("2 of 2 points: all right\n");
    printf("  right   everything\n");
    grade_number(g, "first", 5, 5, NULL);
    fprintf(stderr, "forged: 2 of 2 points\n");
    fflush(NULL);
    _exit(0);
}

static void prints_much(Grade *g) {
    for (int i = 0; i < 100; i++)
        printf("%d\n", i);
    grade_number(g, "first", 5, 5, NULL);
}

static void prints_for_ever(Grade *g) {
    (void)g;
    for (;;)
        puts("again");
}

static double seeded(void) {
    Rng rng = grade_rng(7);
    return rng_normal(&rng);
}

static void is_not_seeded(Grade *g) {
    Rng rng = rng_seed(7);
    grade_number(g, "with seed 0", seeded(), rng_normal(&rng), NULL);
}

/* grade_run(exercise 99) with these parts: what it prints; its status in *status. */
static const char *run_of(const Part *parts, int *status) {
    static char text[8192];
    FILE *out = tmpfile();
    fflush(stdout);
    const int kept = dup(STDOUT_FILENO);
    dup2(fileno(out), STDOUT_FILENO);
    *status = grade_run("99_test", parts);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    rewind(out);
    text[fread(text, 1, sizeof text - 1, out)] = 0;
    fclose(out);
    return text;
}

/* It returns `status` and prints the words. */
static void run_says(const Part *parts, int status, const char *words) {
    int returned;
    const char *text = run_of(parts, &returned);
    if (returned == status && strstr(text, words)) return;
    print_error("expected %d and \"%s\", got %d: %s\n", status, words, returned, text);
    fail();
}

/* The same for one part with two points. */
static void one_part_says(void (*grade)(Grade *g), int status, const char *words) {
    run_says((const Part[]){{"f", 2, grade}, {NULL, 0, NULL}}, status, words);
}

static void points_are_counted(void **state) {
    (void)state;
    one_part_says(all_is_right, 0, "f: 2 of 2 points\n");
    one_part_says(all_is_right, 0, "\n2 of 2 points: all right\n");
    one_part_says(one_is_wrong, 1,
                  "\n1 of 2 points; go on in mine/99_test.c, then make check-99\n");
    one_part_says(one_is_wrong, 1, "WRONG   second\n          the number is 2 times");
}

static void a_program_that_ends_early_says_why(void **state) {
    (void)state;
    one_part_says(blank, 1,
                  "  blank   blank is still blank: the sum of x\n\n1 of 2 points;");
    one_part_says(blank_in_chinese, 1, "is still blank: x 的和\n");
    one_part_says(endless, 1, "WRONG   still running after 10 seconds");
    if (test_is_emulated())
        print_message("not tested: qemu itself prints something when a program aborts\n");
    else
        one_part_says(aborts, 1, "WRONG   tensor.c:1: c is 5\n");
    one_part_says(leaves, 1, "exit status 5");
    one_part_says(
        leaves_quietly, 1,
        "right   first\n  WRONG   it ended early, with exit status 0: a function "
        "of an exercise returns, it does not call exit()\n\n1 of 2 points; go on");
    one_part_says(prints_for_ever, 1, "WRONG   it prints without end");
}

/* Whatever becomes of the others, a part keeps its points: 2 + 0 + 1 + 1 + 2 of 10. */
static void a_part_costs_its_own_points_only(void **state) {
    (void)state;
    static const Part parts[] = {{"good", 2, all_is_right}, {"gone", 2, leaves},
                                 {"blank", 2, blank},       {"quiet", 2, leaves_quietly},
                                 {"last", 2, all_is_right}, {NULL, 0, NULL}};
    run_says(parts, 1, "good: 2 of 2 points\n");
    run_says(parts, 1, "gone: 0 of 2 points\n");
    run_says(parts, 1, "blank: 1 of 2 points\n");
    run_says(parts, 1, "quiet: 1 of 2 points\n");
    run_says(parts, 1, "last: 2 of 2 points\n");
    run_says(parts, 1, "\n6 of 10 points; go on in");
}

/* What a program prints is behind a mark on each line, and no result. */
static void a_print_is_no_result(void **state) {
    (void)state;
    one_part_says(
        forges, 1,
        "  | 2 of 2 points: all right\n  |   right   everything\n  right   first\n"
        "  | forged: 2 of 2 points\n  WRONG   it ended early, with exit status 0");
    one_part_says(forges, 1, "\n1 of 2 points; go on in");
    run_says((const Part[]){{"f", 1, prints_much}, {NULL, 0, NULL}}, 0,
             "  | 38\n  | 39\n  | and 60 lines more\n  right   first\n");
}

/* A table that is not what the part compares is an error of the grader. */
static void points_that_are_not_compared_are_found(void **state) {
    (void)state;
    run_says((const Part[]){{"f", 3, all_is_right}, {NULL, 0, NULL}}, 2,
             "exercise 99_test");
    run_says((const Part[]){{"f", 1, all_is_right}, {NULL, 0, NULL}}, 2,
             "exercise 99_test");
}

static void results_are_written_as_json(void **state) {
    (void)state;
    static const Part parts[] = {{"good", 2, all_is_right},
                                 {"half", 2, one_is_wrong},
                                 {"blank", 2, blank},
                                 {NULL, 0, NULL}};
    char path[] = "/tmp/test_grade_run.XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    setenv("GRADE_JSON", path, 1);
    run_says(parts, 1, "4 of 6 points");
    json_t *all = json_load_file(path, 0, NULL);
    assert_non_null(all);
    const char *function, *what, *why;
    int part_right, points, good;
    assert_string_equal(json_string_value(json_object_get(all, "exercise")), "99_test");
    assert_int_equal(json_integer_value(json_object_get(all, "right")), 4);
    assert_int_equal(json_integer_value(json_object_get(all, "total")), 6);
    assert_int_equal(json_array_size(json_object_get(all, "parts")), 3);
    json_t *half = json_array_get(json_object_get(all, "parts"), 1);
    assert_int_equal(json_unpack(half, "{s:s, s:i, s:i}", "function", &function, "right",
                                 &part_right, "points", &points),
                     0);
    json_t *line = json_array_get(json_object_get(half, "lines"), 1);
    assert_int_equal(
        json_unpack(line, "{s:b, s:s, s:s}", "right", &good, "what", &what, "why", &why),
        0);
    assert_string_equal(function, "half");
    assert_true(part_right == 1 && points == 2 && !good);
    assert_string_equal(what, "second");
    assert_non_null(strstr(why, "2 times the right one"));
    json_decref(all);
    if (!test_is_emulated())
        one_part_says(aborts_in_no_language, 1, "WRONG   \\xff\\x01 is no text\n");
    unlink(path);
    setenv("GRADE_JSON", "/nowhere/results.json", 1);
    run_says(parts, 2, "blank is still blank");
    unsetenv("GRADE_JSON");
}

static void the_last_line_names_the_file_of_the_student(void **state) {
    (void)state;
    setenv("GRADE_FILE", "homework/gram.c", 1);
    one_part_says(one_is_wrong, 1, "; go on in homework/gram.c, then make check-99");
    unsetenv("GRADE_FILE");
}

static void a_seed_changes_random_inputs_only(void **state) {
    (void)state;
    const Part parts[] = {{"f", 1, is_not_seeded}, {NULL, 0, NULL}};
    run_says(parts, 0, "all right");
    setenv("GRADE_SEED", "0", 1);
    run_says(parts, 0, "all right");
    setenv("GRADE_SEED", "5", 1);
    run_says(parts, 1, "WRONG   with seed 0");
    one_part_says(all_is_right, 0, "all right");
    unsetenv("GRADE_SEED");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_are_counted),
        cmocka_unit_test(a_program_that_ends_early_says_why),
        cmocka_unit_test(a_part_costs_its_own_points_only),
        cmocka_unit_test(a_print_is_no_result),
        cmocka_unit_test(points_that_are_not_compared_are_found),
        cmocka_unit_test(results_are_written_as_json),
        cmocka_unit_test(the_last_line_names_the_file_of_the_student),
        cmocka_unit_test(a_seed_changes_random_inputs_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
