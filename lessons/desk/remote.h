/* Calls the student's functions in a process of their own.
 *
 *     void gram(int n, int m, const real *f, real *g) {
 *         REMOTE("gram", INT(n), INT(m), NUMBERS(f, n * m), NUMBERS(g, n * n));
 *     }
 *
 * A grader that is linked with such functions instead of a student's file knows what is
 * right, and only it writes the result. The other process gets arguments and returns
 * numbers: it has no right ones to look at, and no result to change. */
#ifndef LESSONS_DESK_REMOTE_H
#define LESSONS_DESK_REMOTE_H

#include "lessons/desk/wire.h"
#include "tensor/real.h"

#define INT(i)                                                                           \
    { .kind = INTEGER, .integer = (i) }
#define DOUBLE(x)                                                                        \
    { .kind = NUMBER, .number = (double)(x) }
/* An array of `count` elements. What the function writes there is written here, too; but
 * not to an INPUT, from which the grader computes what is right. */
#define NUMBERS(array, count)                                                            \
    {                                                                                    \
        .kind = ARRAY, .data = (void *)(uintptr_t)(array),                               \
        .bytes = (size_t)(count) * sizeof *(array)                                       \
    }

#define INPUT(array, count)                                                              \
    {                                                                                    \
        .kind = ARRAY, .constant = true, .data = (void *)(uintptr_t)(array),             \
        .bytes = (size_t)(count) * sizeof *(array)                                       \
    }

/* A function of the grader that the student's function calls: number k of them, with x,
 * an array of n numbers. It may write n numbers to `gradient`. */
typedef struct CallBack {
    double (*function)(void *context, int k, const real *x, real *gradient);
    void *context;
    int functions; /* k is below this */
    size_t n;
} CallBack;

/* Calls the function `name`. Does not return when the other process ends. */
double remote_call(const char *name, const CallBack *back, const Value *arguments);

#define REMOTE_BACK(name, back, ...)                                                     \
    remote_call(name, back, (const Value[]){__VA_ARGS__, {.kind = NOTHING}})
#define REMOTE(name, ...) REMOTE_BACK(name, NULL, __VA_ARGS__)

#endif
