/* The three terms of J, and their sum. */
#include <string.h>

#include "lessons/own/painter_struct.h"
#include "optim/vector.h"

size_t painter_positions(const OwnLayer *l) {
    return (size_t)l->size.h * (size_t)l->size.w;
}

void painter_see(Painter *p, const real *x) {
    const size_t bytes = (size_t)p->n * sizeof *x;
    if (p->any && memcmp(p->seen, x, bytes) == 0) return;
    own_network_forward(p->net, x);
    memcpy(p->seen, x, bytes);
    p->any = true;
}

static double content_value(Painter *p) {
    const OwnLayer *l = &p->net->layer[p->content];
    double loss;
    TIMED(&p->report.times, PIECE_CONTENT,
          loss = p->use->content_loss(l->size.o, (int)painter_positions(l), l->y,
                                      p->photograph));
    return loss;
}

static double content_term(void *context, int n, const real *x, real *gradient) {
    Painter *p = context;
    const OwnLayer *l = &p->net->layer[p->content];
    memset(gradient, 0, (size_t)n * sizeof *gradient);
    painter_see(p, x);
    own_network_clear(p->net);
    TIMED(&p->report.times, PIECE_CONTENT,
          p->use->content_loss_backward(l->size.o, (int)painter_positions(l), l->y,
                                        p->photograph, 1, l->dy));
    own_network_backward(p->net, p->content, gradient);
    return p->loss[CONTENT] = content_value(p);
}

double painter_style(Painter *p) {
    double sum = 0;
    for (int i = 0; i < p->style_count; i++) {
        const OwnLayer *l = &p->net->layer[p->style[i]];
        double loss;
        TIMED(&p->report.times, PIECE_STYLE,
              loss = p->use->style_loss(l->size.o, (int)painter_positions(l), l->y,
                                        p->painting[i], p->gram[i]));
        sum += p->share[i] * loss;
    }
    return sum;
}

static double style_term(void *context, int n, const real *x, real *gradient) {
    Painter *p = context;
    memset(gradient, 0, (size_t)n * sizeof *gradient);
    painter_see(p, x);
    own_network_clear(p->net);
    for (int i = 0; i < p->style_count; i++) {
        const OwnLayer *l = &p->net->layer[p->style[i]];
        TIMED(&p->report.times, PIECE_STYLE,
              p->use->style_loss_backward(l->size.o, (int)painter_positions(l), l->y,
                                          p->painting[i], p->gram[i], l->dy));
        const size_t size = (size_t)l->size.o * painter_positions(l);
        vector_scale(size, p->share[i], l->dy, l->dy);
    }
    own_network_backward(p->net, p->style[p->style_count - 1], gradient);
    return p->loss[STYLE] = painter_style(p);
}

double painter_tv(Painter *p, const real *x) {
    double sum = 0;
    for (int c = 0; c < 3; c++)
        TIMED(&p->report.times, PIECE_TV,
              sum += p->use->tv_squares(p->h, p->w, x + c * p->h * p->w));
    return sum;
}

static double tv_term(void *context, int n, const real *x, real *gradient) {
    Painter *p = context;
    memset(gradient, 0, (size_t)n * sizeof *gradient);
    for (int c = 0; c < 3; c++) {
        const int first = c * p->h * p->w;
        TIMED(&p->report.times, PIECE_TV,
              p->use->tv_squares_backward(p->h, p->w, x + first, gradient + first));
    }
    return p->loss[TV] = painter_tv(p, x);
}

static double timed_term(void *context, int n, const real *x, real *gradient,
                         Term *term) {
    Painter *p = context;
    double loss;
    TIMED(&p->report.times, PIECE_GIVEN, loss = term(context, n, x, gradient));
    return loss;
}

static double content_of_loop(void *context, int n, const real *x, real *gradient) {
    return timed_term(context, n, x, gradient, content_term);
}

static double style_of_loop(void *context, int n, const real *x, real *gradient) {
    return timed_term(context, n, x, gradient, style_term);
}

static double total(Painter *p) {
    double j;
    TIMED(&p->report.times, PIECE_TOTAL,
          j = p->use->total_loss(TERMS, p->loss, p->weight));
    return j;
}

static void note(Painter *p, double j) {
    if (p->step < PAINTER_STEPS) p->report.total[p->step++] = j;
}

/* The last term of a step: J is known now. */
static double tv_of_loop(void *context, int n, const real *x, real *gradient) {
    const double loss = timed_term(context, n, x, gradient, tv_term);
    note(context, total(context));
    return loss;
}

Term *const painter_terms[TERMS] = {content_of_loop, style_of_loop, tv_of_loop};

double painter_evaluate(Painter *p, bool silent) {
    const int step = p->step;
    for (int t = 0; t < TERMS; t++)
        painter_terms[t](p, p->n, p->x, p->gradient[t]);
    if (silent) p->step = step;
    memset(p->total, 0, (size_t)p->n * sizeof *p->total);
    TIMED(&p->report.times, PIECE_TOTAL,
          p->use->total_gradient(TERMS, p->n, p->gradient, p->weight, p->total));
    return total(p);
}
