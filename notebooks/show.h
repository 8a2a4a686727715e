/* Shows values in a notebook: numbers are printed; images, plots and graphs appear below
 * the cell.
 *
 *     show(loss);                          a number, a tensor or a node
 *     show_image(photo);                   (1,3,h,w) or (1,1,h,w), in [0, 1]
 *     show_heat(gram);                     red above 0, blue below
 *     show_tape(tape);
 *
 * x is a Tensor or a Node *. Each output has a title: the expression in the cell. Files
 * are written to $STYLEGRAD_SHOW, or to the current folder, and each is announced on
 * stdout, with its title, by a line that starts with the character 2, which the
 * notebook's kernel removes. If something cannot be shown, for example without Graphviz,
 * a message is printed on stderr, and the cell goes on. */
#ifndef NOTEBOOKS_SHOW_H
#define NOTEBOOKS_SHOW_H

#include "autograd/gradcheck.h"
#include "io/plot.h"

/* A number, a text, a tensor or a node: its value, and for a node its gradient. Integers
 * are shown with all digits. The last line of a cell is shown like this if it has no
 * semicolon. */
#define show(x)                                                                          \
    _Generic((x),                                                                        \
        Tensor: show_tensor,                                                             \
        Node *: show_node,                                                               \
        const Node *: show_node,                                                         \
        Shape: show_form,                                                               \
        char *: show_text,                                                               \
        const char *: show_text,                                                         \
        _Bool: show_integer,                                                             \
        char: show_integer,                                                              \
        signed char: show_integer,                                                       \
        short: show_integer,                                                             \
        int: show_integer,                                                               \
        long: show_integer,                                                              \
        long long: show_integer,                                                         \
        unsigned char: show_unsigned,                                                    \
        unsigned short: show_unsigned,                                                   \
        unsigned: show_unsigned,                                                         \
        unsigned long: show_unsigned,                                                    \
        unsigned long long: show_unsigned,                                               \
        float _Complex: show_complex,                                                    \
        double _Complex: show_complex,                                                   \
        default: show_number)(x)
void show_tensor(Tensor t);
void show_node(const Node *node);
void show_form(Shape shape);
void show_text(const char *text);
void show_number(double number);
void show_integer(long long number);
void show_unsigned(unsigned long long number);
void show_complex(double _Complex number);

/* show_titled_image("after step 10", x): another title. */

/* Values beyond [0, 1] are cut off; small images are enlarged by whole pixels. */
#define show_image(x) show_titled_image(#x, SHOW_VALUES(x))
void show_titled_image(const char *title, Tensor image);

/* show_images(count, images, columns): any sizes side by side, `columns` in a row. */
#define show_images(...) show_titled_images(#__VA_ARGS__, __VA_ARGS__)
void show_titled_images(const char *title, int count, const Tensor *images, int columns);

/* Numbers of any range and sign as colours, white is 0: of a matrix, or of channel 0. */
#define show_heat(x) show_titled_heat(#x, "", SHOW_VALUES(x), 0)
/* The same of another channel: what a layer found. */
#define show_channel(x, c) show_titled_heat(#x, "", SHOW_VALUES(x), c)
/* `what`, such as "gradient of ", comes before the title. */
void show_titled_heat(const char *title, const char *what, Tensor t, int channel);

/* The gradient of a node as colours. */
#define show_gradient(node) show_titled_gradient(#node, node)
void show_titled_gradient(const char *title, const Node *node);

/* y against 0, 1, 2, ...; and y against x. */
void show_series(const char *title, size_t count, const double *y);
void show_curve(const char *title, size_t count, const double *x, const double *y);
/* Any number of curves: see io/plot.h. */
void show_plot(Plot plot);

/* The graph of the tape, drawn by Graphviz. */
#define show_tape(tape) show_titled_tape(#tape, tape)
void show_titled_tape(const char *title, const Tape *tape);

/* d y / d v by the tape and by central differences, a row for each variable v, at no more
 * than 200 elements of each: see autograd/gradcheck.h. True when all agree. */
#define show_gradcheck(tape, y) show_titled_gradcheck(#y, tape, y)
bool show_titled_gradcheck(const char *title, Tape *tape, Node *y);

/* ---- For the macros above and for the kernel ---- */

#define SHOW_VALUES(x)                                                                   \
    _Generic((x), Tensor : show_same, Node * : node_tensor, const Node * : node_tensor)(x)
Tensor show_same(Tensor t);

/* Ends cell number n on both streams. */
void show_end(int n);

#endif
