#include "io/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/interrupt.h"

extern char **environ;

/* The file, or nothing, as one of the three streams of the program. */
static int redirect(posix_spawn_file_actions_t *actions, FILE *file, int stream) {
    if (file) return posix_spawn_file_actions_adddup2(actions, fileno(file), stream);
    return posix_spawn_file_actions_addopen(actions, stream, "/dev/null", O_RDWR, 0);
}

/* Starts the program with these three as its input, output and error output. */
static int start(pid_t *child, const posix_spawnattr_t *attributes,
                 char *const *arguments, FILE *in, FILE *out, FILE *errors) {
    posix_spawn_file_actions_t actions;
    int problem = posix_spawn_file_actions_init(&actions);
    if (problem) return problem;
    problem = redirect(&actions, in, STDIN_FILENO);
    if (!problem) problem = redirect(&actions, out, STDOUT_FILENO);
    if (!problem) problem = redirect(&actions, errors, STDERR_FILENO);
    if (!problem)
        problem =
            posix_spawnp(child, arguments[0], &actions, attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return problem;
}

/* Starts it, with signals blocked until the handler knows the process to end. */
static int start_known(pid_t *child, char *const *arguments, FILE *in, FILE *out,
                       FILE *errors) {
    sigset_t all, before;
    posix_spawnattr_t attributes;
    int problem = posix_spawnattr_init(&attributes);
    if (problem) return problem;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    posix_spawnattr_setsigmask(&attributes, &before);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    problem = start(child, &attributes, arguments, in, out, errors);
    if (!problem) interrupt_helper(*child);
    sigprocmask(SIG_SETMASK, &before, NULL);
    posix_spawnattr_destroy(&attributes);
    return problem;
}

/* The last line that is not blank: gnuplot prints the command first, then the reason. */
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

static bool run(char *const *arguments, const char *package, FILE *in, FILE *out,
                FILE *errors, Error *err) {
    pid_t child;
    const char *name = arguments[0];
    int problem = start_known(&child, arguments, in, out, errors);
    if (problem)
        return error_set(err, "%s could not be started: %s; install it (apt install %s)",
                         name, strerror(problem), package);
    int status = 0, lost = 0;
    while (waitpid(child, &status, 0) < 0 && !lost)
        if (errno != EINTR) lost = errno;
    interrupt_helper(0);
    if (lost) return error_set(err, "%s was lost: %s; try again", name, strerror(lost));
    if (WIFSIGNALED(status))
        return error_set(err, "%s was ended by signal %d; try again", name,
                         WTERMSIG(status));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return error_set(err, "%s could not be started; install it (apt install %s)",
                         name, package);
    char reason[200];
    last_line(errors, reason, sizeof reason);
    return error_set(err, "%s failed: %s", name, reason);
}

bool command_run(char *const *arguments, const char *package, FILE *in, FILE *out,
                 Error *err) {
    FILE *errors = tmpfile();
    if (!errors || (in && fflush(in)) || (out && fflush(out))) {
        if (errors) fclose(errors);
        return error_set(err, "no temporary file for %s: %s; make room in /tmp",
                         arguments[0], strerror(errno));
    }
    if (in) rewind(in);
    bool good = run(arguments, package, in, out, errors, err);
    fclose(errors);
    return good;
}
