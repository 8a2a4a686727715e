/* A folder for the plots of a test, FOLDER, and two curves. */
#ifndef TESTS_PLOTS_H
#define TESTS_PLOTS_H

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/file.h"
#include "io/plot.h"
#include "tests/test.h"

#ifndef FOLDER /* a program that runs at the same time has its own */
#define FOLDER "build/test_plot_" REAL_NAME
#endif

static Arena *arena;

static inline void empty_folder(void) {
    DIR *folder = opendir(FOLDER);
    if (!folder) return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[512];
        snprintf(path, sizeof path, FOLDER "/%s", entry->d_name);
        unlink(path);
    }
    closedir(folder);
}

static inline int set_up(void **state) {
    (void)state;
    Error err;
    arena = arena_new();
    empty_folder();
    return file_make_folder(FOLDER, &err) ? 0 : 1;
}

static inline int tear_down(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static inline int count_files(void) {
    int count = 0;
    DIR *folder = opendir(FOLDER);
    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count - 2; /* . and .. */
}

/* The file as text. */
static inline const char *text_of(const char *path) {
    FileBytes file;
    Error err;
    if (!file_read(arena, path, 1 << 20, &file, &err)) fail_msg("%s", err.text);
    char *text = arena_alloc(arena, file.size + 1);
    return memcpy(text, file.data, file.size);
}

static inline void need_gnuplot(void) {
    if (system("gnuplot --version >/dev/null 2>&1")) {
        print_message("skipped: gnuplot is not installed\n");
        skip();
    }
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
