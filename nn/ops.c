#include "nn/ops.h"

#define OPS_FILE "nn/ops.def"
#define OPS_TABLE nn_ops
#include "autograd/op_define.inc"
