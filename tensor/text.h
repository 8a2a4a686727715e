/* Text in three uses: shown to people, collected in a fixed room, made to measure.
 *
 * Names come from strangers: the path of a file, a tensor in an archive, a key of a
 * manifest. Printed as they are, they could move the cursor, recolour the terminal or
 * fake a line of output. Whatever is printed and not our own goes through SHOWN, and
 * error_set does the same with every sentence:
 *
 *     printf("saved %s\n", SHOWN(path));
 *
 * Control characters (below 32, 127 to 159), marks that turn the direction of writing or
 * are invisible, and bytes that are not UTF-8 become \x1b and so on, one for each byte.
 * Everything else, in any script, stays as it is. */
#ifndef TENSOR_TEXT_H
#define TENSOR_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "tensor/arena.h"

/* Room for every path that the system opens (4096), and some escapes. */
#define MAX_SHOWN 4200

typedef struct ShownText {
    char text[MAX_SHOWN];
} ShownText;
ShownText shown_text(const char *text);
#define SHOWN(foreign) shown_text(foreign).text

/* The same into `room` bytes (at least 8). What is too long loses its middle, because a
 * path is known by its end and a sentence ends in what to do: "abc ... xyz". */
void text_show(char *out, size_t room, const char *text);

/* Whether the text is shown as it is. */
bool text_is_plain(const char *text);

/* Appends to the text in `out`, which has `room` bytes; false when the end was cut. */
bool text_append(char *out, size_t room, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether the text is one of a list, which ends with NULL. */
bool text_is_among(const char *text, const char *const *list);

/* The text at place i of an array, NULL beyond its ends: the names of an enum.
 *
 *     const char *side_name(int side) {
 *         static const char *const names[] = {[LEFT] = "left", [RIGHT] = "right"};
 *         return TEXT_AT(names, side);
 *     } */
#define TEXT_AT(array, i) text_at(array, sizeof(array) / sizeof *(array), i)
const char *text_at(const char *const *texts, size_t count, int i);

/* A text as long as it needs to be, in the arena. */
char *text_format(Arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *text_format_list(Arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

#endif
