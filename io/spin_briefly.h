/* How long a thread of OpenMP spins before it sleeps. For programs only: the library
 * never starts a process.
 *
 *     int main(int argc, char **argv) {
 *         spin_briefly(argv);
 *
 * By default, a waiting thread of libgomp spins for many milliseconds. On a busy machine
 * it occupies the core that the other thread needs. Ten thousand iterations, about ten
 * microseconds, cover the gaps within a step; after that the thread sleeps. libgomp
 * reads its settings before main, so the program executes itself once more with
 * GOMP_SPINCOUNT, unless that or OMP_WAIT_POLICY is set already. */
#ifndef IO_SPIN_BRIEFLY_H
#define IO_SPIN_BRIEFLY_H

/* Call it first in main, with main's argv. */
void spin_briefly(char **argv);

#endif
