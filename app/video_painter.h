/* Paints one frame of a film after the other, by optimisation or in one pass. */
#ifndef APP_VIDEO_PAINTER_H
#define APP_VIDEO_PAINTER_H

#include "app/session.h"
#include "app/video_options.h"
#include "transfer/film.h"
#include "transfer/stylize.h"
#include "transfer/targets.h"

typedef struct VideoPainter {
    const VideoOptions *options;
    Arena *arena;
    Stylizer *stylizer; /* one pass; NULL: optimisation, with what follows */
    Session session;
    Recipe recipe; /* of the first frame, in all its sizes */
    Film film;
    StyleTargets targets[STYLES_MOST];
} VideoPainter;

/* The styles are files of train-style, or the names of such, not paintings. */
bool video_style_is_trained(Arena *arena, const VideoOptions *options, const char **path);

/* Opens styles and network. `first` is the file of a frame. */
bool video_painter_open(VideoPainter *painter, Arena *arena, const VideoOptions *options,
                        const char *first, Shape size, Error *err);
void video_painter_close(VideoPainter *painter);

/* Paints a frame; `step` NULL: on its own. The painting has the digits of its file. False
 * as well when a signal has come. */
bool video_painter_paint(VideoPainter *painter, Arena *arena, Tensor frame,
                         const FilmStep *step, Tensor *painting, Error *err);

#endif
