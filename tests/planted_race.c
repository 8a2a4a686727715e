/* Proof that `make races` is not blind: `planted_race race` counts in a loop of OpenMP
 * without protection, which must be reported; `planted_race none` adds up by reduction and
 * hands numbers from one loop to the next, which is correct and must not be. */
#include <stdio.h>
#include <string.h>

enum { TURNS = 100000 };

static long counter;
static long numbers[TURNS];

static long racing(void) {
#pragma omp parallel for num_threads(4)
    for (long i = 0; i < TURNS; i++)
        counter += i & 1;
    return counter;
}

static long correct(void) {
    long sum = 0;
#pragma omp parallel num_threads(4)
    {
#pragma omp for schedule(dynamic, 100)
        for (long i = 0; i < TURNS; i++)
            numbers[i] = i & 1;
#pragma omp for schedule(static) reduction(+ : sum)
        for (long i = 0; i < TURNS; i++)
            sum += numbers[TURNS - 1 - i];
    }
    return sum;
}

int main(int argc, char **argv) {
    const int race = argc == 2 && strcmp(argv[1], "race") == 0;
    printf("%ld\n", race ? racing() : correct());
    return 0;
}
