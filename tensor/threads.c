#include "tensor/threads.h"

#include <stdatomic.h>

#include "tensor/check.h"
#include "tensor/processors.h"

static atomic_int threads; /* 0 until the first call of a function below */

void threads_set(int count) {
    CHECK(count >= 1, "%d threads", count);
    threads = count < processors_limit() ? count : processors_limit();
}

int threads_count(void) {
    if (threads == 0) threads = processors_default();
    return threads;
}

int threads_over(size_t elements) {
    return elements < (size_t)8 << 10 ? 1 : threads_count();
}

int threads_for(double multiplications) {
    return multiplications < 1 << 18 ? 1 : threads_count();
}
