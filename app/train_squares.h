/* What the commands that train on squares of photographs do alike, `train-style` and
 * `train-any-style`: options, the network that compares pictures, progress and previews.
 * train_kind.h is what all trainings have in common. */
#ifndef APP_TRAIN_SQUARES_H
#define APP_TRAIN_SQUARES_H

#include "app/train_kind.h"
#include "train/crops.h"
#include "train/updates.h"
#include "transfer/network_open.h"

#define TRAIN_SQUARES_LESS_MEMORY "a smaller --batch or --last-size"

/* The first part of their options. */
typedef struct SquaresOptions {
    TrainShared shared;  /* the first part: see train_kind.h */
    const char *network; /* the weights of the network that compares; NULL: paintnet's */
    const char *preview; /* NULL: none */
    int preview_every;   /* updates */
    StyleSettings training; /* but for `steps` */
} SquaresOptions;

/* The first part of a run of them. */
typedef struct TrainSquares {
    const SquaresOptions *options;
    StyleSettings settings;
    Updates *updates; /* of the training, once it is open */
    bool stability;   /* whether there is such a term */
    bool begun;       /* this run has made an update */
    int from;         /* updates that an earlier run made */
    double seconds;   /* and its time */
    bool preview_failed;
} TrainSquares;

/* The options of a run and their settings, with sides that are multiples of `unit`. */
TrainSquares train_squares(const SquaresOptions *options, int unit);

/* ---- Before the first update ---- */

/* Fails when the sizes or the weights of the losses make no sense. */
bool train_squares_check(const SquaresOptions *options, Error *err);

/* Adds what all of them read and write to the files of the command, and checks these:
 * before any work, and over nothing that is read. */
bool train_squares_files(const TrainRun *run, Files *files, Error *err);

/* The network that compares pictures; NULL on failure. */
Network *train_squares_network(TrainRun *run, NetworkOptions wanted, Error *err);

/* Whether there is room for an update that takes this many bytes. */
bool train_squares_fit(const TrainRun *run, size_t bytes, Error *err);

/* Squares of the images in these files; NULL on failure. */
const Crops *train_squares_crops(TrainRun *run, const char *const *paths, int count,
                                 Error *err);

/* Says how many of them are enlarged, and so blurred; `what` they are. */
void train_squares_note(const TrainRun *run, const Crops *crops, const char *what);

/* Opens run->trace. */
bool train_squares_trace(TrainRun *run, Error *err);

/* ---- Functions of a TrainKind ---- */

/* To be called by `step`, before an update. */
void train_squares_step(TrainRun *run);

/* To be called by `show`: writes the preview when it is due. One that cannot be written
 * does not end the run; it is said once. */
typedef bool PreviewWriter(TrainRun *run, const char *path, Error *err);
void train_squares_show(TrainRun *run, PreviewWriter *write);

int train_squares_steps(const TrainRun *run);
bool train_squares_report(TrainRun *run, Error *err);
bool train_squares_is_finite(const TrainRun *run);
void train_squares_state(TrainRun *run, StateList *list);
bool train_squares_state_check(const TrainRun *run, Error *err);

#endif
