/* The grader's end of the wire. The shell command in GRADE_WORKER starts the other
 * process, as a rule in a sandbox: see tools/grade. */
#include "lessons/desk/remote.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lessons/check/ended.h"
#include "lessons/check/graded.h"
#include "tensor/check.h"

#define LAST_FILE 256
#define UNASKED " writes to a file that it has not opened"

static Grade *grade;
static int wire;

static int end_of_worker(void) {
    int status = 0;
    close(wire);
    return waitpid(grade->worker, &status, 0) == grade->worker ? status : 0;
}

static void kill_worker(void) {
    kill(-grade->worker, SIGKILL);
    end_of_worker();
}

/* The other process has ended: the part is over. */
_Noreturn static void give_up(void) {
    int status = end_of_worker();
    /* A sandbox ends with 128 + the number of the signal, as a shell does. */
    if (WIFEXITED(status) && WEXITSTATUS(status) > 128)
        status = WEXITSTATUS(status) - 128;
    grade->ended = status;
    _exit(1);
}

/* It does what it should not. */
_Noreturn static void refuse(const char *name, const char *why) {
    kill_worker();
    fprintf(stderr, "\n%s%s\n", name, why);
    grade->ended = SIGABRT; /* what is said last is the reason */
    _exit(1);
}

/* The other process has not come so far that it could be the student's fault. */
_Noreturn static void not_started(const char *why) {
    if (grade->worker) kill_worker();
    fprintf(stderr, "%s\n", why);
    grade->not_started = true;
    _exit(1);
}

static void start(int socket, const char *command) {
    dup2(socket, WIRE);
    for (int file = WIRE + 1; file < LAST_FILE; file++)
        close(file);
    setpgid(0, 0);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

void part_begin(Grade *g) {
    int pair[2];
    const char *command = getenv("GRADE_WORKER");
    grade = g;
    if (!command) not_started("GRADE_WORKER has no command; tools/grade sets it");
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) not_started("no socket");
    wire = fcntl(pair[0], F_DUPFD, LAST_FILE); /* out of the way of WIRE */
    const int other = fcntl(pair[1], F_DUPFD, LAST_FILE);
    if (wire < 0 || other < 0) not_started("too many files are open");
    close(pair[0]);
    close(pair[1]);
    fcntl(wire, F_SETFD, FD_CLOEXEC);
    fcntl(other, F_SETFD, FD_CLOEXEC);
    const pid_t worker = fork();
    if (worker < 0) not_started("no process");
    if (worker == 0) start(other, command);
    setpgid(worker, worker); /* whoever of the two is first */
    grade->worker = worker;
    close(other);
    signal(SIGPIPE, SIG_IGN);
    Head head;
    if (!wire_read(wire, &head, sizeof head) || head.message != READY)
        not_started("it ends before the submission is loaded");
}

static void put(const void *data, size_t bytes) {
    if (!wire_write(wire, data, bytes)) give_up();
}

static void get(void *data, size_t bytes) {
    if (!wire_read(wire, data, bytes)) give_up();
}

static size_t room_of(const Value *value) {
    return wire_array(value) ? value->bytes : 0;
}

static void get_array(const char *name, bool constant, void *data, size_t bytes) {
    void *now = malloc(bytes);
    CHECK(now, "no memory for %zu bytes", bytes);
    get(now, bytes);
    if (constant && memcmp(data, now, bytes) != 0)
        refuse(name, " changes an array that it may only read");
    if (!constant) memcpy(data, now, bytes);
    free(now);
}

static void call_back(const CallBack *back, int k) {
    if (!back || k < 0 || k >= back->functions) refuse("it", UNASKED);
    real *x = calloc(2 * back->n + 1, sizeof *x), *gradient = x + back->n;
    CHECK(x, "no memory for %zu numbers", back->n);
    get(x, back->n * sizeof *x);
    const double value = back->function(back->context, k, x, gradient);
    put(&(Head){.message = ANSWER, .value = value}, sizeof(Head));
    put(gradient, back->n * sizeof *gradient);
    free(x);
}

/* What comes, after all calls back. */
static Head wait_for(Message message, const CallBack *back) {
    Head head;
    for (;;) {
        get(&head, sizeof head);
        if (head.message == (int32_t)message) return head;
        if (head.message != BACK) refuse("it", UNASKED);
        call_back(back, head.number);
    }
}

double remote_call(const char *name, const CallBack *back, const Value *arguments) {
    Head head = {.message = CALL};
    while (arguments[head.number].kind != NOTHING)
        head.number++;
    CHECK(head.number <= ARGUMENTS, "%s has %d arguments", name, (int)head.number);
    snprintf(head.name, sizeof head.name, "%s", name);
    put(&head, sizeof head);
    put(arguments, (size_t)head.number * sizeof *arguments);
    for (int i = 0; i < head.number; i++)
        put(arguments[i].data, room_of(&arguments[i]));
    const double value = wait_for(RETURN, back).value;
    for (int i = 0; i < head.number; i++)
        if (room_of(&arguments[i]))
            get_array(name, arguments[i].constant, arguments[i].data,
                      room_of(&arguments[i]));
    return value;
}

void part_end(Grade *g) {
    put(&(Head){.message = END}, sizeof(Head));
    const double bytes = wait_for(LEFT, NULL).value;
    for (int l = 0; l < LANGUAGES; l++)
        snprintf(g->leaks[l], STATEMENT, "%s",
                 bytes > 0 ? "memory is taken and never freed" : "");
    end_of_worker();
}
