/* What `stylegrad bench` has measured, for its table and its JSON. */
#ifndef APP_BENCH_H
#define APP_BENCH_H

#include "app/roofline.h"
#include "app/spread.h"
#include "tensor/tensor.h"
#include "transfer/recipe.h"

/* One node of the tape, or several together. */
typedef struct BenchRow {
    char name[64]; /* the layer's name, or "gram relu1_1" */
    const char *op;
    Shape shape;
    double forward, backward;           /* seconds, medians */
    double flop_forward, flop_backward; /* see Op.work; 0 for most ops */
    size_t bytes;                       /* of value and gradient, while they live */
} BenchRow;

typedef struct Bench {
    const char *net, *kernels;
    int side, batch, threads, rounds;
    int count;
    BenchRow *row;
    BenchRow losses; /* all nodes that are single numbers */
    Spread forward, backward, step;
    Spread move;        /* what the optimiser takes of the step; 0 without one */
    Spread adam, lbfgs; /* what they would take, L-BFGS with its full history; or 0 */
    double flop;        /* of one step, forward and backward */
    size_t tape_bytes, peak_bytes;
    Roofline roof;
} Bench;

/* Fills adam and lbfgs, for an image of 3 x side x side. */
void bench_optimizers(Bench *bench);

/* Seconds that a recipe's optimiser adds to a step for `size` elements, with `history`
 * pairs of L-BFGS. */
double bench_method(const Recipe *recipe, size_t size, int history);

void bench_print(const Bench *bench, FILE *out);
bool bench_print_json(const Bench *bench, FILE *out, Error *err);

#endif
