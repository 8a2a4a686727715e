#include "lessons/check/undefined.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lessons/check/language.h"

enum { MOST = 3, PART = 200 };

/* The sentences of gcc and clang that an exercise can lead to. Each %s is a part that
 * differs; a translation has the same ones in the same order. */
static const char *const known[] = {
    "signed integer overflow: %s cannot be represented in type %s",
    "negation of %s cannot be represented in type %s; cast to an unsigned type to negate "
    "this value to itself",
    "division of %s by %s cannot be represented in type %s",
    "division by zero",
    "shift exponent %s is negative",
    "shift exponent %s is too large for %s",
    "left shift of negative value %s",
    "left shift of %s by %s places cannot be represented in type %s",
    "index %s out of bounds for type %s",
    "store to null pointer of type %s",
    "load of null pointer of type %s",
    "member access within null pointer of type %s",
    "store to misaligned address %s for type %s, which requires %s byte alignment",
    "load of misaligned address %s for type %s, which requires %s byte alignment",
    "member access within misaligned address %s for type %s, which requires %s byte "
    "alignment",
    "store to address %s with insufficient space for an object of type %s",
    "load of address %s with insufficient space for an object of type %s",
    "%s is outside the range of representable values of type %s",
    "variable length array bound evaluates to non-positive value %s",
    "load of value %s, which is not a valid value for type %s",
    "execution reached the end of a value-returning function without returning a value",
    "applying zero offset to null pointer",
    "applying non-zero offset %s to null pointer",
    "pointer index expression with base %s overflowed to %s",
    "null pointer passed as argument %s, which is declared to never be null",
};

/* Takes the parts out of a line. False when it is not such a sentence. */
static bool matches(const char *line, const char *pattern, char parts[MOST][PART]) {
    int count = 0;
    while (*pattern) {
        if (strncmp(pattern, "%s", 2) != 0) {
            if (*pattern++ != *line++) return false;
            continue;
        }
        pattern += 2;
        const size_t literal = strcspn(pattern, "%");
        const char *end = line;
        while (*end && (literal == 0 || strncmp(end, pattern, literal) != 0))
            end++;
        if (literal > 0 && !*end) return false;
        snprintf(parts[count++], PART, "%.*s", (int)(end - line), line);
        line = end;
    }
    return !*line;
}

void undefined_say(const char *said, char *text, size_t room) {
    char line[600], parts[MOST][PART] = {"", "", ""};
    snprintf(line, sizeof line, "%.*s", (int)strcspn(said, "\n"), said);
    snprintf(text, room, "%s", line);
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        if (!matches(line, known[k], parts)) continue;
        const char *format = tr(known[k]);
        if (format == known[k]) return;
        snprintf(text, room, format, parts[0], parts[1], parts[2]);
        return;
    }
}
