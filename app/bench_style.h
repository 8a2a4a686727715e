/* What `stylegrad bench --train-style` and `--stylize` measure: an update of the training of
 * a style, and one pass of it, on random pictures. */
#ifndef APP_BENCH_STYLE_H
#define APP_BENCH_STYLE_H

#include "app/bench_run.h"

/* As `train-style` computes it with its own network for the losses and its usual weights:
 * `batch` squares, and one of them moved. */
bool bench_style_update(Arena *arena, int side, int batch, BenchRun *out, Error *err);

/* As `stylize` paints: `batch` pictures side x side. */
bool bench_style_pass(Arena *arena, int side, int batch, BenchRun *out, Error *err);

#endif
