#include "autograd/ops.h"

#include <string.h>

#define OPS_FILE "autograd/ops.def"
#define OPS_TABLE autograd_ops
#include "autograd/op_define.inc"

const Op *op_find(OpTable table, const char *name) {
    for (int i = 0; i < table.count; i++)
        if (strcmp(table.ops[i]->name, name) == 0) return table.ops[i];
    return NULL;
}
