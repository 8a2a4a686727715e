/* A way to paint a photograph in one pass, for stylegrad stylize: with a trained style, or
 * in any style. */
#ifndef APP_STYLIZE_WAY_H
#define APP_STYLIZE_WAY_H

#include "app/options.h"
#include "transfer/stylize.h"

typedef struct StylizeWay {
    void *with;       /* what the functions get */
    const char *said; /* all that decides what is painted, for people and programs */
    int unit;         /* the sides of parts are multiples of it, pixels */
    /* Whether a photograph of h x w pixels is large enough; the sentence, when not. */
    bool (*takes)(int h, int w, Error *err);
    /* As stylizer_paint, and as stylizer_bytes of stylize.h, and so on. */
    bool (*paint)(void *with, Tensor photo, Tensor *picture, Error *err);
    size_t (*bytes)(void *with, int h, int w);
    bool (*paint_parts)(void *with, const ImageRgb *photo, const ImageRgb *picture,
                        const StylizeParts *parts, Error *err);
    size_t (*part_bytes)(void *with, int tile);
    void (*free)(void *with);
} StylizeWay;

/* The file of a style: a name without a folder that is no file here is that of a style of
 * the program, when there is one. Otherwise what was said. */
const char *stylize_style_path(Arena *arena, const char *said);

/* With the style of a file, which is in the arena. */
bool stylize_way_style(Arena *arena, const char *path, StylizeWay *out, Error *err);

/* How any style is painted. */
typedef struct StylizeAny {
    TextList styles; /* PAINTING or PAINTING:WEIGHT; none: a style of a file instead */
    double alpha;    /* 1: as the painting, 0: as the photograph */
    int side;        /* to which paintings are reduced: the longer one, pixels */
    const char *decoder; /* its file; NULL: the one that comes with the program */
    /* Set by stylize_way_any: */
    const char *path[OPTION_TEXTS_MOST];
    double weight[OPTION_TEXTS_MOST];
} StylizeAny;

/* The options --style, --alpha and so on, for a StylizeAny. */
extern const Option stylize_any_options[];

/* Opens the paintings; the way is in the arena. */
bool stylize_way_any(Arena *arena, StylizeAny *any, StylizeWay *out, Error *err);

#endif
