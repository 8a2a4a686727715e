/* The fields of a recipe, one row each. Recipe files, the command line, --help, manifests
 * and what `eval` prints read and write recipes by these rows and by nothing else. */
#ifndef TRANSFER_RECIPE_FIELDS_H
#define TRANSFER_RECIPE_FIELDS_H

#include "transfer/setting.h"

enum { RECIPE_FIELDS_MOST = 64 };

/* What a recipe file can say. Ended by a row without a name, as the next table. */
extern const Setting recipe_fields[];
extern const int recipe_field_count;

/* How the image is computed, not which: no recipe file says so. */
extern const Setting recipe_memory_fields[];

#endif
