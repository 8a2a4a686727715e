#include "app/notes.h"

#include <stdarg.h>

#include "tensor/text.h"

Notes notes_new(Arena *arena) {
    return (Notes){.arena = arena, .text = ""};
}

void notes_add(Notes *notes, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *piece = text_format_list(notes->arena, format, arguments);
    va_end(arguments);
    notes->text = text_format(notes->arena, "%s%s", notes->text, piece);
}
