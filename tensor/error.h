/* What the outside world did wrong: a missing file, a bad image, wrong weights.
 *
 * A function that meets the outside world returns false and fills an Error with one
 * sentence that says what happened, where, and what to do next:
 *
 *     Error err;
 *     if (!image_read(arena, path, &image, &err)) {
 *         fprintf(stderr, "stylegrad: %s\n", err.text);
 *         return 1;
 *     }
 *
 * The library never exits and never prints: that is the program's business. */
#ifndef TENSOR_ERROR_H
#define TENSOR_ERROR_H

#include <stdbool.h>

/* The sentence. */
typedef struct Error {
    char text[512]; /* one line, no newline at the end; the middle of a long one is cut */
} Error;

/* Writes the sentence and returns false, so that `return error_set(err, ...)` reads well.
 * Control characters in names become \x1b and so on: see tensor/text.h. */
bool error_set(Error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
