#include "lessons/page.h"

#include <string.h>

#include "io/assets.h"
#include "io/command.h"
#include "io/file.h"

/* a followed by b. */
static char *joined(Arena *arena, const char *a, const char *b) {
    const size_t room = strlen(a) + strlen(b) + 1;
    char *text = arena_alloc(arena, room);
    snprintf(text, room, "%s%s", a, b);
    return text;
}

/* lessons/page.lua makes the whole page. The input of pandoc itself is empty. */
static bool convert(Arena *arena, const char *root, const char *name, const char *folder,
                    bool own, FILE *out, Error *err) {
    static char program[] = "pandoc";
    static char from[] = "--from=markdown";
    static char to[] = "--to=html5";
    static char math[] = "--mathml";
    static char whole[] = "--self-contained";
    static char is_own[] = "--metadata=own";
    char *const arguments[] = {
        program,
        from,
        to,
        math,
        whole,
        joined(arena, joined(arena, "--template=", root), "/lessons/page.html"),
        joined(arena, joined(arena, "--lua-filter=", root), "/lessons/page.lua"),
        joined(arena, "--metadata=root:", root),
        joined(arena, "--metadata=name:", name),
        joined(arena, "--metadata=folder:", folder),
        own ? is_own : NULL,
        NULL};
    return command_run(arguments, "pandoc", NULL, out, err);
}

bool page_write(Arena *arena, const char *name, const char *folder, bool own,
                Error *err) {
    FileOutput page;
    const char *root = assets_root(arena, "lessons/page.lua", err);
    if (!root || !file_begin(&page, joined(arena, folder, "/index.html"), err))
        return false;
    if (convert(arena, root, name, folder, own, page.stream, err))
        return file_commit(&page, err);
    file_abandon(&page);
    return false;
}
