/* Writes out/NAME/index.html for texts of docs/ that belong to no lesson, as pages beside
 * those of the lessons:
 *
 *     documents paint kernels ... */
#include <stdio.h>

#include "io/file.h"
#include "lessons/page.h"

static bool write_document(Arena *arena, const char *name, Error *err) {
    char folder[400];
    snprintf(folder, sizeof folder, "out/%s", name);
    return file_make_folder(folder, err) && page_write(arena, name, folder, false, err);
}

int main(int argc, char **argv) {
    Arena *arena = arena_new();
    Error err;
    bool good = true;
    for (int i = 1; i < argc && good; i++)
        good = write_document(arena, argv[i], &err);
    if (!good) fprintf(stderr, "documents: %s\n", err.text);
    arena_free(arena);
    return !good;
}
