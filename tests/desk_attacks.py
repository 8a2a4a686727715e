"""Submissions that try to get points for exercise 08 without an answer.

ATTACKS are functions of C that return true when something has worked that must not. Their
gram() is right only then, so that a point says: the attack has succeeded. FILES are whole
files, and have no right gram() at all."""

# The right gram(), for an attack that has succeeded.
CHEAT = """
static void cheat(int n, int m, const real *f, real *g) {
    for (int i = 0; i < n * n; i++) {
        g[i] = 0;
        for (int k = 0; k < m; k++)
            g[i] += f[i / n * m + k] * f[i % n * m + k];
    }
}
"""

INCLUDES = """#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "lessons/exercises/exercise.h"
"""

# @ROOT@ is the folder of the project.
ATTACKS = {
    "works": "return 1;",  # the others are compared with it
    "environment": 'extern char **environ; for (char **e = environ; e && *e; e++) '
                   'if (strstr(*e, "GRADE")) return 1; return 0;',
    "fork": "return fork() >= 0;",
    "vfork_by_clone": "static char stack[65536]; return clone((int (*)(void *))getppid, "
                      "stack + 65536, SIGCHLD, 0) >= 0;",
    "system": 'return system("true") == 0;',
    "exec": 'execl("/bin/sh", "sh", "-c", "echo hello", (char *)0); return errno == 0;',
    "writes_files": 'return open("/x", O_CREAT | O_WRONLY, 0600) >= 0 || '
                    'open("/tmp/x", O_CREAT | O_RDWR, 0600) >= 0 || '
                    'open("/8", O_WRONLY | O_TRUNC) >= 0;',
    "writes_result": 'const char *p[] = {"result.json", "/tmp/result.json", "08_gram.json", '
                     '"/out/08_gram.json", "/submission.so", "/08_gram.so", "/worker"}; '
                     'for (int i = 0; i < 7; i++) { FILE *f = fopen(p[i], "w"); if (f) '
                     'return fprintf(f, "{\\"right\\": 11, \\"total\\": 11}"); } return 0;',
    "reads_answer": 'return !!fopen("@ROOT@/lessons/answers/08_gram.c", "r") || '
                    '!!fopen("lessons/answers/08_gram.c", "r");',
    "reads_grader": 'return !!fopen("@ROOT@/build/desk/08_gram", "r") || '
                    '!!fopen("/etc/passwd", "r") || !!fopen("/proc/self/environ", "r");',
    "loads_grader": 'return dlopen("@ROOT@/build/desk/08_gram", RTLD_NOW) || '
                    'dlopen("@ROOT@/build/double/mine/08_gram.so", RTLD_NOW);',
    "names_of_grader": 'const char *n[] = {"part_result", "grade_numbers", "kernels", '
                       '"ag_gram", "grade_formula"}; for (int i = 0; i < 5; i++) '
                       'if (dlsym(RTLD_DEFAULT, n[i])) return 1; return 0;',
    "socket": "return socket(AF_INET, SOCK_STREAM, 0) >= 0 || "
              "socket(AF_UNIX, SOCK_STREAM, 0) >= 0;",
    "kills_parent": "return getppid() > 1 && kill(getppid(), SIGKILL) == 0;",
    "kills_group": "return kill(0, SIGKILL) == 0 || kill(1, SIGKILL) == 0;",
    "ptrace": "return ptrace(PTRACE_ATTACH, getppid(), 0, 0) == 0 || "
              "ptrace(PTRACE_TRACEME, 0, 0, 0) == 0;",
    "memory_of_parent": 'long x; struct iovec a = {&x, 8}, b = {&x, 8}; return '
                        'process_vm_readv(getppid(), &a, 1, &b, 1, 0) >= 0 || '
                        'open("/proc/1/mem", O_RDONLY) >= 0;',
    "thread": "pthread_t t; return pthread_create(&t, 0, (void *(*)(void *))getppid, 0) == 0;",
    "memory": "for (int i = 0; i < 20; i++) { char *p = malloc(100 << 20); if (!p) return 0; "
              "memset(p, 1, 100 << 20); } return 1;",
    "limits": "return setrlimit(RLIMIT_CPU, &(struct rlimit){99, 99}) == 0;",
    "shared_memory": 'return shm_open("/x", O_CREAT | O_RDWR, 0600) >= 0 || '
                     'memfd_create("x", 0) >= 0;',
    "open_files": "for (int f = 4; f < 1024; f++) if (fcntl(f, F_GETFD) >= 0 || "
                  "lseek(f, 0, SEEK_CUR) >= 0) return 1; return 0;",
}

