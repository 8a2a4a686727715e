/* The fields of a tape, for tape.c and the files that build on it. */
#ifndef AUTOGRAD_TAPE_STRUCT_H
#define AUTOGRAD_TAPE_STRUCT_H

#include "autograd/op.h"

/* How a planned tape runs (tape_plan.c). */
typedef struct TapeRun {
    void (*forward)(Tape *tape);
    void (*backward)(Tape *tape, Node *y, const real *seed);
} TapeRun;

struct Tape {
    Arena *arena; /* nodes, values, gradients, parameters, labels */
    int size, room;
    Node **nodes;
    Arena *workspace; /* the workspace of all ops; replaced when a larger one is needed */
    void *workspace_start;
    size_t workspace_size;
    const TapeRun *run;          /* NULL: the passes of tape.c */
    struct PlannedTape *planned; /* the data of a planned tape; or NULL */
    bool sealed;                 /* no node can be recorded any more */
    size_t virtual_bytes;        /* what the real tape of a sketch would hold */
};

/* Puts a node at the end of the tape, which sets its id. */
Node *tape_append(Tape *tape, Node node);

#endif
