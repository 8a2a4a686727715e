#include "io/command.h"

#include <errno.h>
#include <string.h>

#include "io/child.h"

bool command_run(char *const *arguments, const char *package, FILE *in, FILE *out,
                 Error *err) {
    Child child;
    if ((in && fflush(in)) || (out && fflush(out)))
        return error_set(err, "no temporary file for %s: %s; make room in /tmp",
                         arguments[0], strerror(errno));
    if (in) rewind(in);
    return child_start(&child, arguments, package, in ? fileno(in) : -1,
                       out ? fileno(out) : -1, CHILD_HELPER, err) &&
           child_end(&child, err);
}
