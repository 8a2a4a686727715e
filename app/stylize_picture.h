/* One photograph of stylegrad stylize: read, painted whole or in parts, and written. */
#ifndef APP_STYLIZE_PICTURE_H
#define APP_STYLIZE_PICTURE_H

#include "app/stylize_way.h"

/* How all photographs of a run are painted. Zeros: as they are, in their own size. */
typedef struct StylizePicture {
    int size;            /* longer side in pixels; 0: the photograph's */
    int tile;            /* side of parts; 0: whole when it fits */
    bool exact;          /* statistics of parts from all pixels */
    bool keep_colors;    /* the photograph's */
    size_t memory_limit; /* bytes; 0: 2 GiB decide between whole and parts */
} StylizePicture;

/* Paints the photograph in the file `in` into the file `out`. */
bool stylize_picture(const StylizeWay *way, const StylizePicture *how, const char *in,
                     const char *out, Error *err);

#endif
