/* What a part of an exercise has yielded: for the files that implement grade.h. */
#ifndef LESSONS_CHECK_GRADED_H
#define LESSONS_CHECK_GRADED_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "lessons/check/hints.h"
#include "lessons/check/language.h"
#include "lessons/check/part.h"

enum { RESULTS = 40 };

#define PRINTED (1L << 20) /* bytes that a part may print */

typedef struct Result {
    bool right;
    long printed;         /* so much the student's code had printed before it */
    char what[STATEMENT]; /* in English */
    Sentence why;         /* the diagnosis; several lines */
} Result;

/* Shared by the two processes, so that points survive a crash. */
struct Grade {
    int count, right;
    bool finished;    /* the end was reached, and not only exit(0) */
    pid_t worker;     /* the process of the student's functions, if it is another; */
    int ended;        /* and its status, when it has ended before the part */
    bool not_started; /* it has not begun, and the part cannot be graded */
    Sentence leaks;   /* memory that was not given back, in a sentence */
    Result results[RESULTS];
};

/* One part, graded: `lost` says why it ended early, and is empty when it did not. */
typedef struct Graded {
    const Part *part;
    Grade *grade;
    bool blank; /* because a function is blank */
    Sentence lost;
    char *printed; /* stdout and stderr of the student's code; from malloc */
    int right;     /* points, at most part->points */
} Graded;

/* Runs a part in a process of its own. False, and a line on stderr, when that fails or
 * the part made another number of comparisons than its points. free(out->printed). */
bool part_run(const Part *part, Grade *shared, Graded *out);

/* Where the student's functions run: in the process of the part, here.c, or in one of
 * their own, lessons/desk/. part_end() also writes g->leaks. */
void part_begin(Grade *g);
void part_end(Grade *g);

/* For use in the process of the part. */
void part_result(Grade *g, const char *what, bool right, Sentence why);

/* Shows a part on stdout. */
void part_print(const Graded *graded);

/* Writes all parts as JSON, in English. False, and a line on stderr, when it cannot. */
bool parts_save(const char *path, const char *exercise, const Graded *graded, int count);

#endif
