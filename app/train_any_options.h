/* What `train-any-style` can be told. */
#ifndef APP_TRAIN_ANY_OPTIONS_H
#define APP_TRAIN_ANY_OPTIONS_H

#include "app/train_squares.h"

/* squares.network: only when a checkpoint says where it was. */
typedef struct TrainAnyOptions {
    SquaresOptions squares; /* the first part: see train_squares.h */
    TextList styles;        /* files, archives and folders of paintings */
    double light;           /* how much the decoder is told of light and dark */
} TrainAnyOptions;

/* Nothing said. */
extern const TrainAnyOptions train_any_defaults;

/* The table for groups. */
extern const Option train_any_options[];

/* See train_kind.h. */
extern const char *const train_any_settings[];
extern const char *const train_any_outputs[];

#endif
