/* What all commands that train can be told. */
#ifndef APP_TRAIN_SHARED_H
#define APP_TRAIN_SHARED_H

#include "app/checkpoints.h"

#define PHOTOGRAPHS_MOST 64 /* files, archives and folders */

/* The first part of each of their options. */
typedef struct TrainShared {
    const char *photographs[PHOTOGRAPHS_MOST]; /* archives, folders and images */
    int files;                                 /* of them */
    const char *out;
    const char *trace; /* NULL: none */
    int steps;
    int threads;         /* 0: as many as there are */
    size_t memory_limit; /* bytes; 0: what the machine has */
    CheckpointOptions checkpoint;
    const CheckpointFile *resumed; /* where it continues; NULL: a new run */
} TrainShared;

#endif
