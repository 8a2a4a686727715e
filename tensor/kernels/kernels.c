#include "tensor/kernels/kernels.h"

#include <string.h>

const Kernels *kernels = &kernels_fast;

const Kernels *kernels_find(const char *name) {
    const Kernels *const tables[] = {&kernels_fast, &kernels_gemm, &kernels_ref};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (strcmp(tables[i]->name, name) == 0) return tables[i];
    return NULL;
}
