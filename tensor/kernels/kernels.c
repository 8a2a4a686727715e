#include "tensor/kernels/kernels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tensor/check.h"
#include "tensor/processors.h"

const Kernels *kernels = &kernels_fast;

static atomic_int threads; /* 0 until somebody asks or sets */

const Kernels *kernels_find(const char *name) {
    const Kernels *const tables[] = {&kernels_fast, &kernels_gemm, &kernels_ref};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (strcmp(tables[i]->name, name) == 0) return tables[i];
    return NULL;
}

void threads_set(int count) {
    CHECK(count >= 1, "%d threads", count);
    threads = count < processors_limit() ? count : processors_limit();
}

void threads_wait_briefly(char **argv) {
    if (getenv("GOMP_SPINCOUNT") || getenv("OMP_WAIT_POLICY")) return;
    if (setenv("GOMP_SPINCOUNT", "10000", 1) == 0) execv("/proc/self/exe", argv);
}

int threads_count(void) {
    if (threads == 0) threads = processors_default();
    return threads;
}

int threads_over(size_t numbers) {
    return numbers < (size_t)32 << 10 ? 1 : threads_count();
}

int threads_for(double multiplications) {
    return multiplications < 1 << 18 ? 1 : threads_count();
}
