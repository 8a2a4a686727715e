/* stylegrad recipes: what --recipe can name, and the file behind a name. */
#include "app/commands.h"
#include "app/session.h"
#include "io/file.h"
#include "tensor/text.h"
#include "transfer/recipe_file.h"

/* One line for each: name and source. Files that cannot be read are told as well. */
static int list(void) {
    Error err;
    Arena *arena = arena_new();
    int status = 0;
    const char *const *names = recipe_names(arena, &err);
    if (!names) status = session_complain("recipes", &err);
    for (; names && *names; names++) {
        Recipe recipe;
        if (recipe_read(*names, &recipe, &err))
            printf("%-18s %s\n", SHOWN(*names), SHOWN(recipe.source));
        else
            status = session_complain("recipes", &err);
    }
    arena_free(arena);
    return status;
}

/* The file as it is, to be read or to be copied. */
static bool print_file(Arena *arena, const char *name, Error *err) {
    enum { MOST = 65536 };
    Recipe recipe;
    FileBytes bytes;
    const char *path = recipe_path(arena, name, err);
    if (!path || !recipe_read(name, &recipe, err) ||
        !file_read(arena, path, MOST, &bytes, err))
        return false;
    file_skip_mark(&bytes);
    fwrite(bytes.data, 1, bytes.size, stdout);
    return true;
}

static int run(const CommandLine *line) {
    Error err;
    if (!options_read(line, NULL, &err)) return options_refuse(line, &err);
    if (line->operands == 0) return list();
    Arena *arena = arena_new();
    bool good = print_file(arena, line->operand[0], &err);
    arena_free(arena);
    return good ? 0 : session_complain("recipes", &err);
}

const Command command_recipes = {
    .name = "recipes",
    .operands = "[NAME|FILE]",
    .operands_most = 1,
    .summary = "list the recipes, or print one",
    .details = "A recipe is a text file of 'key value' lines. To make your own:\n"
               "  stylegrad recipes gatys > mine.recipe\n"
               "  stylegrad paint photo.jpg painting.jpg --recipe ./mine.recipe\n"
               "A text with a dot or a slash is the path of a file, another one a name. "
               "docs/en/recipes.md lists "
               "the keys.\n",
    .run = run,
};
