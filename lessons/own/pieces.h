/* The functions that the exercises ask for, as one table: each entry is the student's own
 * function, or the library's where there is no right one yet.
 *
 *     Pieces library = pieces_library(), own = library;
 *     PieceState state[PIECES];
 *     pieces_take_own(&own, "build/double/mine", "out/mine", state);
 *     painted = paint_own(&own, ...);
 *
 * The student's functions come from one shared object for each exercise, so that two
 * exercises may have functions of the same name. A function is taken only when the grader
 * has given it all its points. */
#ifndef LESSONS_OWN_PIECES_H
#define LESSONS_OWN_PIECES_H

#include "lessons/check/types.h"
#include "tensor/arena.h"

/* The formulas are those of the exercises. The library does the work of planes, of the two
 * of exercise 03, of normalise, and of the last four in other ways: these are NULL without
 * a student's function. For the last four it has objects with a state. */
typedef struct Pieces {
    void (*planes)(int h, int w, const unsigned char *bytes, real *x);
    void (*walk_back)(int n, const char *kind, const int *a, const int *b,
                      const real *value, real *grad);
    double (*relative_error)(double a, double b);
    void (*numeric_gradient)(size_t n, real *x, double (*loss)(void *context),
                             void *context, double h, real *gradient);
    void (*conv2d)(const Sizes *d, const real *x, const real *weight, const real *bias,
                   real *y);
    void (*conv2d_backward)(const Sizes *d, const real *dy, const real *weight, real *dx);
    void (*max_pool_backward)(int h, int w, const real *x, const real *dp, real *dx);
    void (*normalise)(int outputs, int inputs, int taps, const real *before,
                      const real *mean, real *w, real *b);
    double (*content_loss)(int channels, int positions, const real *f, const real *p);
    void (*content_loss_backward)(int channels, int positions, const real *f,
                                  const real *p, double dj, real *df);
    void (*gram)(int n, int m, const real *f, real *g);
    double (*style_loss)(int n, int m, const real *f, const real *a, real *g);
    void (*style_loss_backward)(int n, int m, const real *f, const real *a, real *g,
                                real *df);
    double (*tv_squares)(int h, int w, const real *x);
    void (*tv_squares_backward)(int h, int w, const real *x, real *dx);
    double (*total_loss)(int count, const double *loss, const double *weight);
    void (*total_gradient)(int count, int n, real *const *gradient, const double *weight,
                           real *total);
    double (*cosine)(int n, const real *u, const real *v);
    void (*momentum_step)(int n, real lr, real mu, const real *g, real *v, real *x);
    void (*adam_step)(const AdamSettings *a, int t, int n, const real *g, real *m,
                      real *v, real *x);
    void (*lbfgs_direction)(int n, int pairs, const real *s, const real *y, const real *g,
                            real *a, real *d);
    /* transfer calls the other one itself, and so both must be right. */
    void (*transfer)(const Transfer *t, real *x, real *scratch, real *gradient);
    double (*loss_of_transfer)(const Transfer *t, const real *x, real *scratch,
                               real *gradient);
} Pieces;

/* What the table shows: a piece is one or more functions of one exercise. */
enum { PIECES = 14, PIECE_FUNCTIONS = 3 };

typedef struct Piece {
    const char *exercise; /* "08_gram" */
    const char *name;     /* "Gram matrix" */
    const char *function[PIECE_FUNCTIONS];
    size_t place[PIECE_FUNCTIONS]; /* in Pieces */
} Piece;
extern const Piece pieces[PIECES];

typedef enum PieceState {
    PIECE_NOT_STARTED, /* there is no such file in mine/ */
    PIECE_NOT_RIGHT,   /* it does not compile, or has not all points */
    PIECE_OWN
} PieceState;

/* The library's functions behind the signatures of the exercises. */
Pieces pieces_library(void);

/* Puts the student's functions into the table, where the grader's results in `results`,
 * NN_name.json, give them all points. `objects` has the shared objects, NN_name.so. */
void pieces_take_own(Pieces *p, const char *objects, const char *results,
                     PieceState state[PIECES]);

#endif
