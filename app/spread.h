/* What a number of measured times amount to. */
#ifndef APP_SPREAD_H
#define APP_SPREAD_H

/* Seconds. */
typedef struct Spread {
    double median, least, most;
} Spread;

/* Sorts the seconds of the rounds. */
Spread spread_of(double *seconds, int rounds);

#endif
