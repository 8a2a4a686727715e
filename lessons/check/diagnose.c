#include "lessons/check/diagnose.h"

#include <math.h>
#include <stdio.h>

#include "lessons/check/case.h"
#include "lessons/check/language.h"
#include "lessons/check/rooms.h"

/* What the function adds to existing values. */
static double added(const Case *c, size_t i) {
    return case_right(c, i) - case_start(c, i);
}

/* ---- Values ---- */

/* A room is full of NaN of a kind that no arithmetic makes. */
static bool unwritten(const Case *c) {
    size_t count = 0, first = 0;
    for (size_t i = c->n; i-- > 0;)
        if (rooms_unwritten(case_got(c, i))) count++, first = i;
    const char *where = case_place(c);
    if (!count) return false;
    if (count == c->n)
        return case_say(c, "no result is written, or it is computed from memory that "
                           "was never written");
    return case_say(c,
                    "%s%s%zu of %zu numbers, the first of them number %zu, are never "
                    "written, or computed from memory that was not",
                    where ? tr(where) : "", where ? tr(": ") : "", count, c->n, first);
}

static bool not_a_number(const Case *c) {
    const char *where = case_place(c);
    for (size_t i = 0; i < c->n; i++) {
        const double x = case_got(c, i);
        if (isfinite(x)) continue;
        return case_say(
            c, "%s%snumber %zu is %s: %s?", where ? tr(where) : "", where ? tr(", ") : "",
            i,
            isnan(x) ? "nan"
            : x > 0  ? "inf"
                     : "-inf",
            isnan(x)
                ? tr("a division by 0, the root or logarithm of a negative number, or "
                     "inf - inf")
                : tr("a division by 0, an e^x that is too large, or the logarithm of 0"));
    }
    return false;
}

/* What is known to be this many times the right numbers, or NULL. */
static const char *suspect(const Case *c, double k) {
    for (const Suspect *s = c->hints->suspects; s->why; s++)
        if (fabs(k - s->ratio) <= 1e-5 * fabs(s->ratio)) return s->why;
    return NULL;
}

static bool all_zero(const Case *c) {
    const char *why = suspect(c, 0);
    for (size_t i = 0; i < c->n; i++)
        if (case_got(c, i) != 0) return false;
    if (why) return case_say(c, "%s", tr(why));
    if (c->n == 1)
        return case_say(c, "the result is 0: is nothing added up, or all of it "
                           "multiplied by 0?");
    return case_say(c, "all zero: nothing is added up or written, or all of it is "
                       "multiplied by 0");
}

static bool unchanged(const Case *c) {
    for (size_t i = 0; i < c->n && c->before; i++)
        if (!case_close(c, case_got(c, i), case_start(c, i))) return false;
    return c->before &&
           case_say(c, "nothing was added: the numbers are those from before");
}

static bool overwritten(const Case *c) {
    for (size_t i = 0; i < c->n && c->before; i++)
        if (!case_close(c, case_got(c, i), added(c, i))) return false;
    return c->before &&
           case_say(c, "missing +=: the right numbers, but what was there before "
                       "is lost; = stands where += belongs");
}

static bool equals(const Case *c, const real *numbers) {
    for (size_t i = 0; i < c->n; i++)
        if (!case_close(c, case_got(c, i), (double)numbers[i])) return false;
    return true;
}

/* Where an input is special, two mistakes may have the same result; of more, none is
 * named. */
static bool mistake_among(const Case *c, bool slips) {
    const Mistake *found[3] = {NULL, NULL, NULL};
    const int most = slips ? 3 : 2;
    int count = 0;
    for (const Mistake *m = c->hints->mistakes; m->why; m++) {
        if ((m->value != NULL) != slips || !equals(c, m->numbers)) continue;
        if (count == most) return false;
        found[count++] = m;
    }
    for (int k = 0; k < count; k++) {
        const char *value = found[k]->value, *why = tr(found[k]->why);
        if (k) case_add(c, "; or else ");
        if (value)
            case_add(c, "%s %s", tr(value), why);
        else
            case_add(c, "%s", why);
    }
    return count > 0;
}

