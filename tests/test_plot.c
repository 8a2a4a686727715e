#include "io/plot.h"

#include <dirent.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/csv.h"
#include "io/file.h"
#include "tests/test.h"

#define FOLDER "build/test_plot_" REAL_NAME

static Arena *arena;

static void empty_folder(void) {
    DIR *folder = opendir(FOLDER);
    if (!folder) return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[512];
        snprintf(path, sizeof path, FOLDER "/%s", entry->d_name);
        unlink(path);
    }
    closedir(folder);
}

static int set_up(void **state) {
    (void)state;
    Error err;
    arena = arena_new();
    empty_folder();
    return file_make_folder(FOLDER, &err) ? 0 : 1;
}

static int tear_down(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static int count_files(void) {
    int count = 0;
    DIR *folder = opendir(FOLDER);
    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count - 2; /* . and .. */
}

/* The file as text. */
static const char *text_of(const char *path) {
    FileBytes file;
    Error err;
    if (!file_read(arena, path, 1 << 20, &file, &err)) fail_msg("%s", err.text);
    char *text = arena_alloc(arena, file.size + 1);
    return memcpy(text, file.data, file.size);
}

static void need_gnuplot(void) {
    if (system("gnuplot --version >/dev/null 2>&1")) {
        print_message("skipped: gnuplot is not installed\n");
        skip();
    }
}

static void a_table_appears_complete_when_it_is_closed(void **state) {
    (void)state;
    const char *columns[] = {"step", "loss, total", "a \"b\"\nc"};
    Error err;
    Csv *csv = csv_new(FOLDER "/t.csv", columns, 3, &err);
    assert_non_null(csv);
    csv_row(csv, (double[]){1, 0.1, -1e-300});
    csv_row(csv, (double[]){2, -(double)NAN, (double)INFINITY});
    assert_int_equal(access(FOLDER "/t.csv", F_OK), -1);
    assert_true(csv_close(csv, &err));
    assert_string_equal(text_of(FOLDER "/t.csv"),
                        "step,\"loss, total\",\"a \"\"b\"\" c\"\n"
                        "1,0.10000000000000001,-1e-300\n"
                        "2,nan,inf\n");
    assert_int_equal(count_files(), 1);
}

/* Each row is in the file before the next one is computed. */
static void rows_can_be_read_while_the_run_goes_on(void **state) {
    (void)state;
    const char *columns[] = {"x"};
    Error err;
    Csv *csv = csv_new(FOLDER "/t.csv", columns, 1, &err);
    csv_row(csv, (double[]){7});
    DIR *folder = opendir(FOLDER);
    struct dirent *entry;
    do {
        entry = readdir(folder);
        assert_non_null(entry);
    } while (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0);
    char path[512];
    snprintf(path, sizeof path, FOLDER "/%s", entry->d_name);
    closedir(folder);
    assert_string_equal(text_of(path), "x\n7\n");
    assert_true(csv_close(csv, &err));
}

static void a_table_that_cannot_be_written_says_so(void **state) {
    (void)state;
    const char *columns[] = {"x"};
    Error err = {""};
    assert_null(csv_new(FOLDER "/none/t.csv", columns, 1, &err));
    assert_non_null(strstr(err.text, "none/t.csv"));
    Csv *csv = csv_new("/dev/full", columns, 1, &err);
    assert_non_null(csv);
    csv_row(csv, (double[]){1});
    assert_false(csv_close(csv, &err));
    assert_non_null(strstr(err.text, "No space left"));
    assert_true(csv_close(NULL, &err));
}

/* A limit of 1001 bytes in place of a full disk: the header and 499 rows of two bytes are
 * 1000. Space that comes back makes no row after the gap. */
static void rows_before_a_full_disk_are_kept(void **state) {
    (void)state;
    const char *columns[] = {"x"};
    Error err = {""};
    struct rlimit old, few;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    few = (struct rlimit){1001, old.rlim_max};
    Csv *csv = csv_new(FOLDER "/t.csv", columns, 1, &err);
    setrlimit(RLIMIT_FSIZE, &few);
    for (int i = 0; i < 600; i++)
        csv_row(csv, (double[]){7});
    setrlimit(RLIMIT_FSIZE, &old);
    csv_row(csv, (double[]){8});
    assert_false(csv_close(csv, &err));
    assert_non_null(strstr(err.text, "t.csv: File too large; it is kept as "));
    assert_non_null(strstr(err.text, ", with its first 499 rows"));
    assert_int_not_equal(access(FOLDER "/t.csv", F_OK), 0);
    char path[128], right[1001] = "x\n";
    snprintf(path, sizeof path, FOLDER "/stylegrad-saved-%ld.csv", (long)getpid());
    for (int i = 1; i < 500; i++)
        memcpy(right + 2 * (size_t)i, "7\n", 3);
    assert_string_equal(text_of(path), right);
}

static const double xs[] = {0, 1, 2, 3}, falling[] = {100, 10, 0, -1},
                    flat[] = {5, 5, 5, 5};
static const Series two_series[] = {{"it's loss_1", 4, xs, falling},
                                    {"flat", 3, xs, flat}};
static const Plot two_curves = {.title = "Two `touch " FOLDER "/x` $(curves)",
                                .x_label = "step",
                                .y_label = "loss",
                                .log_y = true,
                                .series_count = 2,
                                .series = two_series};

static void write_good(const char *path, const Plot *plot) {
    Error err;
    if (!plot_write(path, plot, &err)) fail_msg("%s", err.text);
}

static void an_image_comes_with_its_table_and_its_script(void **state) {
    (void)state;
    need_gnuplot();
    write_good(FOLDER "/a.png", &two_curves);
    assert_memory_equal(text_of(FOLDER "/a.png"), "\x89PNG\r\n\x1A\n", 8);
    write_good(FOLDER "/b.svg", &two_curves);
    assert_non_null(strstr(text_of(FOLDER "/b.svg"), "</svg>"));
    assert_non_null(strstr(text_of(FOLDER "/b.svg"), "it's loss_1"));
    assert_non_null(strstr(text_of(FOLDER "/a.gp"), "title 'it'.\"'\".'s loss_1'"));
    assert_string_equal(text_of(FOLDER "/a.csv"),
                        "step,it's loss_1,step,flat\n"
                        "0,100,0,5\n1,10,1,5\n2,0,2,5\n3,-1,,\n");
    assert_int_equal(count_files(), 6); /* no temporary file, and nothing touched */
}

static void series_with_the_same_x_share_a_column(void **state) {
    (void)state;
    need_gnuplot();
    const double same[] = {0, 1, 2, 3};
    const Series series[] = {{"a", 4, xs, falling}, {NULL, 4, same, flat}};
    const Plot plot = {.series_count = 2, .series = series};
    write_good(FOLDER "/a.png", &plot);
    assert_string_equal(text_of(FOLDER "/a.csv"),
                        "x,a,y\n0,100,5\n1,10,5\n2,0,5\n3,-1,5\n");
}

static void the_script_draws_the_same_image_again(void **state) {
    (void)state;
    need_gnuplot();
    write_good(FOLDER "/a.png", &two_curves);
    const char *first = text_of(FOLDER "/a.png");
    FileBytes before, after;
    Error err;
    assert_true(file_read(arena, FOLDER "/a.png", 1 << 20, &before, &err));
    unlink(FOLDER "/a.png");
    assert_int_equal(system("cd " FOLDER " && gnuplot -d a.gp"), 0);
    assert_true(file_read(arena, FOLDER "/a.png", 1 << 20, &after, &err));
    assert_int_equal(before.size, after.size);
    assert_memory_equal(first, after.data, after.size);
}

/* gnuplot takes '|x' for a command to write to and '<x' for one to read from. */
static void names_are_never_commands(void **state) {
    (void)state;
    need_gnuplot();
    static const char *const names[] = {"|touch x.png", "<touch x;.png", "-.png",
                                        "$a.png",       "it's `x`.png",  "~.png"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[256];
        snprintf(path, sizeof path, FOLDER "/%s", names[i]);
        write_good(path, &two_curves);
        assert_int_equal(access(path, R_OK), 0);
        assert_int_equal(count_files(), 3 * (int)(i + 1));
    }
    char here[512];
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(FOLDER), 0);
    Error err;
    bool good = plot_write("|touch y.png", &two_curves, &err);
    assert_int_equal(chdir(here), 0);
    assert_true(good);
    assert_int_equal(access(FOLDER "/y.png", F_OK), -1);
}

