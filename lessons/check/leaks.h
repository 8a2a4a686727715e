/* Memory that the student's functions have taken and not given back. */
#ifndef LESSONS_CHECK_LEAKS_H
#define LESSONS_CHECK_LEAKS_H

#include <stdbool.h>

#include "lessons/check/language.h"

/* Whether there is such memory; then `text` says where it was taken,
 * and otherwise it is empty. False, too, where
 * the sanitizer cannot look: in a program without it, or under a debugger. */
bool leaks_found(Sentence text);

#endif
