/* What the grader says, in the user's language: English, or Chinese where the environment
 * asks for it. lessons/language.sh is the same for scripts.
 *
 *     language_begin();
 *     printf(tr("%s: missing\n"), tr(name));
 *
 * The sources have the English sentences. lessons/zh.po has their translations, which
 * make compiles with msgfmt of GNU gettext. Without msgfmt, all is English. */
#ifndef LESSONS_CHECK_LANGUAGE_H
#define LESSONS_CHECK_LANGUAGE_H

#include <stdbool.h>
#include <stdio.h>

typedef enum Language { ENGLISH, CHINESE, LANGUAGES } Language;

/* One statement in each of them: in English for programs, too. */
enum { STATEMENT = 1200 };
typedef char Sentence[LANGUAGES][STATEMENT];

/* Finds the translations. False when there are none, and then all is English. From now on
 * tr() speaks the user's language; before, it speaks English. */
bool language_begin(void);

/* The user's language: CHINESE for LANGUAGE=zh or LANG=zh_CN.UTF-8, say. */
Language language_yours(void);

/* The language of tr() from now on. */
void language_speak(Language language);

/* A sentence, or the format of one, in that language. */
const char *tr(const char *english) __attribute__((format_arg(1)));

/* The columns of a terminal that a text takes: two for each Chinese character. */
int text_columns(const char *text);

/* Prints a text on the left of so many columns. */
void print_cell(FILE *out, const char *text, int columns);

#endif
