/* The right numbers in wrong positions. */
#include <math.h>

#include "lessons/check/case.h"
#include "lessons/check/language.h"

/* Where, in an order that is suspected, the number with index i would come from; n is
 * all, rows x columns one matrix, channels x positions all as planes. */
typedef size_t Order(const Case *c, size_t i);

static size_t reversed(const Case *c, size_t i) {
    return c->n - 1 - i;
}

static size_t transposed(const Case *c, size_t i) {
    const size_t rows = (size_t)c->hints->rows, columns = (size_t)c->hints->columns;
    const size_t start = i / (rows * columns) * rows * columns, in = i - start;
    return start + in % rows * columns + in / rows;
}

static size_t turned(const Case *c, size_t i) {
    const size_t size = (size_t)c->hints->rows * (size_t)c->hints->columns;
    return i / size * size + size - 1 - i % size;
}

static size_t mirrored(const Case *c, size_t i) {
    const size_t columns = (size_t)c->hints->columns;
    return i / columns * columns + columns - 1 - i % columns;
}

static size_t upside_down(const Case *c, size_t i) {
    return mirrored(&(Case){.hints = &(GradeHints){.columns = c->hints->columns}},
                    turned(c, i));
}

static size_t channels_reversed(const Case *c, size_t i) {
    const size_t positions = (size_t)c->hints->positions;
    return ((size_t)c->hints->channels - 1 - i / positions) * positions + i % positions;
}

static size_t interleaved(const Case *c, size_t i) {
    const size_t channels = (size_t)c->hints->channels;
    return i % channels * (size_t)c->hints->positions + i / channels;
}

static size_t one_late(const Case *c, size_t i) {
    return i ? i - 1 : c->n;
}

static size_t one_early(const Case *c, size_t i) {
    return (void)c, i + 1;
}

/* What must be known about the arrays before an order is tried. */
enum { NEEDS_NOTHING, NEEDS_MATRIX, NEEDS_PLANES };

static const struct {
    Order *from;
    int needs;
    const char *why;
} orders[] = {
    {transposed, NEEDS_MATRIX,
     "transposed: the right numbers, with rows and columns exchanged"},
    {turned, NEEDS_MATRIX,
     "turned by 180 degrees: correlation and convolution are exchanged, or both indices "
     "run backwards"},
    {mirrored, NEEDS_MATRIX, "mirrored: the columns run backwards"},
    {upside_down, NEEDS_MATRIX, "upside down: the rows run backwards"},
    {interleaved, NEEDS_PLANES,
     "the right numbers, pixel after pixel; channel after channel is wanted"},
    {channels_reversed, NEEDS_PLANES,
     "the channels are in reverse order, such as BGR instead of RGB"},
    {reversed, NEEDS_NOTHING, "reversed: the right numbers, last one first"},
    {one_late, NEEDS_NOTHING, "off by one: every number stands one place too late"},
    {one_early, NEEDS_NOTHING, "off by one: every number stands one place too early"},
};

static bool applies(const Case *c, int needs) {
    const GradeHints *h = c->hints;
    const size_t planes = (size_t)h->channels * (size_t)h->positions;
    return needs == NEEDS_NOTHING || (needs == NEEDS_MATRIX && case_matrices(c)) ||
           (needs == NEEDS_PLANES && planes == c->n);
}

static bool in_order(const Case *c, Order *from, double factor) {
    for (size_t i = 0; i < c->n; i++) {
        const size_t j = from(c, i);
        if (j >= c->n) continue;
        const double added = case_right(c, j) - case_start(c, j);
        if (!case_close(c, case_got(c, i) - case_start(c, i), factor * added))
            return false;
    }
    return true;
}

bool case_misplaced(const Case *c) {
    static const double factors[] = {1, 2, 0.5, -1};
    for (size_t k = 0; case_tells(c, 3) && k < sizeof orders / sizeof *orders; k++)
        for (int f = 0; f < 4 && applies(c, orders[k].needs); f++)
            if (in_order(c, orders[k].from, factors[f]))
                return f ? case_say(c, "%s, and times %g", tr(orders[k].why), factors[f])
                         : case_say(c, "%s", tr(orders[k].why));
    return false;
}

/* The place where a number belongs that the student has put to place i; n for none. */
static size_t belongs(const Case *c, size_t i) {
    const double added = case_got(c, i) - case_start(c, i);
    for (size_t j = 0; j < c->n; j++)
        if (case_close(c, added, case_right(c, j) - case_start(c, j))) return j;
    return c->n;
}

/* Whether a number that was added can be found by its value. Of whole numbers, few of
 * which differ, any wrong one is likely to be right somewhere else. */
static bool recognisable(const Case *c) {
    size_t different = 0;
    bool whole = true;
    for (size_t i = 0; i < c->n; i++) {
        const double x = case_right(c, i) - case_start(c, i);
        bool new = true;
        for (size_t j = 0; j < i && new; j++)
            new = !case_close(c, x, case_right(c, j) - case_start(c, j));
        different += new;
        whole &= case_close(c, x, round(x));
    }
    return !whole || 2 * different >= c->n;
}

/* Wrong numbers that are right ones of other places, in no order that has a name. */
bool case_elsewhere(const Case *c) {
    size_t first = c->n, from = c->n, count = 0;
    for (size_t i = 0; i < c->n; i++) {
        if (!case_wrong(c, i)) continue;
        const size_t j = belongs(c, i);
        if (j == c->n || case_close(c, case_right(c, j), case_start(c, j))) return false;
        if (!count++) first = i, from = j;
    }
    return c->n >= 8 && count >= 4 && recognisable(c) &&
           case_say(c,
                    "an index is wrong: right numbers stand in wrong places, %zu of %zu; "
                    "place %zu has what belongs to place %zu",
                    count, c->n, first, from);
}
