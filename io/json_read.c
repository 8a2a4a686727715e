#include "io/json_read.h"

#include <pthread.h>
#include <stdlib.h>

#include "tensor/no_memory.h"

static void take_over(void) {
    json_set_alloc_funcs(memory_take, free);
}

void json_memory(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, take_over);
}

json_t *json_read(const char *text, size_t length, json_error_t *problem) {
    json_memory();
    return json_loadb(text, length, JSON_REJECT_DUPLICATES, problem);
}
