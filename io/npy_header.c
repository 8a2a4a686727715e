#include "io/npy_header.h"

#include <string.h>

#define DAMAGED "; save the array again with numpy.save"

typedef struct Cursor {
    const char *at, *end;
    const char *where;
    Error *err;
} Cursor;

static bool damaged(Cursor *c, const char *wanted) {
    return error_set(c->err, "%s: the header lacks %s" DAMAGED, c->where, wanted);
}

/* Spaces, then the character after them, 0 at the end. */
static char peek(Cursor *c) {
    while (c->at < c->end && strchr(" \t\n", *c->at) && *c->at)
        c->at++;
    return c->at < c->end ? *c->at : 0;
}

static bool accept(Cursor *c, char wanted) {
    if (!wanted || peek(c) != wanted) return false;
    c->at++;
    return true;
}

static bool accept_word(Cursor *c, const char *word) {
    size_t length = strlen(word);
    peek(c);
    if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length) != 0)
        return false;
    c->at += length;
    return true;
}

/* 'text' or "text", without escapes. */
static bool read_string(Cursor *c, char *out, size_t room) {
    char quote = peek(c);
    if (quote != '\'' && quote != '"') return damaged(c, "a string");
    size_t length = 0;
    for (c->at++; c->at < c->end && *c->at != quote; c->at++) {
        if (length + 1 == room || *c->at == '\\' || !*c->at)
            return damaged(c, "a plain short string");
        out[length++] = *c->at;
    }
    out[length] = 0;
    return accept(c, quote) || damaged(c, "the end of a string");
}

/* What to do about numbers of a type such as "<i2" that is not read. */
static bool refuse_type(Cursor *c, const char *text) {
    const char kind = strlen(text) > 1 ? text[1] : 0;
    if (text[0] == '>' && strchr("fiu", kind))
        return error_set(c->err,
                         "%s: holds big-endian numbers ('%s'); save array.astype('<%s') "
                         "instead",
                         c->where, NAME(text), NAME(text + 1));
    if (strchr(text, 'O'))
        return error_set(c->err,
                         "%s: holds Python objects, which can run programs ('%s'); save "
                         "array.astype('<f4') instead",
                         c->where, NAME(text));
    const char *advice =
        kind == 'i' || kind == 'u'
            ? "save array.astype('uint8') if they are 0 to 255, or floats"
        : kind == 'c'                ? "save array.real instead"
        : kind == 'b' || kind == 'f' ? "save array.astype('<f4') instead"
                                     : "save numbers";
    return error_set(c->err, "%s: holds numbers of another type ('%s'); %s", c->where,
                     NAME(text), advice);
}

static bool read_descr(Cursor *c, NpyHeader *out) {
    static const struct {
        const char *text;
        NumberKind kind;
    } kinds[] = {{"<f4", NUMBER_F32}, {"<f8", NUMBER_F64}, {"<f2", NUMBER_F16},
                 {"|u1", NUMBER_U8},  {"<u2", NUMBER_U16}, {"<i4", NUMBER_I32},
                 {"<i8", NUMBER_I64}};
    char text[32];
    if (peek(c) == '[')
        return error_set(c->err, "%s: a table with named columns; save one column",
                         c->where);
    if (!read_string(c, text, sizeof text)) return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(text, kinds[i].text) == 0) return out->kind = kinds[i].kind, true;
    return refuse_type(c, text);
}

static bool read_order(Cursor *c, NpyHeader *out) {
    if (accept_word(c, "False")) return out->fortran = false, true;
    if (accept_word(c, "True")) return out->fortran = true, true;
    return damaged(c, "True or False after 'fortran_order'");
}

static bool read_side(Cursor *c, uint64_t *side) {
    const char *start = (peek(c), c->at);
    uint64_t value = 0;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
        uint64_t digit = (uint64_t)(*c->at - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return damaged(c, "a side that fits 64 bits");
        value = value * 10 + digit;
    }
    if (c->at == start) return damaged(c, "a whole number in 'shape'");
    if (*start == '0' && c->at - start > 1)
        return damaged(c, "a plain number in 'shape'");
    *side = value;
    return true;
}

/* () or (3,) or (3, 4) or (3, 4,). */
static bool read_shape(Cursor *c, NpyHeader *out) {
    if (!accept(c, '(')) return damaged(c, "a tuple after 'shape'");
    out->rank = 0;
    for (bool comma = true; !accept(c, ')'); comma = accept(c, ',')) {
        if (!comma) return damaged(c, "a comma in 'shape'");
        if (out->rank == NUMBER_SIDES)
            return error_set(c->err, "%s: more than %d dimensions; reshape the array",
                             c->where, NUMBER_SIDES);
        if (!read_side(c, &out->sides[out->rank++])) return false;
        if (out->rank == 1 && peek(c) == ')') return damaged(c, "the comma of a 1-tuple");
    }
    return true;
}

static bool read_value(Cursor *c, const char *key, NpyHeader *out, bool seen[3]) {
    static const char *const keys[] = {"descr", "fortran_order", "shape"};
    static bool (*const readers[])(Cursor *, NpyHeader *) = {read_descr, read_order,
                                                             read_shape};
    for (int i = 0; i < 3; i++) {
        if (strcmp(key, keys[i]) != 0) continue;
        if (seen[i]) return damaged(c, "distinct keys");
        seen[i] = true;
        return readers[i](c, out);
    }
    return damaged(c, "known keys only");
}

bool npy_header_read(const char *text, size_t length, const char *where, NpyHeader *out,
                     Error *err) {
    Cursor c = {text, text + length, where, err};
    bool seen[3] = {false, false, false};
    if (!accept(&c, '{')) return damaged(&c, "its '{'");
    for (bool comma = true; !accept(&c, '}'); comma = accept(&c, ',')) {
        char key[32];
        if (!comma) return damaged(&c, "a comma between keys");
        if (!read_string(&c, key, sizeof key)) return false;
        if (!accept(&c, ':')) return damaged(&c, "a ':'");
        if (!read_value(&c, key, out, seen)) return false;
    }
    peek(&c);
    if (c.at != c.end) return damaged(&c, "an end after '}'");
    if (!seen[0] || !seen[1] || !seen[2])
        return damaged(&c, "one of 'descr', 'fortran_order', 'shape'");
    return true;
}
