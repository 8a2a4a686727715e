#include "lessons/desk/back.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Value x_of_call;
static int n_of_call, m_of_call;

void *back_context(const Value *x) {
    x_of_call = *x;
    return &x_of_call;
}

static bool ended;

void back_end(void) {
    ended = true;
}

static double exchange(int k, size_t bytes, const real *x, real *gradient) {
    if (ended) {
        memset(gradient, 0, bytes);
        return 0;
    }
    Head head = {.message = BACK, .number = k};
    if (!wire_write(WIRE, &head, sizeof head) || !wire_write(WIRE, x, bytes) ||
        !wire_read(WIRE, &head, sizeof head) || !wire_read(WIRE, gradient, bytes))
        _Exit(1); /* the grader has ended */
    return head.value;
}

static double ask(void *context, int k, int n, const real *x, real *gradient) {
    const size_t bytes = (size_t)x_of_call.bytes;
    if (context != &x_of_call || (size_t)n * sizeof *x != bytes) {
        fprintf(stderr, "a function is called with another context or n than it was "
                        "given with\n");
        abort();
    }
    return exchange(k, bytes, x, gradient);
}

double back_total(const Transfer *t, const real *x, real *gradient) {
    return ask(t->context, t->count, t->n, x, gradient);
}

void back_gram_sizes(int n, int m) {
    n_of_call = n;
    m_of_call = m;
}

/* One array goes there and one of the same length comes back: the longer of F and G. */
void back_gram(int n, int m, const real *f, real *g) {
    if (n != n_of_call || m != m_of_call) {
        fprintf(stderr,
                "gram is called with another n or m than the function was given\n");
        abort();
    }
    const size_t features = (size_t)n * (size_t)m, entries = (size_t)n * (size_t)n;
    const size_t most = features > entries ? features : entries;
    real *there = calloc(2 * most + 1, sizeof *there);
    if (!there) abort();
    real *back = there + most;
    memcpy(there, f, features * sizeof *f);
    exchange(0, most * sizeof *there, there, back);
    memcpy(g, back, entries * sizeof *g);
    free(there);
}

double back_loss(void *context) {
    real unused[64];
    const size_t n = (size_t)x_of_call.bytes / sizeof(real);
    if (n > sizeof unused / sizeof *unused) abort();
    return ask(context, 0, (int)n, x_of_call.data, unused);
}

static double term_0(void *context, int n, const real *x, real *gradient) {
    return ask(context, 0, n, x, gradient);
}

static double term_1(void *context, int n, const real *x, real *gradient) {
    return ask(context, 1, n, x, gradient);
}

static double term_2(void *context, int n, const real *x, real *gradient) {
    return ask(context, 2, n, x, gradient);
}

static double term_3(void *context, int n, const real *x, real *gradient) {
    return ask(context, 3, n, x, gradient);
}

Term *const back_terms[TERMS_THERE] = {term_0, term_1, term_2, term_3};
