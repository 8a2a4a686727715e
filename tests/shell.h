/* Command lines as people type them, for tests of the program from outside: a shell runs
 * them in a folder with the images c.png and s.png, where $SG is the program and $P
 * begins a small painting. */
#ifndef TESTS_SHELL_H
#define TESTS_SHELL_H

#include <dirent.h>
#include <limits.h>

#include "tests/app.h"

static inline int make_folder(void **state) {
    (void)state;
    char program[PATH_MAX];
    const char *said = getenv("STYLEGRAD");
    if (!mkdtemp(folder) || !realpath(said ? said : "build/stylegrad-double", program))
        return -1;
    put_image("c.png", 24, 32);
    put_image("s.png", 20, 24);
    setenv("SG", program, 1);
    setenv("P",
           "paint c.png s.png --net vgg19 --size 24 --style-layers relu1_1 "
           "--content-layers relu1_2 --optim adam --steps 3",
           1);
    return 0;
}

/* Starts a line in the folder; what it says goes into stdout and stderr there, unless it
 * says otherwise itself. */
static inline pid_t begin(const char *line) {
    const pid_t child = fork();
    if (child != 0) return child;
    hear_signals();
    if (chdir(folder)) _exit(126);
    dup2(open("stdout", O_CREAT | O_TRUNC | O_WRONLY, 0600), STDOUT_FILENO);
    dup2(open("stderr", O_CREAT | O_TRUNC | O_WRONLY, 0600), STDERR_FILENO);
    execl("/bin/sh", "sh", "-c", line, (char *)NULL);
    _exit(127);
}

static inline Outcome shell(const char *line) {
    return end(begin(line));
}

static inline void done(const char *line) {
    const Outcome o = shell(line);
    if (o.status != 0) fail_msg("status %d of %s: %s", o.status, line, o.err);
}

/* One line on stderr with these words, and this status. */
static inline void refused(const char *line, int status, const char *words) {
    const Outcome o = shell(line);
    const char *newline = strchr(o.err, '\n');
    if (o.status == status && newline && !newline[1] && strstr(o.err, words)) return;
    print_error("%s\nstatus %d (expected %d), expected \"%s\" in: %s", line, o.status,
                status, words, o.err);
    fail();
}

static inline bool exists(const char *name) {
    return access(in_folder(name), F_OK) == 0;
}

/* Number of files whose names begin so. */
static inline int count_files(const char *start) {
    DIR *list = opendir(folder);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(list));)
        count += strncmp(entry->d_name, start, strlen(start)) == 0;
    closedir(list);
    return count;
}

static inline void nothing_hidden_stays(void) {
    assert_int_equal(count_files(".stylegrad"), 0);
}

#endif
