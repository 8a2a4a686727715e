/* Names for the factors by which formulas of the same name differ. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "lessons/check/diagnose.h"

#define SAME 1e-5 /* two ratios are the same one */

static const struct {
    double value;
    const char *over, *under; /* written before N and M, above or below the line */
} constants[] = {
    {1, "", ""}, {2, "2", ""}, {0.5, "", "2"}, {4, "4", ""}, {0.25, "", "4"}};

/* "N ", "N^2 " or nothing; exponents are 2 at most. */
static const char *power(char letter, int exponent, char text[8]) {
    text[0] = 0;
    if (exponent > 0) snprintf(text, 8, exponent > 1 ? "%c^2 " : "%c ", letter);
    return text;
}

static void without_last_space(char *text) {
    char *end = text;
    for (char *c = text; *c; c++)
        if (*c != ' ') end = c + 1;
    *end = 0;
}

/* constants[k] N^a M^b as text. */
static const char *written(bool minus, int k, int a, int b) {
    static char text[96];
    char n[8], m[8], top[32], bottom[32];
    snprintf(top, sizeof top, "%s%s%s%s", constants[k].over,
             *constants[k].over ? " " : "", power('N', a, n), power('M', b, m));
    snprintf(bottom, sizeof bottom, "%s%s%s%s", constants[k].under,
             *constants[k].under ? " " : "", power('N', -a, n), power('M', -b, m));
    without_last_space(top);
    without_last_space(bottom);
    int factors = 0;
    for (const char *c = bottom; *c; c++)
        factors += *c == ' ';
    snprintf(text, sizeof text, "%s%s%s%s%s%s", minus ? "-" : "", *top ? top : "1",
             *bottom ? "/" : "", factors ? "(" : "", bottom, factors ? ")" : "");
    return text;
}

static bool same(double a, double b) {
    return fabs(a - b) <= SAME * fabs(b);
}

const char *factor_name(double ratio, int channels, int positions) {
    const double size = fabs(ratio), n = channels, m = positions;
    /* From the simple to the far-fetched: powers of N and M, then the constant. */
    for (int far = 0; far <= 4; far++)
        for (int k = 0; k < 5; k++)
            for (int a = 2; a >= -2; a--)
                for (int b = 2; b >= -2; b--) {
                    if (abs(a) + abs(b) != far || (a && channels < 2) ||
                        (b && positions < 2))
                        continue;
                    if (same(size, constants[k].value * pow(n > 0 ? n : 1, a) *
                                       pow(m > 0 ? m : 1, b)))
                        return written(ratio < 0, k, a, b);
                }
    return NULL;
}
