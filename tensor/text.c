#include "tensor/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tensor/check.h"

#define GAP " ... "

/* Bytes of the UTF-8 character at `at`, 0 when there is none: not the shortest form, a
 * surrogate, above 10FFFF, or cut. */
static size_t character(const unsigned char *at, uint32_t *code) {
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    const size_t length = at[0] < 0x80             ? 1
                          : (at[0] & 0xE0) == 0xC0 ? 2
                          : (at[0] & 0xF0) == 0xE0 ? 3
                          : (at[0] & 0xF8) == 0xF0 ? 4
                                                   : 0;
    if (length == 0) return 0;
    *code = length == 1 ? at[0] : at[0] & (0xFFu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) return 0;
        *code = *code << 6 | (at[i] & 0x3F);
    }
    const bool surrogate = *code >= 0xD800 && *code <= 0xDFFF;
    return *code < least[length] || surrogate || *code > 0x10FFFF ? 0 : length;
}

/* C0, DEL and C1; soft hyphen; marks and overrides of direction; separators of lines;
 * characters without width, but for the joiners that scripts and emoji need. */
static bool is_hidden(uint32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x061C ||
           c == 0x200B || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
           (c >= 0xE0000 && c <= 0xE007F);
}

/* One character as it is shown, and the position after it in the text. */
typedef struct Piece {
    char text[17];
    size_t length;
    const char *next;
} Piece;

static Piece piece_at(const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    Piece piece = {.length = 0};
    uint32_t code = 0;
    const size_t length = character(at, &code), bytes = length ? length : 1;
    piece.next = text + bytes;
    if (length && !is_hidden(code)) {
        memcpy(piece.text, text, length);
        piece.length = length;
        return piece;
    }
    for (size_t i = 0; i < bytes; i++)
        piece.length +=
            (size_t)snprintf(piece.text + piece.length, sizeof piece.text - piece.length,
                             "\\x%02x", (unsigned)at[i]);
    return piece;
}

static size_t shown_length(const char *text) {
    size_t total = 0;
    while (*text) {
        const Piece piece = piece_at(text);
        total += piece.length;
        text = piece.next;
    }
    return total;
}

void text_show(char *out, size_t room, const char *text) {
    CHECK(room >= 8, "a room of %zu bytes", room);
    const size_t most = room - 1, gap = strlen(GAP);
    size_t left = shown_length(text), used = 0;
    const size_t head = left > most ? (most - gap) / 2 : most;
    const size_t tail = left > most ? most - gap - head : 0;
    bool cut = false;
    while (*text) {
        const Piece piece = piece_at(text);
        text = piece.next;
        if (!cut && used + piece.length > head) {
            memcpy(out + used, GAP, gap);
            used += gap;
            cut = true;
        }
        if (!cut || left <= tail) {
            memcpy(out + used, piece.text, piece.length);
            used += piece.length;
        }
        left -= piece.length;
    }
    out[used] = 0;
}

bool text_is_plain(const char *text) {
    while (*text) {
        uint32_t code = 0;
        const size_t length = character((const unsigned char *)text, &code);
        if (length == 0 || is_hidden(code)) return false;
        text += length;
    }
    return true;
}

ShownText shown_text(const char *text) {
    ShownText shown = {""};
    text_show(shown.text, sizeof shown.text, text);
    return shown;
}

bool text_append(char *out, size_t room, const char *format, ...) {
    const size_t used = strlen(out);
    CHECK(used < room, "%zu bytes in a room of %zu", used, room);
    va_list arguments;
    va_start(arguments, format);
    const int more = vsnprintf(out + used, room - used, format, arguments);
    va_end(arguments);
    return more >= 0 && (size_t)more < room - used;
}

char *text_format_list(Arena *arena, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, arguments);
    CHECK(length >= 0, "a text that cannot be written: %s", format);
    char *text = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *text_format(Arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = text_format_list(arena, format, arguments);
    va_end(arguments);
    return text;
}

const char *text_at(const char *const *texts, size_t count, int i) {
    return i >= 0 && (size_t)i < count ? texts[i] : NULL;
}

bool text_is_among(const char *text, const char *const *list) {
    for (; *list; list++)
        if (strcmp(*list, text) == 0) return true;
    return false;
}
