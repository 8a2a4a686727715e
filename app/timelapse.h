/* A film of a painting: the first image, the image of every Nth step, and the result, which
 * stays for a while.
 *
 *     Timelapse *film = timelapse_new(arena, "steps.mp4", shape, steps, 0, &err);
 *     timelapse_add(film, image, &err);                     of any size
 *     ...
 *     timelapse_end(film, result, &err);
 *
 * All frames are as large as the result; images of coarser stages are enlarged. */
#ifndef APP_TIMELAPSE_H
#define APP_TIMELAPSE_H

#include "tensor/error.h"
#include "tensor/tensor.h"

#define TIMELAPSE_SIDE 1920  /* pixels at most, of the longer side */
#define TIMELAPSE_FRAMES 250 /* about as many at most, when it is not said how many */
#define TIMELAPSE_SECONDS 8  /* that it should last, ... */
#define TIMELAPSE_SLOWEST 5  /* ... with frames a second from here */
#define TIMELAPSE_FASTEST 25 /* to here */
#define TIMELAPSE_HOLD 2     /* seconds for the result */

typedef struct Timelapse Timelapse;

/* Begins a film of `steps` steps, one frame for every `every` of them; 0: so many that it
 * has TIMELAPSE_FRAMES at most. `result` is the shape of the last image. */
Timelapse *timelapse_new(Arena *arena, const char *path, Shape result, int steps,
                         int every, Error *err);

/* Whether the image of this step is a frame. NULL: no film, never. */
bool timelapse_wants(const Timelapse *film, int step);

/* Adds an image, RGB. After a failure the film is over and leaves no file. */
bool timelapse_add(Timelapse *film, Tensor image, Error *err);

/* Adds the result, and completes the file. NULL is fine. */
bool timelapse_end(Timelapse *film, Tensor result, Error *err);

/* Leaves no file. NULL is fine. */
void timelapse_abandon(Timelapse *film);

#endif
