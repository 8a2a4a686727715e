#include "app/standard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void standard_guard(void) {
    static const int mode[] = {O_RDONLY, O_RDONLY, O_WRONLY};
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) < 0 && errno == EBADF) (void)!open("/dev/null", mode[i]);
}

/* A stream that failed before keeps what it could not write: trying again tells why. */
static int reason_of_failure(void) {
    errno = 0;
    const int failed = ferror(stdout) | fflush(stdout);
    if (!failed) return 0;
    return errno ? errno : EIO;
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
