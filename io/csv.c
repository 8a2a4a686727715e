#include "io/csv.h"

#include <math.h>
#include <string.h>

#include "io/file.h"
#include "tensor/check.h"

struct Csv {
    Arena *arena; /* holds the table itself */
    FileOutput file;
    int count; /* columns */
};

void csv_print_text(FILE *out, const char *text) {
    bool quoted = strpbrk(text, ",\"\n\r") != NULL;
    if (quoted) fputc('"', out);
    for (; *text; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text == '\n' || *text == '\r' ? ' ' : *text, out);
    }
    if (quoted) fputc('"', out);
}

void csv_print_number(FILE *out, double value) {
    if (isnan(value))
        fputs("nan", out); /* printf would write -nan for some of them */
    else
        fprintf(out, "%.17g", value);
}

/* Each row is flushed, so that it survives if the run is killed. An error stays in the
 * stream until file_commit checks it. */
static void end_row(Csv *csv) {
    fputc('\n', csv->file.stream);
    fflush(csv->file.stream);
}

Csv *csv_new(const char *path, const char *const *columns, int count, Error *err) {
    CHECK(count >= 1, "a table of %d columns", count);
    FileOutput file;
    if (!file_begin(&file, path, err)) return NULL;
    Arena *arena = arena_new();
    Csv *csv = ARENA_NEW(arena, Csv, 1);
    *csv = (Csv){arena, file, count};
    for (int i = 0; i < count; i++) {
        if (i) fputc(',', file.stream);
        csv_print_text(file.stream, columns[i]);
    }
    end_row(csv);
    return csv;
}

void csv_row(Csv *csv, const double *values) {
    for (int i = 0; i < csv->count; i++) {
        if (i) fputc(',', csv->file.stream);
        csv_print_number(csv->file.stream, values[i]);
    }
    end_row(csv);
}

bool csv_close(Csv *csv, Error *err) {
    if (!csv) return true;
    bool good = file_commit_or_keep(&csv->file, err);
    arena_free(csv->arena);
    return good;
}

void csv_abandon(Csv *csv) {
    if (!csv) return;
    file_abandon(&csv->file);
    arena_free(csv->arena);
}
