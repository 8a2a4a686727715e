/* What all lessons share: opening images and a network, printing a transcript, checking
 * gradients, and writing images and figures.
 *
 *     int main(int argc, char **argv) {
 *         Lesson *l = lesson_begin(argc, argv, "07_content_loss", 128);
 *         Tensor photo = lesson_image(l, 0, "scene.png");
 *         Network *net = lesson_network(l);
 *         ...
 *         lesson_print(l, "relu3_1: %s, loss %.4g\n", SHAPE(shape), loss);
 *         lesson_gradcheck(l, "content loss", tape, node);
 *         lesson_show(l, "relu3_1.png", rebuilt);
 *         lesson_plot(l, "loss.svg", &plot);
 *         return lesson_end(l);
 *     }
 *
 * The program runs without arguments, or with the reader's own files:
 *
 *     07_content_loss [PICTURE...] [--size N] [--weights FILE] [--net NAME]
 *                     [--out FOLDER]
 *
 * All output is in out/NN_name/: transcript.txt, images, plots with their data and
 * scripts, and index.html, the page docs/{en,zh}/NN_name.md with all of these. What has
 * words in it is in zh/ there once more, in Chinese, of the same run: the transcript, the
 * plots and drawings. Lessons are written in English only; lessons/zh.po has the Chinese
 * of their formats, texts, titles and labels (lessons/translate.h). With the
 * reader's images, weights or size it is in out/own_NN_name/, and ours stays. An error
 * (a missing file, a full disk) ends the program with one sentence on stderr and exit
 * status 1, so a lesson contains no error handling. */
#ifndef LESSONS_LESSON_H
#define LESSONS_LESSON_H

#include <stdio.h>

#include "autograd/gradcheck.h"
#include "io/plot.h"
#include "nn/network.h"

typedef struct Lesson Lesson;

/* Reads the command line, makes the folder. `size` is the longer side of images, in
 * pixels, unless --size says otherwise. */
Lesson *lesson_begin(int argc, char **argv, const char *name, int size);

/* Writes index.html and prints its path, and names images or weights of the reader that
 * the lesson did not use. Returns the exit status: 0, or 1 when a gradient check failed.
 * Frees the lesson and its arena. */
int lesson_end(Lesson *l);

/* Ends the program with a sentence. */
_Noreturn void lesson_fail(const Lesson *l, const Error *err);

/* Valid until lesson_end. */
Arena *lesson_arena(Lesson *l);

/* ---- What comes in ---- */

/* The reader's image number `which`, from 0, or ours, a file in assets/: RGB in [0, 1],
 * (1,3,h,w), resized to the lesson's size. */
Tensor lesson_image(Lesson *l, int which, const char *ours);

/* The number of the reader's own images. */
int lesson_images(const Lesson *l);

/* Our own trained network, assets/paintnet.safetensors, or the one of --weights, which
 * has to have VGG's layers: relu1_1 and so on. */
Network *lesson_network(Lesson *l);

/* The same with poolings of that kind: means pass the gradient to every pixel. */
Network *lesson_network_pooling(Lesson *l, Pooling pooling);

/* network_record of an image, RGB in [0, 1], through the network's own preprocessing:
 * the nodes of the `count` named layers. */
void lesson_record(Lesson *l, Network *net, Node *image, const char *const *layers,
                   int count, Node **out);

/* ---- What goes out ---- */

/* Prints, on the terminal and into the transcripts. The digits printed must be the same on
 * every machine; where an optimiser has run for long they are not: see lesson_about. */
void lesson_print(Lesson *l, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void lesson_print_tensor(Lesson *l, Tensor t); /* as tensor_print */
void lesson_print_tape(Lesson *l, const Tape *tape);

/* "~7030" or "~0.0123": three digits of a number whose last ones depend on the processor,
 * such as a loss after many steps. `make lessons` compares such numbers to within a third
 * (lessons/same.awk), and all others digit by digit. lesson_end explains the ~. Valid
 * until then. */
const char *lesson_about(Lesson *l, double value);

/* The same with so many digits behind the point, for a number that may be near 0. */
const char *lesson_about_to(Lesson *l, int digits, double value);

/* Only on the terminal: times, and other output that depends on the machine. */
void lesson_tell(Lesson *l, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Checks d y / d v for every variable v of the tape against central differences (step
 * 1e-5, or 1e-4 where a large y is rounded too much for that), at no more than 200
 * elements of each, and prints a line: what, elements, kinks met, passed or the worst
 * element. */
void lesson_gradcheck(Lesson *l, const char *what, Tape *tape, Node *y);

/* Writes an image (1,3,h,w) or (1,1,h,w) into the folder; values beyond [0, 1] are cut
 * off. */
void lesson_show(Lesson *l, const char *file, Tensor image);

/* The images beside each other, `columns` in a row, with a white line between them.
 * Grey and coloured may be mixed. Smaller ones are at the upper left of their field. */
void lesson_show_sheet(Lesson *l, const char *file, int count, const Tensor *images,
                       int columns);

/* Numbers of any range as grey: white is the largest, black 0 or the smallest; and with
 * a sign as colours: blue below 0, white 0, red above. Channel c of image 0. */
Tensor lesson_grey(Lesson *l, Tensor t, int c);
Tensor lesson_heat(Lesson *l, Tensor t, int c);

/* A small image enlarged to the height and width of `s`: each pixel becomes a visible
 * square, without smoothing. */
Tensor lesson_enlarge(Lesson *l, Tensor t, Shape s);

/* A figure, with its data and gnuplot script beside it. */
void lesson_plot(Lesson *l, const char *file, const Plot *plot);

/* The graph of the tape, drawn by Graphviz: file.svg, with its description file.dot
 * beside it. Without Graphviz only the latter, and a word on the terminal. */
void lesson_draw_tape(Lesson *l, const char *file, const Tape *tape);

/* The same for a graph that `write` describes in Graphviz' language. */
void lesson_draw_graph(Lesson *l, const char *file, void (*write)(FILE *, void *),
                       void *context);

/* The path of a file in the lesson's folder, good until lesson_end. */
const char *lesson_path(Lesson *l, const char *file);

#endif
