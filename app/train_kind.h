/* What the commands that train a network have in common: options, checkpoints, signals, a
 * trace, and a result that is saved in any case. Each command is a TrainKind, and says how
 * its training begins, makes a step and reports; train_run.h does the rest. */
#ifndef APP_TRAIN_KIND_H
#define APP_TRAIN_KIND_H

#include "app/run_record.h"
#include "app/save.h"
#include "app/table.h"
#include "app/train_shared.h"

#define TRAIN_REPORT 100 /* steps between two lines */

typedef struct TrainRun TrainRun;

typedef struct TrainKind {
    const Command *command;
    const Option *rows;   /* of its own options */
    const void *defaults; /* its options when nothing is said; TrainShared is first */
    size_t options_size;  /* bytes of them */
    /* The options that decide what is learned, and those that name an output or say when
     * one is written: the former are settled when a run is continued. NULL ends them. */
    const char *const *settings, *const *outputs;
    /* Puts a file that is no photograph into the options; false: not known. */
    bool (*place)(void *options, const char *use, const char *path);
    /* Checks, then opens all that is read, run->training and run->trace. */
    bool (*open)(TrainRun *run, Error *err);
    void (*close)(TrainRun *run); /* also after open has failed */
    bool (*step)(TrainRun *run, Error *err);
    int (*steps)(const TrainRun *run); /* so far */
    /* Prints a line, and adds a row to the trace. */
    bool (*report)(TrainRun *run, Error *err);
    /* After each step and its report, when it is not NULL: what else is to be seen. */
    void (*show)(TrainRun *run);
    bool (*is_finite)(const TrainRun *run);
    void (*state)(TrainRun *run, StateList *list);
    bool (*state_check)(const TrainRun *run, Error *err);
    /* Before the result is written, when it is not NULL. */
    bool (*complete)(TrainRun *run, Error *err);
    SaveWriter *write; /* the context is the run */
    /* After the result is saved, when it is not NULL: what is to be known of it. */
    void (*advise)(const TrainRun *run);
} TrainKind;

/* A run while it goes on. */
struct TrainRun {
    Arena *arena;
    const TrainKind *kind;
    const void *options; /* of the command; the same as `shared` */
    const TrainShared *shared;
    void *training; /* of the command */
    Table *trace;
    RunInputs inputs;
    double seconds; /* of training, those before the run was continued included */
    CheckpointPlan checkpoints;
    const char *settings; /* what a checkpoint says of the run */
};

/* Adds the files of the photographs, of which a checkpoint needs to know, to the inputs. */
bool train_inputs(TrainRun *run, Error *err);

/* The files that every training reads and writes, added to the list; and whether all of
 * them can be written, over nothing that is read. */
void train_files(const TrainRun *run, Files *files);
bool train_files_check(const TrainRun *run, const Files *files, Error *err);

#endif
