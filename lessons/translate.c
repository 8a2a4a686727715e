#include "lessons/translate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "autograd/tape_print.h"
#include "lessons/check/language.h"

/* One conversion of a format: "%-8.3lf". */
typedef struct Conversion {
    char flags[8];
    int width;
    int precision;  /* -1: none */
    char length[4]; /* "", "l", "ll", "z" */
    char kind;      /* 'd', 's', ... */
} Conversion;

/* Digits, or the next argument for a *. */
static const char *read_number(const char *at, va_list *arguments, int *number) {
    if (*at == '*') {
        *number = va_arg(*arguments, int);
        return at + 1;
    }
    char *end;
    *number = (int)strtol(at, &end, 10);
    return end;
}

/* Reads what stands behind a %, and returns where the format goes on. */
static const char *read_conversion(const char *at, va_list *arguments, Conversion *c) {
    *c = (Conversion){.precision = -1};
    for (size_t k = 0; k + 1 < sizeof c->flags && *at && strchr("-+ #0", *at); k++)
        c->flags[k] = *at++;
    if (*at == '*' || (*at >= '1' && *at <= '9'))
        at = read_number(at, arguments, &c->width);
    if (*at == '.') at = read_number(at + 1, arguments, &c->precision);
    for (size_t k = 0; k + 1 < sizeof c->length && *at && strchr("hlz", *at); k++)
        c->length[k] = *at++;
    c->kind = *at;
    return *at ? at + 1 : at;
}

static void print_text(FILE *out, const Conversion *c, const char *english) {
    if (c->precision >= 0) {
        char format[16];
        snprintf(format, sizeof format, "%%%s*.*s", c->flags);
        fprintf(out, format, c->width, c->precision, english);
        return;
    }
    const char *text = tr(english);
    const int room = c->width - text_columns(text), missing = room > 0 ? room : 0;
    const bool left = strchr(c->flags, '-');
    fprintf(out, "%*s%s%*s", left ? 0 : missing, "", text, left ? missing : 0, "");
}

/* A number, which printf prints: a negative precision is none. */
static void print_number(FILE *out, const Conversion *c, va_list *arguments) {
    char f[24];
    const int width = c->width, precision = c->precision;
    snprintf(f, sizeof f, "%%%s*.*%s%c", c->flags, c->length, c->kind);
    if (strchr("feEgG", c->kind))
        fprintf(out, f, width, precision, va_arg(*arguments, double));
    else if (strcmp(c->length, "z") == 0)
        fprintf(out, f, width, precision, va_arg(*arguments, size_t));
    else if (strcmp(c->length, "ll") == 0)
        fprintf(out, f, width, precision, va_arg(*arguments, long long));
    else if (strcmp(c->length, "l") == 0)
        fprintf(out, f, width, precision, va_arg(*arguments, long));
    else
        fprintf(out, f, width, precision, va_arg(*arguments, int));
}

void print_translated(FILE *out, const char *format, va_list arguments) {
    va_list rest;
    va_copy(rest, arguments);
    for (const char *at = tr(format); *at;) {
        if (*at != '%') {
            fputc(*at++, out);
            continue;
        }
        Conversion c;
        at = read_conversion(at + 1, &rest, &c);
        if (c.kind == '%')
            fputc('%', out);
        else if (c.kind == 's')
            print_text(out, &c, va_arg(rest, const char *));
        else
            print_number(out, &c, &rest);
    }
    va_end(rest);
}

static const char *or_none(const char *english) {
    return english ? tr(english) : NULL;
}

Plot plot_translated(Arena *arena, const Plot *plot) {
    Plot p = *plot;
    Series *series = ARENA_NEW(arena, Series, (size_t)plot->series_count);
    for (int k = 0; k < plot->series_count; k++) {
        series[k] = plot->series[k];
        series[k].title = or_none(series[k].title);
    }
    p.series = series;
    p.title = or_none(plot->title);
    p.x_label = or_none(plot->x_label);
    p.y_label = or_none(plot->y_label);
    return p;
}

/* In the head of tape_print's table. */
static const char *const head[] = {"id",      "label", "op",   "inputs",
                                   "formula", "shape", "grad", "bytes"};

static const char *translated_word(const char *word) {
    for (size_t k = 0; k < sizeof head / sizeof *head; k++)
        if (strcmp(word, head[k]) == 0) return tr(head[k]);
    return word;
}

/* The words of a line, each of which keeps its columns; the last one ends where it did. */
static void print_head(FILE *out, const char *line, size_t length) {
    const char *end = line + length;
    int late = 0; /* columns that the words so far are shorter */
    while (line < end) {
        char word[40];
        const int spaces = (int)strspn(line, " ");
        const int letters = (int)strcspn(line + spaces, " \n");
        snprintf(word, sizeof word, "%.*s", letters, line + spaces);
        line += spaces + letters;
        const char *translated = translated_word(word);
        const int shorter = letters - text_columns(translated);
        const bool last = line >= end;
        fprintf(out, "%*s%s", spaces + late + (last ? shorter : 0), "", translated);
        late = shorter;
    }
    fputc('\n', out);
}

void print_tape_translated(FILE *out, const Tape *tape) {
    char *text = NULL;
    size_t length = 0, bytes;
    int nodes;
    FILE *table = open_memstream(&text, &length);
    if (!table) return;
    tape_print(tape, table);
    fclose(table);
    const char *rows = text + strcspn(text, "\n");
    print_head(out, text, (size_t)(rows - text));
    for (const char *row = rows; *row++; row += strcspn(row, "\n")) {
        const int columns = (int)strcspn(row, "\n");
        if (sscanf(row, "%d nodes, %zu bytes", &nodes, &bytes) == 2)
            fprintf(out, tr("%d nodes, %zu bytes of values and gradients\n"), nodes,
                    bytes);
        else if (columns > 0)
            fprintf(out, "%.*s\n", columns, row);
    }
    free(text);
}
