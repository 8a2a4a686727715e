/* The process in which a submission computes. It knows no right answers, and has no way to
 * the results: it gets calls over the wire and returns numbers.
 *
 *     worker sealed|open SECONDS FILE.so     open: without seal_calls()
 *     worker --sealed                        exit status 0 when seal_calls() works here
 *     worker --starts                        exit status 0
 *
 * The student's code is here, too, and can do to this process what it wants. */
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/check/given.h"
#include "lessons/check/part.h"
#include "lessons/desk/back.h"
#include "lessons/desk/calls.h"
#include "lessons/desk/fence.h"
#include "lessons/desk/seal.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

/* One call: what it was called with, and the arrays that the function sees. */
typedef struct Call {
    const Callable *what;
    int count;
    Value given[ARGUMENTS]; /* from malloc */
    Value seen[ARGUMENTS];  /* behind fences */
} Call;

static void *submission;

/* The grader takes the last line before abort() for the reason. */
_Noreturn static void leave(const char *what, const char *why) {
    fflush(NULL);
    fprintf(stderr, "%s%s\n", what, why);
    abort();
}

/* ---- Calls over the wire ---- */

static bool read_call(const Head *head, Call *call) {
    *call = (Call){.what = callable(head->name), .count = head->number};
    if (!call->what || call->count < call->what->arguments || call->count > ARGUMENTS)
        return false;
    if (!wire_read(WIRE, call->given, (size_t)call->count * sizeof *call->given))
        return false;
    for (int i = 0; i < call->count; i++) {
        Value *v = &call->given[i];
        if (!wire_array(v)) {
            v->bytes = 0;
            continue;
        }
        v->data = malloc(v->bytes ? v->bytes : 1);
        if (!v->data || !wire_read(WIRE, v->data, v->bytes)) return false;
    }
    return true;
}

static void set_up(Call *call) {
    for (int i = 0; i < call->count; i++) {
        const Value *from = &call->given[i];
        Value *v = &call->seen[i];
        *v = *from;
        if (!wire_array(v)) continue;
        v->data = fence_new(v->bytes);
        if (!v->data) leave(call->what->symbol, ": no memory for its arrays");
        memcpy(v->data, from->data, v->bytes);
    }
}

static void take_down(Call *call) {
    for (int i = 0; i < call->count; i++)
        if (wire_array(&call->seen[i]))
            fence_free(call->seen[i].data, call->seen[i].bytes);
}

static void forget(Call *call) {
    for (int i = 0; i < call->count; i++)
        if (call->given[i].kind == ARRAY) free(call->given[i].data);
    *call = (Call){.count = 0};
}

/* ---- The student's function ---- */

/* dlsym's answer is a pointer to a function, which C does not let one cast. */
static Function *find(const char *symbol) {
    void *found = dlsym(submission, symbol);
    Function *function = NULL;
    if (found) memcpy(&function, &found, sizeof found);
    if (function) return function;
    printf("%s" GRADE_BLANK_TEXT "there is no function of this name\n", symbol);
    fflush(NULL);
    _Exit(GRADE_BLANK);
}

/* What exercise 09 need not write. */
static void give(void) {
    GivenGram **place = dlsym(submission, "given_gram");
    if (place) *place = back_gram;
}

static double taken(void) {
#if defined __GLIBC__ && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
    const struct mallinfo2 now = mallinfo2();
    return (double)now.uordblks + (double)now.hblkhd;
#else
    return 0;
#endif
}

/* The call whose array is behind a fence, for the handler below. */
static const char *running = "the program";

/* Memory that is not there, while a function runs: an index, or a pointer, is wrong. */
static void outside(int number) {
    static const char text[] = " reads or writes outside an array, or a pointer leads "
                               "nowhere, or calls never end\n";
    (void)number;
    if (!wire_write(2, running, strlen(running)) || !wire_write(2, text, sizeof text - 1))
        _Exit(1);
    abort();
}

static double make(Call *call) {
    Function *function = find(call->what->symbol);
    set_up(call);
    running = call->what->symbol;
    const double result = call->what->call(function, call->seen);
    for (int i = 0; i < call->count; i++) {
        const Value *v = &call->seen[i];
        if (wire_array(v) && !fence_whole(v->data, v->bytes))
            leave(running, " writes outside an array, before its beginning");
    }
    return result;
}

static bool answer(const Call *call, double result) {
    const Head head = {.message = RETURN, .value = result};
    bool good = wire_write(WIRE, &head, sizeof head);
    for (int i = 0; i < call->count && good; i++)
        if (wire_array(&call->seen[i]))
            good = wire_write(WIRE, call->seen[i].data, call->seen[i].bytes);
    return good;
}

/* Bytes that each further call of the same kind takes: the first ones may keep some for
 * the calls after them. glibc counts memory as taken that it keeps for malloc() to give out
 * again, up to seven pieces of each size, and calloc() does not take from there. */
enum { CALLS_AGAIN = 10 };

static double left_by(Call *call) {
    double before = 0;
    for (int again = 0; again < CALLS_AGAIN && call->count; again++) {
        before = taken();
        make(call);
        take_down(call);
    }
    return call->count ? taken() - before : 0;
}

/* ---- The program ---- */

static void serve(void) {
    Call call = {.count = 0}, suspect = {.count = 0}; /* after which memory was missing */
    Head head;
    while (wire_read(WIRE, &head, sizeof head) && head.message == CALL) {
        if (!read_call(&head, &call)) return;
        const double before = taken();
        const double result = make(&call);
        const bool leaks = taken() > before;
        fflush(NULL);
        if (!answer(&call, result)) return;
        take_down(&call);
        forget(leaks ? &suspect : &call);
        if (leaks) suspect = call;
    }
    back_end();
    head = (Head){.message = LEFT, .value = left_by(&suspect)};
    fflush(NULL);
    wire_write(WIRE, &head, sizeof head);
}

int main(int argc, char **argv) {
    static char stack[1 << 16]; /* the handler runs when the other one is full */
    if (argc == 2 && strcmp(argv[1], "--sealed") == 0) return !seal_calls();
    if (argc == 2 && strcmp(argv[1], "--starts") == 0) return 0;
    if (argc != 4) {
        fprintf(stderr, "usage: worker sealed|open SECONDS FILE.so; see tools/grade\n");
        return 2;
    }
    const int seconds = atoi(argv[2]);
    seal_limits(seconds > 0 ? seconds : 10);
    if (strcmp(argv[1], "open") != 0 && !seal_calls())
        leave("this system", " cannot limit what a process calls");
    const struct sigaction action = {.sa_handler = outside, .sa_flags = SA_ONSTACK};
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    if (!wire_write(WIRE, &(Head){.message = READY}, sizeof(Head))) return 2;
    submission = dlopen(argv[3], RTLD_NOW | RTLD_LOCAL);
    if (!submission) leave(dlerror(), "");
    give();
    serve();
    _Exit(0);
}
