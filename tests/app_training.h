/* A small training from outside, in the folder of tests/shell.h: $T begins it, whole.* is
 * what it ends in. */
#ifndef TESTS_APP_TRAINING_H
#define TESTS_APP_TRAINING_H

#include "tests/same_rows.h"
#include "tests/shell.h"
#include "tests/teacher.h"

/* One thread if a test does not say otherwise, because steps are so short that threads
 * would only wait for each other. */
static inline int make_training(void **state) {
    if (make_folder(state)) return -1;
    put_teacher("teacher.safetensors", "vgg19_small16x", 1);
    setenv(
        "T",
        "train-features c.png c.png c.png c.png c.png c.png c.png c.png c.png c.png "
        "c.png c.png c.png c.png c.png c.png c.png c.png c.png c.png c.png c.png c.png "
        "c.png c.png c.png c.png c.png c.png c.png c.png c.png c.png c.png c.png c.png "
        "c.png c.png c.png c.png c.png s.png s.png s.png s.png s.png s.png s.png s.png "
        "s.png --teacher teacher.safetensors --batch 1 --painted 1 --size 16 --steps ",
        1);
    setenv("OMP_NUM_THREADS", "1", 1);
    return 0;
}

#endif