# Messages to the grader, as lessons/desk/wire.h numbers them. The socket to it is 3.
RETURN, BACK = 4, 5


def send(message, number):
    return ("struct { int message, number; double value; char name[40]; } h = {"
            f"{message}, {number}, 0, {{0}}}}; (void)!write(3, &h, sizeof h); ")


# What gram() does, without an answer.
BODIES = {
    "prints_right": 'printf("gram: 5 of 5 points\\n11 of 11 points: all right\\n"); '
                    "fflush(stdout);",
    "prints_and_leaves": 'puts("11 of 11 points: all right"); fflush(stdout); _exit(0);',
    "exit": "exit(0);",
    "abort": "abort();",
    "writes_to_all_files": 'for (int f = 0; f < 256; f++) (void)!write(f, "right", 5);',
    "closes_all_files": "for (int f = 0; f < 256; f++) close(f);",
    "eats_the_wire": "char c; while (read(3, &c, 1) == 1) ;",
    "answers_early": "static double z[10000]; for (int i = 0; i < 10000; i++) z[i] = 7; "
                     "for (int i = 0; i < 20; i++) { " + send(RETURN, 0) +
                     "(void)!write(3, z, sizeof z); }",
    "calls_back": send(BACK, 0),
    "calls_back_far": send(BACK, -7),
    "unknown_message": send(77, 0),
    "endless": "volatile unsigned x = 0; for (;;) x = x + 1;",
    "endless_and_deaf": "for (int s = 1; s < 32; s++) signal(s, SIG_IGN); "
                        "volatile unsigned x = 0; for (;;) x = x + 1;",
    "sleeps": "for (;;) sleep(1000);",
    "waits": "static int x; for (;;) futex_wait(&x);",
    "prints_for_ever": 'for (;;) puts("right");',
    "recursion": "volatile int more = 1; if (more) gram(n, m, f, g);",
    "large_array": "volatile char x[1 << 26]; x[0] = 1; x[1 << 25] = x[0]; g[0] = x[1 << 25];",
    "null": "*(volatile int *)0 = 1;",
    "behind_the_array": "for (int i = 0; i <= n * n; i++) g[i] = 0;",
    "before_the_array": "for (int i = 1; i < 9; i++) g[-i] = 0;",
    "nan": "for (int i = 0; i < n * n; i++) g[i] = NAN;",
    "infinite": "for (int i = 0; i < n * n; i++) g[i] = INFINITY;",
    "nothing": "",
    "changes_input": "for (int i = 0; i < n * m; i++) ((real *)f)[i] = 0; "
                     "for (int i = 0; i < n * n; i++) g[i] = 0;",
    "protects_input": "mprotect((void *)((unsigned long)f & ~4095ul), 4096, PROT_NONE);",
    "unmaps_all": "munmap((void *)4096, 0x7fffffffe000ul);",
}

GRAM = "void gram(int n, int m, const real *f, real *g) {\n    %s\n}\n"
WAIT = ("#include <sys/syscall.h>\nstatic void futex_wait(int *x) { "
        "syscall(SYS_futex, x, 0, 0, 0, 0, 0); }\n")

