#include "io/csv.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "io/file.h"
#include "tensor/check.h"

struct Csv {
    Arena *arena; /* holds the table itself */
    FileOutput file;
    int count;     /* columns */
    int rows;      /* that were written whole */
    size_t length; /* bytes of the header and of those */
    int reason;    /* errno of the row that was not */
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

/* Each line is flushed, so that it survives if the run is killed. An error stays in the
 * stream until csv_close. */
static bool end_line(Csv *csv) {
    fputc('\n', csv->file.stream);
    fflush(csv->file.stream);
    csv->reason = errno; /* of any write of this line */
    if (ferror(csv->file.stream)) return false;
    const long length = ftell(csv->file.stream); /* -1 of a pipe */
    if (length > 0) csv->length = (size_t)length;
    return true;
}

Csv *csv_new(const char *path, const char *const *columns, int count, Error *err) {
    CHECK(count >= 1, "a table of %d columns", count);
    FileOutput file;
    if (!file_begin(&file, path, err)) return NULL;
    Arena *arena = arena_new();
    Csv *csv = ARENA_NEW(arena, Csv, 1);
    *csv = (Csv){.arena = arena, .file = file, .count = count};
    for (int i = 0; i < count; i++) {
        if (i) fputc(',', file.stream);
        csv_print_text(file.stream, columns[i]);
    }
    (void)end_line(csv);
    return csv;
}

void csv_row(Csv *csv, const double *values) {
    if (ferror(csv->file.stream)) return; /* a table has no gaps */
    for (int i = 0; i < csv->count; i++) {
        if (i) fputc(',', csv->file.stream);
        csv_print_number(csv->file.stream, values[i]);
    }
    csv->rows += end_line(csv);
}

/* The rows before the one that could not be written. */
static void keep_rows(Csv *csv, Error *err) {
    const int rows = csv->rows;
    if (!file_keep_part(&csv->file, csv->length, csv->reason, err)) return;
    const Error why = *err;
    error_set(err, "%s, with its first %d row%s", why.text, rows, rows == 1 ? "" : "s");
}

bool csv_close(Csv *csv, Error *err) {
    if (!csv) return true;
    const bool part = ferror(csv->file.stream) && csv->rows > 0;
    bool good = !part && file_commit_or_keep(&csv->file, err);
    if (part) keep_rows(csv, err);
    arena_free(csv->arena);
    return good;
}

void csv_abandon(Csv *csv) {
    if (!csv) return;
    file_abandon(&csv->file);
    arena_free(csv->arena);
}
