#include "tensor/check.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

static CheckHandler *handler;
static void *handler_context;

void check_handler(CheckHandler *new_handler, void *context) {
    handler = new_handler;
    handler_context = context;
}

void check_failed(const char *file, int line, const char *function, const char *condition,
                  const char *format, ...) {
    char message[1024], text[1600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    snprintf(text, sizeof text, "%s:%d: %s: %s [%s does not hold]", file, line, function,
             message, condition);
    if (handler) handler(handler_context, text);
    fprintf(stderr, "%s\n", text);
    fflush(stderr);
    abort();
}
