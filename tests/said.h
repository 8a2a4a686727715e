/* Lines of shell for tests of scripts: $D is a folder of the test's own, and what a line
 * prints is kept. */
#ifndef TESTS_SAID_H
#define TESTS_SAID_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/file.h"
#include "tests/test.h"

static char folder[] = "/tmp/stylegrad-test-XXXXXX";
static char said[1 << 16]; /* by the last line */

static inline int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? setenv("D", folder, 1) : -1;
}

static inline int remove_folder(void **state) {
    (void)state;
    return system("rm -r \"$D\"");
}

/* Runs a line and returns its exit status. What it prints is in $D/said, too. */
static inline int shell(const char *line) {
    char command[4096], path[64];
    snprintf(command, sizeof command, "{ %s; } >\"$D\"/said 2>&1", line);
    const int status = system(command);
    snprintf(path, sizeof path, "%s/said", folder);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    said[fread(said, 1, sizeof said - 1, file)] = 0;
    fclose(file);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static inline void says(const char *words) {
    if (!strstr(said, words)) fail_msg("no \"%s\" in: %s", words, said);
}

/* Writes a file into the folder. */
static inline void put(const char *name, const char *text) {
    Error err;
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (!file_write(path, text, strlen(text), &err)) fail_msg("%s", err.text);
}

#endif