static void logarithmic_axes_leave_out_what_has_no_logarithm(void **state) {
    (void)state;
    need_gnuplot();
    const double x[] = {-1, 0, 1, 10, (double)INFINITY, 1000};
    const double y[] = {1, 1, -1, 1e-9, 1, (double)NAN};
    const Series series = {"one point is left", 6, x, y};
    const Plot plot = {
        .log_x = true, .log_y = true, .series_count = 1, .series = &series};
    write_good(FOLDER "/a.png", &plot);
    const Series none = {"none", 3, x, y};
    const Plot empty = {.log_x = true, .log_y = true, .series_count = 1, .series = &none};
    Error err;
    assert_false(plot_write(FOLDER "/b.png", &empty, &err));
    assert_non_null(
        strstr(err.text, FOLDER "/b.png: not drawn, no point lies on the axes"));
    assert_int_equal(count_files(), 5);
}

static void few_counts_have_a_tick_each_and_nothing_between(void **state) {
    (void)state;
    need_gnuplot();
    const double counts[] = {0, 1, 3}, halves[] = {0, 0.5, 3}, far[] = {0, 1, 11};
    const double y[] = {1, 2, 3};
    write_good(FOLDER "/c.svg",
               &(Plot){.series_count = 1, .series = &(Series){NULL, 3, counts, y}});
    assert_non_null(strstr(text_of(FOLDER "/c.gp"), "set xtics 1\n"));
    write_good(FOLDER "/h.svg",
               &(Plot){.series_count = 1, .series = &(Series){NULL, 3, halves, y}});
    assert_null(strstr(text_of(FOLDER "/h.gp"), "xtics"));
    write_good(FOLDER "/f.svg",
               &(Plot){.series_count = 1, .series = &(Series){NULL, 3, far, y}});
    assert_null(strstr(text_of(FOLDER "/f.gp"), "xtics"));
}

