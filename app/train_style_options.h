/* What `train-style` can be told. */
#ifndef APP_TRAIN_STYLE_OPTIONS_H
#define APP_TRAIN_STYLE_OPTIONS_H

#include "app/train_shared.h"
#include "train/style_training.h"

typedef struct TrainStyleOptions {
    TrainShared shared; /* the first part: see train_kind.h */
    const char *painting;
    const char *network; /* the weights of the loss network; NULL: paintnet's own */
    const char *preview; /* NULL: none */
    int preview_every;   /* updates */
    int painting_side;   /* to which the painting is reduced: its longer one, pixels */
    LayerList content, style;
    StyleSettings training; /* but for `steps` */
} TrainStyleOptions;

/* Nothing said. */
extern const TrainStyleOptions train_style_defaults;

/* The table for groups. */
extern const Option train_style_options[];

/* See train_kind.h. */
extern const char *const train_style_settings[];
extern const char *const train_style_outputs[];

#endif
