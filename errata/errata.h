/* Errors of five documents about style transfer and of a dozen well-known programs, as a
 * list that can be run. An entry says where the error is, what is written there and what
 * is right. Most entries also compute both numbers with this library. Their ratio is the
 * factor by which a weight, a gradient or a count is wrong.
 *
 *     const Erratum *e = errata_find("S2-1", &err);
 *     ErrataNumbers n = errata_run(e);
 *     printf("%g against %g: factor %g\n", n.said, n.right, n.said / n.right);
 *
 * Identifiers never change: S0-1 is the first entry of document 000, S1 to S4 are
 * documents 001 to 004, and NS, PT, ... are programs. New entries go to the end of their
 * document. */
#ifndef ERRATA_ERRATA_H
#define ERRATA_ERRATA_H

#include "autograd/tape.h"
#include "tensor/error.h"

/* Two numbers that would be equal if there were no error. If the right number is 0, there
 * is no ratio. */
typedef struct ErrataNumbers {
    double said, right;
} ErrataNumbers;

typedef struct Erratum {
    const char *id;
    const char *where;    /* document and section, or program */
    const char *says;     /* what is written there, quoted if it is short */
    const char *correct;  /* what is right, one or two sentences */
    const char *said_is;  /* what the numbers are; NULL when nothing is computed */
    const char *right_is; /* */
    ErrataNumbers (*show)(Tape *tape); /* computes them on an empty tape; or NULL */
} Erratum;

/* The entries of one file, ended by one without an id. */
extern const Erratum errata_doc000[], errata_doc001[], errata_doc002[], errata_doc003[],
    errata_doc004[], errata_systems[];

/* Entry i, in their order, from 0; NULL after the last. */
const Erratum *errata_entry(int i);

/* The entry with that id. If there is none, returns NULL and *err says what to do
 * next. */
const Erratum *errata_find(const char *id, Error *err);

/* Computes both numbers of an entry that has numbers. */
ErrataNumbers errata_run(const Erratum *erratum);

#endif
