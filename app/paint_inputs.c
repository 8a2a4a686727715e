#include "app/paint_inputs.h"

#include "app/many.h"
#include "io/folder.h"

/* -o and --style are needed before all else is read. */
static bool read_early(const CommandLine *line, PaintOptions *options, Error *err) {
    *options = (PaintOptions){.out = PAINT_OUT};
    if (!options_read_rows(line, paint_options, options, err)) return false;
    for (int i = 0; i < options->styles.count; i++)
        if (!options->styles.path[i]) return error_set(err, "--style: wants a file");
    return true;
}

static bool refuse_count(const CommandLine *line, Error *err) {
    return error_set(err, "wants %s, got %d; see 'stylegrad %s --help'",
                     line->command->operands, line->operands, line->command->name);
}

/* CONTENT and the styles, in the arena. */
static void name_one(PaintInputs *inputs, Arena *arena, const CommandLine *line,
                     const char *const *styles, int count) {
    const char **operand = ARENA_NEW(arena, const char *, 1 + (size_t)count);
    operand[0] = inputs->photos[0];
    for (int i = 0; i < count; i++)
        operand[1 + i] = styles[i];
    inputs->one = *line;
    inputs->one.operand = operand;
    inputs->one.operands = 1 + count;
}

bool paint_inputs(PaintInputs *inputs, Arena *arena, const CommandLine *line,
                  Error *err) {
    PaintOptions early;
    if (!read_early(line, &early, err)) return false;
    const int said = early.styles.count;
    *inputs = (PaintInputs){.many = many_is_folder(early.out), .photos = line->operand};
    if (line->operands < (said ? 1 : 2)) return refuse_count(line, err);
    inputs->count = said ? line->operands : inputs->many ? line->operands - 1 : 1;
    if (said)
        name_one(inputs, arena, line, early.styles.path, said);
    else
        name_one(inputs, arena, line, line->operand + inputs->count,
                 line->operands - inputs->count);
    if (inputs->one.operands > 1 + STYLES_MOST) return refuse_count(line, err);
    return inputs->many || inputs->count == 1 ||
           error_set(err,
                     "%d photographs cannot all become %s; name a folder with -o DIR/",
                     inputs->count, early.out);
}

bool paint_inputs_one(const PaintInputs *inputs, Error *err) {
    const char *photo = inputs->photos[0];
    return !folder_is(photo) ||
           error_set(err, "%s: is a folder; name one for the results, too, with -o DIR/",
                     photo);
}
