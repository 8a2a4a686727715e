#include "tensor/error.h"

#include <stdarg.h>
#include <stdio.h>

#include "tensor/text.h"

bool error_set(Error *err, const char *format, ...) {
    char whole[2 * MAX_SHOWN + sizeof err->text]; /* two paths and the words around */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(whole, sizeof whole, format, arguments);
    va_end(arguments);
    text_show(err->text, sizeof err->text, whole);
    return false;
}
