/* What UBSan says of undefined behaviour, in the language of tr(). */
#ifndef LESSONS_CHECK_UNDEFINED_H
#define LESSONS_CHECK_UNDEFINED_H

#include <stddef.h>

/* Writes the first line of `said`, "division by zero" or "load of null pointer of type
 * 'int'", say. A sentence that is not among the known ones stays English. */
void undefined_say(const char *said, char *text, size_t room);

#endif