static void without_gnuplot_the_numbers_are_kept(void **state) {
    (void)state;
    char *path = arena_string(arena, getenv("PATH"));
    setenv("PATH", FOLDER, 1);
    Error err, print_err;
    bool drawn = plot_write(FOLDER "/a.png", &two_curves, &err);
    bool printed = plot_print(stderr, &two_curves, 60, 15, &print_err);
    setenv("PATH", path, 1);
    assert_false(drawn);
    assert_non_null(strstr(err.text,
                           "install it (apt install gnuplot-nox) and run gnuplot "
                           "on " FOLDER "/a.gp"));
    assert_false(printed);
    assert_non_null(strstr(print_err.text, "install it"));
    assert_int_equal(access(FOLDER "/a.csv", R_OK) | access(FOLDER "/a.gp", R_OK), 0);
    assert_int_equal(count_files(), 2);
}

static void what_gnuplot_refuses_leaves_the_old_image(void **state) {
    (void)state;
    need_gnuplot();
    write_good(FOLDER "/a.png", &two_curves);
    const double huge[] = {1e308, -1e308};
    const Series series = {"huge", 2, xs, huge};
    const Plot plot = {.series_count = 1, .series = &series};
    Error err;
    assert_false(plot_write(FOLDER "/a.png", &plot, &err));
    assert_non_null(strstr(err.text, "gnuplot failed: \"a.gp\" line"));
    assert_memory_equal(text_of(FOLDER "/a.png"), "\x89PNG", 4);
    assert_int_equal(count_files(), 3);
}

static void other_endings_and_bad_places_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *path, *words;
    } bad[] = {
        {FOLDER "/a.jpg", "ends in .png or .svg"}, {"png", "ends in .png or .svg"},
        {FOLDER "/.png", "a name before"},         {".svg", "a name before"},
        {FOLDER "/a\nb.png", "control character"}, {FOLDER "/none/a.png", "none/a.csv"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Error err = {""};
        assert_false(plot_write(bad[i].path, &two_curves, &err));
        assert_non_null(strstr(err.text, bad[i].words));
    }
    assert_int_equal(count_files(), 0);
}

static void a_plot_can_be_printed_in_letters(void **state) {
    (void)state;
    need_gnuplot();
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    Error err;
    const double y[] = {0, 1, 2, 3};
    const Series series = {"END", 4, xs, y};
    const Plot plot = {
        .title = "a_b", .x_label = "END", .series_count = 1, .series = &series};
    bool good = plot_print(out, &plot, 60, 15, &err);
    fclose(out);
    if (!good) fail_msg("%s", err.text);
    assert_non_null(strstr(text, "a_b\n"));
    assert_non_null(strchr(text, '*'));
    int lines = 0;
    for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1, lines++)
        assert_true(end - line <= 60 && (end == line || end[-1] != ' '));
    assert_true(lines >= 10 && lines <= 15 && text[size - 1] == '\n');
    free(text);
}

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_table_appears_complete_when_it_is_closed),
        TEST(rows_can_be_read_while_the_run_goes_on),
        TEST(a_table_that_cannot_be_written_says_so),
        TEST(rows_before_a_full_disk_are_kept),
        TEST(an_image_comes_with_its_table_and_its_script),
        TEST(series_with_the_same_x_share_a_column),
        TEST(the_script_draws_the_same_image_again),
        TEST(names_are_never_commands),
        TEST(logarithmic_axes_leave_out_what_has_no_logarithm),
        TEST(few_counts_have_a_tick_each_and_nothing_between),
        TEST(without_gnuplot_the_numbers_are_kept),
        TEST(what_gnuplot_refuses_leaves_the_old_image),
        TEST(other_endings_and_bad_places_are_refused),
        TEST(a_plot_can_be_printed_in_letters),
        TEST(the_script_says_what_is_drawn),
        TEST(points_that_are_no_numbers_are_not_drawn),
        TEST(all_files_of_a_plot_are_checked),
        TEST(an_image_that_is_empty_or_missing_is_none),
        TEST(a_drawing_in_letters_is_tidied),
        TEST(without_temporary_files_nothing_is_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
