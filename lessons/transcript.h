/* What a lesson prints: on the terminal in the user's language, and kept in memory in
 * English and, where make has compiled lessons/zh.po, in Chinese. */
#ifndef LESSONS_TRANSCRIPT_H
#define LESSONS_TRANSCRIPT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "autograd/gradcheck.h"
#include "autograd/tape.h"
#include "lessons/check/language.h"
#include "tensor/error.h"

typedef struct Transcript {
    int languages; /* ENGLISH alone, or CHINESE, too */
    FILE *stream[LANGUAGES];
    char *text[LANGUAGES];
    size_t length[LANGUAGES];
} Transcript;

bool transcript_begin(Transcript *t, Error *err);

/* Like vprintf; see print_translated. */
void transcript_print(Transcript *t, const char *format, va_list arguments);

/* The same, but on the terminal only. */
void transcript_tell(const char *format, va_list arguments);

void transcript_tensor(Transcript *t, Tensor tensor);
void transcript_tape(Transcript *t, const Tape *tape);
void transcript_gradcheck(Transcript *t, const GradCheck *check);

/* Writes what was printed in this language into a file, and ends it. */
bool transcript_end(Transcript *t, Language language, const char *path, Error *err);

#endif
