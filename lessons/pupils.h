/* How the generators of lesson 17 learn, and what from.
 *
 *     Studio s = studio_new(lesson);
 *     Pupil pupil = {.name = "with instance norm", .norm = true, .rate = 0.02};
 *     pupil_train(&s, &pupil, &run);
 *     Tensor image = pupil_paint(&s, &pupil, photo); */
#ifndef LESSONS_PUPILS_H
#define LESSONS_PUPILS_H

#include "lessons/lesson.h"
#include "lessons/training.h"

enum { PUPIL_STEPS = 300, PUPIL_LAYERS = 4 };

/* One generator, and what it learns from. */
typedef struct Pupil {
    const char *name;
    bool norm;
    double rate;   /* the largest learning rate */
    double critic; /* the weight of -log D; 0: there is no D */
    Tensor w;
} Pupil;

typedef struct Studio {
    Lesson *lesson;
    Arena *arena;
    Network *net;
    Tensor photo;
    Tensor painting;
    Tensor unseen;
    Tensor gram[PUPIL_LAYERS]; /* of the painting */
    int side;                  /* of the squares that G learns from */
    Tensor d;                  /* D's weights */
} Studio;

/* Our images or the reader's; squares of two thirds of the shortest side. */
Studio studio_new(Lesson *l);

/* The Gram matrices of s->painting. */
void studio_take_style(Studio *s);

/* J of lesson 13: style of three layers, content of one, a little smoothness. */
Node *how_far(const Studio *s, Node *drawn, Node *photo);

/* Computes the loss, a node, and its gradients. */
double evaluate_loss(void *loss);

/* Draws new weights and trains them. With a critic D's weights are in s->d afterwards. */
void pupil_train(Studio *s, Pupil *pupil, Training *run);

/* One pass. */
Tensor pupil_paint(const Studio *s, const Pupil *pupil, Tensor photo);

#endif
