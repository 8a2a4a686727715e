/* The time, for whatever is measured or limited by it. */
#ifndef TENSOR_CLOCK_H
#define TENSOR_CLOCK_H

/* Seconds since some moment in the past, on a clock that never goes back, whatever the
 * date is set to. A signal handler may call it. */
double seconds_now(void);

#endif
