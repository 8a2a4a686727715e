/* What the script of a plot says, and plots that cannot be drawn. */
#include <sys/resource.h>
#include <sys/stat.h>

#define FOLDER "build/test_plot_scripts_" REAL_NAME

#include "tests/plots.h"

/* Marks, many points, titles that are empty or of two lines. */
static void the_script_says_what_is_drawn(void **state) {
    (void)state;
    need_gnuplot();
    Error err;
    double x[100], y[100];
    for (int i = 0; i < 100; i++) {
        x[i] = i / 2.0;
        y[i] = i;
    }
    const Series series[] = {{"", 100, x, y}, {"a\nb", 2, x, y}};
    const Plot plot = {.title = "", .y_label = "y", .series_count = 2, .series = series};
    const PlotMarks marks = {1, (const double[]){1.5}, (const char *[]){"here"}};
    if (!plot_write_marked(FOLDER "/a.svg", &plot, marks, &err)) fail_msg("%s", err.text);
    const char *script = text_of(FOLDER "/a.gp");
    assert_non_null(strstr(script, "set arrow from 1.5, graph 0 to 1.5, graph 1 nohead"));
    assert_non_null(strstr(script, "set label 'here' at 1.5, graph 0.97"));
    assert_non_null(strstr(script, "with lines lw 2 dt 1 lc"));
    assert_non_null(strstr(script, "notitle"));
    assert_non_null(strstr(script, "with linespoints"));
    assert_non_null(strstr(script, "title 'a b'"));
    assert_null(strstr(script, "set title '"));
    assert_non_null(strstr(script, "set ylabel 'y'"));
}

static void points_that_are_no_numbers_are_not_drawn(void **state) {
    (void)state;
    Error err;
    const double none[] = {(double)NAN, 1}, nor[] = {1, (double)INFINITY};
    const Series series = {NULL, 2, none, nor};
    const Plot plot = {.series_count = 1, .series = &series};
    assert_false(plot_print(stderr, &plot, 60, 15, &err));
    assert_string_equal(err.text,
                        "not drawn, no point lies on the axes; look at the numbers");
}

/* The table, the script and the temporary image must be files, too. */
static void all_files_of_a_plot_are_checked(void **state) {
    (void)state;
    Error err;
    PlotPaths paths;
    static const char *const taken[] = {FOLDER "/a.png", FOLDER "/a.csv", FOLDER "/a.gp",
                                        FOLDER "/a.png.part"};
    if (!plot_write_check(FOLDER "/a.png", &err)) fail_msg("%s", err.text);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(mkdir(taken[i], 0700), 0);
        assert_false(plot_write_check(FOLDER "/a.png", &err));
        assert_non_null(strstr(err.text, "it is a folder"));
        assert_int_equal(rmdir(taken[i]), 0);
    }
    assert_false(plot_write_check(FOLDER "/a.jpg", &err));
    assert_int_equal(count_files(), 0);
    assert_true(plot_paths(arena, "/a.svg", &paths, &err));
    assert_string_equal(paths.table, "/a.csv");
    assert_string_equal(paths.script, "/a.gp");
    assert_string_equal(paths.part, "/a.svg.part");
}

/* A gnuplot that is this script. */
static void put_gnuplot(const char *script) {
    Error err;
    assert_true(file_write(FOLDER "/gnuplot", script, strlen(script), &err));
    assert_int_equal(chmod(FOLDER "/gnuplot", 0700), 0);
    setenv("PATH", FOLDER ":/usr/bin:/bin", 1);
}

static void an_image_that_is_empty_or_missing_is_none(void **state) {
    (void)state;
    char *path = arena_string(arena, getenv("PATH"));
    Error missing, empty;
    put_gnuplot("#!/bin/sh\nexit 0\n");
    const bool first = plot_write(FOLDER "/a.png", &two_curves, &missing);
    put_gnuplot("#!/bin/sh\n: >" FOLDER "/a.png.part\n");
    const bool second = plot_write(FOLDER "/a.png", &two_curves, &empty);
    setenv("PATH", path, 1);
    assert_false(first || second);
    assert_non_null(strstr(missing.text, "gnuplot left no image; make room"));
    assert_non_null(strstr(empty.text, "gnuplot left no image; make room"));
    assert_int_equal(count_files(), 3); /* gnuplot, a.csv, a.gp */
}

/* Spaces at the ends of lines and empty lines at the start are left out. */
static void a_drawing_in_letters_is_tidied(void **state) {
    (void)state;
    char *path = arena_string(arena, getenv("PATH")), text[100] = "";
    Error err;
    FILE *out = fmemopen(text, sizeof text, "w");
    put_gnuplot("#!/bin/sh\nprintf '\\f \\n\\n  a b  \\n\\nc  '\n");
    const bool good = plot_print(out, &two_curves, 60, 15, &err);
    setenv("PATH", path, 1);
    fclose(out);
    if (!good) fail_msg("%s", err.text);
    assert_string_equal(text, "  a b\n\nc\n");
}

static void without_temporary_files_nothing_is_printed(void **state) {
    (void)state;
    Error err[2];
    struct rlimit before, few;
    bool good = false;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    for (int i = 0; i < 2; i++) { /* no file, and one */
        few = (struct rlimit){.rlim_cur = (rlim_t)(3 + i), .rlim_max = before.rlim_max};
        setrlimit(RLIMIT_NOFILE, &few);
        good = good || plot_print(stderr, &two_curves, 60, 15, &err[i]);
        setrlimit(RLIMIT_NOFILE, &before);
    }
    assert_false(good);
    for (int i = 0; i < 2; i++)
        assert_string_equal(err[i].text,
                            "no temporary file: Too many open files; make room in /tmp");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_script_says_what_is_drawn),
        TEST(points_that_are_no_numbers_are_not_drawn),
        TEST(all_files_of_a_plot_are_checked),
        TEST(an_image_that_is_empty_or_missing_is_none),
        TEST(a_drawing_in_letters_is_tidied),
        TEST(without_temporary_files_nothing_is_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
