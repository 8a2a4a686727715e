/* The photograph of a scene painted in one pass in the style of its paintings, as
 * `stylize --style` does: the first image of paint --init stylized. */
#ifndef APP_STYLIZED_H
#define APP_STYLIZED_H

#include "tensor/error.h"
#include "transfer/scene.h"

/* The files that it is made with, NULL for those that come with the program. */
typedef struct StylizedFiles {
    const char *decoder;  /* of train-any-style */
    const char *paintnet; /* the network of features */
} StylizedFiles;

/* Replaces NULL by the program's own files. */
bool stylized_find(Arena *arena, StylizedFiles *files, Error *err);

/* Paints scene->content, (1,3,h,w), in the arena; styles are mixed by their blends, and
 * masks do not count. */
bool stylized_paint(Arena *arena, StylizedFiles files, const Scene *scene, Tensor *out,
                    Error *err);

#endif
