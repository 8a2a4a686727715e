/* What `stylegrad bench --train-style` and `--stylize` measure: an update of the training of
 * a style, and one pass of it, on random pictures.
 *
 *     BenchStyle style;
 *     if (!bench_style_update(arena, 128, 4, &style, &err)) ...
 *     tape_forward(style.tape);
 *     tape_backward(style.tape, style.loss);
 *     optimizer_step(style.adam);                    with the gradients that are there
 *     tape_free(style.tape); */
#ifndef APP_BENCH_STYLE_H
#define APP_BENCH_STYLE_H

#include "autograd/tape.h"
#include "optim/optimizer.h"

typedef struct BenchStyle {
    Tape *tape; /* planned */
    Node *loss; /* NULL: one pass, forward only */
    Optimizer *adam;
} BenchStyle;

/* As `train-style` computes it with its own network for the losses and its usual weights:
 * `batch` squares, and one of them moved. */
bool bench_style_update(Arena *arena, int side, int batch, BenchStyle *out, Error *err);

/* As `stylize` paints: `batch` pictures side x side. */
bool bench_style_pass(Arena *arena, int side, int batch, BenchStyle *out, Error *err);

#endif
