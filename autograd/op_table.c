#include "autograd/op_table.h"

#include <string.h>

const Op *op_find(OpTable table, const char *name) {
    for (int i = 0; i < table.count; i++)
        if (strcmp(table.ops[i]->name, name) == 0) return table.ops[i];
    return NULL;
}
