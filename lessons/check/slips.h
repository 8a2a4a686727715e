/* A value inside of a formula with a wrong factor, or one too large: mistakes that every
 * value can have. A formula hands its values through slip():
 *
 *     enum { UP, DOWN };
 *     const double up = slip(mistake, UP, loss(x));
 *
 * and the hints give them names, hints.values = {"up", "down"}: each value is tried with
 * each slip. */
#ifndef LESSONS_CHECK_SLIPS_H
#define LESSONS_CHECK_SLIPS_H

/* The kinds of slips, and the number of the first of them: they are mistakes, too. */
enum { SLIPS = 8, FIRST_SLIP = 1000 };

/* The value with that number, as it is with this mistake. */
double slip(int mistake, int value, double x);

/* "is twice what it should be": kind 0 ... SLIPS - 1. */
const char *slip_why(int kind);

#endif
