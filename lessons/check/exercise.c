#include "lessons/exercises/exercise.h"

#include <stdio.h>
#include <stdlib.h>

#include "lessons/check/part.h"

/* Answers that dlopen loads are linked with this file alone: see tensor/real.h. */
const char REAL_WIDTH = sizeof(real);

/* Also for programs without a grader: it needs nothing but this file. */
void exercise_blank(const char *function, const char *task) {
    printf("%s" GRADE_BLANK_TEXT "%s\n", function, task);
    fflush(stdout);
    exit(GRADE_BLANK);
}
