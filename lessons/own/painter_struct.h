/* What a painter holds, for the files of this folder that implement painter.h. */
#ifndef LESSONS_OWN_PAINTER_STRUCT_H
#define LESSONS_OWN_PAINTER_STRUCT_H

#include "lessons/own/painter_types.h"
#include "lessons/own/timed.h"

/* Losses have very different sizes, so each is divided by a size of its own: half of the
 * sum of squares of the photograph's features, the style loss of the photograph, and its
 * total variation. J begins near beta + gamma. */
enum { CONTENT, STYLE, TV, TERMS };
enum { STYLES = 8 };

struct Painter {
    const Pieces *use;
    Arena *arena;
    OwnNetwork *net;
    PainterReport report;
    int n, h, w;
    real *x;                       /* the image */
    real *seen;                    /* the image of the last forward pass */
    bool any;                      /* there was one */
    real *gradient[TERMS], *total; /* dL/dx of each term, and dJ/dx */
    double loss[TERMS], weight[TERMS], strength[TERMS];
    int content, style_count, style[STYLES]; /* layers */
    real *photograph;                        /* its features at the content layer */
    real *painting[STYLES]; /* Gram matrices of the painting, times M / M' */
    real *gram[STYLES];     /* room for those of the image */
    double share[STYLES];   /* of the style layers */
    double scale[TERMS];    /* sizes of the terms */
    int step;
    /* For the gradient check: each colour of the image times 1 + gain. */
    real gain[3], slope[3];
};

/* The three terms of J, as exercise 13 wants them. */
extern Term *const painter_terms[TERMS];

/* Runs the network, unless it has seen this image last. */
void painter_see(Painter *p, const real *x);

/* Losses of the image that was seen last, and of x. */
double painter_style(Painter *p);
double painter_tv(Painter *p, const real *x);

/* J and its gradient, in p->total, at the present image. A call is one step of a method
 * and noted in the report, but for `silent` ones. */
double painter_evaluate(Painter *p, bool silent);

/* h w of a layer. */
size_t painter_positions(const OwnLayer *l);

#endif
