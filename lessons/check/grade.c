#include "lessons/check/grade.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lessons/check/diagnose.h"
#include "lessons/check/ended.h"
#include "lessons/check/leaks.h"
#include "tensor/check.h"

#define RIGHT (sizeof(real) == sizeof(float) ? 1e-4 : 1e-6) /* of the largest number */
#define NUMERIC_STEP 1e-5
#define SECONDS 10 /* of the processor: none of this is much work */

/* Shared by the two processes, so that points survive a crash. */
struct Grade {
    int right, total;
    bool finished; /* the end was reached, and not only exit(0) */
};

/* The rooms of the grader's process. */
typedef struct Room {
    struct Room *next;
    real *numbers;
} Room;
static Room *rooms;

static void line(Grade *g, const char *what, bool good, const char *text) {
    g->total++;
    g->right += good;
    printf("  %-7s %s\n", good ? "right" : "WRONG", what);
    for (const char *end; *text; text = *end ? end + 1 : end) {
        end = text + strcspn(text, "\n");
        printf("          %.*s\n", (int)(end - text), text);
    }
    fflush(stdout);
}

static void compare(Grade *g, const char *what, size_t n, const real *got,
                    const real *expected, double least, const GradeHints *hints) {
    char text[DIAGNOSIS] = "";
    double largest = 0;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs((double)expected[i]));
    const bool good = diagnose(n, got, expected, RIGHT * largest + least, hints, text);
    line(g, what, good, text);
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

void grade_gradient(Grade *g, const char *what, size_t n, real *x,
                    double (*loss)(void *context), void *context, const real *gradient,
                    const GradeHints *hints) {
    Arena *arena = arena_new();
    real *numeric = ARENA_NEW(arena, real, n);
    for (size_t i = 0; i < n; i++) {
        const real kept = x[i], h = (real)NUMERIC_STEP;
        x[i] = kept + h;
        const double above = loss(context);
        x[i] = kept - h;
        const double below = loss(context);
        x[i] = kept;
        numeric[i] = (real)((above - below) / (2 * NUMERIC_STEP));
        if (hints && hints->before) numeric[i] += hints->before[i];
    }
    /* Losses are rounded, and the difference of two divided by 2h. */
    const double rounding = 4 * (double)REAL_EPSILON * fabs(loss(context)) / NUMERIC_STEP;
    compare(g, what, n, gradient, numeric, rounding, hints);
    arena_free(arena);
}

/* ---- Memory ---- */

real *grade_room(size_t n) {
    Room *room = malloc(sizeof *room);
    real *numbers = malloc(n ? n * sizeof *numbers : 1);
    CHECK(room && numbers, "no memory for %zu numbers", n);
    for (size_t i = 0; i < n; i++)
        numbers[i] = (real)NAN;
    room->numbers = numbers;
    room->next = rooms;
    rooms = room;
    return numbers;
}

real *grade_copy(size_t n, const real *from) {
    real *numbers = grade_room(n);
    if (n) memcpy(numbers, from, n * sizeof *numbers);
    return numbers;
}

real *grade_zeros(size_t n) {
    real *numbers = grade_room(n);
    memset(numbers, 0, n * sizeof *numbers);
    return numbers;
}

static void free_rooms(void) {
    while (rooms) {
        Room *room = rooms;
        rooms = room->next;
        free(room->numbers);
        free(room);
    }
}

/* ---- The other process ---- */

_Noreturn static void work(Grade *g, void (*grade)(Grade *g), int errors) {
    const struct rlimit limit = {SECONDS, SECONDS + 2};
    setrlimit(RLIMIT_CPU, &limit);
    alarm(6 * SECONDS); /* waiting takes no processor */
    const int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0) dup2(nothing, STDIN_FILENO);
    dup2(errors, STDERR_FILENO);
    grade(g);
    free_rooms();
    char where[300];
    if (leaks_found(where, sizeof where)) line(g, where, false, "");
    fflush(NULL);
    g->finished = true;
    _exit(0);
}

/* What it said on stderr, cut where it is long. */
static void read_errors(FILE *errors, char *text, size_t room) {
    rewind(errors);
    text[fread(text, 1, room - 1, errors)] = 0;
}

static int verdict(const char *exercise, const Grade *g, int status, const char *errors) {
    const bool ended = WIFEXITED(status) && WEXITSTATUS(status) == 0 && g->finished;
    const bool blank = WIFEXITED(status) && WEXITSTATUS(status) == GRADE_BLANK;
    char reason[300];
    if (ended)
        fputs(errors, stderr); /* the student's own prints */
    else if (!blank)
        printf("  WRONG   %s\n", ended_why(status, errors, reason, sizeof reason));
    if (ended && g->total && g->right == g->total) {
        printf("\n%d of %d points: all right\n", g->right, g->total);
        return 0;
    }
    printf("\n%d point%s%s", g->right, g->right == 1 ? "" : "s", ended ? "" : " so far");
    if (ended) printf(" of %d", g->total);
    printf("; go on in lessons/exercises/%s.c, then make check-%.2s\n", exercise,
           exercise);
    return 1;
}

int grade_run(const char *exercise, void (*grade)(Grade *g)) {
    const int both = PROT_READ | PROT_WRITE, shared = MAP_SHARED | MAP_ANONYMOUS;
    /* cppcheck-suppress invalidFunctionArg ; -1: no file behind it */
    Grade *g = mmap(NULL, sizeof *g, both, shared, -1, 0);
    FILE *errors = tmpfile();
    printf("exercise %s\n\n", exercise);
    fflush(stdout);
    const pid_t child = g == MAP_FAILED || !errors ? -1 : fork();
    if (child == 0) work(g, grade, fileno(errors));
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (child < 0) {
        fprintf(stderr, "no process for the exercise: %s; try again\n", strerror(errno));
        return 2;
    }
    static char text[65536];
    read_errors(errors, text, sizeof text);
    fclose(errors);
    return verdict(exercise, g, status, text);
}