static bool other_formula(const Case *c) {
    const GradeHints *h = c->hints;
    return h->formula &&
           case_say(c, "this is %s, and not %s", h->formula, h->right_formula);
}

static bool known_mistake(const Case *c) {
    return mistake_among(c, false) || mistake_among(c, true);
}

/* ---- One factor ---- */

#define LARGEST_FRACTION 16 /* 15/16 is still a fraction that somebody wrote */

/* The k for which k * expected is closest to the numbers, if all then agree; else 0.
 */
static double common_factor(const Case *c, bool over) {
    double both = 0, square = 0, largest = 0;
    for (size_t i = 0; i < c->n; i++) {
        const double start = over ? 0 : case_start(c, i);
        both += (case_got(c, i) - start) * added(c, i);
        square += added(c, i) * added(c, i);
        largest = fmax(largest, fabs(added(c, i)));
    }
    const double k = square > 0 ? both / square : 0;
    for (size_t i = 0; i < c->n; i++) {
        const double start = over ? 0 : case_start(c, i);
        const double off = case_got(c, i) - start - k * added(c, i);
        if (!(fabs(off) <= fabs(k) * fmax(c->tolerance, 1e-9 * largest))) return 0;
    }
    return k;
}

/* The sentence that goes with a factor. */
static const char *reason(double k) {
    if (fabs(k + 1) < 1e-5) return "the sign is turned, a - b where b - a belongs";
    if (k < 0) return "a factor, and the sign is turned";
    if (fabs(k - 2) < 1e-5)
        return "is a factor 1/2 forgotten, or everything added twice?";
    if (fabs(k - 0.5) < 1e-5) return "is a 2 forgotten, as in (x^2)' = 2 x?";
    return k > 1 ? "is a division forgotten, or a factor too many?"
                 : "is a factor forgotten, or a division too many?";
}

/* "4/5", "-9", "sqrt(2)"; false for what nobody has written. */
static bool as_fraction(double k, char *text, size_t room) {
    for (int b = 1; b <= LARGEST_FRACTION; b++)
        for (int a = 1; a <= LARGEST_FRACTION; a++) {
            const bool itself = fabs(fabs(k) * b - a) < 1e-7 * a;
            char under[16] = "";
            if (!itself && !(fabs(k * k * b - a) < 1e-7 * a)) continue;
            if (b > 1) snprintf(under, sizeof under, "/%d", b);
            snprintf(text, room, "%s%s%d%s%s", k < 0 ? "-" : "", itself ? "" : "sqrt(", a,
                     under, itself ? "" : ")");
            return true;
        }
    return false;
}

static bool one_factor(const Case *c, bool over) {
    const double k = common_factor(c, over);
    const GradeHints *h = c->hints;
    if (!(fabs(k) > 0) || fabs(k - 1) < 1e-9) return false;
    const char *lost = over ? tr(", and += is missing") : "";
    const char *why = suspect(c, k), *name = factor_name(k, h->channels, h->positions);
    char letters[80] = "";
    if (name && (h->channels || h->positions))
        snprintf(letters, sizeof letters, tr(" (N = %d channels, M = %d positions)"),
                 h->channels, h->positions);
    if (why)
        return case_say(c,
                        c->n == 1 ? "the number is %.6g times the right one%s: %s"
                                  : "every number is %.6g times the right one%s: %s",
                        k, lost, tr(why));
    if (name)
        return case_say(c,
                        c->n == 1 ? "the number is %s times the right one%s%s: %s"
                                  : "every number is %s times the right one%s%s: %s",
                        name, letters, lost, tr(reason(k)));
    if (c->n == 1) return false;
    char fraction[40];
    if (case_tells(c, 2) && as_fraction(k, fraction, sizeof fraction))
        return case_say(c,
                        "every number is %s times the right one%s: is there a factor %s "
                        "that does not belong there?",
                        fraction, lost, fraction);
    return case_say(
        c,
        "every number is %.6g times the right one%s: one factor is missing or "
        "too many",
        k, lost);
}

