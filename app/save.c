#include "app/save.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "io/file_place.h"
#include "tensor/text.h"

/* Tries a name in another folder. */
static bool save_in(Arena *arena, const char *folder, const char *path, SaveWriter *write,
                    void *context, Saved *saved) {
    Error none;
    char *spare = file_spare(folder, path);
    const bool good = spare && write(context, spare, &none);
    if (good) saved->path = arena_string(arena, spare);
    free(spare);
    return good;
}

bool save_result(Arena *arena, const char *path, SaveWriter *write, void *context,
                 Saved *saved, Error *err) {
    struct stat before, after;
    const bool exists = stat(path, &before) == 0 && S_ISREG(before.st_mode);
    *saved = (Saved){.path = path};
    if (write(context, path, err)) {
        saved->in_place =
            exists && stat(path, &after) == 0 && after.st_ino == before.st_ino;
        return true;
    }
    saved->path = NULL;
    const Error why = *err;
    const char *temporary = getenv("TMPDIR");
    char *beside = file_folder(path);
    const bool elsewhere = save_in(arena, beside, path, write, context, saved) ||
                           save_in(arena, ".", path, write, context, saved) ||
                           save_in(arena, temporary && *temporary ? temporary : "/tmp",
                                   path, write, context, saved);
    free(beside);
    if (!elsewhere)
        return error_set(err, "%s; it could not be saved elsewhere", why.text);
    return error_set(err, "%s; it is saved as %s instead", why.text, saved->path);
}

void save_report(const Saved *saved, FILE *out) {
    fprintf(out, "saved %s", SHOWN(saved->path));
    if (saved->in_place) fprintf(out, " in place, because it cannot be replaced");
}
