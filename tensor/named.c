#include "tensor/named.h"

#include <string.h>

const NamedTensor *named_find(const NamedTensors *list, const char *name) {
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].name, name) == 0) return &list->items[i];
    return NULL;
}

bool named_check(const NamedTensors *list, Error *err) {
    for (size_t i = 0; i < list->count; i++)
        if (!list->items[i].tensor.data)
            return error_set(err, "%s", list->items[i].problem);
    return true;
}
