#include "nn/grouped.h"

#include "tensor/kernels/relu_signs.h"
#include "tensor/threads.h"

/* What one call of a kernel computes: one group of one image, or, when there is only one
 * group, everything. */
typedef struct Part {
    ConvDims d;
    int images, groups;
    ptrdiff_t x, w, y, signs; /* from one part to the next */
    int threads;
} Part;

/* A large part is split among the threads by the kernel; of many small ones, each thread
 * computes whole groups. */
static int threads_of(const Part *p) {
    const ConvDims *d = &p->d;
    const double one = (double)p->y * d->c * d->kh * d->kw;
    if (threads_for(one) > 1) return 1;
    const int threads = threads_for(one * p->groups * p->images);
    return threads < p->groups ? threads : p->groups;
}

static Part part_of(const ConvDims *d, int groups) {
    Part p = {.d = *d, .images = 1, .groups = groups, .threads = 1};
    if (groups > 1) {
        p.images = d->n;
        p.d.n = 1;
        p.d.c = d->c / groups;
        p.d.o = d->o / groups;
    }
    p.x = (ptrdiff_t)p.d.n * p.d.c * d->h * d->w;
    p.w = (ptrdiff_t)p.d.o * p.d.c * d->kh * d->kw;
    p.y = (ptrdiff_t)p.d.n * p.d.o * d->oh * d->ow;
    p.signs = (ptrdiff_t)relu_signs_size((ptrdiff_t)p.d.n * p.d.o, d->oh, d->ow);
    if (groups > 1) p.threads = threads_of(&p);
    return p;
}

/* Of workspace for one thread, a multiple of a cache line. */
static size_t bytes_of(const Part *p) {
    return (kernels->conv2d_workspace(&p->d) + 63) / 64 * 64;
}

size_t grouped_workspace(const ConvDims *d, int groups) {
    const Part p = part_of(d, groups);
    return (size_t)p.threads * bytes_of(&p);
}

/* The arguments of a kernel for all parts together; NULL: it has no such argument. */
typedef struct Call Call;
struct Call {
    const Part *part;
    /* Calls the kernel for group g of part number `at`. */
    void (*kernel)(const Call *c, ptrdiff_t g, ptrdiff_t at, void *workspace);
    const real *x, *w, *b, *dy;
    real *y, *dx, *dw;
    uint8_t *signs;
    bool add;
};

/* All images of one group. */
static void call_group(const Call *c, ptrdiff_t g, char *workspace) {
    const Part *p = c->part;
    for (ptrdiff_t at = g; at < (ptrdiff_t)p->images * p->groups; at += p->groups)
        c->kernel(c, g, at, workspace);
}

/* Where the kernels start threads, there is no parallel region around them, be it of one
 * thread: OpenMP would start new threads for each call. */
static void call_all(const Call *c, void *workspace) {
    const Part *p = c->part;
    if (p->threads == 1) {
        for (ptrdiff_t g = 0; g < p->groups; g++)
            call_group(c, g, workspace);
        return;
    }
    const size_t bytes = bytes_of(p);
#pragma omp parallel for schedule(static) num_threads(p->threads)
    for (ptrdiff_t g = 0; g < p->groups; g++)
        call_group(c, g, (char *)workspace + (size_t)thread_number() * bytes);
}

static void forward(const Call *c, ptrdiff_t g, ptrdiff_t at, void *workspace) {
    const Part *p = c->part;
    const real *x = c->x + at * p->x, *w = c->w + g * p->w;
    const real *b = c->b ? c->b + g * p->d.o : NULL;
    if (c->signs)
        kernels->conv2d_relu_forward(&p->d, x, w, b, c->y + at * p->y,
                                     c->signs + at * p->signs, workspace);
    else
        kernels->conv2d_forward(&p->d, x, w, b, c->y + at * p->y, workspace);
}

static void backward_data(const Call *c, ptrdiff_t g, ptrdiff_t at, void *workspace) {
    const Part *p = c->part;
    kernels->conv2d_backward_data(&p->d, c->dy + at * p->y, c->w + g * p->w,
                                  c->dx + at * p->x, c->add, workspace);
}

static void backward_weight(const Call *c, ptrdiff_t g, ptrdiff_t at, void *workspace) {
    const Part *p = c->part;
    kernels->conv2d_backward_weight(&p->d, c->x + at * p->x, c->dy + at * p->y,
                                    c->dw + g * p->w, workspace);
}

void grouped_forward(const ConvDims *d, int groups, const real *x, const real *w,
                     const real *b, real *y, uint8_t *signs, void *workspace) {
    const Part p = part_of(d, groups);
    call_all(&(Call){&p, forward, .x = x, .w = w, .b = b, .y = y, .signs = signs},
             workspace);
}

void grouped_backward_data(const ConvDims *d, int groups, const real *dy, const real *w,
                           real *dx, bool add, void *workspace) {
    const Part p = part_of(d, groups);
    call_all(&(Call){&p, backward_data, .dy = dy, .w = w, .dx = dx, .add = add},
             workspace);
}

void grouped_backward_weight(const ConvDims *d, int groups, const real *x, const real *dy,
                             real *dw, void *workspace) {
    const Part p = part_of(d, groups);
    call_all(&(Call){&p, backward_weight, .x = x, .dy = dy, .dw = dw}, workspace);
}
