/* The command line, one word a line, the command first. It is parsed and nothing is run. */
#include <string.h>

#include "app/commands.h"
#include "fuzz/fuzz.h"

static const Command *const commands[] = {
    &command_paint,          &command_rerun,   &command_eval,         &command_features,
    &command_gradcheck,      &command_recipes, &command_bench,        &command_weights,
    &command_train_features, &command_errata,  &command_convert_loss,
};

static const Command *find(const char *name) {
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i]->name, name) == 0) return commands[i];
    return NULL;
}

static bool read(Arena *arena, FileBytes file, Error *err) {
    static char program[] = "stylegrad";
    char *text = fuzz_text(arena, file);
    char **argv = ARENA_NEW(arena, char *, file.size + 3);
    int argc = 0;
    argv[argc++] = program;
    char *rest, *word = strtok_r(text, "\n", &rest);
    for (; word; word = strtok_r(NULL, "\n", &rest))
        argv[argc++] = word;
    const Command *command = argc > 1 ? find(argv[1]) : NULL;
    Options options;
    return !command || options_parse(&options, command, argc, argv, err);
}

FUZZ_READER(read)
