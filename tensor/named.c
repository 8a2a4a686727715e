#include "tensor/named.h"

#include <string.h>

const NamedTensor *named_find(const NamedTensors *list, const char *name) {
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].name, name) == 0) return &list->items[i];
    return NULL;
}
