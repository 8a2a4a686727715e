/* Random numbers that are the same on every machine.
 *
 * The generator is SplitMix64 (Steele, Lea, Flood 2014): a counter and a hash, 64 bits of
 * state. Uniform and normal numbers are made from it with +, -, *, / and sqrt in double,
 * which IEEE 754 fixes to the bit; log is our own series, because the C library's log
 * differs from system to system in its last digit.
 *
 *     Rng rng = rng_seed(7);
 *     double x = rng_normal(&rng); */
#ifndef TENSOR_RNG_H
#define TENSOR_RNG_H

#include <stdint.h>

/* A generator; a copy of it gives the same numbers again. */
typedef struct Rng {
    uint64_t state; /* the counter */
} Rng;

/* The generator of this seed; every seed is a good one. */
Rng rng_seed(uint64_t seed);

/* 64 random bits. */
uint64_t rng_bits(Rng *rng);

/* Uniform in [0, 1): the 53 high bits, times 2^-53. */
double rng_uniform(Rng *rng);

/* Standard normal, by Marsaglia's polar method (one of the pair is thrown away, so that
 * the state is the counter alone). */
double rng_normal(Rng *rng);

/* Uniform integer in [0, n), n >= 1. */
uint32_t rng_below(Rng *rng, uint32_t n);

#endif
