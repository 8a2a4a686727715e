/* The finished frames of a film: pictures in a folder, and a record of them. A run that is
 * ended leaves both, and the same command goes on with the next frame.
 *
 *     VideoWork work;
 *     if (!video_work_open(&work, arena, "out.mp4.frames", "ppm", &key, &err)) ...
 *     for (int k = work.done + 1; ...; k++) video_work_add(&work, painted, error, &err);
 *
 * The record, .stylegrad-film, has a line with the hash of what the film is made from, and
 * one for each frame with its part of the warp error. A frame counts when both its picture
 * and its line are complete. */
#ifndef APP_VIDEO_WORK_H
#define APP_VIDEO_WORK_H

#include "flow/consistency.h"
#include "io/sha256.h"

typedef struct VideoWork {
    Arena *arena;
    const char *folder, *type; /* the ending of the pictures: "ppm" */
    int done;                  /* frames that are finished */
    WarpError error;           /* of all of them */
} VideoWork;

/* Makes the folder, or finds what is done in it. Fails when it holds frames of another
 * film, style or settings. */
bool video_work_open(VideoWork *work, Arena *arena, const char *folder, const char *type,
                     const Sha256 *key, Error *err);

/* The path of frame 1, 2, ..., in an arena. */
const char *video_work_frame(const VideoWork *work, Arena *arena, int number);

/* Writes the next frame; `error` is what it adds to the warp error. */
bool video_work_add(VideoWork *work, Tensor painted, WarpError error, Error *err);

/* Removes all that is finished, and the folder if nothing else is in it. */
void video_work_remove(const VideoWork *work);

#endif
