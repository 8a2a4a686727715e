#include "tensor/rng.h"

#include <math.h>

#include "tensor/check.h"

Rng rng_seed(uint64_t seed) {
    return (Rng){seed};
}

uint64_t rng_bits(Rng *rng) {
    uint64_t z = rng->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double rng_uniform(Rng *rng) {
    return (double)(rng_bits(rng) >> 11) * 0x1p-53;
}

/* log(m 2^e) = e log 2 + 2 (t + t^3/3 + t^5/5 + ...), t = (m - 1) / (m + 1), and m is in
 * [1/2, 1), so |t| <= 1/3 and twenty terms reach double precision. */
static double portable_log(double x) {
    int exponent;
    double m = frexp(x, &exponent), t = (m - 1) / (m + 1), power = t, sum = 0;
    for (int i = 0; i < 20; i++) {
        sum += power / (2 * i + 1);
        power *= t * t;
    }
    return exponent * 0.69314718055994530942 + 2 * sum;
}

double rng_normal(Rng *rng) {
    double u, v, s;
    do {
        u = 2 * rng_uniform(rng) - 1;
        v = 2 * rng_uniform(rng) - 1;
        s = u * u + v * v;
    } while (s >= 1 || s == 0);
    return u * sqrt(-2 * portable_log(s) / s);
}

uint32_t rng_below(Rng *rng, uint32_t n) {
    CHECK(n > 0, "a number below 0 was asked for");
    return (uint32_t)(rng_uniform(rng) * n);
}
