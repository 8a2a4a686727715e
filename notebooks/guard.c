#define _GNU_SOURCE /* dladdr(), and the registers of an interrupted program */

#include "notebooks/guard.h"

#include <dlfcn.h>
#include <elf.h>
#include <execinfo.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#define MARK "\002"
#define MAX_FRAMES 64
#define BELOW_STACK 256 /* bytes: a call writes there */
#define AGAIN 1000      /* microseconds between two tries to stop a cell */

/* Compiled code as debuggers find it: the interface of GDB, which LLVM keeps. */
typedef struct Code {
    struct Code *next, *before;
    const char *file; /* an ELF file whose sections have the addresses they run at */
    uint64_t size;
} Code;
typedef struct Codes {
    uint32_t version, action;
    Code *relevant, *first;
} Codes;

static sigjmp_buf outside;
static volatile sig_atomic_t running, asked, stopped;

/* ---- Where a cell is ---- */

/* The instruction, and the two ends of its function's own variables. */
typedef struct Registers {
    uintptr_t at, stack, frame;
} Registers;

static Registers registers_of(const void *context) {
    const ucontext_t *c = context;
#if defined __x86_64__
    const greg_t *r = c->uc_mcontext.gregs;
    return (Registers){(uintptr_t)r[REG_RIP], (uintptr_t)r[REG_RSP],
                       (uintptr_t)r[REG_RBP]};
#elif defined __aarch64__
    return (Registers){(uintptr_t)c->uc_mcontext.pc, (uintptr_t)c->uc_mcontext.sp,
                       (uintptr_t)c->uc_mcontext.regs[29]};
#else
    return (void)c, (Registers){0};
#endif
}

/* Code of cells is in no file that was loaded. */
static bool of_a_cell(const void *at) {
    Dl_info info;
    return dladdr(at, &info) == 0;
}

/* The frames above it are those of clang-repl. */
static bool is_guard_run(const void *at) {
    Dl_info info;
    return dladdr(at, &info) && info.dli_sname && !strcmp(info.dli_sname, "guard_run");
}

static bool holds(const Code *code, uintptr_t at) {
    Elf64_Ehdr header;
    Elf64_Shdr section;
    if (code->size < sizeof header) return false;
    memcpy(&header, code->file, sizeof header);
    for (int i = 0; i < header.e_shnum; i++) {
        const uint64_t start = header.e_shoff + (uint64_t)i * sizeof section;
        if (start + sizeof section > code->size) return false;
        memcpy(&section, code->file + start, sizeof section);
        if (section.sh_flags & SHF_EXECINSTR && at >= section.sh_addr &&
            at - section.sh_addr < section.sh_size)
            return true;
    }
    return false;
}

/* Writes the file with the lines of the code at an address, and says so. Memory may be in
 * ruins: nothing here asks for any. */
static void announce(uintptr_t at, int number) {
    const char *folder = getenv("STYLEGRAD_SHOW");
    const Codes *codes = dlsym(RTLD_DEFAULT, "__jit_debug_descriptor");
    const Code *code = codes ? codes->first : NULL;
    char path[512];
    while (code && !holds(code, at))
        code = code->next;
    snprintf(path, sizeof path, "%s/code_%d.elf", folder ? folder : ".", number);
    const int file = code ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
    if (file < 0) return;
    const bool whole = write(file, code->file, code->size) == (ssize_t)code->size;
    close(file);
    if (whole) dprintf(STDERR_FILENO, MARK "at %llx %s\n", (unsigned long long)at, path);
}

/* All frames in cells. A function that was called has the address to return to, which
 * may be on the next line. */
static void announce_places(uintptr_t interrupted) {
    void *frames[MAX_FRAMES];
    const int count = backtrace(frames, MAX_FRAMES);
    for (int i = 0; i < count && !is_guard_run(frames[i]); i++) {
        const uintptr_t at = (uintptr_t)frames[i];
        if (of_a_cell(frames[i])) announce(at == interrupted ? at : at - 1, i);
    }
}

/* ---- Crashes and exits ---- */

static void crashed(int number, siginfo_t *info, void *context) {
    const Registers r = registers_of(context);
    const uintptr_t bad = (uintptr_t)info->si_addr;
    if (number == SIGSEGV && bad + BELOW_STACK >= r.stack && bad <= r.frame)
        dprintf(STDERR_FILENO, MARK "stack\n");
    announce_places(r.at);
    signal(number, SIG_DFL);
    raise(number);
}

/* exit() in a cell; the process has no other end that is not a signal. */
static void exited(void) {
    if (running) announce_places(0);
}

/* ---- Interrupts ---- */

/* Whether nothing but cells is on the stack above guard_run(). */
static bool in_cells_only(uintptr_t interrupted) {
    void *frames[MAX_FRAMES];
    const int count = backtrace(frames, MAX_FRAMES);
    bool inside = false;
    for (int i = 0; i < count; i++) {
        inside = inside || (uintptr_t)frames[i] == interrupted;
        if (inside && !of_a_cell(frames[i])) return is_guard_run(frames[i]);
    }
    return false;
}

static void try_to_stop(int number, siginfo_t *info, void *context) {
    (void)info;
    const uintptr_t at = registers_of(context).at;
    asked = asked || (running && number == SIGINT);
    if (!running || !asked) return;                   /* the cell was faster */
    if (of_a_cell((void *)at) && in_cells_only(at)) { /* NOLINT: an address */
        announce_places(at);
        stopped = 1;
        siglongjmp(outside, 1);
    }
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {0, AGAIN}}, NULL);
}

/* ---- Cells ---- */

void guard_begin(void) {
    static const int bad[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP};
    static char stack[65536]; /* for the handler, when the other stack is used up */
    void *first[1];
    backtrace(first, 1); /* loads what it needs now, and not in a handler */
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
    struct sigaction crash = {.sa_sigaction = crashed,
                              .sa_flags = SA_SIGINFO | SA_ONSTACK};
    struct sigaction stop = {.sa_sigaction = try_to_stop,
                             .sa_flags = SA_SIGINFO | SA_RESTART};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        sigaction(bad[i], &crash, NULL);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGALRM, &stop, NULL);
    atexit(exited);
}

void guard_run(void (*piece)(void)) {
    if (stopped) return;
    running = 1;
    if (sigsetjmp(outside, 1) == 0) piece();
    running = 0;
    if (stopped) dprintf(STDERR_FILENO, MARK "stopped\n");
}

void guard_end(void) {
    asked = stopped = 0;
}

void guard_main(int status) {
    if (status) fprintf(stderr, "main has returned %d\n", status);
}
