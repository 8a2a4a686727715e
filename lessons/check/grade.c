#include "lessons/check/grade.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "lessons/check/diagnose.h"
#include "lessons/check/given.h"
#include "lessons/check/graded.h"
#include "lessons/check/language.h"
#include "lessons/check/slips.h"
#include "tensor/check.h"
#include "tensor/kernels/kernels.h"

#define RIGHT (sizeof(real) == sizeof(float) ? 1e-4 : 1e-6) /* of the largest number */
#define NUMERIC_STEP 1e-5

static void compare(Grade *g, const char *what, size_t n, const real *got,
                    const real *expected, double least, const GradeHints *hints) {
    Sentence why = {""};
    bool good = true;
    double largest = 0;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs((double)expected[i]));
    for (int l = 0; l < LANGUAGES; l++) {
        language_speak((Language)l);
        good = diagnose(n, got, expected, RIGHT * largest + least, hints, why[l]);
    }
    language_speak(language_yours());
    part_result(g, what, good, why);
}

void grade_numbers(Grade *g, const char *what, size_t n, const real *got,
                   const real *expected, const GradeHints *hints) {
    compare(g, what, n, got, expected, 0, hints);
}

void grade_number(Grade *g, const char *what, double got, double expected,
                  const GradeHints *hints) {
    const real one = (real)got, other = (real)expected;
    compare(g, what, 1, &one, &other, 0, hints);
}

/* The loss with *x moved by one step. */
static double loss_beside(real *x, double step, double (*loss)(void *), void *context) {
    const real kept = *x;
    *x += (real)step;
    const double value = loss(context);
    *x = kept;
    return value;
}

static real slope(real *x, double (*loss)(void *), void *context) {
    const double rise = loss_beside(x, NUMERIC_STEP, loss, context) -
                        loss_beside(x, -NUMERIC_STEP, loss, context);
    return (real)(rise / (2 * NUMERIC_STEP));
}

void grade_gradient(Grade *g, const char *what, size_t n, real *x,
                    double (*loss)(void *context), void *context, const real *gradient,
                    const GradeHints *hints) {
    Arena *arena = arena_new();
    real *numeric = ARENA_NEW(arena, real, n);
    for (size_t i = 0; i < n; i++) {
        numeric[i] = slope(&x[i], loss, context);
        if (hints && hints->before) numeric[i] += hints->before[i];
    }
    /* Losses are rounded, and the difference of two divided by 2h. */
    const double rounding = 4 * (double)REAL_EPSILON * fabs(loss(context)) / NUMERIC_STEP;
    compare(g, what, n, gradient, numeric, rounding, hints);
    arena_free(arena);
}

/* What mistake k gives, on top of what was there before. */
static real *by_formula(size_t n, Formula *formula, const void *context, int mistake,
                        const real *before) {
    real *numbers = grade_room(n);
    formula(context, mistake, numbers);
    for (size_t i = 0; before && i < n; i++)
        numbers[i] += before[i];
    return numbers;
}

static void add_mistake(GradeHints *hints, int *count, Mistake mistake) {
    CHECK(*count < MISTAKES, "more than %d mistakes", MISTAKES);
    hints->mistakes[(*count)++] = mistake;
}

GradeHints grade_mistakes(size_t n, Formula *formula, const void *context,
                          const char *const *whys, const GradeHints *hints) {
    GradeHints more = hints ? *hints : (GradeHints){0};
    int known = 0;
    while (known < MISTAKES && more.mistakes[known].why)
        known++;
    for (int k = 1; whys && whys[k]; k++) {
        const real *numbers = by_formula(n, formula, context, k, more.before);
        add_mistake(&more, &known, (Mistake){numbers, whys[k], NULL});
    }
    for (int k = 0; more.values && more.values[k / SLIPS]; k++) {
        const real *numbers =
            by_formula(n, formula, context, FIRST_SLIP + k, more.before);
        add_mistake(&more, &known,
                    (Mistake){numbers, slip_why(k % SLIPS), more.values[k / SLIPS]});
    }
    return more;
}

void grade_formula(Grade *g, const char *what, size_t n, const real *got,
                   Formula *formula, const void *context, const char *const *whys,
                   const GradeHints *hints) {
    const GradeHints more = grade_mistakes(n, formula, context, whys, hints);
    grade_numbers(g, what, n, got, by_formula(n, formula, context, 0, more.before),
                  &more);
}

/* ---- All parts ---- */

static int verdict(const char *exercise, int right, int total) {
    char mine[200];
    const char *file = getenv("GRADE_FILE");
    snprintf(mine, sizeof mine, "mine/%s.c", exercise);
    if (!file || !*file) file = mine;
    if (right == total)
        printf(total == 1 ? tr("%d of %d point: all right\n")
                          : tr("%d of %d points: all right\n"),
               right, total);
    else
        printf(total == 1 ? tr("%d of %d point; go on in %s, then make check-%.2s\n")
                          : tr("%d of %d points; go on in %s, then make check-%.2s\n"),
               right, total, file, exercise);
    return right != total;
}

int grade_run(const char *exercise, const Part *parts) {
    const int both = PROT_READ | PROT_WRITE, shared = MAP_SHARED | MAP_ANONYMOUS;
    const char *json = getenv("GRADE_JSON");
    int count = 0, right = 0, total = 0;
    while (parts[count].function)
        count++;
    /* cppcheck-suppress invalidFunctionArg ; -1: no file behind it */
    Grade *grades = mmap(NULL, (size_t)count * sizeof *grades, both, shared, -1, 0);
    Graded *graded = calloc((size_t)count, sizeof *graded);
    CHECK(grades != MAP_FAILED && graded, "no memory for %d parts", count);
    bool good = true;
    printf(tr("exercise %s\n\n"), exercise);
    for (int k = 0; k < count && good; k++) {
        good = part_run(&parts[k], &grades[k], &graded[k]);
        if (good) part_print(&graded[k]);
        right += graded[k].right;
        total += parts[k].points;
    }
    if (good && json && *json) good = parts_save(json, exercise, graded, count);
    const int status = good ? verdict(exercise, right, total) : 2;
    for (int k = 0; k < count; k++)
        free(graded[k].printed);
    free(graded);
    munmap(grades, (size_t)count * sizeof *grades);
    return status;
}

/* Plain loops: a graded process starts no threads. */
static void gram_of_the_library(int n, int m, const real *f, real *g) {
    kernels_ref.gram_forward(1, n, (size_t)m, 1, f, g);
}

int grade_main(int argc, char **argv, const char *exercise, const Part *parts) {
    language_begin();
    for (int i = 1; i < argc; i++) {
        const bool json = strcmp(argv[i], "--json") == 0;
        if (argv[i][0] == '-' && !(json && i + 1 < argc)) {
            fprintf(stderr, tr("usage: %s [FILE] [--json FILE]\n"), argv[0]);
            return 2;
        }
        i += json;
        setenv(json ? "GRADE_JSON" : "GRADE_FILE", argv[i], 1);
    }
    given_gram = gram_of_the_library;
    return grade_run(exercise, parts);
}
