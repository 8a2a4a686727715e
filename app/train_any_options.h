/* What `train-any-style` can be told. */
#ifndef APP_TRAIN_ANY_OPTIONS_H
#define APP_TRAIN_ANY_OPTIONS_H

#include "app/train_shared.h"
#include "train/style_training.h"

#define TRAIN_STYLES_MOST 16 /* files, archives and folders of paintings */

typedef struct TrainAnyStyles {
    int count;
    const char *path[TRAIN_STYLES_MOST];
} TrainAnyStyles;

typedef struct TrainAnyOptions {
    TrainShared shared; /* the first part: see train_kind.h */
    TrainAnyStyles styles;
    const char *network; /* paintnet, when a checkpoint says where; NULL: the own one */
    const char *preview; /* NULL: none */
    int preview_every;   /* updates */
    StyleSettings training; /* but for `steps` */
} TrainAnyOptions;

/* Nothing said. */
extern const TrainAnyOptions train_any_defaults;

/* The table for groups. */
extern const Option train_any_options[];

/* See train_kind.h. */
extern const char *const train_any_settings[];
extern const char *const train_any_outputs[];

#endif
