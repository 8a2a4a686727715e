#include "autograd/ops.h"

#define OPS_FILE "autograd/ops.def"
#define OPS_TABLE autograd_ops
#include "autograd/op_define.inc"
