#include "io/interrupt.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

#include "tensor/clock.h"

#define MAX_FILES 16
#define SAME_MOMENT 0.05 /* seconds in which two signals are one */

static const int asking[] = {SIGINT, SIGTERM, SIGHUP};
static const int ending[] = {SIGABRT, SIGQUIT, SIGXCPU};
enum { ASKING = sizeof asking / sizeof *asking, ENDING = sizeof ending / sizeof *ending };

/* The state that the handler reads. */
static const char *volatile remembered[MAX_FILES];
static volatile sig_atomic_t waiting, first;
static volatile pid_t helping;
static double first_time; /* seconds; written once, before `first` */

/* A terminal that closes may send SIGHUP long after the shell's. */
static bool is_repeated(int number) {
    return number == SIGHUP || seconds_now() - first_time < SAME_MOMENT;
}

void interrupt_clean_up(void) {
    for (int i = 0; i < MAX_FILES; i++) {
        const char *path = remembered[i];
        if (path) unlink(path);
    }
}

/* Calls only functions that POSIX allows in a handler. */
static void on_signal(int number) {
    if (helping > 0) kill(helping, SIGKILL);
    if (waiting && !first) {
        first_time = seconds_now();
        first = number;
        return;
    }
    if (waiting && is_repeated(number)) return;
    interrupt_clean_up();
    signal(number, SIG_DFL);
    raise(number); /* comes when the handler returns */
}

static void on_end(int number) {
    interrupt_clean_up();
    signal(number, SIG_DFL);
    raise(number);
}

/* Without SA_RESTART, so that a signal ends a wait for a helper. */
static void listen(int number, void (*handler)(int), bool also_ignored) {
    struct sigaction before, action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < ASKING; i++)
        sigaddset(&action.sa_mask, asking[i]);
    if (sigaction(number, NULL, &before)) return;
    if (before.sa_handler == SIG_IGN && !also_ignored) return;
    (void)sigaction(number, &action, NULL);
}

void interrupt_init(void) {
    for (int i = 0; i < ASKING; i++)
        listen(asking[i], on_signal, false);
    for (int i = 0; i < ENDING; i++)
        listen(ending[i], on_end, false);
}

void interrupt_wait(void) {
    listen(SIGINT, on_signal, true);
    waiting = 1;
}

int interrupt_signal(void) {
    return first;
}

void interrupt_remember(const char *path) {
    for (int i = 0; i < MAX_FILES; i++)
        if (!remembered[i]) {
            remembered[i] = path;
            return;
        }
}

void interrupt_forget(const char *path) {
    for (int i = 0; i < MAX_FILES; i++)
        if (remembered[i] == path) remembered[i] = NULL;
}

void interrupt_helper(pid_t helper) {
    helping = helper;
}
