/* Looking at things from a notebook: numbers are printed, pictures, plots and graphs
 * appear below the cell.
 *
 *     show(loss);                          a number, a tensor or a node
 *     show_picture(photo);                 (1,3,h,w) or (1,1,h,w), in [0, 1]
 *     show_heat(gram);                     red above 0, blue below
 *     show_tape(tape);
 *
 * x is a Tensor or a Node * wherever it may be either. Files go into $STYLEGRAD_SHOW, or
 * the current folder, and each is announced on stdout by a line that starts with the
 * character 2, which the notebook's kernel takes out again. What cannot be shown, for
 * want of Graphviz say, is told on stderr and is nobody's mistake. */
#ifndef NOTEBOOKS_SHOW_H
#define NOTEBOOKS_SHOW_H

#include "autograd/gradcheck.h"
#include "io/plot.h"

/* A number, a text, a tensor or a node: its value, and for a node its gradient. The last
 * line of a cell is shown so when it has no semicolon. */
#define show(x)                                                                          \
    _Generic((x),                                                                        \
        Tensor: show_tensor,                                                             \
        Node *: show_node,                                                               \
        const Node *: show_node,                                                         \
        Shape: show_form,                                                               \
        char *: show_text,                                                               \
        const char *: show_text,                                                         \
        default: show_number)(x)
void show_tensor(Tensor t);
void show_node(const Node *node);
void show_form(Shape shape);
void show_text(const char *text);
void show_number(double number);

/* Values beyond [0, 1] are cut off; small pictures are enlarged by whole pixels. */
#define show_picture(x) show_picture_tensor(SHOW_VALUES(x))
void show_picture_tensor(Tensor picture);

/* `count` pictures of any sizes side by side, `columns` in a row. */
void show_pictures(int count, const Tensor *pictures, int columns);

/* Numbers of any range and sign as colours, white is 0: of a matrix, or of channel 0. */
#define show_heat(x) show_heat_tensor(SHOW_VALUES(x), 0)
/* The same of another channel: what a layer found. */
#define show_channel(x, c) show_heat_tensor(SHOW_VALUES(x), c)
void show_heat_tensor(Tensor t, int channel);

/* The gradient of a node as colours. */
void show_gradient(const Node *node);

/* y against 0, 1, 2, ...; and y against x. */
void show_series(const char *title, size_t count, const double *y);
void show_curve(const char *title, size_t count, const double *x, const double *y);
/* Any number of curves: see io/plot.h. */
void show_plot(Plot plot);

/* The graph of the tape, drawn by Graphviz. */
void show_tape(const Tape *tape);

/* d y / d v by the tape and by central differences, a row for each variable v, at no more
 * than 200 elements of each: see autograd/gradcheck.h. True when all agree. */
bool show_gradcheck(Tape *tape, Node *y);

/* ---- For the macros above and for the kernel ---- */

#define SHOW_VALUES(x)                                                                   \
    _Generic((x), Tensor : show_same, Node * : node_tensor, const Node * : node_tensor)(x)
Tensor show_same(Tensor t);

/* Ends cell number n on both streams. */
void show_end(int n);

#endif
