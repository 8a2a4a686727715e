#include "io/gnuplot.h"

#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Starts gnuplot with these three as its input, output and error output. */
static int start(pid_t *child, FILE *in, FILE *out, FILE *errors) {
    /* -d: without the user's own settings, so that a plot is the same everywhere. */
    static char name[] = "gnuplot", defaults[] = "-d", stdin_name[] = "-";
    char *const arguments[] = {name, defaults, stdin_name, NULL};
    posix_spawn_file_actions_t actions;
    int problem = posix_spawn_file_actions_init(&actions);
    if (problem) return problem;
    problem = posix_spawn_file_actions_adddup2(&actions, fileno(in), STDIN_FILENO);
    if (!problem)
        problem = posix_spawn_file_actions_adddup2(&actions, fileno(out), STDOUT_FILENO);
    if (!problem)
        problem =
            posix_spawn_file_actions_adddup2(&actions, fileno(errors), STDERR_FILENO);
    if (!problem)
        problem = posix_spawnp(child, "gnuplot", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return problem;
}

/* The last line that is not blank: gnuplot repeats the command first, then says why. */
static void last_line(FILE *file, char *out, size_t room) {
    char line[256];
    rewind(file);
    snprintf(out, room, "no reason given");
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = 0;
        const char *text = line + strspn(line, " \t");
        if (*text) snprintf(out, room, "%s", text);
    }
}

static bool run(FILE *commands, FILE *printed, FILE *errors, Error *err) {
    pid_t child;
    rewind(commands);
    int problem = start(&child, commands, printed, errors);
    if (problem)
        return error_set(err,
                         "gnuplot could not be started: %s; install it (apt install "
                         "gnuplot-nox)",
                         strerror(problem));
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return error_set(err, "gnuplot was lost: %s; try again", strerror(errno));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return error_set(err, "gnuplot could not be started; install it (apt install "
                              "gnuplot-nox)");
    char reason[200];
    last_line(errors, reason, sizeof reason);
    return error_set(err, "gnuplot failed: %s; look at the numbers", reason);
}

bool gnuplot_run(FILE *commands, FILE *printed, Error *err) {
    FILE *errors = tmpfile();
    if (!errors || fflush(commands) || fflush(printed)) {
        if (errors) fclose(errors);
        return error_set(err, "no temporary file for gnuplot: %s; make room in /tmp",
                         strerror(errno));
    }
    bool good = run(commands, printed, errors, err);
    fclose(errors);
    return good;
}
