#include "lessons/check/ended.h"

#include <ctype.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "lessons/check/language.h"
#include "lessons/check/undefined.h"

/* Read by the sanitizers when they start. leaks.c asks for leaks; the end of a program,
 * which may be a blank, does not. Apple's sanitizer cannot look for them. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
#ifdef __linux__
    return "detect_leaks=1:leak_check_at_exit=0:color=never:handle_abort=0";
#else
    return "detect_leaks=0:color=never:handle_abort=0";
#endif
}

/* With the function in which it was. */
const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void) {
    return "print_stacktrace=1";
}

#define NOWHERE "a pointer leads nowhere: NULL, or an index far outside"

#define MANY_FRAMES 8   /* no exercise needs recursion this deep */
#define BELOW_STACK 256 /* bytes */

static const struct {
    const char *said, *sentence;
} known[] = {
    {"heap-use-after-free", "memory is used after free"},
    {"stack-use-after-return", "memory of a function that has returned is used"},
    {"stack-use-after-scope", "a variable is used outside its braces"},
    {"double-free", "memory is freed twice"},
    {"requested allocation size", "malloc is asked for more memory than there is: is the "
                                  "size negative?"},
    {"attempting free on address which was not malloc", "free() gets what malloc did not "
                                                        "give"},
    {"FPE", "an integer is divided by 0"},
    {"SEGV", NOWHERE},
    {"stack-overflow", NOWHERE},
};

static bool starts(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

/* The part of a path that a student knows, or NULL if the file is not the student's: it
 * is called NN_name.c, and is not a grader; or it is a cell of a notebook. */
static const char *of_student(const char *path) {
    static const char *const folders[] = {"lessons/exercises/", "lessons/answers/",
                                          "lessons/check/wrong/", "mine/"};
    const char *cell = strstr(path, "cell "), *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path, *given = getenv("GRADE_FILE");
    if (cell) return cell;
    if (given && strcmp(path, given) == 0) return path;
    for (int k = 0; k < 4; k++) {
        const char *place = strstr(path, folders[k]);
        if (place) return place;
    }
    const bool numbered = isdigit((unsigned char)name[0]) &&
                          isdigit((unsigned char)name[1]) && name[2] == '_';
    return numbered && !strstr(path, "lessons/check/") ? name : NULL;
}

void ended_where(const char *errors, char *out, size_t room) {
    char function[64], path[300];
    int number;
    out[0] = 0;
    for (const char *at = errors; (at = strstr(at, " in ")); at++) {
        if (sscanf(at, " in %63s %299[^:\n]:%d", function, path, &number) != 3) continue;
        const char *place = of_student(path);
        if (!place) continue;
        snprintf(out, room, tr(", in %s, %s line %d"), function, place, number);
        return;
    }
}

/* True if a function is in many frames of the stack. */
static bool repeats(const char *errors) {
    char first[64], function[64];
    for (const char *at = errors; (at = strstr(at, " in ")); at++) {
        int count = 0;
        if (sscanf(at, " in %63s", first) != 1) continue;
        for (const char *other = at; (other = strstr(other, " in ")); other++)
            count += sscanf(other, " in %63s", function) == 1 && !strcmp(first, function);
        if (count >= MANY_FRAMES) return true;
    }
    return false;
}

/* What has used up the stack, or NULL when nothing has. ASan calls every bad address near
 * the stack pointer a stack-overflow, and takes one far from it for a wild pointer. The
 * stack grows downwards: an address between the stack pointer and the frame pointer is
 * in the function's own variables, for which there was no room. One above them does not.
 * A call writes its return address just below the stack pointer. */
static const char *used_up(const char *error) {
    unsigned long long address, pc, bp, sp;
    const char *at = strstr(error, "address 0x");
    if (!at ||
        sscanf(at, "address %llx (pc %llx bp %llx sp %llx", &address, &pc, &bp, &sp) != 4)
        return NULL;
    if (address + BELOW_STACK < sp || address > bp) return NULL;
    return repeats(error) ? "a function calls itself without end"
                          : "an array is too large for the stack: take its memory from "
                            "malloc";
}

/* The line of UBSan: "PATH:LINE:COLUMN: runtime error: WHAT". */
static bool undefined(const char *errors, char *text, size_t room) {
    const char *at = strstr(errors, ": runtime error: ");
    if (!at) return false;
    const char *start = at;
    while (start > errors && start[-1] != '\n')
        start--;
    const char *what = at + strlen(": runtime error: ");
    char where[400];
    ended_where(at, where, sizeof where);
    if (!*where) snprintf(where, sizeof where, tr(" (%.*s)"), (int)(at - start), start);
    char sentence[700];
    undefined_say(what, sentence, sizeof sentence);
    snprintf(text, room, "%s%s", sentence, where);
    return true;
}

static bool sanitizer(const char *errors, char *text, size_t room) {
    const char *at = strstr(errors, "ERROR: AddressSanitizer: ");
    if (!at) return undefined(errors, text, room);
    at += strlen("ERROR: AddressSanitizer: ");
    char where[300];
    ended_where(at, where, sizeof where);
    const char *stack = used_up(at);
    if (stack) {
        snprintf(text, room, "%s%s", tr(stack), where);
        return true;
    }
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (starts(at, known[k].said)) {
            snprintf(text, room, "%s%s", tr(known[k].sentence), where);
            return true;
        }
    const bool writes = strstr(at, "\nWRITE");
    if (strstr(at, "overflow") || strstr(at, "underflow"))
        snprintf(text, room,
                 writes ? tr("writes outside an array%s")
                        : tr("reads outside an array%s"),
                 where);
    else
        snprintf(text, room, "%.*s%s", (int)strcspn(at, " \n"), at, where);
    return true;
}

int ended_seconds(void) {
    const char *text = getenv("GRADE_SECONDS");
    const int given = text ? atoi(text) : 0;
    return given > 0 && given <= 3600 ? given : 10;
}

static void by_signal(int number, const char *errors, char *text, size_t room) {
    const char *last = errors;
    for (const char *c = errors; *c; c++)
        if (*c == '\n' && c[1]) last = c + 1;
    if (number == SIGXFSZ)
        snprintf(text, room, "%s", tr("it prints without end"));
    else if (number == SIGXCPU || number == SIGALRM || number == SIGKILL)
        snprintf(text, room, tr("still running after %d seconds: does a loop never end?"),
                 ended_seconds());
    else if (number == SIGABRT && *last)
        snprintf(text, room, "%.*s", (int)strcspn(last, "\n"), last);
    else if (number == SIGFPE)
        snprintf(text, room, "%s", tr("an integer is divided by 0"));
    else if (number == SIGILL || number == SIGTRAP)
        snprintf(text, room, "%s",
                 tr("an index outside of an array, an overflow of integers, a "
                    "division by 0, or NULL: make check says where"));
    else if (number == SIGSEGV || number == SIGBUS)
        snprintf(text, room, "%s", tr(NOWHERE));
    else
        snprintf(text, room, tr("it ended early: %s"), strsignal(number));
}

const char *ended_why(int status, const char *errors, char *text, size_t room) {
    if (sanitizer(errors, text, room)) return text;
    if (WIFSIGNALED(status))
        by_signal(WTERMSIG(status), errors, text, room);
    else
        snprintf(text, room,
                 tr("it ended early, with exit status %d: a function of an exercise "
                    "returns, it does not call exit()"),
                 WEXITSTATUS(status));
    return text;
}
