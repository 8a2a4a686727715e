/* Shuffles of GCC's vector extensions, written for any number of lanes: which of the
 * 2 x lanes numbers of two vectors a and b to take.
 *
 *     PICK(LOW_, a, b)      a0 b0 a1 b1 ...    the first halves, alternately
 *     PICK(HIGH_, a, b)     the second halves, alternately
 *
 * The file that uses them defines LANES, as a literal number, and
 *     #define PICK(kind, a, b) __builtin_shufflevector(a, b, GLUE(kind, LANES)) */
#ifndef TENSOR_INTERLEAVE_H
#define TENSOR_INTERLEAVE_H

#define GLUE_(a, b) a##b
#define GLUE(a, b) GLUE_(a, b)

#define LOW_2 0, 2
#define LOW_4 0, 4, 1, 5
#define LOW_8 0, 8, 1, 9, 2, 10, 3, 11
#define LOW_16 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH_2 1, 3
#define HIGH_4 2, 6, 3, 7
#define HIGH_8 4, 12, 5, 13, 6, 14, 7, 15
#define HIGH_16 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31

#endif
