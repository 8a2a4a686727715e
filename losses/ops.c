#include "losses/ops.h"

#define OPS_FILE "losses/ops.def"
#define OPS_TABLE loss_ops
#include "autograd/op_define.inc"
