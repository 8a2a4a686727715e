/* What every test file includes: cmocka, and comparisons that do not let NaN pass.
 *
 * cmocka 1.1.5's own comparison of floating-point numbers accepts NaN and infinity and
 * knows an absolute tolerance only, so it is not used anywhere (`make lint` looks). */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tensor/tensor.h"

/* Both finite and |a - b| <= absolute + relative max(|a|, |b|). */
#define assert_close(a, b, relative, absolute)                                           \
    test_close((double)(a), (double)(b), relative, absolute, #a, __FILE__, __LINE__)

/* The same for n numbers; fails as well when the expected ones are all zero, because such
 * a comparison proves nothing. The absolute tolerance is `relative` times the largest
 * expected number. */
#define assert_all_close(a, expected, n, relative)                                       \
    test_all_close(a, expected, n, relative, #a, __FILE__, __LINE__)

/* The two arrays hold the same bits. */
#define assert_same_bits(a, b, n) assert_memory_equal(a, b, (n) * sizeof(real))

/* Calling function(argument) aborts through CHECK and prints `words` on stderr. */
#define assert_check_fails(function, argument, words)                                    \
    test_check_fails(function, argument, words, __FILE__, __LINE__)

void test_close(double a, double b, double relative, double absolute, const char *what,
                const char *file, int line);
void test_all_close(const real *a, const real *expected, size_t n, double relative,
                    const char *what, const char *file, int line);
void test_check_fails(void (*function)(void *), void *argument, const char *words,
                      const char *file, int line);

/* Ends a child as _exit does: nothing of its parent is flushed or removed. `make coverage`
 * counts what it ran. */
_Noreturn void test_exit(int status);

/* Path of a development file that users do not have (photographs, pretrained weights), or
 * NULL after saying so; the test then calls skip(). */
const char *test_shared(const char *path);

/* Whether valgrind runs the test: tests/run.sh has it in RUN. It is some fifty times
 * slower, and its own memory counts as the program's. */
bool test_is_instrumented(void);

/* Whether qemu runs the test, for another processor: its signals and its memory are its
 * own. */
bool test_is_emulated(void);

#endif
