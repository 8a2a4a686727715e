/* What ffprobe says of a video. */
#ifndef IO_VIDEO_PROBE_H
#define IO_VIDEO_PROBE_H

#include <stdbool.h>

#include "tensor/error.h"

/* Frames a second, as a fraction: 30000/1001. */
typedef struct VideoRate {
    int frames, seconds;
} VideoRate;

/* What is known of a video before it is decoded to its end. */
typedef struct VideoInfo {
    int w, h;       /* of the upright picture with square pixels, as frames have it */
    VideoRate rate; /* the mean one, when frames take unequal times */
    long frames;    /* about how many; 0: not known */
    bool sound;     /* whether there is any */
    char codec[32]; /* of the sound: "aac" */
} VideoInfo;

/* All of it but the size, which the first frame has. Fails when ffprobe is missing, or the
 * file is, or has no video. */
bool video_probe(const char *path, VideoInfo *out, Error *err);

#endif
