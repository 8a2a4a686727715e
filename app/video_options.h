/* What `stylegrad video` can be told. */
#ifndef APP_VIDEO_OPTIONS_H
#define APP_VIDEO_OPTIONS_H

#include "app/scene_options.h"

typedef struct VideoOptions {
    Options scene;
    const char *out;
    const char *flow_out, *flow_picture; /* folders; NULL: none */
    int frame_steps;        /* of the optimiser, for each frame that follows another */
    double temporal_weight; /* see transfer/film.h */
    double blend;     /* in one pass: share of the frame before where it is reliable */
    bool independent; /* every frame on its own */
    bool quick_flow;
    bool keep_frames; /* those beside a video, when it is complete */
    int frames;       /* at most; 0: all */
    int rate;         /* frames a second of a video from a folder */
    const char *said; /* all options that change a pixel, as they were said */
} VideoOptions;

/* Paints the film; returns the exit status. */
int video_run(const VideoOptions *options);

#endif
