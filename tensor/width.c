#include "tensor/real.h"

/* What real.h refers to in every file: here, in the library of its width. */
const char REAL_WIDTH = sizeof(real);
