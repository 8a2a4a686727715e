/* What `train-style` can be told. */
#ifndef APP_TRAIN_STYLE_OPTIONS_H
#define APP_TRAIN_STYLE_OPTIONS_H

#include "app/train_squares.h"

typedef struct TrainStyleOptions {
    SquaresOptions squares; /* the first part: see train_squares.h */
    const char *painting;
    int painting_side; /* to which the painting is reduced: its longer one, pixels */
    LayerList content, style;
} TrainStyleOptions;

/* Nothing said. */
extern const TrainStyleOptions train_style_defaults;

/* The table for groups. */
extern const Option train_style_options[];

/* See train_kind.h. */
extern const char *const train_style_settings[];
extern const char *const train_style_outputs[];

#endif
