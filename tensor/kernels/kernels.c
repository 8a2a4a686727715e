#include "tensor/kernels/kernels.h"

#include <string.h>

const Kernels *kernels = &kernels_fast;

static const Kernels *const tables[] = {&kernels_fast, &kernels_gemm, &kernels_ref};
enum { TABLES = sizeof tables / sizeof *tables };

const char *kernels_known(int i) {
    return i >= 0 && i < TABLES ? tables[i]->name : NULL;
}

const Kernels *kernels_find(const char *name) {
    for (int i = 0; i < TABLES; i++)
        if (strcmp(tables[i]->name, name) == 0) return tables[i];
    return NULL;
}
