/* What a page has not: other programs, and folders of an installation. */
#include <unistd.h>

#include "io/assets.h"
#include "io/command.h"
#include "io/npy.h"
#include "io/spin_briefly.h"
#include "lessons/page.h"
#include "tensor/text.h"

void spin_briefly(char **argv) {
    (void)argv;
}

/* The only program that lessons run is graphviz, in whose place the page draws
 * (web/page/dot.js), from the description that is a file by now. */
bool command_run(char *const *arguments, const char *package, FILE *in, FILE *out,
                 Error *err) {
    (void)arguments, (void)package, (void)in, (void)out, (void)err;
    return true;
}

/* It is the page itself. */
void page_show(Arena *arena, const char *name, const char *folder, bool own) {
    (void)arena, (void)name, (void)folder, (void)own;
}

bool npy_read_kind(Arena *arena, const char *path, NamedTensor *out, NumberKind *kind,
                   Error *err) {
    (void)arena, (void)out, (void)kind;
    return error_set(err, "%s: a page reads pictures; choose one", path);
}

static const char *find(Arena *arena, const char *folder, const char *name, Error *err) {
    const char *path = text_format(arena, "%s/%s", folder, name);
    if (access(path, R_OK) == 0) return path;
    error_set(err, "%s is not here; load the page again", path);
    return NULL;
}

const char *assets_path(Arena *arena, const char *name, Error *err) {
    return find(arena, "assets", name, err);
}

const char *assets_recipe(Arena *arena, const char *name, Error *err) {
    return find(arena, "recipes", name, err);
}
