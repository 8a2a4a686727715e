/* The command line, one word a line, the command first. It is parsed and nothing is run. */
#include <string.h>

#include "app/commands.h"
#include "fuzz/fuzz.h"

static const Command *const commands[] = {
    &command_paint,           &command_rerun,        &command_eval,
    &command_features,        &command_gradcheck,    &command_recipes,
    &command_bench,           &command_weights,      &command_train_features,
    &command_errata,          &command_convert_loss, &command_train_style,
    &command_train_any_style, &command_stylize,
};

static const Command *find(const char *name) {
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i]->name, name) == 0) return commands[i];
    return NULL;
}

/* Larger than the struct of any command. */
#define OWN_BYTES ((size_t)1 << 20)

static bool read(Arena *arena, FileBytes file, Error *err) {
    char *text = fuzz_text(arena, file), *rest;
    char **words = ARENA_NEW(arena, char *, file.size + 1);
    int count = 0;
    for (char *at = text, *word; (word = strtok_r(at, "\n", &rest)); at = NULL)
        words[count++] = word;
    const Command *command = count > 0 ? find(words[0]) : NULL;
    CommandLine line;
    return !command || (options_parse(&line, arena, command, count - 1, words + 1, err) &&
                        options_read(&line, arena_alloc(arena, OWN_BYTES), err));
}

FUZZ_READER(read)