/* A factor that the grader has been told about. */
static bool suspected(const Case *c) {
    const double k = common_factor(c, false);
    return fabs(k) > 0 && fabs(k - 1) >= 1e-9 && suspect(c, k) && one_factor(c, false);
}

static bool factor_right(const Case *c) {
    return one_factor(c, false);
}

static bool factor_overwritten(const Case *c) {
    return c->before && one_factor(c, true);
}

/* ---- Values, changed one by one ---- */

static bool signs_lost(const Case *c) {
    for (size_t i = 0; i < c->n; i++)
        if (!case_close(c, fabs(case_got(c, i)), fabs(case_right(c, i)))) return false;
    return case_say(c,
                    "the sizes are right, but not the signs: the wrong ones are turned");
}

static bool offset(const Case *c) {
    const double by = case_got(c, 0) - case_right(c, 0);
    for (size_t i = 0; i < c->n; i++)
        if (!case_close(c, case_got(c, i), case_right(c, i) + by)) return false;
    return case_varies(c) &&
           case_say(c,
                    by > 0 ? "every number is %.6g too large: a constant was added"
                           : "every number is %.6g too small: a constant was added",
                    fabs(by));
}

static bool squared(const Case *c) {
    for (size_t i = 0; i < c->n; i++)
        if (!case_close(c, case_got(c, i), case_right(c, i) * case_right(c, i)))
            return false;
    return case_tells(c, 3) &&
           case_say(c, "every number is the square of the right one: a root is missing");
}

static bool rooted(const Case *c) {
    for (size_t i = 0; i < c->n; i++)
        if (case_got(c, i) < 0 ||
            !case_close(c, case_got(c, i) * case_got(c, i), case_right(c, i)))
            return false;
    return case_tells(c, 3) &&
           case_say(c, "every number is the root of the right one: a square is missing");
}

static bool otherwise(const Case *c) {
    return c->hints->otherwise && case_say(c, "%s", tr(c->hints->otherwise));
}

static bool unknown(const Case *c) {
    return case_say(c, c->n == 1
                           ? "not the right number, and by no usual factor"
                           : "none of the numbers is right, and by no usual mistake");
}

/* The worst element, after the diagnosis. */
static void add_worst(const Case *c) {
    size_t worst = 0;
    double most = -1;
    for (size_t i = 0; i < c->n; i++) {
        const double off = fabs(case_got(c, i) - case_right(c, i));
        if (off > most || !isfinite(off)) worst = i, most = off;
        if (!isfinite(off)) break;
    }
    char which[100] = "";
    const size_t rows = (size_t)c->hints->rows, columns = (size_t)c->hints->columns;
    if (c->n > 1) snprintf(which, sizeof which, tr("number %zu"), worst);
    if (c->n > 1 && case_matrices(c))
        snprintf(which, sizeof which, tr("number %zu, row %zu, column %zu"), worst,
                 worst / columns % rows, worst % columns);
    case_add(c, "\n%s%syours %.6g, right %.6g", which, *which ? tr(": ") : "",
             case_got(c, worst), case_right(c, worst));
}

static bool all_right(const Case *c) {
    for (size_t i = 0; i < c->n; i++)
        if (case_wrong(c, i)) return false;
    return true;
}

bool diagnose(size_t n, const real *numbers, const real *expected, double tolerance,
              const GradeHints *hints, char text[DIAGNOSIS]) {
    static const GradeHints none;
    static bool (*const suspicions[])(const Case *c) = {
        unwritten,      not_a_number,   suspected,   known_mistake, other_formula,
        all_zero,       unchanged,      overwritten, factor_right,  factor_overwritten,
        case_other_sum, case_misplaced, signs_lost,  offset,        squared,
        rooted,         case_elsewhere, otherwise,   case_partly,   unknown};
    hints = hints ? hints : &none;
    const Case c = {n, numbers, expected, hints->before, tolerance, hints, text};
    text[0] = 0;
    if (all_right(&c)) return true;
    for (int k = 0; !suspicions[k](&c); k++)
        ;
    add_worst(&c);
    return false;
}
