/* The training step that `stylegrad bench --train` measures: a small network for labelled
 * images, on a tape, and Adam on its weights. */
#ifndef APP_BENCH_TRAIN_H
#define APP_BENCH_TRAIN_H

#include "app/bench_run.h"

/* `batch` random images side x side, of classes 0 to 9; side at least 16. */
BenchRun bench_training(Arena *arena, int side, int batch);

#endif
