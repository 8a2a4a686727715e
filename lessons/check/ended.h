/* Why a program ended too early, in a sentence: from its exit status, and from what it or
 * a sanitizer said on stderr; in the language of tr(). */
#ifndef LESSONS_CHECK_ENDED_H
#define LESSONS_CHECK_ENDED_H

#include <stddef.h>

/* Seconds of the processor after which a part is ended: 10, or what GRADE_SECONDS says.
 * None of the exercises is much work. */
int ended_seconds(void);

/* "reads outside an array, in content_loss, lessons/exercises/07_content_loss.c line 14".
 * Returns text, which has `room` characters. */
const char *ended_why(int status, const char *errors, char *text, size_t room);

/* ", in FUNCTION, PATH line N": the first frame of a sanitizer's stack ("#1 0x55 in
 * FUNCTION PATH:N") that is in the student's file; empty when there is none. */
void ended_where(const char *errors, char *out, size_t room);

#endif
