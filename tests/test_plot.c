#include "io/plot.h"

#include <signal.h>
#include <sys/resource.h>

#include "io/csv.h"
#include "tests/plots.h"

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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
