/* The right terms, added up with wrong factors. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lessons/check/case.h"
#include "lessons/check/diagnose.h"
#include "lessons/check/language.h"

enum { MOST = SUM_TERMS + 1 }; /* and what was there before */

typedef struct Sum {
    int count;
    const real *numbers[MOST];
    const char *names[MOST];
    double times[MOST], found[MOST];
} Sum;

static void add_term(Sum *sum, const real *numbers, const char *name, double times) {
    sum->numbers[sum->count] = numbers;
    sum->names[sum->count] = name;
    sum->times[sum->count++] = times;
}

static double product(const Case *c, const real *a, const real *b) {
    double sum = 0;
    for (size_t i = 0; i < c->n; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

/* Solves the equations in place: Gauss, with the largest pivot. False if they depend on
 * each other. */
static bool solve(int n, double a[MOST][MOST + 1], double *x) {
    double largest = 0;
    for (int i = 0; i < n; i++)
        largest = fmax(largest, fabs(a[i][i]));
    for (int k = 0; k < n; k++) {
        int best = k;
        for (int i = k + 1; i < n; i++)
            if (fabs(a[i][k]) > fabs(a[best][k])) best = i;
        if (!(fabs(a[best][k]) > 1e-9 * largest)) return false;
        for (int j = k; j <= n; j++) {
            const double kept = a[k][j];
            a[k][j] = a[best][j];
            a[best][j] = kept;
        }
        for (int i = 0; i < n; i++) {
            const double times = i == k ? 0 : a[i][k] / a[k][k];
            for (int j = k; j <= n; j++)
                a[i][j] -= times * a[k][j];
        }
    }
    for (int k = 0; k < n; k++)
        x[k] = a[k][n] / a[k][k];
    return true;
}

/* The factors with which the terms add up to the numbers; false if none do. */
static bool fit(const Case *c, Sum *sum) {
    double a[MOST][MOST + 1];
    for (int i = 0; i < sum->count; i++) {
        for (int j = 0; j < sum->count; j++)
            a[i][j] = product(c, sum->numbers[i], sum->numbers[j]);
        a[i][sum->count] = product(c, sum->numbers[i], c->got);
    }
    if (!solve(sum->count, a, sum->found)) return false;
    for (size_t i = 0; i < c->n; i++) {
        double all = 0;
        for (int k = 0; k < sum->count; k++)
            all += sum->found[k] * (double)sum->numbers[k][i];
        if (!case_close(c, case_got(c, i), all)) return false;
    }
    return true;
}

static void describe(const char *name, double found, double times, char *text,
                     size_t room) {
    char factor[32];
    const char *known = times != 0 ? factor_name(found / times, 0, 0) : NULL;
    snprintf(factor, sizeof factor, "%.6g", times != 0 ? found / times : found);
    if (times == 0)
        snprintf(text, room, tr("%s does not belong there"), name);
    else if (fabs(found) < 1e-6)
        snprintf(text, room, tr("%s: missing"), name);
    else if (fabs(found + times) < 1e-6)
        snprintf(text, room, tr("%s: with the wrong sign"), name);
    else
        snprintf(text, room, tr("%s: %s times what is right"), name,
                 known ? known : factor);
}

bool case_other_sum(const Case *c) {
    Sum sum = {0};
    for (const SumTerm *t = c->hints->terms; t->name; t++)
        add_term(&sum, t->numbers, t->name, t->times);
    if (!sum.count) return false;
    if (c->before) add_term(&sum, c->before, "what was there before", 1);
    if (c->n < (size_t)sum.count + 2 || !fit(c, &sum)) return false;
    char text[DIAGNOSIS - 100] = "";
    int wrong = 0;
    for (int k = 0; k < sum.count; k++) {
        const size_t used = strlen(text);
        if (fabs(sum.found[k] - sum.times[k]) < 1e-5) continue;
        if (wrong++) snprintf(text + used, sizeof text - used, "%s", tr("; "));
        describe(tr(sum.names[k]), sum.found[k], sum.times[k], text + strlen(text),
                 sizeof text - strlen(text));
    }
    return wrong && case_say(c, "%s", text);
}
