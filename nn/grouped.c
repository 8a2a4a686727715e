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
    size_t bytes; /* of workspace for one thread, a multiple of a cache line */
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
    p.bytes = (kernels->conv2d_workspace(&p.d) + 63) / 64 * 64;
    return p;
}

static void *workspace_at(const Part *p, void *workspace) {
    return (char *)workspace + (p->threads > 1 ? (size_t)thread_number() * p->bytes : 0);
}

size_t grouped_workspace(const ConvDims *d, int groups) {
    const Part p = part_of(d, groups);
    return (size_t)p.threads * p.bytes;
}

void grouped_forward(const ConvDims *d, int groups, const real *x, const real *w,
                     const real *b, real *y, uint8_t *signs, void *workspace) {
    const Part p = part_of(d, groups);
#pragma omp parallel for schedule(static) num_threads(p.threads)
    for (ptrdiff_t g = 0; g < p.groups; g++)
        for (ptrdiff_t at = g; at < p.images * p.groups; at += p.groups) {
            void *own = workspace_at(&p, workspace);
            const real *bias = b ? b + g * p.d.o : NULL;
            if (signs)
                kernels->conv2d_relu_forward(&p.d, x + at * p.x, w + g * p.w, bias,
                                             y + at * p.y, signs + at * p.signs, own);
            else
                kernels->conv2d_forward(&p.d, x + at * p.x, w + g * p.w, bias,
                                        y + at * p.y, own);
        }
}

void grouped_backward_data(const ConvDims *d, int groups, const real *dy, const real *w,
                           real *dx, bool add, void *workspace) {
    const Part p = part_of(d, groups);
#pragma omp parallel for schedule(static) num_threads(p.threads)
    for (ptrdiff_t g = 0; g < p.groups; g++)
        for (ptrdiff_t at = g; at < p.images * p.groups; at += p.groups)
            kernels->conv2d_backward_data(&p.d, dy + at * p.y, w + g * p.w, dx + at * p.x,
                                          add, workspace_at(&p, workspace));
}

void grouped_backward_weight(const ConvDims *d, int groups, const real *x, const real *dy,
                             real *dw, void *workspace) {
    const Part p = part_of(d, groups);
#pragma omp parallel for schedule(static) num_threads(p.threads)
    for (ptrdiff_t g = 0; g < p.groups; g++)
        for (ptrdiff_t at = g; at < p.images * p.groups; at += p.groups)
            kernels->conv2d_backward_weight(&p.d, x + at * p.x, dy + at * p.y,
                                            dw + g * p.w, workspace_at(&p, workspace));
}
