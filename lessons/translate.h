/* Printing and plotting in Chinese what a lesson says in English: lessons/zh.po has the
 * sentences. Numbers, names and formulas stay as they are. */
#ifndef LESSONS_TRANSLATE_H
#define LESSONS_TRANSLATE_H

#include <stdarg.h>
#include <stdio.h>

#include "autograd/tape.h"
#include "io/series.h"
#include "tensor/arena.h"

/* As vfprintf, but in the language of tr(): the format is translated, and so is every
 * text among the arguments that is a sentence by itself. Columns stay below each other,
 * because a Chinese character counts as two. A translation has the conversions of its
 * format in the same order. */
void print_translated(FILE *out, const char *format, va_list arguments);

/* The plot with the titles, labels and legends in the language of tr(). */
Plot plot_translated(Arena *arena, const Plot *plot);

/* tape_print, with its words in the language of tr(). */
void print_tape_translated(FILE *out, const Tape *tape);

#endif
