/* The parts of an exercise: one for each function that a student writes. */
#ifndef LESSONS_CHECK_PART_H
#define LESSONS_CHECK_PART_H

typedef struct Grade Grade;

typedef struct Part {
    const char *function; /* of the student */
    int points;           /* the number of comparisons that `grade` makes; it is in
                             lessons/exercises/points.txt, too */
    void (*grade)(Grade *g);
} Part;

/* How a program ends that has met a blank, and what its last line has in it. */
#define GRADE_BLANK 3
#define GRADE_BLANK_TEXT " is still blank: "

#endif
