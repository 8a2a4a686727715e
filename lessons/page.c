#include "lessons/page.h"

bool page_write(Arena *arena, const char *name, const char *folder, Error *err) {
    (void)arena;
    return error_set(err, "%s/index.html of %s: not built yet", folder, name);
}
