#include "io/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/interrupt.h"

extern char **environ;

/* The descriptor, or nothing, as one of the three streams of the program. */
static int redirect(posix_spawn_file_actions_t *actions, int file, int stream) {
    if (file >= 0) return posix_spawn_file_actions_adddup2(actions, file, stream);
    return posix_spawn_file_actions_addopen(actions, stream, "/dev/null", O_RDWR, 0);
}

/* Starts the program with these three as its input, output and error output. */
static int start(Child *child, const posix_spawnattr_t *attributes,
                 char *const *arguments, int in, int out) {
    posix_spawn_file_actions_t actions;
    int problem = posix_spawn_file_actions_init(&actions);
    if (problem) return problem;
    problem = redirect(&actions, in, STDIN_FILENO);
    if (!problem) problem = redirect(&actions, out, STDOUT_FILENO);
    if (!problem) problem = redirect(&actions, fileno(child->errors), STDERR_FILENO);
    if (!problem)
        problem = posix_spawnp(&child->pid, arguments[0], &actions, attributes, arguments,
                               environ);
    posix_spawn_file_actions_destroy(&actions);
    return problem;
}

/* One that is apart is in a process group of its own, which a terminal does not signal,
 * and is ended by a closed pipe although we ignore SIGPIPE. */
static void describe(posix_spawnattr_t *attributes, ChildKind kind,
                     const sigset_t *mask) {
    short flags = POSIX_SPAWN_SETSIGMASK;
    posix_spawnattr_setsigmask(attributes, mask);
    if (kind == CHILD_APART) {
        sigset_t usual;
        sigemptyset(&usual);
        sigaddset(&usual, SIGPIPE);
        posix_spawnattr_setsigdefault(attributes, &usual);
        posix_spawnattr_setpgroup(attributes, 0);
        flags |= POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
    }
    posix_spawnattr_setflags(attributes, flags);
}

/* Starts it, with signals blocked until the handler knows the process to end. */
static int start_known(Child *child, char *const *arguments, int in, int out) {
    sigset_t all, before;
    posix_spawnattr_t attributes;
    int problem = posix_spawnattr_init(&attributes);
    if (problem) return problem;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    describe(&attributes, child->kind, &before);
    problem = start(child, &attributes, arguments, in, out);
    if (!problem && child->kind == CHILD_HELPER) interrupt_helper(child->pid);
    sigprocmask(SIG_SETMASK, &before, NULL);
    posix_spawnattr_destroy(&attributes);
    return problem;
}

bool child_start(Child *child, char *const *arguments, const char *package, int in,
                 int out, ChildKind kind, Error *err) {
    *child = (Child){
        .kind = kind, .name = arguments[0], .package = package, .errors = tmpfile()};
    if (!child->errors)
        return error_set(err, "no temporary file for %s: %s; make room in /tmp",
                         arguments[0], strerror(errno));
    const int problem = start_known(child, arguments, in, out);
    if (!problem) return true;
    fclose(child->errors);
    return error_set(err, "%s could not be started: %s; install it (apt install %s)",
                     arguments[0], strerror(problem), package);
}

/* The last line that is not blank: gnuplot prints the command first, then the reason, and
 * ffmpeg after the reason that it has failed. "[mp4 @ 0x55d0] " has an address. */
static void last_line(FILE *file, char *out, size_t room) {
    char line[256];
    rewind(file);
    snprintf(out, room, "no reason given");
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = 0;
        const char *text = line + strspn(line, " \t");
        const char *part = strstr(text, " @ 0x"), *end = part ? strchr(part, ']') : NULL;
        if (*text == '[' && end) text = end + 1 + strspn(end + 1, " ");
        if (*text && strcmp(text, "Conversion failed!") != 0)
            snprintf(out, room, "%s", text);
    }
}

/* Its status; false when it is lost, and errno says why. */
static bool wait_for(const Child *child, int *status) {
    while (waitpid(child->pid, status, 0) < 0)
        if (errno != EINTR) return false;
    return true;
}

/* What its status says. */
static bool judge(const Child *child, int status, Error *err) {
    if (WIFSIGNALED(status))
        return error_set(err, "%s was ended by signal %d; try again", child->name,
                         WTERMSIG(status));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return error_set(err, "%s could not be started; install it (apt install %s)",
                         child->name, child->package);
    char reason[200];
    last_line(child->errors, reason, sizeof reason);
    return error_set(err, "%s failed: %s", child->name, reason);
}

bool child_end(Child *child, Error *err) {
    int status = 0;
    const bool known = wait_for(child, &status);
    const int reason = errno;
    if (child->kind == CHILD_HELPER) interrupt_helper(0);
    const bool good = known ? judge(child, status, err)
                            : error_set(err, "%s was lost: %s; try again", child->name,
                                        strerror(reason));
    fclose(child->errors);
    return good;
}

void child_kill(Child *child) {
    Error none;
    kill(child->pid, SIGKILL);
    child_end(child, &none);
}
