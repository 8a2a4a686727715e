/* A programmer's mistake: wrong shapes, NULL, nodes of two tapes in one operation.
 *
 *     CHECK(shape_equal(a, b), "add: %s against %s", SHAPE(a), SHAPE(b));
 *
 * prints file, line, function, the condition and the message on stderr and aborts. What
 * the outside world does wrong (files, arguments) is never checked here: see error.h.
 *
 * A program that must not abort sets a handler, which gets the same text. The function
 * that was called cannot continue, so the handler must not return: it throws, in a
 * language that can, jumps (longjmp), or ends the thread. What that function was working
 * on, a tape or an arena, may only be freed then. */
#ifndef TENSOR_CHECK_H
#define TENSOR_CHECK_H

/* Stops unless the condition holds; the rest is a message as for printf. */
#define CHECK(condition, ...)                                                            \
    ((condition) ? (void)0                                                               \
                 : check_failed(__FILE__, __LINE__, __func__, #condition, __VA_ARGS__))

/* Called with one line, without a newline, in the thread that made the mistake. */
typedef void CheckHandler(void *context, const char *text);

/* The handler of all threads from now on; NULL: stderr and abort, as at the start. */
void check_handler(CheckHandler *handler, void *context);

/* What CHECK calls: file, line, function and text of the condition, and the message. */
void check_failed(const char *file, int line, const char *function, const char *condition,
                  const char *format, ...)
    __attribute__((noreturn, format(printf, 5, 6)));

#endif
