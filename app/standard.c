#include "app/standard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A stream that finds no memory for its buffer writes every letter by itself; this one
 * has its buffer. */
static void buffer_output(void) {
    static char room[BUFSIZ];
    setvbuf(stdout, room, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, sizeof room);
}

void standard_guard(void) {
    static const int mode[] = {O_RDONLY, O_RDONLY, O_WRONLY};
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) < 0 && errno == EBADF) (void)!open("/dev/null", mode[i]);
    buffer_output();
}

/* A stream stores that a write failed, but not why. Another write sets errno again. */
static int reason_of_failure(void) {
    const bool failed = ferror(stdout);
    if (fflush(stdout)) return errno;
    if (!failed) return 0;
    return write(STDOUT_FILENO, "\n", 1) < 0 ? errno : EIO;
}

int standard_end(int status) {
    int reason = reason_of_failure();
    if (fclose(stdout) && !reason) reason = errno;
    if (reason == 0) return status;
    if (reason == EPIPE) {
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
    fprintf(stderr,
            "stylegrad: cannot write to standard output: %s; make room, or send it "
            "elsewhere\n",
            strerror(reason));
    return status ? status : 1;
}
