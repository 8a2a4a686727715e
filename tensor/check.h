/* A programmer's mistake: wrong shapes, NULL, nodes of two tapes in one operation.
 *
 *     CHECK(shape_equal(a, b), "add: %s against %s", SHAPE(a), SHAPE(b));
 *
 * prints file, line, function, the condition and the message on stderr and aborts. What
 * the outside world does wrong (files, arguments) is never checked here: see error.h. */
#ifndef TENSOR_CHECK_H
#define TENSOR_CHECK_H

#define CHECK(condition, ...)                                                            \
    ((condition) ? (void)0                                                               \
                 : check_failed(__FILE__, __LINE__, __func__, #condition, __VA_ARGS__))

_Noreturn void check_failed(const char *file, int line, const char *function,
                            const char *condition, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