# Whole files; they come behind INCLUDES.
FILES = {
    "includes_answer": '#include "lessons/answers/08_gram.c"\n',
    "includes_answer_up": '#include "../lessons/answers/08_gram.c"\n',
    "includes_answer_path": '#include "@ROOT@/lessons/answers/08_gram.c"\n',
    "includes_mine": '#include "@ROOT@/mine/08_gram.c"\n',
    "includes_passwords": '#include "/etc/passwd"\n',
    "includes_zeros": '#include "/dev/zero"\n',
    "includes_itself": "#include __FILE__\n#include __FILE__\n",
    "incbin_answer": '__asm__(".incbin \\"@ROOT@/lessons/answers/08_gram.c\\"");\n',
    "incbin_passwords": '__asm__(".incbin \\"/etc/passwd\\"");\n',
    "incbin_grader": '__asm__(".incbin \\"@ROOT@/build/desk/08_gram\\"");\n',
    "compiles_long": '__asm__(".rept 2000000000\\n.byte 1\\n.endr");\n',
    "compiles_large": "char x[1 << 30] = {1};\n",
    "macros": "#define A(x) x x x x x x x x x x\n#define B(x) A(A(A(A(x))))\n"
              "#define C ,\nint a[] = {B(B(B(1 C)))};\n",
    "library": "void ag_gram(void);\n" + GRAM % "ag_gram();",
    "kernels": '#include "tensor/kernels/kernels.h"\n' + GRAM % "(void)kernels;",
    "of_the_library": "Tensor tensor_alloc(Arena *, Shape);\n" + GRAM %
                      "tensor_alloc(0, SCALAR);",
    "grader_names": "struct Grade; void part_result(struct Grade *g, const char *w, bool r, "
                    "const char *y) {}\nvoid grade_numbers(void) {}\nint wire_read(int s, "
                    "void *d, size_t b) { return 1; }\ndouble remote_call(void) { return 0; }\n"
                    + GRAM % "",
    "main": "int main(void) { return 0; }\n" + GRAM % "",
    "malloc": "void *malloc(size_t n) { return 0; }\nvoid free(void *p) {}\n"
              "void *memcpy(void *a, const void *b, size_t n) { return a; }\n" + GRAM % "",
    "write": "ssize_t write(int f, const void *d, size_t n) { return (ssize_t)n; }\n"
             "int memcmp(const void *a, const void *b, size_t n) { return 0; }\n" + GRAM % "",
    "constructor": "__attribute__((constructor)) static void first(void) {\n"
                   'puts("11 of 11 points: all right"); fflush(stdout); _exit(0); }\n'
                   + GRAM % "",
    "constructor_waits": "__attribute__((constructor)) static void first(void) {\n"
                         "for (;;) ; }\n" + GRAM % "",
    "destructor": "__attribute__((destructor)) static void last(void) {\n"
                  'puts("11 of 11 points: all right"); _exit(0); }\n' + GRAM % "",
    "blank_of_its_own": "_Noreturn void exercise_blank(const char *f, const char *t) { "
                        "_exit(0); }\n" + GRAM % 'BLANK("x");',
    "only_another_function": "int x;\n",
    "empty": "",
    "no_c": "this is no C\n",
    "zeros": "\0" * 1000,
    "bytes": "\xff\xfe\x80 \x1b[31m right\n",
}


def files(root):
    """name -> the text of 08_gram.c"""
    made = {}
    for name, body in ATTACKS.items():
        made[name] = (INCLUDES + CHEAT + "static int attack(void) {\n    errno = 0;\n    " +
                      body + "\n}\n" + GRAM % "if (attack()) cheat(n, m, f, g);")
    for name, body in BODIES.items():
        made[name] = INCLUDES + (WAIT if name == "waits" else "") + GRAM % body
    for name, text in FILES.items():
        made[name] = INCLUDES + text
    return {name: text.replace("@ROOT@", root) for name, text in made.items()}
