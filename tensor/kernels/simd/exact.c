/* Vector code that has the same bits for every width of vector register: every product
 * and every sum is rounded, in an order that the width does not change. */
#include <string.h>

#include "tensor/kernels/simd/tables.h"

enum { PRODUCTS, SQUARED_DIFFERENCES, ABSOLUTE_DIFFERENCES };

#define SIMD_FILE "tensor/kernels/simd/exact.inc"
#include "tensor/kernels/simd/versions.inc"
