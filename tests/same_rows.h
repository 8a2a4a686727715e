/* Comparing the traces of trainings, in the folder of tests/shell.h. */
#ifndef TESTS_SAME_ROWS_H
#define TESTS_SAME_ROWS_H

#include "tests/shell.h"

/* Whether two traces have the same rows but for the last column, the seconds. */
static inline void same_rows(const char *a, const char *b) {
    char line[256];
    snprintf(line, sizeof line,
             "sed 's/,[^,]*$//' %s >rows.a; sed 's/,[^,]*$//' %s >rows.b; cmp rows.a "
             "rows.b",
             a, b);
    done(line);
}

#endif
