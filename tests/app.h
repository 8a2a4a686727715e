/* The program from outside, for the tests of app/: runs the binary named by $STYLEGRAD
 * in a new folder and keeps its output. */
#ifndef TESTS_APP_H
#define TESTS_APP_H

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/image.h"
#include "tests/test.h"

#define MAX_ARGUMENTS 48

static char folder[] = "/tmp/stylegrad-test-XXXXXX";
static const char *const small[] = {
    "--net",   "vgg19",   "--size", "24", "--style-layers", "relu1_1", "--content-layers",
    "relu1_2", "--steps", "2",      NULL};

#define MAX_OUT 16384
#define MAX_ERR 8192
#define MAX_OUTCOMES 64

/* The texts are good for the next MAX_OUTCOMES runs; they are not in the struct, because
 * a test with many runs would fill a small stack. */
typedef struct Outcome {
    int status;
    char *out, *err;
} Outcome;

/* The path of a file in the test's folder, good for the whole test. */
static const char *in_folder(const char *name) {
    static char paths[64][256];
    static int count;
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    for (int i = 0; i < count; i++)
        if (strcmp(paths[i], path) == 0) return paths[i];
    assert_true(count < 64);
    return strcpy(paths[count++], path);
}

static void read_back(const char *path, char *text, size_t room) {
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(text, 1, room - 1, file) : 0;
    text[length] = 0;
    if (file) fclose(file);
}

/* What the last run has written. */
static Outcome outcome_of(int status) {
    static char out[MAX_OUTCOMES][MAX_OUT], err[MAX_OUTCOMES][MAX_ERR];
    static int count;
    const int i = count++ % MAX_OUTCOMES;
    read_back(in_folder("stdout"), out[i], sizeof out[i]);
    read_back(in_folder("stderr"), err[i], sizeof err[i]);
    return (Outcome){status, out[i], err[i]};
}

/* Signals do what they do in a terminal, also when the tests run under nohup or in the
 * background. */
static inline void hear_signals(void) {
    static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], SIG_DFL);
}

/* Starts the program with `arguments` (NULL at the end), then with `more` (may be NULL).
 */
static pid_t start(const char *const *arguments, const char *const *more) {
    const char *program = getenv("STYLEGRAD"), *argv[MAX_ARGUMENTS];
    int count = 0;
    argv[count++] = program ? program : "build/stylegrad-double";
    while (*arguments)
        argv[count++] = *arguments++;
    while (more && *more)
        argv[count++] = *more++;
    argv[count] = NULL;
    char out[256], err[256];
    snprintf(out, sizeof out, "%s/stdout", folder);
    snprintf(err, sizeof err, "%s/stderr", folder);
    pid_t child = fork();
    if (child != 0) return child;
    hear_signals();
    dup2(open(out, O_CREAT | O_TRUNC | O_WRONLY, 0600), STDOUT_FILENO);
    dup2(open(err, O_CREAT | O_TRUNC | O_WRONLY, 0600), STDERR_FILENO);
    execv(argv[0], (char *const *)argv);
    _exit(127);
}

static Outcome end(pid_t child) {
    int status;
    waitpid(child, &status, 0);
    return outcome_of(WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
}

static inline Outcome run(const char *const *arguments, const char *const *more) {
    return end(start(arguments, more));
}

/* One line on stderr with these words, and this status. */
static inline void assert_refused(Outcome o, int status, const char *words) {
    const char *newline = strchr(o.err, '\n');
    if (o.status != status || !newline || newline[1] || !strstr(o.err, words))
        fail_msg("status %d (expected %d), stderr: %s(expected one line with \"%s\")",
                 o.status, status, o.err, words);
}

#define RUN(...) run((const char *const[]){__VA_ARGS__, NULL}, NULL)
#define RUN_SMALL(...) run((const char *const[]){__VA_ARGS__, NULL}, small)

/* An image of w x h random pixels under that name. */
static inline void put_image(const char *name, int h, int w) {
    Arena *arena = arena_new();
    Error err;
    Rng rng = rng_seed(1);
    Tensor x = tensor_alloc(arena, (Shape){1, 3, h, w});
    tensor_fill_uniform(x, &rng, 0, 1);
    assert_true(image_write(in_folder(name), x, &err));
    arena_free(arena);
}

static int remove_folder(void **state) {
    (void)state;
    char command[300];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

#endif
