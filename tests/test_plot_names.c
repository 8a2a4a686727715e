/* No name, folder or text reaches gnuplot as code: whatever it is called, the plot is
 * drawn, or refused, and nothing else happens. */
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/file.h"
#include "io/plot.h"
#include "tests/test.h"

/* A file of this name means that gnuplot ran what was meant as a name. */
#define RAN "ran-by-gnuplot"
#define TOUCH "touch " RAN

static const char *const nasty[] = {
    "|" TOUCH " ;",
    "<" TOUCH ";",
    "-",
    "-e",
    "-persist",
    "$(" TOUCH ")",
    "`" TOUCH "`",
    "it's `" TOUCH "`",
    "\"a `" TOUCH "`",
    "'",
    "''`" TOUCH "`",
    "a''b'",
    "'; system('" TOUCH "'); '",
    "'\n; system('" TOUCH "'); '",
    "\"; system(\"" TOUCH "\"); \"",
    "'.system('" TOUCH "').'",
    "\\'; !" TOUCH,
    "!" TOUCH,
    "@a",
    "~",
    "$a",
    "%n%s%1$n",
    "#",
    "a b",
    "\\n" TOUCH,
    "{:Bold x}_y^z",
    "\342\200\256gnp", /* turns the direction of writing */
    "\xff\xfe",
};
#define NASTY (sizeof nasty / sizeof *nasty)

static const double xs[] = {0, 1, 2, 3}, ys[] = {5, 6, 7, 5};
static const Series curve = {"y", 4, xs, ys};
static const Plot plain = {.series_count = 1, .series = &curve};

static char folder[] = "/tmp/stylegrad-test-XXXXXX", here[PATH_MAX];

/* Each test begins in an empty folder: what gnuplot would run begins there, too. */
static int set_up(void **state) {
    (void)state;
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    return !getcwd(here, sizeof here) || !mkdtemp(folder) || chdir(folder);
}

static int tear_down(void **state) {
    (void)state;
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return chdir(here) || system(command);
}

static void need_gnuplot(void) {
    if (system("gnuplot --version >/dev/null 2>&1")) {
        print_message("skipped: gnuplot is not installed\n");
        skip();
    }
}

static int count_files(const char *path) {
    int count = 0;
    DIR *list = opendir(path);
    assert_non_null(list);
    for (struct dirent *entry; (entry = readdir(list));)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(list);
    return count;
}

static void draw(const char *path, const Plot *plot) {
    Error err;
    if (!plot_write(path, plot, &err)) fail_msg("%s", err.text);
    assert_int_equal(access(path, R_OK), 0);
}

static bool has_line_break(const char *text) {
    return strchr(text, '\n');
}

static void names_are_never_commands(void **state) {
    (void)state;
    need_gnuplot();
    int files = 0;
    for (size_t i = 0; i < NASTY; i++) {
        char path[256];
        Error err = {""};
        snprintf(path, sizeof path, "%s%s", nasty[i], i % 2 ? ".svg" : ".png");
        if (has_line_break(path)) {
            assert_false(plot_write(path, &plain, &err));
            assert_non_null(strstr(err.text, "line break"));
        } else {
            draw(path, &plain);
            files += 3; /* the plot, its table and its script */
        }
        assert_int_equal(count_files("."), files);
    }
}

/* The script goes to the folder: its name is as foreign as the plot's. */
static void folders_are_never_commands(void **state) {
    (void)state;
    need_gnuplot();
    for (size_t i = 0; i < NASTY; i++) {
        char path[256];
        Error err;
        if (has_line_break(nasty[i])) continue;
        snprintf(path, sizeof path, "./%s", nasty[i]);
        assert_true(file_make_folder(path, &err));
        snprintf(path, sizeof path, "%s/a.svg", nasty[i]);
        draw(path, &plain);
        assert_int_equal(count_files(nasty[i]), 3);
        assert_int_equal(access(RAN, F_OK), -1);
    }
}

/* Titles, labels, names of curves and marks: a layer of a stranger's network is one. */
static void texts_are_never_commands(void **state) {
    (void)state;
    need_gnuplot();
    for (size_t i = 0; i < NASTY; i++) {
        const Series series = {nasty[i], 4, xs, ys};
        const Plot plot = {.title = nasty[i],
                           .x_label = nasty[i],
                           .y_label = nasty[i],
                           .series_count = 1,
                           .series = &series};
        const double at = 2;
        Error err;
        if (!plot_write_marked("a.svg", &plot, (PlotMarks){1, &at, &nasty[i]}, &err))
            fail_msg("%s: %s", nasty[i], err.text);
        assert_int_equal(count_files("."), 3);
    }
}

/* A title is shown as it is, also one that begins with quotes. */
static void quotes_are_drawn(void **state) {
    (void)state;
    need_gnuplot();
    char text[16384];
    const Plot plot = {.title = "''a'b", .series_count = 1, .series = &curve};
    draw("a.svg", &plot);
    FILE *file = fopen("a.svg", "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    assert_non_null(strstr(text, ">''a'b<"));
}

/* The system opens paths of up to 4095 bytes. The temporary image has five more than
 * the plot. */
static void paths_that_are_too_long_are_refused(void **state) {
    (void)state;
    need_gnuplot();
    for (int length = 4080; length <= 4110; length++) {
        char path[4200] = "";
        Error err = {""};
        while ((int)strlen(path) + 12 < length)
            strcat(path, "./");
        memset(path + strlen(path), 'a', (size_t)length - strlen(path) - 4);
        strcpy(path + length - 4, ".png");
        assert_int_equal(strlen(path), length);
        const bool checked = plot_write_check(path, &err);
        if (!checked && !strstr(err.text, "File name too long")) fail_msg("%s", err.text);
        const bool good = plot_write(path, &plain, &err);
        assert_true(good == (length + 5 <= 4095) && (good || !checked));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(names_are_never_commands),
        TEST(folders_are_never_commands),
        TEST(texts_are_never_commands),
        TEST(quotes_are_drawn),
        TEST(paths_that_are_too_long_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
