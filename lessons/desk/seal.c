#include "lessons/desk/seal.h"

#include <stddef.h>
#include <sys/resource.h>

#define MEMORY (512L << 20)
#define WRITTEN (1L << 20)
#define FILES 32

static void limit(int resource, rlim_t most) {
    setrlimit(resource, &(struct rlimit){most, most});
}

void seal_limits(int seconds) {
    setrlimit(RLIMIT_CPU, &(struct rlimit){(rlim_t)seconds, (rlim_t)seconds + 1});
    limit(RLIMIT_AS, MEMORY);
    limit(RLIMIT_FSIZE, WRITTEN);
    limit(RLIMIT_NOFILE, FILES);
    limit(RLIMIT_CORE, 0);
}

#if defined __linux__ && (defined __x86_64__ || defined __aarch64__)

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __x86_64__
#define MACHINE AUDIT_ARCH_X86_64
#else
#define MACHINE AUDIT_ARCH_AARCH64
#endif

/* What memory, stdio, signals to oneself and the loading of a file need. */
static const unsigned allowed[] = {
    SYS_read,        SYS_write,         SYS_close,        SYS_fstat,
    SYS_newfstatat,  SYS_lseek,         SYS_pread64,      SYS_mmap,
    SYS_munmap,      SYS_mprotect,      SYS_mremap,       SYS_madvise,
    SYS_brk,         SYS_rt_sigaction,  SYS_rt_sigreturn, SYS_rt_sigprocmask,
    SYS_sigaltstack, SYS_clock_gettime, SYS_getrandom,    SYS_getpid,
    SYS_gettid,      SYS_futex,         SYS_exit,         SYS_exit_group};
enum { ALLOWED = sizeof allowed / sizeof *allowed };

#define LOAD(field)                                                                      \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ARGUMENT(k)                                                                      \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[k]))
/* Skips `yes` or `no` of the instructions that follow. */
#define IF(test, k, yes, no)                                                             \
    BPF_JUMP(BPF_JMP | BPF_##test | BPF_K, (unsigned)(k), yes, no)
#define GIVE(action) BPF_STMT(BPF_RET | BPF_K, action)
#define REFUSE GIVE(SECCOMP_RET_ERRNO | EPERM)

/* A filter is a program that the system runs at each call. The calls of `allowed` may have
 * any arguments; those of openat and tgkill are looked at; all others are refused. */
bool seal_calls(void) {
    const unsigned writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
    struct sock_filter filter[ALLOWED * 2 + 20];
    unsigned short n = 0;
#define ADD(...) filter[n++] = (struct sock_filter)__VA_ARGS__
    ADD(LOAD(arch));
    ADD(IF(JEQ, MACHINE, 1, 0));
    ADD(GIVE(SECCOMP_RET_KILL_PROCESS));
    ADD(LOAD(nr));
    for (int k = 0; k < ALLOWED; k++) {
        ADD(IF(JEQ, allowed[k], 0, 1));
        ADD(GIVE(SECCOMP_RET_ALLOW));
    }
    ADD(IF(JEQ, SYS_openat, 0, 4)); /* to read */
    ADD(ARGUMENT(2));
    ADD(IF(JSET, writing, 0, 1));
    ADD(REFUSE);
    ADD(GIVE(SECCOMP_RET_ALLOW));
    ADD(IF(JEQ, SYS_tgkill, 0, 3)); /* abort() */
    ADD(ARGUMENT(0));
    ADD(IF(JEQ, getpid(), 0, 1));
    ADD(GIVE(SECCOMP_RET_ALLOW));
    ADD(REFUSE);
#undef ADD
    const struct sock_fprog program = {n, filter};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

#else

bool seal_calls(void) {
    return false;
}

#endif
