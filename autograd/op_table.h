/* How an op is declared, with what the file of an op includes. An op is a file with a
 * `const Op op_NAME`, and one line in the `ops.def` of its folder:
 *
 *     OP1(square)              Node *ag_square(Node *x);
 *     OP2(add)                 Node *ag_add(Node *a, Node *b);
 *     OP1P(scale, Scale)       Node *ag_scale(Node *x, Scale params);
 *     OP3(linear)              Node *ag_linear(Node *x, Node *w, Node *b);
 *     OP3P(conv2d, Conv2d)     Node *ag_conv2d(Node *x, Node *w, Node *b, Conv2d params);
 *     OPN(concat)              Node *ag_concat(int inputs, Node *const *in);
 *
 * From that line come the declaration of ag_NAME, its definition, a row of the op table
 * and with it one gradient-check test: there is no way to add an op without its check. A
 * folder declares and defines its ops with
 *
 *     #define OPS_FILE "autograd/ops.def"
 *     #include "autograd/op_declare.inc"      in its ops.h, after the parameter structs
 *     #include "autograd/op_define.inc"       in its ops.c
 *
 * and its table is in the list of tests/test_every_op.c. An element-wise op consists of
 * two formulas: see elementwise.h. */
#ifndef AUTOGRAD_OP_TABLE_H
#define AUTOGRAD_OP_TABLE_H

#include "autograd/op_memory.h"
#include "autograd/tape.h"

/* The ops of one folder. */
typedef struct OpTable {
    int count;            /* ops */
    const Op *const *ops; /* `count` of them */
} OpTable;

/* The op of that name in a table, or NULL. */
const Op *op_find(OpTable table, const char *name);

#endif
