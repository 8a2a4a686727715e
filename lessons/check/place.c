/* Some numbers are right: finds where the wrong ones are. */
#include <math.h>
#include <stdio.h>

#include "lessons/check/case.h"
#include "lessons/check/diagnose.h"
#include "lessons/check/language.h"

enum { SHORT = 150 }; /* bytes of a part of a sentence */

static size_t count_wrong(const Case *c) {
    size_t count = 0;
    for (size_t i = 0; i < c->n; i++)
        count += case_wrong(c, i);
    return count;
}

/* True if at least one element is wrong and every wrong element satisfies `where`. */
static bool only(const Case *c, bool (*where)(const Case *c, size_t row, size_t column)) {
    const size_t columns = (size_t)c->hints->columns, rows = (size_t)c->hints->rows;
    for (size_t i = 0; i < c->n; i++)
        if (case_wrong(c, i) && !where(c, i / columns % rows, i % columns)) return false;
    return true;
}

static bool at_top(const Case *c, size_t row, size_t column) {
    return (void)c, (void)column, row == 0;
}
static bool at_bottom(const Case *c, size_t row, size_t column) {
    return (void)column, row + 1 == (size_t)c->hints->rows;
}
static bool at_left(const Case *c, size_t row, size_t column) {
    return (void)c, (void)row, column == 0;
}
static bool at_right(const Case *c, size_t row, size_t column) {
    return (void)row, column + 1 == (size_t)c->hints->columns;
}
static bool at_end(const Case *c, size_t row, size_t column) {
    return at_bottom(c, row, column) || at_right(c, row, column);
}
static bool at_border(const Case *c, size_t row, size_t column) {
    return at_end(c, row, column) || row == 0 || column == 0;
}
static bool on_diagonal(const Case *c, size_t row, size_t column) {
    return (void)c, row == column;
}
static bool off_diagonal(const Case *c, size_t row, size_t column) {
    return (void)c, row != column;
}
static bool below_diagonal(const Case *c, size_t row, size_t column) {
    return (void)c, row > column;
}
static bool above_diagonal(const Case *c, size_t row, size_t column) {
    return (void)c, row < column;
}

static const struct {
    bool square; /* asks for as many rows as columns */
    bool (*where)(const Case *c, size_t row, size_t column);
    const char *why;
} places[] = {
    {false, at_top, "only the first row is wrong"},
    {false, at_bottom, "only the last row is wrong"},
    {false, at_left, "only the first column is wrong"},
    {false, at_right, "only the last column is wrong"},
    {true, on_diagonal, "only the diagonal is wrong"},
    {true, below_diagonal, "only what is below the diagonal is wrong"},
    {true, above_diagonal, "only what is above the diagonal is wrong"},
    {false, at_end, "only the last row and column are wrong"},
    {false, at_border, "only the border is wrong"},
    {true, off_diagonal, "the diagonal is right, and nothing else"},
};

const char *case_place(const Case *c) {
    const GradeHints *h = c->hints;
    if (!case_matrices(c) || h->rows < 3 || h->columns < 3) return NULL;
    for (size_t k = 0; k < sizeof places / sizeof *places; k++)
        if ((!places[k].square || h->rows == h->columns) && only(c, places[k].where))
            return places[k].why;
    return NULL;
}

/* What the wrong ones have in common: nothing there, or one factor. */
static void among_wrong(const Case *c, char text[SHORT]) {
    double ratio = 0;
    bool first = true, one = true, zero = true;
    for (size_t i = 0; i < c->n; i++) {
        if (!case_wrong(c, i)) continue;
        const double r =
            case_right(c, i) != 0 ? case_got(c, i) / case_right(c, i) : (double)NAN;
        if (first) ratio = r;
        first = false;
        one &= fabs(r - ratio) <= 1e-5 * fabs(ratio);
        zero &= case_got(c, i) == 0;
    }
    const char *name = one ? factor_name(ratio, 0, 0) : NULL;
    text[0] = 0;
    if (zero)
        snprintf(text, SHORT, "%s", tr(": all of them 0"));
    else if (name)
        snprintf(text, SHORT, tr(": %s times the right ones there"), name);
}

bool case_partly(const Case *c) {
    const size_t count = count_wrong(c);
    const char *where = case_place(c);
    char common[SHORT];
    if (!where && count == c->n) return false;
    among_wrong(c, common);
    if (where) return case_say(c, "%s%s", tr(where), common);
    return case_say(c, "%zu of %zu numbers are wrong, the others right%s", count, c->n,
                    common);
}
