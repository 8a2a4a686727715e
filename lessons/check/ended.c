#include "lessons/check/ended.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* Read by the sanitizers when they start. Memory that is not freed is no mistake here. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "detect_leaks=0:color=never:handle_abort=0";
}

static const struct {
    const char *said, *sentence;
} known[] = {
    {"stack-overflow", "a function calls itself without end"},
    {"heap-use-after-free", "memory is used after free"},
    {"stack-use-after-return", "memory of a function that has returned is used"},
    {"stack-use-after-scope", "a variable is used outside its braces"},
    {"double-free", "memory is freed twice"},
    {"FPE", "an integer is divided by 0"},
    {"SEGV", "a pointer leads nowhere: NULL, or an index far outside"},
};

static bool starts(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

/* The first frame of a stack that lies in the student's file, else none: "in FUNCTION,
 * PATH line N" of "#1 0x55 in FUNCTION PATH:N". */
static void frame(const char *errors, char *out, size_t room) {
    static const char *const places[] = {"lessons/exercises/", "lessons/answers/",
                                         "lessons/check/wrong/"};
    char function[64], path[200];
    int number;
    out[0] = 0;
    for (const char *at = errors; (at = strstr(at, " in ")); at++)
        for (int k = 0; k < 3; k++) {
            if (sscanf(at, " in %63s %199[^:]:%d", function, path, &number) != 3)
                continue;
            const char *place = strstr(path, places[k]);
            if (!place) continue;
            snprintf(out, room, ", in %s, %s line %d", function, place, number);
            return;
        }
}

/* The line of UBSan: "PATH:LINE:COLUMN: runtime error: WHAT". */
static bool undefined(const char *errors, char *text, size_t room) {
    const char *at = strstr(errors, ": runtime error: ");
    if (!at) return false;
    const char *start = at;
    while (start > errors && start[-1] != '\n')
        start--;
    const char *what = at + strlen(": runtime error: ");
    snprintf(text, room, "%.*s (%.*s)", (int)strcspn(what, "\n"), what, (int)(at - start),
             start);
    return true;
}

static bool sanitizer(const char *errors, char *text, size_t room) {
    const char *at = strstr(errors, "ERROR: AddressSanitizer: ");
    if (!at) return undefined(errors, text, room);
    at += strlen("ERROR: AddressSanitizer: ");
    char where[300];
    frame(at, where, sizeof where);
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (starts(at, known[k].said)) {
            snprintf(text, room, "%s%s", known[k].sentence, where);
            return true;
        }
    const char *kind = strstr(at, "\nWRITE") ? "writes" : "reads";
    if (strstr(at, "overflow") || strstr(at, "underflow"))
        snprintf(text, room, "%s outside an array%s", kind, where);
    else
        snprintf(text, room, "%.*s%s", (int)strcspn(at, " \n"), at, where);
    return true;
}

static void by_signal(int number, const char *errors, char *text, size_t room) {
    const char *last = errors;
    for (const char *c = errors; *c; c++)
        if (*c == '\n' && c[1]) last = c + 1;
    if (number == SIGXCPU || number == SIGALRM || number == SIGKILL)
        snprintf(text, room, "still running after 10 seconds: does a loop never end?");
    else if (number == SIGABRT && *last)
        snprintf(text, room, "%.*s", (int)strcspn(last, "\n"), last);
    else if (number == SIGFPE)
        snprintf(text, room, "an integer is divided by 0");
    else if (number == SIGSEGV || number == SIGBUS)
        snprintf(text, room, "a pointer leads nowhere: NULL, or an index far outside");
    else
        snprintf(text, room, "it ended early: %s", strsignal(number));
}

const char *ended_why(int status, const char *errors, char *text, size_t room) {
    if (sanitizer(errors, text, room)) return text;
    if (WIFSIGNALED(status))
        by_signal(WTERMSIG(status), errors, text, room);
    else
        snprintf(text, room, "it ended early, with exit status %d", WEXITSTATUS(status));
    return text;
}
