/* A test in a folder of its own, which is the current one, also as another user. */
#ifndef TESTS_IN_PLACE_H
#define TESTS_IN_PLACE_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/file.h"
#include "tests/test.h"

#define NOBODY 65534 /* a user who owns nothing here */

static char folder[64];
static Error err;

static inline int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/stylegrad-place-XXXXXX");
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static inline int remove_folder(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "cd / && rm -rf %s", folder);
    return system(command);
}

static inline void put(const char *name, const char *text) {
    if (!file_write(name, text, strlen(text), &err)) fail_msg("%s", err.text);
}

static inline void assert_holds(const char *name, const char *text) {
    char held[100] = "";
    const int file = open(name, O_RDONLY);
    assert_true(file >= 0);
    assert_int_equal(read(file, held, sizeof held - 1), strlen(text));
    close(file);
    assert_string_equal(held, text);
}

static inline int files_here(void) {
    DIR *list = opendir(".");
    int count = -2; /* . and .. */
    while (readdir(list))
        count++;
    closedir(list);
    return count;
}

static inline void assert_error_says(const char *words) {
    if (!strstr(err.text, words)) fail_msg("expected \"%s\" in: %s", words, err.text);
}

/* Runs the test of a child who is nobody in particular; 0 is success. */
static inline int as_nobody(int (*test)(void)) {
    const pid_t child = fork();
    if (child == 0) {
        int status = setegid(NOBODY) || seteuid(NOBODY) ? 100 : test();
        if (seteuid(0)) status = 101; /* may write what `make coverage` counts */
        test_exit(status);
    }
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

#endif
